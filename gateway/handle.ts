// The hall: the data path of a Service Request, from the bytes of a frame to the bytes of its
// answer, as the list of its steps. It knows no socket. A cached answer leaves before `handle`
// returns; one that needs the meter leaves when the meter has answered.

import {
  checkDccTarget,
  checkDevice,
  checkParty,
  refuseUnserved,
  speaker,
} from './access/checks.ts';
import type { Party } from './access/inventory.ts';
import { type PartyTable, roleToAsk } from './access/parties.ts';
import type { ReplayProtection } from './access/replay.ts';
import { AwaitedAnswer, type Counter } from './awaited-answer.ts';
import type { CohortCounts } from './cohort-counts.ts';
import type { DeviceRequests, DeviceRooms, Outcome } from './device-requests.ts';
import type { ScheduleDesk, ScheduleRequest } from './dsp/desk.ts';
import { brings, type DueAnswer } from './due-answer.ts';
import type { AskedOfDevice } from './kept-request.ts';
import type { Peer } from './peer.ts';
import { arriving, Coming } from './protocol/coming.ts';
import { ProtocolError } from './protocol/errors.ts';
import type { ServiceRequest, UnservedRequest } from './protocol/service-request.ts';
import type { ServiceResponse } from './protocol/service-response.ts';
import { type DeviceRequest, isForDevice } from './request-under-way.ts';
import {
  codeResponse,
  deskResponse,
  faultResponse,
  ownResponse,
  unservedResponse,
} from './responses.ts';
import { BatchAnswers, LoneAnswer, type Owed } from './sending.ts';
import { requestIdOf, srvOf } from './wire/request.ts';
import type { Wire } from './wire/wire.ts';

/** The rooms that the path leads through. */
export interface Rooms extends DeviceRooms {
  readonly parties: PartyTable;
  /** Only where counters have to rise. */
  readonly replayProtection?: ReplayProtection;
  readonly desk: ScheduleDesk;
  readonly requests: DeviceRequests;
  readonly cohorts: CohortCounts;
}

/** An answer for which the meter is asked, or that takes long to write. */
interface Underway {
  readonly kind: 'underway';
  readonly response: Coming<Outcome>;
  /** Absent: it has been judged. */
  readonly asked?: AskedOfDevice;
}

/** Answered ones kept to await another answer: where more are awaited, new ones are made. */
const SPARE_MAX = 2 ** 16;

/** Messages in one array, at most [contract §3]. */
export const BATCH_MAX = 1024;

/** Takes one frame from a peer. Every message in it gets exactly one final answer. */
export type Handle = (frame: Buffer, wire: Wire, peer: Peer) => void;

export function openHall(rooms: Rooms): Handle {
  const { clock, cohorts, inFlight, log, requests, tally } = rooms;
  const spare: AwaitedAnswer[] = [];
  const counter: Counter = {
    rooms,
    requests,
    cohorts,
    give(requestId, owed, response, encoded) {
      guarded({ requestId: requestId.text }, owed, () => owed.answer(response, encoded));
    },
    spare(awaited) {
      if (spare.length < SPARE_MAX) spare.push(awaited);
    },
  };

  return function handle(frame: Buffer, wire: Wire, peer: Peer): void {
    const startedMs = rooms.realNowMs();
    const owed = new LoneAnswer(rooms, wire, peer, startedMs);
    guarded(undefined, owed, () => {
      const value = wire.decode(frame);
      if (Array.isArray(value)) batch(value, new BatchAnswers(rooms, wire, peer, startedMs));
      else guarded(value, owed, () => message(value, owed));
    });

    /** Each message of an array on its own; the answers that are there at once leave together. */
    function batch(messages: readonly unknown[], answers: BatchAnswers): void {
      if (messages.length > BATCH_MAX) throw tooLong(messages.length);
      for (const each of messages) {
        guarded(each, answers, () => message(each, answers));
      }
      answers.leave(messages.length);
    }
  };

  function message(value: unknown, owed: Owed): void {
    const { peer, wire } = owed;
    const request = wire.read(value);
    inFlight.admit(request.requestId, peer);
    if ('duisSrv' in request) {
      owed.answer(unserved(request, peer));
      return;
    }
    const decided = decide(request, wire, peer);
    if (decided.kind === 'underway') waitFor(decided, request, owed);
    else if (wire.isLong?.(decided)) waitFor(ready(decided), request, owed);
    else owed.answer(decided);
  }

  /** What DUIS knows and nothing here serves is refused by code. */
  function unserved(request: UnservedRequest, peer: Peer): ServiceResponse {
    const { requestId } = request;
    const party = speaker(rooms.parties, peer, requestId);
    if (party === undefined) return unservedResponse(request, 'E1', clock);
    const code = refuseUnserved(rooms.inventory, party, requestId, peer.service);
    return unservedResponse(request, code, clock);
  }

  /** The steps of one request: who asks, may they, what of, and the answer. */
  function decide(request: ServiceRequest, wire: Wire, peer: Peer): ServiceResponse | Underway {
    const { requestId, serviceReferenceVariant: srv, commandVariant } = request;
    const party = speaker(rooms.parties, peer, requestId);
    if (party === undefined) return codeResponse(request, 'E1', clock);
    rooms.replayProtection?.admit(party, requestId);
    if (peer.speaksFor === undefined) rooms.delivery.spoke(party, peer, wire);
    else peer.speaksFor(party);
    const refused = checkParty(party, srv, commandVariant, peer.service);
    if (refused !== undefined) return codeResponse(request, refused, clock);
    return isForDevice(request) ? toDevice(request, party, wire, peer) : atDesk(request, party);
  }

  /** 5.1 to 5.3, which the DSP answers itself. */
  function atDesk(request: ScheduleRequest, party: Party): ServiceResponse {
    const refused = checkDccTarget(rooms.inventory, request.requestId);
    if (refused !== undefined) return codeResponse(request, refused, clock);
    const { serviceReferenceVariant: srv } = request;
    const answer = rooms.desk.answer(party, request, clock.nowMs() / 1000);
    const response = deskResponse(request, answer, clock);
    const role = roleToAsk(party, srv);
    // The desk takes no time, and what it refuses was not due.
    if (role !== undefined && brings(response)) tally.targets.add(srv, role, 'met', 1);
    return response;
  }

  /** What a device is asked: now, or when its execution time comes. */
  function toDevice(
    request: DeviceRequest,
    party: Party,
    wire: Wire,
    peer: Peer,
  ): ServiceResponse | Underway {
    const { requestId, serviceReferenceVariant: srv, executionMs } = request;
    const { targetHigh, targetLow } = requestId;
    const target = checkDevice(rooms.inventory, party, srv, targetHigh, targetLow);
    if (typeof target === 'string') return codeResponse(request, target, clock);
    const acknowledgement = () => codeResponse(request, 'I99', clock);
    const { role } = target;
    const nowMs = clock.nowMs();
    if (executionMs === undefined) {
      if (wire.acknowledges) peer.send(wire.encode(acknowledgement()), wire.binary);
      const response = requests.ask(request, target);
      if (response instanceof Coming) {
        cohorts.asked(target.device);
        const asked = { target, party, sinceMs: nowMs };
        return { kind: 'underway', response, asked };
      }
      cohorts.answeredAtOnce(target.device, response.kind === 'log' && response.served === 'cache');
      // No virtual time has passed.
      tally.targets.add(srv, role, brings(response) ? 'met' : 'missed', 1);
      return response;
    }
    const sinceMs = Math.max(nowMs, executionMs);
    const due: DueAnswer = { mode: 'futureDated', srv, role, sinceMs };
    requests.wait({ request, target, party, due }, executionMs, undefined, { peer, wire });
    return acknowledgement();
  }

  /** Counts a request as in flight until its answer is there, or the gateway stops before. */
  function waitFor({ response, asked }: Underway, request: ServiceRequest, owed: Owed): void {
    const awaited = spare.pop() ?? new AwaitedAnswer(counter, owed);
    awaited.begin(request, asked, owed);
    inFlight.begin(awaited, request.requestId);
    response.tell(awaited);
  }

  /** The one place that catches: whatever goes wrong with a message becomes its answer. */
  function guarded(value: unknown, owed: Owed, run: () => void): void {
    try {
      run();
    } catch (fault) {
      owed.answer(faultResponse(requestIdOf(value), fault, log, srvOf(value)));
    }
  }
}

/** An answer that is there, and takes long to write. */
function ready(response: ServiceResponse): Underway {
  return { kind: 'underway', response: arriving(Promise.resolve(ownResponse(response))) };
}

function tooLong(length: number): ProtocolError {
  const message = `an array holds ${BATCH_MAX} messages at most, this one ${length}`;
  return new ProtocolError('INVALID_REQUEST', message, { path: '' });
}
