import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES, metricNamed } from '../../load/named-metric.ts';
import {
  judge,
  type ParsedThreshold,
  parseComparedThreshold,
  parseThreshold,
  type Threshold,
} from '../../load/threshold.ts';
import { codesIn, tablesOf } from '../docs/markdown.ts';
import { latencyOf, sampleResult } from './sample-result.ts';

const result = sampleResult();

function thresholdOf(parsed: ParsedThreshold): Threshold {
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.threshold;
}

function problemOf(parsed: ParsedThreshold): string {
  if ('threshold' in parsed) throw new Error(`${parsed.threshold.text} was taken`);
  return parsed.problem;
}

describe('a threshold is read', () => {
  test.each([
    ['p99<50ms', 'p99', 50],
    ['p99.9 <= 1.5 s', 'p99.9', 1500],
    ['p99.99<800us', 'p99.99', 0.8],
    ['max-from-sent<250µs', 'max-from-sent', 0.25],
    ['p99-lateness<2ms', 'p99-lateness', 2],
    ['wrong==0', 'wrong', 0],
    ['timed-out!=3', 'timed-out', 3],
    ['rate>=4900', 'rate', 4900],
    ['hits>=0.9', 'hits', 0.9],
    ['hits>=90%', 'hits', 0.9],
    ['hits>=99.9%', 'hits', 0.999],
    ['hits<=100%', 'hits', 1],
  ])('%s', (text, name, limit) => {
    const threshold = thresholdOf(parseThreshold(text));
    expect([threshold.metric.name, threshold.limit]).toEqual([name, limit]);
    expect(threshold.relative).toBe(false);
  });

  test('every name that help and errors tell of is a metric', () => {
    for (const name of METRIC_NAMES) expect(metricNamed(name)?.name).toBe(name);
    expect(METRIC_NAMES).toContain('p99.9-from-sent');
    expect(METRIC_NAMES).toContain('not-sent');
  });
});

test('docs/load-results.md tells of every metric and of no other', () => {
  const path = resolve(import.meta.dirname, '../../docs/load-results.md');
  const table = tablesOf(readFileSync(path, 'utf8')).find(({ columns }) => columns[0] === 'metric');
  const told = table?.rows.flatMap(([names = '']) => codesIn(names)) ?? [];
  expect(told.sort()).toEqual([...METRIC_NAMES].sort());
});

describe('a text that is no threshold', () => {
  test.each([
    ['p99', 'write a metric'],
    ['', 'write a metric'],
    ['p99=50ms', 'write a metric'],
    ['p99<', 'write a metric'],
    ['p99<50ms please', 'write a metric'],
    ['wrogn==0', 'wrogn is not a metric (did you mean wrong?)'],
    ['p99-from-send<5ms', 'did you mean p99-from-sent?'],
    ['timedout==0', 'did you mean timed-out?'],
    ['zzzzzzzzzzzz==0', 'known are min, mean, p50'],
    ['p100<5ms', 'p100 is not a metric'],
    ['constructor==0', 'constructor is not a metric'],
    ['p99-constructor<5ms', 'is not a metric'],
    ['p99<50', 'p99 is a latency: give a number with us, ms or s'],
    ['p99<50m', 'give a number with us, ms or s'],
    ['wrong==0ms', 'wrong is a count: give a number without a unit'],
    ['rate>=5%', 'rate is in SRs a second'],
    ['hits>=90', 'from 0 to 1, or from 0% to 100%'],
    ['hits>=101%', 'from 0 to 1, or from 0% to 100%'],
    ['wrong>=-1', 'give a number without a unit'],
    ['p99<=+10%', 'a change in percent needs two results; see s1sp compare'],
  ])('%j is refused with what to write instead', (text, problem) => {
    expect(problemOf(parseThreshold(text))).toContain(problem);
  });
});

describe('a comparison', () => {
  test.each([
    ['p99<=+10%', 10],
    ['rate>=-5%', -5],
    ['hits>=-0.5%', -0.5],
  ])('may ask %s of a change', (text, limit) => {
    expect(thresholdOf(parseComparedThreshold(text))).toMatchObject({ limit, relative: true });
  });

  test('takes a share in percent without a sign as a limit of its own', () => {
    expect(thresholdOf(parseComparedThreshold('hits>=90%'))).toMatchObject({
      limit: 0.9,
      relative: false,
    });
  });
});

describe('a run is judged', () => {
  test.each([
    ['<', [true, false, false]],
    ['<=', [true, true, false]],
    ['>', [false, false, true]],
    ['>=', [false, true, true]],
    ['==', [false, true, false]],
    ['!=', [true, false, true]],
  ])('%s on both sides of its limit', (operator, expected) => {
    const met = [9, 10, 11].map((answeredRate) => {
      const changed = { ...result, answeredRate };
      return judge(changed, [`rate${operator}10`])[0]?.met;
    });
    expect(met).toEqual(expected);
  });

  test('in ms, shares and counts', () => {
    const { latency, served, answered: answers } = result;
    expect(judge(result, ['p99<1s', 'hits>=90%', 'refused==6', 'timed-out<=3'])).toEqual([
      { text: 'p99<1s', measured: latency.fromPlanned.p99Ms, met: false },
      { text: 'hits>=90%', measured: served.cache / answers, met: true },
      { text: 'refused==6', measured: 6, met: true },
      { text: 'timed-out<=3', measured: 3, met: true },
    ]);
  });

  test('from the planned send time unless the threshold says from the sent one', () => {
    const judged = judge(result, ['p50<1s', 'p50-from-sent<1s', 'p50-lateness<1s']);
    expect(judged.map(({ measured }) => measured)).toEqual([
      result.latency.fromPlanned.p50Ms,
      result.latency.fromSent.p50Ms,
      result.generator.lateness.p50Ms,
    ]);
  });

  test('by a percentile out of the histogram where the result does not spell it out', () => {
    const fromPlanned = latencyOf(Array.from({ length: 1000 }, (_, at) => (at + 1) / 10));
    const changed = { ...result, latency: { ...result.latency, fromPlanned } };
    const [p95, p75] = judge(changed, ['p95<1s', 'p75<1s']);
    expect(p95?.measured).toBeCloseTo(95, 1);
    expect(p75?.measured).toBeCloseTo(75, 1);
  });

  test('and what was not measured meets nothing, whichever way the threshold looks', () => {
    const none = latencyOf([]);
    const { gatewayCounts: _, ...rest } = result;
    const nothing = {
      ...rest,
      checked: 0,
      served: { cache: 0, device: 0, mixed: 0 },
      latency: { fromPlanned: none, fromSent: none },
    };
    const texts = ['p99<50ms', 'p99.99<50ms', 'wrong==0', 'hits<=1', 'device-reads<5'];
    expect(judge(nothing, texts)).toEqual(texts.map((text) => ({ text, measured: 0, met: false })));
  });

  test('never by a text that cannot be read', () => {
    expect(() => judge(result, ['p99<50'])).toThrow('give a number with us, ms or s');
  });
});
