// DSP Schedules: created, shown, removed, run on the clock, delivered to their owner.
// Over 300 lines because the life of a schedule is one list.

import { describe, expect, test } from 'vitest';
import {
  nextRunDay,
  periodOfRun,
  runSeconds,
  SPREAD_FROM_SECONDS,
  SPREAD_SECONDS,
  spreadSeconds,
} from '../../../gateway/dsp/schedule-times.ts';
import {
  formatDate,
  formatSeconds,
  parseDate,
  parseDateTime,
} from '../../../gateway/protocol/half-hours.ts';
import type {
  ScheduleDetails,
  ScheduleFrequency,
} from '../../../gateway/protocol/service-request.ts';
import { deviceId, partyId, World } from '../small-world.ts';

function details(frequency: ScheduleFrequency, start: string, end?: string): ScheduleDetails {
  return {
    scheduleFrequency: frequency,
    scheduleStartDay: parseDate(start),
    ...(end !== undefined && { scheduleEndDay: parseDate(end) }),
    scheduleExecutionStartSeconds: 3600,
    dspScheduledServiceReferenceVariant: '4.8.1',
    deviceHigh: 1,
    deviceLow: 2,
    startDateOffset: -1,
    startSeconds: 0,
    endDateOffset: 0,
    endSeconds: 0,
  };
}

function runsOf(schedule: ScheduleDetails, after: string, count: number): string[] {
  const days: string[] = [];
  let seconds = parseDateTime(after);
  for (let i = 0; i < count; i++) {
    const day = nextRunDay(schedule, seconds);
    if (day === undefined) break;
    days.push(formatDate(day));
    seconds = runSeconds(schedule, day) + 1;
  }
  return days;
}

describe('when a schedule runs', () => {
  test.each([
    ['Daily', ['2026-01-31', '2026-02-01', '2026-02-02']],
    ['Weekly', ['2026-01-31', '2026-02-07', '2026-02-14']],
    ['Monthly', ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30']],
    ['Quarterly', ['2026-01-31', '2026-04-30', '2026-07-31']],
    ['Half-Yearly', ['2026-01-31', '2026-07-31', '2027-01-31']],
    ['Yearly', ['2026-01-31', '2027-01-31']],
  ] as const)('%s, from a start on the 31st', (frequency, days) => {
    const schedule = details(frequency, '2026-01-31');
    expect(runsOf(schedule, '2025-06-01T00:00:00Z', days.length)).toEqual(days);
  });

  test('the first run is the next one that has not passed, to the second', () => {
    const schedule = details('Monthly', '2020-02-29');
    expect(runsOf(schedule, '2026-03-29T01:00:00Z', 1)).toEqual(['2026-03-29']);
    expect(runsOf(schedule, '2026-03-29T01:00:01Z', 1)).toEqual(['2026-04-29']);
    expect(runsOf(details('Yearly', '2020-02-29'), '2026-03-01T00:00:00Z', 2)).toEqual([
      '2027-02-28',
      '2028-02-29',
    ]);
  });

  test('the end date is the last day of a run', () => {
    const schedule = details('Daily', '2026-01-31', '2026-02-01');
    expect(runsOf(schedule, '2026-01-01T00:00:00Z', 9)).toEqual(['2026-01-31', '2026-02-01']);
  });

  test('R22: offsets −1 and 0 at midnight read yesterday', () => {
    const { startSeconds, endSeconds } = periodOfRun(
      details('Daily', '2026-01-31'),
      parseDate('2026-03-01'),
    );
    expect([formatSeconds(startSeconds), formatSeconds(endSeconds)]).toEqual([
      '2026-02-28T00:00:00Z',
      '2026-03-01T00:00:00Z',
    ]);
  });

  test('R23: runs without a time are spread evenly over 00:30Z to 06:30Z', () => {
    const quarters = [0, 0, 0, 0];
    for (let low = 0; low < 10_000; low++) {
      const seconds = spreadSeconds(0x90b3d51f, 0x40000000 + low) - SPREAD_FROM_SECONDS;
      expect(seconds >= 0 && seconds < SPREAD_SECONDS).toBe(true);
      const quarter = Math.floor((seconds / SPREAD_SECONDS) * 4);
      quarters[quarter] = (quarters[quarter] ?? 0) + 1;
    }
    for (const count of quarters) expect(Math.abs(count - 2500)).toBeLessThan(200);
  });
});

describe('5.1 Create, 5.2 Read, 5.3 Delete', () => {
  test('a created schedule can be shown as it was written, and deleted', () => {
    const world = new World();
    const body = {
      scheduleFrequency: 'Weekly',
      scheduleStartDate: '2026-12-01',
      scheduleEndDate: '2027-12-01',
      scheduleExecutionStartTime: '03:00:00Z',
      dspScheduledServiceReferenceVariant: '4.8.3',
      deviceId: deviceId(3),
      startDateOffset: -7,
      startTime: '00:30:00Z',
      endDateOffset: -1,
      endTime: '12:00:00Z',
    };
    const created = world.desk('5.1', 'ES', { createSchedule: body });
    expect(created).toMatchObject({ responseCode: 'I0', serviceReferenceVariant: '5.1' });
    const { dspScheduleId } = created;
    const shown = world.desk('5.2', 'ES', { readSchedule: { dspScheduleId } });
    expect(shown.dspSchedules).toEqual([{ dspScheduleId, ...body }]);
    expect(
      world.desk('5.2', 'ES', { readSchedule: { deviceId: deviceId(3) } }).dspSchedules,
    ).toEqual(shown.dspSchedules);
    expect(world.desk('5.3', 'ES', { deleteSchedule: { dspScheduleId } }).responseCode).toBe('I99');
    const gone = world.desk('5.2', 'ES', { readSchedule: { dspScheduleId } });
    expect(gone.responseCode).toBe('W050201');
    const again = world.desk('5.3', 'ES', { deleteSchedule: { dspScheduleId } });
    expect(again.responseCode).toBe('E050301');
  });

  test('R25: another Party neither sees nor deletes it', () => {
    const world = new World();
    const { dspScheduleId } = world.schedule('4.8.1', 3, 'IS');
    const seen = world.desk('5.2', 'MDR', { readSchedule: { dspScheduleId } });
    const deleted = world.desk('5.3', 'MDR', { deleteSchedule: { dspScheduleId } });
    expect([seen.responseCode, deleted.responseCode]).toEqual(['W050201', 'E050301']);
    expect(world.desk('5.2', 'IS', { readSchedule: { dspScheduleId } }).responseCode).toBe('I0');
  });

  test.each([
    ['a role that may not send the scheduled SRV', 'ES', '4.8.1', {}, 'E2'],
    ['MDR may not have 4.8.2 read', 'MDR', '4.8.2', {}, 'E2'],
    ['an unknown device', 'IS', '4.8.1', { deviceId: '90-B3-D5-1F-40-00-00-0A' }, 'E19'],
    ['a gas role on an ESME', 'GS', '4.8.1', {}, 'E4'],
    ['an end before the start', 'IS', '4.8.1', { scheduleEndDate: '2026-11-22' }, 'E050101'],
    [
      'an end that has passed',
      'IS',
      '4.8.1',
      { scheduleStartDate: '2026-11-01', scheduleEndDate: '2026-11-22' },
      'E050101',
    ],
    [
      'a period that ends before it starts',
      'IS',
      '4.8.1',
      { endDateOffset: -1, startTime: '00:00:01Z' },
      'E050101',
    ],
    ['a start and end on the same instant', 'IS', '4.8.1', { endDateOffset: -1 }, 'I0'],
    ['an end today', 'IS', '4.8.1', { scheduleEndDate: '2026-11-23' }, 'I0'],
  ] as const)('%s', (_, role, srv, more, code) => {
    expect(new World().schedule(srv, 3, role, more).responseCode).toBe(code);
  });

  test('a Party has 99 schedules on a device at most, as many as one answer shows', () => {
    const world = new World();
    for (let i = 0; i < 99; i++) {
      expect(world.schedule('4.8.1', 3, 'IS').responseCode).toBe('I0');
    }
    expect(world.schedule('4.8.1', 3, 'IS').responseCode).toBe('E050101');
    const shown = world.desk('5.2', 'IS', { readSchedule: { deviceId: deviceId(3) } });
    expect(shown.dspSchedules).toHaveLength(99);
    expect(world.schedule('4.8.1', 4, 'IS').responseCode).toBe('I0');
  });

  test('a fleet starts with three schedules on each scheduled device, of the first MDR', () => {
    const world = new World({ scheduled: (device) => device % 2 === 0 });
    const mine = world.desk('5.2', 'MDR', { readSchedule: { deviceId: deviceId(4) } });
    expect(mine.dspSchedules).toMatchObject(
      ['4.6.1', '4.8.1', '4.8.3'].map((srv, k) => ({
        dspScheduleId: 4 * 3 + k + 1,
        scheduleFrequency: 'Daily',
        scheduleStartDate: '2026-11-23',
        dspScheduledServiceReferenceVariant: srv,
        deviceId: deviceId(4),
        startDateOffset: -1,
        startTime: '00:00:00Z',
        endDateOffset: 0,
        endTime: '00:00:00Z',
      })),
    );
    const none = world.desk('5.2', 'MDR', { readSchedule: { deviceId: deviceId(5) } });
    expect(none.responseCode).toBe('W050201');
    expect(world.desk('5.2', 'IS', { readSchedule: { deviceId: deviceId(4) } }).responseCode).toBe(
      'W050201',
    );
  });

  test('without an MDR the first Party that may ask owns the schedules of each SRV', () => {
    const party = (role: 'ED' | 'IS') =>
      ({ id: partyId(role), name: role, roles: [role], status: 'active' }) as const;
    const world = new World({ scheduled: () => true, parties: [party('ED'), party('IS')] });
    const srvsOf = (role: 'ED' | 'IS') =>
      world
        .desk('5.2', role, { readSchedule: { deviceId: deviceId(0) } })
        .dspSchedules?.map((each) => each.dspScheduledServiceReferenceVariant);
    expect([srvsOf('IS'), srvsOf('ED')]).toEqual([['4.6.1'], ['4.8.1', '4.8.3']]);
  });
});

describe('runs', () => {
  test('R24: a run is delivered with its ResponseID, without a requestId', async () => {
    const world = new World({ now: '2026-11-23T00:00:00Z' });
    const { dspScheduleId } = world.schedule('4.8.1', 3, 'IS', {
      scheduleExecutionStartTime: '02:00:00Z',
    });
    const line = world.connect();
    line.say(world.request('4.8.1', 4, 'IS', ['2026-11-22T00:00:00Z', '2026-11-22T00:00:00Z']));
    await world.until('2026-11-23T02:00:00Z');
    const [, delivered] = line.answers;
    expect(delivered).toMatchObject({
      responseId: `${deviceId(3)}:${partyId('IS')}:${Date.parse('2026-11-23T02:00:00Z')}`,
      dspScheduleId,
      responseCode: 'I0',
      responseDateTime: '2026-11-23T02:00:00.000Z',
      serviceReferenceVariant: '4.8.1',
      served: 'device',
      profile: { firstTimestamp: '2026-11-22T00:00:00Z' },
    });
    expect(delivered).not.toHaveProperty('requestId');
    expect(delivered?.profile?.primaryValue).toHaveLength(49);
    await world.until('2026-11-24T02:00:00Z');
    expect(line.answers).toHaveLength(3);
  });

  test('default schedules run once a day each, within their six hours', async () => {
    const world = new World({ now: '2026-11-23T00:00:00Z', scheduled: () => true });
    await world.until('2026-11-23T00:29:59Z');
    expect(world.reads).toEqual([]);
    await world.until('2026-11-23T06:30:00Z');
    expect(world.reads).toHaveLength(30);
    await world.until('2026-11-24T00:00:00Z');
    expect(world.reads).toHaveLength(30);
    await world.until('2026-11-26T00:00:00Z');
    expect(world.reads).toHaveLength(90);
    for (const srv of ['4.6.1', '4.8.1', '4.8.3'] as const) {
      expect(
        (await world.read(srv, 7, 'MDR', ['2026-11-24T00:00:00Z', '2026-11-25T00:00:00Z'])).served,
      ).toBe('cache');
    }
  });

  test('a run whose time has passed when the program starts is skipped', async () => {
    const world = new World({ now: '2026-11-23T06:30:00Z', scheduled: () => true });
    await world.until('2026-11-24T00:00:00Z');
    expect(world.reads).toEqual([]);
  });

  test('R7: nothing is read for an owner who may not ask', async () => {
    const world = new World({
      now: '2026-11-23T00:00:00Z',
      scheduled: () => true,
      cohort: (device) => ({
        ...(device === 2 && { deviceStatus: 'Suspended' }),
        ...(device === 3 && { registeredParties: new Set([partyId('RSA')]) }),
      }),
    });
    await world.until('2026-11-24T00:00:00Z');
    const devices = new Set(world.reads.map(({ device }) => device));
    expect([devices.has(2), devices.has(3), devices.size]).toEqual([false, false, 8]);
    const shown = world.desk('5.2', 'MDR', { readSchedule: { deviceId: deviceId(3) } });
    expect(shown.responseCode).toBe('W050201');
  });

  test('default schedules belong to an MDR that may ask, else to the first that may', () => {
    const registered = { 2: ['IS', 'MDR'], 3: ['ED', 'IS'], 4: ['ES'] } as const;
    const world = new World({
      scheduled: () => true,
      cohort: (device) => {
        const roles = device === 2 || device === 3 || device === 4 ? registered[device] : undefined;
        return roles === undefined ? {} : { registeredParties: new Set(roles.map(partyId)) };
      },
    });
    const owned = (device: number) => {
      return world.gateway.activeSchedules(device).map(({ owner, details }) => {
        return `${details.dspScheduledServiceReferenceVariant} ${owner.roles}`;
      });
    };
    expect(owned(1)).toEqual(['4.6.1 MDR', '4.8.1 MDR', '4.8.3 MDR']);
    expect(owned(2)).toEqual(['4.6.1 MDR', '4.8.1 MDR', '4.8.3 MDR']);
    expect(owned(3)).toEqual(['4.6.1 IS', '4.8.1 IS', '4.8.3 ED']);
    expect(owned(4)).toEqual(['4.8.3 ES']);
  });

  test('a deleted default schedule runs no more; the other two of the device do', async () => {
    const world = new World({ now: '2026-11-23T00:00:00Z', scheduled: (device) => device === 2 });
    world.desk('5.3', 'MDR', { deleteSchedule: { dspScheduleId: 2 * 3 + 2 } });
    await world.until('2026-11-24T00:00:00Z');
    expect(world.reads.map(({ srv }) => srv)).toEqual(['4.6.1', '4.8.3']);
  });

  test('an owner who is not connected finds its answers when it speaks again', async () => {
    const world = new World({ now: '2026-11-23T00:00:00Z' });
    world.schedule('4.8.1', 3, 'IS', { scheduleExecutionStartTime: '02:00:00Z' });
    const stranger = world.connect();
    stranger.say(world.request('4.8.1', 4, 'ED', ['2026-11-22T00:00:00Z', '2026-11-22T00:00:00Z']));
    const gone = world.connect();
    gone.say(world.request('4.8.1', 4, 'IS', ['2026-11-22T00:00:00Z', '2026-11-22T00:00:00Z']));
    await world.pass(0);
    gone.hangUp();
    await world.until('2026-11-25T00:00:00Z');
    expect([gone.answers.length, stranger.answers.length]).toEqual([1, 1]);
    expect(world.gateway.delivery.waiting).toBe(2);
    const back = world.connect();
    back.say(world.request('4.8.2', 4, 'IS', ['2026-11-22T00:00:00Z', '2026-11-22T00:00:00Z']));
    expect(back.answers.map(({ responseDateTime }) => responseDateTime)).toEqual([
      '2026-11-23T02:00:00.000Z',
      '2026-11-24T02:00:00.000Z',
    ]);
  });

  test('of two connections of the owner, the one that spoke last is told', async () => {
    const world = new World({ now: '2026-11-23T00:00:00Z' });
    world.schedule('4.8.1', 3, 'IS', { scheduleExecutionStartTime: '02:00:00Z' });
    const [first, second] = [world.connect(), world.connect()];
    const hello = () =>
      world.request('4.8.1', 4, 'IS', ['2026-11-22T00:00:00Z', '2026-11-22T00:00:00Z']);
    for (const line of [first, second, first]) line.say(hello());
    await world.until('2026-11-23T02:00:00Z');
    expect([first.answers.length, second.answers.length]).toEqual([3, 1]);
  });
});
