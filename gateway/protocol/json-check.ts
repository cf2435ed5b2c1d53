// Checks JSON that a user wrote, fleet files and WAN profiles, and collects what is wrong with it:
// each problem names the file, the JSON Pointer, and the nearest known word or what is allowed.

import { readFileSync } from 'node:fs';
import { nearest } from './nearest.ts';

/** A value, or everything that is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

function suggestion(text: string, words: readonly string[]): string {
  const near = nearest(text, words);
  return near === undefined ? `known are ${words.join(', ')}` : `did you mean "${near}"?`;
}

/** How a value is shown in a message; long ones are cut. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Reads a file of JSON. */
export function readJson(file: string): Checked<unknown> {
  try {
    return { ok: true, value: JSON.parse(readFileSync(file, 'utf8')) };
  } catch (fault) {
    // Neither a missing file nor bad JSON is a bug: the reason is the user's to read.
    const reason = fault instanceof Error ? fault.message : String(fault);
    return { ok: false, problems: [`${file}: ${reason}`] };
  }
}

/** One walk over one file's value. Each check gives the value typed, or notes why it cannot. */
export class JsonCheck {
  readonly file: string;
  readonly problems: string[] = [];

  constructor(file: string) {
    this.file = file;
  }

  /** `value` when all was well, otherwise the problems. */
  result<T>(value: T | undefined): Checked<T> {
    if (value === undefined || this.problems.length > 0) {
      return { ok: false, problems: this.problems };
    }
    return { ok: true, value };
  }

  refuse(pointer: string, message: string): undefined {
    this.problems.push(`${this.file}: ${pointer === '' ? '' : `${pointer}: `}${message}`);
    return undefined;
  }

  /** An object with no keys but `known`. */
  object(
    value: unknown,
    pointer: string,
    known: readonly string[],
  ): Partial<Record<string, unknown>> | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.refuse(pointer, `${shown(value)} is not an object`);
    }
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const place = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      this.refuse(place, `unknown key; ${suggestion(key, known)}`);
    }
    return { ...value };
  }

  /** A list of `min` to `max` values. */
  list(value: unknown, pointer: string, min: number, max: number): unknown[] | undefined {
    if (value === undefined) return this.refuse(pointer, 'missing');
    if (!Array.isArray(value)) return this.refuse(pointer, `${shown(value)} is not a list`);
    if (value.length < min || value.length > max) {
      return this.refuse(pointer, `${value.length} items; allowed are ${min} to ${max}`);
    }
    return value;
  }

  text(value: unknown, pointer: string): string | undefined {
    if (value === undefined) return this.refuse(pointer, 'missing');
    if (typeof value === 'string' && value !== '') return value;
    return this.refuse(pointer, `${shown(value)} is not a text`);
  }

  number(value: unknown, pointer: string, range: NumberRange): number | undefined {
    if (value === undefined) return this.refuse(pointer, 'missing');
    const { min, max, whole = false } = range;
    if (
      typeof value === 'number' &&
      value >= min &&
      value <= max &&
      (!whole || Number.isInteger(value))
    ) {
      return value;
    }
    const kind = whole ? 'whole number' : 'number';
    return this.refuse(pointer, `${shown(value)} is not a ${kind} from ${min} to ${max}`);
  }

  oneOf<T extends string>(value: unknown, pointer: string, allowed: readonly T[]): T | undefined {
    const found = allowed.find((word) => word === value);
    if (found !== undefined) return found;
    const near = typeof value === 'string' ? nearest(value, allowed) : undefined;
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    return this.refuse(pointer, `${shown(value)} is not one of ${allowed.join(', ')}${hint}`);
  }
}
