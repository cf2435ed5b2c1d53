// Judges a gateway's journal: replays it against naive caches and finds every read of a meter that
// the rules made unnecessary, and every cached answer that they forbid.

import type { CachedSrv } from '../../gateway/protocol/service-reference.ts';
import type { Interval } from '../../gateway/s1sp/intervals.ts';
import type { Decision, JournalEntry, Landing } from '../../gateway/s1sp/journal.ts';
import { OracleRing } from '../oracle/cache.ts';

const DAY = 86_400;

interface Under {
  readonly asker: string;
  readonly stretch: Interval;
  /** Seconds after its last stamp until which it asks; of half hours 0. */
  readonly through: number;
}

interface Place {
  readonly ring: OracleRing;
  flights: Under[];
}

export interface Verdict {
  /** What is wrong, in words; empty when all decisions were right. */
  readonly faults: string[];
  readonly hits: number;
  readonly partial: number;
  readonly joined: number;
  /** Reads of meters that the journal tells of. */
  readonly reads: number;
}

/**
 * `armed`: whether a schedule armed an SRV of a device at a time; `endOf`: the end of the period
 * that a RequestID asked for, UTC seconds; undefined for a schedule's, which end at midnight here.
 */
export function judge(
  entries: readonly JournalEntry[],
  armed: (device: number, srv: CachedSrv, atMs: number) => boolean,
  endOf: (asker: string) => number | undefined,
): Verdict {
  const places = new Map<string, Place>();
  const taken = new Map<string, Interval[]>();
  const verdict = { faults: [] as string[], hits: 0, partial: 0, joined: 0, reads: 0 };
  const fault = (entry: JournalEntry, words: string) => {
    if (verdict.faults.length < 20) verdict.faults.push(`${words}: ${JSON.stringify(entry)}`);
  };
  const placeOf = ({ device, srv }: { device: number; srv: string }): Place => {
    const key = `${device}/${srv}`;
    let place = places.get(key);
    if (place === undefined) {
      const ring = srv === '4.6.1' ? new OracleRing(4, 1) : new OracleRing(97, 48);
      place = { ring, flights: [] };
      places.set(key, place);
    }
    return place;
  };

  const land = (landing: Landing) => {
    const { ring, flights } = placeOf(landing);
    const { from, to } = landing.landed;
    const mine = flights.findIndex(
      ({ asker, stretch }) => asker === landing.asker && stretch.from === from && stretch.to === to,
    );
    if (mine < 0) fault(landing, 'a read landed that nobody decided');
    flights.splice(mine, 1);
    const isArmed = armed(landing.device, landing.srv as CachedSrv, landing.atMs);
    if ((landing.outcome === 'unarmed') === isArmed && landing.outcome !== 'failed') {
      fault(landing, 'stored although unarmed, or not although armed');
    }
    if (landing.outcome !== 'stored') return;
    const answers = new Map<number, { values: number[]; late: number }>();
    for (let stamp = from; stamp <= to; stamp++) answers.set(stamp, { values: [0], late: 0 });
    ring.store(from, to, answers, 0, Math.floor(landing.atMs / 1000), 65_534);
  };

  const decide = (decision: Decision) => {
    const { period, result, read, joined, asker, atMs, device } = decision;
    const srv = decision.srv as CachedSrv;
    verdict.reads += read.length;
    verdict.joined += joined.length;
    if (result === 'uncacheable') {
      if (decision.srv !== '4.8.2') fault(decision, 'a cached SRV of an ESME was not cacheable');
      return;
    }
    const isArmed = armed(device, srv, atMs);
    if (result === 'no_schedule') {
      if (isArmed) fault(decision, 'armed, yet read through');
      return;
    }
    if (!isArmed) return fault(decision, 'cached without a schedule');
    const place = placeOf(decision);
    if (result !== 'scheduled') check(decision, place);
    for (const stretch of read) {
      place.flights.push({ asker, stretch, through: throughOf(decision, stretch.to) });
    }
    taken.set(asker, [...(taken.get(asker) ?? []), ...read, ...joined]);
    if (result === 'scheduled' && (read.length !== 1 || read[0]?.from !== period.from)) {
      fault(decision, 'a run of a schedule did not read its whole period');
    }
  };

  /** A decision on demand: what is read is just what is neither known nor being read. */
  const check = (decision: Decision, { ring, flights }: Place) => {
    const { period, result, read, joined, asker, atMs } = decision;
    const { known } = ring.lookUp(period.from, period.to, 0, Math.floor(atMs / 1000));
    const had = taken.get(asker) ?? [];
    const within = (stamp: number, stretches: readonly Interval[]) =>
      stretches.some(({ from, to }) => stamp >= from && stamp <= to);
    const isBeingRead = (stamp: number) =>
      flights.some(({ stretch, through }) => {
        if (!within(stamp, [stretch])) return false;
        return stamp < stretch.to || through >= throughOf(decision, stamp);
      });
    for (let stamp = period.from; stamp <= period.to; stamp++) {
      const cached = known.has(stamp);
      const reads = within(stamp, read);
      const joins = within(stamp, joined);
      if (cached && (reads || joins)) return fault(decision, `cached stamp ${stamp} was read`);
      if (reads && isBeingRead(stamp)) return fault(decision, `${stamp} was being read`);
      if (joins && !isBeingRead(stamp)) return fault(decision, `nobody reads ${stamp}`);
      if (!cached && !reads && !joins && !within(stamp, had)) {
        return fault(decision, `${stamp} came from nowhere`);
      }
    }
    if ((result === 'hit') !== (known.size === period.to - period.from + 1)) {
      fault(decision, 'a hit that is none, or a full cache that was no hit');
    }
    if (result === 'hit') verdict.hits++;
    if (result === 'partial') verdict.partial++;
  };

  /** Until how long after its midnight a decision asks for a daily read [AM 18.21(b)]. */
  const throughOf = ({ srv, asker, atMs }: Decision, stamp: number): number => {
    if (srv !== '4.6.1') return 0;
    const end = Math.min(endOf(asker) ?? stamp * DAY, Math.floor(atMs / 1000));
    return Math.min(end - stamp * DAY, DAY - 1);
  };

  for (const entry of entries) {
    if ('landed' in entry) land(entry);
    else if ('purged' in entry) placeOf(entry).ring.erase();
    else decide(entry);
  }
  return verdict;
}
