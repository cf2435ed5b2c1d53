// The charts of the report page, out of a result: what each shows, in which order, and one sentence
// on how to read it.

import type { ChartSpec } from '../page/chart-spec.ts';
import { hitShareOf } from './metric.ts';
import { percentileCurve } from './percentile.ts';
import type { LoadResult, Second } from './result.ts';

export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly spec: ChartSpec;
}

const TIME_GROUP = 'time';

/** Every chart that the result has figures for. */
export function chartsOf(result: LoadResult): Chart[] {
  const { seconds, scenario } = result;
  // Answers in DUIS do not tell whether they came from the cache.
  const isTold = hitShareOf(result) !== undefined;
  return [
    ...(scenario !== undefined && scenario.curve.length > 0 ? [scenarioCurve(scenario)] : []),
    ...(seconds.length > 0 ? [latencyOverTime(seconds)] : []),
    ...(result.latency.fromPlanned.count > 0 ? [distribution(result)] : []),
    ...(seconds.length > 0 ? [rates(seconds)] : []),
    ...(seconds.length > 0 && isTold ? [hitShare(seconds), wanReads(seconds)] : []),
  ];
}

function overTime(seconds: readonly Second[]): Pick<ChartSpec, 'axis' | 'x' | 'group' | 'shaded'> {
  const warmup = seconds.filter((second) => second.warmup);
  const [first, last] = [warmup[0], warmup.at(-1)];
  const shaded =
    first === undefined || last === undefined
      ? undefined
      : [{ from: first.atSeconds, to: last.atSeconds + 1 }];
  return {
    axis: 'seconds',
    x: seconds.map(({ atSeconds }) => atSeconds),
    group: TIME_GROUP,
    ...(shaded !== undefined && { shaded }),
  };
}

/** A logarithmic axis has no zero: a second without answers is a gap. */
function positive(values: readonly number[]): (number | null)[] {
  return values.map((value) => (value > 0 ? value : null));
}

function latencyOverTime(seconds: readonly Second[]): Chart {
  const line = (label: string, colour: string, of: (second: Second) => number) => ({
    label,
    colour,
    values: positive(seconds.map(of)),
  });
  return {
    id: 'latency-over-time',
    title: 'Latency over time',
    caption: 'From the planned send time, in ms, second by second. The scale is logarithmic.',
    spec: {
      ...overTime(seconds),
      unit: 'ms',
      series: [
        line('max', 'max', ({ maxMs }) => maxMs),
        line('p99', 'p99', ({ p99Ms }) => p99Ms),
        line('p90', 'p90', ({ p90Ms }) => p90Ms),
        line('p50', 'p50', ({ p50Ms }) => p50Ms),
      ],
      bands: [
        { upper: 0, lower: 1, fill: 'max-fill' },
        { upper: 1, lower: 2, fill: 'p99-fill' },
        { upper: 2, lower: 3, fill: 'p90-fill' },
      ],
    },
  };
}

function distribution({ latency }: LoadResult): Chart {
  const planned = percentileCurve(latency.fromPlanned);
  const sent = percentileCurve(latency.fromSent);
  const x = [...new Set([...planned, ...sent].map(({ oneIn }) => oneIn))].sort((a, b) => a - b);
  const on = (curve: readonly { readonly oneIn: number; readonly ms: number }[]) => {
    const at = new Map(curve.map(({ oneIn, ms }) => [oneIn, ms]));
    return x.map((oneIn) => at.get(oneIn) || null);
  };
  return {
    id: 'latency-distribution',
    title: 'Latency distribution',
    caption: 'Each percentile in ms; a step to the right is ten times rarer.',
    spec: {
      axis: 'one-in',
      unit: 'ms',
      x,
      series: [
        { label: 'from planned', colour: 'p99', values: on(planned) },
        { label: 'from sent', colour: 'sent', values: on(sent), dashed: true },
      ],
    },
  };
}

function rates(seconds: readonly Second[]): Chart {
  const errors = seconds.some((second) => second.errors > 0);
  return {
    id: 'rate',
    title: 'Rate',
    caption: 'SRs planned in each second, and how many of these were sent and answered.',
    spec: {
      ...overTime(seconds),
      unit: 'count',
      series: [
        {
          label: 'answered',
          colour: 'answered',
          fill: 'answered-fill',
          values: seconds.map(({ answered }) => answered),
        },
        { label: 'sent', colour: 'sent', values: seconds.map(({ sent }) => sent) },
        {
          label: 'planned',
          colour: 'muted',
          values: seconds.map(({ planned }) => planned),
          dashed: true,
        },
        ...(errors
          ? [{ label: 'errors', colour: 'bad', values: seconds.map((second) => second.errors) }]
          : []),
      ],
    },
  };
}

function hitShare(seconds: readonly Second[]): Chart {
  return {
    id: 'hit-share',
    title: 'Answered from the cache',
    caption: 'The share of answers that needed no read of the meter.',
    spec: {
      ...overTime(seconds),
      unit: 'share',
      series: [
        {
          label: 'from cache',
          colour: 'hits',
          fill: 'hits-fill',
          values: seconds.map(({ hits, answered }) =>
            answered === 0 ? null : Math.min(hits / answered, 1),
          ),
        },
      ],
    },
  };
}

function wanReads(seconds: readonly Second[]): Chart {
  let [answeredSoFar, hitsSoFar] = [0, 0];
  const sums = seconds.map(({ answered, hits, errors }) => {
    // What was refused, or never answered, is no read.
    answeredSoFar += Math.max(answered - errors, hits);
    hitsSoFar += hits;
    return { without: answeredSoFar, withCache: Math.max(answeredSoFar - hitsSoFar, 0) };
  });
  return {
    id: 'wan-reads',
    title: 'WAN reads saved',
    caption: 'Reads over the WAN so far, without the cache and with it; the area between is saved.',
    spec: {
      ...overTime(seconds),
      unit: 'count',
      series: [
        {
          label: 'without cache',
          colour: 'muted',
          values: sums.map(({ without }) => without),
          dashed: true,
        },
        { label: 'with cache', colour: 'wan', values: sums.map(({ withCache }) => withCache) },
      ],
      bands: [{ upper: 0, lower: 1, fill: 'hits-fill' }],
    },
  };
}

function scenarioCurve({ curve }: NonNullable<LoadResult['scenario']>): Chart {
  return {
    id: 'scenario',
    title: 'WAN reads through the day',
    caption: 'By virtual half hour (UTC), with and without the cache.',
    spec: {
      axis: 'instant',
      unit: 'count',
      x: curve.map(({ at }) => Date.parse(at) / 1000),
      series: [
        {
          label: 'without cache',
          colour: 'muted',
          values: curve.map(({ withoutCache }) => withoutCache),
          dashed: true,
        },
        { label: 'with cache', colour: 'wan', values: curve.map(({ withCache }) => withCache) },
      ],
      bands: [{ upper: 0, lower: 1, fill: 'hits-fill' }],
    },
  };
}
