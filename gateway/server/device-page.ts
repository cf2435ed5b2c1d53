// `GET` and `PATCH /api/v1/devices/{deviceId}`: a device of the inventory, and its status, which
// can be changed while the gateway runs [domain §6 E5, decision R9].

import type { FastifyInstance } from 'fastify';
import { DEVICE_STATUSES, type DeviceStatus } from '../access/inventory.ts';
import { type Eui64, parseEui64 } from '../protocol/eui64.ts';
import { invalidRequest, missingKey, mustBe, unknownKey } from '../wire/request-fault.ts';
import { sendRefusal } from './http-error.ts';

export const DEVICE_ROUTE = '/api/v1/devices/:deviceId';

/** What the page shows of a device. */
export interface DeviceView {
  readonly deviceId: string;
  readonly deviceType: string;
  readonly deviceStatus: DeviceStatus;
  /** YYYY-MM-DD. */
  readonly dateCommissioned: string;
  readonly cohort: string;
}

export interface DevicePage {
  /** A device by its EUI-64; undefined for an unknown one. */
  device?(id: Eui64): DeviceView | undefined;
  setDeviceStatus?(id: Eui64, status: DeviceStatus): void;
}

export function addDevicePage(
  http: FastifyInstance,
  { device, setDeviceStatus }: DevicePage,
): void {
  if (device === undefined || setDeviceStatus === undefined) return;
  const found = (params: unknown): { id: Eui64; view: DeviceView } | undefined => {
    const { deviceId = '' } = params as { deviceId?: string };
    const id = parseEui64(deviceId);
    const view = id && device(id);
    return id && view && { id, view };
  };
  const unknown = { code: 'NOT_FOUND', message: 'the inventory has no such device' } as const;
  http.get(DEVICE_ROUTE, async (request, reply) => {
    return found(request.params)?.view ?? sendRefusal(reply, unknown);
  });
  http.patch(DEVICE_ROUTE, async (request, reply) => {
    const known = found(request.params);
    if (known === undefined) return sendRefusal(reply, unknown);
    setDeviceStatus(known.id, readStatus(request.body));
    return device(known.id);
  });
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
