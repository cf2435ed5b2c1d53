// Settings as commander options, and commander's options back as settings. Commander is told no
// defaults: it could not say afterwards whether a value was typed.

import type { Command } from 'commander';
import { SETTING_KEYS } from './settings.ts';
import {
  flagOf,
  type Resolved,
  readConfig,
  resolveSettings,
  type Setting,
  type SettingTable,
  unknownVariables,
  variableOf,
} from './sources.ts';

/** Gives `command` a flag for each row of `table`, and `--config`. */
export function addSettings<T extends object>(command: Command, table: SettingTable<T>): void {
  for (const [key, setting] of Object.entries<Setting<unknown>>(table)) {
    const fallback = setting.fallback === undefined ? '' : ` (default: ${setting.fallback})`;
    const { placeholder, alone, meaning } = setting;
    const value = alone === undefined ? `<${placeholder}>` : `[${placeholder}]`;
    command.option(`${flagOf(key)} ${value}`, meaning + fallback);
  }
  command.option(
    '--config <file>',
    'JSON file of settings; flags and S1SP_ variables go before it',
  );
}

/** The settings of `command` from its flags, the environment, and the file `--config` names. */
export function settingsOf<T extends object>(
  command: Command,
  table: SettingTable<T>,
): Resolved<T> {
  const flags = command.opts<Record<string, unknown>>();
  const environment = process.env;
  const directory = process.cwd();
  const path = flags.config ?? environment[variableOf('config')];
  const named = typeof path === 'string' && path !== '';
  const config = named ? readConfig(path, directory, SETTING_KEYS) : undefined;
  return resolveSettings(table, { flags, environment, config, directory });
}

/** Says on stderr which `S1SP_` variables nobody reads. */
export function tellUnknownVariables(): void {
  for (const sentence of unknownVariables(process.env, [...SETTING_KEYS, 'config'])) {
    process.stderr.write(`s1sp: ${sentence}\n`);
  }
}
