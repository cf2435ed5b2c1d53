// The image of a cache bank, out of the memory core and into another: see assembly/cache-image.ts.
// An image comes from a file, and a file from anyone: before a bank goes on with one, its
// directory, its free slots and the lists of its wheel are walked once, so that none leads astray.

import { type Core, viewU32 } from './core.ts';
import { packPages, unpackPages } from './sparse-pages.ts';

/** What is cached of a bank: its words, and its regions without pages that are all zeros. */
export interface CacheImage {
  readonly words: readonly number[];
  readonly regions: readonly Buffer[];
}

export function imageOf(core: Core): CacheImage {
  const words = Array.from({ length: core.IMAGE_WORDS.value }, (_, i) => core.imageWord(i) >>> 0);
  const [used = 0] = words;
  const regions = regionsOf(core, used).map(packPages);
  return { words, regions };
}

/** Bytes of an image before anything is left out. */
export function imageSize(core: Core): number {
  return regionsOf(core, core.imageWord(0) >>> 0).reduce((sum, { length }) => sum + length, 0);
}

/** Writes an image into a bank that holds nothing; what is wrong with it, or undefined. */
export function restoreImage(core: Core, { words, regions }: CacheImage): string | undefined {
  if (words.length !== core.IMAGE_WORDS.value || regions.length !== core.IMAGE_REGIONS.value) {
    return 'it is not whole';
  }
  const [used = 0, free = 0, inUse = 0, swept = 0, latest = 0, under = 0, entries = 0, reads = 0] =
    words;
  const status = core.resumeImage(used, free, inUse, swept, latest, under, entries, reads);
  if (status !== core.OK.value) return 'it has more slots than the bank';
  const targets = regionsOf(core, used);
  const fits = targets.every((bytes, i) => unpackPages(regions[i] ?? Buffer.alloc(0), bytes));
  if (!fits) return 'its pages do not fit the bank';
  return (
    judgeDirectory(core, used, inUse) ??
    judgeFree(core, used, free, inUse) ??
    judgeWheel(core, used, under)
  );
}

function regionsOf(core: Core, used: number): Uint8Array[] {
  return Array.from({ length: core.IMAGE_REGIONS.value }, (_, region) => {
    const [address, size] = placeOf(core, region, used);
    return new Uint8Array(core.memory.buffer, address, size);
  });
}

function wordsOf(core: Core, region: number, used: number): Uint32Array {
  const [address, size] = placeOf(core, region, used);
  return viewU32(core, address, size / 4);
}

/** Address and size of a region, of which either may be beyond 2 GiB. */
function placeOf(core: Core, region: number, used: number): [address: number, size: number] {
  return [core.imageAddress(region) >>> 0, core.imageSize(region, used) >>> 0];
}

function slotWords(core: Core, used: number): { words: Uint32Array; size: number } {
  const words = wordsOf(core, core.IMAGE_SLOTS.value, used);
  return { words, size: used === 0 ? 1 : words.length / used };
}

/** Every cell of the directory leads to its device's slot, and to each slot in use leads one. */
function judgeDirectory(core: Core, used: number, inUse: number): string | undefined {
  const directory = wordsOf(core, core.IMAGE_DIRECTORY.value, used);
  const { words, size } = slotWords(core, used);
  const deviceHighAt = core.OFF_SLOT_HEADER_DEVICE_HIGH.value / 4;
  const deviceLowAt = core.OFF_SLOT_HEADER_DEVICE_LOW.value / 4;
  let count = 0;
  for (const [device, cell] of directory.entries()) {
    if (cell === 0) continue;
    const at = (cell - 1) * size;
    const [high = 0, low = 0] = [words[at + deviceHighAt], words[at + deviceLowAt]];
    if (cell > used || core.deviceIndex(high, low) !== device) return 'its directory leads astray';
    count++;
  }
  return count === inUse ? undefined : 'its directory has lost devices';
}

/** The free slots are one list that ends, and of no device. */
function judgeFree(core: Core, used: number, free: number, inUse: number): string | undefined {
  const { words, size } = slotWords(core, used);
  const nextAt = core.OFF_SLOT_HEADER_NEXT_FREE.value / 4;
  const deviceAt = [core.OFF_SLOT_HEADER_DEVICE_HIGH, core.OFF_SLOT_HEADER_DEVICE_LOW].map(
    ({ value }) => value / 4,
  );
  let count = 0;
  for (let next = free; next !== 0; ) {
    const slot = (next - 1) * size;
    // A slot that is free and a device's as well would be given to another device.
    const isOwned = deviceAt.some((at) => words[slot + at] !== 0);
    if (next > used || isOwned || ++count > used - inUse) return 'its free slots lead astray';
    next = words[slot + nextAt] ?? 0;
  }
  return count === used - inUse ? undefined : 'it has lost free slots';
}

/** Every list of the wheel ends, and no ring is in two of them. */
function judgeWheel(core: Core, used: number, under: number): string | undefined {
  const { words, size } = slotWords(core, used);
  const ringCount = core.RING_COUNT.value;
  const end = core.WHEEL_END.value >>> 0;
  const importAt = core.OFF_SLOT_IMPORT.value + core.OFF_RING_HEADER_WHEEL_NEXT.value;
  const links = [importAt, importAt + core.RING_HEADER_SIZE.value]
    .concat(core.OFF_SLOT_DAILY.value + core.OFF_DAILY_HEADER_WHEEL_NEXT.value)
    .map((address) => address / 4);
  const seen = new Uint8Array(used * ringCount);
  const wheel = wordsOf(core, core.IMAGE_WHEEL.value, used);
  for (const head of [under, ...wheel]) {
    let next = head;
    while (next !== 0 && next !== end) {
      const ring = next - 1;
      if (ring >= seen.length || seen[ring] === 1) return 'its wheel leads astray';
      seen[ring] = 1;
      const link = links[ring % ringCount] ?? 0;
      next = words[Math.floor(ring / ringCount) * size + link] ?? 0;
      if (next === 0) return 'its wheel has an open end';
    }
  }
  return undefined;
}
