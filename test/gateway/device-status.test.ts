// A device's status changes while the gateway runs: E5, and the purge of what is gone.

import { describe, expect, test } from 'vitest';
import { DEVICE_STATUSES } from '../../gateway/access/inventory.ts';
import { readStatus } from '../../gateway/server/device-page.ts';
import { deviceId, partyId, World } from './small-world.ts';

const YESTERDAY = ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'] as const;

describe('a device that is no longer Commissioned', () => {
  test.each(DEVICE_STATUSES.filter((status) => status !== 'Commissioned'))(
    '%s: E5, though its data is cached',
    async (status) => {
      const world = new World({ scheduled: () => true });
      await world.read('4.8.1', 3, 'IS');
      world.gateway.setDeviceStatus(3, status);
      expect((await world.read('4.8.1', 3, 'IS')).responseCode).toBe('E5');
      expect((await world.read('4.8.1', 4, 'IS')).responseCode).toBe('I0');
      expect(world.schedule('4.8.1', 3, 'IS').responseCode).toBe('E5');
    },
  );

  test('is served from the cache again when it is back within 25 hours', async () => {
    const world = new World({ scheduled: () => true });
    await world.read('4.8.1', 3, 'IS');
    world.gateway.setDeviceStatus(3, 'Suspended');
    world.gateway.setDeviceStatus(3, 'Commissioned');
    expect((await world.read('4.8.1', 3, 'IS')).served).toBe('cache');
  });

  test('is not read by its schedules; their owner gets alerts', async () => {
    const world = new World({ now: '2026-11-23T00:00:00Z' });
    const { dspScheduleId } = world.schedule('4.8.1', 3, 'IS');
    const line = world.connect();
    line.say(world.request('4.8.2', 4, 'IS', YESTERDAY));
    world.gateway.setDeviceStatus(3, 'Suspended');
    await world.until('2026-11-23T12:00:00Z');
    expect(world.reads).toHaveLength(1);
    expect(line.answers[1]).toMatchObject({
      dccAlertMessage: { dccAlertCode: 'N13', dccAlert: { commandFailure: { dspScheduleId } } },
    });
  });
});

describe.each(DEVICE_STATUSES.filter((status) => status !== 'Commissioned'))(
  'a device that is %s when a future dated request runs',
  (status) => {
    test('R7: is asked nothing; the Party gets an alert', async () => {
      const world = new World({ scheduled: () => true });
      const line = world.connect();
      await world.read('4.8.1', 3, 'IS');
      const request = world.request('4.8.1', 3, 'IS', YESTERDAY);
      line.say({ ...request, executionDateTime: '2026-11-23T10:00:00Z' });
      world.gateway.setDeviceStatus(3, status);
      const { length } = world.reads;
      await world.until('2026-11-23T10:00:00Z');
      expect(world.reads).toHaveLength(length);
      const commandFailure = { commandRequestId: request.requestId, deviceId: deviceId(3) };
      expect(line.answers.slice(1)).toEqual([
        {
          responseCode: 'I0',
          responseDateTime: '2026-11-23T10:00:00.000Z',
          dccAlertMessage: { dccAlertCode: 'N13', dccAlert: { commandFailure } },
        },
      ]);
    });
  },
);

describe.each(['Decommissioned', 'Withdrawn'] as const)('R9: a device that is %s', (status) => {
  test('loses every schedule and all that was cached, at once', async () => {
    const world = new World({ scheduled: () => true });
    world.schedule('4.8.1', 3, 'IS');
    for (const srv of ['4.6.1', '4.8.1', '4.8.3'] as const) await world.read(srv, 3, 'MDR');
    const [bank] = world.gateway.cache.banks();
    expect(bank?.devices).toBe(1);
    world.gateway.setDeviceStatus(3, status);
    expect([bank?.devices, bank?.entries]).toEqual([0, 0]);
    world.gateway.setDeviceStatus(3, 'Commissioned');
    for (const role of ['IS', 'MDR'] as const) {
      const shown = world.desk('5.2', role, { readSchedule: { deviceId: deviceId(3) } });
      expect(shown.responseCode).toBe('W050201');
    }
    expect((await world.read('4.8.1', 3, 'IS')).served).toBe('device');
  });

  test('their owners are told which schedules the DCC removed', async () => {
    const world = new World({ scheduled: (device) => device === 3 });
    const mine = world.schedule('4.8.1', 3, 'IS').dspScheduleId;
    world.gateway.setDeviceStatus(3, status);
    const line = world.connect();
    line.say(world.request('4.8.2', 4, 'IS', YESTERDAY));
    const dspScheduleRemoval = { deviceId: deviceId(3), dspScheduleId: mine };
    expect(line.answers).toEqual([
      {
        responseCode: 'I0',
        responseDateTime: '2026-11-23T09:00:00.000Z',
        dccAlertMessage: { dccAlertCode: 'N17', dccAlert: { dspScheduleRemoval } },
      },
    ]);
    const owner = world.connect();
    owner.say({ ...world.request('4.8.1', 4, 'MDR', YESTERDAY), requestId: `${partyId('MDR')}:x` });
    owner.say(world.request('4.8.1', 4, 'MDR', YESTERDAY));
    const alerts = owner.answers.filter((answer) => 'dccAlertMessage' in answer);
    expect(alerts).toHaveLength(3);
  });
});

describe('the body of PATCH /api/v1/devices/{deviceId}', () => {
  const fault = (body: unknown) => {
    try {
      return readStatus(body);
    } catch (error) {
      return error instanceof Error && 'path' in error ? [error.path, error.message] : error;
    }
  };

  test('names the status', () => {
    expect(readStatus({ deviceStatus: 'Suspended' })).toBe('Suspended');
  });

  test.each([
    [undefined, ''],
    [[], ''],
    [{}, '/deviceStatus'],
    [{ deviceStatus: 'suspended' }, '/deviceStatus'],
    [{ deviceStatus: 'Suspended', devicestatus: 1 }, '/devicestatus'],
  ])('%j is refused at "%s"', (body, path) => {
    expect(fault(body)).toEqual([path, expect.any(String)]);
  });
});
