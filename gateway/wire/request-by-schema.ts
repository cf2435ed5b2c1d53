// The way of the schemas from a decoded message to a Service Request: every SRV, every optional
// key, and every refusal.

import { parseEui64 } from '../protocol/eui64.ts';
import { parseDate, parseDateTime, parseTime } from '../protocol/half-hours.ts';
import { type ReadSrv, SERVICE_REFERENCES, type Srv } from '../protocol/service-reference.ts';
import type {
  ReadLogPeriod,
  ReadLogRequest,
  RequestId,
  ScheduleChoice,
  ScheduleDetails,
  ServiceRequest,
} from '../protocol/service-request.ts';
import { faultOf, invalidRequest, missingKey, mustBe, unknownKey } from './request-fault.ts';
import { parseRequestId } from './request-id.ts';
import { REQUEST_CHECKS, REQUEST_FORMS, REQUEST_SCHEMAS } from './request-schema.ts';

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isSrv(value: unknown): value is Srv {
  return typeof value === 'string' && Object.hasOwn(SERVICE_REFERENCES, value);
}

/**
 * Whole seconds within the two ends. Between two ends in one second there may be none: then the
 * start lies one after the end, and no entry lies in between either.
 */
export function periodBetween(start: number, end: number): ReadLogPeriod | undefined {
  if (!(start <= end)) return undefined;
  return { startSeconds: Math.ceil(start), endSeconds: Math.floor(end) };
}

/** The way of the schemas: any Service Request, or the refusal. */
export function readBySchema(message: unknown): ServiceRequest {
  if (!isObject(message) || ArrayBuffer.isView(message)) {
    throw invalidRequest('', 'a message must be an object with the keys of a Service Request');
  }
  const { serviceReferenceVariant: srv } = message;
  if (srv === undefined) throw withoutSrv(message);
  if (!isSrv(srv)) {
    const served = Object.keys(SERVICE_REFERENCES).join(', ');
    throw mustBe('/serviceReferenceVariant', `one of those served: ${served}`);
  }
  if (srv === '3.2') return readRestriction(message);
  if (srv === '5.1') return readCreateSchedule(message);
  if (srv === '5.2') return readReadSchedule(message);
  if (srv === '5.3') return readDeleteSchedule(message);
  return readLog(srv, message);
}

const ALL_KEYS = [
  ...new Set(Object.values(REQUEST_SCHEMAS).flatMap((schema) => Object.keys(schema.properties))),
];

function withoutSrv(message: object): Error {
  const unknown = Object.keys(message).find((key) => !ALL_KEYS.includes(key));
  if (unknown !== undefined) return unknownKey('', unknown, ALL_KEYS);
  return missingKey('', 'serviceReferenceVariant');
}

function readLog(serviceReferenceVariant: ReadSrv, message: unknown): ReadLogRequest {
  const check = REQUEST_CHECKS[serviceReferenceVariant];
  if (!check.Check(message)) throw faultOf(check, message);
  const { executionDateTime, readLogPeriod } = message;
  const asked = readAsked(message, 1);
  const start = readDateTime(readLogPeriod.startDateTime, '/readLogPeriod/startDateTime');
  const end = readDateTime(readLogPeriod.endDateTime, '/readLogPeriod/endDateTime');
  const period = periodBetween(start, end);
  if (period === undefined) {
    throw invalidRequest('/readLogPeriod', '/readLogPeriod must not end before it starts');
  }
  return {
    ...asked,
    serviceReferenceVariant,
    readLogPeriod: period,
    ...readExecution(executionDateTime),
  };
}

function readExecution(executionDateTime: string | undefined): { executionMs?: number } {
  if (executionDateTime === undefined) return {};
  const seconds = readDateTime(executionDateTime, '/executionDateTime');
  return { executionMs: Math.round(seconds * 1000) };
}

function readRestriction(message: unknown): ServiceRequest {
  const check = REQUEST_CHECKS['3.2'];
  if (!check.Check(message)) throw faultOf(check, message);
  const { restrictAccessForChangeOfTenancy: body, executionDateTime } = message;
  const asked = readAsked(message, 1);
  const path = '/restrictAccessForChangeOfTenancy/restrictionDateTime';
  const seconds = readDateTime(body.restrictionDateTime, path);
  return {
    ...asked,
    serviceReferenceVariant: '3.2',
    restrictionSeconds: Math.floor(seconds),
    ...readExecution(executionDateTime),
  };
}

function readCreateSchedule(message: unknown): ServiceRequest {
  const check = REQUEST_CHECKS['5.1'];
  if (!check.Check(message)) throw faultOf(check, message);
  const asked = readAsked(message, 8);
  const { createSchedule } = message;
  const at = (key: keyof typeof createSchedule) => `/createSchedule/${key}`;
  const { scheduleEndDate, scheduleExecutionStartTime } = createSchedule;
  const device = readDevice(createSchedule.deviceId, at('deviceId'));
  const details: ScheduleDetails = {
    scheduleFrequency: createSchedule.scheduleFrequency,
    scheduleStartDay: readDate(createSchedule.scheduleStartDate, at('scheduleStartDate')),
    ...(scheduleEndDate !== undefined && {
      scheduleEndDay: readDate(scheduleEndDate, at('scheduleEndDate')),
    }),
    ...(scheduleExecutionStartTime !== undefined && {
      scheduleExecutionStartSeconds: readTime(
        scheduleExecutionStartTime,
        at('scheduleExecutionStartTime'),
      ),
    }),
    dspScheduledServiceReferenceVariant: createSchedule.dspScheduledServiceReferenceVariant,
    ...device,
    startDateOffset: createSchedule.startDateOffset,
    startSeconds: readTime(createSchedule.startTime, at('startTime')),
    endDateOffset: createSchedule.endDateOffset,
    endSeconds: readTime(createSchedule.endTime, at('endTime')),
  };
  return { ...asked, serviceReferenceVariant: '5.1', createSchedule: details };
}

function readReadSchedule(message: unknown): ServiceRequest {
  const check = REQUEST_CHECKS['5.2'];
  if (!check.Check(message)) throw faultOf(check, message);
  const readSchedule = readChoice(message.readSchedule, '/readSchedule');
  return { ...readAsked(message, 8), serviceReferenceVariant: '5.2', readSchedule };
}

function readDeleteSchedule(message: unknown): ServiceRequest {
  const check = REQUEST_CHECKS['5.3'];
  if (!check.Check(message)) throw faultOf(check, message);
  const deleteSchedule = readChoice(message.deleteSchedule, '/deleteSchedule');
  return { ...readAsked(message, 8), serviceReferenceVariant: '5.3', deleteSchedule };
}

interface Header {
  readonly requestId: string;
  readonly commandVariant?: number;
  readonly explain?: boolean;
}

interface Asked {
  readonly requestId: RequestId;
  readonly commandVariant: number;
  readonly explain: boolean;
}

function readAsked(message: Header, usualVariant: 1 | 8): Asked {
  const requestId = parseRequestId(message.requestId);
  if (requestId === undefined) throw mustBe('/requestId', REQUEST_FORMS.requestId);
  const { commandVariant = usualVariant, explain = false } = message;
  return { requestId, commandVariant, explain };
}

interface Choice {
  readonly dspScheduleId?: number;
  readonly deviceId?: string;
}

function readChoice({ dspScheduleId, deviceId }: Choice, path: string): ScheduleChoice {
  if (dspScheduleId !== undefined) return { dspScheduleId };
  return readDevice(deviceId ?? '', `${path}/deviceId`);
}

function readDevice(text: string, path: string): { deviceHigh: number; deviceLow: number } {
  const device = parseEui64(text);
  if (device === undefined) throw mustBe(path, REQUEST_FORMS.deviceId);
  return { deviceHigh: device.high, deviceLow: device.low };
}

function readDateTime(text: string, path: string): number {
  const seconds = parseDateTime(text);
  if (Number.isNaN(seconds)) throw mustBe(path, REQUEST_FORMS.dateTime);
  return seconds;
}

function readDate(text: string, path: string): number {
  const day = parseDate(text);
  if (Number.isNaN(day)) throw mustBe(path, REQUEST_FORMS.date);
  return day;
}

function readTime(text: string, path: string): number {
  const seconds = parseTime(text);
  if (Number.isNaN(seconds)) throw mustBe(path, REQUEST_FORMS.time);
  return seconds;
}
