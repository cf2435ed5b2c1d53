// Requests accepted and not answered yet: limited in number, unique by RequestID, and all of them
// answered before the gateway stops [contract §3].

import type { Peer } from './peer.ts';
import { ProtocolError } from './protocol/errors.ts';
import { type Hashed, HashIndex } from './protocol/hash-index.ts';
import { type Enrolled, Roll } from './protocol/roll.ts';
import { type RequestId, requestHash, requestKey } from './protocol/service-request.ts';
import type { RequestUnderWay } from './request-under-way.ts';
import { SnapshotError } from './snapshot-error.ts';

export interface InFlightLimits {
  readonly inFlight: number;
  readonly inFlightPerConnection: number;
}

/** When a refused peer may try again: about the time that a meter takes to answer. */
const RETRY_AFTER_MS = 1000;

/** A request that waits for its answer. */
export abstract class Pending implements Enrolled<Pending>, Hashed {
  // These three are the business of whoever counts it as in flight.
  before: Pending | undefined = undefined;
  after: Pending | undefined = undefined;
  hash = 0;
  abstract readonly requestId: RequestId;
  /** Undefined: a future dated request whose Party is not connected. */
  abstract readonly peer: Peer | undefined;
  /** What a snapshot takes of it; undefined: there is nothing to ask a meter any more. */
  abstract readonly underWay: RequestUnderWay | undefined;
  /** Answers in place of the meter, which did not in time. */
  abstract giveUp(): void;
}

/** Requests that wait for their time: their RequestIDs are in use, and they count nowhere else. */
export interface WaitingRequests {
  readonly count: number;
  has(requestId: RequestId): boolean;
}

/** Devices that are answered with care while something about them is under way; see hits/. */
export interface DevicesAside {
  add(high: number, low: number): void;
  remove(high: number, low: number): void;
}

export class InFlight {
  readonly #limits: InFlightLimits;
  readonly #waiting: WaitingRequests;
  readonly #asides: DevicesAside | undefined;
  readonly #pending = new HashIndex<Pending>();
  readonly #inOrder = new Roll<Pending>();
  #idle: (() => void)[] = [];
  #draining = false;

  constructor(limits: InFlightLimits, waiting: WaitingRequests, asides?: DevicesAside) {
    this.#limits = limits;
    this.#waiting = waiting;
    this.#asides = asides;
  }

  get count(): number {
    return this.#pending.size;
  }

  /** Refuses a request that would be one too many, or one whose RequestID is still in flight. */
  admit(requestId: RequestId, peer: Peer): void {
    if (this.#draining) throw new ProtocolError('SHUTTING_DOWN', 'the gateway is draining');
    if (this.#pending.size === 0 && this.#waiting.count === 0) return;
    if (peer.inFlight >= this.#limits.inFlightPerConnection) {
      const { inFlightPerConnection: most } = this.#limits;
      throw overload('TOO_MANY_IN_FLIGHT', `this connection has ${most} requests in flight`);
    }
    if (this.#pending.size >= this.#limits.inFlight) {
      throw overload('BUSY', `the gateway has ${this.#limits.inFlight} requests in flight`);
    }
    if (this.#has(requestId) || this.#waiting.has(requestId)) {
      throw new ProtocolError('DUPLICATE_REQUEST_ID', `${requestId.text} is still in flight`);
    }
  }

  /** Whether one more answer may be made for a peer at once; else {@link admit} says why not. */
  hasRoomFor(peer: Peer): boolean {
    const { inFlight, inFlightPerConnection } = this.#limits;
    return (
      !this.#draining && this.#pending.size < inFlight && peer.inFlight < inFlightPerConnection
    );
  }

  /** Counts a request as in flight until {@link end}. */
  begin(pending: Pending, requestId = pending.requestId): void {
    const { peer } = pending;
    pending.hash = requestHash(requestId);
    this.#pending.add(pending);
    this.#inOrder.add(pending);
    if (peer !== undefined) peer.inFlight++;
    this.#asides?.add(requestId.targetHigh, requestId.targetLow);
  }

  /**
   * The requests for which a meter is asked, in the order in which that began. Throws where one of
   * them came over HTTP: what it is owed is not told by who asked.
   */
  underWay(): RequestUnderWay[] {
    const pending = [...this.#inOrder];
    const posts = pending.filter(({ peer }) => peer?.speaksFor !== undefined).length;
    if (posts > 0) {
      const message = `requests that came over HTTP are in flight: ${posts}`;
      throw new SnapshotError(message, 'try again when they have been answered');
    }
    return pending.flatMap(({ underWay }) => underWay ?? []);
  }

  /** Whether the request was still to be answered; it no longer is. */
  end(pending: Pending, { targetHigh, targetLow } = pending.requestId): boolean {
    if (!this.#pending.remove(pending)) return false;
    this.#inOrder.remove(pending);
    this.#asides?.remove(targetHigh, targetLow);
    if (pending.peer !== undefined) pending.peer.inFlight--;
    if (this.#pending.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    return true;
  }

  #has(requestId: RequestId): boolean {
    const pending = this.#pending;
    const hash = requestHash(requestId);
    for (let place = pending.first(hash); place >= 0; place = pending.next(place, hash)) {
      if (requestKey(pending.at(place).requestId) === requestKey(requestId)) return true;
    }
    return false;
  }

  /** From now on every new request is refused; resolves when the last accepted one is answered. */
  async drain(): Promise<void> {
    this.#draining = true;
    if (this.#pending.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle.push(resolve);
    });
  }

  /** Answers everything still in flight without its meter. */
  giveUp(): void {
    for (const pending of [...this.#inOrder]) pending.giveUp();
  }
}

function overload(code: 'TOO_MANY_IN_FLIGHT' | 'BUSY', message: string): ProtocolError {
  return new ProtocolError(code, message, { retryAfterMs: RETRY_AFTER_MS });
}
