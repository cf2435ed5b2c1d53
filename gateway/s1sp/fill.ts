// A miss of which something is cached or under way already: reads what is missing, or waits where
// it is being read, and answers with what the cache knows then. An entry may expire or be purged
// while the meter answers: it has become missing and is read as well.

import { type Coming, promised } from '../protocol/coming.ts';
import type { LogAnswer, Served } from '../protocol/service-response.ts';
import type { LookUpResult } from './cache-bank.ts';
import type { CachedLog } from './cached-log.ts';
import { CACHE_SECONDS_MAX } from './data-cache.ts';
import { Flight } from './flights.ts';
import { gapsIn, type Interval } from './intervals.ts';
import type { LogQuestion, ReadFailed } from './log-question.ts';
import type { MeterReply } from './meter-network.ts';
import type { Retrieval, S1spParts } from './retrieval.ts';

/** When the oldest of what a request kept was stored (0 for nothing), and the purges until then. */
export interface Kept {
  readonly storedSeconds: number;
  readonly purges: number;
}

/** A stretch that is read for this answer, or by another whose flight it joined. */
export interface FillPart {
  readonly stretch: Interval;
  readonly isOwn: boolean;
  /** The reply where it was there at once; else the flight that brings it. */
  readonly read: MeterReply | Flight;
}

/** What all the parts come to. */
export interface Filled {
  readonly ok: true;
  readonly log: LogAnswer;
  readonly served: Served;
  readonly deviceReads: number;
  readonly cachedAtSeconds: number;
}

/** How far a fill has come; a snapshot carries it over. */
export interface FillProgress {
  found: readonly Interval[];
  kept: Kept;
  readonly taken: Interval[];
  result: LookUpResult;
  reads: number;
  ownReads: number;
  parts: readonly FillPart[];
}

/** Told of what a fill reads and waits for: its own stretches, and those of others. */
export type NotePlan = (
  result: LookUpResult,
  own: readonly Interval[],
  joined: readonly Interval[],
) => void;

const NOTHING: readonly Interval[] = [];

export class Fill {
  readonly question: LogQuestion;
  readonly log: CachedLog;
  readonly decided: LookUpResult;
  /** Second at which it was asked. */
  readonly askedSeconds: number;
  readonly progress: FillProgress;
  readonly #wanted: Interval;
  readonly #parts: S1spParts;
  readonly #retrieval: Retrieval;

  constructor(
    parts: S1spParts,
    retrieval: Retrieval,
    asked: Pick<Fill, 'question' | 'log' | 'decided' | 'askedSeconds'>,
    wanted: Interval,
    progress: FillProgress,
  ) {
    this.#parts = parts;
    this.#retrieval = retrieval;
    this.question = asked.question;
    this.log = asked.log;
    this.decided = asked.decided;
    this.askedSeconds = asked.askedSeconds;
    this.#wanted = wanted;
    this.progress = progress;
  }

  /** Keeps what was cached when the request came; storing newer entries may move it out. */
  keep(): void {
    const { log, progress } = this;
    progress.found = log.known(this.#wanted);
    log.keep();
    const storedSeconds = this.#oldestStored(progress.found);
    progress.kept = { storedSeconds, purges: this.#parts.cache.purges };
  }

  /** `carried`: the parts that a snapshot has carried over. */
  async run(note: NotePlan, carried?: readonly FillPart[]): Promise<Filled | ReadFailed> {
    const { log, progress, decided } = this;
    let parts = carried ?? this.#begin(note);
    while (parts !== undefined) {
      const replies = await Promise.all(parts.map(({ read }) => promised(replyTo(read))));
      const failed = replies.find((reply) => !reply.ok);
      if (failed !== undefined && !failed.ok) {
        return { ok: false, code: failed.code, decided, deviceReads: progress.reads };
      }
      replies.forEach((reply, i) => {
        const part = parts?.[i];
        if (!reply.ok || part === undefined) return;
        log.take(part.stretch, reply);
        progress.taken.push(part.stretch);
      });
      progress.result = log.lookUp(this.#wanted);
      parts = this.#begin(note);
    }
    return this.#filled();
  }

  /** Begins with what is missing now; undefined when nothing is. */
  #begin(note: NotePlan): readonly FillPart[] | undefined {
    const { log, progress, question } = this;
    const { device } = question.target;
    const usable = this.#stillGood() ? progress.found : NOTHING;
    if (usable === NOTHING) log.forget();
    const missing = gapsIn(this.#wanted, [
      ...usable,
      ...log.known(this.#wanted),
      ...progress.taken,
    ]);
    if (missing.length === 0) return undefined;
    const { joined, own } = this.#retrieval.plan(device, log, missing);
    const waitedFor = joined.map(({ part }) => part);
    note(progress.result, own, waitedFor);
    const parts = [
      ...joined.map(({ part, flight }): FillPart => {
        return { stretch: part, isOwn: false, read: flight };
      }),
      ...own.map((stretch): FillPart => {
        return { stretch, isOwn: true, read: this.#retrieval.read(question, log, stretch) };
      }),
    ];
    progress.parts = parts;
    progress.reads += parts.length;
    progress.ownReads += own.length;
    return parts;
  }

  #filled(): Filled {
    const { log, progress } = this;
    const { taken, kept, ownReads, reads } = progress;
    if (ownReads === 0) this.#parts.tally.saved(log.srv);
    const fromCache = gapsIn(this.#wanted, taken);
    const served = fromCache.length > 0 ? 'mixed' : 'device';
    const cachedAt = fromCache.length > 0 ? this.#oldestStored(fromCache) : 0;
    const cachedAtSeconds = cachedAt || kept.storedSeconds;
    return { ok: true, log: log.answer(), served, deviceReads: reads, cachedAtSeconds };
  }

  /** Whether what was kept may still be served: younger than 25 hours, and nothing purged since. */
  #stillGood(): boolean {
    const { cache, clock } = this.#parts;
    const { storedSeconds, purges } = this.progress.kept;
    const age = Math.floor(clock.nowMs() / 1000) - storedSeconds;
    return age < CACHE_SECONDS_MAX && purges === cache.purges;
  }

  #oldestStored(stretches: readonly Interval[]): number {
    const { cache } = this.#parts;
    const { target } = this.question;
    const { srv } = this.log;
    const seconds = stretches.map(({ from, to }) => cache.oldestStored(target, srv, from, to));
    return seconds.length === 0 ? 0 : Math.min(...seconds);
  }
}

function replyTo(read: MeterReply | Flight): MeterReply | Coming<MeterReply> {
  return read instanceof Flight ? read.reply : read;
}
