// The daily ring of a cache slot: the read of midnight d (days since the epoch) lives at
// d mod DAILY_CAPACITY, whatever the delay with which the meter recorded it [AM 18.21(b)].
//
// "Absent" needs care: a meter that records late answers a period that ends at midnight sharp
// without that midnight's read. So the ring remembers for how many seconds after midnight there is
// known to be none, and a request that reaches further is a miss.

import {
  CACHE_SECONDS_MAX,
  DAILY_CAPACITY,
  DAILY_ENTRY_SIZE,
  DailyEntry,
  DailyHeader,
  OFF_SLOT_DAILY,
  OFF_SLOT_DAILY_ENTRIES,
  OFF_TWIN_DAILY,
  SECONDARY_DAILY_SIZE,
} from './layout';
import { isTwin } from './slots';

const ABSENT_SHIFT: u32 = 8;

@inline export function dailyHeader(slot: usize): DailyHeader {
  return changetype<DailyHeader>(slot + OFF_SLOT_DAILY);
}

@inline export function dailyPlace(day: i32): i32 {
  return day % DAILY_CAPACITY;
}

@inline export function dailyEntry(slot: usize, place: i32): DailyEntry {
  return changetype<DailyEntry>(slot + OFF_SLOT_DAILY_ENTRIES + place * DAILY_ENTRY_SIZE);
}

/** Second element's registers of an entry; only in a twin bank. */
@inline export function secondaryDaily(slot: usize, place: i32): usize {
  return slot + OFF_TWIN_DAILY + place * SECONDARY_DAILY_SIZE;
}

@inline export function isDailyKnown(header: DailyHeader, place: i32): bool {
  return ((header.known >> place) & 1) != 0;
}

@inline export function isDailyAbsent(header: DailyHeader, place: i32): bool {
  return ((header.known >> (place + ABSENT_SHIFT)) & 1) != 0;
}

/** Daily reads known in the whole bank, absent ones included. */
export let dailyReadsKnown: u32 = 0;

/** Goes on with rings that were written from outside; see cache-image.ts. */
export function resumeDailyReads(known: u32): void {
  dailyReadsKnown = known;
}

export function knowDaily(header: DailyHeader, place: i32, absent: bool): void {
  if (!isDailyKnown(header, place)) dailyReadsKnown++;
  header.known |= 1 << place;
  if (absent) header.known |= 1 << (place + ABSENT_SHIFT);
  else header.known &= ~(1 << (place + ABSENT_SHIFT));
}

/** Overwrites one daily read with zeros. */
export function eraseDailyPlace(slot: usize, place: i32): void {
  const header = dailyHeader(slot);
  if (isDailyKnown(header, place)) dailyReadsKnown--;
  header.known &= ~((1 << place) | (1 << (place + ABSENT_SHIFT)));
  memory.fill(changetype<usize>(dailyEntry(slot, place)), 0, DAILY_ENTRY_SIZE);
  if (isTwin()) memory.fill(secondaryDaily(slot, place), 0, SECONDARY_DAILY_SIZE);
}

/** Overwrites the whole ring with zeros, all but its link in the wheel. */
export function eraseDailyRing(slot: usize): void {
  const header = dailyHeader(slot);
  header.newestRetrieved = 0;
  header.newestKnown = 0;
  header.oldestStored = 0;
  for (let place = 0; place < DAILY_CAPACITY; place++) eraseDailyPlace(slot, place);
}

/** Moves the window up to day `newest`, erasing what falls out of it. */
export function slideDaily(slot: usize, newest: i32): void {
  const header = dailyHeader(slot);
  const gone = newest - header.newestKnown;
  if (gone <= 0) return;
  if (header.newestKnown != 0) {
    const count = gone < DAILY_CAPACITY ? gone : DAILY_CAPACITY;
    for (let i = 0; i < count; i++) eraseDailyPlace(slot, dailyPlace(newest - i));
  }
  header.newestKnown = newest;
}

/**
 * Erases what is too old at `nowSeconds` and finds the oldest second again: 0 for an empty ring.
 */
export function expireDailyRing(slot: usize, nowSeconds: u32): u32 {
  const header = dailyHeader(slot);
  let oldest: u32 = 0;
  for (let place = 0; place < DAILY_CAPACITY; place++) {
    if (!isDailyKnown(header, place)) continue;
    const stored = dailyEntry(slot, place).storedAt;
    if (nowSeconds - stored >= <u32>CACHE_SECONDS_MAX) eraseDailyPlace(slot, place);
    else if (oldest == 0 || stored < oldest) oldest = stored;
  }
  header.oldestStored = oldest;
  if (oldest == 0) header.newestKnown = 0;
  return oldest;
}
