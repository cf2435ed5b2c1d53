import { describe, expect, test } from 'vitest';
import { chanceAt, finish, logNormal, mix, mixWide, openStream } from '../../emulator/random.ts';

describe('hash', () => {
  test('of one word is that of MurmurHash3', () => {
    // Published vectors: the four bytes 21 43 65 87 under the seeds 0 and 5082EDEE.
    const murmur3 = (word: number, seed: number) => finish(mix(seed, word) ^ 4);
    expect(murmur3(0x87654321, 0)).toBe(0xf55b516b);
    expect(murmur3(0x87654321, 0x5082edee)).toBe(0x2362f9de);
  });

  test('depends on each word and on their order', () => {
    const hashes = [
      finish(mix(mix(1, 2), 3)),
      finish(mix(mix(1, 3), 2)),
      finish(mix(mix(2, 2), 3)),
      finish(mix(mix(1, 2), 4)),
    ];
    expect(new Set(hashes).size).toBe(4);
  });

  test('tells apart numbers beyond 32 bits and below zero', () => {
    const hashes = [0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1, -1].map((n) => mixWide(9, n));
    expect(new Set(hashes).size).toBe(6);
  });
});

describe('chances', () => {
  test('lie in [0, 1), spread evenly over neighbouring draws', () => {
    const tenths = new Array<number>(10).fill(0);
    for (let draw = 0; draw < 10_000; draw++) {
      const chance = chanceAt(12345, draw);
      expect(chance >= 0 && chance < 1).toBe(true);
      const tenth = Math.floor(chance * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  test('are the same for the same hash and draw', () => {
    expect(chanceAt(77, 3)).toBe(chanceAt(77, 3));
    expect(chanceAt(77, 3)).not.toBe(chanceAt(77, 4));
  });
});

describe('log-normal samples', () => {
  test('are the median itself without spread', () => {
    expect(logNormal(1500, 0, 0.9, 0.3)).toBe(1500);
  });

  test('are finite and positive at the ends of the range', () => {
    const last = 1 - 2 ** -32;
    for (const first of [0, last]) {
      for (const second of [0, 0.5, last]) {
        const sample = logNormal(1000, 3, first, second);
        expect(sample > 0 && Number.isFinite(sample)).toBe(true);
      }
    }
  });

  test('have half of them below the median and 95 % within two spreads', () => {
    let below = 0;
    let within = 0;
    const count = 20_000;
    for (let i = 0; i < count; i++) {
      const sample = logNormal(1000, 0.5, chanceAt(1, 2 * i), chanceAt(1, 2 * i + 1));
      if (sample < 1000) below++;
      if (sample > 1000 * Math.exp(-0.98) && sample < 1000 * Math.exp(0.98)) within++;
    }
    expect(below / count).toBeCloseTo(0.5, 1);
    expect(within / count).toBeCloseTo(0.95, 2);
  });
});

describe('stream', () => {
  test('repeats for a seed and differs between seeds', () => {
    const take = (seed: number) => Array.from({ length: 5 }, openStream(seed));
    expect(take(1)).toEqual(take(1));
    expect(take(1)).not.toEqual(take(2));
  });

  test('has a mean of a half', () => {
    const next = openStream(3);
    let sum = 0;
    for (let count = 0; count < 20_000; count++) sum += next();
    expect(sum / 20_000).toBeCloseTo(0.5, 2);
  });
});
