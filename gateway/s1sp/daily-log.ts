// Daily reads of one device over one period [AM 18.21(k)]. A meter may record a read some time
// after its midnight [AM 18.21(b)], so a stamp is asked for by its day, and from midnight on: a
// read that was recorded before the period's start is then known not to lie in it.

import { DAY_SECONDS, utcDay } from '../protocol/half-hours.ts';
import type { DailyRead } from '../protocol/log-entries.ts';
import type { ReadLogPeriod } from '../protocol/service-request.ts';
import type { LogAnswer } from '../protocol/service-response.ts';
import type { CachedLog, Known, LogReply } from './cached-log.ts';
import type { DataCache, Target } from './data-cache.ts';
import { type Interval, intervalsOf } from './intervals.ts';

export class DailyLog implements CachedLog {
  readonly srv = '4.6.1';
  readonly wanted: Interval | undefined;
  readonly #cache: DataCache;
  readonly #target: Target;
  readonly #period: ReadLogPeriod;
  /** Last second of the period that is not in the future. */
  readonly #endSeconds: number;
  readonly #taken: DailyRead[] = [];
  #known: readonly DailyRead[] = [];
  #kept: readonly DailyRead[] = [];

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

  lookUp(wanted: Interval): Known {
    const through = this.throughSeconds(wanted);
    const found = this.#cache.lookUpDaily(this.#target, wanted.from, wanted.to, through);
    this.#known = found?.reads ?? [];
    return { result: found?.result ?? 'miss', stamps: intervalsOf(found?.knownDays ?? []) };
  }

  keep(): void {
    this.#kept = this.#known;
  }

  forget(): void {
    this.#kept = [];
  }

  periodOf(stretch: Interval): ReadLogPeriod {
    return {
      startSeconds: stretch.from * DAY_SECONDS,
      endSeconds: stretch.to * DAY_SECONDS + this.throughSeconds(stretch),
    };
  }

  store(stretch: Interval, reply: LogReply): void {
    const reads = 'dailyReadLog' in reply ? reply.dailyReadLog : [];
    const through = this.throughSeconds(stretch);
    this.#cache.storeDaily(this.#target, stretch.from, stretch.to, through, reads);
  }

  take(stretch: Interval, reply: LogReply): void {
    for (const read of 'dailyReadLog' in reply ? reply.dailyReadLog : []) {
      const day = utcDay(read.timestamp);
      if (day >= stretch.from && day <= stretch.to) this.#taken.push(read);
    }
  }

  answer(): LogAnswer {
    const byDay = new Map<number, DailyRead>();
    const parts = [...this.#kept, ...this.#known, ...this.#taken];
    for (const read of parts) byDay.set(utcDay(read.timestamp), read);
    const { startSeconds, endSeconds } = this.#period;
    const dailyReadLog = [...byDay.values()]
      .filter(({ timestamp }) => timestamp >= startSeconds && timestamp <= endSeconds)
      .sort((a, b) => a.timestamp - b.timestamp);
    return { srv: '4.6.1', dailyReadLog };
  }

  /**
   * Seconds after the last midnight of a stretch that are asked about: all of its day, or so far.
   */
  throughSeconds(stretch: Interval): number {
    const rest = this.#endSeconds - stretch.to * DAY_SECONDS;
    return Math.min(rest, DAY_SECONDS - 1);
  }
}
