// The short cut where the cache has several banks: the first bank reads the questions of a stretch
// of frames and shares them out, each to the bank that has its device's slot, and every bank
// answers its own. So the answers of a stretch leave bank by bank, and those to an array in as many
// frames as banks have any: in any order, as the contract has it. The stretch ends before the first
// frame with a question that its bank cannot answer, for what that one sets under way may change
// the answers behind it.

import type { HitBank } from './bank.ts';

/** What all frames of a stretch have in common. */
export interface Stretch {
  readonly read: Buffer;
  readonly binary: boolean;
  readonly speaker: number;
  readonly messageBytes: number;
  readonly nowSeconds: number;
}

export class SeveralBanks {
  /** Questions of each bank. */
  readonly #counts: number[] = [];
  /** All questions of the latest stretch have been answered: there may be more behind them. */
  goesOn = false;

  /** Answers a stretch of frames from `from` on by `banks`. Returns where it ends. */
  answer(stretch: Stretch, from: number, banks: readonly HitBank[]): number {
    const { read, binary, speaker, messageBytes, nowSeconds } = stretch;
    const [reader] = banks;
    this.goesOn = false;
    if (reader === undefined) return from;
    const frames = reader.share(from, read.length, binary, speaker, messageBytes, nowSeconds);
    if (frames === 0) {
      reader.readAhead(false);
      return from;
    }
    const end = reader.frameEnd(frames - 1);
    let answered = frames;
    for (const [place, bank] of banks.entries()) {
      const count = bank.takeShare(reader, place, from, end);
      this.#counts[place] = count;
      if (count > 0) answered = Math.min(answered, bank.judgeQuestions(count, nowSeconds));
    }
    for (const [place, bank] of banks.entries()) {
      const count = this.#counts[place] ?? 0;
      if (count > 0) bank.answerQuestions(count, answered, binary);
    }
    this.goesOn = answered === frames;
    reader.readAhead(this.goesOn);
    return answered === 0 ? from : reader.frameEnd(answered - 1);
  }
}
