// The answers that the hall gives, out of what the rooms decided.

import type { DeskAnswer } from './dsp/desk.ts';
import type { Clock } from './protocol/clock.ts';
import { ProtocolError } from './protocol/errors.ts';
import { copied } from './protocol/log-entries.ts';
import { RESPONSE_CODES, type ResponseCode } from './protocol/response-codes.ts';
import type { Srv } from './protocol/service-reference.ts';
import type {
  ReadLogRequest,
  ServiceRequest,
  UnservedRequest,
} from './protocol/service-request.ts';
import type {
  CodeResponse,
  ErrorResponse,
  LogResponse,
  ScheduleResponse,
  ServiceResponse,
  UnservedResponse,
  Why,
} from './protocol/service-response.ts';
import type { ReadResult } from './s1sp/log-question.ts';

/** What the hall has to say to the log; pino fits. */
export interface HallLog {
  debug(fields: object, message: string): void;
  error(fields: object, message: string): void;
  isLevelEnabled(level: 'debug'): boolean;
}

export function codeResponse(
  request: ServiceRequest,
  responseCode: ResponseCode,
  clock: Clock,
): CodeResponse {
  return {
    kind: 'code',
    requestId: request.requestId.text,
    responseCode,
    responseMs: clock.nowMs(),
    serviceReferenceVariant: request.serviceReferenceVariant,
    ...(request.explain && { why: codeWhy(responseCode) }),
  };
}

/** Why a bare code is the answer: its meaning, and no meter was read. */
function codeWhy(responseCode: ResponseCode): Why {
  const rule = `${responseCode}: ${RESPONSE_CODES[responseCode]}`;
  return { clause: 'DUIS ResponseCode', rule, deviceReads: 0 };
}

export function unservedResponse(
  { requestId, duisSrv }: UnservedRequest,
  responseCode: ResponseCode,
  clock: Clock,
): UnservedResponse {
  const responseMs = clock.nowMs();
  return { kind: 'unserved', requestId: requestId.text, responseCode, responseMs, duisSrv };
}

export function logResponse(
  request: ReadLogRequest,
  result: ReadResult,
  clock: Clock,
): LogResponse | CodeResponse {
  if (!result.ok) return codeResponse(request, result.code, clock);
  return {
    kind: 'log',
    requestId: request.requestId.text,
    responseCode: 'I0',
    responseMs: clock.nowMs(),
    serviceReferenceVariant: request.serviceReferenceVariant,
    served: result.served,
    log: result.log,
  };
}

export function deskResponse(
  request: ServiceRequest,
  result: DeskAnswer,
  clock: Clock,
): ScheduleResponse | CodeResponse {
  if (result.responseCode !== 'I0') return codeResponse(request, result.responseCode, clock);
  return {
    kind: 'schedule',
    requestId: request.requestId.text,
    responseMs: clock.nowMs(),
    serviceReferenceVariant: request.serviceReferenceVariant,
    ...result,
  };
}

/** A refusal by its own code; anything else thrown is a bug, and the log gets it whole. */
export function faultResponse(
  requestId: string | null,
  fault: unknown,
  log: HallLog,
  serviceReferenceVariant?: Srv,
): ErrorResponse {
  const about = {
    kind: 'error' as const,
    requestId,
    ...(serviceReferenceVariant !== undefined && { serviceReferenceVariant }),
  };
  if (fault instanceof ProtocolError) return { ...about, error: fault };
  log.error({ requestId, err: fault }, 'a fault of the gateway');
  const error = new ProtocolError('INTERNAL', 'a fault of the gateway; its log has the requestId', {
    cause: fault,
  });
  return { ...about, error };
}

/** An answer that may be kept: one straight from the cache lies in the cache's own memory. */
export function ownResponse(response: ServiceResponse): ServiceResponse {
  if (response.kind !== 'log' || response.log.srv === '4.6.1') return response;
  const { log } = response;
  return { ...response, log: { ...log, profile: log.profile && copied(log.profile) } };
}
