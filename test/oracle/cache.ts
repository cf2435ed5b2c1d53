// A naive cache: Maps, no rings, no batches, no wheel. It says in plain words what decision R5, R8
// and R9 say, and the memory core has to agree with it.

const DAY = 86_400;
const MAX_AGE = 25 * 3600;

interface Entry {
  /** Values of the columns; undefined: the meter has no entry. */
  values: number[] | undefined;
  storedAt: number;
  /** Daily only: seconds after midnight of the stamp, or for how long the absence is known. */
  late: number;
}

export interface OracleLookUp {
  result: 'hit' | 'partial' | 'none';
  /** stamp → values, undefined for an entry known to be absent; unknown stamps are not in it. */
  known: Map<number, number[] | undefined>;
}

/** One ring of one device: `capacity` stamps up to the newest one stored. */
export class OracleRing {
  readonly entries = new Map<number, Entry>();
  newestRetrieved = 0;
  newestKnown = 0;
  readonly capacity: number;
  readonly stampsADay: number;

  constructor(capacity: number, stampsADay: number) {
    this.capacity = capacity;
    this.stampsADay = stampsADay;
  }

  expire(now: number): void {
    for (const [stamp, entry] of this.entries) {
      if (now - entry.storedAt >= MAX_AGE) this.entries.delete(stamp);
    }
    if (this.entries.size === 0) this.newestKnown = 0;
  }

  erase(): void {
    this.entries.clear();
    this.newestRetrieved = 0;
    this.newestKnown = 0;
  }

  /**
   * `answers`: stamp → values; `throughLast`: how long the last stamp's absence is known (daily).
   */
  store(
    from: number,
    to: number,
    answers: Map<number, { values: number[]; late: number }>,
    throughLast: number,
    now: number,
    valueMax: number,
  ): void {
    const midnight = Math.floor(now / DAY) * this.stampsADay;
    const before = this.newestRetrieved;
    const storeable = (stamp: number) =>
      (stamp >= midnight - this.stampsADay && stamp <= midnight) || stamp > before;
    let top = 0;
    for (let stamp = from; stamp <= to; stamp++) if (storeable(stamp)) top = stamp;
    // The ring slides up to the newest stamp that it is given, and forgets what falls out.
    if (top > this.newestKnown) this.newestKnown = top;
    for (const stamp of this.entries.keys()) {
      if (stamp <= this.newestKnown - this.capacity) this.entries.delete(stamp);
    }
    for (let stamp = from; stamp <= to; stamp++) {
      if (!storeable(stamp) || stamp <= this.newestKnown - this.capacity) continue;
      const answer = answers.get(stamp);
      if (answer?.values.some((value) => value > valueMax)) {
        this.entries.delete(stamp);
        continue;
      }
      this.entries.set(stamp, {
        values: answer?.values,
        storedAt: now,
        late: answer?.late ?? (stamp === to ? throughLast : DAY - 1),
      });
    }
    const present = [...answers.keys()].filter((stamp) => stamp >= from && stamp <= to);
    this.newestRetrieved = Math.max(before, ...present);
  }

  lookUp(from: number, to: number, throughLast: number, now: number): OracleLookUp {
    this.expire(now);
    const known = new Map<number, number[] | undefined>();
    for (let stamp = from; stamp <= to; stamp++) {
      const entry = this.entries.get(stamp);
      if (entry === undefined) continue;
      const wanted = stamp === to ? throughLast : DAY - 1;
      if (entry.values === undefined && this.stampsADay === 1 && entry.late < wanted) continue;
      known.set(stamp, entry.values);
    }
    const result = known.size === to - from + 1 ? 'hit' : known.size > 0 ? 'partial' : 'none';
    return { result, known };
  }

  oldestStored(from: number, to: number): number {
    let oldest = 0;
    for (const [stamp, entry] of this.entries) {
      if (stamp < from || stamp > to) continue;
      if (oldest === 0 || entry.storedAt < oldest) oldest = entry.storedAt;
    }
    return oldest;
  }
}
