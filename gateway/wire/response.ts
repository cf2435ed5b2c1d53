// A Service Response as the plain value that JSON and MessagePack both spell [contract §3]: the
// same keys in the same order, none of them undefined. Profiles have quicker spellings of their
// own beside it, which the tests hold equal to this one.

import { formatEui64 } from '../protocol/eui64.ts';
import {
  formatDate,
  formatMs,
  formatSeconds,
  formatTime,
  HALF_HOUR_SECONDS,
} from '../protocol/half-hours.ts';
import {
  cubicMetres,
  type DailyRead,
  type GasDailyRead,
  NO_ENTRY,
  PROFILE_COLUMNS,
  type Profile,
  type ProfileSrv,
} from '../protocol/log-entries.ts';
import type {
  AlertResponse,
  DspSchedule,
  ErrorResponse,
  LogAnswer,
  Served,
  ServiceResponse,
  UnservedResponse,
} from '../protocol/service-response.ts';

export const INTERVAL_MINUTES = HALF_HOUR_SECONDS / 60;

export type Plain = Record<string, unknown>;

/** What a client gets to see of an answer, before it becomes bytes. */
export function plainResponse(response: ServiceResponse): Plain {
  if (response.kind === 'error') return plainError(response);
  if (response.kind === 'alert') return plainAlert(response);
  if (response.kind === 'unserved') return plainUnserved(response);
  const plain: Plain =
    response.responseId === undefined
      ? { requestId: response.requestId ?? null }
      : { dspScheduleId: response.dspScheduleId, responseId: response.responseId };
  plain.responseCode = response.responseCode;
  plain.responseDateTime = formatResponseTime(response.responseMs);
  plain.serviceReferenceVariant = response.serviceReferenceVariant;
  if (response.kind === 'log') {
    plain.served = response.served;
    Object.assign(plain, plainLog(response.log));
  }
  if (response.responseId === undefined && response.dspScheduleId !== undefined) {
    plain.dspScheduleId = response.dspScheduleId;
  }
  if (response.kind === 'schedule' && response.dspSchedules !== undefined) {
    plain.dspSchedules = response.dspSchedules.map(plainSchedule);
  }
  if (response.why !== undefined) plain.why = withoutUndefined({ ...response.why });
  return plain;
}

function plainError({ requestId, error }: ErrorResponse): Plain {
  const { code, message, path, retryAfterMs } = error;
  const detail = withoutUndefined({ code, message, path, retryAfterMs });
  return { requestId, responseCode: null, error: detail };
}

function plainUnserved(response: UnservedResponse): Plain {
  return {
    requestId: response.requestId,
    responseCode: response.responseCode,
    responseDateTime: formatResponseTime(response.responseMs),
    serviceReferenceVariant: response.duisSrv,
  };
}

/** The twin of a DCCAlertMessage, its elements with a lower-case first letter. */
function plainAlert({ responseCode, responseMs, dccAlertCode, dccAlert }: AlertResponse): Plain {
  return {
    responseCode,
    responseDateTime: formatResponseTime(responseMs),
    dccAlertMessage: { dccAlertCode, dccAlert },
  };
}

function withoutUndefined(plain: Plain): Plain {
  for (const key of Object.keys(plain)) if (plain[key] === undefined) delete plain[key];
  return plain;
}

function plainLog(log: LogAnswer): Plain {
  if (log.srv === '4.6.1') {
    return log.fuel === 'gas'
      ? { dailyReadLog: log.dailyReadLog.map(plainGasDailyRead) }
      : { dailyReadLog: log.dailyReadLog.map(plainDailyRead) };
  }
  const gas = log.fuel === 'gas';
  return { profile: log.profile === null ? null : plainProfile(log.srv, gas, log.profile) };
}

function plainProfile(srv: ProfileSrv, gas: boolean, profile: Profile): Plain | null {
  if (profile.count === 0) return null;
  const plain: Plain = {
    firstTimestamp: formatStamp(profile.firstHalfHour),
    intervalMinutes: INTERVAL_MINUTES,
  };
  PROFILE_COLUMNS[srv].forEach((name, place) => {
    const column = profile.columns[place];
    if (column === undefined) return;
    const entries = Array.from(column.subarray(0, profile.count));
    plain[name] = entries.map((value) =>
      value === NO_ENTRY ? null : gas ? cubicMetres(value) : value,
    );
  });
  return plain;
}

function plainDailyRead(read: DailyRead): Plain {
  return withoutUndefined({
    timestamp: formatSeconds(read.timestamp),
    elecActiveImportRegisterConsumption: read.elecActiveImportRegisterConsumption,
    tariffTOURegisterMatrixValue: Array.from(read.tariffTOURegisterMatrixValue),
    secondaryActiveImportRegisterConsumption: read.secondaryActiveImportRegisterConsumption,
    secondaryTariffTOURegisterMatrixValue: read.secondaryTariffTOURegisterMatrixValue,
  });
}

/** Gas goes out in m³, in the order of the MMC. */
function plainGasDailyRead(read: GasDailyRead): Plain {
  return {
    timestamp: formatSeconds(read.timestamp),
    gasActiveImportRegisterConsumption: cubicMetres(read.gasActiveImportRegisterConsumption),
    tariffBlockCounterMatrix: read.tariffBlockCounterMatrix.map(cubicMetres),
    tariffTOURegisterMatrix: read.tariffTOURegisterMatrix.map(cubicMetres),
  };
}

/** Days and times go out in the form in which createSchedule takes them. */
export function plainSchedule(schedule: DspSchedule): Plain {
  const endDay = schedule.scheduleEndDay;
  const executionStart = schedule.scheduleExecutionStartSeconds;
  return withoutUndefined({
    dspScheduleId: schedule.dspScheduleId,
    scheduleFrequency: schedule.scheduleFrequency,
    scheduleStartDate: formatDate(schedule.scheduleStartDay),
    scheduleEndDate: endDay === undefined ? undefined : formatDate(endDay),
    scheduleExecutionStartTime:
      executionStart === undefined ? undefined : formatTime(executionStart),
    dspScheduledServiceReferenceVariant: schedule.dspScheduledServiceReferenceVariant,
    deviceId: formatEui64(schedule.deviceHigh, schedule.deviceLow),
    startDateOffset: schedule.startDateOffset,
    startTime: formatTime(schedule.startSeconds),
    endDateOffset: schedule.endDateOffset,
    endTime: formatTime(schedule.endSeconds),
  });
}

/** Thousands of answers share a millisecond, and most ask for the same day: remember the last. */
let lastMs = Number.NaN;
let lastMsText = '';
let lastHalfHour = Number.NaN;
let lastStampText = '';

/** `responseDateTime`, 24 ASCII characters. */
export function formatResponseTime(ms: number): string {
  if (ms !== lastMs) {
    lastMsText = formatMs(ms);
    lastMs = ms;
  }
  return lastMsText;
}

/** `firstTimestamp`, 20 ASCII characters. */
export function formatStamp(halfHour: number): string {
  if (halfHour !== lastHalfHour) {
    lastStampText = formatSeconds(halfHour * HALF_HOUR_SECONDS);
    lastHalfHour = halfHour;
  }
  return lastStampText;
}

/** An answer with half-hourly entries that somebody asked for, and nothing beside them. */
export interface ProfileResponse {
  readonly requestId: string;
  readonly responseMs: number;
  readonly srv: ProfileSrv;
  readonly served: Served;
  readonly profile: Profile;
}

/**
 * Whether the quick writers may spell the answer: it is of the kind that goes out a hundred
 * thousand times a second. Gas is not: nobody settles it by the half hour, and m³ are fractions.
 */
export function asProfileResponse(response: ServiceResponse): ProfileResponse | null {
  if (response.kind !== 'log' || response.log.srv === '4.6.1') return null;
  const { requestId, responseMs, served, log } = response;
  if (requestId === undefined || response.responseId !== undefined) return null;
  if (response.dspScheduleId !== undefined || response.why !== undefined) return null;
  if (log.fuel === 'gas' || log.profile === null || log.profile.count === 0) return null;
  if (log.profile.columns.length > PROFILE_COLUMNS[log.srv].length) return null;
  return { requestId, responseMs, srv: log.srv, served, profile: log.profile };
}
