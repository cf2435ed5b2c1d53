// A run: sends what is planned, takes what comes back, and gives every SR its outcome. It turns
// with the event loop: arrivals that are due are sent, the frames of a turn leave in one write for
// each connection, and between arrivals it sleeps, or polls where the next is too near to sleep.

import type { ArmedSample } from './armed.ts';
import type { Check } from './check.ts';
import type { Chooses, RequestKind } from './choice.ts';
import type { Devices } from './devices.ts';
import { forgo } from './forgone.ts';
import { Health } from './health.ts';
import { InFlight } from './in-flight.ts';
import type { LineOptions } from './line.ts';
import { Lines } from './lines.ts';
import type { Plan } from './plan.ts';
import type { LoadTime, LoadTimer } from './real-time.ts';
import { Receiver } from './receiver.ts';
import { LoadRecord } from './record.ts';
import type { LoadFormat, Requests } from './requests.ts';
import { Sender } from './sender.ts';
import { WaitingFrames } from './waiting-frames.ts';

export interface RunParts {
  readonly time: LoadTime;
  readonly plan: Plan;
  readonly chooser: Chooses;
  readonly kinds: readonly RequestKind[];
  readonly requests: Requests;
  readonly devices: Devices;
  readonly format: LoadFormat;
  /** Options of each connection but its number, which is its place here. */
  readonly lines: readonly Omit<LineOptions, 'number'>[];
  /** SRs in flight on one connection. */
  readonly inFlight: number;
  readonly batch: number;
  /** Real ms after which an SR without an answer has timed out. */
  readonly timeoutMs: number;
  /** Checks one answer in so many; 0 checks none. */
  readonly checkEvery: number;
  readonly check: Check | undefined;
  /** Whether it may keep a processor busy with waiting for arrivals. */
  readonly polls: boolean;
  /** Virtual time of the gateway at the start, ms since the epoch. */
  readonly virtualMs: number;
  /** Asks the gateway about a sample of its hits; absent where it does not tell. */
  readonly armed?: ArmedSample;
  /** Told when the measured part begins. */
  readonly onMeasured?: () => void;
}

/** Nearer arrivals are polled for: timers are late by up to 1 ms. */
const SLEEP_MS_MIN = 2;
/** How often time-outs are looked for, and seconds closed. */
const SWEEP_MS = 100;
/** How long what is in flight has when a run is interrupted. */
const INTERRUPTED_GRACE_MS = 1000;

export class Run {
  readonly record: LoadRecord;
  readonly health: Health;
  readonly receiver: Receiver;
  interrupted = false;
  /** Whether it ended because no connection was left. */
  isCutOff = false;
  readonly #parts: RunParts;
  readonly #inFlight: InFlight;
  readonly #sender: Sender;
  readonly #waiting = new WaitingFrames();
  readonly #lines: Lines;
  #startMs = 0;
  #nextFrame = 0;
  /** SRs of the measured part sent by a closed loop. */
  #measuredSent = 0;
  #measured = false;
  #wake: LoadTimer | undefined;
  #sweeping: LoadTimer | undefined;
  #polling = false;
  #pumpDue = false;
  #endedMs = Number.NaN;
  /** A closed loop that has sent its count: the measured part is over with the last answer. */
  #endsWithAnswers = false;
  #finish: (() => void) | undefined;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.record = new LoadRecord(parts.plan.warmupMs);
    this.#lines = new Lines(parts.inFlight, () => parts.chooser.drawGroup());
    this.health = new Health(parts.time);
    const most = parts.inFlight * parts.lines.length;
    this.#inFlight = new InFlight(most, Math.floor(parts.time.wallMs()));
    this.receiver = new Receiver({
      ...parts,
      record: this.record,
      health: this.health,
      inFlight: this.#inFlight,
      nowMs: () => this.elapsedMs,
      lineOf: (number) => this.#lines.at(number),
    });
    this.#sender = new Sender({
      ...parts,
      record: this.record,
      inFlight: this.#inFlight,
      virtualMs: () => this.receiver.virtualMs,
    });
  }

  /** Opens the connections; rejects with a LineError where one does not open. */
  async open(): Promise<void> {
    await this.#lines.open(this.#parts.lines, {
      read: () => {
        this.receiver.read();
        this.#pumpSoon();
      },
      received: ({ number }, bytes, start, end) => this.receiver.take(number, bytes, start, end),
      lost: (line, reason, unreadable) => {
        this.receiver.lose(line, reason, unreadable);
        this.#pumpSoon();
      },
    });
  }

  /** ms since the start of the run. */
  get elapsedMs(): number {
    return this.#parts.time.nowMs() - this.#startMs;
  }

  /** ms that the measured part took. */
  get measuredMs(): number {
    const { measuredUntilMs, lastCameMs } = this.record;
    const endMs = this.#endsWithAnswers ? Math.min(lastCameMs, measuredUntilMs) : this.#endedMs;
    return Math.max(0, (this.isSending ? this.elapsedMs : endMs) - this.#parts.plan.warmupMs);
  }

  /** Whether arrivals are still to come. */
  get isSending(): boolean {
    return Number.isNaN(this.#endedMs);
  }

  get inFlight(): number {
    return this.#inFlight.count;
  }
  get waiting(): number {
    return this.#waiting.count;
  }

  /** Sends and receives to the end; the connections are closed then. */
  async play(): Promise<void> {
    const { time } = this.#parts;
    this.#startMs = time.nowMs();
    this.health.restart();
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    const sweep = (): void => {
      this.#sweep();
      if (this.#finish !== undefined) this.#sweeping = time.after(SWEEP_MS, sweep);
    };
    sweep();
    this.#pump();
    await finished;
    await this.#parts.armed?.settled();
    this.#sweeping?.cancel();
    this.#wake?.cancel();
    this.#lines.close();
  }

  /** Ends the run early: nothing more is sent, and what is in flight has a moment left. */
  interrupt(): void {
    this.interrupted = true;
    this.#endSending();
    this.#parts.time.after(INTERRUPTED_GRACE_MS, () => {
      this.receiver.loseAll();
      this.#settle();
    });
    this.#settle();
  }

  /** When all sockets have been read: their requests leave together, and none is preferred. */
  #pumpSoon(): void {
    if (this.#pumpDue || this.#polling) return;
    this.#pumpDue = true;
    this.#parts.time.soon(() => {
      this.#pumpDue = false;
      this.#pump();
    });
  }

  /** One turn: sends what is due and may be sent, and arranges for the next turn. */
  #pump(): void {
    if (this.#finish === undefined) return;
    const nowMs = this.elapsedMs;
    if (!this.#measured && nowMs >= this.#parts.plan.warmupMs) {
      this.#measured = true;
      this.health.restart();
      this.#parts.onMeasured?.();
    }
    if (this.isSending) {
      if (this.#parts.plan.closed) this.#sendClosed(nowMs);
      else this.#sendOpen(nowMs);
    }
    this.#settle();
    if (this.#finish !== undefined) this.#arm();
  }

  /** As many as may be in flight: an arrival is planned for the moment there is room for it. */
  #sendClosed(nowMs: number): void {
    const { plan, batch } = this.#parts;
    const measured = this.record.isMeasured(nowMs);
    const left = (): number => (measured ? plan.measured - this.#measuredSent : batch);
    while (nowMs < plan.endMs && left() > 0) {
      const count = Math.min(batch, left());
      const line = this.#lines.withRoom(count);
      if (line === undefined) break;
      if (measured) this.#measuredSent += count;
      this.record.plan(nowMs, count);
      this.#sender.send(line, nowMs, this.elapsedMs, count);
    }
    this.#lines.flush();
    if (nowMs >= plan.endMs || left() <= 0 || this.#lines.areGone) this.#endSending();
  }

  #sendOpen(nowMs: number): void {
    const { plan } = this.#parts;
    for (; this.#nextFrame < plan.frames; this.#nextFrame++) {
      const atMs = plan.atMs(this.#nextFrame);
      if (atMs > nowMs) break;
      const count = plan.sizeOf(this.#nextFrame);
      this.record.plan(atMs, count);
      if (this.record.isMeasured(atMs)) this.health.lateness.add(nowMs - atMs);
      if (!this.#waiting.add(atMs, count)) this.record.unanswer('notSent', atMs, count);
    }
    while (this.#waiting.count > 0) {
      const line = this.#lines.withRoom(this.#waiting.size);
      if (line === undefined) break;
      const { atMs, size } = this.#waiting;
      this.#waiting.shift();
      this.#sender.send(line, atMs, this.elapsedMs, size);
    }
    this.#lines.flush();
    const isOver = nowMs >= plan.endMs || this.#waiting.count === 0;
    if ((this.#nextFrame >= plan.frames && isOver) || this.#lines.areGone) this.#endSending();
  }

  /** Nothing more is sent: what waits never will be. An open loop ends where it was planned to. */
  #endSending(): void {
    if (!this.isSending) return;
    const { closed, lastMs, endMs } = this.#parts.plan;
    this.isCutOff = this.#lines.areGone && !this.interrupted;
    const early = this.interrupted || (this.isCutOff && closed);
    this.#endedMs = Math.min(Math.max(this.elapsedMs, early ? 0 : lastMs), endMs);
    this.#endsWithAnswers = closed && !early && this.#endedMs < endMs;
    this.record.measuredUntilMs = this.#endsWithAnswers ? endMs : this.#endedMs;
    this.health.stop();
    for (; this.#waiting.count > 0; this.#waiting.shift()) {
      this.record.unanswer('notSent', this.#waiting.atMs, this.#waiting.size);
    }
    const sent = { frames: this.#nextFrame, measured: this.#measuredSent };
    if (this.isCutOff) forgo(this.#parts.plan, this.record, sent, this.#endedMs);
  }

  /** Ends the run when nothing is to be sent and nothing in flight. */
  #settle(): void {
    if (this.isSending || this.#inFlight.count > 0) return;
    this.#finish?.();
    this.#finish = undefined;
  }

  #sweep(): void {
    const { plan, timeoutMs } = this.#parts;
    const nowMs = this.elapsedMs;
    this.receiver.timeOut(nowMs - timeoutMs);
    const open = !plan.closed && this.#nextFrame < plan.frames;
    this.record.closeSecondsBefore(Math.min(open ? plan.atMs(this.#nextFrame) : nowMs, nowMs));
    this.#pumpSoon();
  }

  /** Wakes for the next arrival; answers wake it anyway. */
  #arm(): void {
    const { plan, time, polls } = this.#parts;
    if (this.#polling) return;
    this.#wake?.cancel();
    this.#wake = undefined;
    if (plan.closed || !this.isSending || this.#nextFrame >= plan.frames) return;
    const waitMs = plan.atMs(this.#nextFrame) - this.elapsedMs;
    if (waitMs >= SLEEP_MS_MIN || !polls) {
      this.#wake = time.after(Math.max(1, waitMs - 1), () => this.#pump());
      return;
    }
    this.#polling = true;
    const polledMs = this.elapsedMs;
    const seen = this.receiver.reads;
    time.soon(() => {
      this.#polling = false;
      const isDue = this.#nextFrame < plan.frames && plan.atMs(this.#nextFrame) <= this.elapsedMs;
      if (!isDue && seen === this.receiver.reads) this.health.idle(this.elapsedMs - polledMs);
      this.#pump();
    });
  }
}
