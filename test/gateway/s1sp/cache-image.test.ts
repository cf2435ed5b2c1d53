import { describe, expect, test } from 'vitest';
import { CacheBank } from '../../../gateway/s1sp/cache-bank.ts';
import { imageOf, restoreImage } from '../../../gateway/s1sp/cache-image.ts';

/** 2026-11-22T00:00:00Z. */
const START = 1_795_305_600;
const HALF_HOUR = 1800;

test('the image of a bank of the largest size has what lies beyond 2 GiB', () => {
  const devices = [{ firstDeviceId: { high: 1, low: 7 }, count: 2 ** 21, index: 0 }];
  const bank = new CacheBank(2 ** 21, false, devices);
  const first = START / HALF_HOUR;
  // More different seconds than a ring's own table has room for.
  for (let i = 0; i < 20; i++) {
    const one = { firstHalfHour: first + i, count: 1, columns: [Uint32Array.of(100 + i)] };
    bank.storeProfile(1, 7, 'import', first + i, first + i, one, START + 40_000 + i);
  }
  expect(bank.core.imageAddress(bank.core.IMAGE_EXACT_AGES.value) >>> 0).toBeGreaterThan(2 ** 31);
  const copy = new CacheBank(2 ** 21, false, devices);
  expect(restoreImage(copy.core, imageOf(bank.core))).toBe(undefined);
  for (let i = 0; i < 20; i++) {
    const stored = copy.oldestStored(1, 7, 'import', first + i, first + i);
    expect(stored).toBe(START + 40_000 + i);
  }
});

describe('an image in which one device has the slot of another is refused', () => {
  const devices = [{ firstDeviceId: { high: 1, low: 7 }, count: 4, index: 0 }];

  /** Devices 0 to 2 were stored, and the last has gone again. */
  function filled(): CacheBank {
    const bank = new CacheBank(4, false, devices);
    const first = START / HALF_HOUR;
    for (const low of [7, 8, 9]) {
      const one = { firstHalfHour: first, count: 1, columns: [Uint32Array.of(low)] };
      bank.storeProfile(1, low, 'import', first, first, one, START + 40_000);
    }
    bank.disarm(1, 9, 'import');
    return bank;
  }

  function wordsOf({ core }: CacheBank, region: number, count: number): Uint32Array {
    return new Uint32Array(core.memory.buffer, core.imageAddress(region) >>> 0, count);
  }

  test('by its cell', () => {
    const bank = filled();
    const cells = wordsOf(bank, bank.core.IMAGE_DIRECTORY.value, 4);
    [cells[0], cells[1]] = [cells[1] ?? 0, cells[0] ?? 0];
    const copy = new CacheBank(4, false, devices);
    expect(restoreImage(copy.core, imageOf(bank.core))).toBe('its directory leads astray');
  });

  test('by the list of free slots', () => {
    const bank = filled();
    const image = imageOf(bank.core);
    const free = image.words[1];
    expect(restoreImage(new CacheBank(4, false, devices).core, image)).toBe(undefined);
    const words = image.words.map((word, place) => (place === 1 ? 1 : word));
    expect(words).not.toEqual(image.words);
    expect(free).toBe(3);
    const copy = new CacheBank(4, false, devices);
    expect(restoreImage(copy.core, { ...image, words })).toBe('its free slots lead astray');
  });
});
