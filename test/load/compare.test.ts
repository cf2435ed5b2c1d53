import { describe, expect, test } from 'vitest';
import { type ComparedMetric, compareResults } from '../../load/compare.ts';
import type { LoadResult } from '../../load/result.ts';
import { parseComparedThreshold, type Threshold } from '../../load/threshold.ts';
import { latencyOf, sampleResult } from './sample-result.ts';

const a = sampleResult();

function thresholds(...texts: string[]): Threshold[] {
  return texts.map((text) => {
    const parsed = parseComparedThreshold(text);
    if ('problem' in parsed) throw new Error(parsed.problem);
    return parsed.threshold;
  });
}

function metricOf(b: LoadResult, name: string, from = a): ComparedMetric | undefined {
  return compareResults(from, b).metrics.find(({ metric }) => metric === name);
}

describe('two runs beside each other', () => {
  test('the same run twice shows no change and nothing unlike', () => {
    const { metrics, unlike, warnings } = compareResults(a, sampleResult());
    expect(metrics.every(({ changePercent }) => changePercent === 0)).toBe(true);
    expect(metrics.map(({ direction }) => direction)).not.toContain('worse');
    expect([unlike, warnings]).toEqual([[], []]);
  });

  test.each([
    [{ answeredRate: a.answeredRate * 1.1 }, 'rate', 10, 'better'],
    [{ answeredRate: a.answeredRate * 0.9 }, 'rate', -10, 'worse'],
    [{ plannedRate: 600 }, 'planned-rate', 20, 'neither'],
    [{ answeredRate: a.answeredRate * 1.0004 }, 'rate', 0.04, 'same'],
    [{ outcomes: { ...a.outcomes, timedOut: 6 } }, 'timed-out', 100, 'worse'],
    [{ outcomes: { ...a.outcomes, refused: {} } }, 'refused', -100, 'better'],
  ] as const)('%j is told of %s as %d %%, %s', (changes, name, percent, direction) => {
    const metric = metricOf(sampleResult(changes), name);
    expect(metric?.changePercent).toBeCloseTo(percent, 6);
    expect(metric?.direction).toBe(direction);
  });

  test('percentiles come from the histograms', () => {
    const slower = latencyOf(Array.from({ length: 20_000 }, (_, at) => (at + 1) / 100));
    const b = sampleResult({ latency: { ...a.latency, fromPlanned: slower } });
    expect(metricOf(b, 'p95')?.b).toBeCloseTo(190, 0);
    expect(metricOf(b, 'p99.99')?.b).toBeCloseTo(200, 0);
    expect(metricOf(b, 'p99.99')?.direction).toBe('better');
  });

  test('from nothing to something is worse, and no number of percent', () => {
    const b = sampleResult({ outcomes: { ...a.outcomes, wrong: 2 } });
    expect(metricOf(b, 'wrong')).toMatchObject({ a: 0, b: 2, changePercent: null });
    expect(metricOf(b, 'wrong')?.direction).toBe('worse');
  });

  test('what only one run measured is unknown in the other, what neither did is left out', () => {
    const { gatewayCounts: _, ...rest } = sampleResult();
    expect(metricOf(rest, 'device-reads')).toMatchObject({ b: null, changePercent: null });
    expect(metricOf(rest, 'device-reads', rest)).toBeUndefined();
  });

  test('settings, machine and gateway that were not alike are told', () => {
    const b = sampleResult({
      settings: { ...a.settings, rate: '600', batch: 8, out: 'b.json' },
      machine: { ...a.machine, node: 'v20.21.0' },
    });
    expect(compareResults(a, b).unlike).toEqual([
      { what: 'rate', a: '500', b: '600' },
      { what: 'node', a: 'v20.20.2', b: 'v20.21.0' },
      { what: 'batch', a: 'none', b: '8' },
    ]);
  });

  test('a run that was cut short, unchecked or held up by its generator is warned of', () => {
    const b = sampleResult({
      interrupted: true,
      checked: 0,
      generator: { ...a.generator, isBottleneck: true },
    });
    expect(compareResults(a, b).warnings).toEqual([
      'B was interrupted before its end',
      "in B the generator did not keep up: its latencies are not all the gateway's",
      'B checked no answer',
    ]);
  });
});

describe('a threshold of a comparison', () => {
  const b = sampleResult({ answeredRate: a.answeredRate * 0.95 });

  test.each([
    ['rate>=-5.1%', true],
    ['rate>=-4.9%', false],
    ['rate>=400', true],
    ['rate>=499', false],
    ['wrong==0', true],
    ['wrong<=+0%', true],
    ['p99<=+0%', true],
    ['p99<+0%', false],
  ])('%s is met: %s', (text, met) => {
    expect(compareResults(a, b, thresholds(text)).thresholds[0]).toMatchObject({ text, met });
  });

  test('is not met by a rise from nothing, nor by what was not measured', () => {
    const wrong = sampleResult({ outcomes: { ...a.outcomes, wrong: 1 } });
    const unchecked = sampleResult({ checked: 0 });
    for (const worse of [wrong, unchecked]) {
      expect(compareResults(a, worse, thresholds('wrong<=+50%')).thresholds).toEqual([
        { text: 'wrong<=+50%', measured: null, met: false },
      ]);
    }
  });
});
