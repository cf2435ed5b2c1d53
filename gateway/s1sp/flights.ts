// Reads of meters under way. Armed SRVs share them: whoever misses stamps that are being read waits
// for that read instead of making one [decision R15]. A reply that is there at once was never under
// way.

import { Coming, Made, type Taker } from '../protocol/coming.ts';
import { type Hashed, HashIndex } from '../protocol/hash-index.ts';
import { type Enrolled, Roll } from '../protocol/roll.ts';
import type { CachedSrv } from '../protocol/service-reference.ts';
import type { CachedLog } from './cached-log.ts';
import { type Interval, overlap } from './intervals.ts';
import { KeptQuestion } from './kept-question.ts';
import { logKey } from './log-key.ts';
import type { Decided, LogQuestion, ReadResult } from './log-question.ts';
import type { MeterRead, MeterReply } from './meter-network.ts';

/** What a read of a contiguous stretch was begun with. */
export interface Begun {
  readonly question: LogQuestion;
  readonly srv: CachedSrv;
  /** Second at which it was asked for. */
  readonly askedSeconds: number;
  /** Where its reply is all of the answer: what decided that. */
  readonly decided: Decided | undefined;
  readonly stretch: Interval;
  /** Whoever misses some of it may wait for it as well. */
  readonly isShared: boolean;
}

type Writable<Fields> = { -readonly [Name in keyof Fields]: Fields[Name] };

const NO_READ: MeterRead = { device: 0, srv: '4.8.1', startSeconds: 0, endSeconds: 0 };

/** Where flights land. */
export interface Landing {
  /**
   * Stores the reply, before anybody is told of it; gives the answer where the reply is all of it.
   */
  land(flight: Flight, reply: MeterReply): ReadResult | undefined;
  /** A flight ends without a reply. */
  crash(flight: Flight): void;
  /** Everybody has been told. */
  leave(flight: Flight): void;
}

/** The reply to a flight, for those whose answers it is a part of: it comes once it is stored. */
class Landed extends Coming<MeterReply> implements Taker<MeterReply> {
  take(reply: MeterReply): void {
    this.come(reply);
  }

  fail(fault: unknown): void {
    this.goWrong(fault);
  }
}

/**
 * One read, for all who wait for it: brings the answer that is made of its reply alone, and the
 * reply itself to whoever asked for {@link Flight.reply}. A flight that brought nothing but its
 * answer may be begun anew.
 */
export class Flight
  extends Made<MeterReply, ReadResult>
  implements Begun, Enrolled<Flight>, Hashed
{
  before: Flight | undefined = undefined;
  after: Flight | undefined = undefined;
  srv: CachedSrv = '4.8.1';
  askedSeconds = 0;
  decided: Decided | undefined = undefined;
  isShared = false;
  /** Until how many seconds after its last stamp it asks: a daily read may be recorded later. */
  throughSeconds = 0;
  /** The reply, once it is in. */
  landed: MeterReply | undefined = undefined;
  readonly #kept = new KeptQuestion();
  readonly #command: Writable<MeterRead>;
  #from = 0;
  #to = 0;
  #reply: Landed | undefined = undefined;
  readonly #landing: Landing;

  /** `command`: the one by which it reads, where that is under way already. */
  constructor(landing: Landing, command: MeterRead = { ...NO_READ }) {
    super();
    this.#landing = landing;
    this.#command = command;
  }

  /** Begins with a read; the one before, if any, is over. */
  begin(begun: Begun, log: CachedLog): void {
    const { question, srv, askedSeconds, decided, stretch, isShared } = begun;
    this.#kept.keep(question);
    this.srv = srv;
    this.askedSeconds = askedSeconds;
    this.decided = decided;
    this.#from = stretch.from;
    this.#to = stretch.to;
    this.isShared = isShared;
    this.throughSeconds = log.throughSeconds(stretch);
    this.landed = undefined;
    const { startSeconds, endSeconds } = log.periodOf(stretch);
    this.#command.device = question.target.device;
    this.#command.srv = srv;
    this.#command.startSeconds = startSeconds;
    this.#command.endSeconds = endSeconds;
  }

  /** The command by which it reads. */
  get command(): MeterRead {
    return this.#command;
  }

  get question(): LogQuestion {
    return this.#kept.question;
  }

  get stretch(): Interval {
    return { from: this.#from, to: this.#to };
  }

  /** What all reads of its log have in common. */
  get hash(): number {
    return logKey(this.#kept.device, this.srv);
  }

  /** The reply to come. */
  get reply(): Coming<MeterReply> {
    this.#reply ??= new Landed();
    return this.#reply;
  }

  /** Nobody asked for its reply: once it is over nobody knows it any more. */
  get isAlone(): boolean {
    return this.#reply === undefined;
  }

  protected make(reply: MeterReply): ReadResult | undefined {
    this.landed = reply;
    return this.#landing.land(this, reply);
  }

  protected override told(reply: MeterReply): void {
    this.#reply?.take(reply);
    // A spare one would keep months of half hours from the collector of garbage.
    if (this.isAlone) this.landed = undefined;
    this.#landing.leave(this);
  }

  override fail(fault: unknown): void {
    this.#landing.crash(this);
    this.goWrong(fault);
  }

  protected override goWrong(fault: unknown): void {
    super.goWrong(fault);
    this.#reply?.fail(fault);
  }
}

/** A flight, and the part of what is missing that it covers. */
export interface Joined {
  readonly flight: Flight;
  readonly part: Interval;
}

export class Flights {
  /** Those that are shared, by their log. */
  readonly #shared = new HashIndex<Flight>();
  /** Shared or not, in the order in which they began. */
  readonly #all = new Roll<Flight>();

  /** Whether any read of this log is under way. */
  has(device: number, srv: CachedSrv): boolean {
    return this.#shared.first(logKey(device, srv)) >= 0;
  }

  /** Every read under way, in the order in which they began. */
  all(): Iterable<Flight> {
    return this.#all;
  }

  /** Adds a read until {@link land}. */
  add(flight: Flight): void {
    this.#all.add(flight);
    if (flight.isShared) this.#shared.add(flight);
  }

  /** Its reply is in. */
  land(landed: Flight): void {
    this.#all.remove(landed);
    if (landed.isShared) this.#shared.remove(landed);
  }

  /**
   * Reads under way that cover part of a stretch of a log, in the order in which they began, with
   * the part that each covers.
   */
  covering(device: number, log: CachedLog, stretch: Interval): Joined[] {
    const shared = this.#shared;
    const key = logKey(device, log.srv);
    const joined: Joined[] = [];
    for (let place = shared.first(key); place >= 0; place = shared.next(place, key)) {
      const flight = shared.at(place);
      const part = coveredBy(flight, log, stretch);
      if (part !== undefined) joined.push({ flight, part });
    }
    return joined;
  }
}

/**
 * What a flight covers of a stretch: its last stamp only if it asks about that for as long as the
 * log does [AM 18.21(b)].
 */
function coveredBy(flight: Flight, log: CachedLog, stretch: Interval): Interval | undefined {
  const { stretch: covered } = flight;
  const common = overlap(covered, stretch);
  if (common === undefined) return undefined;
  const short = common.to === covered.to && flight.throughSeconds < log.throughSeconds(common);
  const part = short ? { from: common.from, to: common.to - 1 } : common;
  return part.from <= part.to ? part : undefined;
}
