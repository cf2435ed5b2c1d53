// Reads of meters under way. Armed SRVs share them: whoever misses stamps that are being read waits
// for that read instead of making one [decision R15]. A reply that is there at once was never under
// way.

import { Made } from '../protocol/coming.ts';
import { type Enrolled, Roll } from '../protocol/roll.ts';
import type { CachedSrv } from '../protocol/service-reference.ts';
import { SplitMap } from '../protocol/split-map.ts';
import type { CachedLog } from './cached-log.ts';
import { type Interval, overlap } from './intervals.ts';
import { logKey } from './log-key.ts';
import type { Decided, LogQuestion, ReadResult } from './log-question.ts';
import type { MeterRead, MeterReply } from './meter-network.ts';

/** What a read of a contiguous stretch was begun with. */
export interface Begun {
  /** Who reads, and the command by which. */
  readonly question: LogQuestion;
  readonly srv: CachedSrv;
  readonly command: MeterRead;
  /** Second at which it was asked for. */
  readonly askedSeconds: number;
  /** Where its reply is all of the answer: what decided that. */
  readonly decided: Decided | undefined;
  readonly stretch: Interval;
  /** Whoever misses some of it may wait for it as well. */
  readonly isShared: boolean;
}

/** Where flights land. */
export interface Landing {
  /** Stores the reply, before anybody is told of it. */
  land(flight: Flight, reply: MeterReply): void;
  /** A flight ends without a reply. */
  crash(flight: Flight): void;
}

/** The answer that is made of the reply to one flight alone. */
export class WholeRead extends Made<MeterReply, ReadResult> {
  readonly #begun: Begun;
  readonly #answerOf: AnswerOf;

  constructor(begun: Begun, answerOf: AnswerOf) {
    super();
    this.#begun = begun;
    this.#answerOf = answerOf;
  }

  protected make(reply: MeterReply): ReadResult {
    return this.#answerOf(this.#begun, reply);
  }
}

export type AnswerOf = (begun: Begun, reply: MeterReply) => ReadResult;

/** One read, for all who wait for it: its reply comes once it is stored. */
export class Flight extends Made<MeterReply, MeterReply> implements Enrolled<Flight> {
  before: Flight | undefined = undefined;
  after: Flight | undefined = undefined;
  readonly begun: Begun;
  /** Until how many seconds after its last stamp it asks: a daily read may be recorded later. */
  readonly throughSeconds: number;
  /** The reply, once it is in. */
  landed: MeterReply | undefined = undefined;
  readonly #landing: Landing;

  constructor(begun: Begun, throughSeconds: number, landing: Landing) {
    super();
    this.begun = begun;
    this.throughSeconds = throughSeconds;
    this.#landing = landing;
  }

  protected make(reply: MeterReply): MeterReply {
    this.landed = reply;
    this.#landing.land(this, reply);
    return reply;
  }

  override fail(fault: unknown): void {
    this.#landing.crash(this);
    super.fail(fault);
  }
}

/** A flight, and the part of what is missing that it covers. */
export interface Joined {
  readonly flight: Flight;
  readonly part: Interval;
}

const NONE: readonly Flight[] = [];

export class Flights {
  /** By log those that are shared: nearly always one. */
  readonly #shared = new SplitMap<number, Flight | readonly Flight[]>();
  /** Shared or not, in the order in which they began. */
  readonly #all = new Roll<Flight>();

  /** Whether any read of this log is under way. */
  has(device: number, srv: CachedSrv): boolean {
    const key = logKey(device, srv);
    return this.#shared.has(key, key);
  }

  /** Every read under way, in the order in which they began. */
  all(): Iterable<Flight> {
    return this.#all;
  }

  /** Adds a read until {@link land}. */
  add(flight: Flight): void {
    this.#all.add(flight);
    if (!flight.begun.isShared) return;
    const key = keyOf(flight);
    const others = this.#of(key);
    this.#shared.set(key, key, others.length === 0 ? flight : [...others, flight]);
  }

  /** Its reply is in. */
  land(landed: Flight): void {
    this.#all.remove(landed);
    if (!landed.begun.isShared) return;
    const key = keyOf(landed);
    const others = this.#shared.get(key, key);
    if (others === landed) {
      this.#shared.delete(key, key);
      return;
    }
    const left = this.#of(key).filter((flight) => flight !== landed);
    if (left.length === 0) this.#shared.delete(key, key);
    else this.#shared.set(key, key, left);
  }

  #of(key: number): readonly Flight[] {
    const flights = this.#shared.get(key, key) ?? NONE;
    return flights instanceof Flight ? [flights] : flights;
  }

  /**
   * Reads under way that cover part of a stretch of a log, with the part that each covers: its last
   * stamp only if it asks about that for as long as the log does [AM 18.21(b)].
   */
  covering(device: number, log: CachedLog, stretch: Interval): Joined[] {
    const flights = this.#of(logKey(device, log.srv));
    return flights.flatMap((flight) => {
      const { stretch: covered } = flight.begun;
      const common = overlap(covered, stretch);
      if (common === undefined) return [];
      const short = common.to === covered.to && flight.throughSeconds < log.throughSeconds(common);
      const part = short ? { from: common.from, to: common.to - 1 } : common;
      return part.from <= part.to ? [{ flight, part }] : [];
    });
  }
}

function keyOf({ begun: { question, srv } }: Flight): number {
  return logKey(question.target.device, srv);
}
