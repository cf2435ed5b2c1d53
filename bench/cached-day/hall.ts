// A gateway without a port and one ESME without an emulator: yesterday is cached after the first
// question, so every further one is answered before `handle` returns.

import { ManualClock } from '../../emulator/clock.ts';
import type { DeviceInventory } from '../../gateway/access/inventory.ts';
import { BUILT_IN_PARTIES, PartyTable } from '../../gateway/access/parties.ts';
import { type Gateway, openGateway } from '../../gateway/gateway.ts';
import type { Handle } from '../../gateway/handle.ts';
import { formatEui64 } from '../../gateway/protocol/eui64.ts';
import { HALF_HOUR_SECONDS } from '../../gateway/protocol/half-hours.ts';
import type { Profile } from '../../gateway/protocol/log-entries.ts';
import type { LogResponse } from '../../gateway/protocol/service-response.ts';
import { Tally } from '../../gateway/protocol/tally.ts';
import { LOG_ENTRIES_MAX } from '../../gateway/wire/duis/log-entry-bytes.ts';
import { jsonWire } from '../../gateway/wire/json.ts';
import type { Wire } from '../../gateway/wire/wire.ts';

const HIGH = 0x90b3d51f;
const LOW = 0x40000000;
export const DEVICE_ID = formatEui64(HIGH, LOW);
export const USER_ID = BUILT_IN_PARTIES[0]?.id ?? '';

const NOW_MS = Date.UTC(2026, 10, 23, 9);
export const DAY = { startDateTime: '2026-11-22T00:00:00Z', endDateTime: '2026-11-23T00:00:00Z' };
export const ENTRIES = 49;
export const LONG_ENTRIES = LOG_ENTRIES_MAX['4.8.1'];

const INVENTORY: DeviceInventory = {
  deviceCount: 1,
  ranges: [{ firstDevice: 0, count: 1, firstDeviceId: { high: HIGH, low: LOW } }],
  find: (high, low) => (high === HIGH && low === LOW ? 0 : -1),
  eui64Of: () => ({ high: HIGH, low: LOW }),
  deviceId: () => DEVICE_ID,
  cohortOf: () => ({
    name: 'one',
    deviceType: 'ESME',
    deviceStatus: 'Commissioned',
    commissionedDay: 18_048,
    twinElement: false,
  }),
  startsScheduled: () => true,
};

/** The size of a half hour's energy in a home. */
function profileOf(firstHalfHour: number, count: number): Profile {
  const values = Uint32Array.from({ length: count }, (_, row) => 100 + ((row * 37) % 900));
  return { firstHalfHour, count, columns: [values] };
}

/** An answer as long as the schema lets it be, as if a device had just given it. */
export function longAnswer(): LogResponse {
  const profile = profileOf(NOW_MS / 1000 / HALF_HOUR_SECONDS - LONG_ENTRIES, LONG_ENTRIES);
  return {
    kind: 'log',
    requestId: `${USER_ID}:${DEVICE_ID}:1`,
    responseCode: 'I0',
    responseMs: NOW_MS,
    serviceReferenceVariant: '4.8.1',
    served: 'device',
    log: { srv: '4.8.1', profile },
  };
}

export class CachedDay {
  readonly handle: Handle;
  readonly #gateway: Gateway;
  readonly #clock = new ManualClock(NOW_MS);

  constructor() {
    this.#gateway = openGateway({
      clock: this.#clock,
      inventory: INVENTORY,
      network: {
        read({ startSeconds, endSeconds }) {
          const first = Math.ceil(startSeconds / HALF_HOUR_SECONDS);
          const last = Math.floor(endSeconds / HALF_HOUR_SECONDS);
          return { ok: true, profile: profileOf(first, last - first + 1) };
        },
        restrict: () => ({ ok: true, restricted: true }),
      },
      parties: new PartyTable(),
      tally: new Tally(),
      log: { debug() {}, error() {}, isLevelEnabled: () => false },
      limits: { inFlight: 1000, inFlightPerConnection: 1000 },
      cacheArming: 'same-srv',
      realNowMs: () => performance.now(),
    });
    this.handle = this.#gateway.handle;
  }

  /** Reads the day from the meter, which caches it. */
  async fill(): Promise<void> {
    const requestId = `${USER_ID}:${DEVICE_ID}:0`;
    const message = { requestId, serviceReferenceVariant: '4.8.1', readLogPeriod: DAY };
    await this.ask(jsonWire, Buffer.from(JSON.stringify(message)));
  }

  /** The frames that answer one. */
  async ask(wire: Wire, request: Buffer): Promise<Buffer[]> {
    const frames: Buffer[] = [];
    const peer = { party: null, inFlight: 0, send: (frame: Buffer) => void frames.push(frame) };
    this.handle(request, wire, peer);
    await this.#clock.advanceBy(0);
    return frames;
  }
}
