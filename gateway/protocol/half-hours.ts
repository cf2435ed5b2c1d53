// Half hours and UTC times. A half hour is numbered since the epoch, h = unixSeconds / 1800, and
// named by its stamp, which is its END [domain §3]: the stamp 12:00 covers 11:30 to 12:00.
// Dates are read and written by hand because every Service Request carries two of them; `Date` is
// the oracle in the tests.

export const HALF_HOUR_SECONDS = 1800;
export const DAY_SECONDS = 86_400;
export const HALF_HOURS_A_DAY = 48;

/** What four year digits can name: 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z. */
const EARLIEST_SECOND = -62_167_219_200;
const LATEST_SECOND = 253_402_300_799;

/** First half-hour stamp at or after `seconds`. */
export function firstStampFrom(seconds: number): number {
  return Math.ceil(seconds / HALF_HOUR_SECONDS);
}

/** Last half-hour stamp at or before `seconds`. */
export function lastStampUntil(seconds: number): number {
  return Math.floor(seconds / HALF_HOUR_SECONDS);
}

/** Day number since the epoch of the UTC day that `seconds` lies in. */
export function utcDay(seconds: number): number {
  return Math.floor(seconds / DAY_SECONDS);
}

/** Days since the epoch of a proleptic Gregorian date (civil calendar, `month` 1 to 12). */
export function dayOfDate(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + (yearOfEra >> 2) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** `YYYY-MM-DD` of a day number. */
export function formatDate(day: number): string {
  return new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10);
}

/** Day number of `YYYY-MM-DD`, or NaN when it is not a date of the calendar. */
export function parseDate(text: string): number {
  return text.length === 10 ? dateAt(text) : Number.NaN;
}

/** `2026-11-22T00:30:00Z` for a time in whole seconds. */
export function formatSeconds(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** `2026-11-22T00:30:00.000Z` for a time in milliseconds. */
export function formatMs(ms: number): string {
  return new Date(ms).toISOString();
}

const ZERO = 48;

function digitsAt(text: string, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function daysInMonth(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

function dateAt(text: string): number {
  const year = digitsAt(text, 0, 4);
  const month = digitsAt(text, 5, 2);
  const day = digitsAt(text, 8, 2);
  if (text[4] !== '-' || text[7] !== '-') return Number.NaN;
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) {
    return Number.NaN;
  }
  return dayOfDate(year, month, day);
}

/** Seconds after midnight of `HH:MM:SS` at `start`; 24:00:00 is not a time of day here. */
function timeAt(text: string, start: number): number {
  const hours = digitsAt(text, start, 2);
  const minutes = digitsAt(text, start + 3, 2);
  const seconds = digitsAt(text, start + 6, 2);
  if (text[start + 2] !== ':' || text[start + 5] !== ':') return Number.NaN;
  if (!(hours <= 23 && minutes <= 59 && seconds <= 59)) return Number.NaN;
  return hours * 3600 + minutes * 60 + seconds;
}

/** The furthest zone that `xs:dateTime` knows: 14:00. */
const ZONE_MINUTES_MAX = 14 * 60;

/** Offset of a zone designator at `start` to the end of `text`, in seconds; NaN without one. */
function zoneAt(text: string, start: number): number {
  if (text.length === start + 1 && text[start] === 'Z') return 0;
  const sign = text[start] === '+' ? 1 : text[start] === '-' ? -1 : Number.NaN;
  if (text.length !== start + 6 || text[start + 3] !== ':') return Number.NaN;
  const hours = digitsAt(text, start + 1, 2);
  const minutes = digitsAt(text, start + 4, 2);
  const withinZones = hours * 60 + minutes <= ZONE_MINUTES_MAX && minutes <= 59;
  return withinZones ? sign * (hours * 3600 + minutes * 60) : Number.NaN;
}

/**
 * Index just behind a fraction at `start`, or `start` without one; NaN for a point without digits.
 */
function fractionEnd(text: string, start: number): number {
  if (text[start] !== '.') return start;
  let end = start + 1;
  while (end < text.length && digitsAt(text, end, 1) <= 9) end++;
  return end > start + 1 ? end : Number.NaN;
}

/**
 * Reads an `xs:dateTime` that says its zone (`Z` or an offset) into seconds UTC, with a fraction
 * where it has one. NaN for anything else, and for what its zone moves out of the years 0000
 * to 9999; the caller knows the path.
 */
export function parseDateTime(text: string): number {
  const day = dateAt(text);
  const time = timeAt(text, 11);
  if (text[10] !== 'T' || Number.isNaN(day + time)) return endOfDay(text);
  if (text.length === 20 && text[19] === 'Z') return day * DAY_SECONDS + time;
  const end = fractionEnd(text, 19);
  if (Number.isNaN(end)) return Number.NaN;
  const zone = zoneAt(text, end);
  const fraction = end > 19 ? Number(text.slice(19, end)) : 0;
  const seconds = day * DAY_SECONDS + time + fraction - zone;
  return seconds >= EARLIEST_SECOND && seconds <= LATEST_SECOND ? seconds : Number.NaN;
}

/** 24:00:00, as `xs:dateTime` and ISO 8601 may write the midnight that ends a day. */
const END_OF_DAY = /^.{10}T24:00:00(?:\.0+)?(?:Z|[+-])/;

/** Seconds UTC of a date and time that writes its midnight so; NaN for anything else. */
function endOfDay(text: string): number {
  if (!END_OF_DAY.test(text)) return Number.NaN;
  const seconds = parseDateTime(`${text.slice(0, 11)}00${text.slice(13)}`) + DAY_SECONDS;
  return seconds <= LATEST_SECOND ? seconds : Number.NaN;
}

/**
 * Reads an `xs:time` in UTC (`00:00:00Z`, `00:00:00.00Z`, or without zone) into seconds; NaN else.
 */
export function parseTime(text: string): number {
  const time = timeAt(text, 0);
  const end = fractionEnd(text, 8);
  if (Number.isNaN(time) || Number.isNaN(end)) return Number.NaN;
  return end === text.length || (text[end] === 'Z' && text.length === end + 1) ? time : Number.NaN;
}

/** `00:30:00Z` for seconds after midnight. */
export function formatTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(11, 19)}Z`;
}
