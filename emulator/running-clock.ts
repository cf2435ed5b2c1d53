// The clock that runs by itself, with the machine's time or N times as fast [contract §2]. It can
// be paused, sped up, and, while it is paused, led forward; virtual time never jumps and never goes
// back, and a pause is no time at all to the emulated world.

import type { Clock, Timer } from '../gateway/protocol/clock.ts';
import { ROUND_MAX, type Walk, walkTo, wholeMs } from './instants.ts';
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

/** Slower than this, a second of the emulated world would take a quarter of an hour. */
export const SPEED_MIN = 0.001;
/** Faster than this, one millisecond of real time would skip a quarter of an hour. */
export const SPEED_MAX = 1_000_000;

export function isSpeed(speed: number): boolean {
  return speed >= SPEED_MIN && speed <= SPEED_MAX;
}

/**
 * The longest real sleep. Far below the 2^31 ms at which `setTimeout` overflows, and short enough
 * that a wall clock set forward is noticed.
 */
const SLEEP_MAX_MS = 60_000;

/** Where a clock starts and how fast it runs. */
export interface Pace {
  readonly startMs: number;
  readonly speed: number;
  /** It stands still until it is resumed. */
  readonly isPaused?: boolean;
}

/** Where virtual time and the machine's were last held together. */
interface Anchor {
  readonly virtualMs: number;
  readonly monotonicMs: number;
}

/** Runs by itself, with the machine's time or N times as fast. */
export class RunningClock implements Clock {
  readonly kind = 'running';
  readonly #real: RealTime;
  readonly #queue = new TimerQueue();
  /** Undefined: virtual time is the wall clock. */
  #anchor: Anchor | undefined;
  #speed: number;
  #latestMs = Number.NEGATIVE_INFINITY;
  /** What the real timer was set for; Infinity without one. */
  #armedMs = Number.POSITIVE_INFINITY;
  #disarm: (() => void) | undefined;
  #wakesSoon = false;
  #closed = false;
  #paused = false;
  #stopped = false;
  /** Ends with the last advance asked for: the next one waits for it. */
  #lastAdvance: Promise<void> = Promise.resolve();

  constructor(real: RealTime, pace?: Pace) {
    this.#real = real;
    this.#speed = pace?.speed ?? 1;
    this.#anchor = pace && { virtualMs: pace.startMs, monotonicMs: real.monotonicMs() };
    if (pace?.isPaused !== true) return;
    this.#paused = true;
    this.#latestMs = pace.startMs;
  }

  /** Virtual milliseconds to one real one, while it is not paused. */
  get speed(): number {
    return this.#speed;
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  nowMs(): number {
    if (this.#paused) return this.#latestMs;
    const ms = this.#virtualMs();
    if (ms >= this.#latestMs + 1) this.#latestMs = Math.floor(ms);
    return this.#latestMs;
  }

  schedule(atMs: number, run: () => void): Timer {
    const timer = this.#queue.add(wholeMs(atMs), run);
    if (this.#closed) timer.cancel();
    else this.#arm();
    return timer;
  }

  reschedule(timer: Timer, atMs: number): void {
    if (this.#closed) return;
    this.#queue.addAgain(wholeMs(atMs), timer);
    this.#arm();
  }

  /** Holds virtual time where it is; ends an advance under way. What is due already still runs. */
  pause(): void {
    this.#stopped = true;
    if (this.#paused) return;
    this.nowMs();
    this.#paused = true;
    this.#stopSleeping();
  }

  /** Goes on from where it was paused. Nothing between was missed: no virtual time has passed. */
  resume(): void {
    if (!this.#paused) return;
    this.#stopped = true;
    this.#paused = false;
    this.#anchor = { virtualMs: this.#latestMs, monotonicMs: this.#real.monotonicMs() };
    this.#arm();
  }

  /** Runs `speed` times as fast as the machine's time from now on. */
  setSpeed(speed: number): void {
    if (!isSpeed(speed)) throw new RangeError(`no clock runs x${speed}`);
    if (!this.#paused) {
      const virtualMs = Math.max(this.#virtualMs(), this.nowMs());
      this.#anchor = { virtualMs, monotonicMs: this.#real.monotonicMs() };
    }
    this.#speed = speed;
    this.#stopSleeping();
    this.#arm();
  }

  /**
   * While it is paused: moves to `ms` as a manual clock does, or as far as a {@link pause} or
   * {@link resume} lets it. Rejects with a RangeError when it is not paused, or `ms` has passed.
   */
  advanceTo(ms: number): Promise<void> {
    const advanced = this.#lastAdvance.then(async () => {
      if (!this.#paused) throw new RangeError('a clock that runs by itself has to be paused first');
      this.#stopped = false;
      await walkTo(ms, this.#walk);
      this.#arm();
    });
    // Whoever asked learns of a failure; the advance after it starts all the same.
    this.#lastAdvance = advanced.catch(() => undefined);
    return advanced;
  }

  /** Forgets all timers, so that the program can end. Later ones never run. */
  close(): void {
    this.#closed = true;
    this.#queue.clear();
    this.#stopSleeping();
  }

  readonly #walk: Walk = {
    queue: this.#queue,
    nowMs: () => this.#latestMs,
    moveTo: (ms) => {
      if (this.#paused) this.#latestMs = ms;
    },
    isStopped: () => this.#stopped,
    soon: (run) => this.#real.soon(run),
  };

  #virtualMs(): number {
    if (this.#anchor === undefined) return this.#real.wallMs();
    const { virtualMs, monotonicMs } = this.#anchor;
    return virtualMs + (this.#real.monotonicMs() - monotonicMs) * this.#speed;
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
    // Time stands still: whoever resumes sets the timer.
    if (this.#paused) return;
    this.#armedMs = headMs;
    const sleepMs = Math.min(Math.ceil(waitMs / this.#speed), SLEEP_MAX_MS);
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
