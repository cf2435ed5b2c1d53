// Rules R18 to R21: what a change of tenancy (3.2) does to later answers, cached or not.

import { describe, expect, test } from 'vitest';
import { HALF_HOUR_SECONDS, parseDateTime } from '../../gateway/protocol/half-hours.ts';
import type { UserRole } from '../../gateway/protocol/service-reference.ts';
import { deviceId, partyId, type Seen, World, type WorldOptions, wh } from './small-world.ts';

const YESTERDAY = ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'] as const;
const FIRST = parseDateTime(YESTERDAY[0]) / HALF_HOUR_SECONDS;

async function restrict(
  world: World,
  restrictionDateTime: string,
  role: UserRole = 'IS',
  more: object = {},
): Promise<Seen> {
  const line = world.connect();
  line.say({
    requestId: world.nextRequestId(deviceId(3), role),
    serviceReferenceVariant: '3.2',
    restrictAccessForChangeOfTenancy: { restrictionDateTime },
    ...more,
  });
  await world.pass(0);
  return line.only();
}

/** The stamps of an answer, as hours of yesterday. */
function hours({ profile }: Seen): [number, number] | null {
  if (profile === undefined || profile === null) return null;
  const first = (parseDateTime(profile.firstTimestamp) - FIRST * HALF_HOUR_SECONDS) / 3600;
  const column = profile.primaryValue ?? profile.activeEnergyExportedValue;
  return [first, first + ((column as unknown[]).length - 1) / 2];
}

const world = (options: WorldOptions = {}) => new World({ scheduled: () => true, ...options });

describe('3.2', () => {
  test('is answered I0 once the meter has taken it, without data', async () => {
    const w = world();
    const answer = await restrict(w, '2026-11-22T12:00:00Z');
    expect(answer).toEqual({
      requestId: expect.any(String),
      responseCode: 'I0',
      responseDateTime: '2026-11-23T09:00:00.000Z',
      serviceReferenceVariant: '3.2',
    });
    const restrictionSeconds = parseDateTime('2026-11-22T12:00:00Z');
    expect(w.restrictions).toEqual([{ device: 3, srv: '3.2', restrictionSeconds }]);
  });

  test.each([
    ['MDR', {}, 'E2'],
    ['ED', {}, 'E2'],
    ['GS', {}, 'E4'],
    ['IS', { commandVariant: 8 }, 'E12'],
    ['IS', { commandVariant: 3 }, 'E17'],
  ] as const)('is refused to %s %j with %s', async (role, more, code) => {
    const w = world();
    expect((await restrict(w, '2026-11-22T12:00:00Z', role, more)).responseCode).toBe(code);
    expect(w.restrictions).toEqual([]);
  });

  test('is refused for a GSME with E11 and taken by a GPF', async () => {
    const gsme = world({ cohort: () => ({ deviceType: 'GSME' }) });
    expect((await restrict(gsme, '2026-11-22T12:00:00Z', 'GS')).responseCode).toBe('E11');
    const gpf = world({ cohort: () => ({ deviceType: 'GPF' }) });
    expect((await restrict(gpf, '2026-11-22T12:00:00Z', 'GS')).responseCode).toBe('I0');
  });

  test('changes nothing when the meter cannot be reached', async () => {
    const w = world();
    w.failing = 'E21';
    expect((await restrict(w, '2026-11-22T12:00:00Z')).responseCode).toBe('E21');
    w.failing = undefined;
    expect(hours(await w.read('4.8.1', 3, 'IS'))).toEqual([0, 24]);
  });

  test('names a restrictionDateTime that is none', async () => {
    const { error } = await restrict(world(), 'yesterday');
    expect(error).toMatchObject({
      code: 'INVALID_REQUEST',
      path: '/restrictAccessForChangeOfTenancy/restrictionDateTime',
    });
  });

  test('future dated, it is acknowledged and carried out at its time', async () => {
    const w = world();
    const executionDateTime = '2026-11-23T10:00:00Z';
    const ack = await restrict(w, '2026-11-22T12:00:00Z', 'IS', { executionDateTime });
    expect(ack.responseCode).toBe('I99');
    expect(hours(await w.read('4.8.1', 3, 'IS'))).toEqual([0, 24]);
    await w.until(executionDateTime);
    expect(hours(await w.read('4.8.1', 3, 'IS'))).toEqual([12.5, 24]);
  });
});

describe.each(['4.8.1', '4.8.3'] as const)('after a change of tenancy, %s', (srv) => {
  test('R18: gives only entries stamped after the restriction, to anyone', async () => {
    const w = world();
    await restrict(w, '2026-11-22T12:00:00Z');
    for (const role of ['ED', 'MDR', 'OU'] as const) {
      expect(hours(await w.read(srv, 3, role))).toEqual([12.5, 24]);
    }
    expect(hours(await w.read(srv, 4, 'MDR'))).toEqual([0, 24]);
  });

  test('R18, R19: gives no cached entry of before either', async () => {
    const w = world();
    expect(hours(await w.read(srv, 3, 'MDR'))).toEqual([0, 24]);
    await restrict(w, '2026-11-22T12:00:00Z');
    const after = await w.read(srv, 3, 'MDR');
    expect(after.served).toBe('cache');
    expect(hours(after)).toEqual([12.5, 24]);
  });

  test('an entry stamped at the very restriction is gone, the next one is not', async () => {
    const w = world();
    await restrict(w, '2026-11-22T12:00:00Z');
    const at = ['2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z'] as const;
    expect((await w.read(srv, 3, 'MDR', at)).profile).toBeNull();
    const one = world();
    await restrict(one, '2026-11-22T11:59:59Z');
    expect(hours(await one.read(srv, 3, 'MDR', at))).toEqual([12, 12]);
  });

  test('a restriction to come counts from its moment on', async () => {
    const w = world();
    await restrict(w, '2026-11-23T09:30:00Z');
    await w.until('2026-11-23T09:29:59Z');
    expect(hours(await w.read(srv, 3, 'MDR'))).toEqual([0, 24]);
    await w.until('2026-11-23T09:30:00Z');
    expect((await w.read(srv, 3, 'MDR')).profile).toBeNull();
  });

  test('R19: with --cot-return-cached what a schedule let the cache keep is returned', async () => {
    const w = world({ cotReturnCached: true });
    await w.read(srv, 3, 'MDR');
    await restrict(w, '2026-11-22T12:00:00Z');
    expect(hours(await w.read(srv, 3, 'MDR'))).toEqual([0, 24]);
  });

  test.each(['restrict', 'none'] as const)(
    'R20: a model that says %s changes nothing',
    async (m) => {
      const w = world({ cohort: () => ({ cotMode: m }) });
      await restrict(w, '2026-11-22T12:00:00Z');
      expect(hours(await w.read(srv, 3, 'MDR'))).toEqual([0, 24]);
    },
  );
});

test('R18, R21: 4.8.2 is restricted as well, 4.6.1 is not', async () => {
  const w = world();
  await restrict(w, '2026-11-22T12:00:00Z');
  const reactive = await w.read('4.8.2', 3, 'IS');
  expect(reactive.profile?.firstTimestamp).toBe('2026-11-22T12:30:00Z');
  expect((await w.read('4.6.1', 3, 'IS')).dailyReadLog).toHaveLength(2);
});

test('a run of a schedule delivers nothing of before a restriction', async () => {
  const w = new World({ now: '2026-11-23T00:10:00Z' });
  w.schedule('4.8.1', 3, 'IS', { scheduleExecutionStartTime: '02:00:00Z' });
  await restrict(w, '2026-11-22T12:00:00Z');
  const line = w.connect();
  line.say(w.request('4.8.1', 4, 'IS', YESTERDAY));
  await w.until('2026-11-23T02:00:00Z');
  const delivered = line.answers.find(({ responseId }) => responseId !== undefined);
  expect(hours(delivered ?? { responseCode: null })).toEqual([12.5, 24]);
  expect(delivered?.profile?.primaryValue?.[0]).toBe(wh(3, FIRST + 25));
});

describe('what could not be read, when nobody waits', () => {
  test('a failed run of a schedule reaches its owner as a DCC Alert', async () => {
    const w = new World({ now: '2026-11-23T00:10:00Z' });
    const { dspScheduleId } = w.schedule('4.8.1', 3, 'IS', {
      scheduleExecutionStartTime: '02:00:00Z',
    });
    const line = w.connect();
    line.say(w.request('4.8.1', 4, 'IS', YESTERDAY));
    await w.pass(0);
    w.failing = 'E21';
    await w.until('2026-11-23T02:00:00Z');
    const counter = Date.parse('2026-11-23T02:00:00Z');
    const commandRequestId = `${partyId('IS')}:${deviceId(3)}:${counter}`;
    expect(line.answers[1]).toEqual({
      responseCode: 'I0',
      responseDateTime: '2026-11-23T02:00:00.000Z',
      dccAlertMessage: {
        dccAlertCode: 'N13',
        dccAlert: { commandFailure: { commandRequestId, dspScheduleId, deviceId: deviceId(3) } },
      },
    });
  });

  test('so does a failed future dated request, with its own RequestID', async () => {
    const w = new World();
    const line = w.connect();
    const message = w.request('4.8.1', 3, 'IS', YESTERDAY, {
      executionDateTime: '2026-11-23T10:00:00Z',
    });
    line.say(message);
    w.failing = 'E20';
    await w.until('2026-11-23T10:00:00Z');
    expect(line.answers[1]).toMatchObject({
      dccAlertMessage: {
        dccAlert: {
          commandFailure: { commandRequestId: message.requestId, deviceId: deviceId(3) },
        },
      },
    });
  });
});
