// Looking at a cache bank from outside: addresses for the views, counts for the gauges. Nothing
// here changes anything.

import { dailyReadsKnown } from './daily-ring';
import { findSlot } from './directory';
import { nextDueSeconds } from './expiry-wheel';
import { entriesKnown } from './half-hour-ring';
import { exactAgesOf, lane, scratch, slotsInUse } from './slots';

/** Address of the exchange region: a `Found`, then rows. */
export function cacheScratchAddress(): i32 {
  return <i32>scratch;
}

/** Address of the hit lane: a `HitCall`, then what hit-layout.ts draws. */
export function hitLaneAddress(): i32 {
  return <i32>lane;
}

/** Address of the device's slot; 0 when it has none. */
export function slotAddress(deviceHigh: u32, deviceLow: u32): i32 {
  return <i32>findSlot(deviceHigh, deviceLow);
}

/** Address of the exact ages reserved for the device's slot; 0 when it has none. */
export function exactAgesAddress(deviceHigh: u32, deviceLow: u32): i32 {
  const slot = findSlot(deviceHigh, deviceLow);
  return slot == 0 ? 0 : <i32>exactAgesOf(slot);
}

/** Entries known in the bank, half hours and daily reads, absent ones included. */
export function cachedEntries(): i32 {
  return <i32>(entriesKnown + dailyReadsKnown);
}

/** Slots that hold a device. */
export function cachedDevices(): i32 {
  return <i32>slotsInUse;
}

/** Second at which the next sweep has something to do; 0 when nothing is stored. */
export function nextExpirySeconds(): i32 {
  return <i32>nextDueSeconds();
}
