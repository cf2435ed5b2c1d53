// The verbs of a cache bank that take away: what has reached 25 hours, and what no schedule arms
// any more [AM 18.21(k), 18.22(h), 18.24(f)]. Taking away is overwriting with zeros.

import { eraseDailyRing, expireDailyRing } from './daily-ring';
import { deviceIndex } from './device-ranges';
import { findSlot, strike } from './directory';
import { link, takeDue, takenRing, takenSlot } from './expiry-wheel';
import { eraseRing, expireRing } from './half-hour-ring';
import { OK, OUT_OF_RANGE, RING_DAILY, SlotHeader } from './layout';
import { freeSlot, slotIndex } from './slots';

/** Erases what has reached 25 hours, of at most `ringsMax` rings. How many rings were looked at. */
export function sweep(nowSeconds: u32, ringsMax: i32): i32 {
  let swept = 0;
  while (swept < ringsMax && takeDue(nowSeconds)) {
    const slot = takenSlot();
    const ring = takenRing();
    const oldest =
      ring == RING_DAILY
        ? expireDailyRing(slot, nowSeconds)
        : expireRing(slot, ring, nowSeconds);
    if (oldest != 0) link(slot, ring, oldest);
    swept++;
  }
  return swept;
}

/** Erases a ring whose last schedule has gone; the slot goes back with its last ring. Rule R9. */
export function disarm(deviceHigh: u32, deviceLow: u32, ring: i32): i32 {
  if (<u32>ring > <u32>RING_DAILY) return OUT_OF_RANGE;
  const slot = findSlot(deviceHigh, deviceLow);
  if (slot == 0) return OK;
  if (ring == RING_DAILY) eraseDailyRing(slot);
  else eraseRing(slot, ring);
  const header = changetype<SlotHeader>(slot);
  header.armed &= ~(<u8>1 << <u8>ring);
  if (header.armed == 0) {
    strike(deviceIndex(deviceHigh, deviceLow));
    freeSlot(slotIndex(slot));
  }
  return OK;
}
