// The pending calls of a clock: a heap ordered by time, then by the order in which they were
// set. It knows no time itself. A cancelled call stays in the heap as an empty shell until it comes
// to the head, or until the shells outnumber the rest and are swept out together.
//
// A call that has run may be set again, as itself: whoever waits for one thing after the other, as
// each of tens of thousands of reads does, needs no new object for it.

import type { Timer } from '../gateway/protocol/clock.ts';

/** Below this many shells a sweep is not worth its walk over the heap. */
const SHELLS_KEPT = 64;

class Call implements Timer {
  /** Sequence number of its latest setting: at any other it is a shell. */
  place = 0;
  /** It is still to run. */
  isSet = false;
  readonly run: () => void;
  readonly #cancelled: () => void;

  constructor(run: () => void, cancelled: () => void) {
    this.run = run;
    this.#cancelled = cancelled;
  }

  cancel(): void {
    if (!this.isSet) return;
    this.isSet = false;
    this.#cancelled();
  }
}

/** Children of a place in the heap: four lie side by side, so a heap of 50,000 is 8 deep. */
const BRANCHES = 4;

export class TimerQueue {
  // The heap, as three lists in step: the walk compares numbers and visits no object.
  #atMs: number[] = [];
  #sequence: number[] = [];
  #calls: Call[] = [];
  #shells = 0;
  #nextSequence = 0;

  /** Calls that are still to run. */
  get size(): number {
    return this.#calls.length - this.#shells;
  }

  /** Places taken in memory, shells included: never more than twice `size` and a few. */
  get places(): number {
    return this.#calls.length;
  }

  add(atMs: number, run: () => void): Timer {
    const call = new Call(run, this.#countShell);
    this.#set(call, atMs);
    return call;
  }

  /** Sets a call of this queue anew; where it is still to run, it runs then instead. */
  addAgain(atMs: number, timer: Timer): void {
    if (!(timer instanceof Call)) throw new TypeError('a timer of another clock');
    timer.cancel();
    this.#set(timer, atMs);
  }

  /** When the next call is due; Infinity when there is none. */
  headMs(): number {
    while (this.#isShell(0)) {
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
      const head = this.#calls[0];
      if (head === undefined || head.place >= end) return;
      head.isSet = false;
      this.#removeHead();
      head.run();
    }
  }

  /** Forgets every call. */
  clear(): void {
    for (const call of this.#calls) call.isSet = false;
    this.#atMs = [];
    this.#sequence = [];
    this.#calls = [];
    this.#shells = 0;
  }

  readonly #countShell = (): void => {
    this.#shells++;
    if (this.#shells > SHELLS_KEPT && this.#shells * 2 > this.#calls.length) this.#sweep();
  };

  #isShell(place: number): boolean {
    const call = this.#calls[place];
    return call !== undefined && !(call.isSet && call.place === this.#sequence[place]);
  }

  #set(call: Call, atMs: number): void {
    const sequence = this.#nextSequence++;
    call.place = sequence;
    call.isSet = true;
    this.#atMs.push(atMs);
    this.#sequence.push(sequence);
    this.#calls.push(call);
    this.#rise(this.#calls.length - 1, atMs, sequence, call);
  }

  #sweep(): void {
    const isLive = this.#calls.map((_, place) => !this.#isShell(place));
    const live = (_: unknown, place: number): boolean => isLive[place] === true;
    this.#atMs = this.#atMs.filter(live);
    this.#sequence = this.#sequence.filter(live);
    this.#calls = this.#calls.filter(live);
    this.#shells = 0;
    for (let place = Math.floor((this.places - 2) / BRANCHES); place >= 0; place--) {
      this.#sink(
        place,
        this.#atMs[place] as number,
        this.#sequence[place] as number,
        this.#calls[place] as Call,
      );
    }
  }

  #removeHead(): void {
    const atMs = this.#atMs.pop();
    const sequence = this.#sequence.pop();
    const call = this.#calls.pop();
    if (atMs === undefined || sequence === undefined || call === undefined) return;
    if (this.#calls.length > 0) this.#sink(0, atMs, sequence, call);
  }

  #put(place: number, atMs: number, sequence: number, call: Call): void {
    this.#atMs[place] = atMs;
    this.#sequence[place] = sequence;
    this.#calls[place] = call;
  }

  #move(from: number, to: number): void {
    this.#atMs[to] = this.#atMs[from] as number;
    this.#sequence[to] = this.#sequence[from] as number;
    this.#calls[to] = this.#calls[from] as Call;
  }

  /** Whether the call at `place` comes before one of `atMs` and `sequence`. */
  #isBefore(place: number, atMs: number, sequence: number): boolean {
    const placeMs = this.#atMs[place] as number;
    return placeMs < atMs || (placeMs === atMs && (this.#sequence[place] as number) < sequence);
  }

  #rise(from: number, atMs: number, sequence: number, call: Call): void {
    let place = from;
    while (place > 0) {
      const above = Math.floor((place - 1) / BRANCHES);
      if (this.#isBefore(above, atMs, sequence)) break;
      this.#move(above, place);
      place = above;
    }
    this.#put(place, atMs, sequence, call);
  }

  #sink(from: number, atMs: number, sequence: number, call: Call): void {
    const count = this.#calls.length;
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
    this.#put(place, atMs, sequence, call);
  }
}
