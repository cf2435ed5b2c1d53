// A gateway over a whole emulated fleet, at the hall's door without a socket: where misses are
// measured. Every device starts with its schedules, so that every answer is cached.

import { pack } from 'msgpackr';
import { type Fleet, openFleet } from '../emulator/fleet.ts';
import { defaultFleet } from '../emulator/fleet-file.ts';
import { Wan } from '../emulator/wan.ts';
import { readWanProfile } from '../emulator/wan-profiles.ts';
import { PartyTable } from '../gateway/access/parties.ts';
import { type Gateway, openGateway } from '../gateway/gateway.ts';
import type { Clock } from '../gateway/protocol/clock.ts';
import { formatEui64 } from '../gateway/protocol/eui64.ts';
import { HALF_HOUR_SECONDS } from '../gateway/protocol/half-hours.ts';
import type { Checked } from '../gateway/protocol/json-check.ts';
import { Tally } from '../gateway/protocol/tally.ts';

export const NOW_MS = Date.UTC(2026, 10, 23, 9);
const PERIOD = { startDateTime: '2026-11-22T00:00:00Z', endDateTime: '2026-11-23T00:00:00Z' };
export const ENTRIES = 49;
export const DEVICES_A_BLOCK = 20_000;

const DEVICE_HIGH = 0x90b3d51f;
const FIRST_DEVICE_LOW = 0x40000000;

export interface MissWorld {
  readonly gateway: Gateway;
  readonly fleet: Fleet;
  readonly tally: Tally;
}

export function openMissWorld(options: {
  readonly meters: number;
  readonly wan: 'none' | 'typical';
  readonly clock: Clock;
  readonly inFlight: number;
}): MissWorld {
  const { meters, clock, inFlight } = options;
  const wan = checked(readWanProfile(options.wan));
  const fleet = checked(openFleet(defaultFleet(meters, { wan, scheduledShare: 1 }), { seed: 1 }));
  const tally = new Tally();
  const gateway = openGateway({
    clock,
    inventory: fleet,
    network: new Wan({ clock, meters: fleet, seed: 1 }),
    parties: new PartyTable(),
    tally,
    log: {
      debug() {},
      error(fields, message) {
        throw new Error(message, { cause: fields });
      },
      isLevelEnabled: () => false,
    },
    limits: { inFlight, inFlightPerConnection: inFlight },
    cacheArming: 'same-srv',
    realNowMs: () => performance.now(),
  });
  return { gateway, fleet, tally };
}

function checked<T>(result: Checked<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.problems.join('\n'));
}

/**
 * Takes what is cached of some devices from the cache, as if the last day's schedules had gone. The
 * memory of their slots stays taken, as it is on every day of a service but its first.
 */
export function forget({ gateway }: MissWorld, first: number, count: number): void {
  const { cache, devices } = gateway;
  const cohort = devices.cohortOf(first);
  for (let device = first; device < first + count; device++) {
    const target = { device, high: DEVICE_HIGH, low: FIRST_DEVICE_LOW + device, cohort };
    cache.purge(target, '4.8.1');
  }
}

/** Has the slots of all devices used and emptied. */
export function useSlots(world: MissWorld): void {
  const { cache, devices } = world.gateway;
  const { deviceCount } = devices;
  const cohort = devices.cohortOf(0);
  const firstHalfHour = Math.floor(NOW_MS / 1000 / HALF_HOUR_SECONDS);
  const profile = { firstHalfHour, count: 1, columns: [Uint32Array.of(1)] };
  for (let device = 0; device < deviceCount; device++) {
    const target = { device, high: DEVICE_HIGH, low: FIRST_DEVICE_LOW + device, cohort };
    cache.storeProfile(target, '4.8.1', firstHalfHour, firstHalfHour, profile);
  }
  forget(world, 0, deviceCount);
}

/** One Party's questions for yesterday's import of `count` devices from the `first` on. */
export function requestFrames(first: number, count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => requestFrame(first + i));
}

function requestFrame(device: number): Buffer {
  const deviceId = formatEui64(DEVICE_HIGH, FIRST_DEVICE_LOW + device);
  return pack({
    requestId: `90-B3-D5-1F-30-01-00-00:${deviceId}:1795424400000`,
    serviceReferenceVariant: '4.8.1',
    readLogPeriod: PERIOD,
  });
}

/**
 * The same questions of the first `count` devices, in one piece of memory: as Buffers hundreds of
 * thousands of them would be the collector's work, and a gateway has its frames from sockets.
 */
export class RequestFrames {
  readonly #bytes: Buffer;
  readonly #size: number;

  constructor(count: number) {
    this.#size = requestFrame(0).length;
    this.#bytes = Buffer.alloc(count * this.#size);
    for (let i = 0; i < count; i++) {
      const frame = requestFrame(i);
      if (frame.length !== this.#size) throw new Error('a request of another size');
      this.#bytes.set(frame, i * this.#size);
    }
  }

  /** The question for device `i`; empty beyond the last. */
  at(i: number): Buffer {
    return this.#bytes.subarray(i * this.#size, (i + 1) * this.#size);
  }
}
