// The quick counting of latencies, held against the histogram library itself.

import { build, decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { expect, test } from 'vitest';
import { openStream } from '../../emulator/random.ts';
import { LatencyRecord } from '../../load/latency.ts';

const LATENCIES_MS = [
  ...[0, 0.001, 0.255, 0.256, 0.257, 2.047, 2.048, 2.049, 4.095, 4.096, 150, 1000, 86_400_000],
  ...Array.from({ length: 5000 }, (_, at) => openStream(at)() ** 6 * 100_000),
];

test.each([2, 3] as const)('of %i digits is what the library counts', (digits) => {
  const record = new LatencyRecord(digits);
  const library = build({
    bitBucketSize: 32,
    autoResize: true,
    numberOfSignificantValueDigits: digits,
  });
  for (const ms of LATENCIES_MS) {
    record.add(ms);
    library.recordValue(Math.min(Math.round(ms * 1000), 2 ** 31 - 1));
  }
  const points = [0, 1, 50, 90, 99, 99.9, 99.99, 100];
  const own = record.percentilesMs(points);
  for (const [at, percentile] of points.entries()) {
    if (percentile > 0) expect(own[at]).toBe(library.getValueAtPercentile(percentile) / 1000);
  }
  const { hdr, ...result } = record.result();
  const decoded = decodeFromCompressedBase64(hdr);
  expect(decoded.totalCount).toBe(LATENCIES_MS.length);
  expect(points.map((point) => decoded.getValueAtPercentile(point))).toEqual(
    points.map((point) => library.getValueAtPercentile(point)),
  );
  expect(result).toMatchObject({
    count: LATENCIES_MS.length,
    minMs: 0,
    maxMs: (2 ** 31 - 1) / 1000,
  });
});

test('the longest is exact, and merged ones count as one', () => {
  const [a, b] = [new LatencyRecord(), new LatencyRecord()];
  a.add(150);
  b.add(149.999);
  a.merge(b);
  expect([a.count, a.maxMs, a.result().maxMs]).toEqual([2, 150, 150]);
  a.reset();
  expect([a.count, a.maxMs, a.percentileMs(50)]).toEqual([0, 0, 0]);
});

test('half of two is the first, and a percentile never lies below its latency', () => {
  const record = new LatencyRecord();
  record.add(1);
  record.add(3);
  expect(record.percentilesMs([50, 50.1, 100])).toEqual([1, 3.001, 3.001]);
});

test('percentiles are those of a naive sort, up to a thousandth', () => {
  const chance = openStream(7);
  const record = new LatencyRecord();
  const sorted = Array.from({ length: 10_007 }, () => Math.round(chance() ** 4 * 9e6) / 1000);
  for (const ms of sorted) record.add(ms);
  sorted.sort((a, b) => a - b);
  const { hdr } = record.result();
  const decoded = decodeFromCompressedBase64(hdr);
  for (const percentile of [0.1, 1, 10, 50, 90, 99, 99.9, 99.99, 100]) {
    const naive = sorted[Math.ceil((percentile / 100) * sorted.length) - 1] as number;
    for (const ms of [
      record.percentileMs(percentile),
      decoded.getValueAtPercentile(percentile) / 1000,
    ]) {
      expect(ms).toBeGreaterThanOrEqual(naive);
      expect(ms - naive).toBeLessThanOrEqual(naive / 1000);
    }
  }
});

test('two runs merged, from their files, are one run with the answers of both', () => {
  const [a, b, both] = [new LatencyRecord(), new LatencyRecord(), new LatencyRecord()];
  for (const [at, ms] of LATENCIES_MS.entries()) {
    (at % 3 === 0 ? a : b).add(ms);
    both.add(ms);
  }
  const merged = decodeFromCompressedBase64(a.result().hdr);
  merged.add(decodeFromCompressedBase64(b.result().hdr));
  const { count, p50Ms, p99Ms, maxMs } = both.result();
  expect(merged.totalCount).toBe(count);
  expect([50, 99, 100].map((p) => merged.getValueAtPercentile(p) / 1000)).toEqual([
    ...[p50Ms, p99Ms],
    maxMs,
  ]);
});
