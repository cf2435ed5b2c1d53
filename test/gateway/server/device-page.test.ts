// The pages on which devices, their schedules and the requests that wait for their time are seen,
// over a real port with the small world behind it.

import { afterEach, describe, expect, test } from 'vitest';
import { LIMIT_MAX } from '../../../gateway/server/future-dated-page.ts';
import { deviceId, partyId, World } from '../small-world.ts';
import { ask, openPort, type TestPort } from './gateway-port.ts';

let port: TestPort | undefined;

afterEach(async () => {
  await port?.drain();
  port = undefined;
});

const YESTERDAY = ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'] as const;
const JSON_BODY = { 'Content-Type': 'application/json' };

async function openWorld(world: World) {
  const { gateway } = world;
  port = await openPort({ gateway, handle: gateway.handle, clock: world.clock });
  const { port: number } = port;
  return async (path: string, method = 'GET', body = '') => {
    const answer = await ask(number, method, path, body === '' ? {} : JSON_BODY, body);
    return { ...answer, json: JSON.parse(answer.body) };
  };
}

describe('GET /api/v1/devices/{deviceId}', () => {
  const path = `/api/v1/devices/${deviceId(3)}`;

  test('shows the device and the schedules that are active on it, whoever owns them', async () => {
    const world = new World({ scheduled: (device) => device === 3 });
    const { dspScheduleId } = world.schedule('4.8.1', 3, 'IS', {
      scheduleExecutionStartTime: '01:00:00Z',
    });
    world.schedule('4.8.1', 3, 'ED', { scheduleStartDate: '2026-11-24' });
    world.schedule('4.8.1', 4, 'IS');
    const { status, json } = await (await openWorld(world))(path);
    expect(status).toBe(200);
    const { dspSchedules, ...device } = json;
    expect(device).toEqual({
      deviceId: deviceId(3),
      deviceType: 'ESME',
      deviceStatus: 'Commissioned',
      dateCommissioned: '2019-06-01',
      cohort: 'S1SP-A',
      activeScheduleCount: 4,
    });
    expect(dspSchedules).toHaveLength(4);
    expect(dspSchedules[0]).toMatchObject({
      dspScheduleId: 10,
      dspScheduledServiceReferenceVariant: '4.6.1',
      ownerId: partyId('MDR'),
    });
    expect(dspSchedules[3]).toEqual({
      dspScheduleId,
      scheduleFrequency: 'Daily',
      scheduleStartDate: '2026-11-23',
      scheduleExecutionStartTime: '01:00:00Z',
      dspScheduledServiceReferenceVariant: '4.8.1',
      deviceId: deviceId(3),
      startDateOffset: -1,
      startTime: '00:00:00Z',
      endDateOffset: 0,
      endTime: '00:00:00Z',
      ownerId: partyId('IS'),
    });
  });

  test('shows 99 of more schedules, and says how many there are', async () => {
    const world = new World();
    for (let i = 0; i < 99; i++) world.schedule('4.8.1', 3, 'IS');
    const look = await openWorld(world);
    expect((await look(path)).json).toMatchObject({ activeScheduleCount: 99 });
    world.schedule('4.8.1', 3, 'ED');
    const { json } = await look(path);
    expect([json.activeScheduleCount, json.dspSchedules.length]).toEqual([100, 99]);
  });

  test('takes the identifier in lower case', async () => {
    const look = await openWorld(new World());
    expect((await look(path.toLowerCase())).json.deviceId).toBe(deviceId(3));
  });

  test('of a device that went shows its status and no schedule', async () => {
    const world = new World({ scheduled: () => true });
    const look = await openWorld(world);
    expect((await look(path)).json.activeScheduleCount).toBe(3);
    const gone = await look(path, 'PATCH', '{"deviceStatus":"Decommissioned"}');
    expect([gone.status, gone.json]).toEqual([
      200,
      expect.objectContaining({ deviceStatus: 'Decommissioned', dspSchedules: [] }),
    ]);
    expect((await look(path)).json).toEqual(gone.json);
  });

  test.each([
    ['GET', '90-B3-D5-1F-40-00-00-0A', 404, 'NOT_FOUND', undefined],
    ['GET', '90-B3-D5-1F-40-00-00', 400, 'INVALID_REQUEST', '/deviceId'],
    ['GET', '90B3D51F40000003', 400, 'INVALID_REQUEST', '/deviceId'],
    ['PATCH', 'meter-7', 400, 'INVALID_REQUEST', '/deviceId'],
    ['DELETE', '90-B3-D5-1F-40-00-00-03', 405, 'METHOD_NOT_ALLOWED', undefined],
  ])('%s of %s is %i', async (method, id, status, code, where) => {
    const look = await openWorld(new World());
    const answer = await look(`/api/v1/devices/${id}`, method);
    expect(answer.status).toBe(status);
    expect([answer.json.error.code, answer.json.error.path]).toEqual([code, where]);
    if (status === 405) expect(answer.headers.allow).toBe('GET, HEAD, PATCH');
  });
});

describe('GET /api/v1/future-dated', () => {
  const path = '/api/v1/future-dated';

  /** Sends reads of device 3 that wait until each of `times`; gives their requestIds. */
  function later(world: World, times: readonly string[]): unknown[] {
    const line = world.connect();
    return times.map((executionDateTime) => {
      const message = world.request('4.8.1', 3, 'IS', YESTERDAY, { executionDateTime });
      line.say(message);
      return message.requestId;
    });
  }

  test('is empty when nothing waits', async () => {
    const look = await openWorld(new World());
    expect((await look(path)).json).toEqual({ count: 0, futureDated: [] });
  });

  test('lists what waits by its time, until it has run', async () => {
    const world = new World();
    const ids = later(world, ['2026-11-23T11:00:00Z', '2026-11-23T10:00:00.25Z']);
    const restrict = {
      requestId: world.nextRequestId(deviceId(4), 'IS'),
      serviceReferenceVariant: '3.2',
      restrictAccessForChangeOfTenancy: { restrictionDateTime: '2026-11-23T00:00:00Z' },
      executionDateTime: '2026-11-23T10:30:00Z',
    };
    world.connect().say(restrict);
    const look = await openWorld(world);
    const last = {
      requestId: ids[0],
      serviceReferenceVariant: '4.8.1',
      executionDateTime: '2026-11-23T11:00:00.000Z',
    };
    expect((await look(path)).json).toEqual({
      count: 3,
      futureDated: [
        {
          requestId: ids[1],
          serviceReferenceVariant: '4.8.1',
          executionDateTime: '2026-11-23T10:00:00.250Z',
        },
        {
          requestId: restrict.requestId,
          serviceReferenceVariant: '3.2',
          executionDateTime: '2026-11-23T10:30:00.000Z',
        },
        last,
      ],
    });
    await world.until('2026-11-23T10:30:00Z');
    expect((await look(path)).json).toEqual({ count: 1, futureDated: [last] });
  });

  test('goes on with `next` where the page before ended', async () => {
    const world = new World();
    const minutes = Array.from({ length: 101 }, (_, i) => String(i % 60).padStart(2, '0'));
    later(
      world,
      minutes.map((minute) => `2026-11-23T10:${minute}:00Z`),
    );
    const look = await openWorld(world);
    const first = (await look(path)).json;
    expect([first.count, first.futureDated.length]).toEqual([101, 100]);
    const second = (await look(`${path}?after=${first.next}`)).json;
    expect([second.count, second.futureDated.length, second.next]).toEqual([101, 1, undefined]);
    const pages: unknown[] = [];
    for (let next = ''; ; ) {
      const { json } = await look(`${path}?limit=20${next}`);
      pages.push(...json.futureDated);
      if (json.next === undefined) break;
      next = `&after=${json.next}`;
    }
    expect(pages).toEqual([...first.futureDated, ...second.futureDated]);
    expect((await look(`${path}?limit=101`)).json.next).toBe(undefined);
  });

  test.each([
    ['limit=0', '/limit', 'must be one whole number from 1 to 1000'],
    [`limit=${LIMIT_MAX + 1}`, '/limit', 'must be one whole number'],
    ['limit=1.5', '/limit', 'must be one whole number'],
    ['limit=', '/limit', 'must be one whole number'],
    ['limit=5&limit=6', '/limit', 'must be one whole number'],
    ['after=2026-11-23', '/after', '`next` of another page'],
    ['after=1,2&after=3,4', '/after', '`next` of another page'],
    ['limt=5', '/limt', 'did you mean limit?'],
    ['from=1', '/from', 'known are limit, after'],
  ])('refuses ?%s', async (query, where, reason) => {
    const look = await openWorld(new World());
    const { status, json } = await look(`${path}?${query}`);
    expect(status).toBe(400);
    expect(json.error).toMatchObject({ code: 'INVALID_REQUEST', path: where });
    expect(json.error.message).toContain(reason);
  });

  test('takes the largest limit', async () => {
    const look = await openWorld(new World());
    expect((await look(`${path}?limit=${LIMIT_MAX}`)).status).toBe(200);
  });

  test.each(['POST', 'PUT', 'DELETE'])('does not take %s', async (method) => {
    const look = await openWorld(new World());
    const { status, headers, json } = await look(path, method);
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
    expect(json.error.code).toBe('METHOD_NOT_ALLOWED');
  });
});
