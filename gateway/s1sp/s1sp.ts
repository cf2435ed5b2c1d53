// The S1SP: answers a read of an ESME's log from the data cache where MP256 says so, and otherwise
// from the meter [AM 18.21(k), 18.22(h), 18.24(f)]. What is cached answers at once; whoever misses
// stamps waits for the meter, and is answered with what the cache knows at that instant.

import type { CachedSrv, ReadSrv } from '../protocol/service-reference.ts';
import type { LogAnswer, Served } from '../protocol/service-response.ts';
import type { LookUpResult } from './cache-bank.ts';
import type { CachedLog, LogReply } from './cached-log.ts';
import { DailyLog } from './daily-log.ts';
import { CACHE_SECONDS_MAX, type Target } from './data-cache.ts';
import type { Fills } from './fills.ts';
import { exceedsMeter, gasLog, readSlices } from './gas-reads.ts';
import { gapsIn, type Interval } from './intervals.ts';
import type { Decided, LogQuestion, LogRead, ReadResult } from './log-question.ts';
import type { MeterReply } from './meter-network.ts';
import { ProfileLog } from './profile-log.ts';
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
    const { srv, target } = question;
    if (srv === '4.8.2' || target.cohort.deviceType !== 'ESME') {
      return this.#readThrough(question, 'uncacheable');
    }
    if (!this.#parts.isArmed(target.device, srv)) {
      this.#parts.tally.cacheLookup(srv, 'no_schedule');
      return this.#readThrough(question, 'no_schedule');
    }
    return this.#readCached(question, this.#logOf(question, srv));
  }

  /** Has the meter take a change of tenancy; from then on it counts here too [AM 18.22(e)]. */
  async restrict(target: Target, restrictionSeconds: number): Promise<MeterReply> {
    const { network, restricted } = this.#parts;
    const { device, cohort } = target;
    const reply = await network.restrict({ device, srv: '3.2', restrictionSeconds });
    if (reply.ok && (cohort.cotMode ?? 'delete') === 'delete') {
      this.#restrictions.add(device, restrictionSeconds, this.#nowSeconds());
      restricted?.(target.high, target.low);
    }
    return reply;
  }

  /**
   * A run of a schedule: reads the whole period from the meter and stores it anew [decision R12].
   */
  async readScheduled(question: LogQuestion): Promise<ReadResult> {
    const { srv, target } = question;
    const cacheable = srv !== '4.8.2' && target.cohort.deviceType === 'ESME';
    const log = cacheable ? this.#logOf(question, srv) : undefined;
    const stretch = log?.wanted;
    if (log === undefined || stretch === undefined) return this.#readThrough(question, 'scheduled');
    return this.#readWhole(question, log, stretch, 'scheduled');
  }

  /** A log whose cache is armed: from the cache, or with the missing stretches from the meter. */
  #readCached(question: LogQuestion, log: CachedLog): ReadResult | Promise<ReadResult> {
    const { tally } = this.#parts;
    const { wanted, srv } = log;
    // Stamps later than now are never missing: nothing to look up, nothing to read [decision R10].
    if (wanted === undefined) {
      tally.cacheLookup(srv, 'hit');
      tally.saved(srv);
      return this.#answered(question, log.answer(), 'cache', 'future', 0);
    }
    const result = log.lookUp(wanted);
    tally.cacheLookup(srv, result);
    if (result === 'hit') return this.#hit(question, log, wanted);
    const straight =
      result !== 'partial' && !this.#retrieval.isUnderWay(question.target.device, srv);
    return straight
      ? this.#readWhole(question, log, wanted, result)
      : this.#fill(question, log, wanted, result);
  }

  #hit(question: LogQuestion, log: CachedLog, wanted: Interval): ReadResult {
    const { cache, tally } = this.#parts;
    tally.saved(log.srv);
    this.#write(question, wanted, 'hit', NOTHING, NOTHING);
    const cachedAt = question.explain
      ? cache.oldestStored(question.target, log.srv, wanted.from, wanted.to)
      : 0;
    return this.#answered(question, log.answerFound(), 'cache', 'hit', 0, cachedAt);
  }

  /** The usual miss, and every run of a schedule: one read, and its reply is the answer. */
  #readWhole(
    question: LogQuestion,
    log: CachedLog,
    stretch: Interval,
    decided: Decided,
  ): ReadResult | Promise<ReadResult> {
    this.#write(question, stretch, decided, [stretch], NOTHING);
    return this.#retrieval.read(question, log, stretch, (reply) =>
      reply.ok
        ? this.#answered(question, log.answerFrom(stretch, reply), 'device', decided, 1)
        : { ok: false, code: reply.code, decided, deviceReads: 1 },
    );
  }

  /**
   * Any other miss: reads what is missing, or waits where it is being read, and answers with what
   * the cache knows then. An entry may expire or be purged while the meter answers: it has become
   * missing and is read as well.
   */
  async #fill(
    question: LogQuestion,
    log: CachedLog,
    wanted: Interval,
    decided: LookUpResult,
  ): Promise<ReadResult> {
    const { tally } = this.#parts;
    const { device } = question.target;
    const taken: Interval[] = [];
    const found = log.known(wanted);
    const kept = this.#keep(question, log, found);
    let result = decided;
    let reads = 0;
    let ownReads = 0;
    for (;;) {
      const usable = this.#stillGood(kept) ? found : NOTHING;
      if (usable === NOTHING) log.forget();
      const missing = gapsIn(wanted, [...usable, ...log.known(wanted), ...taken]);
      if (missing.length === 0) break;
      const { joined, own } = this.#retrieval.plan(device, log, missing);
      const parts = [...joined.map(({ part }) => part), ...own];
      this.#write(question, wanted, result, own, parts.slice(0, joined.length));
      reads += parts.length;
      ownReads += own.length;
      const replies = await Promise.all([
        ...joined.map(({ flight }) => flight.reply),
        ...own.map((part) => this.#retrieval.read(question, log, part, (reply) => reply)),
      ]);
      const failed = replies.find((reply) => !reply.ok);
      if (failed !== undefined && !failed.ok) {
        return { ok: false, code: failed.code, decided, deviceReads: reads };
      }
      replies.forEach((reply, i) => {
        const part = parts[i];
        if (!reply.ok || part === undefined) return;
        log.take(part, reply);
        taken.push(part);
      });
      result = log.lookUp(wanted);
    }
    if (ownReads === 0) tally.saved(log.srv);
    const fromCache = gapsIn(wanted, taken);
    const served = fromCache.length > 0 ? 'mixed' : 'device';
    const cachedAt = fromCache.length > 0 ? this.#oldestStored(question, log.srv, fromCache) : 0;
    const cachedAtSeconds = cachedAt || kept.storedSeconds;
    return this.#answered(question, log.answer(), served, decided, reads, cachedAtSeconds);
  }

  /** Keeps what was cached when the request came; storing newer entries may move it out. */
  #keep(question: LogQuestion, log: CachedLog, found: readonly Interval[]): Kept {
    log.keep();
    const storedSeconds = this.#oldestStored(question, log.srv, found);
    return { storedSeconds, purges: this.#parts.cache.purges };
  }

  /** Whether what was kept may still be served: younger than 25 hours, and nothing purged since. */
  #stillGood({ storedSeconds, purges }: Kept): boolean {
    const age = this.#nowSeconds() - storedSeconds;
    return age < CACHE_SECONDS_MAX && purges === this.#parts.cache.purges;
  }

  /** A read that the cache has no part in: the whole period, from the meter. */
  #readThrough(question: LogQuestion, decided: Decided): ReadResult | Promise<ReadResult> {
    if (exceedsMeter(question)) {
      return readSlices(this.#parts, question).then((read) => this.#allowed(question, read));
    }
    const { network, tally } = this.#parts;
    const { srv, target, period } = question;
    const whole = { from: period.startSeconds, to: period.endSeconds };
    this.#write(question, whole, decided, [whole], NOTHING);
    const answer = (reply: MeterReply): ReadResult => {
      tally.deviceRead(srv, reply.ok ? 'ok' : reply.code);
      if (!reply.ok) return { ok: false, code: reply.code, decided, deviceReads: 1 };
      const isGas = target.cohort.deviceType !== 'ESME';
      const log = isGas ? gasLog(srv, reply) : esmeLog(srv, reply);
      return this.#answered(question, log, 'device', decided, 1);
    };
    const reply = network.read({ device: target.device, srv, ...period });
    return reply instanceof Promise ? reply.then(answer) : answer(reply);
  }

  #answered(
    question: LogQuestion,
    log: LogAnswer,
    served: Served,
    decided: Decided,
    deviceReads: number,
    cachedAtSeconds = 0,
  ): ReadResult {
    const read: LogRead = { ok: true, log, served, decided, deviceReads, cachedAtSeconds };
    return this.#allowed(question, read);
  }

  /** A result without what a change of tenancy has taken away. */
  #allowed({ target }: LogQuestion, result: ReadResult): ReadResult {
    if (this.#restrictions.isEmpty || this.#parts.cotReturnCached || !result.ok) return result;
    const restriction = this.#restrictions.inForce(target.device, this.#nowSeconds());
    if (restriction === undefined) return result;
    return { ...result, log: withoutRestricted(result.log, restriction) };
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

function esmeLog(srv: ReadSrv, reply: LogReply): LogAnswer {
  return srv === '4.6.1'
    ? { srv, dailyReadLog: 'dailyReadLog' in reply ? reply.dailyReadLog : [] }
    : { srv, profile: 'profile' in reply ? reply.profile : null };
}
