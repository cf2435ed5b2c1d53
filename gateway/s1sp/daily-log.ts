// Daily reads of one device over one period [AM 18.21(k)]. A meter may record a read some time
// after its midnight [AM 18.21(b)], so a stamp is asked for by its day, and from midnight on: a
// read that was recorded before the period's start is then known not to lie in it.

import { DAY_SECONDS, utcDay } from '../protocol/half-hours.ts';
import type { DailyRead } from '../protocol/log-entries.ts';
import type { ReadLogPeriod } from '../protocol/service-request.ts';
import type { LogAnswer } from '../protocol/service-response.ts';
import type { DailyReadsFound, LookUpResult } from './cache-bank.ts';
import type { CachedLog, LogMemory, LogReply } from './cached-log.ts';
import type { DataCache, Target } from './data-cache.ts';
import { type Interval, intervalsOf } from './intervals.ts';

const NOTHING: readonly DailyRead[] = [];

export class DailyLog implements CachedLog {
  readonly srv = '4.6.1';
  readonly wanted: Interval | undefined;
  readonly #cache: DataCache;
  readonly #target: Target;
  readonly #period: ReadLogPeriod;
  /** Last second of the period that is not in the future. */
  readonly #endSeconds: number;
  #found: DailyReadsFound | undefined;
  #kept: readonly DailyRead[] = NOTHING;
  #taken: readonly DailyRead[] = NOTHING;

  constructor(cache: DataCache, target: Target, period: ReadLogPeriod, nowSeconds: number) {
    this.#cache = cache;
    this.#target = target;
    this.#period = period;
    this.#endSeconds = Math.min(period.endSeconds, nowSeconds);
    const from = Math.max(utcDay(period.startSeconds), 1);
    const to = utcDay(this.#endSeconds);
    const past = period.startSeconds <= this.#endSeconds && from <= to;
    this.wanted = past ? { from, to } : undefined;
  }

  lookUp(wanted: Interval): LookUpResult {
    const through = this.throughSeconds(wanted);
    this.#found = this.#cache.lookUpDaily(this.#target, wanted.from, wanted.to, through);
    return this.#found?.result ?? 'miss';
  }

  known(): readonly Interval[] {
    return intervalsOf(this.#found?.knownDays ?? []);
  }

  keep(): void {
    this.#kept = this.#found?.reads ?? NOTHING;
  }

  forget(): void {
    this.#kept = NOTHING;
  }

  periodOf(stretch: Interval): ReadLogPeriod {
    return {
      startSeconds: stretch.from * DAY_SECONDS,
      endSeconds: stretch.to * DAY_SECONDS + this.throughSeconds(stretch),
    };
  }

  store(stretch: Interval, reply: LogReply): void {
    const reads = readsOf(reply);
    const through = this.throughSeconds(stretch);
    this.#cache.storeDaily(this.#target, stretch.from, stretch.to, through, reads);
  }

  take(stretch: Interval, reply: LogReply): void {
    this.#taken = [...this.#taken, ...readsWithin(reply, stretch)];
  }

  get memory(): LogMemory {
    const logs = [this.#kept, this.#taken].map(
      (dailyReadLog): LogAnswer => ({ srv: '4.6.1', dailyReadLog }),
    );
    return { kept: logs[0], taken: logs.slice(1) };
  }

  remember({ kept, taken }: LogMemory): void {
    this.#kept = kept === undefined ? NOTHING : electricityReads(kept);
    this.#taken = taken.flatMap(electricityReads);
  }

  answer(): LogAnswer {
    const byDay = new Map<number, DailyRead>();
    const parts = [...this.#kept, ...(this.#found?.reads ?? NOTHING), ...this.#taken];
    for (const read of parts) byDay.set(utcDay(read.timestamp), read);
    const dailyReadLog = this.#asked([...byDay.values()]);
    return { srv: '4.6.1', dailyReadLog: dailyReadLog.sort((a, b) => a.timestamp - b.timestamp) };
  }

  answerFound(): LogAnswer {
    return { srv: '4.6.1', dailyReadLog: this.#asked(this.#found?.reads ?? NOTHING) };
  }

  answerFrom(stretch: Interval, reply: LogReply): LogAnswer {
    return { srv: '4.6.1', dailyReadLog: this.#asked(readsWithin(reply, stretch)) };
  }

  #asked(reads: readonly DailyRead[]): DailyRead[] {
    const { startSeconds, endSeconds } = this.#period;
    return reads.filter(({ timestamp }) => timestamp >= startSeconds && timestamp <= endSeconds);
  }

  /**
   * Seconds after the last midnight of a stretch that are asked about: all of its day, or so far.
   */
  throughSeconds(stretch: Interval): number {
    const rest = this.#endSeconds - stretch.to * DAY_SECONDS;
    return Math.min(rest, DAY_SECONDS - 1);
  }
}

function electricityReads(log: LogAnswer): readonly DailyRead[] {
  return log.srv === '4.6.1' && log.fuel === undefined ? log.dailyReadLog : NOTHING;
}

function readsOf(reply: LogReply): DailyRead[] {
  return 'dailyReadLog' in reply ? reply.dailyReadLog : [];
}

/** The reads of a reply that belong to the days of a stretch. */
function readsWithin(reply: LogReply, { from, to }: Interval): DailyRead[] {
  return readsOf(reply).filter(({ timestamp }) => {
    const day = utcDay(timestamp);
    return day >= from && day <= to;
  });
}
