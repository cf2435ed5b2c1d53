import { expect, test } from 'vitest';
import { Fills } from '../../../gateway/s1sp/fills.ts';

const SECOND = 1_795_424_400;
const FILLS_MAX = 16_384;

test('tells who filled a log at a second, and nothing of others', () => {
  const fills = new Fills();
  fills.note(7, '4.8.1', SECOND, 'first');
  expect(fills.fillerOf(7, '4.8.1', SECOND)).toBe('first');
  expect(fills.fillerOf(7, '4.8.3', SECOND)).toBeUndefined();
  expect(fills.fillerOf(8, '4.8.1', SECOND)).toBeUndefined();
  expect(fills.fillerOf(7, '4.8.1', SECOND + 1)).toBeUndefined();
});

test('keeps the first of a second', () => {
  const fills = new Fills();
  fills.note(7, '4.8.1', SECOND, 'first');
  fills.note(7, '4.8.1', SECOND, 'second');
  fills.note(7, '4.8.1', SECOND + 1, 'third');
  expect(fills.fillerOf(7, '4.8.1', SECOND)).toBe('first');
  expect(fills.fillerOf(7, '4.8.1', SECOND + 1)).toBe('third');
});

test('remembers the latest 16,384 fills, each of them, and forgets the one before', () => {
  const fills = new Fills();
  for (let device = 0; device < FILLS_MAX; device++) {
    fills.note(device, '4.8.1', SECOND, `asker ${device}`);
  }
  for (let device = 0; device < FILLS_MAX; device++) {
    expect(fills.fillerOf(device, '4.8.1', SECOND)).toBe(`asker ${device}`);
  }
  fills.note(FILLS_MAX, '4.8.1', SECOND, 'one more');
  expect(fills.fillerOf(0, '4.8.1', SECOND)).toBeUndefined();
  expect(fills.fillerOf(1, '4.8.1', SECOND)).toBe('asker 1');
  expect(fills.fillerOf(FILLS_MAX, '4.8.1', SECOND)).toBe('one more');
});
