// Two runs side by side: what changed from A to B, whether that is better, and in what the runs
// were not alike, because a difference of settings is no difference of the gateway.

import type { Metric } from './metric.ts';
import { metricNamed } from './named-metric.ts';
import type { LoadResult } from './result.ts';
import type { Threshold } from './threshold.ts';

/** Below this a change would print as 0.0 %. */
const SAME_PERCENT = 0.05;

/** The rows of the table, in its order. Percentiles come from the whole histograms. */
const COMPARED = [
  ...['planned-rate', 'sent-rate', 'rate', 'hits'],
  ...['p50', 'p75', 'p90', 'p95', 'p99', 'p99.9', 'p99.99', 'max'],
  ...['p50-from-sent', 'p90-from-sent', 'p99-from-sent', 'p99.9-from-sent', 'max-from-sent'],
  ...['answered', 'wrong', 'stale', 'refused', 'timed-out', 'lost', 'not-sent'],
  ...['late', 'repeated', 'unreadable', 'missed-targets'],
  ...['device-reads', 'device-reads-saved', 'generator-busy', 'p99-lateness'],
];

export type Direction = 'better' | 'worse' | 'same' | 'neither';

export interface ComparedMetric {
  readonly metric: string;
  readonly kind: Metric['kind'];
  /** Latencies in ms, shares 0 to 1; null where the run did not measure it. */
  readonly a: number | null;
  readonly b: number | null;
  /** (b − a) / a in percent; null where that is no number. */
  readonly changePercent: number | null;
  readonly direction: Direction;
}

export interface ComparedThreshold {
  readonly text: string;
  /** The change in percent of a relative threshold, else B's value; null where unmeasured. */
  readonly measured: number | null;
  readonly met: boolean;
}

/** A setting in which the runs were not alike. */
export interface Unlike {
  readonly what: string;
  readonly a: string;
  readonly b: string;
}

export interface Comparison {
  readonly metrics: readonly ComparedMetric[];
  readonly unlike: readonly Unlike[];
  /** Sentences that whoever reads the table must know. */
  readonly warnings: readonly string[];
  readonly thresholds: readonly ComparedThreshold[];
}

/** Compares two runs; a threshold that is not relative is held against `b`. */
export function compareResults(
  a: LoadResult,
  b: LoadResult,
  thresholds: readonly Threshold[] = [],
): Comparison {
  return {
    metrics: COMPARED.flatMap((name) => comparedMetric(name, a, b)),
    unlike: unlikeSettings(a, b),
    warnings: [...warningsOf('A', a), ...warningsOf('B', b)],
    thresholds: thresholds.map((threshold) => judged(threshold, a, b)),
  };
}

function comparedMetric(name: string, a: LoadResult, b: LoadResult): ComparedMetric[] {
  const metric = metricNamed(name);
  if (metric === undefined) throw new Error(`no metric ${name}`);
  const [before, after] = [metric.of(a), metric.of(b)];
  if (before === undefined && after === undefined) return [];
  const change = changeOf(before, after);
  return [
    {
      metric: name,
      kind: metric.kind,
      a: before ?? null,
      b: after ?? null,
      changePercent: change !== undefined && Number.isFinite(change) ? change : null,
      direction: directionOf(metric, change),
    },
  ];
}

/** In percent of `a`; infinite when there was none before. Undefined where one is unmeasured. */
function changeOf(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a === b) return 0;
  return a === 0 ? Number.POSITIVE_INFINITY : ((b - a) / a) * 100;
}

function directionOf({ better }: Metric, change: number | undefined): Direction {
  if (better === undefined || change === undefined) return 'neither';
  if (Math.abs(change) < SAME_PERCENT) return 'same';
  return change > 0 === (better === 'more') ? 'better' : 'worse';
}

function judged(threshold: Threshold, a: LoadResult, b: LoadResult): ComparedThreshold {
  const { text, metric, relative } = threshold;
  const after = metric.of(b);
  const measured = relative ? changeOf(metric.of(a), after) : after;
  return {
    text,
    measured: measured !== undefined && Number.isFinite(measured) ? measured : null,
    met: measured !== undefined && threshold.holds(measured),
  };
}

/** Where a result was written says nothing about the run. */
const WITHOUT_EFFECT = ['out', 'html', 'threshold', 'config', 'json'];

function unlikeSettings(a: LoadResult, b: LoadResult): Unlike[] {
  const [before, after] = [conditionsOf(a), conditionsOf(b)];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((what) => {
    const [was, is] = [before[what] ?? 'none', after[what] ?? 'none'];
    return was === is ? [] : [{ what, a: was, b: is }];
  });
}

function conditionsOf(result: LoadResult): Readonly<Record<string, string>> {
  const settings = Object.entries(result.settings).filter(
    ([name]) => !WITHOUT_EFFECT.includes(name),
  );
  const { machine, gateway } = result;
  return {
    ...Object.fromEntries(settings.map(([name, value]) => [name, String(value)])),
    'meters of the gateway': String(gateway.meters),
    'seed of the gateway': String(gateway.seed),
    version: result.version,
    node: machine.node,
    cpu: `${machine.cores} × ${machine.cpu}`,
    scenario: result.scenario?.name ?? 'none',
  };
}

function warningsOf(
  name: string,
  { generator, interrupted, cutOff, checked }: LoadResult,
): string[] {
  return [
    ...(interrupted ? [`${name} was interrupted before its end`] : []),
    ...(cutOff ? [`${name} was cut off: its gateway went before its end`] : []),
    ...(generator.isBottleneck
      ? [`in ${name} the generator did not keep up: its latencies are not all the gateway's`]
      : []),
    ...(checked === 0 ? [`${name} checked no answer`] : []),
  ];
}
