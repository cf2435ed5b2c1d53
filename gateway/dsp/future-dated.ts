// Future dated requests [DUIS ExecutionDateTime, mode "future dated at DSP"]: acknowledged at once,
// kept until virtual time reaches their execution, then run. Bounded; nothing survives a stop.

import type { Clock } from '../protocol/clock.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { RequestId } from '../protocol/service-request.ts';

/** Requests that may wait at once: a few hundred bytes each. */
export const FUTURE_DATED_MAX = 100_000;

export class FutureDated {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs a request at its time, at once when that has passed. */
  wait(requestId: RequestId, executionMs: number, run: () => void): void {
    if (this.#waiting.size >= FUTURE_DATED_MAX) {
      throw new ProtocolError('BUSY', `${FUTURE_DATED_MAX} future dated requests wait already`, {
        retryAfterMs: 60_000,
      });
    }
    const key = requestId.text;
    this.#waiting.set(key, executionMs);
    this.#clock.schedule(executionMs, () => {
      this.#waiting.delete(key);
      run();
    });
  }

  /** Requests that wait, with the virtual time of each in ms. */
  waiting(): ReadonlyMap<string, number> {
    return this.#waiting;
  }
}
