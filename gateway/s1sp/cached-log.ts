// A log that the cache holds, as one request sees it: stamps that are known or missing, stretches
// of stamps to read from the meter, an answer made of both. Half hours are stamped by their number
// since the epoch, daily reads by the day of their midnight.

import type { CachedSrv } from '../protocol/service-reference.ts';
import type { ReadLogPeriod } from '../protocol/service-request.ts';
import type { LogAnswer } from '../protocol/service-response.ts';
import type { LookUpResult } from './cache-bank.ts';
import type { Interval } from './intervals.ts';
import type { MeterReply } from './meter-network.ts';

/** The reply of a meter that could be read. */
export type LogReply = MeterReply & { ok: true };

/** What one request keeps of a log while it waits for the rest, as logs of their own. */
export interface LogMemory {
  readonly kept: LogAnswer | undefined;
  readonly taken: readonly LogAnswer[];
}

export interface CachedLog {
  readonly srv: CachedSrv;
  /** The stamps asked for that lie not in the future; undefined: nothing can be missing. */
  readonly wanted: Interval | undefined;
  /** What the cache knows now; the answers use the latest look-up. */
  lookUp(wanted: Interval): LookUpResult;
  /** The stretches that the cache knows. */
  known(wanted: Interval): readonly Interval[];
  /**
   * Keeps what the latest look-up found: storing what is read may move it out of the ring before
   * this answer is made.
   */
  keep(): void;
  /** Forgets what was kept: it has grown too old, or was purged. */
  forget(): void;
  /** Until how many seconds after the last stamp of a stretch this log asks; 0 for half hours. */
  throughSeconds(stretch: Interval): number;
  /** The period to ask the meter for so that it tells all about a stretch. */
  periodOf(stretch: Interval): ReadLogPeriod;
  /** Puts a meter's reply for a stretch into the cache, as far as rule R5 allows. */
  store(stretch: Interval, reply: LogReply): void;
  /** Keeps a meter's reply for this answer, whether it was stored or not. */
  take(stretch: Interval, reply: LogReply): void;
  /** The answer to a hit, as it was found: a profile lies in the cache's own memory. */
  answerFound(): LogAnswer;
  /** The answer when one reply tells all of a stretch that is the whole period asked for. */
  answerFrom(stretch: Interval, reply: LogReply): LogAnswer;
  /** What it has kept and taken so far. */
  readonly memory: LogMemory;
  /** Takes over what one before it had kept and taken. */
  remember(memory: LogMemory): void;
  /** One answer out of what was kept, what the cache knows and what was taken; the last wins. */
  answer(): LogAnswer;
}
