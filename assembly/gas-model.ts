// What makes a meter bank one of gas meters: whole litres in place of Wh, and the ways in which
// SMETS1 gas meters differ over their daily reads [AM 18.21(c), (e), (f)]. Of an electricity bank
// all of it is off, and its midnights are those of UTC.

import { billingStart, isBstMidnight } from './calendar';

const HALF_HOURS_A_DAY: i32 = 48;
/** 23:00Z is two half hours before midnight. */
const EARLY_HALF_HOURS: i32 = 2;
const DAY_SECONDS: f64 = 86_400;
const EARLY_SECONDS: f64 = 3600;

/** Litres a billing period at which the next block counter takes over: a block tariff's steps. */
const BLOCK_STEPS: usize = memory.data<f64>([40_000, 80_000, 160_000]);
const BLOCKS: i32 = 4;
/** In February there is no later one. */
export const BILLING_DAY_MAX: u32 = 28;

export let isGas: bool = false;
let snapshotsEarly: bool = false;
let resetsFirst: bool = false;
let billingDay: i32 = 1;

export function setGas(snapshotsAt2300: bool, resetsBlockCountersFirst: bool, day: i32): void {
  isGas = true;
  snapshotsEarly = snapshotsAt2300;
  resetsFirst = resetsBlockCountersFirst;
  billingDay = day;
}

/** The stamp of the half hour at whose end the read of midnight `day` is taken [AM 18.21(c)]. */
@inline export function snapshotHalfHour(day: i32): i32 {
  const early = snapshotsEarly && isBstMidnight(day);
  return day * HALF_HOURS_A_DAY - (early ? EARLY_HALF_HOURS : 0);
}

/**
 * Until when the block counters count that the read of midnight `day` shows. Where they are reset
 * first, the read that ends a billing period shows in BST 23 of the day's 24 hours, whenever it is
 * taken [AM 18.21(e)(ii)].
 */
export function blocksUntil(day: i32): i32 {
  const ends = resetsFirst && billingStart(day, billingDay) == day;
  if (!ends || !isBstMidnight(day)) return snapshotHalfHour(day);
  return day * HALF_HOURS_A_DAY - EARLY_HALF_HOURS;
}

/**
 * Since when they count. Most meters take the read, then reset: it shows the whole period. Some
 * reset first, at 00:00Z, and the read taken there shows nothing [AM 18.21(e)(i)].
 */
export function blocksFrom(day: i32): i32 {
  if (!resetsFirst) return snapshotHalfHour(billingStart(day - 1, billingDay));
  const counted = blocksUntil(day) / HALF_HOURS_A_DAY;
  return billingStart(counted, billingDay) * HALF_HOURS_A_DAY;
}

/** Shares litres out over the blocks: their total, then each block, f64. */
export function storeBlocks(litres: f64, at: usize): void {
  store<f64>(at, litres);
  let before: f64 = 0;
  for (let block = 1; block <= BLOCKS; block++) {
    const step = block == BLOCKS ? litres : load<f64>(BLOCK_STEPS + ((<usize>block - 1) << 3));
    const reached = min(litres, step);
    store<f64>(at + ((<usize>block) << 3), max(reached - before, 0));
    before = max(before, reached);
  }
}

/**
 * The day whose read is at `now` also given as an entry stamped 00:00Z, because it was taken at
 * 23:00Z, it is still that day in BST, and 23:00Z has not come [AM 18.21(f)]; −1 for none.
 */
export function dayGivenTwice(now: f64, delay: f64): i32 {
  if (!snapshotsEarly || delay >= EARLY_SECONDS) return -1;
  const today = <i32>floor(now / DAY_SECONDS);
  if (now - <f64>today * DAY_SECONDS >= DAY_SECONDS - EARLY_SECONDS) return -1;
  return isBstMidnight(today) ? today : -1;
}
