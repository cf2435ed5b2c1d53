// What a threshold or a comparison may name in a result. A metric that the run did not measure is
// undefined and not 0: `p99<50ms` must not hold because nothing was answered, nor `wrong==0`
// because nothing was checked.

import { formatCount } from './figures.ts';
import { percentileMs } from './percentile.ts';
import type { Latency, LoadResult } from './result.ts';

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

/** The share of answers that came from the cache entirely, 0 to 1; undefined without answers. */
export function hitShareOf({ served }: Measured): number | undefined {
  const all = served.cache + served.device + served.mixed;
  return all === 0 ? undefined : served.cache / all;
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

const PLAIN: readonly Metric[] = [
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

/** Behind a latency's name: which of the three that a run measures. */
const LATENCIES: Readonly<Record<string, (result: Measured) => Latency>> = {
  '': (result) => result.latency.fromPlanned,
  '-from-sent': (result) => result.latency.fromSent,
  '-lateness': (result) => result.generator.lateness,
};

/** The ones that a result spells out, of which a histogram would tell only the neighbourhood. */
const SPELT_OUT: Readonly<Record<string, (latency: Latency) => number>> = {
  min: (latency) => latency.minMs,
  mean: (latency) => latency.meanMs,
  p50: (latency) => latency.p50Ms,
  p90: (latency) => latency.p90Ms,
  p99: (latency) => latency.p99Ms,
  'p99.9': (latency) => latency.p999Ms,
  max: (latency) => latency.maxMs,
};

const LATENCY_NAMES = Object.keys(LATENCIES).flatMap((suffix) =>
  Object.keys(SPELT_OUT).map((point) => point + suffix),
);

/** Every name there is, but for the percentiles that a result does not spell out (`p99.99`). */
export const METRIC_NAMES: readonly string[] = [...LATENCY_NAMES, ...PLAIN.map(({ name }) => name)];

/** The metric of that name, or undefined. `p` and any percentile below 100 is one. */
export function metricNamed(name: string): Metric | undefined {
  const [, point = '', percentile, suffix = ''] =
    /^(p(\d{1,2}(?:\.\d{1,4})?)|[a-z]+)((?:-[a-z]+)*)$/.exec(name) ?? [];
  const latencyOf = Object.hasOwn(LATENCIES, suffix) ? LATENCIES[suffix] : undefined;
  const speltOut = Object.hasOwn(SPELT_OUT, point) ? SPELT_OUT[point] : undefined;
  if (latencyOf === undefined || (speltOut ?? percentile) === undefined) {
    return PLAIN.find((metric) => metric.name === name);
  }
  const read = speltOut ?? ((latency: Latency) => percentileMs(latency, Number(percentile)));
  const of = (result: Measured): number | undefined => {
    const latency = latencyOf(result);
    return latency.count === 0 ? undefined : read(latency);
  };
  return { name, kind: 'latency', better: 'less', of };
}

/** For `--help`: what `--threshold` may name. */
export const METRICS_HELP = [
  'Metrics of --threshold:',
  '  p50, p99.9, max, min, mean  latency from the planned send time, with its unit: us, ms, s',
  '  p99-from-sent, …            latency from the actual send time',
  '  p99-lateness, …             how late the generator itself was',
  `  ${PLAIN.slice(0, 8)
    .map(({ name }) => name)
    .join(', ')},`,
  `  ${PLAIN.slice(8, 18)
    .map(({ name }) => name)
    .join(', ')},`,
  `  ${PLAIN.slice(18)
    .map(({ name }) => name)
    .join(', ')}`,
  'Operators: < <= > >= == !=. A metric that was not measured meets no threshold.',
].join('\n');
