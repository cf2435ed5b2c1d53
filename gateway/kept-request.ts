// A request for as long as its meter takes, in fields that are written over by the next one: of a
// read of a log no more than it takes to say it again. Tens of thousands wait, and whatever is made
// for each of them the collector of garbage moves twice.

import type { AskedTarget } from './access/checks.ts';
import type { DeviceCohort, Party } from './access/inventory.ts';
import type { ReadSrv, UserRole } from './protocol/service-reference.ts';
import type { ReadLogRequest, ServiceRequest } from './protocol/service-request.ts';
import { parseRequestId } from './wire/request-id.ts';

/** What is asked of a device, by whom, and since when (virtual time in ms). */
export interface AskedOfDevice {
  readonly target: AskedTarget;
  readonly party: Party;
  readonly sinceMs: number;
}

export class KeptRequest {
  /** Undefined: a read of a log, and the fields below have it. */
  #other: ServiceRequest | undefined = undefined;
  #requestId = '';
  #srv: ReadSrv = '4.8.1';
  #commandVariant = 0;
  #explain = false;
  #startSeconds = 0;
  #endSeconds = 0;
  /** Undefined: nothing is asked of a device. */
  #party: Party | undefined = undefined;
  #device = 0;
  #cohort: DeviceCohort | undefined = undefined;
  #role: UserRole | undefined = undefined;
  #sinceMs = 0;

  /** Instead of what was kept before. */
  keep(request: ServiceRequest, asked: AskedOfDevice | undefined): void {
    this.#keepRequest(request);
    this.#party = asked?.party;
    if (asked === undefined) return;
    this.#device = asked.target.device;
    this.#cohort = asked.target.cohort;
    this.#role = asked.target.role;
    this.#sinceMs = asked.sinceMs;
  }

  #keepRequest(request: ServiceRequest): void {
    if (!('readLogPeriod' in request) || request.executionMs !== undefined) {
      this.#other = request;
      return;
    }
    this.#other = undefined;
    this.#requestId = request.requestId.text;
    this.#srv = request.serviceReferenceVariant;
    this.#commandVariant = request.commandVariant;
    this.#explain = request.explain;
    this.#startSeconds = request.readLogPeriod.startSeconds;
    this.#endSeconds = request.readLogPeriod.endSeconds;
  }

  /** The request as it came. */
  get request(): ServiceRequest {
    return this.#other ?? this.#read();
  }

  /** What `request`, which is the one that is kept, asks of a device. */
  askedBy({ requestId }: ServiceRequest): AskedOfDevice | undefined {
    const [party, cohort, role] = [this.#party, this.#cohort, this.#role];
    if (party === undefined || cohort === undefined || role === undefined) return undefined;
    const { targetHigh: high, targetLow: low } = requestId;
    const target = { device: this.#device, high, low, cohort, role };
    return { target, party, sinceMs: this.#sinceMs };
  }

  #read(): ReadLogRequest {
    const requestId = parseRequestId(this.#requestId);
    if (requestId === undefined) throw new Error(`${this.#requestId} was a RequestID`);
    return {
      requestId,
      serviceReferenceVariant: this.#srv,
      commandVariant: this.#commandVariant,
      explain: this.#explain,
      readLogPeriod: { startSeconds: this.#startSeconds, endSeconds: this.#endSeconds },
    };
  }
}
