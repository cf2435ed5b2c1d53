// What devices are asked, once it is clear that they may be: answered from the cache or when the
// meter has answered, now or at the time for which a request is dated. Of those under way and those
// that wait a snapshot can be taken; they go on after it, but for the connection to answer on.

import { checkDevice } from './access/checks.ts';
import type { DeviceRegister } from './access/device-register.ts';
import type { Party } from './access/inventory.ts';
import { commandFailure } from './dsp/alerts.ts';
import type { Delivery } from './dsp/delivery.ts';
import type { FutureDated } from './dsp/future-dated.ts';
import { type Judges, judge } from './due-answer.ts';
import { type InFlight, Pending } from './in-flight.ts';
import type { Peer } from './peer.ts';
import type { Clock } from './protocol/clock.ts';
import { arriving, Coming, type Taker, tellOf } from './protocol/coming.ts';
import type { CachedSrv, ReadSrv } from './protocol/service-reference.ts';
import type {
  ReadLogRequest,
  RequestId,
  RestrictAccessRequest,
  ServiceRequest,
} from './protocol/service-request.ts';
import type { ServiceResponse } from './protocol/service-response.ts';
import type { DeviceRequest, RequestUnderWay } from './request-under-way.ts';
import { codeResponse, faultResponse, logResponse, ownResponse } from './responses.ts';
import type { Target } from './s1sp/data-cache.ts';
import type { LogQuestion, ReadResult } from './s1sp/log-question.ts';
import type { MeterReply } from './s1sp/meter-network.ts';
import type { ComingAnswers } from './s1sp/resumption.ts';
import type { S1sp } from './s1sp/s1sp.ts';
import { whyOf } from './s1sp/why.ts';
import { type AnswerCount, countAnswer } from './sending.ts';
import { contradiction } from './snapshot-error.ts';
import type { Wire } from './wire/wire.ts';

export interface DeviceRooms extends AnswerCount, Judges {
  readonly clock: Clock;
  readonly inventory: DeviceRegister;
  readonly s1sp: S1sp;
  readonly delivery: Delivery;
  readonly futureDated: FutureDated;
  readonly inFlight: InFlight;
  readonly armedBy: (device: number, srv: CachedSrv) => number;
}

/** What comes of a request to a device: its answer, or the read that answers it. */
export type Outcome = ServiceResponse | ReadResult;

/** Where a request came from, and the format it came in. */
export interface Asker {
  readonly peer: Peer;
  readonly wire: Wire;
}

export class DeviceRequests {
  readonly #rooms: DeviceRooms;

  constructor(rooms: DeviceRooms) {
    this.#rooms = rooms;
  }

  ask(request: DeviceRequest, target: Target): ServiceResponse | Coming<Outcome> {
    return 'readLogPeriod' in request
      ? this.#readLog(request, target)
      : this.#restrict(request, target);
  }

  /** Keeps a request until its time; `arrival` tells where it stood before a snapshot. */
  wait(
    underWay: RequestUnderWay,
    executionMs: number,
    arrival?: number | undefined,
    asker?: Asker,
  ): void {
    const { requestId, serviceReferenceVariant: srv } = underWay.request;
    const run = () => this.#later(underWay, () => this.#settled(underWay), asker);
    const carried = { underWay, ...(arrival !== undefined && { arrival }) };
    this.#rooms.futureDated.wait(requestId, srv, executionMs, run, carried);
  }

  /** Tells `taker` the answer to a request, now that its outcome is there. */
  explain(
    request: ServiceRequest,
    target: Target | undefined,
    outcome: Outcome,
    taker: Taker<ServiceResponse>,
  ): void {
    if ('kind' in outcome) taker.take(outcome);
    else if (target !== undefined && 'readLogPeriod' in request) {
      tellOf(() => this.#explained(questionOf(request, target), request, outcome), taker);
    } else taker.fail(new TypeError(`${request.requestId.text} reads no meter`));
  }

  /** Goes on with a request that was under way; the connection that it came on is gone. */
  resume(underWay: RequestUnderWay, coming: ComingAnswers): void {
    const response = this.#coming(underWay, coming);
    if (underWay.due.mode === 'futureDated') this.#later(underWay, () => response);
    else this.#drop(underWay, response);
  }

  /** The reading SRVs, which the S1SP answers from its cache or from the meter. */
  #readLog(request: ReadLogRequest, target: Target): ServiceResponse | Coming<ReadResult> {
    const question = questionOf(request, target);
    const result = this.#rooms.s1sp.read(question);
    return result instanceof Coming ? result : this.#explained(question, request, result);
  }

  /** 3.2, which the meter itself carries out. */
  #restrict(request: RestrictAccessRequest, target: Target): Coming<ServiceResponse> {
    const { requestId, restrictionSeconds } = request;
    const reply = this.#rooms.s1sp.restrict(requestId.text, target, restrictionSeconds);
    return arriving(this.#confirmed(request, reply));
  }

  async #confirmed(
    request: RestrictAccessRequest,
    coming: Promise<MeterReply>,
  ): Promise<ServiceResponse> {
    const reply = await coming;
    return codeResponse(request, reply.ok ? 'I0' : reply.code, this.#rooms.clock);
  }

  #coming({ request }: RequestUnderWay, { reads, restrictions }: ComingAnswers): Coming<Outcome> {
    const { text } = request.requestId;
    if ('readLogPeriod' in request) {
      const read = reads.get(text);
      if (read === undefined) throw contradiction(`nobody reads a meter for ${text}`);
      return read;
    }
    const reply = restrictions.get(text);
    if (reply === undefined) throw contradiction(`nobody asks a meter for ${text}`);
    return arriving(this.#confirmed(request, reply));
  }

  /**
   * A future dated request that runs: its answer, or an alert, goes back on the way it came, or,
   * where that has closed, to wherever its Party is then.
   */
  #later(
    underWay: RequestUnderWay,
    begin: () => ServiceResponse | Coming<Outcome>,
    asker?: Asker,
  ): void {
    const { request, target, party, due } = underWay;
    const { inFlight, inventory, delivery, clock, log } = this.#rooms;
    const { requestId } = request;
    const deliver = (response: ServiceResponse) => {
      if (!inFlight.end(pending)) return;
      judge(this.#rooms, due, response);
      countAnswer(this.#rooms, response);
      this.#deliver(party, response, asker);
    };
    const deviceId = inventory.deviceId(target.device);
    const alert = () => commandFailure({ commandRequestId: requestId.text, deviceId }, clock);
    const peer = isThere(asker) ? asker.peer : delivery.peerOf(party);
    const pending = new LaterAnswer(underWay, peer, () => deliver(alert()));
    inFlight.begin(pending);
    const fail = (fault: unknown) => deliver(faultResponse(requestId.text, fault, log));
    const take = (response: ServiceResponse) => {
      const failed = response.kind === 'code' && response.responseCode !== 'I0';
      deliver(failed ? alert() : response);
    };
    tellOf<Outcome>(begin, {
      take: (outcome) => this.explain(request, target, outcome, { take, fail }),
      fail,
    });
  }

  #deliver(party: Party, response: ServiceResponse, asker?: Asker): void {
    const { delivery } = this.#rooms;
    if (!isThere(asker)) {
      delivery.deliver(party, response);
      return;
    }
    const { peer, wire } = asker;
    const inTurns = wire.isLong?.(response) ? wire.encodeInTurns?.(response) : undefined;
    if (inTurns === undefined) peer.send(wire.encode(response), wire.binary);
    else {
      void inTurns.then((encoded) => {
        if (isThere(asker)) peer.send(encoded, wire.binary);
        else delivery.deliver(party, response);
      });
    }
  }

  /** Nobody is there to be answered: it is counted as any other, and dropped. */
  #drop(underWay: RequestUnderWay, coming: Coming<Outcome>): void {
    const { request, target, due } = underWay;
    const { inFlight, clock, log, tally } = this.#rooms;
    const { requestId } = request;
    const once = (response: ServiceResponse) => {
      if (!inFlight.end(pending)) return;
      judge(this.#rooms, due, response);
      countAnswer(this.#rooms, response);
      tally.rejected('answer_dropped');
    };
    const giveUp = () => once(codeResponse(request, 'E21', clock));
    const pending = new LaterAnswer(underWay, undefined, giveUp);
    inFlight.begin(pending);
    const fail = (fault: unknown) => once(faultResponse(requestId.text, fault, log));
    coming.tell({
      take: (outcome) => this.explain(request, target, outcome, { take: once, fail }),
      fail,
    });
  }

  /**
   * What its Party may not ask of the device when the time comes is not asked [decision R7]. A hit
   * lies in the cache's own memory until its next look-up: it is copied at once.
   */
  #settled({ request, target, party }: RequestUnderWay): ServiceResponse | Coming<Outcome> {
    const { clock, inventory } = this.#rooms;
    const { serviceReferenceVariant: srv } = request;
    const refused = checkDevice(inventory, party, srv, target.high, target.low);
    if (typeof refused === 'string') return codeResponse(request, refused, clock);
    const asked = this.ask(request, target);
    return asked instanceof Coming ? asked : ownResponse(asked);
  }

  #explained(question: LogQuestion, request: ReadLogRequest, result: ReadResult): ServiceResponse {
    const { clock, armedBy, s1sp } = this.#rooms;
    if (!question.explain) return logResponse(request, result, clock);
    const { srv, target } = question;
    const schedule = isCached(srv) ? armedBy(target.device, srv) : 0;
    const now = Math.floor(clock.nowMs() / 1000);
    const why = whyOf(question, result, s1sp.fills, schedule, now);
    return { ...logResponse(request, result, clock), why };
  }
}

/** The answer to a request that ran at its time, or that a snapshot has carried over. */
class LaterAnswer extends Pending {
  readonly underWay: RequestUnderWay;
  readonly peer: Peer | undefined;
  readonly giveUp: () => void;

  constructor(underWay: RequestUnderWay, peer: Peer | undefined, giveUp: () => void) {
    super();
    this.underWay = underWay;
    this.peer = peer;
    this.giveUp = giveUp;
  }

  get requestId(): RequestId {
    return this.underWay.request.requestId;
  }
}

function isThere(asker: Asker | undefined): asker is Asker {
  return asker !== undefined && asker.peer.isOpen !== false;
}

function questionOf(request: ReadLogRequest, target: Target): LogQuestion {
  const { requestId, serviceReferenceVariant: srv, readLogPeriod: period, explain } = request;
  return { asker: requestId.text, target, srv, period, explain };
}

function isCached(srv: ReadSrv): srv is CachedSrv {
  return srv !== '4.8.2';
}
