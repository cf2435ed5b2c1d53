// Reading a meter for the cache: whoever misses stamps that are being read waits for that read
// [decision R15]; the rest is read, and stored before anyone is answered with it.

import type { Clock } from '../protocol/clock.ts';
import { Coming } from '../protocol/coming.ts';
import type { DeviceFailureCode } from '../protocol/response-codes.ts';
import type { CachedSrv, ReadSrv } from '../protocol/service-reference.ts';
import type { CachedLog } from './cached-log.ts';
import type { DataCache } from './data-cache.ts';
import { Fills } from './fills.ts';
import { type Begun, Flight, Flights, type Joined, type Landing } from './flights.ts';
import { gapsIn, type Interval } from './intervals.ts';
import type { JournalWriter } from './journal.ts';
import type { Decided, LogQuestion, ReadResult } from './log-question.ts';
import type { Carried, MeterNetwork, MeterRead, MeterReply } from './meter-network.ts';

/** Counters that the S1SP keeps; `protocol/tally.ts` has them all. */
export interface S1spTally {
  cacheLookup(srv: CachedSrv, result: 'hit' | 'miss' | 'partial' | 'expired' | 'no_schedule'): void;
  deviceRead(srv: ReadSrv, outcome: 'ok' | DeviceFailureCode): void;
  saved(srv: CachedSrv): void;
  coalesced(): void;
}

export interface S1spParts {
  readonly clock: Clock;
  readonly network: MeterNetwork;
  readonly cache: DataCache;
  readonly tally: S1spTally;
  /** Whether an active DSP Schedule arms the cache for this SRV of this device [decision R4]. */
  readonly isArmed: (device: number, srv: CachedSrv) => boolean;
  /** Since when active DSP Schedules read an SRV of a device, UTC seconds; Infinity without one. */
  readonly activeSince: (device: number, srv: ReadSrv) => number;
  /**
   * Whether what an active schedule let the cache keep may be returned after a change of tenancy
   * [AM 18.22(e)]: a permission, off by default.
   */
  readonly cotReturnCached: boolean;
  /** Told of a device that a change of tenancy restricts. */
  readonly restricted?: (high: number, low: number) => void;
  /** Comes and goes while the gateway runs, so it is read anew each time. */
  journal?: JournalWriter | undefined;
}

/** What brings the stretches that an answer misses: reads under way, and reads to be made. */
export interface Plan {
  readonly joined: readonly Joined[];
  readonly own: readonly Interval[];
}

/** What the S1SP makes of questions and of replies. */
export interface Reading {
  /** The log that a question is about, as of the second at which it was asked. */
  logOf(question: LogQuestion, srv: CachedSrv, askedSeconds: number): CachedLog;
  /** The answer to which the reply to one read is all. */
  wholeAnswer(
    question: LogQuestion,
    log: CachedLog,
    stretch: Interval,
    decided: Decided,
    reply: MeterReply,
  ): ReadResult;
}

/** Flights kept to be begun anew: where more are under way, new ones are made. */
const SPARE_MAX = 2 ** 16;

export class Retrieval implements Landing {
  readonly #parts: S1spParts;
  readonly #reading: Reading;
  readonly #flights = new Flights();
  readonly #spare: Flight[] = [];
  /** Who filled the cache, as far back as is remembered. */
  readonly fills = new Fills();

  constructor(parts: S1spParts, reading: Reading) {
    this.#parts = parts;
    this.#reading = reading;
  }

  /** Whether any read of this log is under way. */
  isUnderWay(device: number, srv: CachedSrv): boolean {
    return this.#flights.has(device, srv);
  }

  /** For every missing stretch the reads that bring it: those under way, and new ones between. */
  plan(device: number, log: CachedLog, missing: readonly Interval[]): Plan {
    const joined: Joined[] = [];
    const own: Interval[] = [];
    for (const stretch of missing) {
      for (const each of this.#flights.covering(device, log, stretch)) {
        this.#parts.tally.coalesced();
        joined.push(each);
      }
      const covered = joined.map(({ part }) => part);
      own.push(...gapsIn(stretch, covered));
    }
    return { joined, own };
  }

  /**
   * One read of the meter, stored when its reply comes if the cache is still armed then. `decided`:
   * the whole answer is made of this reply, and that is why.
   */
  read(
    question: LogQuestion,
    log: CachedLog,
    stretch: Interval,
    decided?: Decided,
  ): MeterReply | Flight {
    const { network, isArmed, clock } = this.#parts;
    const { device } = question.target;
    const { srv } = log;
    const flight = this.#spare.pop() ?? new Flight(this);
    const askedSeconds = Math.floor(clock.nowMs() / 1000);
    const isShared = isArmed(device, srv);
    flight.begin({ question, srv, askedSeconds, decided, stretch, isShared }, log);
    const reply = network.read(flight.command);
    if (reply instanceof Coming) return this.#wait(flight, reply);
    this.leave(flight);
    this.#store(question, log, stretch, reply);
    return reply;
  }

  /** Waits for the reply to a read that was asked for before a snapshot. */
  goOn(begun: Begun, log: CachedLog, { command, reply }: Carried<MeterRead>): Flight {
    const flight = new Flight(this, command);
    flight.begin(begun, log);
    return this.#wait(flight, reply);
  }

  #wait(flight: Flight, reply: Coming<MeterReply>): Flight {
    this.#flights.add(flight);
    reply.tell(flight);
    return flight;
  }

  land(flight: Flight, reply: MeterReply): ReadResult | undefined {
    const { question, srv, askedSeconds, stretch, decided } = flight;
    this.#flights.land(flight);
    const log = this.#reading.logOf(question, srv, askedSeconds);
    this.#store(question, log, stretch, reply);
    return decided && this.#reading.wholeAnswer(question, log, stretch, decided, reply);
  }

  crash(flight: Flight): void {
    this.#flights.land(flight);
  }

  leave(flight: Flight): void {
    if (flight.isAlone && this.#spare.length < SPARE_MAX) this.#spare.push(flight);
  }

  /** Every read under way, in the order in which they began. */
  underWay(): Iterable<Flight> {
    return this.#flights.all();
  }

  #store(
    { target, asker }: LogQuestion,
    log: CachedLog,
    stretch: Interval,
    reply: MeterReply,
  ): void {
    const { isArmed, tally, journal, clock } = this.#parts;
    const { device } = target;
    const { srv } = log;
    tally.deviceRead(srv, reply.ok ? 'ok' : reply.code);
    const stored = reply.ok && isArmed(device, srv);
    if (stored) {
      log.store(stretch, reply);
      this.fills.note(device, srv, Math.floor(clock.nowMs() / 1000), asker);
    }
    const outcome = stored ? 'stored' : reply.ok ? 'unarmed' : 'failed';
    journal?.write({ atMs: clock.nowMs(), asker, device, srv, landed: stretch, outcome });
  }
}
