import { describe, expect, test } from 'vitest';
import {
  isBritishSummerTime,
  localMidnight,
} from '../../../gateway/protocol/british-summer-time.ts';
import {
  DAY_SECONDS,
  dayOfDate,
  formatSeconds,
  parseDate,
  parseDateTime,
} from '../../../gateway/protocol/half-hours.ts';

const LONDON = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hourCycle: 'h23',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** Whether London's clocks were an hour ahead, as the time zone database has it. */
function isAhead(seconds: number): boolean {
  const hour = Number(LONDON.format(seconds * 1000).slice(-8, -6));
  return hour !== Math.floor(seconds / 3600) % 24;
}

describe('British Summer Time', () => {
  test.each([
    [2024, '2024-03-31T01:00:00Z', '2024-10-27T01:00:00Z'],
    [2025, '2025-03-30T01:00:00Z', '2025-10-26T01:00:00Z'],
    [2026, '2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'],
  ])('of %d begins %s and ends %s, to the second', (_, start, end) => {
    expect(isBritishSummerTime(parseDateTime(start) - 1)).toBe(false);
    expect(isBritishSummerTime(parseDateTime(start))).toBe(true);
    expect(isBritishSummerTime(parseDateTime(end) - 1)).toBe(true);
    expect(isBritishSummerTime(parseDateTime(end))).toBe(false);
  });

  test('is what Intl says, every hour of 2000 to 2050 around a change, and daily between', () => {
    const wrong: string[] = [];
    const last = dayOfDate(2050, 12, 31);
    let changes = 0;
    for (let day = dayOfDate(2000, 1, 1); day <= last; day++) {
      const noon = day * DAY_SECONDS + DAY_SECONDS / 2;
      const changed = isBritishSummerTime(noon) !== isBritishSummerTime(noon - DAY_SECONDS);
      if (changed) changes++;
      const instants = changed
        ? Array.from({ length: 24 }, (_, hour) => noon - DAY_SECONDS + hour * 3600)
        : [noon];
      for (const at of instants.flatMap((seconds) => [seconds - 1, seconds])) {
        if (isBritishSummerTime(at) !== isAhead(at)) wrong.push(formatSeconds(at));
      }
    }
    expect(wrong).toEqual([]);
    expect(changes).toBe(2 * 51);
  });

  test.each([
    ['1970-01-01', '1970-01-01T00:00:00Z'],
    ['9999-07-01', '9999-06-30T23:00:00Z'],
    ['2000-02-29', '2000-02-29T00:00:00Z'],
    ['2023-12-31', '2023-12-31T00:00:00Z'],
    ['2024-01-01', '2024-01-01T00:00:00Z'],
  ])('the local day %s begins %s', (date, midnight) => {
    expect(formatSeconds(localMidnight(parseDate(date)))).toBe(midnight);
  });

  test.each([
    ['2024-03-30', '2024-03-30T00:00:00Z'],
    ['2024-03-31', '2024-03-31T00:00:00Z'],
    ['2024-04-01', '2024-03-31T23:00:00Z'],
    ['2024-10-27', '2024-10-26T23:00:00Z'],
    ['2024-10-28', '2024-10-28T00:00:00Z'],
  ])('G4: local midnight decides at a change: %s begins %s', (date, midnight) => {
    expect(formatSeconds(localMidnight(parseDate(date)))).toBe(midnight);
  });
});
