// The S1SP: answers a read of an ESME's log from the data cache where MP256 says so, and otherwise
// from the meter [AM 18.21(k), 18.22(h), 18.24(f)]. What is cached answers at once; whoever misses
// stamps waits for the meter, and is answered with what the cache knows at that instant.

import type { CachedSrv } from '../protocol/service-reference.ts';
import type { LogAnswer, Served } from '../protocol/service-response.ts';
import type { CachedLog, Known } from './cached-log.ts';
import { DailyLog } from './daily-log.ts';
import { CACHE_SECONDS_MAX, type Target } from './data-cache.ts';
import type { Fills } from './fills.ts';
import { exceedsMeter, gasLog, readSlices } from './gas-reads.ts';
import { gapsIn, type Interval } from './intervals.ts';
import type { Decided, LogQuestion, LogRead, ReadResult } from './log-question.ts';
import type { MeterReply } from './meter-network.ts';
import { ProfileLog, profileStamps } from './profile-log.ts';
import { Restrictions, withoutRestricted } from './restrictions.ts';
import { Retrieval, type S1spParts } from './retrieval.ts';

/** When the oldest of what a request kept was stored (0 for nothing), and the purges until then. */
interface Kept {
  readonly storedSeconds: number;
  readonly purges: number;
}

const NOTHING: readonly Interval[] = [];

export class S1sp {
  readonly #parts: S1spParts;
  readonly #retrieval: Retrieval;
  readonly #restrictions = new Restrictions();

  constructor(parts: S1spParts) {
    this.#parts = parts;
    this.#retrieval = new Retrieval(parts);
  }

  /** Who filled the cache, as far back as is remembered. */
  get fills(): Fills {
    return this.#retrieval.fills;
  }

  /** Answers at once when everything is cached, else when the meter has been read. */
  read(question: LogQuestion): ReadResult | Promise<ReadResult> {
    const result = this.#read(question);
    return result instanceof Promise
      ? result.then((read) => this.#allowed(question, read))
      : this.#allowed(question, result);
  }

  /** Has the meter take a change of tenancy; from then on it counts here too [AM 18.22(e)]. */
  async restrict({ device, cohort }: Target, restrictionSeconds: number): Promise<MeterReply> {
    const { network } = this.#parts;
    const reply = await network.restrict({ device, srv: '3.2', restrictionSeconds });
    if (reply.ok && (cohort.cotMode ?? 'delete') === 'delete') {
      this.#restrictions.add(device, restrictionSeconds, this.#nowSeconds());
    }
    return reply;
  }

  /** A result without what a change of tenancy has taken away. */
  #allowed({ target }: LogQuestion, result: ReadResult): ReadResult {
    if (this.#restrictions.isEmpty || this.#parts.cotReturnCached || !result.ok) return result;
    const restriction = this.#restrictions.inForce(target.device, this.#nowSeconds());
    if (restriction === undefined) return result;
    return { ...result, log: withoutRestricted(result.log, restriction) };
  }

  #read(question: LogQuestion): ReadResult | Promise<ReadResult> {
    const { srv, target } = question;
    if (srv === '4.8.2' || target.cohort.deviceType !== 'ESME') {
      return this.#readThrough(question, 'uncacheable');
    }
    if (!this.#parts.isArmed(target.device, srv)) {
      this.#parts.tally.cacheLookup(srv, 'no_schedule');
      return this.#readThrough(question, 'no_schedule');
    }
    const cached = srv === '4.6.1' ? undefined : this.#cachedProfile(question, srv);
    if (cached !== undefined) return cached;
    return this.#readCached(question, this.#logOf(question, srv));
  }

  /**
   * A run of a schedule: reads the whole period from the meter and stores it anew [decision R12].
   */
  async readScheduled(question: LogQuestion): Promise<ReadResult> {
    return this.#allowed(question, await this.#readScheduled(question));
  }

  async #readScheduled(question: LogQuestion): Promise<ReadResult> {
    const { srv, target } = question;
    const cacheable = srv !== '4.8.2' && target.cohort.deviceType === 'ESME';
    const log = cacheable ? this.#logOf(question, srv) : undefined;
    const stretch = log?.wanted;
    if (log === undefined || stretch === undefined) return this.#readThrough(question, 'scheduled');
    this.#write(question, stretch, 'scheduled', [stretch], NOTHING);
    const reply = await this.#retrieval.fly(question, log, stretch).reply;
    if (!reply.ok) return { ok: false, code: reply.code, decided: 'scheduled', deviceReads: 1 };
    log.take(stretch, reply);
    return answered(log.answer(), 'device', 'scheduled', 1);
  }

  /** The hot path: a profile of which every entry is cached. */
  #cachedProfile(question: LogQuestion, srv: '4.8.1' | '4.8.3'): LogRead | undefined {
    const { target, period } = question;
    const { cache } = this.#parts;
    const stamps = profileStamps(period, this.#nowSeconds());
    if (stamps === undefined) return undefined;
    const found = cache.lookUpProfile(target, srv, stamps.from, stamps.to);
    if (found?.result !== 'hit') return undefined;
    const profile = found.profile.count === 0 ? null : found.profile;
    return this.#hit(question, srv, stamps, { srv, profile });
  }

  #hit(question: LogQuestion, srv: CachedSrv, stamps: Interval, log: LogAnswer): LogRead {
    const { cache, tally } = this.#parts;
    tally.cacheLookup(srv, 'hit');
    tally.saved(srv);
    this.#write(question, stamps, 'hit', NOTHING, NOTHING);
    const cachedAt = question.explain
      ? cache.oldestStored(question.target, srv, stamps.from, stamps.to)
      : 0;
    return answered(log, 'cache', 'hit', 0, cachedAt);
  }

  /** A log whose cache is armed: from the cache, or with the missing stretches from the meter. */
  #readCached(question: LogQuestion, log: CachedLog): ReadResult | Promise<ReadResult> {
    const { wanted, srv } = log;
    // Stamps later than now are never missing: nothing to look up, nothing to read [decision R10].
    if (wanted === undefined) {
      this.#parts.tally.cacheLookup(srv, 'hit');
      this.#parts.tally.saved(srv);
      return answered(log.answer(), 'cache', 'future', 0);
    }
    const known = log.lookUp(wanted);
    if (known.result === 'hit') return this.#hit(question, srv, wanted, log.answer());
    this.#parts.tally.cacheLookup(srv, known.result);
    return this.#fill(question, log, wanted, known);
  }

  /**
   * Reads what is missing and answers with what the cache knows then. An entry may expire or be
   * purged while the meter answers: it has become missing and is read as well.
   */
  async #fill(
    question: LogQuestion,
    log: CachedLog,
    wanted: Interval,
    first: Known,
  ): Promise<ReadResult> {
    const { tally } = this.#parts;
    const taken: Interval[] = [];
    const kept = this.#keep(question, log, first);
    let known = first;
    let reads = 0;
    let ownReads = 0;
    for (;;) {
      const usable = this.#stillGood(kept) ? first.stamps : NOTHING;
      if (usable === NOTHING) log.forget();
      const missing = gapsIn(wanted, [...usable, ...known.stamps, ...taken]);
      if (missing.length === 0) break;
      const waits = this.#retrieval.retrieve(question, log, missing);
      const parts = (own: boolean) => waits.filter((w) => w.own === own).map(({ part }) => part);
      this.#write(question, wanted, known.result, parts(true), parts(false));
      reads += waits.length;
      ownReads += parts(true).length;
      const replies = await Promise.all(waits.map(({ flight }) => flight.reply));
      const failed = replies.find((reply) => !reply.ok);
      if (failed !== undefined && !failed.ok) {
        return { ok: false, code: failed.code, decided: first.result, deviceReads: reads };
      }
      replies.forEach((reply, i) => {
        const part = waits[i]?.part;
        if (!reply.ok || part === undefined) return;
        log.take(part, reply);
        taken.push(part);
      });
      known = log.lookUp(wanted);
    }
    if (ownReads === 0) tally.saved(log.srv);
    const fromCache = gapsIn(wanted, taken);
    const served = fromCache.length > 0 ? 'mixed' : 'device';
    const cachedAt = fromCache.length > 0 ? this.#oldestStored(question, log.srv, fromCache) : 0;
    return answered(log.answer(), served, first.result, reads, cachedAt || kept.storedSeconds);
  }

  /** Keeps what was cached when the request came; storing newer entries may move it out. */
  #keep(question: LogQuestion, log: CachedLog, first: Known): Kept {
    log.keep();
    const storedSeconds = this.#oldestStored(question, log.srv, first.stamps);
    return { storedSeconds, purges: this.#parts.cache.purges };
  }

  /** Whether what was kept may still be served: younger than 25 hours, and nothing purged since. */
  #stillGood({ storedSeconds, purges }: Kept): boolean {
    const age = this.#nowSeconds() - storedSeconds;
    return age < CACHE_SECONDS_MAX && purges === this.#parts.cache.purges;
  }

  /** A read that the cache has no part in: the whole period, from the meter. */
  async #readThrough(question: LogQuestion, decided: Decided): Promise<ReadResult> {
    if (exceedsMeter(question)) return readSlices(this.#parts, question);
    const { network, tally } = this.#parts;
    const { srv, target, period } = question;
    const whole = { from: period.startSeconds, to: period.endSeconds };
    this.#write(question, whole, decided, [whole], NOTHING);
    const reply = await network.read({ device: target.device, srv, ...period });
    tally.deviceRead(srv, reply.ok ? 'ok' : reply.code);
    if (!reply.ok) return { ok: false, code: reply.code, decided, deviceReads: 1 };
    if (target.cohort.deviceType !== 'ESME') {
      return answered(gasLog(srv, reply), 'device', decided, 1);
    }
    const log: LogAnswer =
      srv === '4.6.1'
        ? { srv, dailyReadLog: 'dailyReadLog' in reply ? reply.dailyReadLog : [] }
        : { srv, profile: 'profile' in reply ? reply.profile : null };
    return answered(log, 'device', decided, 1);
  }

  #logOf({ target, period }: LogQuestion, srv: CachedSrv): CachedLog {
    const { cache } = this.#parts;
    return srv === '4.6.1'
      ? new DailyLog(cache, target, period, this.#nowSeconds())
      : new ProfileLog(cache, target, srv, period, this.#nowSeconds());
  }

  #oldestStored({ target }: LogQuestion, srv: CachedSrv, parts: readonly Interval[]): number {
    const seconds = parts.map(({ from, to }) =>
      this.#parts.cache.oldestStored(target, srv, from, to),
    );
    return seconds.length === 0 ? 0 : Math.min(...seconds);
  }

  #nowSeconds(): number {
    return Math.floor(this.#parts.clock.nowMs() / 1000);
  }

  #write(
    { asker, target, srv }: LogQuestion,
    period: Interval,
    result: Decided,
    read: readonly Interval[],
    joined: readonly Interval[],
  ): void {
    const { journal, clock } = this.#parts;
    if (journal === undefined) return;
    const atMs = clock.nowMs();
    journal.write({ atMs, asker, device: target.device, srv, period, result, read, joined });
  }
}

function answered(
  log: LogAnswer,
  served: Served,
  decided: Decided,
  deviceReads: number,
  cachedAtSeconds = 0,
): LogRead {
  return { ok: true, log, served, decided, deviceReads, cachedAtSeconds };
}
