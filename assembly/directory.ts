// EUI-64 → slot. Devices are numbered within a bank, and the directory has a cell for each number:
// the slot that was allotted to it, + 1, or 0. A million devices that are asked at random share
// sixteen to a line of the processor's memory, and no key has to be compared.

import { deviceIndex, DeviceRange, indexIn } from './device-ranges';
import { directory, slotAt } from './slots';

@inline function cellOf(index: i32): usize {
  return directory + (<usize>index << 2);
}

/** Address of the slot of the device of a number, or 0. */
@inline function slotOf(index: i32): usize {
  const cell = load<u32>(cellOf(index));
  return cell == 0 ? 0 : slotAt(cell - 1);
}

/** Address of the device's slot, or 0. */
export function findSlot(deviceHigh: u32, deviceLow: u32): usize {
  const index = deviceIndex(deviceHigh, deviceLow);
  return index < 0 ? 0 : slotOf(index);
}

/** As {@link findSlot}, of a device of which the range is known. */
@inline export function findSlotIn(range: DeviceRange, deviceHigh: u32, deviceLow: u32): usize {
  return range.index < 0 ? 0 : slotOf(indexIn(range, deviceHigh, deviceLow));
}

/** Enters the slot of a device of this bank. */
export function enter(index: i32, slot: u32): void {
  store<u32>(cellOf(index), slot + 1);
}

/** Strikes a device of this bank out. */
export function strike(index: i32): void {
  store<u32>(cellOf(index), 0);
}
