// Reads of meters under way. Armed SRVs share them: whoever misses stamps that are being read waits
// for that read instead of making one [decision R15]. A reply that is there at once was never under
// way.

import type { CachedSrv } from '../protocol/service-reference.ts';
import type { CachedLog } from './cached-log.ts';
import { type Interval, overlap } from './intervals.ts';
import { logKey } from './log-key.ts';
import type { Decided, LogQuestion } from './log-question.ts';
import type { MeterRead, MeterReply } from './meter-network.ts';

/** One read of a contiguous stretch, and who waits for it. */
export interface Flight {
  /** Who reads, and the command by which. */
  readonly question: LogQuestion;
  readonly command: MeterRead;
  /** Second at which it was asked for. */
  readonly askedSeconds: number;
  /** Where its reply is all of the answer: what decided that. */
  readonly decided: Decided | undefined;
  readonly stretch: Interval;
  /** Until how many seconds after its last stamp it asks: a daily read may be recorded later. */
  readonly throughSeconds: number;
  readonly reply: Promise<MeterReply>;
  /** Whoever misses some of it may wait for it as well. */
  isShared: boolean;
  /** The reply, once it is in. */
  landed: MeterReply | undefined;
}

/** A flight, and the part of what is missing that it covers. */
export interface Joined {
  readonly flight: Flight;
  readonly part: Interval;
}

const NONE: readonly Flight[] = [];

export class Flights {
  readonly #underWay = new Map<number, readonly Flight[]>();
  /** Shared or not, in the order in which they began. */
  readonly #all = new Set<Flight>();

  /** Whether any read of this log is under way. */
  has(device: number, srv: CachedSrv): boolean {
    return this.#underWay.has(logKey(device, srv));
  }

  /** Every read under way, in the order in which they began. */
  all(): Iterable<Flight> {
    return this.#all;
  }

  /** Adds a read until {@link land}. */
  add(device: number, srv: CachedSrv, flight: Flight): void {
    this.#all.add(flight);
    if (!flight.isShared) return;
    const key = logKey(device, srv);
    const others = this.#underWay.get(key);
    this.#underWay.set(key, others === undefined ? [flight] : [...others, flight]);
  }

  /** Its reply is in. Harmless for a flight that was never added. */
  land(device: number, srv: CachedSrv, landed: Flight): void {
    this.#all.delete(landed);
    if (!landed.isShared) return;
    const key = logKey(device, srv);
    const flights = this.#underWay.get(key) ?? NONE;
    if (!flights.includes(landed)) return;
    if (flights.length === 1) this.#underWay.delete(key);
    else {
      this.#underWay.set(
        key,
        flights.filter((flight) => flight !== landed),
      );
    }
  }

  /**
   * Reads under way that cover part of a stretch of a log, with the part that each covers: its last
   * stamp only if it asks about that for as long as the log does [AM 18.21(b)].
   */
  covering(device: number, log: CachedLog, stretch: Interval): Joined[] {
    const flights = this.#underWay.get(logKey(device, log.srv)) ?? NONE;
    return flights.flatMap((flight) => {
      const common = overlap(flight.stretch, stretch);
      if (common === undefined) return [];
      const short =
        common.to === flight.stretch.to && flight.throughSeconds < log.throughSeconds(common);
      const part = short ? { from: common.from, to: common.to - 1 } : common;
      return part.from <= part.to ? [{ flight, part }] : [];
    });
  }
}
