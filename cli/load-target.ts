// The gateway that is loaded, over HTTP: its ready line, its devices, its metrics and its clock.

import { parseEui64 } from '../gateway/protocol/eui64.ts';
import { parseDateTime } from '../gateway/protocol/half-hours.ts';
import type { ActiveSchedules } from '../load/armed.ts';
import type { DeviceRange } from '../load/devices.ts';
import { type MetricSums, readMetrics } from '../load/gateway-counts.ts';
import type { Stage } from '../load/scenario.ts';
import { isMessage, type Message } from './answers.ts';
import { unreachable } from './exchange.ts';
import { CommandError } from './exit-codes.ts';
import type { GatewayAddress } from './gateway-address.ts';

/** How long a page may take, real time. */
const PAGE_MS_MAX = 10_000;

/** The ready line of a gateway [contract §2]. */
export interface TargetStatus {
  readonly meters: number;
  readonly seed: number;
  readonly firstDeviceId: string;
  readonly lastDeviceId: string;
  readonly now: string;
  /** The same, ms since the epoch. */
  readonly nowMs: number;
}

export class Target implements Stage {
  readonly #address: GatewayAddress;

  constructor(address: GatewayAddress) {
    this.#address = address;
  }

  /** Throws a CommandError where nobody, or no gateway, answers. */
  async status(): Promise<TargetStatus> {
    const status = await this.#json('/api/v1/gateway');
    const { meters, seed, firstDeviceId, lastDeviceId, now } = status;
    const nowMs = typeof now === 'string' ? Math.round(parseDateTime(now) * 1000) : Number.NaN;
    if (
      typeof meters !== 'number' ||
      typeof seed !== 'number' ||
      typeof firstDeviceId !== 'string' ||
      typeof lastDeviceId !== 'string' ||
      typeof now !== 'string' ||
      Number.isNaN(nowMs)
    ) {
      const { http } = this.#address;
      throw new CommandError('failed', `${http}/api/v1/gateway does not say what it serves`);
    }
    return { meters, seed, firstDeviceId, lastDeviceId, now, nowMs };
  }

  /** Virtual time, ms. */
  async nowMs(): Promise<number> {
    return (await this.status()).nowMs;
  }

  /** The name of a device's cohort; undefined where the gateway does not tell. */
  async cohortOf(deviceId: string): Promise<string | undefined> {
    const device = await this.#page(`/api/v1/devices/${deviceId}`);
    const cohort = isMessage(device) ? device.cohort : undefined;
    return typeof cohort === 'string' ? cohort : undefined;
  }

  /** Its electricity meters, stretch by stretch; undefined where the gateway does not tell. */
  async esmes(): Promise<DeviceRange[] | undefined> {
    const page = await this.#page('/api/v1/fleet');
    if (!isMessage(page) || !Array.isArray(page.cohorts)) return undefined;
    return page.cohorts.filter(isMessage).flatMap(({ deviceType, firstDeviceId, count }) => {
      const first = typeof firstDeviceId === 'string' ? parseEui64(firstDeviceId) : undefined;
      const isEsme = deviceType === 'ESME' && first !== undefined && typeof count === 'number';
      return isEsme ? { first, count } : [];
    });
  }

  /** The active schedules of a device; undefined where not all of them are told. */
  async schedulesOf(deviceId: string): Promise<ActiveSchedules | undefined> {
    const page = await this.#page(`/api/v1/devices/${deviceId}`);
    if (!isMessage(page) || !Array.isArray(page.dspSchedules)) return undefined;
    const schedules = page.dspSchedules.filter(isMessage);
    if (schedules.length !== page.activeScheduleCount) return undefined;
    return {
      dspScheduleIds: schedules.map(({ dspScheduleId }) => Number(dspScheduleId)),
      srvs: schedules.map((schedule) => String(schedule.dspScheduledServiceReferenceVariant)),
    };
  }

  /** How many faults are made on purpose; 0 where the gateway does not tell. */
  async faultCount(): Promise<number> {
    const page = await this.#page('/api/v1/faults');
    return isMessage(page) && Array.isArray(page.faults) ? page.faults.length : 0;
  }

  /** What a page says; undefined where it is not there. */
  async #page(path: string): Promise<unknown> {
    try {
      const response = await this.#fetch(path);
      const value: unknown = await response.json().catch(() => undefined);
      return response.ok ? value : undefined;
    } catch (fault) {
      if (fault instanceof CommandError) return undefined;
      throw fault;
    }
  }

  /** Undefined where the metrics cannot be read. */
  async metrics(): Promise<MetricSums | undefined> {
    try {
      const response = await this.#fetch('/metrics');
      return response.ok ? readMetrics(await response.text()) : undefined;
    } catch (fault) {
      if (fault instanceof CommandError) return undefined;
      throw fault;
    }
  }

  /** Moves a manual clock to a time, ms; false where the clock moves by itself. */
  async advanceTo(ms: number): Promise<boolean> {
    const response = await this.#fetch('/api/v1/clock', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ to: new Date(ms).toISOString() }),
    });
    await response.arrayBuffer();
    return response.ok;
  }

  async #json(path: string): Promise<Message> {
    const response = await this.#fetch(path);
    const value: unknown = await response.json().catch(() => undefined);
    if (response.ok && isMessage(value)) return value;
    const { http } = this.#address;
    throw new CommandError('failed', `${http}${path} is no page of a gateway (${response.status})`);
  }

  #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.#address.http + path, {
      ...init,
      signal: AbortSignal.timeout(PAGE_MS_MAX),
    }).catch((error: Error) => {
      throw unreachable(this.#address.http, error.cause ?? error);
    });
  }
}
