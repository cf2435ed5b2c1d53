// One read of one log as the S1SP is asked it, and what comes of it.

import type { DeviceFailureCode } from '../protocol/response-codes.ts';
import type { ReadSrv } from '../protocol/service-reference.ts';
import type { ReadLogPeriod } from '../protocol/service-request.ts';
import type { LogAnswer, Served } from '../protocol/service-response.ts';
import type { Target } from './data-cache.ts';
import type { Decision } from './journal.ts';

/** What decided an answer; `why.ts` puts it into words. */
export type Decided = Decision['result'];

export interface LogRead {
  readonly ok: true;
  readonly log: LogAnswer;
  readonly served: Served;
  readonly decided: Decided;
  /** Reads of the meter that the answer took, those of others that it waited for included. */
  readonly deviceReads: number;
  /** Second at which the oldest cached entry of the answer was stored; 0 when none was cached. */
  readonly cachedAtSeconds: number;
}

export interface ReadFailed {
  readonly ok: false;
  readonly code: DeviceFailureCode;
  readonly decided: Decided;
  readonly deviceReads: number;
}

export type ReadResult = LogRead | ReadFailed;

/** One read of one log, already allowed. `asker` is a RequestID or names a schedule. */
export interface LogQuestion {
  readonly asker: string;
  readonly target: Target;
  readonly srv: ReadSrv;
  readonly period: ReadLogPeriod;
  readonly explain: boolean;
}
