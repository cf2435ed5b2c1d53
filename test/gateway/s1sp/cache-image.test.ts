import { expect, test } from 'vitest';
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
