// Reading a meter for the cache: whoever misses stamps that are being read waits for that read
// [decision R15]; the rest is read, and stored before anyone is answered with it.

import type { Clock } from '../protocol/clock.ts';
import type { DeviceFailureCode } from '../protocol/response-codes.ts';
import type { CachedSrv, ReadSrv } from '../protocol/service-reference.ts';
import type { CachedLog } from './cached-log.ts';
import type { DataCache } from './data-cache.ts';
import { Fills } from './fills.ts';
import { type Flight, Flights } from './flights.ts';
import { gapsIn, type Interval } from './intervals.ts';
import type { Journal } from './journal.ts';
import type { LogQuestion } from './log-question.ts';
import type { MeterNetwork } from './meter-network.ts';

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
  readonly journal?: Journal | undefined;
}

/** A read that an answer waits for: the part of it that was missing, and whether it was its own. */
export interface Wait {
  readonly flight: Flight;
  readonly part: Interval;
  readonly own: boolean;
}

export class Retrieval {
  readonly #parts: S1spParts;
  readonly #flights = new Flights();
  /** Who filled the cache, as far back as is remembered. */
  readonly fills = new Fills();

  constructor(parts: S1spParts) {
    this.#parts = parts;
  }

  /** For every missing stretch the reads that bring it: those under way, and new ones between. */
  retrieve(question: LogQuestion, log: CachedLog, missing: readonly Interval[]): Wait[] {
    const waits: Wait[] = [];
    for (const stretch of missing) {
      for (const joined of this.#flights.covering(question.target.device, log, stretch)) {
        this.#parts.tally.coalesced();
        waits.push({ ...joined, own: false });
      }
      const covered = waits.map(({ part }) => part);
      for (const part of gapsIn(stretch, covered)) {
        waits.push({ flight: this.fly(question, log, part), part, own: true });
      }
    }
    return waits;
  }

  /** One read of the meter; stored when its reply comes, if the cache is still armed then. */
  fly({ target, asker }: LogQuestion, log: CachedLog, stretch: Interval): Flight {
    const { network, isArmed, tally, journal, clock } = this.#parts;
    const { device } = target;
    const { srv } = log;
    const reply = network.read({ device, srv, ...log.periodOf(stretch) }).then((reply) => {
      tally.deviceRead(srv, reply.ok ? 'ok' : reply.code);
      const stored = reply.ok && isArmed(device, srv);
      if (stored) {
        log.store(stretch, reply);
        this.fills.note(device, srv, Math.floor(clock.nowMs() / 1000), asker);
      }
      const outcome = stored ? 'stored' : reply.ok ? 'unarmed' : 'failed';
      journal?.write({ atMs: clock.nowMs(), asker, device, srv, landed: stretch, outcome });
      return reply;
    });
    const flight = { stretch, throughSeconds: log.throughSeconds(stretch), reply };
    if (isArmed(device, srv)) this.#flights.add(device, srv, flight);
    return flight;
  }
}
