// The verbs of a cache bank for daily reads [AM 18.21(k)]: cache.ts says what is stored; a read
// that was recorded late counts under its midnight.

import { found, maxOf, minOf, openSlot } from './cache';
import {
  dailyEntry,
  dailyHeader,
  dailyPlace,
  eraseDailyPlace,
  expireDailyRing,
  isDailyAbsent,
  isDailyKnown,
  knowDaily,
  secondaryDaily,
  slideDaily,
} from './daily-ring';
import { findSlot } from './directory';
import { link } from './expiry-wheel';
import {
  CACHE_SECONDS_MAX,
  DAILY_CAPACITY,
  DAILY_ROW_WORDS,
  EXPIRED,
  HIT,
  MISS,
  OFF_SCRATCH_ROWS,
  OUT_OF_RANGE,
  PARTIAL,
  RING_DAILY,
  SECONDARY_DAILY_SIZE,
  TOU_REGISTERS,
} from './layout';
import { isTwin, scratch } from './slots';

const DAY_SECONDS: u32 = 86_400;
/** Words of the first element in a row, behind the day and the lateness. */
const REGISTER_WORDS: i32 = 1 + TOU_REGISTERS;

@inline function rowAt(row: i32): usize {
  return scratch + OFF_SCRATCH_ROWS + row * DAILY_ROW_WORDS * 4;
}

/** Whether the ring knows day `day`, an absence for at least `throughSeconds` after midnight. */
@inline function knowsDay(slot: usize, day: i32, throughSeconds: u32): bool {
  const header = dailyHeader(slot);
  const place = dailyPlace(day);
  if (!isDailyKnown(header, place)) return false;
  return !isDailyAbsent(header, place) || dailyEntry(slot, place).lateSeconds >= throughSeconds;
}

/**
 * Looks the reads of midnights `fromDay` to `toDay` up. The reads known go to the scratch rows,
 * `knownDays` says which days of the ring's window are known. An absence counts on the last day
 * only if it reaches `throughSeconds` after midnight, on the others if it reaches the day's end.
 */
export function lookUpDaily(
  deviceHigh: u32,
  deviceLow: u32,
  fromDay: i32,
  toDay: i32,
  throughSeconds: u32,
  nowSeconds: u32,
): i32 {
  if (fromDay <= 0 || toDay < fromDay || throughSeconds >= DAY_SECONDS) return OUT_OF_RANGE;
  const answer = found();
  answer.first = fromDay;
  answer.count = 0;
  answer.knownDays = 0;
  const slot = findSlot(deviceHigh, deviceLow);
  if (slot == 0) return MISS;
  const header = dailyHeader(slot);
  const oldest = header.oldestStored;
  if (oldest != 0 && nowSeconds - oldest >= <u32>CACHE_SECONDS_MAX) {
    expireDailyRing(slot, nowSeconds);
  }
  const low = maxOf(fromDay, header.newestKnown - DAILY_CAPACITY + 1);
  const high = minOf(toDay, header.newestKnown);
  answer.first = low;
  let known = 0;
  for (let day = low; day <= high; day++) {
    if (!knowsDay(slot, day, day == toDay ? throughSeconds : DAY_SECONDS - 1)) continue;
    answer.knownDays |= 1 << (day - low);
    known++;
    if (!isDailyAbsent(header, dailyPlace(day))) copyRowOut(slot, day, answer.count++);
  }
  if (known == toDay - fromDay + 1) return HIT;
  if (known > 0) return PARTIAL;
  // As of half hours.
  const newest = header.newestRetrieved;
  if (newest < toDay || fromDay <= newest - DAILY_CAPACITY) return MISS;
  const previousDay = <i32>(nowSeconds / DAY_SECONDS) - 1;
  return header.newestKnown == 0 || toDay < previousDay ? EXPIRED : MISS;
}

function copyRowOut(slot: usize, day: i32, row: i32): void {
  const at = rowAt(row);
  const place = dailyPlace(day);
  const entry = dailyEntry(slot, place);
  store<u32>(at, day);
  store<u32>(at + 4, entry.lateSeconds);
  memory.copy(at + 8, changetype<usize>(entry) + 8, REGISTER_WORDS * 4);
  const second = at + 8 + REGISTER_WORDS * 4;
  if (isTwin()) memory.copy(second, secondaryDaily(slot, place), SECONDARY_DAILY_SIZE);
  else memory.fill(second, 0, SECONDARY_DAILY_SIZE);
}

/**
 * Stores what the meter answered for midnights `fromDay` to `toDay`: `count` rows in the scratch
 * region, days rising, none older than the ring could hold. The other days are known to be absent;
 * the last one for `throughSeconds` after midnight only. The number of days known anew, or a
 * negative status.
 */
export function storeDaily(
  deviceHigh: u32,
  deviceLow: u32,
  fromDay: i32,
  toDay: i32,
  throughSeconds: u32,
  count: i32,
  nowSeconds: u32,
): i32 {
  if (fromDay <= 0 || toDay < fromDay || throughSeconds >= DAY_SECONDS) return OUT_OF_RANGE;
  if (<u32>count > <u32>DAILY_CAPACITY) return OUT_OF_RANGE;
  const slot = openSlot(deviceHigh, deviceLow, RING_DAILY);
  if (slot == 0) return OUT_OF_RANGE;
  const header = dailyHeader(slot);
  const today = <i32>(nowSeconds / DAY_SECONDS);
  const newestRetrieved = header.newestRetrieved;
  const top = toDay > newestRetrieved ? toDay : minOf(toDay, today);
  slideDaily(slot, top);
  let stored = 0;
  let row = 0;
  for (
    let day = maxOf(fromDay, header.newestKnown - DAILY_CAPACITY + 1);
    day <= top;
    day++
  ) {
    while (row < count && load<i32>(rowAt(row)) < day) row++;
    const previousDay = day == today || day == today - 1;
    if (!previousDay && day <= newestRetrieved) continue;
    const present = row < count && load<i32>(rowAt(row)) == day;
    storeDay(slot, day, present ? row : -1, day == toDay ? throughSeconds : DAY_SECONDS - 1);
    dailyEntry(slot, dailyPlace(day)).storedAt = nowSeconds;
    stored++;
  }
  if (stored > 0) {
    if (header.oldestStored == 0) header.oldestStored = nowSeconds;
    link(slot, RING_DAILY, header.oldestStored);
  }
  if (count > 0) {
    header.newestRetrieved = maxOf(newestRetrieved, load<i32>(rowAt(count - 1)));
  }
  return stored;
}

/** Writes one scratch row (−1: absent through `throughSeconds`) over whatever was there. */
function storeDay(slot: usize, day: i32, row: i32, throughSeconds: u32): void {
  const place = dailyPlace(day);
  eraseDailyPlace(slot, place);
  knowDaily(dailyHeader(slot), place, row < 0);
  const entry = dailyEntry(slot, place);
  if (row < 0) {
    entry.lateSeconds = throughSeconds;
    return;
  }
  const at = rowAt(row);
  entry.lateSeconds = load<u32>(at + 4);
  memory.copy(changetype<usize>(entry) + 8, at + 8, REGISTER_WORDS * 4);
  if (isTwin()) {
    memory.copy(secondaryDaily(slot, place), at + 8 + REGISTER_WORDS * 4, SECONDARY_DAILY_SIZE);
  }
}

/** The second at which the oldest known read of the days was stored; 0 for none. */
export function oldestDailyStored(
  deviceHigh: u32,
  deviceLow: u32,
  fromDay: i32,
  toDay: i32,
): i32 {
  if (fromDay <= 0 || toDay < fromDay) return OUT_OF_RANGE;
  const slot = findSlot(deviceHigh, deviceLow);
  if (slot == 0) return 0;
  const header = dailyHeader(slot);
  let oldest: u32 = 0;
  const high = minOf(toDay, header.newestKnown);
  for (let day = maxOf(fromDay, header.newestKnown - DAILY_CAPACITY + 1); day <= high; day++) {
    if (!isDailyKnown(header, dailyPlace(day))) continue;
    const stored = dailyEntry(slot, dailyPlace(day)).storedAt;
    if (oldest == 0 || stored < oldest) oldest = stored;
  }
  return <i32>oldest;
}
