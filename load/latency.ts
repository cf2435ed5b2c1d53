// Latencies as HdrHistograms of microseconds: whole, so that runs may be merged and any percentile
// asked for afterwards. While a run lasts they are counted in an array with the same steps, which
// takes a few nanoseconds an answer; the histogram is made of it when somebody asks.

import { build, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { Latency } from './result.ts';

/** Three digits are enough to tell 50.1 ms from 50.2 ms; two for a second of a run. */
const DIGITS = 3;
const COARSE_DIGITS = 2;
/**
 * Steps of 1 µs below so many µs, of 2 µs below twice as many, and so on; as HdrHistogram has it.
 */
const FINE_BITS = { [DIGITS]: 11, [COARSE_DIGITS]: 8 } as const;
/** Half an hour and more: no answer is waited for so long. */
const HIGHEST_US = 2 ** 31 - 1;
const HIGHEST_BITS = 31;
/** A histogram grows from here to what it holds. */
const FIRST_HIGHEST_US = 10_000_000;

export class LatencyRecord {
  count = 0;
  readonly #digits: 2 | 3;
  readonly #bits: number;
  readonly #counts: Uint32Array;
  #maxUs = 0;

  constructor(digits: 2 | 3 = DIGITS) {
    this.#digits = digits;
    this.#bits = FINE_BITS[digits];
    const half = 1 << (this.#bits - 1);
    this.#counts = new Uint32Array((HIGHEST_BITS - this.#bits + 2) * half);
  }

  static coarse(): LatencyRecord {
    return new LatencyRecord(COARSE_DIGITS);
  }

  add(ms: number): void {
    const us = ms <= 0 ? 0 : Math.min(Math.round(ms * 1000), HIGHEST_US);
    const place = this.#placeOf(us);
    this.#counts[place] = (this.#counts[place] as number) + 1;
    this.count++;
    if (us > this.#maxUs) this.#maxUs = us;
  }

  /** Takes in everything that another with as many digits has recorded. */
  merge(other: LatencyRecord): void {
    for (let place = 0; place < this.#counts.length; place++) {
      this.#counts[place] = (this.#counts[place] ?? 0) + (other.#counts[place] ?? 0);
    }
    this.count += other.count;
    this.#maxUs = Math.max(this.#maxUs, other.#maxUs);
  }

  /** Several percentiles in ms, each from 0 to 100 and none below the one before. */
  percentilesMs(percentiles: readonly number[]): number[] {
    let place = -1;
    let below = 0;
    return percentiles.map((percentile) => {
      const wanted = Math.max(1, Math.ceil((percentile / 100) * this.count - ROUNDING));
      while (below < wanted && place < this.#counts.length) below += this.#counts[++place] ?? 0;
      return this.count === 0 ? 0 : this.#highestOf(place) / 1000;
    });
  }

  percentileMs(percentile: number): number {
    return this.percentilesMs([percentile])[0] ?? 0;
  }

  get maxMs(): number {
    return this.#maxUs / 1000;
  }

  /** Forgets everything. */
  reset(): void {
    this.#counts.fill(0);
    this.count = this.#maxUs = 0;
  }

  result(): Latency {
    const histogram = this.#histogram();
    const none = this.count === 0;
    const [p50Ms = 0, p90Ms = 0, p99Ms = 0, p999Ms = 0] = [50, 90, 99, 99.9].map((percentile) =>
      // A step's end may lie beyond the longest of all.
      none ? 0 : Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue) / 1000,
    );
    return {
      count: this.count,
      minMs: none ? 0 : histogram.getValueAtPercentile(0) / 1000,
      meanMs: none ? 0 : Math.round(histogram.mean) / 1000,
      p50Ms,
      p90Ms,
      p99Ms,
      p999Ms,
      maxMs: none ? 0 : histogram.maxValue / 1000,
      hdr: encodeIntoCompressedBase64(histogram),
    };
  }

  /** Of the leading bits of a number as many are kept as a fine step has. */
  #placeOf(us: number): number {
    const shift = Math.max(0, 32 - Math.clz32(us) - this.#bits);
    return (shift << (this.#bits - 1)) + (us >>> shift);
  }

  /** The shortest latency that a place stands for, µs, and the longest. */
  #lowestOf(place: number): number {
    const half = 1 << (this.#bits - 1);
    const shift = Math.max(0, (place >>> (this.#bits - 1)) - 1);
    return (place - shift * half) * 2 ** shift;
  }

  #highestOf(place: number): number {
    return this.#lowestOf(place + 1) - 1;
  }

  #histogram(): Histogram {
    const histogram = build({
      bitBucketSize: 32,
      autoResize: true,
      lowestDiscernibleValue: 1,
      highestTrackableValue: FIRST_HIGHEST_US,
      numberOfSignificantValueDigits: this.#digits,
    });
    for (let place = 0; place < this.#counts.length; place++) {
      const count = this.#counts[place] ?? 0;
      if (count === 0) continue;
      const us = place === this.#placeOf(this.#maxUs) ? this.#maxUs : this.#lowestOf(place);
      histogram.recordValueWithCount(us, count);
    }
    return histogram;
  }
}

/** Of a share of a count, so that 99.9 % of 1,000 are 999. */
const ROUNDING = 1e-6;
