// Where the parts of a cache bank lie, and the slots themselves: allotted when a device is first
// stored, taken back when its last schedule goes. Sized once; nothing allocates afterwards.

import { HIT_LANE_SIZE } from './hit-layout';
import {
  CELL_SIZE,
  EXACT_AGES_SIZE,
  NO_MEMORY,
  OK,
  OUT_OF_RANGE,
  SCRATCH_SIZE,
  SLOT_SIZE,
  SlotHeader,
  TWIN_SLOT_SIZE,
  WHEEL_SIZE,
} from './layout';

const PAGE_SIZE: u64 = 65_536;
/** All that 32 bits can address: from 2 GiB on an address is negative where it leaves the core. */
const MEMORY_MAX: u64 = 65_536 * PAGE_SIZE;

export let scratch: usize = 0;
export let lane: usize = 0;
export let wheel: usize = 0;
export let directory: usize = 0;
let slots: usize = 0;
let exactAges: usize = 0;
let slotSize: usize = 0;
export let slotCount: u32 = 0;
export let slotsEverUsed: u32 = 0;
/** Slot number + 1 of the first free slot; 0 for none. */
export let firstFree: u32 = 0;

/** Slots that hold a device now. */
export let slotsInUse: u32 = 0;

/** Lays the bank out for `count` devices and takes all its memory. Once per instance. */
export function layOutSlots(count: u32, twin: i32): i32 {
  if (slotCount != 0 || count == 0 || count > 0x0100_0000) return OUT_OF_RANGE;
  const size: usize = twin != 0 ? TWIN_SLOT_SIZE : SLOT_SIZE;
  const scratchAt: u64 = (<u64>__heap_base + 7) & ~7;
  const laneAt = scratchAt + <u64>SCRATCH_SIZE;
  const wheelAt = laneAt + <u64>HIT_LANE_SIZE;
  const directoryAt = wheelAt + <u64>WHEEL_SIZE;
  // Slots begin on a page of the machine, so that no slot shares one with the directory.
  const slotsAt = (directoryAt + <u64>count * <u64>CELL_SIZE + 4095) & ~4095;
  const agesAt = slotsAt + <u64>count * <u64>size;
  const end = agesAt + <u64>count * <u64>EXACT_AGES_SIZE;
  if (end > MEMORY_MAX) return NO_MEMORY;
  const pages = <i32>((end + PAGE_SIZE - 1) / PAGE_SIZE) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return NO_MEMORY;
  scratch = <usize>scratchAt;
  lane = <usize>laneAt;
  wheel = <usize>wheelAt;
  directory = <usize>directoryAt;
  slots = <usize>slotsAt;
  exactAges = <usize>agesAt;
  slotSize = size;
  slotCount = count;
  return OK;
}

/** Whether this bank's slots have a second element. */
@inline export function isTwin(): bool {
  return slotSize == TWIN_SLOT_SIZE;
}

/** Bytes of one slot of this bank. */
@inline export function slotBytes(): usize {
  return slotSize;
}

/** Where the exact ages begin. */
@inline export function ages(): usize {
  return exactAges;
}

/** Goes on with slots that were written from outside; see cache-image.ts. */
export function resumeSlots(everUsed: u32, free: u32, inUse: u32): void {
  slotsEverUsed = everUsed;
  firstFree = free;
  slotsInUse = inUse;
}

@inline export function slotAt(index: u32): usize {
  return slots + <usize>index * slotSize;
}

@inline export function slotIndex(slot: usize): u32 {
  return <u32>((slot - slots) / slotSize);
}

/** Reserved ages of one ring of a slot: one u32 for each position. */
@inline export function exactAgesOf(slot: usize): usize {
  return exactAges + <usize>slotIndex(slot) * EXACT_AGES_SIZE;
}

/**
 * A slot for a device of this bank that has none; its memory is zero but for wheel links. There are
 * as many slots as devices.
 */
export function takeSlot(deviceHigh: u32, deviceLow: u32): u32 {
  let index: u32;
  if (firstFree != 0) {
    index = firstFree - 1;
    firstFree = changetype<SlotHeader>(slotAt(index)).nextFree;
  } else {
    assert(slotsEverUsed < slotCount);
    index = slotsEverUsed++;
  }
  const header = changetype<SlotHeader>(slotAt(index));
  header.nextFree = 0;
  header.deviceHigh = deviceHigh;
  header.deviceLow = deviceLow;
  slotsInUse++;
  return index;
}

/** Takes a slot back whose rings have been erased. */
export function freeSlot(index: u32): void {
  const header = changetype<SlotHeader>(slotAt(index));
  header.deviceHigh = 0;
  header.deviceLow = 0;
  header.byRegistration = 0;
  header.nextFree = firstFree;
  firstFree = index + 1;
  slotsInUse--;
}
