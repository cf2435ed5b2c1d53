// EUI-64 → slot: open addressing with linear probing at a load of at most one half. Deleting moves
// later keys back into the hole, so that there are no tombstones and a probe ends at the first
// empty bucket for ever.

import { BUCKET_SIZE, DirectoryBucket, SlotHeader } from './layout';
import { directory, directoryMask, slotAt } from './slots';

/** Spreads consecutive identifiers over the whole table. */
@inline export function hash(deviceHigh: u32, deviceLow: u32): u32 {
  let x = deviceLow * 0x9e37_79b1 + deviceHigh * 0x85eb_ca77;
  x ^= x >>> 15;
  x *= 0xc2b2_ae3d;
  return x ^ (x >>> 13);
}

@inline function bucketAt(place: u32): DirectoryBucket {
  return changetype<DirectoryBucket>(directory + <usize>place * BUCKET_SIZE);
}

/** Place of the device's bucket, or of the empty bucket where it would go. */
function probe(deviceHigh: u32, deviceLow: u32): u32 {
  let place = hash(deviceHigh, deviceLow) & directoryMask;
  while (true) {
    const bucket = bucketAt(place);
    if (bucket.slot == 0) return place;
    if (
      bucket.deviceLow == deviceLow &&
      changetype<SlotHeader>(slotAt(bucket.slot - 1)).deviceHigh == deviceHigh
    ) {
      return place;
    }
    place = (place + 1) & directoryMask;
  }
}

/** Address of the device's slot, or 0. */
export function findSlot(deviceHigh: u32, deviceLow: u32): usize {
  const found = bucketAt(probe(deviceHigh, deviceLow)).slot;
  return found == 0 ? 0 : slotAt(found - 1);
}

/** Reads from where a look-up of the device will begin, only to have it near by then. */
@inline export function touchBucket(deviceHigh: u32, deviceLow: u32): u32 {
  return bucketAt(hash(deviceHigh, deviceLow) & directoryMask).slot;
}

/**
 * Address of the first slot that may be the device's, by all that the directory itself says; 0 when
 * it has none.
 */
@inline export function likelySlot(deviceHigh: u32, deviceLow: u32): usize {
  let place = hash(deviceHigh, deviceLow) & directoryMask;
  let bucket = bucketAt(place);
  while (bucket.slot != 0 && bucket.deviceLow != deviceLow) {
    place = (place + 1) & directoryMask;
    bucket = bucketAt(place);
  }
  return bucket.slot == 0 ? 0 : slotAt(bucket.slot - 1);
}

/** What {@link findSlot} says, given what {@link likelySlot} said. */
@inline export function confirmSlot(likely: usize, deviceHigh: u32, deviceLow: u32): usize {
  if (likely == 0 || changetype<SlotHeader>(likely).deviceHigh == deviceHigh) return likely;
  return findSlot(deviceHigh, deviceLow);
}

/** Enters a device that is not in the directory. */
export function enter(deviceHigh: u32, deviceLow: u32, slot: u32): void {
  const bucket = bucketAt(probe(deviceHigh, deviceLow));
  bucket.slot = slot + 1;
  bucket.deviceLow = deviceLow;
}

/**
 * Strikes a device out that is in the directory, and closes the gap. Its slot still has the key.
 */
export function strike(deviceHigh: u32, deviceLow: u32): void {
  let hole = probe(deviceHigh, deviceLow);
  let place = hole;
  while (true) {
    place = (place + 1) & directoryMask;
    const next = bucketAt(place);
    if (next.slot == 0) break;
    const owner = changetype<SlotHeader>(slotAt(next.slot - 1));
    const home = hash(owner.deviceHigh, owner.deviceLow) & directoryMask;
    // A key may fill the hole unless its home lies behind the hole, within (hole, place].
    if (((place - home) & directoryMask) >= ((place - hole) & directoryMask)) {
      bucketAt(hole).slot = next.slot;
      bucketAt(hole).deviceLow = next.deviceLow;
      hole = place;
    }
  }
  bucketAt(hole).slot = 0;
  bucketAt(hole).deviceLow = 0;
}
