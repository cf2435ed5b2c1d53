// Future dated requests [DUIS ExecutionDateTime, mode "future dated at DSP"]: acknowledged at once,
// kept until virtual time reaches their execution, then run. Whoever asks which RequestIDs wait
// asks here. Bounded; nothing survives a stop.

import type { DevicesAside } from '../in-flight.ts';
import type { Clock } from '../protocol/clock.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { Srv } from '../protocol/service-reference.ts';
import { type RequestId, requestKey } from '../protocol/service-request.ts';

/** Requests that may wait at once: a few hundred bytes each. */
export const FUTURE_DATED_MAX = 100_000;

/** Where a request stands in the order in which they run: those of one instant as they came. */
export interface Place {
  /** Virtual time in ms at which it runs. */
  readonly executionMs: number;
  readonly arrival: number;
}

/** A request that waits. */
export interface FutureDatedRequest extends Place {
  readonly requestId: string;
  readonly serviceReferenceVariant: Srv;
}

export class FutureDated {
  readonly #clock: Clock;
  readonly #asides: DevicesAside | undefined;
  /** By RequestID, upper and lower case alike; in the order of their arrival. */
  readonly #waiting = new Map<string, FutureDatedRequest>();
  #arrivals = 0;

  constructor(clock: Clock, asides?: DevicesAside) {
    this.#clock = clock;
    this.#asides = asides;
  }

  /** Runs a request at its time, at once when that has passed. */
  wait(requestId: RequestId, srv: Srv, executionMs: number, run: () => void): void {
    if (this.#waiting.size >= FUTURE_DATED_MAX) {
      throw new ProtocolError('BUSY', `${FUTURE_DATED_MAX} future dated requests wait already`, {
        retryAfterMs: 60_000,
      });
    }
    const key = requestKey(requestId);
    const place = { executionMs, arrival: this.#arrivals++ };
    this.#waiting.set(key, { requestId: requestId.text, serviceReferenceVariant: srv, ...place });
    const { targetHigh, targetLow } = requestId;
    this.#asides?.add(targetHigh, targetLow);
    this.#clock.schedule(executionMs, () => {
      this.#waiting.delete(key);
      this.#asides?.remove(targetHigh, targetLow);
      run();
    });
  }

  /** Requests that wait. */
  get count(): number {
    return this.#waiting.size;
  }

  /** Whether a request with this RequestID waits. */
  has(requestId: RequestId): boolean {
    return this.#waiting.has(requestKey(requestId));
  }

  /** The first `limit` of them in the order in which they run, those behind `after` if given. */
  page(limit: number, after?: Place): FutureDatedRequest[] {
    // Sorting all of them would stop everybody else for longer than one look is worth.
    let first: FutureDatedRequest[] = [];
    for (const request of this.#waiting.values()) {
      if (after !== undefined && inOrder(request, after) <= 0) continue;
      first.push(request);
      if (first.length >= 2 * limit) first = first.sort(inOrder).slice(0, limit);
    }
    return first.sort(inOrder).slice(0, limit);
  }
}

function inOrder(a: Place, b: Place): number {
  return a.executionMs - b.executionMs || a.arrival - b.arrival;
}
