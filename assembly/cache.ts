// The verbs of a cache bank: store and look up [AM 18.21(k), 18.22(h), 18.24(f)].
// Half hours here; the daily reads are in daily-cache.ts.
//
// What is stored (rule R5): stamps of the previous day, D−1 00:00 to D 00:00 with both ends, D the
// UTC day of retrieval; and entries newer than the newest retrieved so far.

import { deviceIndex } from './device-ranges';
import { enter, findSlot } from './directory';
import { link } from './expiry-wheel';
import {
  areKnown,
  batchFor,
  columnOf,
  columnsOf,
  erasePlace,
  expireRing,
  isKnown,
  know,
  placeOf,
  ringHeader,
  slide,
  storedAt,
} from './half-hour-ring';
import {
  CACHE_SECONDS_MAX,
  EXPIRED,
  Found,
  HIT,
  MISS,
  NO_ENTRY,
  OFF_SCRATCH_ROWS,
  OUT_OF_RANGE,
  PARTIAL,
  RING_ABSENT,
  RING_CAPACITY,
  RING_EXPORT,
  RING_VALUE_MAX,
  RingHeader,
  SCRATCH_ROWS,
  SlotHeader,
  UNKNOWN,
} from './layout';
import { scratch, slotAt, takeSlot } from './slots';

const DAY_SECONDS: u32 = 86_400;
const HALF_HOURS_A_DAY: i32 = 48;

@inline export function found(): Found {
  return changetype<Found>(scratch);
}

@inline function scratchColumn(column: i32): usize {
  return scratch + OFF_SCRATCH_ROWS + column * SCRATCH_ROWS * 4;
}

@inline export function maxOf(a: i32, b: i32): i32 {
  return a > b ? a : b;
}

@inline export function minOf(a: i32, b: i32): i32 {
  return a < b ? a : b;
}

/**
 * The device's slot, allotted and armed for the ring where needed; 0 for a device that is not of
 * this bank.
 */
export function openSlot(deviceHigh: u32, deviceLow: u32, ring: i32): usize {
  let slot = findSlot(deviceHigh, deviceLow);
  if (slot == 0) {
    const index = deviceIndex(deviceHigh, deviceLow);
    if (index < 0) return 0;
    const taken = takeSlot(deviceHigh, deviceLow);
    enter(index, taken);
    slot = slotAt(taken);
  }
  changetype<SlotHeader>(slot).armed |= <u8>1 << <u8>ring;
  return slot;
}

/**
 * Looks half hours `from` to `to` up in a ring. Columns of what is known go to the scratch region:
 * on a HIT from the first entry that the meter has to the last; else the part of the period that
 * the ring stands for, unknown ones marked UNKNOWN.
 */
export function lookUpProfile(
  deviceHigh: u32,
  deviceLow: u32,
  ring: i32,
  from: i32,
  to: i32,
  nowSeconds: u32,
): i32 {
  if (<u32>ring > <u32>RING_EXPORT || from <= 0 || to < from) return OUT_OF_RANGE;
  const answer = found();
  answer.first = from;
  answer.count = 0;
  const slot = findSlot(deviceHigh, deviceLow);
  if (slot == 0) return MISS;
  const header = ringHeader(slot, ring);
  const oldest = header.oldestStored;
  if (oldest != 0 && nowSeconds - oldest >= <u32>CACHE_SECONDS_MAX) {
    expireRing(slot, ring, nowSeconds);
  }
  const low = maxOf(from, header.newestKnown - RING_CAPACITY + 1);
  const count = minOf(to, header.newestKnown) - low + 1;
  if (count <= 0) return missed(header, from, to, nowSeconds);
  const whole = count == to - from + 1 && areKnown(header, placeOf(low), count);
  const known = whole ? copyKnown(slot, ring, low, count) : copyOut(slot, ring, low, count);
  answer.first = low;
  answer.count = count;
  if (!whole) return known > 0 ? PARTIAL : missed(header, from, to, nowSeconds);
  trim(answer);
  return HIT;
}

/**
 * EXPIRED when a ring would still stand for the period but for its age. What is of the previous day
 * is younger, unless nothing of the ring is left: it has not been retrieved.
 */
function missed(header: RingHeader, from: i32, to: i32, nowSeconds: u32): i32 {
  const newest = header.newestRetrieved;
  if (newest < to || from <= newest - RING_CAPACITY) return MISS;
  const previousDay = (<i32>(nowSeconds / DAY_SECONDS) - 1) * HALF_HOURS_A_DAY;
  return header.newestKnown == 0 || to < previousDay ? EXPIRED : MISS;
}

/**
 * As {@link copyOut}, of a stretch of which everything is known: the way of almost all look-ups.
 */
function copyKnown(slot: usize, ring: i32, low: i32, count: i32): i32 {
  const columns = columnsOf(ring);
  const first = placeOf(low);
  for (let column = 0; column < columns; column++) {
    const values = columnOf(slot, ring, column);
    const rows = scratchColumn(column);
    let place = first;
    for (let row = 0; row < count; row++) {
      const value: u32 = load<u16>(values + (place << 1));
      store<u32>(rows + (row << 2), value == RING_ABSENT ? NO_ENTRY : value);
      if (++place == RING_CAPACITY) place = 0;
    }
  }
  return count;
}

/** Copies a stretch of the ring out into the scratch columns and counts what is known of it. */
function copyOut(slot: usize, ring: i32, low: i32, count: i32): i32 {
  const header = ringHeader(slot, ring);
  const columns = columnsOf(ring);
  const first = placeOf(low);
  let known = 0;
  for (let column = 0; column < columns; column++) {
    const values = columnOf(slot, ring, column);
    const rows = scratchColumn(column);
    let place = first;
    known = 0;
    for (let row = 0; row < count; row++) {
      let value: u32 = UNKNOWN;
      if (isKnown(header, place)) {
        known++;
        value = load<u16>(values + (place << 1));
        if (value == RING_ABSENT) value = NO_ENTRY;
      }
      store<u32>(rows + (row << 2), value);
      if (++place == RING_CAPACITY) place = 0;
    }
  }
  return known;
}

/** Takes the absent entries off both ends: columns run from the first entry to the last. */
function trim(answer: Found): void {
  const rows = scratchColumn(0);
  let first = 0;
  let end = answer.count;
  while (first < end && load<u32>(rows + (first << 2)) == NO_ENTRY) first++;
  while (end > first && load<u32>(rows + ((end - 1) << 2)) == NO_ENTRY) end--;
  if (first > 0) {
    for (let column = 0; column < 2; column++) {
      const at = scratchColumn(column);
      memory.copy(at, at + (first << 2), (end - first) << 2);
    }
  }
  answer.first += first;
  answer.count = end - first;
}

/**
 * Stores what the meter answered for half hours `from` to `to`: entries `first` to `first + count −
 * 1` lie in the scratch columns with NO_ENTRY for gaps; the other stamps are known to be absent
 * from now on. The number of entries known anew, or a negative status.
 */
export function storeProfile(
  deviceHigh: u32,
  deviceLow: u32,
  ring: i32,
  from: i32,
  to: i32,
  first: i32,
  count: i32,
  nowSeconds: u32,
): i32 {
  if (<u32>ring > <u32>RING_EXPORT || from <= 0 || to < from) return OUT_OF_RANGE;
  if (<u32>count > <u32>SCRATCH_ROWS) return OUT_OF_RANGE;
  const slot = openSlot(deviceHigh, deviceLow, ring);
  if (slot == 0) return OUT_OF_RANGE;
  const header = ringHeader(slot, ring);
  const midnight = <i32>(nowSeconds / DAY_SECONDS) * HALF_HOURS_A_DAY;
  const newestRetrieved = header.newestRetrieved;
  const top = to > newestRetrieved ? to : minOf(to, midnight);
  slide(slot, ring, top);
  const low = maxOf(from, header.newestKnown - RING_CAPACITY + 1);
  const batch = batchFor(slot, ring, nowSeconds);
  let stored = 0;
  for (let halfHour = low; halfHour <= top; halfHour++) {
    const previousDay = halfHour >= midnight - HALF_HOURS_A_DAY && halfHour <= midnight;
    if (!previousDay && halfHour <= newestRetrieved) continue;
    const row = halfHour - first;
    if (storeEntry(slot, ring, halfHour, <u32>row < <u32>count ? row : -1)) {
      know(slot, ring, placeOf(halfHour), batch, nowSeconds);
      stored++;
    }
  }
  if (stored > 0) {
    if (header.oldestStored == 0) header.oldestStored = nowSeconds;
    link(slot, ring, header.oldestStored);
  }
  header.newestRetrieved = maxOf(newestRetrieved, newestEntry(first, count));
  return stored;
}

/** Writes one row of the scratch columns (−1: absent); false when a value is too large to hold. */
function storeEntry(slot: usize, ring: i32, halfHour: i32, row: i32): bool {
  const place = placeOf(halfHour);
  const columns = columnsOf(ring);
  for (let column = 0; column < columns; column++) {
    const value = row < 0 ? NO_ENTRY : load<u32>(scratchColumn(column) + (row << 2));
    if (value > RING_VALUE_MAX && value != NO_ENTRY) {
      if (isKnown(ringHeader(slot, ring), place)) erasePlace(slot, ring, place);
      return false;
    }
  }
  for (let column = 0; column < columns; column++) {
    const value = row < 0 ? NO_ENTRY : load<u32>(scratchColumn(column) + (row << 2));
    const kept = value == NO_ENTRY ? RING_ABSENT : value;
    store<u16>(columnOf(slot, ring, column) + (place << 1), kept);
  }
  return true;
}

/** Marks a device's slot: only Parties registered for it may ask. */
export function markByRegistration(deviceHigh: u32, deviceLow: u32): void {
  const slot = findSlot(deviceHigh, deviceLow);
  if (slot != 0) changetype<SlotHeader>(slot).byRegistration = 1;
}

/** Half hour of the last row that is an entry; 0 without one. */
function newestEntry(first: i32, count: i32): i32 {
  const rows = scratchColumn(0);
  let last = count - 1;
  while (last >= 0 && load<u32>(rows + (last << 2)) == NO_ENTRY) last--;
  return last < 0 ? 0 : first + last;
}

/**
 * The second at which the oldest known entry of half hours `from` to `to` was stored; 0 for none.
 */
export function oldestProfileStored(
  deviceHigh: u32,
  deviceLow: u32,
  ring: i32,
  from: i32,
  to: i32,
): i32 {
  if (<u32>ring > <u32>RING_EXPORT || from <= 0 || to < from) return OUT_OF_RANGE;
  const slot = findSlot(deviceHigh, deviceLow);
  if (slot == 0) return 0;
  const header = ringHeader(slot, ring);
  const low = maxOf(from, header.newestKnown - RING_CAPACITY + 1);
  const high = minOf(to, header.newestKnown);
  let oldest: u32 = 0;
  for (let halfHour = low; halfHour <= high; halfHour++) {
    const place = placeOf(halfHour);
    if (!isKnown(header, place)) continue;
    const stored = storedAt(slot, ring, place);
    if (oldest == 0 || stored < oldest) oldest = stored;
  }
  return <i32>oldest;
}
