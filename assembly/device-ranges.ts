// The devices of the fleet as ranges of identifiers, each of one cohort and in one bank of the
// cache. A device's number in its bank follows from its identifier, so that the directory needs no
// keys; hits are counted by range; and where there are several banks, each question of the hit lane
// goes to the one that has its device's slot.

import { OK, OUT_OF_RANGE } from './layout';
import { slotCount } from './slots';

/** Devices that follow one another, and what the hit lane has answered of them. */
@unmanaged
export class DeviceRange {
  /** EUI-64 of its first device. */
  first: u64;
  count: u32;
  /** Number of its first device in this bank; −1: they have their slots in another. */
  index: i32;
  /** Place + 1 of the bank that has their slots; 0: there is none yet. The gateway's to write. */
  bank: u32;
  /** Answers; the gateway's to read and to set back to zero. */
  answers: u32;
}

/**
 * As many cohorts as a fleet file may hold, and as many cuts through them as banks may make of
 * 12 million devices.
 */
export const DEVICE_RANGES_MAX: i32 = 320;
export const DEVICE_RANGE_SIZE: i32 = offsetof<DeviceRange>();
export const OFF_DEVICE_RANGE_FIRST: i32 = offsetof<DeviceRange>('first');
export const OFF_DEVICE_RANGE_COUNT: i32 = offsetof<DeviceRange>('count');
export const OFF_DEVICE_RANGE_INDEX: i32 = offsetof<DeviceRange>('index');
export const OFF_DEVICE_RANGE_BANK: i32 = offsetof<DeviceRange>('bank');
export const OFF_DEVICE_RANGE_ANSWERS: i32 = offsetof<DeviceRange>('answers');

const table: usize = memory.data(24 * 320, 8);

if (DEVICE_RANGE_SIZE != 24 || DEVICE_RANGES_MAX != 320) ERROR('the ranges have another size');

let ranges: i32 = 0;

@inline function rangeAt(place: i32): DeviceRange {
  return changetype<DeviceRange>(table + <usize>place * DEVICE_RANGE_SIZE);
}

/**
 * Enters a range whose identifiers lie behind those of all that are there; `index` as in
 * `DeviceRange`. `OUT_OF_RANGE` where the table is full or the bank has not as many slots.
 */
export function addDevices(high: u32, low: u32, count: u32, index: i32): i32 {
  if (ranges >= DEVICE_RANGES_MAX) return OUT_OF_RANGE;
  if (index >= 0 && <u64>index + <u64>count > <u64>slotCount) return OUT_OF_RANGE;
  const range = rangeAt(ranges++);
  range.first = ((<u64>high) << 32) | low;
  range.count = count;
  range.index = index;
  return OK;
}

/**
 * The range that has a device; null for one that the fleet does not have. Its address is the same
 * in every bank.
 */
export function rangeOf(high: u32, low: u32): DeviceRange | null {
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

/** A device's number in this bank, from 0; negative for one of another. */
export function deviceIndex(high: u32, low: u32): i32 {
  const range = rangeOf(high, low);
  return range == null || range.index < 0 ? -1 : indexIn(range, high, low);
}

/** The number of a device of a range of this bank. */
@inline export function indexIn(range: DeviceRange, high: u32, low: u32): i32 {
  return range.index + <i32>((((<u64>high) << 32) | low) - range.first);
}

/** Address of the first range. */
export function deviceRangesAddress(): i32 {
  return <i32>table;
}
