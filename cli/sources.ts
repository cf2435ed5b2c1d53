// Where a setting's value comes from: flag, environment, configuration file, default, in that
// order [contract §2]. Every value keeps its origin, so that an error can name the very flag,
// variable or key at fault and `--print-config` can show it.

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { didYouMean } from '../gateway/protocol/nearest.ts';
import { CommandError } from './exit-codes.ts';
import type { ValueKind } from './values.ts';

/** One setting of a command. Its key, in camel case, gives flag, variable and configuration key. */
export interface Setting<T> {
  readonly kind: ValueKind<Exclude<T, undefined>>;
  /** Default, as it would be typed; without one the value is undefined. */
  readonly fallback?: string;
  /** What `--print-config` shows for an undefined value. */
  readonly unset?: string;
  /** The value's name in `--help`. */
  readonly placeholder: string;
  /** What the flag means when it is given without a value; absent: it needs one. */
  readonly alone?: string;
  readonly meaning: string;
}

export type SettingTable<T> = { readonly [K in keyof T & string]: Setting<T[K]> };

export interface Origin {
  readonly source: 'flag' | 'environment' | 'config' | 'default';
  /** The flag, the variable, or `key in FILE`. */
  readonly name: string;
  /** The value as it was typed; undefined for a default of none. */
  readonly text: string | undefined;
}

/** A configuration file, read: its values as text under camel case keys. */
export interface ConfigFile {
  readonly path: string;
  readonly values: ReadonlyMap<string, string>;
}

export interface Given {
  /** Options as commander parsed them, by camel case key. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly config?: ConfigFile | undefined;
  /** The directory that relative paths of flags and variables start from. */
  readonly directory: string;
}

export interface Resolved<T> {
  readonly values: T;
  readonly origins: { readonly [K in keyof T & string]: Origin };
}

/** `maxInFlight` is `--max-in-flight`. */
export function flagOf(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `maxInFlight` is `S1SP_MAX_IN_FLIGHT`. */
export function variableOf(key: string): string {
  return `S1SP_${flagOf(key).slice(2).replaceAll('-', '_').toUpperCase()}`;
}

/** Finds and reads every value of `table`. Throws on the first that is not allowed. */
export function resolveSettings<T extends object>(
  table: SettingTable<T>,
  given: Given,
): Resolved<T> {
  const values: Partial<Record<string, unknown>> = {};
  const origins: Partial<Record<string, Origin>> = {};
  for (const [key, setting] of Object.entries<Setting<unknown>>(table)) {
    const origin = originOf(key, setting, given);
    origins[key] = origin;
    values[key] = readValue(setting, origin, given);
  }
  return { values: values as T, origins: origins as Resolved<T>['origins'] };
}

function originOf(key: string, setting: Setting<unknown>, given: Given): Origin {
  const flag = given.flags[key];
  if (typeof flag === 'string' || flag === true) {
    return { source: 'flag', name: flagOf(key), text: flag === true ? setting.alone : flag };
  }
  const variable = given.environment[variableOf(key)];
  // A variable set to nothing is how container files spell "not set".
  if (variable !== undefined && variable !== '') {
    return { source: 'environment', name: variableOf(key), text: variable };
  }
  const configured = given.config?.values.get(key);
  if (given.config !== undefined && configured !== undefined) {
    return { source: 'config', name: `${key} in ${given.config.path}`, text: configured };
  }
  return { source: 'default', name: flagOf(key), text: setting.fallback };
}

function readValue(setting: Setting<unknown>, origin: Origin, given: Given): unknown {
  if (origin.text === undefined) return undefined;
  const fromFile = origin.source === 'config' && given.config !== undefined;
  const directory = fromFile ? dirname(given.config.path) : given.directory;
  const value = setting.kind.read(origin.text, directory);
  if (value === undefined) {
    const near = didYouMean(origin.text, setting.kind.names ?? []);
    throw new CommandError(
      'usage',
      `${origin.name}: ${JSON.stringify(origin.text)} is not allowed${near}; ` +
        `allowed: ${setting.kind.allowed}`,
    );
  }
  return value;
}

/** Reads a configuration file; a key that is not among `known` is an error naming the nearest. */
export function readConfig(path: string, directory: string, known: readonly string[]): ConfigFile {
  const file = resolve(directory, path);
  const values = new Map<string, string>();
  for (const [written, value] of Object.entries(readJsonObject(file))) {
    const key = camelCase(written);
    if (!known.includes(key)) {
      throw new CommandError(
        'usage',
        `${file}: ${JSON.stringify(written)} is not a setting${didYouMean(written, known)}`,
      );
    }
    if (values.has(key)) throw new CommandError('usage', `${file}: ${key} is given twice`);
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw new CommandError('usage', `${file}: ${written} must be a text, number or boolean`);
    }
    values.set(key, String(value));
  }
  return { path: file, values };
}

/** Keys may be written like the flags, `max-in-flight`, as well as `maxInFlight`. */
function camelCase(key: string): string {
  return key.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function readJsonObject(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('usage', `cannot read the configuration ${file}: ${reason}`, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CommandError('usage', `${file}: a configuration is one JSON object`);
  }
  return { ...value };
}

/**
 * A sentence for each `S1SP_` variable that no command knows. A warning, not an error: Kubernetes
 * puts variables of that prefix into every pod beside a service called s1sp.
 */
export function unknownVariables(
  environment: Readonly<Record<string, string | undefined>>,
  keys: readonly string[],
): string[] {
  const known = keys.map(variableOf);
  return Object.keys(environment)
    .filter((name) => name.startsWith('S1SP_') && !known.includes(name))
    .map((name) => `${name} is not a setting${didYouMean(name, known)}; it is ignored`);
}
