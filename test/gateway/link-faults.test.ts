// Faults of the way to the meter, provoked through the whole gateway before real meters: each ends
// in the code that domain §6 has for it, and holds nobody up.

import { afterEach, describe, expect, test } from 'vitest';
import { WAN_PROFILES } from '../../emulator/wan-profiles.ts';
import { EXACT } from '../emulator/fake-wan.ts';
import { FaultWorld, type FaultWorldOptions, YESTERDAY } from './fault-world.ts';
import { Line } from './small-world.ts';

/** 1 s there, 2 s back; the meter timeout is 12 s. */
const THERE_AND_BACK = 3000;
const TIMEOUT = 12_000;

const worlds: FaultWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    expect(world.mistakes).toEqual([]);
    expect([world.wan.tally.inFlight, world.network.held]).toEqual([0, 0]);
    expect(world.gateway.inFlight.count).toBe(0);
  }
});

function open(faults: readonly object[], options: FaultWorldOptions = {}): FaultWorld {
  const world = new FaultWorld({ ...options, faults });
  worlds.push(world);
  return world;
}

describe('a silent meter', () => {
  test('is E21 at the meter timeout, for reads and for 3.2; the others answer', async () => {
    const world = open([{ who: '90-B3-D5-1F-40-00-00-03', what: 'silent' }]);
    expect(await world.read('4.8.1', 3)).toMatchObject({ responseCode: 'E21', tookMs: TIMEOUT });
    expect(await world.read('4.8.1', 4)).toMatchObject({ responseCode: 'I0', tookMs: 3000 });
    const restriction = { restrictionDateTime: '2026-11-23T08:00:00Z' };
    const body = { restrictAccessForChangeOfTenancy: restriction };
    const answer = await world.say(world.message('3.2', 3, 'IS', body));
    expect(answer).toMatchObject({ responseCode: 'E21', tookMs: TIMEOUT });
    expect(world.hits(1)).toBe(2);
  });

  test('is E21 at the timeout over a WAN without delay as well', async () => {
    const world = open([{ what: 'silent' }], { wan: WAN_PROFILES.none });
    expect(await world.read('4.6.1', 0)).toMatchObject({ responseCode: 'E21', tookMs: 30_000 });
  });

  test('costs the WAN its attempts and wake-ups, and the session until it gives up', async () => {
    const wan = { ...EXACT, capacity: 1, smsWakeUps: 2, smsMedianMs: 1000, smsSpread: 0 };
    const world = open([{ who: '90-B3-D5-1F-40-00-00-00', what: 'silent' }], { wan });
    const [silent, other] = await Promise.all([world.read('4.8.1', 0), world.read('4.8.1', 1)]);
    expect(silent).toMatchObject({ responseCode: 'E21', tookMs: TIMEOUT });
    // It waited for the only session as long as the other, and a reply would not be in time.
    expect(other).toMatchObject({ responseCode: 'E21', tookMs: TIMEOUT });
    const { attempts, wakeUps, bytesFromMeters } = world.wan.tally;
    expect([attempts, wakeUps, bytesFromMeters]).toEqual([2, 2, 0]);
  });

  test('is one read for all who wait, each with E21 and nothing cached', async () => {
    const world = open([{ what: 'silent' }], { scheduled: 1 });
    const line = new Line(world.gateway, null);
    const readLogPeriod = { startDateTime: YESTERDAY[0], endDateTime: YESTERDAY[1] };
    for (const role of ['IS', 'ED', 'MDR'] as const) {
      line.say(world.message('4.8.1', 5, role, { readLogPeriod }));
    }
    await world.clock.advanceBy(TIMEOUT);
    expect(line.answers.map(({ responseCode }) => responseCode)).toEqual(['E21', 'E21', 'E21']);
    expect(world.tally.coalescedReads).toBe(2);
    expect(world.hits(1)).toBe(1);
    world.faults.clear();
    expect(await world.read('4.8.1', 5)).toMatchObject({ responseCode: 'I0', served: 'device' });
  });

  test('makes a run of a schedule a DCC Alert to its owner', async () => {
    const world = open([{ who: 'north', what: 'silent' }], { scheduled: 1 });
    const line = new Line(world.gateway, null);
    const readLogPeriod = { startDateTime: YESTERDAY[0], endDateTime: YESTERDAY[1] };
    line.say(world.message('4.8.2', 19, 'MDR', { readLogPeriod }));
    const asked = line.frames.length;
    expect(line.only().responseCode).toBe('E2');
    await world.until('2026-11-24T07:00:00Z');
    const delivered = line.answers.slice(asked);
    const alerts = delivered.filter(
      ({ dccAlertMessage }) =>
        (dccAlertMessage as { dccAlertCode?: string })?.dccAlertCode === 'N13',
    );
    // Three schedules on each of twenty ESMEs; those of one cohort fail.
    expect([delivered.length, alerts.length]).toEqual([60, 30]);
    line.hangUp();
  });
});

describe('a slow meter', () => {
  test.each([
    [5, 'I0', THERE_AND_BACK + 5000],
    [9, 'I0', TIMEOUT],
    [9.001, 'E21', TIMEOUT],
    [3600, 'E21', TIMEOUT],
  ])('of %s s answers %s after %s ms', async (delaySeconds, responseCode, tookMs) => {
    const world = open([{ what: { slow: { delaySeconds } } }]);
    expect(await world.read('4.8.1', 0)).toMatchObject({ responseCode, tookMs });
  });

  test('is as slow as all its faults together', async () => {
    const slow = { what: { slow: { delaySeconds: 2 } } };
    const world = open([slow, slow]);
    expect(await world.read('4.8.1', 0)).toMatchObject({ tookMs: THERE_AND_BACK + 4000 });
  });
});

describe('a lost reply', () => {
  test('is E21 at the meter timeout, although the meter was asked', async () => {
    const world = open([{ what: 'lost-reply' }]);
    expect(await world.read('4.8.1', 0)).toMatchObject({ responseCode: 'E21', tookMs: TIMEOUT });
    // Each of the three attempts reaches the meter, which replies with 49 entries; but the last
    // begins 2 s before the timeout.
    const { attempts, lostMessages, bytesFromMeters } = world.wan.tally;
    expect([attempts, lostMessages, bytesFromMeters]).toEqual([3, 3, 3 * (64 + 49 * 8)]);
  });

  test('leaves done what the meter was told', async () => {
    const world = open([{ srv: '3.2', what: 'lost-reply' }]);
    const restriction = { restrictionDateTime: '2026-11-22T12:00:00Z' };
    const body = { restrictAccessForChangeOfTenancy: restriction };
    const answer = await world.say(world.message('3.2', 0, 'IS', body));
    expect(answer.responseCode).toBe('E21');
    const { profile } = await world.read('4.8.1', 0);
    expect(profile?.firstTimestamp).toBe('2026-11-22T12:30:00Z');
  });
});

test('a reply that comes twice is answered once, and costs the WAN its bytes again', async () => {
  const plain = open([]);
  await plain.read('4.8.1', 0);
  const once = plain.tally.wan.get('in', 'only', 'only');
  const world = open([{ what: { 'duplicate-reply': { delaySeconds: 4 } } }]);
  const answer = await world.read('4.8.1', 0);
  expect(answer).toMatchObject({ responseCode: 'I0', tookMs: THERE_AND_BACK });
  expect([world.network.duplicates, world.tally.wan.get('in', 'only', 'only')]).toEqual([0, once]);
  await world.clock.advanceBy(4000);
  expect(world.network.duplicates).toBe(1);
  expect(world.tally.wan.get('in', 'only', 'only')).toBe(2 * once);
});

describe('a WAN that is down', () => {
  const faults = [{ who: 'north', when: '10:00Z..11:00Z', what: 'wan-down' }];

  test.each([
    ['2026-11-23T09:59:56.999Z', 'I0', THERE_AND_BACK],
    // The reply would come at 10:00:00.000.
    ['2026-11-23T09:59:57.000Z', 'E21', TIMEOUT],
    ['2026-11-23T09:59:59.999Z', 'E21', TIMEOUT],
    ['2026-11-23T10:00:00.000Z', 'E20', 0],
    ['2026-11-23T10:59:59.999Z', 'E20', 0],
    ['2026-11-23T11:00:00.000Z', 'I0', THERE_AND_BACK],
  ])('asked at %s answers %s after %s ms', async (now, responseCode, tookMs) => {
    const world = open(faults);
    await world.until(now);
    expect(await world.read('4.8.1', 9)).toMatchObject({ responseCode, tookMs });
    expect(world.hits(1)).toBe(responseCode === 'I0' ? 0 : 1);
  });

  test.each([
    // The meter takes five seconds longer, and then its reply has to cross the WAN.
    ['2026-11-23T09:59:51.999Z', 'I0', THERE_AND_BACK + 5000],
    ['2026-11-23T09:59:52.000Z', 'E21', TIMEOUT],
  ])('cuts off the reply of a slow meter too: asked at %s, %s', async (now, code, tookMs) => {
    const slow = { who: 'north', what: { slow: { delaySeconds: 5 } } };
    const world = open([...faults, slow]);
    await world.until(now);
    expect(await world.read('4.8.1', 9)).toMatchObject({ responseCode: code, tookMs });
  });

  test('is down for its cohort alone, and what is cached is still served', async () => {
    const world = open(faults, { scheduled: 1 });
    await world.read('4.8.1', 9);
    await world.until('2026-11-23T10:30:00Z');
    expect(await world.read('4.8.1', 9)).toMatchObject({ responseCode: 'I0', served: 'cache' });
    expect(await world.read('4.8.1', 8)).toMatchObject({ responseCode: 'E20' });
    expect(await world.read('4.8.1', 10)).toMatchObject({ responseCode: 'I0' });
  });
});

test.each([
  ['2026-11-24T19:59:59.999Z', 'I0', THERE_AND_BACK],
  ['2026-11-24T20:00:00.000Z', 'E20', 0],
  ['2026-11-24T23:29:59.999Z', 'E20', 0],
  ['2026-11-24T23:30:00.000Z', 'I0', THERE_AND_BACK],
  ['2026-11-25T20:30:00.000Z', 'I0', THERE_AND_BACK],
])('maintenance lets replies under way arrive: asked at %s, %s after %s ms', async (...row) => {
  const [now, responseCode, tookMs] = row;
  const world = open([{ when: 'fourth Tuesday 20:00Z..23:30Z', what: 'maintenance' }]);
  await world.until(now);
  expect(await world.read('4.8.1', 0)).toMatchObject({ responseCode, tookMs });
});
