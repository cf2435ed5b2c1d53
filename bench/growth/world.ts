// A gateway with a whole fleet behind it and a day of each of its ESMEs in the cache, as after a
// morning of settlement: import, export and daily reads. The day is put there straight, past the
// meters, because five million reads would take longer than what is measured.

import { pino } from 'pino';
import { ManualClock } from '../../emulator/clock.ts';
import { openFleet } from '../../emulator/fleet.ts';
import { defaultFleet } from '../../emulator/fleet-file.ts';
import { Wan } from '../../emulator/wan.ts';
import { readWanProfile } from '../../emulator/wan-profiles.ts';
import { PartyTable } from '../../gateway/access/parties.ts';
import { type Gateway, openGateway } from '../../gateway/gateway.ts';
import type { StreamPeer } from '../../gateway/hits/lane.ts';
import type { Checked } from '../../gateway/protocol/json-check.ts';
import { Tally } from '../../gateway/protocol/tally.ts';
import { TargetResponseTimes } from '../../gateway/protocol/target-response-times.ts';
import { LIMITS } from '../../gateway/server/limits.ts';
import { openServer } from '../../gateway/server/server.ts';
import { msgpackWire } from '../../gateway/wire/msgpack.ts';
import type { Wire } from '../../gateway/wire/wire.ts';
import {
  DEVICE_HIGH,
  dailyReads,
  exportProfile,
  FIRST_DEVICE_LOW,
  FROM,
  FROM_DAY,
  importProfile,
  NOW_SECONDS,
  TO,
  TO_DAY,
} from '../cached-day/day.ts';
import { IN_FLIGHT, Requests } from '../socket/requests.ts';
import { claimDay, SAMPLED_EVERY } from './claim.ts';

const IN_FLIGHT_LIMITS = { inFlight: 1000, inFlightPerConnection: 1000 };
export const SRS_A_QUESTIONNAIRE = 50_000;
/**
 * Together they ask for more devices than the processor keeps near. Each is asked by both doors, a
 * turn apart and more.
 */
const QUESTIONNAIRES = 15;

export interface Asked {
  readonly nsPerSr: number;
  /** Share of the requests that were answered from the cache. */
  readonly hitRate: number;
}

export class World {
  readonly #clock = new ManualClock(NOW_SECONDS * 1000);
  readonly #gateway: Gateway;
  readonly #tally = new Tally();
  readonly #devices: number;
  readonly #questionnaires: Questionnaire[] = [];
  #asked = 0;
  #state = 1;

  constructor(devices: number) {
    const clock = this.#clock;
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

  /**
   * Makes as many questions as are needed for a while, so that no memory is taken or given back
   * while answers are timed: not by this bench.
   */
  prepare(): void {
    for (let i = 0; i < QUESTIONNAIRES; i++) {
      this.#questionnaires.push(new Questionnaire(this.#someDevices(SRS_A_QUESTIONNAIRE)));
    }
    globalThis.gc?.();
  }

  /** Opens a port to the gateway, as `s1sp serve` has it; returns its number. */
  async listen(): Promise<number> {
    const gateway = this.#gateway;
    const { port } = await openServer({
      ...{ host: '127.0.0.1', port: 0, clock: this.#clock, tally: this.#tally },
      ...{ handle: gateway.handle, hits: gateway.hits, log: pino({ enabled: false }) },
      authenticate: () => null,
      readyLine: () => ({ ready: true }),
      gauges: {
        ...{ cacheEntries: () => 0, cacheBytes: () => 0, inFlight: () => 0 },
        ...{ wasmMemoryBytes: () => ({}), buildInfo: () => ({}) },
        targets: new TargetResponseTimes(),
      },
    });
    return port;
  }

  /** Asks for yesterday's import of devices at random, at the hall's door. */
  askHall(): Asked {
    return this.#timed(({ payloads, payloadSize }, peer) => {
      for (let at = 0; at < payloads.length; at += payloadSize) {
        this.#gateway.handle(payloads.subarray(at, at + payloadSize), msgpackWire, peer);
      }
    });
  }

  /** The same through the short cut for hits, in reads as they come from a socket. */
  askLane(): Asked {
    const { hits } = this.#gateway;
    if (hits === undefined) throw new Error('there is no short cut');
    return this.#timed(({ reads }, peer) => {
      for (const read of reads) {
        const end = hits.answer(read, 0, peer, LIMITS.frameBytes);
        if (end !== read.length) throw new Error('the short cut left a request to the hall');
      }
    });
  }

  /**
   * Times the asking. Before that other devices are asked, for what the processor has near belongs
   * to whoever ran before; behind it all are asked once more, and those answers are judged.
   */
  #timed(ask: (questions: Questionnaire, peer: StreamPeer) => void): Asked {
    ask(this.#nextQuestionnaire(), new Socket());
    const questions = this.#nextQuestionnaire();
    const hitsBefore = this.#hits;
    const socket = new Socket();
    const started = process.hrtime.bigint();
    ask(questions, socket);
    const ns = Number(process.hrtime.bigint() - started);
    const hits = this.#hits - hitsBefore;
    const judge = new Judge(questions.devices);
    ask(questions, judge);
    const { answers } = judge;
    if (answers !== SRS_A_QUESTIONNAIRE) throw new Error(`${answers} answers to the questions`);
    if (socket.bytes !== judge.bytes) throw new Error('what was timed are other answers');
    return { nsPerSr: ns / answers, hitRate: hits / answers };
  }

  #nextQuestionnaire(): Questionnaire {
    const next = this.#questionnaires[this.#asked++ % QUESTIONNAIRES];
    if (next === undefined) throw new Error('nothing is prepared');
    return next;
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

/** Requests to devices at random, as they come to each of the doors. */
class Questionnaire {
  readonly devices: ReadonlySet<number>;
  /** Frames, as a socket reads them. */
  readonly reads: readonly Buffer[];
  /** Messages of one size, one behind the other. */
  readonly payloads: Buffer;
  readonly payloadSize: number;

  constructor(devices: readonly number[]) {
    this.devices = new Set(devices);
    const requests = new Requests('msgpack', devices);
    this.reads = requests.reads(IN_FLIGHT);
    this.payloadSize = requests.payload(0).length;
    this.payloads = Buffer.allocUnsafeSlow(devices.length * this.payloadSize);
    devices.forEach((_, place) => {
      requests.payload(place).copy(this.payloads, place * this.payloadSize);
    });
  }
}

/** A peer that copies answers into a buffer that is used again, as a connection does. */
class Socket implements StreamPeer {
  readonly party = null;
  inFlight = 0;
  bytes = 0;
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_SIZE);
  #end = 0;

  send(answer: Buffer): void {
    this.sendFrames(answer);
  }

  sendFrames(frames: Buffer): void {
    if (this.#end + frames.length > CHUNK_SIZE) this.#end = 0;
    this.#chunk.set(frames, this.#end);
    this.#end += frames.length;
    this.bytes += frames.length;
  }

  wireOf(): Wire {
    return msgpackWire;
  }
}

/** Of a connection; see gateway/server/outgoing.ts. */
const CHUNK_SIZE = 64 * 1024;

/** A peer that counts its answers and looks into some of them. */
class Judge implements StreamPeer {
  readonly party = null;
  inFlight = 0;
  bytes = 0;
  answers = 0;
  readonly #asked: (device: number) => boolean;

  constructor(devices: ReadonlySet<number>) {
    this.#asked = (device) => devices.has(device);
  }

  send(answer: Buffer): void {
    this.bytes += answer.length;
    this.#take(answer);
  }

  sendFrames(frames: Buffer): void {
    this.bytes += frames.length;
    for (let at = 0; at < frames.length; ) {
      const start = at + FRAME_HEADER_SIZE;
      at = start + frames.readUInt16BE(at + 2);
      this.#take(frames.subarray(start, at));
    }
  }

  wireOf(): Wire {
    return msgpackWire;
  }

  #take(payload: Buffer): void {
    if (this.answers % SAMPLED_EVERY === 0) claimDay(payload, this.#asked);
    this.answers++;
  }
}

/** Of a frame whose length takes 16 bits. */
const FRAME_HEADER_SIZE = 4;

function known<T>(result: Checked<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.problems.join('\n'));
}
