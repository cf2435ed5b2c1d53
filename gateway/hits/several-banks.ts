// The short cut where the cache has several banks: the first bank reads the questions of a stretch
// of frames, each question is taken to the bank that has its device's slot, and every bank answers
// its own. So the answers of a stretch leave bank by bank: in any order, as the contract has it.
// The stretch ends before the first question that its bank cannot answer, for what that one sets
// under way may change the answers behind it. Arrays of messages take the readable path.

import type { HitBank } from './bank.ts';

/** What all frames of a stretch have in common. */
export interface Stretch {
  readonly read: Buffer;
  readonly binary: boolean;
  readonly speaker: number;
  readonly messageBytes: number;
  readonly nowSeconds: number;
}

/** A bank holds 2^20 devices or more, and a fleet has not as many as this needs. */
const BANKS_MAX = 64;

export class SeveralBanks {
  /**
   * Of each question of a stretch: the bank that has its device, and its place among that bank's.
   */
  readonly #owners: number[] = [];
  readonly #places: number[] = [];
  /** Questions of each bank. */
  readonly #counts = new Uint32Array(BANKS_MAX);
  /** All questions of the latest stretch have been answered: there may be more behind them. */
  goesOn = false;

  /**
   * Answers a stretch of frames from `from` on by `banks`; `placeOf` says which of them has a
   * device's slot, −1 for none. Returns where it ends.
   */
  answer(
    stretch: Stretch,
    from: number,
    banks: readonly HitBank[],
    placeOf: (high: number, low: number) => number,
  ): number {
    const { read, binary, speaker, messageBytes, nowSeconds } = stretch;
    const [reader] = banks;
    this.goesOn = false;
    if (reader === undefined) return from;
    const frames = reader.gather(from, read.length, binary, speaker, messageBytes, nowSeconds);
    const questions = this.#share(reader, frames, banks, placeOf);
    if (questions === 0) return from;
    const end = reader.frameEnd(questions - 1);
    banks.forEach((bank, place) => {
      const count = this.#counts[place] ?? 0;
      if (count === 0) return;
      if (bank !== reader) bank.takeRead(reader, from, end);
      bank.judgeQuestions(count, nowSeconds);
    });
    const hits = this.#hitsBefore(questions, banks);
    banks.forEach((bank, place) => {
      const count = this.#counts[place] ?? 0;
      if (count > 0) bank.answerQuestions(count, binary);
    });
    this.goesOn = hits === questions;
    reader.readAhead(this.goesOn);
    return hits === 0 ? from : reader.frameEnd(hits - 1);
  }

  /** Takes each question to its bank, up to the first array; returns how many there are. */
  #share(
    reader: HitBank,
    frames: number,
    banks: readonly HitBank[],
    placeOf: (high: number, low: number) => number,
  ): number {
    this.#counts.fill(0, 0, banks.length);
    for (let question = 0; question < frames; question++) {
      if (reader.frameEnd(question) < 0) return question;
      const owner = reader.deviceOf(question, placeOf);
      this.#owners[question] = owner;
      const bank = banks[owner];
      if (bank === undefined) continue;
      const place = this.#counts[owner] ?? 0;
      this.#places[question] = place;
      this.#counts[owner] = place + 1;
      // No question comes to a place behind its own, where the reader might still need another.
      bank.takeQuestion(reader, question, place);
    }
    return frames;
  }

  /** Questions before the first that is no hit; the counts are then those of each bank's hits. */
  #hitsBefore(questions: number, banks: readonly HitBank[]): number {
    this.#counts.fill(0, 0, banks.length);
    for (let question = 0; question < questions; question++) {
      const owner = this.#owners[question] ?? -1;
      const place = this.#places[question] ?? 0;
      if (banks[owner]?.isHit(place) !== true) return question;
      this.#counts[owner] = place + 1;
    }
    return questions;
  }
}
