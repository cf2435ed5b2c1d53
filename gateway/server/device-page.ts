// `GET` and `PATCH /api/v1/devices/{deviceId}`: a device of the inventory with its active DSP
// Schedules, and its status, which can be changed while the gateway runs [domain §6 E5, decision
// R9].

import type { FastifyInstance } from 'fastify';
import { DEVICE_STATUSES, type DeviceStatus } from '../access/inventory.ts';
import type { Gateway } from '../gateway.ts';
import { parseEui64 } from '../protocol/eui64.ts';
import { formatDate } from '../protocol/half-hours.ts';
import { invalidRequest, missingKey, mustBe, unknownKey } from '../wire/request-fault.ts';
import { REQUEST_FORMS } from '../wire/request-schema.ts';
import { plainSchedule } from '../wire/response.ts';
import { sendRefusal } from './http-error.ts';

export const DEVICE_ROUTE = '/api/v1/devices/:deviceId';

/** What the page needs of the gateway. */
export type DeviceGateway = Pick<Gateway, 'devices' | 'activeSchedules' | 'setDeviceStatus'>;

/** Schedules that the page shows; one Party can have no more on a device, but there are others. */
export const SCHEDULES_SHOWN_MAX = 99;

export function addDevicePage(http: FastifyInstance, gateway: DeviceGateway): void {
  /** Place of the device that a path names, or −1. */
  const find = (params: unknown): number => {
    const { deviceId = '' } = params as { deviceId?: string };
    const id = parseEui64(deviceId);
    if (id === undefined) throw mustBe('/deviceId', REQUEST_FORMS.deviceId);
    return gateway.devices.find(id.high, id.low);
  };
  const unknown = { code: 'NOT_FOUND', message: 'the inventory has no such device' } as const;
  http.get(DEVICE_ROUTE, async (request, reply) => {
    const device = find(request.params);
    return device < 0 ? sendRefusal(reply, unknown) : plainDevice(gateway, device);
  });
  http.patch(DEVICE_ROUTE, async (request, reply) => {
    const device = find(request.params);
    if (device < 0) return sendRefusal(reply, unknown);
    gateway.setDeviceStatus(device, readStatus(request.body));
    return plainDevice(gateway, device);
  });
}

/** A device as the page shows it, its schedules as 5.2 does with their owner beside them. */
function plainDevice({ devices, activeSchedules }: DeviceGateway, device: number): object {
  const { name, deviceType, commissionedDay } = devices.cohortOf(device);
  const schedules = activeSchedules(device);
  return {
    deviceId: devices.deviceId(device),
    deviceType,
    deviceStatus: devices.statusOf(device),
    dateCommissioned: formatDate(commissionedDay),
    cohort: name,
    activeScheduleCount: schedules.length,
    dspSchedules: schedules
      .slice(0, SCHEDULES_SHOWN_MAX)
      .map(({ dspScheduleId, owner, details }) => {
        return { ...plainSchedule({ dspScheduleId, ...details }), ownerId: owner.id };
      }),
  };
}

/** The status that a body asks for. Throws `INVALID_REQUEST`. */
export function readStatus(body: unknown): DeviceStatus {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidRequest('', 'the body must be an object of deviceStatus');
  }
  const stray = Object.keys(body).find((key) => key !== 'deviceStatus');
  if (stray !== undefined) throw unknownKey('', stray, ['deviceStatus']);
  if (!('deviceStatus' in body)) throw missingKey('', 'deviceStatus');
  const status = DEVICE_STATUSES.find((known) => known === body.deviceStatus);
  if (status === undefined) throw mustBe('/deviceStatus', `one of ${DEVICE_STATUSES.join(', ')}`);
  return status;
}
