import { expect, test } from 'vitest';
import { ratios, spreadOf } from '../../bench/statistics.ts';

test('a spread has median, quartiles and extremes, in whatever order the blocks came', () => {
  expect(spreadOf([40, 10, 30, 20, 50])).toEqual({
    min: 10,
    lower: 20,
    median: 30,
    upper: 40,
    max: 50,
    blocks: 5,
  });
});

test('between two blocks a quantile lies in proportion', () => {
  const { lower, median, upper } = spreadOf([1, 2, 3, 4]);
  expect([lower, median, upper]).toEqual([1.75, 2.5, 3.25]);
});

test('numbers are sorted as numbers', () => {
  expect(spreadOf([9, 100, 20]).median).toBe(20);
});

test('one block is its own spread, and none is refused', () => {
  expect(spreadOf([7])).toEqual({ min: 7, lower: 7, median: 7, upper: 7, max: 7, blocks: 1 });
  expect(() => spreadOf([])).toThrow('no block');
});

test('the blocks given are left in their order', () => {
  const blocks = [3, 1, 2];
  spreadOf(blocks);
  expect(blocks).toEqual([3, 1, 2]);
});

test('ratios are taken turn by turn, and only of equal turns', () => {
  expect(ratios([10, 30], [20, 20])).toEqual([0.5, 1.5]);
  expect(() => ratios([1, 2], [1])).toThrow('unequal turns');
});
