// The clocks of the emulated world [contract §2]: one that runs with real time, one N times faster,
// and one that moves only when told. All three keep their timers in one queue and know whole
// milliseconds only; a call set for a fraction runs at the millisecond after it, never before.
//
// This is the one place of the world that touches real time. Tests put their own in its place.
// The clock that runs by itself is in running-clock.ts.

import type { Clock, Timer } from '../gateway/protocol/clock.ts';
import { ROUND_MAX, type Walk, walkTo, wholeMs } from './instants.ts';
import { isSpeed, type RealTime, RunningClock } from './running-clock.ts';
import { TimerQueue } from './timer-queue.ts';

export { type RealTime, RunningClock, SPEED_MAX, SPEED_MIN } from './running-clock.ts';

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

/** Reads `real`, `xN` (0.001 to 1,000,000) or `manual`; undefined for anything else. */
export function parseClockMode(text: string): ClockMode | undefined {
  if (text === 'real' || text === 'manual') return { kind: text };
  if (!/^x\d+(\.\d+)?$/.test(text)) return undefined;
  const speed = Number(text.slice(1));
  return isSpeed(speed) ? { kind: 'scaled', speed } : undefined;
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

/** A clock as a snapshot holds it. */
export interface ClockState {
  readonly kind: 'running' | 'manual';
  readonly nowMs: number;
  /** Of one that runs by itself, virtual milliseconds to a real one. */
  readonly speed: number;
}

/** Opens a clock where another stood. It stands still: whoever has restored the rest resumes it. */
export function reopenClock(
  { kind, nowMs, speed }: ClockState,
  real: RealTime = machineTime,
): RunningClock | ManualClock {
  if (kind === 'manual') return new ManualClock(nowMs, real);
  return new RunningClock(real, { startMs: nowMs, speed, isPaused: true });
}

/** Stands still until it is told to move. */
export class ManualClock implements Clock {
  readonly kind = 'manual';
  readonly #real: RealTime;
  readonly #queue = new TimerQueue();
  #nowMs: number;
  #wakesSoon = false;
  #closed = false;
  #stopped = false;
  /** Ends with the last advance asked for: the next one waits for it. */
  #lastAdvance: Promise<void> = Promise.resolve();

  readonly #walk: Walk;

  constructor(startMs: number, real: RealTime = machineTime) {
    this.#real = real;
    this.#walk = {
      queue: this.#queue,
      nowMs: () => this.#nowMs,
      moveTo: (ms) => {
        this.#nowMs = ms;
      },
      isStopped: () => this.#stopped,
      soon: (run) => real.soon(run),
    };
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

  reschedule(timer: Timer, atMs: number): void {
    if (this.#closed) return;
    this.#queue.addAgain(wholeMs(atMs), timer);
    this.#arm();
  }

  /**
   * Moves to `ms`, instant by instant: the timers due at each run with `nowMs()` at their time, and
   * what their promises set off is done before the next. Advances wait for one another. Rejects
   * with a RangeError that says so when `ms` has passed, and with what a timer threw.
   */
  advanceTo(ms: number): Promise<void> {
    return this.#inTurn(() => this.#advance(ms));
  }

  /** Ends the advance under way, if any, when everything due at this instant has happened. */
  pause(): void {
    this.#stopped = true;
  }

  /** It moves by itself at no time: this is what an advance passes by. */
  readonly isPaused = true;
  readonly speed = 0;

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
    this.#stopped = false;
    await walkTo(ms, this.#walk);
    this.#arm();
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
