// A request to a device that has been accepted and not answered, as a snapshot carries it over:
// what was asked, of what, by whom, and how soon it is due. Its connection is no part of it.

import type { Party } from './access/inventory.ts';
import type { DueAnswer } from './due-answer.ts';
import { SIGNED, WHOLE, WORD, wordOf } from './protocol/plain-entries.ts';
import { type Static, Type } from './protocol/schema.ts';
import { DEVICE_SRVS, READ_SRVS, SCHEDULE_SRVS, USER_ROLES } from './protocol/service-reference.ts';
import type {
  ReadLogRequest,
  RestrictAccessRequest,
  ServiceRequest,
} from './protocol/service-request.ts';
import type { Target } from './s1sp/data-cache.ts';

export type DeviceRequest = ReadLogRequest | RestrictAccessRequest;

export function isForDevice(request: ServiceRequest): request is DeviceRequest {
  return 'readLogPeriod' in request || 'restrictionSeconds' in request;
}

export interface RequestUnderWay {
  readonly request: DeviceRequest;
  readonly target: Target;
  readonly party: Party;
  readonly due: DueAnswer;
}

const ASKED = {
  requestId: Type.Object({
    text: Type.String({ maxLength: 128 }),
    originatorId: Type.String({ maxLength: 23 }),
    targetHigh: WORD,
    targetLow: WORD,
    counter: Type.String({ maxLength: 20 }),
  }),
  commandVariant: WHOLE,
  explain: Type.Boolean(),
  executionMs: Type.Optional(SIGNED),
};

const REQUEST = Type.Union([
  Type.Object({
    ...ASKED,
    serviceReferenceVariant: wordOf(READ_SRVS),
    readLogPeriod: Type.Object({ startSeconds: SIGNED, endSeconds: SIGNED }),
  }),
  Type.Object({
    ...ASKED,
    serviceReferenceVariant: Type.Literal('3.2'),
    restrictionSeconds: SIGNED,
  }),
]);

export const REQUEST_UNDER_WAY = Type.Object({
  request: REQUEST,
  device: WHOLE,
  partyId: Type.String(),
  due: Type.Object({
    mode: wordOf(['onDemand', 'futureDated', 'scheduled']),
    srv: wordOf([...DEVICE_SRVS, ...SCHEDULE_SRVS]),
    role: wordOf(USER_ROLES),
    sinceMs: SIGNED,
  }),
});
export type RequestState = Static<typeof REQUEST_UNDER_WAY>;

/** Who and what the numbers and identifiers of a state stand for. */
export interface KnownWorld {
  readonly partyOf: (id: string) => Party;
  readonly targetOf: (device: number) => Target;
}

export function requestState({ request, target, party, due }: RequestUnderWay): RequestState {
  return { request, device: target.device, partyId: party.id, due };
}

export function requestOf(
  { request, device, partyId, due }: RequestState,
  { partyOf, targetOf }: KnownWorld,
): RequestUnderWay {
  return { request, target: targetOf(device), party: partyOf(partyId), due };
}
