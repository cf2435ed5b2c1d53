import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Plan, type PlanOptions, parseRate } from '../../load/plan.ts';

function planOf(rate: string, more: Partial<PlanOptions> = {}): Plan {
  const parsed = parseRate(rate);
  if (parsed === undefined) throw new Error(`${rate} is no rate`);
  const ends = { durationMs: 1000, count: undefined, warmupMs: 0, batch: 1 };
  return new Plan({ rate: parsed, ...ends, ...more });
}

function timesOf(plan: Plan): number[] {
  return Array.from({ length: plan.frames }, (_, frame) => Math.round(plan.atMs(frame)));
}

describe('a steady rate', () => {
  test('plans arrivals at even distances, the first at once and none at the end', () => {
    expect(timesOf(planOf('4'))).toEqual([0, 250, 500, 750]);
  });

  test.each([
    ['4', 1000, 4],
    ['4', 1001, 5],
    ['4', 999, 4],
    ['5000', 30_000, 150_000],
    ['0.5', 1000, 1],
  ])('%s a second for %i ms are %i', (rate, durationMs, frames) => {
    expect(planOf(rate, { durationMs }).frames).toBe(frames);
  });

  test('goes on after a warm-up at the same distances, and counts it apart', () => {
    const plan = planOf('4', { warmupMs: 500 });
    expect(timesOf(plan)).toEqual([0, 250, 500, 750, 1000, 1250]);
    expect([plan.measured, plan.endMs, plan.lastMs]).toEqual([4, 1500, 1500]);
  });
});

describe('a ramp', () => {
  test('plans as many arrivals as lie under its line', () => {
    expect(planOf('0..8').frames).toBe(4);
    expect(planOf('8..0').frames).toBe(4);
    expect(planOf('1000..3000', { durationMs: 10_000 }).frames).toBe(20_000);
  });

  test('has them where the area under the line is their number', () => {
    expect(timesOf(planOf('0..8'))).toEqual([0, 500, 707, 866]);
    expect(timesOf(planOf('8..0'))).toEqual([0, 134, 293, 500]);
  });

  test('warms up at the rate it begins with', () => {
    const plan = planOf('4..8', { warmupMs: 500, durationMs: 500 });
    expect(timesOf(plan)).toEqual([0, 250, 500, 707, 866]);
  });

  test('with a count alone takes as long as the count needs', () => {
    const plan = planOf('0..8', { durationMs: undefined, count: 4 });
    expect([plan.frames, plan.lastMs, plan.endMs]).toEqual([4, 1000, Number.POSITIVE_INFINITY]);
  });
});

describe('a count', () => {
  test('ends the plan exactly, the batch that is left being smaller', () => {
    const plan = planOf('4', { durationMs: undefined, count: 7, batch: 3 });
    expect(timesOf(plan)).toEqual([0, 750, 1500]);
    expect([0, 1, 2].map((frame) => plan.sizeOf(frame))).toEqual([3, 3, 1]);
  });

  test('and a duration: whichever comes first', () => {
    expect(planOf('4', { count: 3 }).measured).toBe(3);
    expect(planOf('4', { count: 5 }).measured).toBe(4);
  });

  test('or a duration must be there', () => {
    expect(() => planOf('4', { durationMs: undefined })).toThrow(RangeError);
  });
});

test('planned times never fall, and end before the time is up', () => {
  const rate = fc.integer({ min: 0, max: 500 });
  const options = fc.record({
    from: rate,
    to: rate,
    durationMs: fc.integer({ min: 1, max: 5000 }),
    warmupMs: fc.integer({ min: 0, max: 2000 }),
    batch: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(
    fc.property(options, ({ from, to, ...ends }) => {
      fc.pre(from + to > 0);
      const plan = planOf(`${from}..${to}`, ends);
      let before = 0;
      let sum = 0;
      for (let frame = 0; frame < plan.frames; frame++) {
        const at = plan.atMs(frame);
        expect(at).toBeGreaterThanOrEqual(before);
        expect(at).toBeLessThan(plan.endMs);
        if (at >= plan.warmupMs) sum += plan.sizeOf(frame);
        before = at;
      }
      expect(sum).toBe(plan.measured);
    }),
    { seed: 4 },
  );
});

test.each([
  ['5000', { kind: 'steady', from: 5000, to: 5000 }],
  ['2.5k', { kind: 'steady', from: 2500, to: 2500 }],
  ['100..5k', { kind: 'steady', from: 100, to: 5000 }],
  ['10m', { kind: 'steady', from: 10_000_000, to: 10_000_000 }],
  ['max', { kind: 'max' }],
])('%s is read as a rate', (text, rate) => {
  expect(parseRate(text)).toEqual(rate);
});

test.each(['', '0', '-1', '0..0', '1..2..3', 'fast', '10.1m', '1 000', '..5'])(
  '"%s" is no rate',
  (text) => {
    expect(parseRate(text)).toBeUndefined();
  },
);
