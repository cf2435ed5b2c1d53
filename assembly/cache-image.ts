// The image of a cache bank, for snapshots: the regions that say what is cached, and the few words
// that stand outside memory. A bank of the same layout into which both are written goes on as the
// first would have. Scratch region and hit lane are no part of it: they are written before they
// are read.

import { resumeDailyReads, dailyReadsKnown } from './daily-ring';
import { resumeWheel, sweeping, sweptSeconds, latestSeconds } from './expiry-wheel';
import { entriesKnown, resumeEntries } from './half-hour-ring';
import { CELL_SIZE, EXACT_AGES_SIZE, OUT_OF_RANGE, OK, WHEEL_SIZE } from './layout';
import {
  ages,
  directory,
  firstFree,
  resumeSlots,
  slotAt,
  slotBytes,
  slotCount,
  slotsEverUsed,
  slotsInUse,
  wheel,
} from './slots';

/** Regions of an image: the wheel, the directory, then slots and exact ages as far as ever used. */
export const IMAGE_WHEEL: i32 = 0;
export const IMAGE_DIRECTORY: i32 = 1;
export const IMAGE_SLOTS: i32 = 2;
export const IMAGE_EXACT_AGES: i32 = 3;
export const IMAGE_REGIONS: i32 = 4;

/** Words of an image, unsigned: the number of slots ever used comes first. */
export const IMAGE_WORDS: i32 = 8;

/** Address of a region of the image. */
export function imageAddress(region: i32): i32 {
  if (region == IMAGE_WHEEL) return <i32>wheel;
  if (region == IMAGE_DIRECTORY) return <i32>directory;
  if (region == IMAGE_SLOTS) return <i32>slotAt(0);
  return region == IMAGE_EXACT_AGES ? <i32>ages() : OUT_OF_RANGE;
}

/** Bytes of a region of the image when `used` slots have ever been used. */
export function imageSize(region: i32, used: u32): i32 {
  if (used > slotCount) return OUT_OF_RANGE;
  if (region == IMAGE_WHEEL) return WHEEL_SIZE;
  if (region == IMAGE_DIRECTORY) return <i32>(slotCount * <u32>CELL_SIZE);
  if (region == IMAGE_SLOTS) return <i32>(used * <u32>slotBytes());
  return region == IMAGE_EXACT_AGES ? <i32>(used * <u32>EXACT_AGES_SIZE) : OUT_OF_RANGE;
}

/** One word of the image; its bits as a signed number. */
export function imageWord(word: i32): i32 {
  if (word == 0) return <i32>slotsEverUsed;
  if (word == 1) return <i32>firstFree;
  if (word == 2) return <i32>slotsInUse;
  if (word == 3) return <i32>sweptSeconds;
  if (word == 4) return <i32>latestSeconds;
  if (word == 5) return <i32>sweeping;
  if (word == 6) return <i32>entriesKnown;
  return <i32>dailyReadsKnown;
}

/** Takes all words of an image over; its regions are written from outside. */
export function resumeImage(
  everUsed: u32, free: u32, inUse: u32,
  swept: u32, latest: u32, under: u32,
  entries: u32, reads: u32,
): i32 {
  if (everUsed > slotCount || inUse > everUsed || free > everUsed) return OUT_OF_RANGE;
  resumeSlots(everUsed, free, inUse);
  resumeWheel(swept, latest, under);
  resumeEntries(entries);
  resumeDailyReads(reads);
  return OK;
}
