// The ranges of devices in one bank's core, as its hit lane uses them: it counts its answers by
// them, and shares questions out by the banks that they are in.

import type { BankRange } from '../s1sp/bank-ranges.ts';
import { type Core, viewU32 } from '../s1sp/core.ts';

/** Answers to devices of a range. */
export type RangeHits = (range: BankRange, answers: number) => void;

const WORD_BYTES = 4;

export class HitRanges {
  readonly #ranges: readonly BankRange[];
  readonly #words: Uint32Array;
  /** Words of one range, and where in it two of them stand. */
  readonly #step: number;
  readonly #answers: number;
  readonly #bank: number;

  /** `ranges`: those that the core was given when its bank was made. */
  constructor(core: Core, ranges: readonly BankRange[]) {
    this.#ranges = ranges;
    this.#step = core.DEVICE_RANGE_SIZE.value / WORD_BYTES;
    this.#answers = core.OFF_DEVICE_RANGE_ANSWERS.value / WORD_BYTES;
    this.#bank = core.OFF_DEVICE_RANGE_BANK.value / WORD_BYTES;
    this.#words = viewU32(core, core.deviceRangesAddress(), ranges.length * this.#step);
  }

  /** From now on questions go to the banks that `placeOf` says; −1 for none. */
  setBanks(placeOf: (range: BankRange) => number): void {
    this.#ranges.forEach((range, i) => {
      this.#words[i * this.#step + this.#bank] = placeOf(range) + 1;
    });
  }

  /** Calls `visit` for every range of which something was answered; the next begin anew. */
  take(visit: RangeHits): void {
    const words = this.#words;
    for (let at = this.#answers, i = 0; at < words.length; at += this.#step, i++) {
      const answers = words[at] ?? 0;
      if (answers === 0) continue;
      words[at] = 0;
      const range = this.#ranges[i];
      if (range !== undefined) visit(range, answers);
    }
  }
}
