// Gas, which no cache ever holds [AM 18.21(k), 18.22(h): both speak of ESMEs]. A GSME that gives
// its half hours only a day at a time is read in slices of a day; then only the stamps since an
// active DSP Schedule began are returned, the last of them a local midnight [AM 18.22(f); G11].

import { localMidnight } from '../protocol/british-summer-time.ts';
import { type Coming, promised } from '../protocol/coming.ts';
import {
  firstStampFrom,
  HALF_HOUR_SECONDS,
  HALF_HOURS_A_DAY,
  lastStampUntil,
  utcDay,
} from '../protocol/half-hours.ts';
import type { ReadSrv } from '../protocol/service-reference.ts';
import type { ReadLogPeriod } from '../protocol/service-request.ts';
import type { LogAnswer } from '../protocol/service-response.ts';
import type { LogReply } from './cached-log.ts';
import type { Interval } from './intervals.ts';
import type { LogQuestion, ReadResult } from './log-question.ts';
import type { MeterRead, MeterReply } from './meter-network.ts';
import { joinProfiles } from './profile-log.ts';
import type { S1spParts } from './retrieval.ts';

/** No answer to 4.8.1 has more LogEntrys [MMC-XSD], and no meter holds more. */
const LOG_ENTRIES_MAX = 19_056;

/**
 * Slices of one request that are read at once: a month goes out in one go, and the 397 days of a
 * full log take no more of a cohort's sessions than that; a WAN may have as few as 2,000 of them.
 */
export const SLICES_AT_ONCE = 31;

/** The gas log that a meter's reply makes. */
export function gasLog(srv: ReadSrv, reply: LogReply): LogAnswer {
  if (srv === '4.6.1') {
    const dailyReadLog = 'gasDailyReadLog' in reply ? reply.gasDailyReadLog : [];
    return { srv, fuel: 'gas', dailyReadLog };
  }
  return { srv, fuel: 'gas', profile: 'profile' in reply ? reply.profile : null };
}

/** Whether a read is one that its GSME cannot answer at once; exactly 24 hours it can. */
export function exceedsMeter({ srv, target, period }: LogQuestion): boolean {
  const { deviceType, readHoursMax } = target.cohort;
  if (srv !== '4.8.1' || deviceType !== 'GSME' || readHoursMax === undefined) return false;
  return period.endSeconds - period.startSeconds > readHoursMax * 3600;
}

/**
 * The slices in which such a GSME is read, half-hour stamps, rising: from the start of the period
 * or of the schedule, whichever is later, to the local midnight that begins the UTC day of its end.
 */
export function slicesOf(
  { startSeconds, endSeconds }: ReadLogPeriod,
  activeSinceSeconds: number,
  nowSeconds: number,
): Interval[] {
  const newest = lastStampUntil(nowSeconds);
  const first = firstStampFrom(Math.max(startSeconds, activeSinceSeconds));
  const last = Math.min(lastStampUntil(localMidnight(utcDay(endSeconds))), newest);
  const slices: Interval[] = [];
  let from = Math.max(first, newest - LOG_ENTRIES_MAX + 1);
  for (; from <= last; from += HALF_HOURS_A_DAY) {
    slices.push({ from, to: Math.min(from + HALF_HOURS_A_DAY - 1, last) });
  }
  return slices;
}

/** How far a read in slices has come; a snapshot carries it over. */
export interface SlicedRead {
  readonly question: LogQuestion;
  readonly slices: readonly Interval[];
  /** Replies that are in, by the place of their slice. */
  readonly replies: (MeterReply | undefined)[];
  /** Places of the slices that are still to be asked for. */
  readonly todo: number[];
  /** By place of its slice, each command under way. */
  readonly underWay: Map<number, MeterRead>;
  /** One has failed: no further slice is asked for. */
  hasFailed: boolean;
}

/** Cuts a read into slices; without an active schedule there is nothing to read or return. */
export function slicedRead(parts: S1spParts, question: LogQuestion): SlicedRead {
  const { clock, activeSince, journal } = parts;
  const { asker, target, period } = question;
  const { device } = target;
  const srv = '4.8.1';
  const nowMs = clock.nowMs();
  const slices = slicesOf(period, activeSince(device, srv), Math.floor(nowMs / 1000));
  const whole = { from: period.startSeconds, to: period.endSeconds };
  const decision = { asker, device, srv, period: whole, result: 'sliced', joined: [] } as const;
  journal?.write({ ...decision, atMs: nowMs, read: slices });
  const todo = slices.map((_, place) => place);
  return { question, slices, replies: [], todo, underWay: new Map(), hasFailed: false };
}

/**
 * Reads a GSME slice by slice; `carried` are the replies to commands that are under way already.
 */
export async function readSlices(
  parts: S1spParts,
  sliced: SlicedRead,
  carried: ReadonlyMap<number, Coming<MeterReply>> = new Map(),
): Promise<ReadResult> {
  const decided = 'sliced';
  await readEach(parts, sliced, carried);
  // Where one failed, some have not been asked for.
  const replies = sliced.replies.filter((reply) => reply !== undefined);
  const deviceReads = replies.length;
  const failed = replies.find((reply) => !reply.ok);
  if (failed !== undefined && !failed.ok) {
    return { ok: false, code: failed.code, decided, deviceReads };
  }
  const profiles = replies.flatMap((reply) => ('profile' in reply && reply.profile) || []);
  const log: LogAnswer = { srv: '4.8.1', fuel: 'gas', profile: joinProfiles(profiles) };
  return { ok: true, log, served: 'device', decided, deviceReads, cachedAtSeconds: 0 };
}

/** Has all slices read, a few at a time. After one that failed no further slice is asked for. */
async function readEach(
  parts: S1spParts,
  sliced: SlicedRead,
  carried: ReadonlyMap<number, Coming<MeterReply>>,
): Promise<void> {
  const { question, slices, replies, todo, underWay } = sliced;
  async function take(place: number, coming: MeterReply | Coming<MeterReply>): Promise<void> {
    const reply = await promised(coming);
    underWay.delete(place);
    parts.tally.deviceRead('4.8.1', reply.ok ? 'ok' : reply.code);
    replies[place] = reply;
    if (!reply.ok) sliced.hasFailed = true;
  }
  async function goOn(first?: readonly [number, Coming<MeterReply>]): Promise<void> {
    if (first !== undefined) await take(...first);
    while (!sliced.hasFailed) {
      const place = todo.shift();
      const slice = place === undefined ? undefined : slices[place];
      if (place === undefined || slice === undefined) return;
      const command = commandFor(question.target.device, slice);
      underWay.set(place, command);
      await take(place, parts.network.read(command));
    }
  }
  const waiting = [...carried];
  await Promise.all(Array.from({ length: SLICES_AT_ONCE }, (_, i) => goOn(waiting[i])));
}

function commandFor(device: number, slice: Interval): MeterRead {
  return {
    device,
    srv: '4.8.1',
    startSeconds: slice.from * HALF_HOUR_SECONDS,
    endSeconds: slice.to * HALF_HOUR_SECONDS,
  };
}

/** What the clauses say of an answer about gas, where it is not that gas is never cached. */
export function gasWhy(
  { target }: LogQuestion,
  result: ReadResult,
): { clause: string; rule?: string } | undefined {
  if (target.cohort.deviceType === 'ESME' || !result.ok) return undefined;
  if (result.decided === 'sliced') {
    const none = 'G9: no stamp of the period has an active DSP Schedule, so nothing is returned';
    return { clause: 'AM 18.22(f)', ...(result.deviceReads === 0 && { rule: none }) };
  }
  const { log } = result;
  if (log.srv !== '4.8.1' || log.profile !== null) return undefined;
  return { clause: 'AM 18.22(a)', rule: 'G6: there is no LogEntry, which is no error' };
}
