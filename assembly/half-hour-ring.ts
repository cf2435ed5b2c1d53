// A half-hour ring of a cache slot: entry h lives at h mod RING_CAPACITY and the ring stands for
// the RING_CAPACITY half hours up to `newestKnown`. No head, no count: the place is the time.
//
// The age of an entry is exact to the second. Entries stored together share a batch; a ring that
// meets more than BATCHES different seconds moves its ages out to the reserved region.

import {
  BATCH_TABLE_SIZE,
  BATCHES,
  CACHE_SECONDS_MAX,
  COLUMN_SIZE,
  ENTRY_BATCH_SIZE,
  EXACT_RING_SIZE,
  OFF_SLOT_BATCHES,
  OFF_SLOT_ENTRY_BATCH,
  OFF_SLOT_IMPORT,
  OFF_SLOT_VALUES,
  OFF_TWIN_VALUES,
  RING_CAPACITY,
  RING_EXPORT,
  RING_HEADER_SIZE,
  RING_IMPORT,
  RingHeader,
  SlotHeader,
} from './layout';
import { exactAgesOf, isTwin } from './slots';

@inline export function ringHeader(slot: usize, ring: i32): RingHeader {
  return changetype<RingHeader>(slot + OFF_SLOT_IMPORT + ring * RING_HEADER_SIZE);
}

/** Columns that a ring has: import has a second one on twin-element meters, export always. */
@inline export function columnsOf(ring: i32): i32 {
  return ring == RING_EXPORT || isTwin() ? 2 : 1;
}

/** First u16 of a column. */
@inline export function columnOf(slot: usize, ring: i32, column: i32): usize {
  if (ring == RING_IMPORT && column == 1) return slot + OFF_TWIN_VALUES;
  return slot + OFF_SLOT_VALUES + (ring + column) * COLUMN_SIZE;
}

@inline export function placeOf(halfHour: i32): i32 {
  return halfHour % RING_CAPACITY;
}

@inline export function isKnown(header: RingHeader, place: i32): bool {
  const word = place < 64 ? header.knownLow : header.knownHigh;
  return ((word >> (place & 63)) & 1) != 0;
}

@inline function setKnown(header: RingHeader, place: i32): void {
  if (place < 64) header.knownLow |= <u64>1 << place;
  else header.knownHigh |= <u64>1 << (place & 63);
}

@inline function clearKnown(header: RingHeader, place: i32): void {
  if (place < 64) header.knownLow &= ~(<u64>1 << place);
  else header.knownHigh &= ~(<u64>1 << (place & 63));
}

/** Bits `from` up to and without `to` of a word, 0 ≤ from < to ≤ 64. */
@inline function bits(from: i32, to: i32): u64 {
  return (<u64>-1 << from) & (<u64>-1 >>> (64 - to));
}

/** Whether `count` places from `place` on are all known; wraps, count ≤ RING_CAPACITY. */
export function areKnown(header: RingHeader, place: i32, count: i32): bool {
  const end = place + count;
  if (end > RING_CAPACITY) {
    return (
      areKnown(header, place, RING_CAPACITY - place) && areKnown(header, 0, end - RING_CAPACITY)
    );
  }
  if (place < 64) {
    const wanted = bits(place, end < 64 ? end : 64);
    if ((header.knownLow & wanted) != wanted) return false;
  }
  if (end > 64) {
    const wanted = bits(place > 64 ? place - 64 : 0, end - 64);
    if ((header.knownHigh & wanted) != wanted) return false;
  }
  return true;
}

@inline function isExact(slot: usize, ring: i32): bool {
  return ((changetype<SlotHeader>(slot).exact >> <u16>ring) & 1) != 0;
}

@inline function batchTable(slot: usize, ring: i32): usize {
  return slot + OFF_SLOT_BATCHES + ring * BATCH_TABLE_SIZE;
}

@inline function entryBatches(slot: usize, ring: i32): usize {
  return slot + OFF_SLOT_ENTRY_BATCH + ring * ENTRY_BATCH_SIZE;
}

@inline function exactAges(slot: usize, ring: i32): usize {
  return exactAgesOf(slot) + ring * EXACT_RING_SIZE;
}

@inline function batchOf(slot: usize, ring: i32, place: i32): u32 {
  return (load<u8>(entryBatches(slot, ring) + (place >> 1)) >> <u8>((place & 1) << 2)) & 15;
}

function setBatch(slot: usize, ring: i32, place: i32, batch: u32): void {
  const at = entryBatches(slot, ring) + (place >> 1);
  const shift: u32 = (place & 1) << 2;
  const others = <u32>load<u8>(at) & ~(15 << shift);
  store<u8>(at, <u8>(others | (batch << shift)));
}

/** Second at which the known entry at a place was stored. */
export function storedAt(slot: usize, ring: i32, place: i32): u32 {
  return isExact(slot, ring)
    ? load<u32>(exactAges(slot, ring) + (place << 2))
    : load<u32>(batchTable(slot, ring) + (batchOf(slot, ring, place) << 2));
}

/** Half-hourly entries known in the whole bank, absent ones included. */
export let entriesKnown: u32 = 0;

/** Goes on with rings that were written from outside; see cache-image.ts. */
export function resumeEntries(known: u32): void {
  entriesKnown = known;
}

/** Overwrites one known entry with zeros. */
export function erasePlace(slot: usize, ring: i32, place: i32): void {
  entriesKnown--;
  clearKnown(ringHeader(slot, ring), place);
  const columns = columnsOf(ring);
  for (let column = 0; column < columns; column++) {
    store<u16>(columnOf(slot, ring, column) + (place << 1), 0);
  }
  if (isExact(slot, ring)) store<u32>(exactAges(slot, ring) + (place << 2), 0);
  else setBatch(slot, ring, place, 0);
}

/** Overwrites the whole ring with zeros, all but its link in the wheel. */
export function eraseRing(slot: usize, ring: i32): void {
  const header = ringHeader(slot, ring);
  entriesKnown -= <u32>(popcnt(header.knownLow) + popcnt(header.knownHigh));
  header.knownLow = 0;
  header.knownHigh = 0;
  header.newestRetrieved = 0;
  emptyRing(slot, ring);
  const columns = columnsOf(ring);
  for (let column = 0; column < columns; column++) {
    memory.fill(columnOf(slot, ring, column), 0, RING_CAPACITY * 2);
  }
}

/** Forgets the ages and the window of a ring in which nothing is known any more. */
function emptyRing(slot: usize, ring: i32): void {
  const header = ringHeader(slot, ring);
  header.newestKnown = 0;
  header.oldestStored = 0;
  memory.fill(batchTable(slot, ring), 0, BATCH_TABLE_SIZE);
  memory.fill(entryBatches(slot, ring), 0, ENTRY_BATCH_SIZE);
  if (isExact(slot, ring)) {
    memory.fill(exactAges(slot, ring), 0, EXACT_RING_SIZE);
    changetype<SlotHeader>(slot).exact &= ~(<u16>1 << <u16>ring);
  }
}

/** Bit b: a known entry is of batch b. */
function batchesInUse(slot: usize, ring: i32): u32 {
  const header = ringHeader(slot, ring);
  let used: u32 = 0;
  for (let place = 0; place < RING_CAPACITY; place++) {
    if (isKnown(header, place)) used |= 1 << batchOf(slot, ring, place);
  }
  return used;
}

/** The batch of `nowSeconds`, a new one where needed; BATCHES when there is no room for one. */
export function batchFor(slot: usize, ring: i32, nowSeconds: u32): u32 {
  if (isExact(slot, ring)) return BATCHES;
  const table = batchTable(slot, ring);
  const used = batchesInUse(slot, ring);
  let free: u32 = BATCHES;
  for (let batch: u32 = 0; batch < <u32>BATCHES; batch++) {
    if (load<u32>(table + (batch << 2)) == nowSeconds) return batch;
    if (((used >> batch) & 1) == 0 && free == BATCHES) free = batch;
  }
  if (free == BATCHES) goExact(slot, ring);
  else store<u32>(table + (free << 2), nowSeconds);
  return free;
}

/** Moves the ages of a ring out to the reserved region, one for each entry. */
function goExact(slot: usize, ring: i32): void {
  const header = ringHeader(slot, ring);
  const ages = exactAges(slot, ring);
  for (let place = 0; place < RING_CAPACITY; place++) {
    const known = isKnown(header, place);
    store<u32>(ages + (place << 2), known ? storedAt(slot, ring, place) : 0);
  }
  memory.fill(batchTable(slot, ring), 0, BATCH_TABLE_SIZE);
  memory.fill(entryBatches(slot, ring), 0, ENTRY_BATCH_SIZE);
  changetype<SlotHeader>(slot).exact |= <u16>1 << <u16>ring;
}

/** Marks a place as known since `nowSeconds`; `batch` is {@link batchFor}'s answer for it. */
@inline export function know(
  slot: usize,
  ring: i32,
  place: i32,
  batch: u32,
  nowSeconds: u32,
): void {
  const header = ringHeader(slot, ring);
  if (!isKnown(header, place)) entriesKnown++;
  setKnown(header, place);
  if (batch == BATCHES) store<u32>(exactAges(slot, ring) + (place << 2), nowSeconds);
  else setBatch(slot, ring, place, batch);
}

/** Moves the window up to `newest`, erasing what falls out of it. */
export function slide(slot: usize, ring: i32, newest: i32): void {
  const header = ringHeader(slot, ring);
  const gone = newest - header.newestKnown;
  if (gone <= 0) return;
  if (header.newestKnown != 0) {
    const count = gone < RING_CAPACITY ? gone : RING_CAPACITY;
    for (let i = 0; i < count; i++) {
      const place = placeOf(newest - i);
      if (isKnown(header, place)) erasePlace(slot, ring, place);
    }
  }
  header.newestKnown = newest;
}

/**
 * Erases what is too old at `nowSeconds` and finds the oldest second again: 0 for an empty ring.
 */
export function expireRing(slot: usize, ring: i32, nowSeconds: u32): u32 {
  const header = ringHeader(slot, ring);
  let oldest: u32 = 0;
  for (let place = 0; place < RING_CAPACITY; place++) {
    if (!isKnown(header, place)) continue;
    const stored = storedAt(slot, ring, place);
    if (nowSeconds - stored >= <u32>CACHE_SECONDS_MAX) erasePlace(slot, ring, place);
    else if (oldest == 0 || stored < oldest) oldest = stored;
  }
  if (oldest == 0) emptyRing(slot, ring);
  else header.oldestStored = oldest;
  return oldest;
}
