// The gateway that is loaded, over HTTP: its ready line, its devices, its metrics and its clock.

import { parseDateTime } from '../gateway/protocol/half-hours.ts';
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
    const response = await this.#fetch(`/api/v1/devices/${deviceId}`);
    const device: unknown = await response.json().catch(() => undefined);
    const cohort = isMessage(device) ? device.cohort : undefined;
    return typeof cohort === 'string' ? cohort : undefined;
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
