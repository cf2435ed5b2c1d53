// A Service Request as the rest of the gateway knows it: validated, times in UTC seconds,
// identifiers in canonical form. `wire/` makes these, whatever the frame was.

import type { ReadSrv } from './service-reference.ts';

/** DUIS RequestID `originator:target:counter`. */
export interface RequestId {
  /** Exactly as the peer wrote it: echoed byte for byte. */
  readonly text: string;
  /** EUI-64 in upper case. */
  readonly originatorId: string;
  /** The target's EUI-64, both halves unsigned 32-bit. */
  readonly targetHigh: number;
  readonly targetLow: number;
  /** Unsigned 64-bit decimal: does not fit a JS number. */
  readonly counter: string;
}

/** The same for RequestIDs that differ in case only, for they are one [domain §1.2]. */
export function requestKey({ text }: RequestId): string {
  // Almost all are in upper case, and the same string again is found by its own hash.
  return LOWER_CASE_HEX.test(text) ? text.toUpperCase() : text;
}

const LOWER_CASE_HEX = /[a-f]/;

/** 32 bits, signed, of the device and the counter: the same for all of one {@link requestKey}. */
export function requestHash({ targetHigh, targetLow, counter }: RequestId): number {
  let hash = targetHigh;
  for (let i = 0; i < counter.length; i++) hash = (Math.imul(hash, 31) + counter.charCodeAt(i)) | 0;
  return Math.imul(hash, 0x85ebca6b) ^ targetLow;
}

/** ReadLogPeriod, both ends inclusive [domain §3], whole UTC seconds. */
export interface ReadLogPeriod {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

interface Asked {
  readonly requestId: RequestId;
  readonly commandVariant: number;
  /** Virtual time in ms at which a future dated request runs. */
  readonly executionMs?: number;
  readonly explain: boolean;
}

export interface ReadLogRequest extends Asked {
  readonly serviceReferenceVariant: ReadSrv;
  readonly readLogPeriod: ReadLogPeriod;
}

/** 3.2: the householder's data up to this time is no longer given out. */
export interface RestrictAccessRequest extends Asked {
  readonly serviceReferenceVariant: '3.2';
  /** RestrictionDateTime, whole UTC seconds; past or future. */
  readonly restrictionSeconds: number;
}

export const SCHEDULE_FREQUENCIES = [
  'Daily',
  'Weekly',
  'Monthly',
  'Quarterly',
  'Half-Yearly',
  'Yearly',
] as const;
export type ScheduleFrequency = (typeof SCHEDULE_FREQUENCIES)[number];

/** The body of 5.1. Days are numbered since the epoch, times of day are seconds, all UTC. */
export interface ScheduleDetails {
  readonly scheduleFrequency: ScheduleFrequency;
  readonly scheduleStartDay: number;
  readonly scheduleEndDay?: number;
  readonly scheduleExecutionStartSeconds?: number;
  readonly dspScheduledServiceReferenceVariant: ReadSrv;
  readonly deviceHigh: number;
  readonly deviceLow: number;
  /** −400 to 0 days relative to the day of the run. */
  readonly startDateOffset: number;
  readonly startSeconds: number;
  readonly endDateOffset: number;
  readonly endSeconds: number;
}

export interface CreateScheduleRequest extends Asked {
  readonly serviceReferenceVariant: '5.1';
  readonly createSchedule: ScheduleDetails;
}

/** 5.2 and 5.3 name one schedule, or all the caller's own on a device. */
export type ScheduleChoice =
  | { readonly dspScheduleId: number }
  | { readonly deviceHigh: number; readonly deviceLow: number };

export interface ReadScheduleRequest extends Asked {
  readonly serviceReferenceVariant: '5.2';
  readonly readSchedule: ScheduleChoice;
}

export interface DeleteScheduleRequest extends Asked {
  readonly serviceReferenceVariant: '5.3';
  readonly deleteSchedule: ScheduleChoice;
}

/**
 * A request for an SRV of DUIS that nothing here serves. Only DUIS XML can name one: to JSON it is
 * an unknown word.
 */
export interface UnservedRequest {
  readonly requestId: RequestId;
  readonly commandVariant: number;
  /** Such as `11.2`. */
  readonly duisSrv: string;
}

export type ServiceRequest =
  | ReadLogRequest
  | RestrictAccessRequest
  | CreateScheduleRequest
  | ReadScheduleRequest
  | DeleteScheduleRequest;
