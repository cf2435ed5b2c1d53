import { createHistogram } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { percentileRows, percentilesOf } from '../../bench/percentiles.ts';

test('a histogram of nanoseconds becomes percentiles in microseconds', () => {
  const told = { 50: 20_000, 90: 30_000, 99: 40_500, 99.9: 90_000 };
  const percentile = (percent: number) => Object.entries(told).find(([p]) => +p === percent)?.[1];
  const histogram = { percentile: (percent: number) => percentile(percent) ?? 0, max: 1e6 };
  expect(percentilesOf({ ...histogram, count: 7 })).toEqual({
    p50: 20,
    p90: 30,
    p99: 40.5,
    p999: 90,
    max: 1000,
    count: 7,
  });
});

test('one stall of a thousand is beyond p99 and is the longest', () => {
  const histogram = createHistogram();
  for (let i = 0; i < 999; i++) histogram.record(20_000n);
  histogram.record(5_000_000n);
  const { p50, p99, max, count } = percentilesOf(histogram);
  expect(p50).toBeCloseTo(20, 1);
  expect(p99).toBeCloseTo(20, 1);
  expect(max).toBeGreaterThan(4990);
  expect(count).toBe(1000);
});

test('a contender has a row for each percentile, and a block of each histogram', () => {
  const block = { p50: 1, p90: 2, p99: 3, p999: 4, max: 5, count: 9 };
  const rows = percentileRows('echo', [block, { ...block, p99: 30 }]);
  expect(rows.map(({ contender }) => contender)).toEqual([
    'echo, p50',
    'echo, p90',
    'echo, p99',
    'echo, p99.9',
    'echo, longest',
  ]);
  expect(rows[2]).toEqual({ contender: 'echo, p99', unit: 'µs', blocks: [3, 30] });
});
