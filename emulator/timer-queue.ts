// The pending calls of a clock: a heap ordered by time, then by the order in which they were
// set. It knows no time itself. A cancelled call stays in the heap as an empty shell until it comes
// to the head, or until the shells outnumber the rest and are swept out together.

import type { Timer } from '../gateway/protocol/clock.ts';

/** Below this many shells a sweep is not worth its walk over the heap. */
const SHELLS_KEPT = 64;

class Pending implements Timer {
  readonly place: number;
  /** Null once it has run or was cancelled. */
  run: (() => void) | null;
  readonly #cancelled: () => void;

  constructor(place: number, run: () => void, cancelled: () => void) {
    this.place = place;
    this.run = run;
    this.#cancelled = cancelled;
  }

  cancel(): void {
    if (this.run === null) return;
    this.run = null;
    this.#cancelled();
  }
}

/** Children of a place in the heap: four lie side by side, so a heap of 50,000 is 8 deep. */
const BRANCHES = 4;

export class TimerQueue {
  // The heap, as three lists in step: the walk compares numbers and visits no object.
  #atMs: number[] = [];
  #sequence: number[] = [];
  #pending: Pending[] = [];
  #shells = 0;
  #nextSequence = 0;

  /** Calls that are still to run. */
  get size(): number {
    return this.#pending.length - this.#shells;
  }

  /** Places taken in memory, shells included: never more than twice `size` and a few. */
  get places(): number {
    return this.#pending.length;
  }

  add(atMs: number, run: () => void): Timer {
    const pending = new Pending(this.#nextSequence, run, this.#countShell);
    this.#atMs.push(atMs);
    this.#sequence.push(this.#nextSequence);
    this.#pending.push(pending);
    this.#rise(this.#pending.length - 1, atMs, this.#nextSequence++, pending);
    return pending;
  }

  /** When the next call is due; Infinity when there is none. */
  headMs(): number {
    while (this.#pending[0]?.run === null) {
      this.#removeHead();
      this.#shells--;
    }
    return this.#atMs[0] ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Runs what is due at `nowMs` and was set before this round began, in order, at most `countMax`
   * calls. What a call sets is left for the next round, so that a round always ends.
   */
  runRound(nowMs: number, countMax: number): void {
    const end = this.#nextSequence;
    for (let count = 0; count < countMax && this.headMs() <= nowMs; count++) {
      const head = this.#pending[0];
      if (head === undefined || head.run === null || (this.#sequence[0] as number) >= end) return;
      const { run } = head;
      head.run = null;
      this.#removeHead();
      run();
    }
  }

  /** Forgets every call. */
  clear(): void {
    for (const pending of this.#pending) pending.run = null;
    this.#atMs = [];
    this.#sequence = [];
    this.#pending = [];
    this.#shells = 0;
  }

  readonly #countShell = (): void => {
    this.#shells++;
    if (this.#shells > SHELLS_KEPT && this.#shells * 2 > this.#pending.length) this.#sweep();
  };

  #sweep(): void {
    const live = (_: unknown, place: number): boolean => this.#pending[place]?.run !== null;
    this.#atMs = this.#atMs.filter(live);
    this.#sequence = this.#sequence.filter(live);
    this.#pending = this.#pending.filter((pending) => pending.run !== null);
    this.#shells = 0;
    for (let place = Math.floor((this.places - 2) / BRANCHES); place >= 0; place--) {
      this.#sink(
        place,
        this.#atMs[place] as number,
        this.#sequence[place] as number,
        this.#pending[place] as Pending,
      );
    }
  }

  #removeHead(): void {
    const atMs = this.#atMs.pop();
    const sequence = this.#sequence.pop();
    const pending = this.#pending.pop();
    if (atMs === undefined || sequence === undefined || pending === undefined) return;
    if (this.#pending.length > 0) this.#sink(0, atMs, sequence, pending);
  }

  #put(place: number, atMs: number, sequence: number, pending: Pending): void {
    this.#atMs[place] = atMs;
    this.#sequence[place] = sequence;
    this.#pending[place] = pending;
  }

  #move(from: number, to: number): void {
    this.#atMs[to] = this.#atMs[from] as number;
    this.#sequence[to] = this.#sequence[from] as number;
    this.#pending[to] = this.#pending[from] as Pending;
  }

  /** Whether the call at `place` comes before one of `atMs` and `sequence`. */
  #isBefore(place: number, atMs: number, sequence: number): boolean {
    const placeMs = this.#atMs[place] as number;
    return placeMs < atMs || (placeMs === atMs && (this.#sequence[place] as number) < sequence);
  }

  #rise(from: number, atMs: number, sequence: number, pending: Pending): void {
    let place = from;
    while (place > 0) {
      const above = Math.floor((place - 1) / BRANCHES);
      if (this.#isBefore(above, atMs, sequence)) break;
      this.#move(above, place);
      place = above;
    }
    this.#put(place, atMs, sequence, pending);
  }

  #sink(from: number, atMs: number, sequence: number, pending: Pending): void {
    const count = this.#pending.length;
    let place = from;
    for (;;) {
      const first = place * BRANCHES + 1;
      if (first >= count) break;
      let least = first;
      for (let child = first + 1; child < Math.min(first + BRANCHES, count); child++) {
        const leastMs = this.#atMs[least] as number;
        if (this.#isBefore(child, leastMs, this.#sequence[least] as number)) least = child;
      }
      if (!this.#isBefore(least, atMs, sequence)) break;
      this.#move(least, place);
      place = least;
    }
    this.#put(place, atMs, sequence, pending);
  }
}
