// A request that has been accepted and waits for its answer: it gets exactly one, from the meter,
// or from the gateway where that stops before. A snapshot takes it along for as long as a meter is
// asked.

import type { CohortCounts } from './cohort-counts.ts';
import type { DeviceRequests, DeviceRooms, Outcome } from './device-requests.ts';
import { type DueAnswer, judge } from './due-answer.ts';
import { Pending } from './in-flight.ts';
import { type AskedOfDevice, KeptRequest } from './kept-request.ts';
import type { Peer } from './peer.ts';
import type { Taker } from './protocol/coming.ts';
import type { RequestId, ServiceRequest } from './protocol/service-request.ts';
import type { ServiceResponse } from './protocol/service-response.ts';
import { isForDevice, type RequestUnderWay } from './request-under-way.ts';
import { codeResponse, faultResponse } from './responses.ts';
import { LoneAnswer, type Owed } from './sending.ts';

/** The hall, as those see it who come back to it. */
export interface Counter {
  readonly rooms: DeviceRooms;
  readonly requests: DeviceRequests;
  readonly cohorts: CohortCounts;
  /** Gives an answer; whatever goes wrong with writing it becomes the answer. */
  give(requestId: RequestId, owed: Owed, response: ServiceResponse, encoded?: Buffer): void;
  /** An answer has been given that nobody knows of any more. */
  spare(awaited: AwaitedAnswer): void;
}

/** An answer that is awaited; once it has been given, the same object awaits another. */
export class AwaitedAnswer extends Pending implements Taker<Outcome> {
  readonly #counter: Counter;
  readonly #kept = new KeptRequest();
  readonly #lone: LoneAnswer;
  #owed: Owed;

  constructor(counter: Counter, { wire, peer }: Owed) {
    super();
    this.#counter = counter;
    this.#lone = new LoneAnswer(counter.rooms, wire, peer, 0);
    this.#owed = this.#lone;
  }

  /** Awaits the answer to a request; `asked` is undefined of one that has been judged. */
  begin(request: ServiceRequest, asked: AskedOfDevice | undefined, owed: Owed): void {
    this.#kept.keep(request, asked);
    this.#owed = owed.keptIn(this.#lone);
  }

  get requestId(): RequestId {
    return this.#kept.request.requestId;
  }

  get peer(): Peer {
    return this.#owed.peer;
  }

  get underWay(): RequestUnderWay | undefined {
    const { request } = this.#kept;
    const asked = this.#kept.askedBy(request);
    if (asked === undefined || !isForDevice(request)) return undefined;
    const { target, party } = asked;
    return { request, target, party, due: dueOf(request, asked) };
  }

  take(outcome: Outcome): void {
    const { request } = this.#kept;
    this.#counter.requests.explain(request, this.#kept.askedBy(request)?.target, outcome, {
      take: (response) => this.#write(request, response),
      fail: (fault) => this.fail(fault),
    });
  }

  fail(fault: unknown): void {
    const { request } = this.#kept;
    this.#once(request, faultResponse(request.requestId.text, fault, this.#counter.rooms.log));
  }

  giveUp(): void {
    const { request } = this.#kept;
    // Whoever asks the meter still knows this object: it awaits nothing else from now on.
    this.#end(request, codeResponse(request, 'E21', this.#counter.rooms.clock));
  }

  #write(request: ServiceRequest, response: ServiceResponse): void {
    const { wire } = this.#owed;
    const inTurns = wire.isLong?.(response) ? wire.encodeInTurns?.(response) : undefined;
    if (inTurns === undefined) this.#once(request, response);
    else {
      inTurns.then(
        (encoded) => this.#once(request, response, encoded),
        (fault) => this.fail(fault),
      );
    }
  }

  #once(request: ServiceRequest, response: ServiceResponse, encoded?: Buffer): void {
    if (!this.#end(request, response, encoded)) return;
    this.#lone.letGo();
    this.#owed = this.#lone;
    this.#counter.spare(this);
  }

  /** Whether it was still to be given. */
  #end(request: ServiceRequest, response: ServiceResponse, encoded?: Buffer): boolean {
    const { rooms, cohorts, give } = this.#counter;
    const { requestId } = request;
    if (!rooms.inFlight.end(this, requestId)) return false;
    const asked = this.#kept.askedBy(request);
    if (asked !== undefined) {
      cohorts.answered(asked.target.device);
      judge(rooms, dueOf(request, asked), response);
    }
    give(requestId, this.#owed, response, encoded);
    return true;
  }
}

function dueOf(
  { serviceReferenceVariant: srv }: ServiceRequest,
  { target, sinceMs }: AskedOfDevice,
): DueAnswer {
  return { mode: 'onDemand', srv, role: target.role, sinceMs };
}
