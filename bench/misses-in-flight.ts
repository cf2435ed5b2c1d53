// What the gateway adds to the WAN's delay while 50,000 SRs are in flight. Virtual time stands
// still while the gateway works, so what it takes is real time: from the instant at which a meter's
// reply is due to its answer, with all else that is due and asked between, and the collector of
// garbage. What other programs take of the machine meanwhile counts as well.
//
// Left out are the timers of the machine, which know whole milliseconds only, whoever waits.

import { createHistogram } from 'node:perf_hooks';
import { unpack } from 'msgpackr';
import { ManualClock } from '../emulator/clock.ts';
import type { Peer } from '../gateway/peer.ts';
import type { Clock, Timer } from '../gateway/protocol/clock.ts';
import { msgpackWire } from '../gateway/wire/msgpack.ts';
import { WARM_UP_TURNS } from './alternate.ts';
import type { BenchOptions, Finding } from './finding.ts';
import { DEVICES_A_BLOCK, ENTRIES, NOW_MS, openMissWorld, RequestFrames } from './miss-world.ts';
import { type Percentiles, percentileRows, percentilesOf } from './percentiles.ts';
import { spreadOf } from './statistics.ts';

const IN_FLIGHT = 50_000;
/** Asked a virtual millisecond until so many are in flight: about as many as are answered then. */
const ASKED_A_MS = 16;
const OVERHEAD_P99_MAX_MS = 1;
const NS_A_MS = 1_000_000;

/**
 * The manual clock as one core would live through it: an instant begins when it comes, or when the
 * work of those before it is done, whichever is later. Without this a backlog would not show.
 */
class CoreClock implements Clock {
  readonly manual = new ManualClock(NOW_MS);
  #instantMs = NOW_MS;
  /** Virtual time at which the work on the instant began, and the real time then. */
  #beganMs = NOW_MS;
  #beganRealMs = performance.now();
  /** Work so far. */
  busyMs = 0;

  nowMs(): number {
    return this.manual.nowMs();
  }

  schedule(atMs: number, run: () => void): Timer {
    return this.manual.schedule(atMs, () => {
      if (this.manual.nowMs() !== this.#instantMs) this.#begin();
      run();
    });
  }

  reschedule(timer: Timer, atMs: number): void {
    this.manual.reschedule(timer, atMs);
  }

  /** How long ago that was due which is happening now. */
  lateMs(): number {
    return this.#beganMs - this.#instantMs + performance.now() - this.#beganRealMs;
  }

  #begin(): void {
    const nowRealMs = performance.now();
    const workedMs = nowRealMs - this.#beganRealMs;
    this.busyMs += workedMs;
    this.#instantMs = this.manual.nowMs();
    this.#beganMs = Math.max(this.#instantMs, this.#beganMs + workedMs);
    this.#beganRealMs = nowRealMs;
  }
}

/** Asks anew with every answer, and notes how late each was. */
class Asker implements Peer {
  readonly party = null;
  inFlight = 0;
  answers = 0;
  readonly samples: Buffer[] = [];
  readonly histogram = createHistogram();
  readonly #clock: CoreClock;
  readonly #ask: () => void;

  constructor(clock: CoreClock, ask: () => void) {
    this.#clock = clock;
    this.#ask = ask;
  }

  send(frame: Buffer): void {
    this.histogram.record(Math.max(1, Math.round(this.#clock.lateMs() * NS_A_MS)));
    if (this.answers++ % 997 === 0) this.samples.push(frame);
    this.#ask();
  }
}

interface Block {
  readonly late: Percentiles;
  /** In virtual time. */
  readonly answersASecond: number;
  readonly busyShare: number;
}

export async function missesInFlight({ blocks, tell }: BenchOptions): Promise<Finding> {
  const meters = 2 * IN_FLIGHT + (blocks + WARM_UP_TURNS) * DEVICES_A_BLOCK;
  const clock = new CoreClock();
  const { gateway, tally } = openMissWorld({ meters, wan: 'typical', clock, inFlight: IN_FLIGHT });
  const frames = new RequestFrames(meters);
  let asked = 0;
  const ask = (): void => gateway.handle(frames.at(asked++), msgpackWire, asker);
  const asker: Asker = new Asker(clock, ask);
  while (asker.inFlight < IN_FLIGHT) {
    for (let i = 0; i < ASKED_A_MS && asker.inFlight < IN_FLIGHT; i++) ask();
    await clock.manual.advanceBy(1);
  }
  const measured: Block[] = [];
  for (let turn = -WARM_UP_TURNS; turn < blocks; turn++) {
    const block = await oneBlock(clock, asker);
    tell(`p99 ${Math.round(block.late.p99)} µs, ${Math.round(block.answersASecond)} SR/s`);
    if (turn >= 0) measured.push(block);
  }
  const reads = tally.deviceReads.get('4.8.1', 'ok', 'only');
  const failed = asker.answers - reads;
  // About one read in a million fails on this WAN.
  if (failed < 0 || failed > 5) throw new Error(`${asker.answers} answers took ${reads} reads`);
  return finding(measured);
}

async function oneBlock(clock: CoreClock, asker: Asker): Promise<Block> {
  asker.histogram.reset();
  asker.samples.length = 0;
  const busyMs = clock.busyMs;
  const fromMs = clock.nowMs();
  const first = asker.answers;
  while (asker.answers < first + DEVICES_A_BLOCK) {
    await clock.manual.advanceBy(1);
    if (asker.inFlight !== IN_FLIGHT) throw new Error(`${asker.inFlight} SRs are in flight`);
  }
  for (const sample of asker.samples) {
    const answer = unpack(sample);
    if (answer.responseCode !== 'I0') continue;
    if (answer.served !== 'device' || answer.profile.primaryValue.length !== ENTRIES) {
      throw new Error(`not ${ENTRIES} entries from the device`);
    }
  }
  const virtualMs = clock.nowMs() - fromMs;
  return {
    late: percentilesOf(asker.histogram),
    answersASecond: ((asker.answers - first) / virtualMs) * 1000,
    busyShare: (clock.busyMs - busyMs) / virtualMs,
  };
}

function finding(measured: readonly Block[]): Finding {
  const median = (of: (block: Block) => number) => spreadOf(measured.map(of)).median;
  return {
    title: "Beyond the WAN's delay, 50,000 in flight",
    about: [
      '4.8.1 for all of yesterday, MessagePack, WAN `typical`;',
      `${IN_FLIGHT.toLocaleString('en-GB')} SRs are in flight all the time, because every answer`,
      'asks for a device that was never asked.',
      "Measured: from the instant at which the meter's reply is due to its answer, in real time,",
      'with the collector of garbage; a backlog is carried on to the next instant.',
      'Asserted: the number in flight at every millisecond, as many reads of meters as answers,',
      `samples with ${ENTRIES} entries from the device.`,
    ],
    rows: percentileRows(
      'answer after its reply is due',
      measured.map(({ late }) => late),
    ),
    bars: [
      {
        what: "overhead beyond the WAN's delay, p99",
        unit: 'ms',
        measured: median(({ late }) => late.p99) / 1000,
        atMost: OVERHEAD_P99_MAX_MS,
      },
      { what: 'answers a second', unit: 'SR/s', measured: median((b) => b.answersASecond) },
      { what: 'busy share of the core', unit: '', measured: median((b) => b.busyShare) },
    ],
  };
}
