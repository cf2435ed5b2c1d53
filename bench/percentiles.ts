// Latencies as percentiles, never as means. A block is one histogram; a table has a row for each
// percentile, whose blocks are that percentile's.

import type { Row } from './finding.ts';

/** Times in µs. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** Times recorded. */
  readonly count: number;
}

const ROWS = [
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p99', 'p99'],
  ['p999', 'p99.9'],
  ['max', 'longest'],
] as const satisfies [keyof Percentiles, string][];

const NS_A_MICROSECOND = 1000;

/** Reads a histogram of nanoseconds. */
export function percentilesOf(histogram: {
  percentile(percent: number): number;
  readonly max: number;
  readonly count: number;
}): Percentiles {
  const micros = (percent: number) => histogram.percentile(percent) / NS_A_MICROSECOND;
  return {
    p50: micros(50),
    p90: micros(90),
    p99: micros(99),
    p999: micros(99.9),
    max: histogram.max / NS_A_MICROSECOND,
    count: histogram.count,
  };
}

/** A contender's blocks as rows, `name, p50` to `name, longest`. */
export function percentileRows(name: string, blocks: readonly Percentiles[]): Row[] {
  return ROWS.map(([key, title]) => ({
    contender: `${name}, ${title}`,
    unit: 'µs',
    blocks: blocks.map((block) => block[key]),
  }));
}
