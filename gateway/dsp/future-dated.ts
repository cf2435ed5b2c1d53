// Future dated requests [DUIS ExecutionDateTime, mode "future dated at DSP"]: acknowledged at once,
// kept until virtual time reaches their execution, then run. Whoever asks which RequestIDs wait
// asks here. Bounded; nothing survives a stop but what a snapshot holds.

import type { DevicesAside } from '../in-flight.ts';
import type { Clock, Timer } from '../protocol/clock.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { SIGNED, WHOLE } from '../protocol/plain-entries.ts';
import { type Static, Type } from '../protocol/schema.ts';
import type { Srv } from '../protocol/service-reference.ts';
import { type RequestId, requestKey } from '../protocol/service-request.ts';
import { REQUEST_UNDER_WAY, type RequestUnderWay, requestState } from '../request-under-way.ts';

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

/** What a snapshot takes of a request that waits, and after one where it stood before. */
export interface CarriedOrder {
  readonly underWay: RequestUnderWay;
  readonly arrival?: number;
}

interface Waiting {
  readonly request: FutureDatedRequest;
  readonly timer: Timer;
  readonly underWay: RequestUnderWay | undefined;
}

const WAITING_STATE = Type.Interface([REQUEST_UNDER_WAY], {
  executionMs: SIGNED,
  arrival: WHOLE,
  place: WHOLE,
});
export const FUTURE_DATED_STATE = Type.Object({
  arrivals: WHOLE,
  waiting: Type.Array(WAITING_STATE, { maxItems: FUTURE_DATED_MAX }),
});
export type FutureDatedState = Static<typeof FUTURE_DATED_STATE>;

export class FutureDated {
  readonly #clock: Clock;
  readonly #asides: DevicesAside | undefined;
  /** By RequestID, upper and lower case alike; in the order of their arrival. */
  readonly #waiting = new Map<string, Waiting>();
  #arrivals = 0;

  constructor(clock: Clock, asides?: DevicesAside) {
    this.#clock = clock;
    this.#asides = asides;
  }

  /**
   * Runs a request at its time, at once when that has passed. `carried` is what a snapshot takes
   * of it; without it there can be none.
   */
  wait(
    requestId: RequestId,
    srv: Srv,
    executionMs: number,
    run: () => void,
    carried?: CarriedOrder,
  ): void {
    if (this.#waiting.size >= FUTURE_DATED_MAX) {
      throw new ProtocolError('BUSY', `${FUTURE_DATED_MAX} future dated requests wait already`, {
        retryAfterMs: 60_000,
      });
    }
    const key = requestKey(requestId);
    const arrival = carried?.arrival ?? this.#arrivals;
    this.#arrivals = Math.max(this.#arrivals, arrival + 1);
    const { targetHigh, targetLow } = requestId;
    this.#asides?.add(targetHigh, targetLow);
    const timer = this.#clock.schedule(executionMs, () => {
      this.#waiting.delete(key);
      this.#asides?.remove(targetHigh, targetLow);
      run();
    });
    const { text } = requestId;
    const request = { requestId: text, serviceReferenceVariant: srv, executionMs, arrival };
    this.#waiting.set(key, { request, timer, underWay: carried?.underWay });
  }

  /** Every request that waits, in the order of arrival. */
  state(): FutureDatedState {
    const waiting = [...this.#waiting.values()].map(({ underWay, request, timer }) => {
      if (underWay === undefined) throw new RangeError('nobody said what it is that waits');
      const { executionMs, arrival } = request;
      return { ...requestState(underWay), executionMs, arrival, place: timer.place };
    });
    return { arrivals: this.#arrivals, waiting };
  }

  /** Counts arrivals on from those before a snapshot; who waited then waits anew. */
  restore({ arrivals }: FutureDatedState): void {
    this.#arrivals = arrivals;
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
    for (const { request } of this.#waiting.values()) {
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
