// The clocks of the emulated world [contract §2]: one that runs with real time, one N times faster,
// and one that moves only when told. All three keep their timers in one queue and know whole
// milliseconds only; a call set for a fraction runs at the millisecond after it, never before.
//
// This is the one place of the world that touches real time. Tests put their own in its place.

import type { Clock, Timer } from '../gateway/protocol/clock.ts';
import { formatMs } from '../gateway/protocol/half-hours.ts';
import { TimerQueue } from './timer-queue.ts';

/** What the clocks need of the machine they run on. */
export interface RealTime {
  /** Wall clock, ms since the Unix epoch; the machine may set it forward or back. */
  wallMs(): number;
  /** Milliseconds since an arbitrary zero, never set back. */
  monotonicMs(): number;
  /** Calls `run` after about `delayMs`; the result cancels it. */
  after(delayMs: number, run: () => void): () => void;
  /** Calls `run` in the next turn of the event loop. */
  soon(run: () => void): void;
}

export const machineTime: RealTime = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, run) => {
    const timeout = setTimeout(run, delayMs);
    return () => clearTimeout(timeout);
  },
  soon: (run) => {
    setImmediate(run);
  },
};

export type ClockMode =
  | { readonly kind: 'real' }
  | { readonly kind: 'scaled'; readonly speed: number }
  | { readonly kind: 'manual' };

/** Slower than this, a second of the emulated world would take a quarter of an hour. */
export const SPEED_MIN = 0.001;
/** Faster than this, one millisecond of real time would skip a quarter of an hour. */
export const SPEED_MAX = 1_000_000;

/** Reads `real`, `xN` (0.001 to 1,000,000) or `manual`; undefined for anything else. */
export function parseClockMode(text: string): ClockMode | undefined {
  if (text === 'real' || text === 'manual') return { kind: text };
  if (!/^x\d+(\.\d+)?$/.test(text)) return undefined;
  const speed = Number(text.slice(1));
  return speed >= SPEED_MIN && speed <= SPEED_MAX ? { kind: 'scaled', speed } : undefined;
}

/**
 * Opens a clock at `startMs` (ms since the epoch). Without it every clock starts at the system
 * time, and the `real` one keeps to it even where the machine is suspended or set forward.
 */
export function openClock(
  mode: ClockMode,
  startMs?: number,
  real: RealTime = machineTime,
): RunningClock | ManualClock {
  if (mode.kind === 'manual') return new ManualClock(startMs ?? real.wallMs(), real);
  if (mode.kind === 'scaled') {
    return new RunningClock(real, { startMs: startMs ?? real.wallMs(), speed: mode.speed });
  }
  return new RunningClock(real, startMs === undefined ? undefined : { startMs, speed: 1 });
}

/** The last millisecond that an `xs:dateTime` of four year digits can name. */
const LATEST_MS = 253_402_300_799_999;

/** A longer burst is broken by a turn of the event loop, so as not to hold up the sockets. */
const ROUND_MAX = 1024;

/**
 * The longest real sleep. Far below the 2^31 ms at which `setTimeout` overflows, and short enough
 * that a wall clock set forward is noticed.
 */
const SLEEP_MAX_MS = 60_000;

/** Whole milliseconds not before `atMs`. A time that is no number is a bug of the caller. */
function wholeMs(atMs: number): number {
  if (!Number.isFinite(atMs)) throw new RangeError(`a timer cannot be set for ${atMs}`);
  return Math.ceil(atMs);
}

/** Runs by itself, with the machine's time or N times as fast. */
export class RunningClock implements Clock {
  readonly kind = 'running';
  /** Virtual milliseconds to one real one. */
  readonly speed: number;
  readonly #real: RealTime;
  readonly #queue = new TimerQueue();
  /** Undefined: virtual time is the wall clock. */
  readonly #startMs: number | undefined;
  readonly #startedAtMs: number;
  #latestMs = Number.NEGATIVE_INFINITY;
  /** What the real timer was set for; Infinity without one. */
  #armedMs = Number.POSITIVE_INFINITY;
  #disarm: (() => void) | undefined;
  #wakesSoon = false;
  #closed = false;

  constructor(real: RealTime, pace?: { readonly startMs: number; readonly speed: number }) {
    this.#real = real;
    this.#startMs = pace?.startMs;
    this.speed = pace?.speed ?? 1;
    this.#startedAtMs = real.monotonicMs();
  }

  nowMs(): number {
    const ms =
      this.#startMs === undefined
        ? this.#real.wallMs()
        : this.#startMs + (this.#real.monotonicMs() - this.#startedAtMs) * this.speed;
    if (ms >= this.#latestMs + 1) this.#latestMs = Math.floor(ms);
    return this.#latestMs;
  }

  schedule(atMs: number, run: () => void): Timer {
    const timer = this.#queue.add(wholeMs(atMs), run);
    if (this.#closed) timer.cancel();
    else this.#arm();
    return timer;
  }

  /** Forgets all timers, so that the program can end. Later ones never run. */
  close(): void {
    this.#closed = true;
    this.#queue.clear();
    this.#stopSleeping();
  }

  /** Sees to it that the one real timer is set for the head of the queue, or earlier. */
  #arm(): void {
    if (this.#wakesSoon) return;
    const headMs = this.#queue.headMs();
    if (headMs >= this.#armedMs) return;
    this.#stopSleeping();
    const waitMs = headMs - this.nowMs();
    if (waitMs <= 0) {
      this.#wakesSoon = true;
      this.#real.soon(this.#wake);
      return;
    }
    this.#armedMs = headMs;
    const sleepMs = Math.min(Math.ceil(waitMs / this.speed), SLEEP_MAX_MS);
    this.#disarm = this.#real.after(sleepMs, this.#wake);
  }

  readonly #wake = (): void => {
    this.#wakesSoon = false;
    this.#stopSleeping();
    try {
      this.#queue.runRound(this.nowMs(), ROUND_MAX);
    } finally {
      this.#arm();
    }
  };

  #stopSleeping(): void {
    this.#disarm?.();
    this.#disarm = undefined;
    this.#armedMs = Number.POSITIVE_INFINITY;
  }
}

/** Stands still until it is told to move. */
export class ManualClock implements Clock {
  readonly kind = 'manual';
  readonly #real: RealTime;
  readonly #queue = new TimerQueue();
  #nowMs: number;
  #wakesSoon = false;
  #closed = false;
  /** Ends with the last advance asked for: the next one waits for it. */
  #lastAdvance: Promise<void> = Promise.resolve();

  constructor(startMs: number, real: RealTime = machineTime) {
    this.#real = real;
    this.#nowMs = Math.floor(startMs);
  }

  nowMs(): number {
    return this.#nowMs;
  }

  schedule(atMs: number, run: () => void): Timer {
    const timer = this.#queue.add(wholeMs(atMs), run);
    if (this.#closed) timer.cancel();
    else this.#arm();
    return timer;
  }

  /**
   * Moves to `ms`, instant by instant: the timers due at each run with `nowMs()` at their time, and
   * what their promises set off is done before the next. Advances wait for one another. Rejects
   * with a RangeError that says so when `ms` has passed, and with what a timer threw.
   */
  advanceTo(ms: number): Promise<void> {
    return this.#inTurn(() => this.#advance(ms));
  }

  /** Moves `ms` on from where the advances asked for before have come to. */
  advanceBy(ms: number): Promise<void> {
    return this.#inTurn(() => this.#advance(this.#nowMs + ms));
  }

  /** Forgets all timers. Later ones never run. */
  close(): void {
    this.#closed = true;
    this.#queue.clear();
  }

  #inTurn(advance: () => Promise<void>): Promise<void> {
    const advanced = this.#lastAdvance.then(advance);
    // Whoever asked learns of a failure; the advance after it starts all the same.
    this.#lastAdvance = advanced.catch(() => undefined);
    return advanced;
  }

  async #advance(ms: number): Promise<void> {
    const targetMs = Math.floor(ms);
    if (!(targetMs <= LATEST_MS)) throw new RangeError(`the clock cannot be set to ${ms} ms`);
    if (targetMs < this.#nowMs) {
      throw new RangeError(
        `the clock stands at ${formatMs(this.#nowMs)} and cannot go back to ${formatMs(targetMs)}`,
      );
    }
    await this.#turn();
    for (;;) {
      const dueMs = Math.max(this.#queue.headMs(), this.#nowMs);
      if (dueMs > targetMs) break;
      this.#nowMs = dueMs;
      this.#queue.runRound(dueMs, ROUND_MAX);
      await this.#turn();
    }
    this.#nowMs = targetMs;
  }

  /** Two turns of the event loop: what a continuation puts off to the next turn is done as well. */
  #turn(): Promise<void> {
    return new Promise((resolve) => this.#real.soon(() => this.#real.soon(resolve)));
  }

  /** What is due already runs without an advance, in the next turn of the event loop. */
  #arm(): void {
    if (this.#wakesSoon || this.#queue.headMs() > this.#nowMs) return;
    this.#wakesSoon = true;
    this.#real.soon(() => {
      this.#wakesSoon = false;
      try {
        this.#queue.runRound(this.#nowMs, ROUND_MAX);
      } finally {
        this.#arm();
      }
    });
  }
}
