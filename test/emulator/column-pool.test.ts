import { expect, test } from 'vitest';
import { ColumnPool } from '../../emulator/column-pool.ts';

const ROWS = Uint32Array.from({ length: 5000 }, (_, row) => row * 3);

test.each([0, 1, 49, 255, 256, 257, 4000])('copies %i rows, short or long', (count) => {
  const copy = new ColumnPool().copyOf(ROWS, 10, count);
  expect([...copy]).toEqual([...ROWS.subarray(10, 10 + count)]);
});

test('gives copies that no later copy and no change of the source touches', () => {
  const pool = new ColumnPool();
  const source = ROWS.slice();
  const copies = Array.from({ length: 200 }, (_, i) => pool.copyOf(source, i, 49));
  source.fill(7);
  copies.forEach((copy, i) => {
    expect([...copy]).toEqual([...ROWS.subarray(i, i + 49)]);
  });
});
