// Reads of meters under way. Armed SRVs share them: whoever misses stamps that are being read waits
// for that read instead of making one [decision R15].

import type { CachedSrv } from '../protocol/service-reference.ts';
import type { CachedLog } from './cached-log.ts';
import { type Interval, overlap } from './intervals.ts';
import type { MeterReply } from './meter-network.ts';

/** One read of a contiguous stretch, and who waits for it. */
export interface Flight {
  readonly stretch: Interval;
  /** Until how many seconds after its last stamp it asks: a daily read may be recorded later. */
  readonly throughSeconds: number;
  readonly reply: Promise<MeterReply>;
}

export class Flights {
  readonly #underWay = new Map<string, Flight[]>();

  /** Adds a read until its reply is in. */
  add(device: number, srv: CachedSrv, flight: Flight): void {
    const key = `${device}/${srv}`;
    const flights = this.#underWay.get(key);
    if (flights === undefined) this.#underWay.set(key, [flight]);
    else flights.push(flight);
    const land = () => this.#land(key, flight);
    flight.reply.then(land, land);
  }

  /**
   * Reads under way that cover part of a stretch of a log, with the part that each covers: its last
   * stamp only if it asks about that for as long as the log does [AM 18.21(b)].
   */
  covering(
    device: number,
    log: CachedLog,
    stretch: Interval,
  ): { flight: Flight; part: Interval }[] {
    const flights = this.#underWay.get(`${device}/${log.srv}`) ?? [];
    return flights.flatMap((flight) => {
      const common = overlap(flight.stretch, stretch);
      if (common === undefined) return [];
      const short =
        common.to === flight.stretch.to && flight.throughSeconds < log.throughSeconds(common);
      const part = short ? { from: common.from, to: common.to - 1 } : common;
      return part.from <= part.to ? [{ flight, part }] : [];
    });
  }

  #land(key: string, landed: Flight): void {
    const left = this.#underWay.get(key)?.filter((flight) => flight !== landed) ?? [];
    if (left.length === 0) this.#underWay.delete(key);
    else this.#underWay.set(key, left);
  }
}
