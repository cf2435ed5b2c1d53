// Percentiles of a latency, read from its whole histogram: a run is judged by those that somebody
// names, not only by the ones that the result spells out, and never by an average of percentiles.

import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import type { Latency } from './result.ts';

const MICROSECONDS_PER_MS = 1000;

/** Points of the curve to each tenfold step towards the slowest answer. */
const POINTS_PER_DECADE = 24;

export interface CurvePoint {
  /** How many answers there are for one that is slower: 100 is the 99th percentile. */
  readonly oneIn: number;
  readonly ms: number;
}

/** The percentile, 0 to 100, in ms. Throws where `hdr` is no histogram. */
export function percentileMs(latency: Latency, percentile: number): number {
  return percentilesMs(latency, [percentile])[0] ?? 0;
}

/** Several percentiles of one latency, in ms. */
export function percentilesMs(latency: Latency, percentiles: readonly number[]): number[] {
  const histogram = decodeFromCompressedBase64(latency.hdr);
  return percentiles.map((percentile) => atPercentile(histogram, percentile));
}

/** The distribution as a curve from the fastest answer to the slowest; empty without answers. */
export function percentileCurve(latency: Latency): CurvePoint[] {
  const histogram = decodeFromCompressedBase64(latency.hdr);
  const count = histogram.totalCount;
  if (count === 0) return [];
  const steps = Math.ceil(Math.log10(count) * POINTS_PER_DECADE);
  const points = Array.from({ length: steps }, (_, step) => {
    const oneIn = 10 ** (step / POINTS_PER_DECADE);
    return {
      oneIn: Number(oneIn.toPrecision(6)),
      ms: atPercentile(histogram, 100 * (1 - 1 / oneIn)),
    };
  });
  return [...points, { oneIn: count, ms: atPercentile(histogram, 100) }];
}

function atPercentile(histogram: PercentileReader, percentile: number): number {
  return histogram.getValueAtPercentile(percentile) / MICROSECONDS_PER_MS;
}

type PercentileReader = Pick<ReturnType<typeof decodeFromCompressedBase64>, 'getValueAtPercentile'>;
