// A decoded message to a Service Request [contract §3], or the refusal that names what is wrong.
//
// Reads of a log are by far the most and take a quick way over their own keys. It never refuses:
// where anything is out of the ordinary it leaves the message to the schemas, which are the truth;
// a test holds the two ways equal.

import { parseDateTime } from '../protocol/half-hours.ts';
import type { ReadSrv, Srv } from '../protocol/service-reference.ts';
import type { ReadLogPeriod, ReadLogRequest, ServiceRequest } from '../protocol/service-request.ts';
import { isObject, isSrv, periodBetween, readBySchema } from './request-by-schema.ts';
import { ECHOED_REQUEST_ID_LENGTH_MAX, parseRequestId } from './request-id.ts';

/**
 * Reads one message, already decoded. Throws `INVALID_REQUEST` with the JSON Pointer of the first
 * fault, relative to the message.
 */
export function readServiceRequest(message: unknown): ServiceRequest {
  return readLogQuickly(message) ?? readBySchema(message);
}

/** The requestId to answer with, whatever else is wrong: null where there is none to be read. */
export function requestIdOf(message: unknown): string | null {
  if (!isObject(message)) return null;
  const { requestId } = message;
  if (typeof requestId !== 'string') return null;
  return requestId.length <= ECHOED_REQUEST_ID_LENGTH_MAX ? requestId : null;
}

/** The SRV of a message, for the metrics; undefined where it names none that is served. */
export function srvOf(message: unknown): Srv | undefined {
  const srv = isObject(message) ? message.serviceReferenceVariant : undefined;
  return isSrv(srv) ? srv : undefined;
}

function isReadSrv(value: unknown): value is ReadSrv {
  return value === '4.8.1' || value === '4.6.1' || value === '4.8.3' || value === '4.8.2';
}

/** The quick way: a faultless read of a log, or undefined. */
export function readLogQuickly(message: unknown): ReadLogRequest | undefined {
  if (!isObject(message)) return undefined;
  const { requestId: text, serviceReferenceVariant, readLogPeriod: period } = message;
  if (typeof text !== 'string' || !isReadSrv(serviceReferenceVariant)) return undefined;
  const { commandVariant = 1, explain = false } = message;
  if (message.serviceReference !== undefined || message.executionDateTime !== undefined) {
    return undefined;
  }
  if (typeof explain !== 'boolean' || !isCommandVariant(commandVariant)) return undefined;
  const optional =
    (message.commandVariant === undefined ? 0 : 1) + (message.explain === undefined ? 0 : 1);
  if (countKeys(message) !== 3 + optional) return undefined;
  if (!isObject(period) || countKeys(period) !== 2) return undefined;
  const readLogPeriod = readPeriodQuickly(period.startDateTime, period.endDateTime);
  const requestId = parseRequestId(text);
  if (readLogPeriod === undefined || requestId === undefined) return undefined;
  return { requestId, commandVariant, explain, serviceReferenceVariant, readLogPeriod };
}

function isCommandVariant(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 9;
}

function countKeys(object: Record<string, unknown>): number {
  let count = 0;
  for (const _ in object) count++;
  return count;
}

/** Most requests of an hour ask for the same day: its period is read once and handed out again. */
let lastStart = '';
let lastEnd = '';
let lastPeriod: ReadLogPeriod | undefined;

/** Longer texts have a fraction of a second with more digits than anybody means. */
const REMEMBERED_LENGTH_MAX = 40;

function readPeriodQuickly(start: unknown, end: unknown): ReadLogPeriod | undefined {
  if (typeof start !== 'string' || typeof end !== 'string') return undefined;
  if (start === lastStart && end === lastEnd) return lastPeriod;
  if (start.length > REMEMBERED_LENGTH_MAX || end.length > REMEMBERED_LENGTH_MAX) return undefined;
  const period = periodBetween(parseDateTime(start), parseDateTime(end));
  if (period === undefined) return undefined;
  lastStart = start;
  lastEnd = end;
  lastPeriod = period;
  return period;
}
