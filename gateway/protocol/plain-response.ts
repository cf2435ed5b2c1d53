// Answers that wait for their Party, as plain data for snapshot files. Only what nobody asked for
// waits: reads of schedules and future dated requests, their codes and faults, and DCC Alerts.

import { ERROR_CODES, ProtocolError } from './errors.ts';
import { LOG_ANSWER, logOf, plainLog, SIGNED, WHOLE, wordOf } from './plain-entries.ts';
import { RESPONSE_CODES } from './response-codes.ts';
import { type Static, Type } from './schema.ts';
import { DEVICE_SRVS, SCHEDULE_SRVS } from './service-reference.ts';
import type { ServiceResponse } from './service-response.ts';

function keysOf<K extends string>(table: Readonly<Record<K, unknown>>): K[] {
  const keys: K[] = [];
  for (const key in table) keys.push(key);
  return keys;
}

const WHY = Type.Object({
  clause: Type.String(),
  rule: Type.String(),
  cachedAt: Type.Optional(Type.String()),
  ageSeconds: Type.Optional(SIGNED),
  expiresAt: Type.Optional(Type.String()),
  filledBy: Type.Optional(Type.String()),
  dspScheduleId: Type.Optional(WHOLE),
  deviceReads: WHOLE,
});

const SRV = wordOf([...DEVICE_SRVS, ...SCHEDULE_SRVS]);

const ANSWERED = {
  requestId: Type.Optional(Type.String()),
  responseId: Type.Optional(Type.String()),
  responseMs: SIGNED,
  serviceReferenceVariant: SRV,
  dspScheduleId: Type.Optional(WHOLE),
  why: Type.Optional(WHY),
};

const COMMAND_FAILURE = Type.Object({
  commandRequestId: Type.String(),
  dspScheduleId: Type.Optional(WHOLE),
  deviceId: Type.String(),
});

export const WAITING_RESPONSE = Type.Union([
  Type.Object({
    ...ANSWERED,
    kind: Type.Literal('log'),
    responseCode: Type.Literal('I0'),
    served: wordOf(['cache', 'device', 'mixed']),
    log: LOG_ANSWER,
  }),
  Type.Object({
    ...ANSWERED,
    kind: Type.Literal('code'),
    responseCode: wordOf(keysOf(RESPONSE_CODES)),
  }),
  Type.Object({
    kind: Type.Literal('alert'),
    responseCode: Type.Literal('I0'),
    responseMs: SIGNED,
    dccAlertCode: Type.String(),
    dccAlert: Type.Union([
      Type.Object({ commandFailure: COMMAND_FAILURE }),
      Type.Object({
        dspScheduleRemoval: Type.Object({ deviceId: Type.String(), dspScheduleId: WHOLE }),
      }),
    ]),
  }),
  Type.Object({
    kind: Type.Literal('error'),
    requestId: Type.Union([Type.String(), Type.Null()]),
    serviceReferenceVariant: Type.Optional(SRV),
    code: wordOf(keysOf(ERROR_CODES)),
    message: Type.String(),
  }),
]);
export type WaitingResponse = Static<typeof WAITING_RESPONSE>;

/** Undefined for what never waits. */
export function plainResponse(response: ServiceResponse): WaitingResponse | undefined {
  switch (response.kind) {
    case 'log':
      return { ...response, log: plainLog(response.log) };
    case 'code':
    case 'alert':
      return response;
    case 'error': {
      const { error, ...about } = response;
      return { ...about, code: error.code, message: error.message };
    }
    default:
      return undefined;
  }
}

export function responseOf(plain: WaitingResponse): ServiceResponse {
  if (plain.kind === 'log') return { ...plain, log: logOf(plain.log) };
  if (plain.kind !== 'error') return plain;
  const { code, message, ...about } = plain;
  return { ...about, error: new ProtocolError(code, message) };
}
