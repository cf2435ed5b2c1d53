// What a threshold or a comparison may name in a result, latencies apart: those are in
// named-metric.ts. A metric that the run did not measure is undefined and not 0: `p99<50ms` must
// not hold because nothing was answered, nor `wrong==0` because nothing was checked.

import { formatCount } from './figures.ts';
import type { LoadResult } from './result.ts';

/** A result before its thresholds are judged. */
export type Measured = Omit<LoadResult, 'thresholds'>;

export interface Metric {
  readonly name: string;
  /** Latencies are in ms, shares from 0 to 1, rates in SRs a second. */
  readonly kind: 'latency' | 'count' | 'rate' | 'share';
  /** Which way is better; absent where neither is. */
  readonly better?: 'less' | 'more';
  of(result: Measured): number | undefined;
}

function count(name: string, of: Metric['of'], better?: Metric['better']): Metric {
  return { name, kind: 'count', of, ...(better !== undefined && { better }) };
}

function rate(name: string, of: Metric['of'], better?: Metric['better']): Metric {
  return { name, kind: 'rate', of, ...(better !== undefined && { better }) };
}

/** Wrong and stale are found by checking, so without it they are unknown. */
function found(result: Measured, outcome: 'wrong' | 'stale'): number | undefined {
  return result.checked === 0 ? undefined : result.outcomes[outcome];
}

/** How many were refused, whatever the code. */
export function refusedOf(result: Measured): number {
  return Object.values(result.outcomes.refused).reduce((sum, refused) => sum + refused, 0);
}

/**
 * The share of all answers that came from the cache entirely, 0 to 1; undefined where none tells
 * where it came from.
 */
export function hitShareOf({ served, answered }: Measured): number | undefined {
  const told = served.cache + served.device + served.mixed;
  return told === 0 ? undefined : served.cache / Math.max(answered, told);
}

/** What came back and is no SR's answer, in words; none where there is nothing of it. */
export function straysIn({ strays }: Measured): string[] {
  const { late, repeated, unknown, unaddressed, unreadable } = strays;
  const counts: readonly (readonly [count: number, what: string])[] = [
    [late, 'late, after the time-out'],
    [repeated, 'repeated, to SRs that had an answer'],
    [unknown, 'unknown, with a RequestID that was not sent'],
    [unreadable, 'unreadable, each the end of its connection'],
    ...Object.entries(unaddressed).map(
      ([code, count]) => [count, `${code} without a RequestID`] as const,
    ),
  ];
  return counts.flatMap(([count, what]) => (count > 0 ? `${formatCount(count)} ${what}` : []));
}

function unaddressedOf({ strays }: Measured): number {
  return Object.values(strays.unaddressed).reduce((sum, count) => sum + count, 0);
}

function missedTargets({ targets }: Measured): number | undefined {
  return targets?.reduce((sum, { missed }) => sum + missed, 0);
}

/** All metrics but latencies. */
export const PLAIN_METRICS: readonly Metric[] = [
  rate('rate', (result) => result.answeredRate, 'more'),
  rate('sent-rate', (result) => result.sentRate, 'more'),
  rate('planned-rate', (result) => result.plannedRate),
  { name: 'hits', kind: 'share', better: 'more', of: hitShareOf },
  count('answered', (result) => result.answered, 'more'),
  count('right', (result) => result.outcomes.right, 'more'),
  count('checked', (result) => result.checked),
  count('wrong', (result) => found(result, 'wrong'), 'less'),
  count('stale', (result) => found(result, 'stale'), 'less'),
  count('refused', refusedOf, 'less'),
  count('timed-out', (result) => result.outcomes.timedOut, 'less'),
  count('lost', (result) => result.outcomes.lost, 'less'),
  count('not-sent', (result) => result.outcomes.notSent, 'less'),
  count('late', (result) => result.strays.late, 'less'),
  count('repeated', (result) => result.strays.repeated, 'less'),
  count('unknown', (result) => result.strays.unknown, 'less'),
  count('unaddressed', unaddressedOf, 'less'),
  count('unreadable', (result) => result.strays.unreadable, 'less'),
  count('missed-targets', missedTargets, 'less'),
  count('device-reads', (result) => result.gatewayCounts?.deviceReads, 'less'),
  count('device-reads-saved', (result) => result.gatewayCounts?.deviceReadsSaved, 'more'),
  {
    name: 'generator-busy',
    kind: 'share',
    better: 'less',
    of: (result) => result.generator.busyShare,
  },
];

/** For `--help`: what `--threshold` may name. */
export const METRICS_HELP = [
  'Metrics of --threshold:',
  '  p50, p99.9, max, min, mean  latency from the planned send time, with its unit: us, ms, s',
  '  p99-from-sent, …            latency from the actual send time',
  '  p99-lateness, …             how late the generator itself was',
  `  ${PLAIN_METRICS.slice(0, 8)
    .map(({ name }) => name)
    .join(', ')},`,
  `  ${PLAIN_METRICS.slice(8, 18)
    .map(({ name }) => name)
    .join(', ')},`,
  `  ${PLAIN_METRICS.slice(18)
    .map(({ name }) => name)
    .join(', ')}`,
  'Operators: < <= > >= == !=. A metric that was not measured meets no threshold.',
].join('\n');
