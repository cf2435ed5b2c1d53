// How a clock is led through its timers: instant by instant, so that a timer sees its own time and
// what its promises set off is done before the next one runs.

import { formatMs } from '../gateway/protocol/half-hours.ts';
import type { TimerQueue } from './timer-queue.ts';

/** The last millisecond that an `xs:dateTime` of four year digits can name. */
const LATEST_MS = 253_402_300_799_999;

/** A longer burst is broken by a turn of the event loop, so as not to hold up the sockets. */
export const ROUND_MAX = 1024;

/** A clock on its way. */
export interface Walk {
  readonly queue: TimerQueue;
  nowMs(): number;
  moveTo(ms: number): void;
  /** Somebody wants it to end here. */
  isStopped(): boolean;
  /** Calls `run` in the next turn of the event loop. */
  soon(run: () => void): void;
}

/** Whole milliseconds not before `atMs`. A time that is no number is a bug of the caller. */
export function wholeMs(atMs: number): number {
  if (!Number.isFinite(atMs)) throw new RangeError(`a timer cannot be set for ${atMs}`);
  return Math.ceil(atMs);
}

/**
 * Moves to `ms`, or to the instant at which it is stopped: everything due until then has happened.
 * Rejects with a RangeError when `ms` has passed, and with what a timer threw.
 */
export async function walkTo(ms: number, walk: Walk): Promise<void> {
  const targetMs = Math.floor(ms);
  if (!(targetMs <= LATEST_MS)) throw new RangeError(`the clock cannot be set to ${ms} ms`);
  if (targetMs < walk.nowMs()) {
    throw new RangeError(
      `the clock stands at ${formatMs(walk.nowMs())} and cannot go back to ${formatMs(targetMs)}`,
    );
  }
  await turn(walk);
  for (;;) {
    const dueMs = Math.max(walk.queue.headMs(), walk.nowMs());
    if (dueMs > targetMs) break;
    if (walk.isStopped() && dueMs > walk.nowMs()) return;
    walk.moveTo(dueMs);
    walk.queue.runRound(dueMs, ROUND_MAX);
    await turn(walk);
  }
  if (!walk.isStopped()) walk.moveTo(targetMs);
}

/** Two turns of the event loop: what a continuation puts off to the next turn is done as well. */
function turn(walk: Walk): Promise<void> {
  return new Promise((resolve) => walk.soon(() => walk.soon(resolve)));
}
