// `--threshold` [contract §8]: `p99<50ms`, `wrong==0`, `rate>=4900`, `hits>=90%`. Beside another
// run a limit with a sign and a percent sign is relative to it: `p99<=+10%`, `rate>=-5%`.

import { didYouMean } from '../gateway/protocol/nearest.ts';
import type { Measured, Metric } from './metric.ts';
import { METRIC_NAMES, metricNamed } from './named-metric.ts';
import type { LoadResult } from './result.ts';

const OPERATORS: Readonly<Record<string, (measured: number, limit: number) => boolean>> = {
  '<': (measured, limit) => measured < limit,
  '<=': (measured, limit) => measured <= limit,
  '>': (measured, limit) => measured > limit,
  '>=': (measured, limit) => measured >= limit,
  '==': (measured, limit) => measured === limit,
  '!=': (measured, limit) => measured !== limit,
};

/** The units of each kind of metric, as powers of ten; the empty one is no unit. */
const UNITS: Readonly<Record<Metric['kind'], Readonly<Record<string, number>>>> = {
  latency: { us: -3, µs: -3, ms: 0, s: 3 },
  count: { '': 0 },
  rate: { '': 0 },
  share: { '': 0, '%': -2 },
};

const UNITS_IN_WORDS: Readonly<Record<Metric['kind'], string>> = {
  latency: 'is a latency: give a number with us, ms or s',
  count: 'is a count: give a number without a unit',
  rate: 'is in SRs a second: give a number without a unit',
  share: 'is a share: give a number from 0 to 1, or from 0% to 100%',
};

const FORM = 'write a metric, one of < <= > >= == != and a limit, such as p99<50ms';

export interface Threshold {
  readonly text: string;
  readonly metric: Metric;
  /** In the metric's own unit (ms, share, count), or as change in percent where `relative`. */
  readonly limit: number;
  readonly relative: boolean;
  holds(measured: number): boolean;
}

export type ParsedThreshold =
  | { readonly threshold: Threshold }
  /** One sentence that says what to write instead. */
  | { readonly problem: string };

/** Reads a threshold that one run is held against; one that is relative is a problem here. */
export function parseThreshold(text: string): ParsedThreshold {
  const parsed = parseComparedThreshold(text);
  if ('problem' in parsed || !parsed.threshold.relative) return parsed;
  return { problem: `${text}: a change in percent needs two results; see s1sp compare` };
}

/** Reads a threshold of a comparison, relative or not. */
export function parseComparedThreshold(text: string): ParsedThreshold {
  const [, name = '', operator = '', sign = '', digits = '', unit = ''] =
    /^\s*([\w.-]+)\s*([<>]=?|[=!]=)\s*([+-]?)(\d+(?:\.\d+)?)\s*([a-zµ%]*)\s*$/.exec(text) ?? [];
  const compares = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (compares === undefined) return { problem: `${text} is not a threshold: ${FORM}` };
  const metric = metricNamed(name);
  if (metric === undefined) {
    const known = didYouMean(name, METRIC_NAMES) || `; known are ${METRIC_NAMES.join(', ')}`;
    return { problem: `${text}: ${name} is not a metric${known}` };
  }
  const relative = sign !== '' && unit === '%';
  const units = UNITS[metric.kind];
  const power = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (!relative && (power === undefined || sign !== '')) {
    return { problem: `${text}: ${name} ${UNITS_IN_WORDS[metric.kind]}` };
  }
  // By the text, because 99.9 / 100 is not 0.999.
  const limit = relative ? Number(sign + digits) : Number(`${digits}e${power}`);
  if (metric.kind === 'share' && !relative && limit > 1) {
    return { problem: `${text}: ${name} ${UNITS_IN_WORDS.share}` };
  }
  const holds = (measured: number): boolean => compares(measured, limit);
  return { threshold: { text, metric, limit, relative, holds } };
}

/**
 * Holds a run against its thresholds: ms, shares from 0 to 1, counts. What was not measured is 0
 * and not met. Throws on a text that `parseThreshold` refuses: the command has asked it before.
 */
export function judge(result: Measured, texts: readonly string[]): LoadResult['thresholds'] {
  return texts.map((text) => {
    const parsed = parseThreshold(text);
    if ('problem' in parsed) throw new Error(parsed.problem);
    const measured = parsed.threshold.metric.of(result);
    const met = measured !== undefined && parsed.threshold.holds(measured);
    return { text, measured: measured ?? 0, met };
  });
}
