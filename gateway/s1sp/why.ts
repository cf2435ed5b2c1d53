// Why an answer is what it is, in the words of the clause and the decision behind it.

import { formatSeconds } from '../protocol/half-hours.ts';
import type { ReadSrv } from '../protocol/service-reference.ts';
import type { Why } from '../protocol/service-response.ts';
import { CACHE_SECONDS_MAX } from './data-cache.ts';
import type { Fills } from './fills.ts';
import { gasWhy } from './gas-reads.ts';
import type { Decided, LogQuestion, ReadResult } from './log-question.ts';

/** The clause of the source document that each read falls under. */
export const CLAUSES: Readonly<Record<ReadSrv, string>> = {
  '4.6.1': 'AM 18.21(k)',
  '4.8.1': 'AM 18.22(h)',
  '4.8.2': 'AM 18.23',
  '4.8.3': 'AM 18.24(f)',
};

/** What each way of deciding a read means, with its rule. */
export const RULES: Readonly<Record<Decided, string>> = {
  hit: 'R6: an earlier retrieval for this ESME is cached; any Party is answered from it',
  partial: 'R10: part of the period was cached, only the missing part was read from the meter',
  miss: 'R5: nothing of the period was cached, so the meter was read',
  expired: 'R8: what was cached of the period had reached 25 hours and was erased',
  no_schedule: 'R3: no active DSP Schedule arms the cache for this SRV of this ESME',
  uncacheable: 'R1, R2: only 4.6.1, 4.8.1 and 4.8.3 of an ESME are ever cached',
  sliced: 'G7: this GSME gives 24 hours at a time; only stamps since a DSP Schedule are returned',
  future: 'R10: stamps later than now are never missing, and there are no others',
  scheduled: 'R12: a run of a schedule reads its whole period and stores it anew',
};

/** The words for one result; `dspScheduleId` is the schedule that arms the cache, 0 for none. */
export function whyOf(
  question: LogQuestion,
  result: ReadResult,
  fills: Fills,
  dspScheduleId: number,
  nowSeconds: number,
): Why {
  const { target, srv } = question;
  const cachedAt = result.ok ? result.cachedAtSeconds : 0;
  const filledBy =
    srv === '4.8.2' || cachedAt === 0 ? undefined : fills.fillerOf(target.device, srv, cachedAt);
  return {
    clause: CLAUSES[srv],
    rule: RULES[result.decided],
    ...gasWhy(question, result),
    ...(cachedAt !== 0 && {
      cachedAt: formatSeconds(cachedAt),
      ageSeconds: nowSeconds - cachedAt,
      expiresAt: formatSeconds(cachedAt + CACHE_SECONDS_MAX),
    }),
    ...(filledBy !== undefined && { filledBy }),
    ...(dspScheduleId !== 0 && { dspScheduleId }),
    deviceReads: result.deviceReads,
  };
}
