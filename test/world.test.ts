// The main job as a whole: 100,000 requests over 64 WebSockets to 10,000 meters behind a WAN, on
// the manual clock. Every answer is recomputed from the seed, every decision judged from the
// journal. Over 300 lines because the world, its traffic and its clients serve one scenario.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Packr } from 'msgpackr';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ManualClock } from '../emulator/clock.ts';
import { openFleet } from '../emulator/fleet.ts';
import { defaultFleet } from '../emulator/fleet-file.ts';
import { openStream } from '../emulator/random.ts';
import { Wan } from '../emulator/wan.ts';
import { WAN_PROFILES } from '../emulator/wan-profiles.ts';
import { BUILT_IN_PARTIES, mayAsk, PartyTable } from '../gateway/access/parties.ts';
import { type Gateway, openGateway } from '../gateway/gateway.ts';
import type { Handle } from '../gateway/handle.ts';
import type { Peer } from '../gateway/peer.ts';
import { formatSeconds } from '../gateway/protocol/half-hours.ts';
import type { CachedSrv, ReadSrv } from '../gateway/protocol/service-reference.ts';
import { Tally } from '../gateway/protocol/tally.ts';
import { TargetResponseTimes } from '../gateway/protocol/target-response-times.ts';
import { Journal } from '../gateway/s1sp/journal.ts';
import { openLog } from '../gateway/server/log.ts';
import { openServer, type Server } from '../gateway/server/server.ts';
import { jsonWire } from '../gateway/wire/json.ts';
import { judge } from './world/judge.ts';
import { Truth } from './world/truth.ts';

const SEED = 7;
const METERS = 10_000;
const START = Date.parse('2026-11-23T05:00:00Z');
const SCHEDULED_SHARE = 0.8;

/** As `--schedules 0.8` spreads them over the fleet. */
function startsScheduled(device: number): boolean {
  return Math.floor(((device + 1) * 8) / 10) - Math.floor((device * 8) / 10) === 1;
}

interface World {
  readonly clock: ManualClock;
  readonly gateway: Gateway;
  readonly journal: Journal;
  readonly tally: Tally;
  readonly wan: Wan;
  deviceId(device: number): string;
}

function openWorld(meters: number, journalCapacity: number): World {
  const clock = new ManualClock(START);
  const plans = defaultFleet(meters, {
    wan: WAN_PROFILES.typical,
    scheduledShare: SCHEDULED_SHARE,
  });
  const opened = openFleet(plans, { seed: SEED });
  if (!opened.ok) throw new Error(opened.problems.join('\n'));
  const fleet = opened.value;
  const tally = new Tally();
  const wan = new Wan({ clock, meters: fleet, seed: SEED });
  const journal = new Journal(journalCapacity);
  const gateway = openGateway({
    clock,
    inventory: fleet,
    network: wan,
    parties: new PartyTable(),
    tally,
    journal,
    log: openLog('silent'),
    limits: { inFlight: 131_072, inFlightPerConnection: 8192 },
    cacheArming: 'same-srv',
    realNowMs: () => 0,
  });
  return { clock, gateway, journal, tally, wan, deviceId: (device) => fleet.deviceId(device) };
}

interface Asked {
  readonly requestId: string;
  readonly device: number;
  readonly srv: ReadSrv;
  readonly start: number;
  readonly end: number;
  readonly atMs: number;
}

/** A stream of requests: whole days and parts of them, today so far, weeks, single stamps. */
class Traffic {
  readonly #next = openStream(SEED);
  readonly world: World;
  readonly meters: number;
  #counter = 1;

  constructor(world: World, meters: number) {
    this.world = world;
    this.meters = meters;
  }

  below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  request(): { asked: Asked; message: object } {
    const atMs = this.world.clock.nowMs();
    const device = this.below(this.meters);
    const srv =
      (['4.8.1', '4.8.1', '4.6.1', '4.8.3', '4.8.2'] as const)[Math.min(this.below(24) >> 2, 4)] ??
      '4.8.1';
    const askers = BUILT_IN_PARTIES.filter(
      (party) => mayAsk(party, srv) && !party.roles.includes('GS') && !party.roles.includes('GT'),
    );
    const party = askers[this.below(askers.length)];
    const [start, end] = this.#period(Math.floor(atMs / 1000));
    const requestId = `${party?.id}:${this.world.deviceId(device)}:${this.#counter++}`;
    const message = {
      requestId,
      serviceReferenceVariant: srv,
      readLogPeriod: { startDateTime: formatSeconds(start), endDateTime: formatSeconds(end) },
    };
    return { asked: { requestId, device, srv, start, end, atMs }, message };
  }

  #period(now: number): [number, number] {
    const midnight = Math.floor(now / 86_400) * 86_400;
    switch (this.below(12)) {
      case 0:
        return [midnight, now];
      case 1:
        return [midnight - 3 * 86_400, midnight];
      case 2: {
        const from = midnight - 86_400 + this.below(48) * 1800;
        return [from, from + this.below(30) * 1800];
      }
      case 3:
        return [midnight - 86_400 + this.below(86_400), now + this.below(86_400)];
      case 4:
        return this.below(10) === 0 ? [midnight - 30 * 86_400, now] : [midnight, midnight];
      default:
        return [midnight - 86_400, midnight];
    }
  }
}

type Json = Record<string, unknown>;

interface Profile {
  firstTimestamp: string;
  primaryValue?: number[];
  reactiveEnergyImportedValue?: number[];
  activeEnergyExportedValue?: number[];
  reactiveEnergyExportedValue?: number[];
}

/** What is wrong with the log in an answer, or undefined. */
function wrongLog(truth: Truth, asked: Omit<Asked, 'requestId'>, answer: Json): string | undefined {
  const { device, srv, start, end, atMs } = asked;
  const latest = Date.parse(String(answer.responseDateTime)) / 1000;
  if (srv === '4.6.1') {
    const reads = answer.dailyReadLog as Json[];
    const first = Math.max(Math.ceil(start / 86_400), Math.floor(latest / 86_400) - 30);
    const last = (at: number) => Math.floor(Math.min(end, at) / 86_400);
    const expected = (to: number) =>
      Array.from({ length: Math.max(to - first + 1, 0) }, (_, i) => {
        const { import: imported, tou } = truth.registers(device, (first + i) * 48);
        return {
          timestamp: formatSeconds((first + i) * 86_400),
          elecActiveImportRegisterConsumption: imported,
          tariffTOURegisterMatrixValue: tou,
        };
      });
    const text = JSON.stringify(reads);
    const right = [last(atMs / 1000), last(latest)].some(
      (to) => JSON.stringify(expected(to)) === text,
    );
    return right ? undefined : `daily reads ${text}`;
  }
  const profile = answer.profile as Profile | null;
  const first = Math.ceil(start / 1800);
  const last = (at: number) => Math.floor(Math.min(end, at) / 1800);
  if (profile === null) return last(atMs / 1000) >= first ? 'nothing' : undefined;
  if (Date.parse(profile.firstTimestamp) !== first * 1_800_000) return profile.firstTimestamp;
  const columns = [
    profile.primaryValue ??
      profile.reactiveEnergyImportedValue ??
      profile.activeEnergyExportedValue,
    profile.reactiveEnergyExportedValue,
  ].filter((column) => column !== undefined);
  const count = columns[0]?.length ?? 0;
  if (count < last(atMs / 1000) - first + 1 || count > last(latest) - first + 1) {
    return `${count} entries`;
  }
  for (let i = 0; i < count; i++) {
    const expected = truth.entry(device, srv, first + i);
    if (expected.length !== columns.length) return `${columns.length} columns`;
    for (const [c, value] of expected.entries()) {
      if (columns[c]?.[i] !== value) return `${columns[c]?.[i]} instead of ${value} in row ${i}`;
    }
  }
  return undefined;
}

/** Sixty-four sockets, half of them MessagePack, and everything that came back on them. */
class Clients {
  readonly #sockets: WebSocket[] = [];
  readonly #packr = new Packr({ useRecords: false });
  readonly answers = new Map<string, Json>();
  readonly delivered: Json[] = [];
  readonly faults: string[] = [];

  async connect(url: string): Promise<void> {
    for (let i = 0; i < 64; i++) {
      const socket = new WebSocket(url, i % 2 === 0 ? 's1sp.v1.json' : 's1sp.v1.msgpack');
      socket.on('message', (data: Buffer, binary) => {
        const value = binary ? this.#packr.unpack(data) : JSON.parse(data.toString());
        for (const answer of Array.isArray(value) ? value : [value]) this.#take(answer);
      });
      this.#sockets.push(socket);
      await once(socket, 'open');
    }
  }

  #take(answer: Json): void {
    if (answer.requestId === undefined) return void this.delivered.push(answer);
    const id = String(answer.requestId);
    if (this.answers.has(id)) this.faults.push(`two answers to ${id}`);
    this.answers.set(id, answer);
  }

  send(client: number, message: unknown): void {
    const socket = this.#sockets[client % 64];
    if (socket?.protocol === 's1sp.v1.msgpack') socket.send(this.#packr.pack(message));
    else socket?.send(JSON.stringify(message));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) {
      socket.close();
      if (socket.readyState !== socket.CLOSED) await once(socket, 'close');
    }
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Turns the event loop until something has happened; fails when it never does. */
async function until(happened: () => boolean): Promise<void> {
  for (let turns = 0; !happened(); turns++) {
    if (turns > 1_000_000) throw new Error('it never happened');
    await turn();
  }
}

function answersCounted(tally: Tally): number {
  let count = 0;
  tally.answers.forEach((_, value) => {
    count += value;
  });
  return count;
}

describe('100,000 requests over 64 connections to 10,000 meters', () => {
  const world = openWorld(METERS, 600_000);
  const truth = new Truth(SEED);
  const traffic = new Traffic(world, METERS);
  const clients = new Clients();
  const asked = new Map<string, Asked>();
  /** Until when the schedule of an SRV of a device stood. */
  const removed = new Map<string, number>();
  let framesReceived = 0;
  let server: Server | undefined;

  const handle: Handle = (frame, wire, peer: Peer) => {
    world.gateway.handle(frame, wire, peer);
    framesReceived++;
  };

  afterAll(async () => {
    await clients.close();
    await server?.drain();
    world.clock.close();
  });

  async function open(): Promise<void> {
    server = await openServer({
      handle,
      tally: world.tally,
      log: openLog('silent'),
      host: '127.0.0.1',
      port: 0,
      clock: world.clock,
      readyLine: () => ({}),
      authenticate: () => null,
      closed: (peer) => world.gateway.left(peer),
      gauges: {
        cacheEntries: () => 0,
        cacheBytes: () => 0,
        inFlight: () => 0,
        wasmMemoryBytes: () => ({}),
        targets: new TargetResponseTimes(),
        buildInfo: () => ({}),
      },
    });
    await clients.connect(server.wsUrl);
  }

  /** Sends one wave, some of it in arrays, and moves the clock until all of it is answered. */
  async function wave(size: number): Promise<void> {
    const before = framesReceived;
    let frames = 0;
    for (let sent = 0; sent < size; frames++) {
      const count = Math.min(traffic.below(40) === 0 ? 5 : 1, size - sent);
      const requests = Array.from({ length: count }, () => traffic.request());
      for (const each of requests) asked.set(each.asked.requestId, each.asked);
      const messages = requests.map(({ message }) => message);
      clients.send(traffic.below(64), count === 1 ? messages[0] : messages);
      sent += count;
    }
    await until(() => framesReceived === before + frames);
    for (let i = 0; i < 100; i++) {
      await until(() => clients.answers.size === answersCounted(world.tally));
      if (clients.answers.size === asked.size) return;
      await world.clock.advanceBy(1000);
    }
    throw new Error(`${asked.size - clients.answers.size} requests were never answered`);
  }

  /** The MDR takes the 4.8.1 schedule of a device away, so that its cache is purged. */
  async function removeSchedule(device: number): Promise<void> {
    const srv = '4.8.1';
    const requestId = `90-B3-D5-1F-30-01-00-07:90-B3-D5-1F-30-00-00-02:${9e9 + asked.size}`;
    asked.set(requestId, { requestId, device: -1, srv, start: 0, end: 0, atMs: 0 });
    clients.send(1, {
      requestId,
      serviceReferenceVariant: '5.3',
      deleteSchedule: { dspScheduleId: device * 3 + 2 },
    });
    await until(() => clients.answers.has(requestId));
    const stood = startsScheduled(device) && !removed.has(`${device}/${srv}`);
    expect(clients.answers.get(requestId)?.responseCode).toBe(stood ? 'I99' : 'E050301');
    if (stood) removed.set(`${device}/${srv}`, world.clock.nowMs());
  }

  test('are each answered exactly once, over two nights of schedules and an expiry', async () => {
    await open();
    for (let i = 0; i < 25; i++) {
      await wave(4000);
      for (let k = 0; k < 4; k++) await removeSchedule(traffic.below(METERS));
      await world.clock.advanceBy(traffic.below(7_200_000) + (i % 8 === 7 ? 4 * 3_600_000 : 1000));
    }
    expect(asked.size).toBe(100_000 + 25 * 4);
    expect(clients.faults).toEqual([]);
    expect(new Set(clients.answers.keys())).toEqual(new Set(asked.keys()));
    expect(world.clock.nowMs() - START).toBeGreaterThan(30 * 3_600_000);
  });

  test('with what an independent oracle recomputes from the seed', () => {
    const wrong: string[] = [];
    const codes = new Map<unknown, number>();
    for (const [id, answer] of clients.answers) {
      const question = asked.get(id);
      if (question === undefined || question.device < 0) continue;
      codes.set(answer.responseCode, (codes.get(answer.responseCode) ?? 0) + 1);
      if (answer.responseCode !== 'I0') continue;
      const fault = wrongLog(truth, question, answer);
      if (fault !== undefined && wrong.length < 10) wrong.push(`${id}: ${fault}`);
    }
    expect(wrong).toEqual([]);
    // The typical WAN loses a message now and then for good; nothing else can fail here.
    expect([...codes.keys()].filter((code) => code !== 'I0' && code !== 'E21')).toEqual([]);
    expect(codes.get('I0')).toBeGreaterThan(99_000);
  });

  test('and each run of a schedule reaches its owner once, with the truth', () => {
    const runs = new Set(clients.delivered.map(({ responseId }) => responseId));
    expect(runs.size).toBe(clients.delivered.length);
    const decided = world.journal
      .entries()
      .filter((e) => 'result' in e && e.result === 'scheduled');
    expect(runs.size).toBe(decided.length);
    expect(runs.size).toBeGreaterThan(25_000);
    const wrong: string[] = [];
    for (const answer of clients.delivered) {
      if (answer.responseCode !== 'I0') continue;
      const device = Math.floor((Number(answer.dspScheduleId) - 1) / 3);
      const now = Date.parse(String(answer.responseDateTime));
      const midnight = Math.floor(now / 86_400_000) * 86_400;
      const srv = answer.serviceReferenceVariant as ReadSrv;
      const run = { device, srv, start: midnight - 86_400, end: midnight, atMs: now };
      const fault = wrongLog(truth, run, answer);
      if (fault !== undefined && wrong.length < 10) wrong.push(`${answer.responseId}: ${fault}`);
    }
    expect(wrong).toEqual([]);
  });

  test('without one read that the rules make unnecessary or one hit that they forbid', () => {
    const { journal, wan, tally } = world;
    const entries = journal.entries();
    expect(entries.length).toBe(journal.written);
    const armed = (device: number, srv: CachedSrv, atMs: number) =>
      startsScheduled(device) && !(atMs >= (removed.get(`${device}/${srv}`) ?? Infinity));
    const verdict = judge(entries, armed, (asker) => asked.get(asker)?.end);
    expect(verdict.faults).toEqual([]);
    expect(verdict.hits).toBeGreaterThan(20_000);
    expect(verdict.partial).toBeGreaterThan(1000);
    expect(verdict.joined).toBeGreaterThan(50);
    const reads = Object.values(wan.tally.reads).flatMap(({ ok, E20, E21 }) => [ok, E20, E21]);
    expect(verdict.reads).toBe(reads.reduce((sum, count) => sum + count, 0));
    let saved = 0;
    tally.savedReads.forEach((_, count) => {
      saved += count;
    });
    expect(saved).toBeGreaterThan(verdict.hits - 1);
  });

  test('and `served` says where each answer came from', () => {
    const first = new Map<string, string>();
    for (const entry of world.journal.entries()) {
      if ('result' in entry && !first.has(entry.asker)) first.set(entry.asker, entry.result);
    }
    const servedFor = new Map<string, Set<unknown>>();
    for (const [id, { served, responseCode }] of clients.answers) {
      if (responseCode !== 'I0') continue;
      // What lies in the future altogether is answered without a decision about any stamp.
      const result = first.get(id) ?? 'nothing asked';
      servedFor.set(result, (servedFor.get(result) ?? new Set()).add(served));
    }
    const expected = {
      hit: ['cache'],
      partial: ['mixed'],
      miss: ['device'],
      no_schedule: ['device'],
      uncacheable: ['device'],
    };
    for (const [result, served] of Object.entries(expected)) {
      expect([result, [...(servedFor.get(result) ?? [])]]).toEqual([result, served]);
    }
  });
});

test('same seed and same requests: the same bytes, twice', async () => {
  const run = async (): Promise<string> => {
    const world = openWorld(500, 1);
    const traffic = new Traffic(world, 500);
    const hash = createHash('sha256');
    const peer: Peer = { party: null, inFlight: 0, send: (frame) => void hash.update(frame) };
    for (let i = 0; i < 40; i++) {
      for (let k = 0; k < 100; k++) {
        const { message } = traffic.request();
        world.gateway.handle(Buffer.from(JSON.stringify(message)), jsonWire, peer);
      }
      await world.clock.advanceBy(traffic.below(3_600_000));
    }
    world.clock.close();
    return hash.digest('hex');
  };
  expect(await run()).toBe(await run());
});
