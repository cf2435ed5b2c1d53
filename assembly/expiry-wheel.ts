// The expiry wheel: for every second, the rings whose oldest entry was stored in it, as a list
// through the rings themselves. It lets the sweep touch only what is due, among millions.
//
// A ring is linked once, under a second not later than its oldest entry. It may grow younger while
// it waits (a schedule stored it anew); the sweep then only links it under its new oldest second.

import {
  CACHE_SECONDS_MAX,
  DailyHeader,
  OFF_SLOT_DAILY,
  OFF_SLOT_IMPORT,
  RING_COUNT,
  RING_DAILY,
  RING_HEADER_SIZE,
  RingHeader,
  WHEEL_BUCKETS,
  WHEEL_END,
} from './layout';
import { slotAt, slotIndex, wheel } from './slots';

/** Every second up to this one has been swept; 0 before the first entry. */
export let sweptSeconds: u32 = 0;
/** The latest second under which a ring was linked. */
export let latestSeconds: u32 = 0;

@inline function bucketOf(seconds: u32): usize {
  return wheel + <usize>(seconds & (WHEEL_BUCKETS - 1)) * 4;
}

/** Address of a ring's link. */
@inline function linkOf(slot: usize, ring: i32): usize {
  return ring == RING_DAILY
    ? slot + OFF_SLOT_DAILY + offsetof<DailyHeader>('wheelNext')
    : slot + OFF_SLOT_IMPORT + ring * RING_HEADER_SIZE + offsetof<RingHeader>('wheelNext');
}

/** Links a ring under the second of its oldest entry, unless it waits in the wheel already. */
export function link(slot: usize, ring: i32, oldestStored: u32): void {
  const next = linkOf(slot, ring);
  if (load<u32>(next) != 0) return;
  if (sweptSeconds == 0) sweptSeconds = oldestStored - 1;
  const bucket = bucketOf(oldestStored);
  const head = load<u32>(bucket);
  store<u32>(next, head == 0 ? WHEEL_END : head);
  store<u32>(bucket, slotIndex(slot) * RING_COUNT + <u32>ring + 1);
  if (oldestStored > latestSeconds) latestSeconds = oldestStored;
}

/** Rings of the second being swept, cut off from the wheel so that nothing can join them. */
export let sweeping: u32 = 0;
let dueSlot: usize = 0;
let dueRing: i32 = 0;

/** Goes on with a wheel that was written from outside; see cache-image.ts. */
export function resumeWheel(swept: u32, latest: u32, under: u32): void {
  sweptSeconds = swept;
  latestSeconds = latest;
  sweeping = under;
}

/** Second at which the earliest linked ring has an entry to expire, or 0 with an empty wheel. */
export function nextDueSeconds(): u32 {
  if (sweeping != 0) return sweptSeconds + CACHE_SECONDS_MAX;
  for (let seconds = sweptSeconds + 1; seconds <= latestSeconds; seconds++) {
    if (load<u32>(bucketOf(seconds)) != 0) return seconds + CACHE_SECONDS_MAX;
  }
  return 0;
}

/**
 * Unlinks one ring that is due by `nowSeconds`; false when there is none. {@link takenSlot} has it.
 */
export function takeDue(nowSeconds: u32): bool {
  if (nowSeconds < <u32>CACHE_SECONDS_MAX) return false;
  const through = nowSeconds - CACHE_SECONDS_MAX;
  const last = through < latestSeconds ? through : latestSeconds;
  while (sweeping == 0) {
    if (sweptSeconds >= last) return false;
    const bucket = bucketOf(++sweptSeconds);
    sweeping = load<u32>(bucket);
    store<u32>(bucket, 0);
  }
  dueSlot = slotAt((sweeping - 1) / RING_COUNT);
  dueRing = <i32>((sweeping - 1) % RING_COUNT);
  const next = linkOf(dueSlot, dueRing);
  const following = load<u32>(next);
  sweeping = following == WHEEL_END ? 0 : following;
  store<u32>(next, 0);
  return true;
}

/** Slot of the ring that {@link takeDue} unlinked. */
@inline export function takenSlot(): usize {
  return dueSlot;
}

/** Ring that {@link takeDue} unlinked. */
@inline export function takenRing(): i32 {
  return dueRing;
}
