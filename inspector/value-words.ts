// Words of the command line as values: times, periods, durations, numbers. Undefined for words
// that are none, so that the command can say what it wanted.

import { DAY_SECONDS, parseDate, parseDateTime } from '../gateway/protocol/half-hours.ts';

/** Both ends inclusive, whole UTC seconds. */
export interface Period {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export const PERIOD_FORMS = 'yesterday, today, YYYY-MM-DD, or FROM..TO of two ISO 8601 times';
export const TIME_FORMS = 'an ISO 8601 time such as 2026-11-23T09:00:00Z, or a date';

/** Seconds UTC of an ISO 8601 time, or of the midnight that begins a date. */
export function readTime(word: string): number | undefined {
  const day = parseDate(word);
  const seconds = Number.isNaN(day) ? parseDateTime(word) : day * DAY_SECONDS;
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** A day is from its midnight to the next, both included. */
export function readPeriod(word: string, nowSeconds: number): Period | undefined {
  const today = Math.floor(nowSeconds / DAY_SECONDS);
  if (word === 'yesterday') return dayPeriod(today - 1);
  if (word === 'today') return dayPeriod(today);
  const day = parseDate(word);
  if (!Number.isNaN(day)) return dayPeriod(day);
  const [from, to, ...rest] = word.split('..');
  const startSeconds = readTime(from ?? '');
  const endSeconds = readTime(to ?? '');
  if (startSeconds === undefined || endSeconds === undefined || rest.length > 0) return undefined;
  if (startSeconds > endSeconds) return undefined;
  return { startSeconds: Math.ceil(startSeconds), endSeconds: Math.floor(endSeconds) };
}

/** What is wrong with a word that {@link readPeriod} does not take. */
export function periodFault(word: string): string {
  const [from = '', to = '', ...rest] = word.split('..');
  const isBackwards = rest.length === 0 && (readTime(from) ?? 0) > (readTime(to) ?? Infinity);
  return isBackwards ? 'ends before it begins' : 'is no period';
}

function dayPeriod(day: number): Period {
  return { startSeconds: day * DAY_SECONDS, endSeconds: (day + 1) * DAY_SECONDS };
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: DAY_SECONDS };

export const DURATION_FORMS = 'a duration such as 90s, 30m, 25h or 2d';

/** Seconds of `90s`, `30m`, `25h`, `2d`, or of a plain number of seconds. */
export function readDuration(word: string): number | undefined {
  const [, digits = '', unit = 's'] = /^(\d+(?:\.\d+)?)([smhd])?$/.exec(word) ?? [];
  return digits === '' ? undefined : Number(digits) * (UNIT_SECONDS[unit] ?? 1);
}

/** A whole number from `min` to `max`, decimal or 0x; undefined for anything else. */
export function readWhole(word: string, min: number, max: number): number | undefined {
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(word)) return undefined;
  const value = Number(word);
  return value >= min && value <= max ? value : undefined;
}
