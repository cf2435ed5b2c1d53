// Latencies as HdrHistograms of microseconds: whole, so that runs may be merged and any percentile
// asked for afterwards.

import { build, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { Latency } from './result.ts';

/** Grows to what comes; three digits are enough to tell 50.1 ms from 50.2 ms. */
const DIGITS = 3;
/** Of one second of a run, of which only four figures are kept. */
const COARSE_DIGITS = 2;
const FIRST_HIGHEST_US = 10_000_000;

export class LatencyRecord {
  readonly #histogram: Histogram;

  constructor(digits: 2 | 3 = DIGITS) {
    this.#histogram = build({
      bitBucketSize: 32,
      autoResize: true,
      lowestDiscernibleValue: 1,
      highestTrackableValue: FIRST_HIGHEST_US,
      numberOfSignificantValueDigits: digits,
    });
  }

  static coarse(): LatencyRecord {
    return new LatencyRecord(COARSE_DIGITS);
  }

  add(ms: number): void {
    this.#histogram.recordValue(Math.max(0, Math.round(ms * 1000)));
  }

  /** Takes in everything that another has recorded. */
  merge(other: LatencyRecord): void {
    this.#histogram.add(other.#histogram);
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  percentileMs(percentile: number): number {
    return this.count === 0 ? 0 : this.#histogram.getValueAtPercentile(percentile) / 1000;
  }

  get maxMs(): number {
    return this.count === 0 ? 0 : this.#histogram.maxValue / 1000;
  }

  /** Forgets everything. */
  reset(): void {
    this.#histogram.reset();
  }

  result(): Latency {
    const histogram = this.#histogram;
    const none = this.count === 0;
    return {
      count: this.count,
      minMs: none ? 0 : histogram.getValueAtPercentile(0) / 1000,
      meanMs: none ? 0 : Math.round(histogram.mean) / 1000,
      p50Ms: this.percentileMs(50),
      p90Ms: this.percentileMs(90),
      p99Ms: this.percentileMs(99),
      p999Ms: this.percentileMs(99.9),
      maxMs: this.maxMs,
      hdr: encodeIntoCompressedBase64(histogram),
    };
  }
}
