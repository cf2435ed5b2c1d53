// The short cut where the cache has several banks: one bank reads the questions of a stretch of
// frames, each question is taken to the bank that has its device's slot, and every bank answers its
// own. So the answers leave bank by bank: in any order, as the contract has it, and the hall gets
// what is left of the stretch afterwards. Arrays of messages take the readable path.

import type { HitBank } from './bank.ts';

/** What all frames of a stretch have in common. */
export interface Stretch {
  readonly read: Buffer;
  readonly binary: boolean;
  readonly speaker: number;
  readonly messageBytes: number;
  readonly nowSeconds: number;
}

/** A bank holds 2^19 devices or more, and a fleet has not as many as this needs. */
const BANKS_MAX = 64;

export class SeveralBanks {
  /** Frames of the latest read that have been answered behind one that has not: start to end. */
  readonly #answered = new Map<number, number>();
  #read: Buffer | undefined;
  /**
   * Of each question of a stretch: the bank that has its device, and its place among that bank's.
   */
  readonly #owners: number[] = [];
  readonly #places: number[] = [];
  /** Questions of each bank. */
  readonly #counts = new Uint32Array(BANKS_MAX);

  /** Steps over frames at `at` of a read that have been answered before those in front of them. */
  past(read: Buffer, at: number): number {
    return read === this.#read ? this.#past(at) : at;
  }

  /**
   * Answers frames from `at` on by `banks`; `placeOf` says which of them has a device's slot, −1
   * for none. Returns where the first unanswered frame begins, or the end.
   */
  answer(
    stretch: Stretch,
    at: number,
    banks: readonly HitBank[],
    placeOf: (high: number, low: number) => number,
  ): number {
    const { read, binary, speaker, messageBytes, nowSeconds } = stretch;
    if (this.#read !== read) this.#answered.clear();
    this.#read = read;
    const [reader] = banks;
    let from = at;
    while (reader !== undefined && from < read.length) {
      const frames = reader.gather(from, read.length, binary, speaker, messageBytes, nowSeconds);
      const ends = this.#endsOf(reader, frames);
      if (ends.length === 0) break;
      this.#share(stretch, from, ends, banks, placeOf);
      const next = this.#past(from);
      if (next < (ends.at(-1) ?? 0)) return next;
      from = next;
    }
    return from;
  }

  /** Steps over frames that have been answered. */
  #past(at: number): number {
    let end = at;
    for (let next = this.#answered.get(end); next !== undefined; next = this.#answered.get(end)) {
      this.#answered.delete(end);
      end = next;
    }
    return end;
  }

  /** Where the gathered frames end, up to the first array. */
  #endsOf(reader: HitBank, frames: number): number[] {
    const ends: number[] = [];
    for (let frame = 0; frame < frames; frame++) {
      const end = reader.frameEnd(frame);
      if (end < 0) break;
      ends.push(end);
    }
    return ends;
  }

  #share(
    { read, binary, nowSeconds }: Stretch,
    from: number,
    ends: readonly number[],
    banks: readonly HitBank[],
    placeOf: (high: number, low: number) => number,
  ): void {
    const [reader] = banks;
    if (reader === undefined) return;
    this.#counts.fill(0, 0, banks.length);
    let start = from;
    for (let question = 0; question < ends.length; question++) {
      const isOpen = !this.#answered.has(start);
      const owner = isOpen ? reader.deviceOf(question, placeOf) : -1;
      const bank = banks[owner];
      this.#owners[question] = owner;
      start = ends[question] ?? start;
      if (bank === undefined) continue;
      const place = this.#counts[owner] ?? 0;
      this.#places[question] = place;
      this.#counts[owner] = place + 1;
      // No question comes to a place behind its own, where the reader might still need another.
      bank.takeQuestion(reader, question, place);
    }
    const end = ends.at(-1) ?? read.length;
    banks.forEach((bank, place) => {
      const count = this.#counts[place] ?? 0;
      if (count === 0) return;
      if (bank !== reader) bank.takeRead(reader, from, end);
      bank.answerQuestions(count, binary, nowSeconds);
    });
    this.#note(from, ends, banks);
  }

  /** Notes which frames have been answered. */
  #note(from: number, ends: readonly number[], banks: readonly HitBank[]): void {
    let start = from;
    ends.forEach((end, question) => {
      const bank = banks[this.#owners[question] ?? -1];
      if (bank?.isAnswered(this.#places[question] ?? 0)) this.#answered.set(start, end);
      start = end;
    });
  }
}
