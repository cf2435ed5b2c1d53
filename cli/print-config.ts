// `--print-config`: every value and where it came from, as a table or as JSON.

import type { Origin, Resolved, Setting, SettingTable } from './sources.ts';

const SOURCES: Readonly<Record<Origin['source'], (origin: Origin) => string>> = {
  flag: (origin) => `flag ${origin.name}`,
  environment: (origin) => `environment ${origin.name}`,
  config: (origin) => `config ${origin.name}`,
  default: () => 'default',
};

/** `{ "port": { "value": 7681, "source": "default", … }, … }`, or the same as a table. */
export function printedConfig<T extends object>(
  settings: SettingTable<T>,
  resolved: Resolved<T>,
  json: boolean,
): string {
  const values = resolved.values as Readonly<Record<string, unknown>>;
  const origins: Readonly<Record<string, Origin>> = resolved.origins;
  const rows = Object.entries<Setting<unknown>>(settings).flatMap(([key, { unset = 'none' }]) => {
    const origin = origins[key];
    return origin === undefined ? [] : [{ key, value: values[key], unset, origin }];
  });
  if (json) {
    const shown = rows.map(({ key, value, origin }) => [
      key,
      { value: jsonValue(value, origin), source: origin.source, from: origin.name },
    ]);
    return `${JSON.stringify(Object.fromEntries(shown), null, 2)}\n`;
  }
  const cells = rows.map(({ key, unset, origin }) => [
    key,
    origin.text ?? unset,
    SOURCES[origin.source](origin),
  ]);
  return table([['setting', 'value', 'from'], ...cells]);
}

/** As `--config` would take it: a number where one was typed, otherwise the text. */
function jsonValue(value: unknown, { text }: Origin): unknown {
  if (text === undefined) return null;
  return typeof value === 'number' && String(value) === text ? value : text;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
