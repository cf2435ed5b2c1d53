import { expect, test } from 'vitest';
import { Health } from '../../load/health.ts';
import { HandTime } from './hand-time.ts';

/** A second of which the generator slept and polled for so long, with so much processor time. */
async function aSecond({ slept = 0, polled = 0, processor = 1000, lateMs = 0, p50Ms = 0 }) {
  const time = new HandTime();
  const health = new Health(time);
  await time.pass(1000);
  time.asleep = slept;
  time.processor = processor;
  health.idle(polled);
  for (let i = 0; i < 100; i++) health.lateness.add(lateMs);
  return health.result(p50Ms);
}

test.each([
  [0, 100, 0.9, false],
  [0, 99, 0.901, true],
  [600, 300, 0.1, false],
  [0, 0, 1, true],
])(
  'slept %i ms and polled %i of a second: busy %d, the bottleneck: %s',
  async (slept, polled, busy, told) => {
    const { busyShare, isBottleneck, warning } = await aSecond({ slept, polled });
    expect([busyShare, isBottleneck]).toEqual([busy, told]);
    expect(warning !== undefined).toBe(told);
  },
);

test.each([
  [19.9, false],
  [20.5, true],
])('late by %d ms: %s', async (lateMs, told) => {
  const { isBottleneck, warning } = await aSecond({ slept: 500, lateMs });
  expect(isBottleneck).toBe(told);
  if (told) expect(warning).toMatch(/^The generator was more than 20\.5 ms late/);
});

test('says that others had the processor, where they had', async () => {
  expect((await aSecond({ processor: 740 })).warning).toContain('waited for a processor');
  expect((await aSecond({ processor: 760 })).warning).toContain('--batch 16');
});

test('says that the check is the reason, where it is', () => {
  const time = new HandTime();
  const health = new Health(time);
  for (let i = 0; i < 61; i++) health.timed(() => void time.pass(20));
  time.processor = 1220;
  expect(health.result(0).warning).toContain(
    'checking answers took 100 % of that: try --check 1/10',
  );
});

test.each([
  [999, false],
  [1000, true],
])('a generator that was busy all of %i ms is told so: %s', (ms, told) => {
  const time = new HandTime();
  const health = new Health(time);
  void time.pass(ms);
  time.processor = ms;
  expect(health.result(0).isBottleneck).toBe(told);
});

test('a lateness that the answers themselves take ten times over is not worth a word', async () => {
  const late = { slept: 500, lateMs: 25 };
  expect((await aSecond({ ...late, p50Ms: 240 })).warning).toContain('more than 25.0 ms late');
  expect((await aSecond({ ...late, p50Ms: 260 })).warning).toBeUndefined();
});

test('the wait for the last answers does not make a busy generator look idle', async () => {
  const time = new HandTime();
  const health = new Health(time);
  await time.pass(1000);
  time.processor = 1000;
  health.stop();
  await time.pass(9000);
  time.asleep = 9000;
  const { busyShare, warning } = health.result(0);
  expect(busyShare).toBe(1);
  expect(warning).toContain('busy 100 % of the time');
});

test('what was before the measured part does not count', async () => {
  const time = new HandTime();
  const health = new Health(time);
  health.idle(300);
  await time.pass(1000);
  health.restart();
  await time.pass(1000);
  health.idle(600);
  expect(health.busyShare).toBeCloseTo(0.4);
});
