// What the gateway adds to the WAN's delay while 50,000 SRs are in flight. Virtual time stands
// still while the gateway works, so what it takes is real time: from the instant at which a meter's
// reply is due to its answer, with all else that is due and asked between, and the collector of
// garbage. What other programs take of the machine meanwhile counts as well.
//
// Left out are the timers of the machine, which know whole milliseconds only, whoever waits.

import { createHistogram } from 'node:perf_hooks';
import { unpack } from 'msgpackr';
import { ManualClock } from '../../emulator/clock.ts';
import type { Peer } from '../../gateway/peer.ts';
import type { Clock, Timer } from '../../gateway/protocol/clock.ts';
import { msgpackWire } from '../../gateway/wire/msgpack.ts';
import { monotonicMicros, type Window } from '../cpu-profile.ts';
import {
  ENTRIES,
  type MissWorld,
  NOW_MS,
  openMissWorld,
  RequestFrames,
  useSlots,
} from '../miss-world.ts';
import { type Percentiles, percentilesOf } from '../percentiles.ts';

export const IN_FLIGHT = 50_000;
/** Asked a virtual millisecond until so many are in flight: about as many as are answered then. */
const ASKED_A_MS = 16;
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

  /** Nothing that was done so far is work. */
  restart(): void {
    this.#beganRealMs = performance.now();
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
  readonly ask: () => void;
  readonly #clock: CoreClock;

  constructor(clock: CoreClock, ask: () => void) {
    this.#clock = clock;
    this.ask = ask;
  }

  send(frame: Buffer): void {
    this.histogram.record(Math.max(1, Math.round(this.#clock.lateMs() * NS_A_MS)));
    if (this.answers++ % 997 === 0) this.samples.push(frame);
    this.ask();
  }
}

export interface Block extends Window {
  readonly late: Percentiles;
  /** In virtual time. */
  readonly answersASecond: number;
  readonly busyShare: number;
  readonly answers: number;
}

/** A gateway with so many SRs in flight that they stay under way. */
export class World {
  readonly #clock = new CoreClock();
  readonly #world: MissWorld;
  readonly #asker: Asker;

  /** `answers`: how many will be asked for, in all blocks. */
  constructor(answers: number) {
    const meters = 2 * IN_FLIGHT + answers;
    const options = { meters, wan: 'typical', clock: this.#clock, inFlight: IN_FLIGHT } as const;
    this.#world = openMissWorld(options);
    useSlots(this.#world);
    const frames = new RequestFrames(meters);
    this.#clock.restart();
    let asked = 0;
    this.#asker = new Asker(this.#clock, () => {
      this.#world.gateway.handle(frames.at(asked++), msgpackWire, this.#asker);
    });
  }

  /** Asks until so many are in flight; from then on every answer asks anew. */
  async fill(): Promise<void> {
    while (this.#asker.inFlight < IN_FLIGHT) {
      for (let i = 0; i < ASKED_A_MS && this.#asker.inFlight < IN_FLIGHT; i++) this.#asker.ask();
      await this.#clock.manual.advanceBy(1);
    }
  }

  /** Goes on until so many more have been answered. */
  async block(answers: number): Promise<Block> {
    const [clock, asker] = [this.#clock, this.#asker];
    asker.histogram.reset();
    asker.samples.length = 0;
    const busyMs = clock.busyMs;
    const fromMs = clock.nowMs();
    const fromMicros = monotonicMicros();
    const first = asker.answers;
    while (asker.answers < first + answers) {
      await clock.manual.advanceBy(1);
      if (asker.inFlight !== IN_FLIGHT) throw new Error(`${asker.inFlight} SRs are in flight`);
    }
    const toMicros = monotonicMicros();
    this.#check();
    const answered = asker.answers - first;
    const virtualMs = clock.nowMs() - fromMs;
    return {
      fromMicros,
      toMicros,
      late: percentilesOf(asker.histogram),
      answersASecond: (answered / virtualMs) * 1000,
      busyShare: (clock.busyMs - busyMs) / virtualMs,
      answers: answered,
    };
  }

  #check(): void {
    const { answers, samples } = this.#asker;
    const failed = answers - this.#world.tally.deviceReads.get('4.8.1', 'ok', 'only');
    // About one read in a million fails on this WAN.
    if (failed < 0 || failed > 5) throw new Error(`${answers} answers, of which ${failed} failed`);
    for (const sample of samples) {
      const answer = unpack(sample);
      if (answer.responseCode !== 'I0') continue;
      if (answer.served !== 'device' || answer.profile.primaryValue.length !== ENTRIES) {
        throw new Error(`not ${ENTRIES} entries from the device`);
      }
    }
  }
}
