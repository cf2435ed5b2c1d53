// How a setting's value is read from text, and in words what is allowed. Flags, environment and
// configuration file all come through here, so each value is judged the same way everywhere.

import { resolve } from 'node:path';
import { type ClockMode, parseClockMode, SPEED_MAX, SPEED_MIN } from '../emulator/clock.ts';
import { parseShare } from '../emulator/scheduled-share.ts';
import { WAN_NAMES } from '../emulator/wan-profiles.ts';
import { LATEST_CLOCK_MS } from '../gateway/protocol/clock.ts';
import { formatMs, parseDateTime } from '../gateway/protocol/half-hours.ts';

/**
 * A kind of value: `read` gives undefined for what is not `allowed`. `directory` is the one that a
 * relative path starts from: that of the configuration file, or the working directory.
 */
export interface ValueKind<T> {
  read(text: string, directory: string): T | undefined;
  readonly allowed: string;
  /** The names among which a typing mistake is looked for. */
  readonly names?: readonly string[];
}

/** Early enough for any SMETS1 meter, with room for 13 months of log before it. */
const EARLIEST_NOW = '2010-01-01T00:00:00Z';

export function wholeNumber(min: number, max: number): ValueKind<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    read(text) {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

export function oneOf<const T extends string>(names: readonly T[]): ValueKind<T> {
  return { allowed: names.join(', '), names, read: (text) => names.find((name) => name === text) };
}

/** A switch: `on` or `off`; the configuration file may say true or false. */
export const SWITCH: ValueKind<boolean> = {
  allowed: 'on or off',
  names: ['on', 'off'],
  read(text) {
    if (text === 'on' || text === 'true') return true;
    return text === 'off' || text === 'false' ? false : undefined;
  },
};

export const NOT_EMPTY: ValueKind<string> = {
  allowed: 'some text',
  read: (text) => (text.trim() === '' ? undefined : text),
};

/** A path, made absolute. */
export const FILE_PATH: ValueKind<string> = {
  allowed: 'the path of a file',
  read: (text, directory) => (text.trim() === '' ? undefined : resolve(directory, text)),
};

export const SHARE: ValueKind<number> = {
  allowed: 'all, none, or a number from 0 to 1',
  names: ['all', 'none'],
  read: parseShare,
};

export const INSTANT_MS: ValueKind<number> = {
  allowed: `an ISO 8601 time with its zone from ${EARLIEST_NOW} to ${formatMs(LATEST_CLOCK_MS)}`,
  read(text) {
    const ms = Math.round(parseDateTime(text) * 1000);
    const inRange = ms >= Date.parse(EARLIEST_NOW) && ms <= LATEST_CLOCK_MS;
    return inRange ? ms : undefined;
  },
};

export const CLOCK: ValueKind<ClockMode> = {
  allowed: `real, xN (N times faster, ${SPEED_MIN} to ${SPEED_MAX}) or manual`,
  names: ['real', 'manual'],
  read: parseClockMode,
};

/** The name of a WAN profile, or the absolute path of a file that holds one. */
export const WAN: ValueKind<string> = {
  allowed: `${WAN_NAMES.join(', ')}, or the path of a .json file`,
  names: WAN_NAMES,
  read(text, directory) {
    if (WAN_NAMES.some((name) => name === text)) return text;
    return text.endsWith('.json') ? resolve(directory, text) : undefined;
  },
};

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Node's timers count milliseconds in 31 bits; a day is well within that. */
const DURATION_MS_MAX = 86_400_000;

export const DURATION_MS: ValueKind<number> = {
  allowed: 'a duration such as 500ms, 60s or 2m, from 1ms to 24h',
  read(text) {
    const [, number, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? [];
    const ms = Math.round(Number(number) * (UNIT_MS[unit ?? ''] ?? Number.NaN));
    return ms >= 1 && ms <= DURATION_MS_MAX ? ms : undefined;
  },
};
