// The S1SP: answers a read of an ESME's log from the data cache where MP256 says so, and otherwise
// from the meter [AM 18.21(k), 18.22(h), 18.24(f)]. What is cached answers at once; whoever misses
// stamps waits for the meter, and is answered with what the cache knows at that instant.

import type { Clock } from '../protocol/clock.ts';
import type { DeviceFailureCode } from '../protocol/response-codes.ts';
import type { CachedSrv, ReadSrv } from '../protocol/service-reference.ts';
import type { ReadLogPeriod } from '../protocol/service-request.ts';
import type { LogAnswer, Served } from '../protocol/service-response.ts';
import type { LookUpResult } from './cache-bank.ts';
import type { CachedLog, Known } from './cached-log.ts';
import { DailyLog } from './daily-log.ts';
import type { DataCache, Target } from './data-cache.ts';
import { Fills } from './fills.ts';
import { type Flight, Flights } from './flights.ts';
import { gapsIn, type Interval } from './intervals.ts';
import type { Decision, Journal } from './journal.ts';
import type { MeterNetwork } from './meter-network.ts';
import { ProfileLog, profileStamps } from './profile-log.ts';

/** What decided an answer; `why.ts` puts it into words. */
export type Decided = Decision['result'];

/** Counters that the S1SP keeps; `protocol/tally.ts` has them all. */
export interface S1spTally {
  cacheLookup(srv: CachedSrv, result: 'hit' | 'miss' | 'partial' | 'expired' | 'no_schedule'): void;
  deviceRead(srv: ReadSrv, outcome: 'ok' | DeviceFailureCode): void;
  saved(srv: CachedSrv): void;
  coalesced(): void;
}

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

export interface S1spParts {
  readonly clock: Clock;
  readonly network: MeterNetwork;
  readonly cache: DataCache;
  readonly tally: S1spTally;
  /** Whether an active DSP Schedule arms the cache for this SRV of this device [decision R4]. */
  readonly isArmed: (device: number, srv: CachedSrv) => boolean;
  readonly journal?: Journal | undefined;
}

/** A read that an answer waits for: the part of it that was missing, and whether it was its own. */
interface Wait {
  readonly flight: Flight;
  readonly part: Interval;
  readonly own: boolean;
}

const NOTHING: readonly Interval[] = [];

export class S1sp {
  readonly #parts: S1spParts;
  readonly #flights = new Flights();
  /** Who filled the cache, as far back as is remembered. */
  readonly fills = new Fills();

  constructor(parts: S1spParts) {
    this.#parts = parts;
  }

  /** Answers at once when everything is cached, else when the meter has been read. */
  read(question: LogQuestion): ReadResult | Promise<ReadResult> {
    const { srv, target } = question;
    if (srv === '4.8.2' || target.cohort.deviceType !== 'ESME') {
      return this.#readThrough(question, 'uncacheable');
    }
    const cached = srv === '4.6.1' ? undefined : this.#cachedProfile(question, srv);
    if (cached !== undefined) return cached;
    if (!this.#parts.isArmed(target.device, srv)) {
      this.#parts.tally.cacheLookup(srv, 'no_schedule');
      return this.#readThrough(question, 'no_schedule');
    }
    return this.#readCached(question, this.#logOf(question, srv));
  }

  /** A run of a schedule: reads the whole period from the meter and stores it anew [decision R12]. */
  async readScheduled(question: LogQuestion): Promise<ReadResult> {
    const { srv, target } = question;
    const cacheable = srv !== '4.8.2' && target.cohort.deviceType === 'ESME';
    const log = cacheable ? this.#logOf(question, srv) : undefined;
    const stretch = log?.wanted;
    if (log === undefined || stretch === undefined) return this.#readThrough(question, 'scheduled');
    this.#write(question, stretch, 'scheduled', [stretch], NOTHING);
    const reply = await this.#fly(question, log, stretch).reply;
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
    if (wanted === undefined) return answered(log.answer(), 'cache', 'hit', 0);
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
    let known = first;
    let reads = 0;
    let ownReads = 0;
    for (;;) {
      const missing = gapsIn(wanted, [...known.stamps, ...taken]);
      if (missing.length === 0) break;
      const waits = this.#retrieve(question, log, wanted, missing, known.result);
      reads += waits.length;
      ownReads += waits.filter(({ own }) => own).length;
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
    const cachedAt = question.explain ? this.#oldestStored(question, log.srv, fromCache) : 0;
    return answered(log.answer(), served, first.result, reads, cachedAt);
  }

  /** For every missing stretch the reads that bring it: those under way, and new ones between. */
  #retrieve(
    question: LogQuestion,
    log: CachedLog,
    wanted: Interval,
    missing: readonly Interval[],
    result: LookUpResult,
  ): Wait[] {
    const waits: Wait[] = [];
    for (const stretch of missing) {
      for (const joined of this.#flights.covering(question.target.device, log.srv, stretch)) {
        this.#parts.tally.coalesced();
        waits.push({ ...joined, own: false });
      }
      for (const part of gapsIn(
        stretch,
        waits.map((wait) => wait.part),
      )) {
        waits.push({ flight: this.#fly(question, log, part), part, own: true });
      }
    }
    const parts = (own: boolean) =>
      waits.filter((wait) => wait.own === own).map(({ part }) => part);
    this.#write(question, wanted, result, parts(true), parts(false));
    return waits;
  }

  /** One read of the meter. Its reply is stored, if the cache is still armed, before anyone sees it. */
  #fly(question: LogQuestion, log: CachedLog, stretch: Interval): Flight {
    const { network, isArmed, tally } = this.#parts;
    const { target, asker } = question;
    const read = { device: target.device, srv: log.srv, ...log.periodOf(stretch) };
    const reply = network.read(read).then((reply) => {
      tally.deviceRead(log.srv, reply.ok ? 'ok' : reply.code);
      if (reply.ok && isArmed(target.device, log.srv)) {
        log.store(stretch, reply);
        this.fills.note(target.device, log.srv, this.#nowSeconds(), asker);
      }
      return reply;
    });
    return isArmed(target.device, log.srv)
      ? this.#flights.add(target.device, log.srv, stretch, reply)
      : { stretch, reply };
  }

  /** A read that the cache has no part in: the whole period, from the meter. */
  async #readThrough(question: LogQuestion, decided: Decided): Promise<ReadResult> {
    const { network, tally } = this.#parts;
    const { srv, target, period } = question;
    const whole = { from: period.startSeconds, to: period.endSeconds };
    this.#write(question, whole, decided, [whole], NOTHING);
    const reply = await network.read({ device: target.device, srv, ...period });
    tally.deviceRead(srv, reply.ok ? 'ok' : reply.code);
    if (!reply.ok) return { ok: false, code: reply.code, decided, deviceReads: 1 };
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
