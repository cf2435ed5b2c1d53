// A metric by its name. Latencies are read from their histograms, whose library takes a while to
// load: a program that only tells which metrics there are does without it.

import { type Measured, type Metric, PLAIN_METRICS } from './metric.ts';
import { percentileMs } from './percentile.ts';
import type { Latency } from './result.ts';

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
export const METRIC_NAMES: readonly string[] = [
  ...LATENCY_NAMES,
  ...PLAIN_METRICS.map(({ name }) => name),
];

/** The metric of that name, or undefined. `p` and any percentile below 100 is one. */
export function metricNamed(name: string): Metric | undefined {
  const [, point = '', percentile, suffix = ''] =
    /^(p(\d{1,2}(?:\.\d{1,4})?)|[a-z]+)((?:-[a-z]+)*)$/.exec(name) ?? [];
  const latencyOf = Object.hasOwn(LATENCIES, suffix) ? LATENCIES[suffix] : undefined;
  const speltOut = Object.hasOwn(SPELT_OUT, point) ? SPELT_OUT[point] : undefined;
  if (latencyOf === undefined || (speltOut ?? percentile) === undefined) {
    return PLAIN_METRICS.find((metric) => metric.name === name);
  }
  const read = speltOut ?? ((latency: Latency) => percentileMs(latency, Number(percentile)));
  const of = (result: Measured): number | undefined => {
    const latency = latencyOf(result);
    return latency.count === 0 ? undefined : read(latency);
  };
  return { name, kind: 'latency', better: 'less', of };
}
