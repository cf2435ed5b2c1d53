// The devices of the fleet as ranges of identifiers, each of one cohort and in one bank of the
// cache: hits are counted by cohort, and where there are several banks, each question goes to the
// one that has its device's slot.

/** Devices that follow one another, and what the lane has answered of them. */
@unmanaged
export class HitRange {
  /** EUI-64 of its first device. */
  first: u64;
  count: u32;
  /** Answers; the gateway's to read and to set back to zero. */
  answers: u32;
  /** Place + 1 of the bank that has their slots; 0: there is none yet. The gateway's to write. */
  bank: u32;
  reserved: u32;
}

/**
 * As many cohorts as a fleet file may hold, and as many cuts through them as banks may make of
 * 12 million devices.
 */
export const HIT_RANGES_MAX: i32 = 320;
export const HIT_RANGE_SIZE: i32 = offsetof<HitRange>();
export const OFF_HIT_RANGE_FIRST: i32 = offsetof<HitRange>('first');
export const OFF_HIT_RANGE_COUNT: i32 = offsetof<HitRange>('count');
export const OFF_HIT_RANGE_ANSWERS: i32 = offsetof<HitRange>('answers');
export const OFF_HIT_RANGE_BANK: i32 = offsetof<HitRange>('bank');
export const OFF_HIT_RANGE_RESERVED: i32 = offsetof<HitRange>('reserved');

const table: usize = memory.data(24 * 320, 8);

if (HIT_RANGE_SIZE != 24 || HIT_RANGES_MAX != 320) ERROR('the ranges have another size');

let ranges: i32 = 0;

@inline function rangeAt(place: i32): HitRange {
  return changetype<HitRange>(table + <usize>place * HIT_RANGE_SIZE);
}

/**
 * Enters a range whose identifiers lie behind those of all that are there; its place. No more than
 * `HIT_RANGES_MAX` fit: then −1.
 */
export function addHitRange(high: u32, low: u32, count: u32): i32 {
  if (ranges >= HIT_RANGES_MAX) return -1;
  const range = rangeAt(ranges);
  range.first = ((<u64>high) << 32) | low;
  range.count = count;
  return ranges++;
}

/** The range that holds a device, or null. */
@inline function rangeOf(high: u32, low: u32): HitRange | null {
  const device = ((<u64>high) << 32) | low;
  let from = 0;
  let to = ranges - 1;
  while (from < to) {
    const middle = (from + to + 1) >> 1;
    if (rangeAt(middle).first <= device) from = middle;
    else to = middle - 1;
  }
  const range = rangeAt(from);
  return device - range.first < <u64>range.count ? range : null;
}

/** Counts an answer to the cohort that a device is of. */
export function countRange(high: u32, low: u32): void {
  const range = rangeOf(high, low);
  if (range != null) range.answers += 1;
}

/** Place of the bank that has a device's slot, if any has; −1 without. */
export function bankOfDevice(high: u32, low: u32): i32 {
  const range = rangeOf(high, low);
  return range == null ? -1 : <i32>range.bank - 1;
}

/** Address of the first range. */
export function hitRangesAddress(): i32 {
  return <i32>table;
}
