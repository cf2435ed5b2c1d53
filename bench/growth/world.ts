// A gateway with a whole fleet behind it and a day of each of its ESMEs in the cache, as after a
// morning of settlement: import, export and daily reads. The day is put there straight, past the
// meters, because five million reads would take longer than what is measured.

import { unpack } from 'msgpackr';
import { ManualClock } from '../../emulator/clock.ts';
import { openFleet } from '../../emulator/fleet.ts';
import { defaultFleet } from '../../emulator/fleet-file.ts';
import { Wan } from '../../emulator/wan.ts';
import { readWanProfile } from '../../emulator/wan-profiles.ts';
import { PartyTable } from '../../gateway/access/parties.ts';
import { type Gateway, openGateway } from '../../gateway/gateway.ts';
import type { StreamPeer } from '../../gateway/hits/lane.ts';
import { parseEui64 } from '../../gateway/protocol/eui64.ts';
import type { Checked } from '../../gateway/protocol/json-check.ts';
import { Tally } from '../../gateway/protocol/tally.ts';
import { LIMITS } from '../../gateway/server/limits.ts';
import { msgpackWire } from '../../gateway/wire/msgpack.ts';
import type { Wire } from '../../gateway/wire/wire.ts';
import {
  DEVICE_HIGH,
  dailyReads,
  ENTRIES,
  exportProfile,
  FIRST_DEVICE_LOW,
  FROM,
  FROM_DAY,
  importProfile,
  NOW_SECONDS,
  TO,
  TO_DAY,
  wh,
} from '../cached-day/day.ts';
import { IN_FLIGHT, Requests } from '../socket/requests.ts';

const IN_FLIGHT_LIMITS = { inFlight: 1000, inFlightPerConnection: 1000 };
const SAMPLED_EVERY = 997;

export interface Asked {
  readonly nsPerSr: number;
  /** Share of the requests that were answered from the cache. */
  readonly hitRate: number;
}

export class World {
  readonly #gateway: Gateway;
  readonly #tally = new Tally();
  readonly #devices: number;
  #state = 1;

  constructor(devices: number) {
    const clock = new ManualClock(NOW_SECONDS * 1000);
    const wan = known(readWanProfile('none'));
    const fleet = known(openFleet(defaultFleet(devices, { wan, scheduledShare: 1 }), { seed: 1 }));
    this.#devices = devices;
    this.#gateway = openGateway({
      clock,
      inventory: fleet,
      network: new Wan({ clock, meters: fleet, seed: 1 }),
      parties: new PartyTable(),
      tally: this.#tally,
      log: { debug() {}, error() {}, isLevelEnabled: () => false },
      limits: IN_FLIGHT_LIMITS,
      cacheArming: 'same-srv',
      realNowMs: () => performance.now(),
    });
  }

  /** Puts the day of every device into the cache. */
  fill(): void {
    const { cache, devices } = this.#gateway;
    const cohort = devices.cohortOf(0);
    for (let device = 0; device < this.#devices; device++) {
      const target = { device, high: DEVICE_HIGH, low: FIRST_DEVICE_LOW + device, cohort };
      cache.storeProfile(target, '4.8.1', FROM, TO, importProfile(device));
      cache.storeProfile(target, '4.8.3', FROM, TO, exportProfile(device));
      cache.storeDaily(target, FROM_DAY, TO_DAY, 0, dailyReads(device));
    }
  }

  /** Devices and readings that are cached, in all banks. */
  get cached(): { devices: number; readings: number; banks: number } {
    const banks = this.#gateway.cache.banks();
    return {
      devices: banks.reduce((sum, bank) => sum + bank.devices, 0),
      readings: banks.reduce((sum, bank) => sum + bank.entries, 0),
      banks: banks.length,
    };
  }

  /** Asks for yesterday's import of devices at random, at the hall's door. */
  askHall(count: number): Asked {
    const devices = this.#someDevices(count);
    const requests = new Requests('msgpack', devices);
    const frames = devices.map((_, place) => requests.payload(place));
    const peer = new Taker();
    return this.#timed(devices, peer, () => {
      for (const frame of frames) this.#gateway.handle(frame, msgpackWire, peer);
    });
  }

  /** The same through the short cut for hits, in reads as they come from a socket. */
  askLane(count: number): Asked {
    const { hits } = this.#gateway;
    if (hits === undefined) throw new Error('there is no short cut');
    const devices = this.#someDevices(count);
    const reads = new Requests('msgpack', devices).reads(IN_FLIGHT);
    const peer = new Taker();
    return this.#timed(devices, peer, () => {
      for (const read of reads) {
        const end = hits.answer(read, 0, peer, LIMITS.frameBytes);
        if (end !== read.length) throw new Error('the short cut left a request to the hall');
      }
    });
  }

  #timed(devices: readonly number[], taker: Taker, run: () => void): Asked {
    const hitsBefore = this.#hits;
    const started = process.hrtime.bigint();
    run();
    const nsPerSr = Number(process.hrtime.bigint() - started) / devices.length;
    const hitRate = (this.#hits - hitsBefore) / devices.length;
    const asked = new Set(devices);
    let answers = 0;
    for (const payload of taker.payloads()) {
      if (answers % SAMPLED_EVERY === 0) judge(payload, asked);
      answers++;
    }
    if (answers !== devices.length) throw new Error(`${answers} answers to ${devices.length}`);
    return { nsPerSr, hitRate };
  }

  get #hits(): number {
    return this.#tally.cacheLookups.get('4.8.1', 'hit', 'only');
  }

  #someDevices(count: number): number[] {
    return Array.from({ length: count }, () => {
      this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((this.#state / 2 ** 32) * this.#devices);
    });
  }
}

/** A peer that keeps its answers, copied where they are not its own, as a socket's buffer would. */
class Taker implements StreamPeer {
  readonly party = null;
  inFlight = 0;
  readonly #answers: Buffer[] = [];
  readonly #frames: Buffer[] = [];

  send(answer: Buffer): void {
    this.#answers.push(answer);
  }

  sendFrames(frames: Buffer): void {
    this.#frames.push(Buffer.from(frames));
  }

  wireOf(): Wire {
    return msgpackWire;
  }

  *payloads(): Generator<Buffer> {
    yield* this.#answers;
    for (const frames of this.#frames) {
      for (let at = 0; at < frames.length; ) {
        const start = at + FRAME_HEADER_SIZE;
        at = start + frames.readUInt16BE(at + 2);
        yield frames.subarray(start, at);
      }
    }
  }
}

/** Of a frame whose length takes 16 bits. */
const FRAME_HEADER_SIZE = 4;

/**
 * What is claimed of every answer: a hit, with the values of the device that was asked. Which one
 * the RequestID tells: those of several banks come in any order.
 */
function judge(frame: Buffer, asked: ReadonlySet<number>): void {
  const { requestId, served, profile } = unpack(frame);
  const target = parseEui64(String(requestId).split(':')[1] ?? '');
  const device = (target?.low ?? 0) - FIRST_DEVICE_LOW;
  if (!asked.has(device)) throw new Error(`device ${device} was not asked`);
  const values: unknown[] = profile?.primaryValue ?? [];
  const right = values.every((value, row) => value === wh(device, row, 0));
  if (served !== 'cache' || values.length !== ENTRIES || !right) {
    throw new Error(`device ${device} is not answered with its day: ${served} ${values}`);
  }
}

function known<T>(result: Checked<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.problems.join('\n'));
}
