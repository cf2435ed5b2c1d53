// A request that has been accepted and waits for its answer: it gets exactly one, from the meter,
// or from the gateway where that stops before. A snapshot takes it along for as long as a meter is
// asked.

import type { AskedTarget } from './access/checks.ts';
import type { Party } from './access/inventory.ts';
import type { CohortCounts } from './cohort-counts.ts';
import type { DeviceRooms } from './device-requests.ts';
import { type DueAnswer, judge } from './due-answer.ts';
import { Pending } from './in-flight.ts';
import type { Peer } from './peer.ts';
import type { Taker } from './protocol/coming.ts';
import type { RequestId, ServiceRequest } from './protocol/service-request.ts';
import type { ServiceResponse } from './protocol/service-response.ts';
import { isForDevice, type RequestUnderWay } from './request-under-way.ts';
import { codeResponse, faultResponse } from './responses.ts';
import type { Owed } from './sending.ts';

/** What is asked of a device, by whom, and since when (virtual time in ms). */
export interface AskedOfDevice {
  readonly target: AskedTarget;
  readonly party: Party;
  readonly sinceMs: number;
}

/** The hall, as those see it who come back to it. */
export interface Counter {
  readonly rooms: DeviceRooms;
  readonly cohorts: CohortCounts;
  /** Gives an answer; whatever goes wrong with writing it becomes the answer. */
  give(requestId: RequestId, owed: Owed, response: ServiceResponse, encoded?: Buffer): void;
}

export class AwaitedAnswer extends Pending implements Taker<ServiceResponse> {
  readonly #counter: Counter;
  readonly #request: ServiceRequest;
  readonly #owed: Owed;
  /** Undefined: it has been judged, and there is nothing to ask a meter. */
  readonly #target: AskedTarget | undefined;
  readonly #party: Party | undefined;
  readonly #sinceMs: number;

  constructor(
    counter: Counter,
    request: ServiceRequest,
    asked: AskedOfDevice | undefined,
    owed: Owed,
  ) {
    super();
    this.#counter = counter;
    this.#request = request;
    this.#owed = owed;
    this.#target = asked?.target;
    this.#party = asked?.party;
    this.#sinceMs = asked?.sinceMs ?? 0;
  }

  get requestId(): RequestId {
    return this.#request.requestId;
  }

  get peer(): Peer {
    return this.#owed.peer;
  }

  get underWay(): RequestUnderWay | undefined {
    const request = this.#request;
    const [target, party, due] = [this.#target, this.#party, this.#due];
    if (target === undefined || party === undefined || due === undefined) return undefined;
    return isForDevice(request) ? { request, target, party, due } : undefined;
  }

  take(response: ServiceResponse): void {
    const { wire } = this.#owed;
    const inTurns = wire.isLong?.(response) ? wire.encodeInTurns?.(response) : undefined;
    if (inTurns === undefined) this.#once(response);
    else {
      inTurns.then(
        (encoded) => this.#once(response, encoded),
        (fault) => this.fail(fault),
      );
    }
  }

  fail(fault: unknown): void {
    this.#once(faultResponse(this.requestId.text, fault, this.#counter.rooms.log));
  }

  giveUp(): void {
    this.#once(codeResponse(this.#request, 'E21', this.#counter.rooms.clock));
  }

  get #due(): DueAnswer | undefined {
    if (this.#target === undefined) return undefined;
    const { serviceReferenceVariant: srv } = this.#request;
    return { mode: 'onDemand', srv, role: this.#target.role, sinceMs: this.#sinceMs };
  }

  #once(response: ServiceResponse, encoded?: Buffer): void {
    const { rooms, cohorts } = this.#counter;
    if (!rooms.inFlight.end(this.requestId)) return;
    if (this.#target !== undefined) cohorts.answered(this.#target.device);
    const due = this.#due;
    if (due !== undefined) judge(rooms, due, response);
    this.#counter.give(this.requestId, this.#owed, response, encoded);
  }
}
