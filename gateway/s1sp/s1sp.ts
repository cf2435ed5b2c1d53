// The S1SP: answers a read of an ESME's log from the data cache where MP256 says so, and otherwise
// from the meter [AM 18.21(k), 18.22(h), 18.24(f)]. What is cached answers at once; whoever misses
// stamps waits for the meter, and is answered with what the cache knows at that instant.

import { arriving, type Coming, promised } from '../protocol/coming.ts';
import type { CachedSrv } from '../protocol/service-reference.ts';
import type { LogAnswer, Served } from '../protocol/service-response.ts';
import type { LookUpResult } from './cache-bank.ts';
import type { CachedLog } from './cached-log.ts';
import { DailyLog } from './daily-log.ts';
import type { Target } from './data-cache.ts';
import { Fill, type FillPart, type FillProgress, type NotePlan } from './fill.ts';
import type { Fills } from './fills.ts';
import { Flight } from './flights.ts';
import { Inquiries, type RestrictInquiry } from './inquiries.ts';
import { type InquirySaving, inquiryStates } from './inquiry-state.ts';
import type { Interval } from './intervals.ts';
import type { Decided, LogQuestion, LogRead, ReadResult } from './log-question.ts';
import type { MeterReply } from './meter-network.ts';
import { ProfileLog } from './profile-log.ts';
import { ReadThrough } from './read-through.ts';
import { Restrictions, withoutRestricted } from './restrictions.ts';
import { type Carrying, type ComingAnswers, resumeAll } from './resumption.ts';
import { Retrieval, type S1spParts } from './retrieval.ts';
import type { S1spState } from './s1sp-state.ts';

const NOTHING: readonly Interval[] = [];

export class S1sp {
  readonly #parts: S1spParts;
  readonly #retrieval: Retrieval;
  readonly #restrictions = new Restrictions();
  readonly #inquiries = new Inquiries();
  readonly #through: ReadThrough;

  constructor(parts: S1spParts) {
    this.#parts = parts;
    this.#retrieval = new Retrieval(parts, {
      logOf: (question, srv, askedSeconds) => this.#logOf(question, srv, askedSeconds),
      wholeAnswer: (question, log, stretch, decided, reply) =>
        this.#wholeAnswer(question, log, stretch, decided, reply),
    });
    this.#through = new ReadThrough(parts, this.#inquiries, {
      allowed: (question, result) => this.#allowed(question, result),
      note: (question, whole, decided) => this.#write(question, whole, decided, [whole], NOTHING),
    });
  }

  /** Who filled the cache, as far back as is remembered. */
  get fills(): Fills {
    return this.#retrieval.fills;
  }

  /** Answers at once when everything is cached, else when the meter has been read. */
  read(question: LogQuestion): ReadResult | Coming<ReadResult> {
    const { srv, target } = question;
    if (srv === '4.8.2' || target.cohort.deviceType !== 'ESME') {
      return this.#through.read(question, 'uncacheable');
    }
    if (!this.#parts.isArmed(target.device, srv)) {
      this.#parts.tally.cacheLookup(srv, 'no_schedule');
      return this.#through.read(question, 'no_schedule');
    }
    return this.#readCached(question, this.#logOf(question, srv));
  }

  /** Has the meter take a change of tenancy; from then on it counts here too [AM 18.22(e)]. */
  restrict(asker: string, target: Target, restrictionSeconds: number): Promise<MeterReply> {
    const { device } = target;
    const command = { device, srv: '3.2', restrictionSeconds } as const;
    const inquiry: RestrictInquiry = { kind: 'restriction', asker, target, command };
    return this.#restricted(inquiry, this.#parts.network.restrict(command));
  }

  async #restricted(
    inquiry: RestrictInquiry,
    coming: MeterReply | Coming<MeterReply>,
  ): Promise<MeterReply> {
    const { target, command } = inquiry;
    this.#inquiries.begin(inquiry);
    try {
      const reply = await promised(coming);
      if (reply.ok && (target.cohort.cotMode ?? 'delete') === 'delete') {
        this.#restrictions.add(target.device, command.restrictionSeconds, this.#nowSeconds());
        this.#parts.restricted?.(target.high, target.low);
      }
      return reply;
    } finally {
      this.#inquiries.end(inquiry);
    }
  }

  /**
   * A run of a schedule: reads the whole period from the meter and stores it anew [decision R12].
   */
  readScheduled(question: LogQuestion): ReadResult | Coming<ReadResult> {
    const { srv, target } = question;
    const cacheable = srv !== '4.8.2' && target.cohort.deviceType === 'ESME';
    const log = cacheable ? this.#logOf(question, srv) : undefined;
    const stretch = log?.wanted;
    if (log === undefined || stretch === undefined)
      return this.#through.read(question, 'scheduled');
    return this.#readWhole(question, log, stretch, 'scheduled');
  }

  /** What it holds beside the cache, as data. */
  state(saving: InquirySaving): S1spState {
    return {
      restrictions: this.#restrictions.state(),
      fills: saving.withReadings ? this.fills.state() : [],
      inquiries: inquiryStates(this.#inquiries.all(), this.#retrieval.underWay(), saving),
    };
  }

  /** Takes a state over; gives the answers to come to what it had under way, by asker. */
  restore(state: S1spState, carrying: Carrying): ComingAnswers {
    this.#restrictions.restore(state.restrictions);
    for (const device of this.#restrictions.devices()) {
      const { high, low } = carrying.targetOf(device);
      this.#parts.restricted?.(high, low);
    }
    this.fills.restore(state.fills);
    return resumeAll(state.inquiries, carrying, {
      retrieval: this.#retrieval,
      through: this.#through,
      logOf: (question, srv, askedSeconds) => this.#logOf(question, srv, askedSeconds),
      fill: (asked, wanted, progress) =>
        new Fill(this.#parts, this.#retrieval, asked, wanted, progress),
      filled: (fill, wanted, carried) => arriving(this.#filled(fill, wanted, carried)),
      restricted: (inquiry, reply) => this.#restricted(inquiry, reply),
    });
  }

  /** A log whose cache is armed: from the cache, or with the missing stretches from the meter. */
  #readCached(question: LogQuestion, log: CachedLog): ReadResult | Coming<ReadResult> {
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
  ): ReadResult | Coming<ReadResult> {
    this.#write(question, stretch, decided, [stretch], NOTHING);
    const read = this.#retrieval.read(question, log, stretch, decided);
    return read instanceof Flight ? read : this.#wholeAnswer(question, log, stretch, decided, read);
  }

  #wholeAnswer(
    question: LogQuestion,
    log: CachedLog,
    stretch: Interval,
    decided: Decided,
    reply: MeterReply,
  ): ReadResult {
    return reply.ok
      ? this.#answered(question, log.answerFrom(stretch, reply), 'device', decided, 1)
      : { ok: false, code: reply.code, decided, deviceReads: 1 };
  }

  /** Any other miss: see {@link Fill}. */
  #fill(
    question: LogQuestion,
    log: CachedLog,
    wanted: Interval,
    decided: LookUpResult,
  ): Coming<ReadResult> {
    const asked = { question, log, decided, askedSeconds: this.#nowSeconds() };
    const progress: FillProgress = {
      found: NOTHING,
      kept: { storedSeconds: 0, purges: 0 },
      taken: [],
      result: decided,
      reads: 0,
      ownReads: 0,
      parts: [],
    };
    const fill = new Fill(this.#parts, this.#retrieval, asked, wanted, progress);
    fill.keep();
    return arriving(this.#filled(fill, wanted));
  }

  /** `carried`: the parts that a snapshot has carried over. */
  async #filled(fill: Fill, wanted: Interval, carried?: readonly FillPart[]): Promise<ReadResult> {
    const { question, decided } = fill;
    const inquiry = this.#inquiries.begin({ kind: 'fill', question, fill });
    try {
      const note: NotePlan = (result, own, joined) =>
        this.#write(question, wanted, result, own, joined);
      const filled = await fill.run(note, carried);
      if (!filled.ok) return filled;
      const { log, served, deviceReads, cachedAtSeconds } = filled;
      return this.#answered(question, log, served, decided, deviceReads, cachedAtSeconds);
    } finally {
      this.#inquiries.end(inquiry);
    }
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

  #logOf(
    { target, period }: LogQuestion,
    srv: CachedSrv,
    askedSeconds: number = this.#nowSeconds(),
  ): CachedLog {
    const { cache } = this.#parts;
    return srv === '4.6.1'
      ? new DailyLog(cache, target, period, askedSeconds)
      : new ProfileLog(cache, target, srv, period, askedSeconds);
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
