// British Summer Time: from the last Sunday of March, 01:00 UTC, to the last Sunday of October,
// 01:00 UTC [domain §3], by whole numbers alone. Logs are UTC; BST counts only where a clause says
// so. The rule is today's, and is kept for all years: before 1996 the dates were others.

import { DAY_SECONDS, dayOfDate, utcDay } from './half-hours.ts';

/** The clocks change at this hour UTC, in spring and in autumn. */
const CHANGE_SECONDS = 3600;
/** How far local time is ahead of UTC. */
const AHEAD_SECONDS = 3600;

const MARCH = 3;
const OCTOBER = 10;

/** Day of the last Sunday of a month that has 31 days; day 0 of the epoch was a Thursday. */
function lastSunday(year: number, month: number): number {
  const last = dayOfDate(year, month, 31);
  return last - ((last + 4) % 7);
}

/** Year of the calendar that a day since the epoch lies in. */
function yearOf(day: number): number {
  const guess = 1970 + Math.floor(day / 365.2425);
  if (dayOfDate(guess, 1, 1) > day) return guess - 1;
  return dayOfDate(guess + 1, 1, 1) > day ? guess : guess + 1;
}

/** Whether clocks show BST at `seconds` UTC. */
export function isBritishSummerTime(seconds: number): boolean {
  const year = yearOf(utcDay(seconds));
  const start = lastSunday(year, MARCH) * DAY_SECONDS + CHANGE_SECONDS;
  const end = lastSunday(year, OCTOBER) * DAY_SECONDS + CHANGE_SECONDS;
  return seconds >= start && seconds < end;
}

/**
 * Second at which a local day begins: 00:00:00Z of the same date, or in BST 23:00:00Z of the day
 * before. A day is "within BST" when it begins in BST, so the Sunday of the change in spring is not
 * and that in autumn is [domain G4].
 */
export function localMidnight(day: number): number {
  const early = day * DAY_SECONDS - AHEAD_SECONDS;
  return isBritishSummerTime(early) ? early : day * DAY_SECONDS;
}
