// A Service Response before it becomes bytes. `wire/` writes it as JSON, MessagePack or XML.

import type { ProtocolError } from './errors.ts';
import type { DailyRead, GasDailyRead, Profile } from './log-entries.ts';
import type { ResponseCode } from './response-codes.ts';
import type { ReadSrv, Srv } from './service-reference.ts';
import type { ScheduleDetails } from './service-request.ts';

/** Where the entries of an answer came from; `mixed` is part of the period from each. */
export type Served = 'cache' | 'device' | 'mixed';

/** Why an answer is what it is [contract §3]; only on request. */
export interface Why {
  /** Clause of Appendix AM, or the part of DUIS, that decided. */
  readonly clause: string;
  readonly rule: string;
  /** ISO 8601 UTC, the oldest cached entry of the answer. */
  readonly cachedAt?: string;
  readonly ageSeconds?: number;
  readonly expiresAt?: string;
  /** RequestID or ResponseID of the retrieval that filled the cache, where still remembered. */
  readonly filledBy?: string;
  readonly dspScheduleId?: number;
  /** Reads of the meter that this answer needed, shared ones included. */
  readonly deviceReads: number;
}

/** A schedule as 5.2 shows it. */
export interface DspSchedule extends ScheduleDetails {
  readonly dspScheduleId: number;
}

/**
 * Entries of a log read. `null`: the meter holds none in the period. Of a GSME or GPF, `fuel` is
 * `gas`, the entries are litres, and what a client gets to see is m³.
 */
export type LogAnswer =
  | { readonly srv: '4.6.1'; readonly fuel?: never; readonly dailyReadLog: readonly DailyRead[] }
  | { readonly srv: '4.6.1'; readonly fuel: 'gas'; readonly dailyReadLog: readonly GasDailyRead[] }
  | {
      readonly srv: Exclude<ReadSrv, '4.6.1'>;
      readonly fuel?: 'gas';
      readonly profile: Profile | null;
    };

interface Answered {
  /** As the peer wrote it; absent on what a schedule made. */
  readonly requestId?: string;
  /** `device:originator:counter`, on what a schedule made. */
  readonly responseId?: string;
  readonly responseMs: number;
  readonly serviceReferenceVariant: Srv;
  readonly dspScheduleId?: number;
  readonly why?: Why;
}

/** A log that was read, from the cache, the meter or both. */
export interface LogResponse extends Answered {
  readonly kind: 'log';
  readonly responseCode: 'I0';
  readonly served: Served;
  readonly log: LogAnswer;
}

/** What the DSP answered with data: 5.1 and 5.2. */
export interface ScheduleResponse extends Answered {
  readonly kind: 'schedule';
  readonly responseCode: 'I0';
  readonly dspSchedules?: readonly DspSchedule[];
}

/** A bare code: an acknowledgement, or a DUIS refusal. */
export interface CodeResponse extends Answered {
  readonly kind: 'code';
  readonly responseCode: ResponseCode;
}

/**
 * What nobody asked for [DUIS-XSD DCCAlertMessage]: a read that failed when nobody waits for it, or
 * a schedule that the DCC took away. It has no RequestID.
 */
export interface AlertResponse {
  readonly kind: 'alert';
  readonly responseCode: 'I0';
  readonly responseMs: number;
  readonly dccAlertCode: string;
  readonly dccAlert:
    | { readonly commandFailure: CommandFailure }
    | { readonly dspScheduleRemoval: DspScheduleRemoval };
}

export interface CommandFailure {
  /** RequestID of the command: `originator:target:counter`. */
  readonly commandRequestId: string;
  readonly dspScheduleId?: number;
  /** EUI-64 in upper case. */
  readonly deviceId: string;
}

export interface DspScheduleRemoval {
  readonly deviceId: string;
  readonly dspScheduleId: number;
}

/** The refusal of an SRV of DUIS that nothing here serves. */
export interface UnservedResponse {
  readonly kind: 'unserved';
  readonly requestId: string;
  readonly responseCode: ResponseCode;
  readonly responseMs: number;
  /** The SRV as it was asked for. */
  readonly duisSrv: string;
}

/** What DUIS has no code for. `requestId` is null where it could not be read. */
export interface ErrorResponse {
  readonly kind: 'error';
  readonly requestId: string | null;
  /** For the metrics, where it could be read. */
  readonly serviceReferenceVariant?: Srv;
  readonly error: ProtocolError;
}

export type ServiceResponse =
  | LogResponse
  | ScheduleResponse
  | CodeResponse
  | AlertResponse
  | UnservedResponse
  | ErrorResponse;
