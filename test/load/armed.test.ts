// A sample of hits is held against the schedules that the gateway tells of.

import { describe, expect, test } from 'vitest';
import { type ActiveSchedules, ArmedSample, SAMPLED_MAX } from '../../load/armed.ts';
import { answering, expectWhole, NONE, openRun, rightAnswer } from './small-run.ts';

/** A cached answer; explained, it names schedule 23. */
const cached = answering((message) =>
  rightAnswer(message, {
    served: 'cache',
    ...(message.explain && { why: { cachedAt: '2026-11-23T11:00:00Z', dspScheduleId: 23 } }),
  }),
);

async function played(active: ActiveSchedules | undefined) {
  const asked: string[] = [];
  const armed = new ArmedSample(async (deviceId) => {
    asked.push(deviceId);
    return active;
  });
  const small = await openRun(cached, { armed });
  await small.run.play();
  const result = small.run.record.result();
  expectWhole(result);
  return { asked, outcomes: result.outcomes, faults: small.run.receiver.faults };
}

describe('a hit of the sample', () => {
  test.each<[string, ActiveSchedules | undefined]>([
    ['its SRV has an active schedule', { dspScheduleIds: [1], srvs: ['4.6.1', '4.8.1'] }],
    ['the schedule that it names is active', { dspScheduleIds: [22, 23], srvs: ['4.6.1'] }],
    ['the gateway does not tell', undefined],
  ])('is right where %s', async (_, active) => {
    const { outcomes, asked } = await played(active);
    expect(outcomes).toEqual({ ...NONE, right: 20 });
    expect(asked).toEqual([expect.stringMatching(/^90-B3-D5-1F-40-00-00-0\d$/)]);
  });

  test.each<[string, ActiveSchedules]>([
    ['no schedule', { dspScheduleIds: [], srvs: [] }],
    ['schedules for other SRVs only', { dspScheduleIds: [1], srvs: ['4.8.3'] }],
  ])('is stale where its device has %s', async (_, active) => {
    const { outcomes, faults } = await played(active);
    expect(outcomes).toEqual({ ...NONE, right: 19, stale: 1 });
    expect(faults).toEqual([
      expect.stringMatching(/^stale: \S+: served .* without an active schedule for 4\.8\.1$/),
    ]);
  });
});

test('hits are asked about one at a time, and so many of a run', async () => {
  let underWay = 0;
  const sample = new ArmedSample(async () => {
    expect(++underWay).toBe(1);
    await Promise.resolve();
    underWay--;
    return undefined;
  });
  const hit = { deviceId: 'x', srv: '4.8.1', dspScheduleId: 1 } as const;
  for (let round = 0; round < SAMPLED_MAX + 10; round++) {
    for (let twice = 0; twice < 2; twice++) sample.take(hit, () => {});
    await sample.settled();
  }
  expect(sample.asked).toBe(SAMPLED_MAX);
});
