// When a fault holds, in virtual time, as a fault plan says it: from one instant to another, every
// day, on some weekday, or all through British Summer Time. An end is the first instant after it.

import { isBritishSummerTime } from '../gateway/protocol/british-summer-time.ts';
import {
  DAY_SECONDS,
  HALF_HOUR_SECONDS,
  parseDateTime,
  parseTime,
  utcDay,
} from '../gateway/protocol/half-hours.ts';
import { nearest } from '../gateway/protocol/nearest.ts';

/** A stretch of virtual time, ms; an open side is ±Infinity. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

export interface FaultWindow {
  contains(ms: number): boolean;
  /** The first `count` stretches that end after `fromMs`, as far as there are any. */
  next(fromMs: number, count: number): Stretch[];
}

const DAY_MS = DAY_SECONDS * 1000;

/** Looked through for stretches: a year of months, and a few days for its edges. */
const AHEAD_DAYS = 400;

const WEEKDAYS: readonly string[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];

/** Which of its weekday a day of the month is; after the last comes none, be it fourth or fifth. */
const ORDINALS: readonly string[] = ['first', 'second', 'third', 'fourth', 'last'];

/** Day 0 of the epoch was a Thursday. */
const EPOCH_WEEKDAY = 4;

export const WINDOW_FORMS =
  '"ISO..ISO", "HH:MMZ..HH:MMZ", "Tuesday HH:MMZ..HH:MMZ", "third Tuesday HH:MMZ..HH:MMZ" or "BST"';

/** How every ISO 8601 time begins here. */
const DATE = /^\d{4}-/;

/** Reads a window; a text is what is wrong with it. */
export function parseFaultWindow(text: string): FaultWindow | string {
  if (text === 'BST') return BST_WINDOW;
  const [from = '', to, ...more] = text.split('..');
  if (to === undefined || more.length > 0) return unknownForm(text);
  if (from === '' || DATE.test(from)) return parseInstants(text, from, to);
  return parseTimesOfDay(text, from, to);
}

function unknownForm(text: string): string {
  return `"${text}" is not a window: ${WINDOW_FORMS}`;
}

function parseInstants(text: string, from: string, to: string): FaultWindow | string {
  if (from === '' && to === '') return unknownForm(text);
  const startMs = from === '' ? Number.NEGATIVE_INFINITY : parseDateTime(from) * 1000;
  const endMs = to === '' ? Number.POSITIVE_INFINITY : parseDateTime(to) * 1000;
  if (Number.isNaN(startMs)) return `"${from}" is not an ISO 8601 time with its zone`;
  if (Number.isNaN(endMs)) return `"${to}" is not an ISO 8601 time with its zone`;
  if (endMs <= startMs) return `"${text}" ends before it begins`;
  return {
    contains: (ms) => ms >= startMs && ms < endMs,
    next: (fromMs, count) => (endMs > fromMs && count > 0 ? [{ startMs, endMs }] : []),
  };
}

function parseTimesOfDay(text: string, from: string, to: string): FaultWindow | string {
  const words = from.trim().split(/\s+/);
  const startSeconds = timeOfDay(words.pop() ?? '');
  const endSeconds = timeOfDay(to.trim());
  if (Number.isNaN(startSeconds) || Number.isNaN(endSeconds)) return unknownForm(text);
  if (startSeconds === endSeconds) {
    return `"${text}" is empty; leave "when" out for a fault that always holds`;
  }
  const isDay = parseDays(words);
  if (typeof isDay === 'string') return isDay;
  return recurring(startSeconds * 1000, endSeconds * 1000, isDay);
}

/** Seconds after midnight of `HH:MMZ` or `HH:MM:SSZ`; NaN for anything else. */
function timeOfDay(text: string): number {
  if (!/^\d\d:\d\d(:\d\d)?Z$/.test(text)) return Number.NaN;
  return parseTime(text.length === 6 ? `${text.slice(0, 5)}:00Z` : text);
}

type IsDay = (day: number) => boolean;

/** Which days nothing, `Tuesday` or `third Tuesday` names; a text is what is wrong. */
function parseDays(words: readonly string[]): IsDay | string {
  const [first, second, ...more] = words;
  if (first === undefined) return () => true;
  if (more.length > 0) return `"${words.join(' ')}" names no day, as "third Tuesday" does`;
  const name = second ?? first;
  const weekday = WEEKDAYS.indexOf(name);
  if (weekday < 0) return `"${name}" is not a weekday${hint(name, WEEKDAYS)}`;
  const isWeekday: IsDay = (day) => (day + EPOCH_WEEKDAY) % 7 === weekday;
  if (second === undefined) return isWeekday;
  const ordinal = ORDINALS.indexOf(first);
  if (ordinal < 0) return `"${first}" is not one of ${ORDINALS.join(', ')}${hint(first, ORDINALS)}`;
  return (day) =>
    isWeekday(day) && (first === 'last' ? isLast(day) : earlierInMonth(day) === ordinal);
}

function hint(word: string, words: readonly string[]): string {
  const near = nearest(word, words);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

/** How many days of its weekday its month has before a day. */
function earlierInMonth(day: number): number {
  return Math.floor((new Date(day * DAY_MS).getUTCDate() - 1) / 7);
}

function isLast(day: number): boolean {
  return new Date((day + 7) * DAY_MS).getUTCDate() <= 7;
}

/** A window of some days; one that ends no later than it begins ends on the day after. */
function recurring(startOfDayMs: number, endOfDayMs: number, isDay: IsDay): FaultWindow {
  const lengthMs = endOfDayMs - startOfDayMs + (endOfDayMs < startOfDayMs ? DAY_MS : 0);
  const holds = (day: number, ms: number): boolean => {
    const afterMs = ms - day * DAY_MS - startOfDayMs;
    return afterMs >= 0 && afterMs < lengthMs && isDay(day);
  };
  return {
    contains(ms) {
      const day = utcDay(ms / 1000);
      return holds(day, ms) || holds(day - 1, ms);
    },
    next(fromMs, count) {
      const stretches: Stretch[] = [];
      const today = utcDay(fromMs / 1000);
      for (let day = today - 1; day < today + AHEAD_DAYS && stretches.length < count; day++) {
        const startMs = day * DAY_MS + startOfDayMs;
        if (isDay(day) && startMs + lengthMs > fromMs) {
          stretches.push({ startMs, endMs: startMs + lengthMs });
        }
      }
      return stretches;
    },
  };
}

/** Clocks change on a full hour, so summers are found by half hours around the days of a change. */
const BST_WINDOW: FaultWindow = {
  contains: (ms) => isBritishSummerTime(Math.floor(ms / 1000)),
  next(fromMs, count) {
    const stretches: Stretch[] = [];
    let seconds = Math.floor(fromMs / 1000);
    while (stretches.length < count) {
      const startSeconds = isBritishSummerTime(seconds) ? back(seconds) : ahead(seconds, true);
      const endSeconds = ahead(Math.max(startSeconds, seconds), false);
      stretches.push({ startMs: startSeconds * 1000, endMs: endSeconds * 1000 });
      seconds = endSeconds;
    }
    return stretches;
  },
};

/** First second from `seconds` on at which it is summer, or no longer. */
function ahead(seconds: number, summer: boolean): number {
  let at = seconds;
  while (isBritishSummerTime(at + DAY_SECONDS) !== summer) at += DAY_SECONDS;
  at = Math.ceil(at / HALF_HOUR_SECONDS) * HALF_HOUR_SECONDS;
  while (isBritishSummerTime(at) !== summer) at += HALF_HOUR_SECONDS;
  return at;
}

/** The second at which the summer that `seconds` lies in began. */
function back(seconds: number): number {
  let at = Math.floor(seconds / HALF_HOUR_SECONDS) * HALF_HOUR_SECONDS;
  while (isBritishSummerTime(at - DAY_SECONDS)) at -= DAY_SECONDS;
  while (isBritishSummerTime(at - HALF_HOUR_SECONDS)) at -= HALF_HOUR_SECONDS;
  return at;
}
