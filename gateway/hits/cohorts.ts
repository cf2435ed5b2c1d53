// What one bank's hit lane has answered, by cohort. The core knows cohorts as ranges of
// identifiers.

import type { DeviceRange } from '../access/inventory.ts';
import { type Core, viewU32 } from '../s1sp/core.ts';

/** Answers to devices of the cohort at a place. */
export type CohortHits = (cohort: number, answers: number) => void;

const WORD_BYTES = 4;

export class HitCohorts {
  /** From the first cohort's answers on. */
  readonly #words: Uint32Array;
  /** From the answers of one to those of the next. */
  readonly #step: number;

  /** Enters the ranges, which are in the order of their identifiers, at places 0, 1, 2 …. */
  constructor(core: Core, ranges: readonly DeviceRange[]) {
    for (const { firstDeviceId, count } of ranges) {
      core.addHitCohort(firstDeviceId.high, firstDeviceId.low, count);
    }
    this.#step = core.HIT_COHORT_SIZE.value / WORD_BYTES;
    const first = core.hitCohortsAddress() + core.OFF_HIT_COHORT_ANSWERS.value;
    const last = Math.min(ranges.length, core.HIT_COHORTS_MAX.value) - 1;
    this.#words = viewU32(core, first, last < 0 ? 0 : last * this.#step + 1);
  }

  /** Calls `visit` for every cohort of which something was answered; the next begin anew. */
  take(visit: CohortHits): void {
    const words = this.#words;
    for (let cohort = 0, at = 0; at < words.length; cohort++, at += this.#step) {
      const answers = words[at] ?? 0;
      if (answers === 0) continue;
      words[at] = 0;
      visit(cohort, answers);
    }
  }
}
