// What the S1SP has been asked and has not answered, because a meter has not: kept for the sake of
// snapshots, which carry it over. A read whose one flight is all of it is known by that flight.

import type { Target } from './data-cache.ts';
import type { Fill } from './fill.ts';
import type { SlicedRead } from './gas-reads.ts';
import type { Decided, LogQuestion } from './log-question.ts';
import type { MeterRead, MeterRestriction } from './meter-network.ts';

/** A change of tenancy that a meter has not confirmed. */
export interface RestrictInquiry {
  readonly kind: 'restriction';
  /** RequestID. */
  readonly asker: string;
  readonly target: Target;
  readonly command: MeterRestriction;
}

export type Inquiry =
  | {
      readonly kind: 'through';
      readonly question: LogQuestion;
      readonly decided: Decided;
      readonly command: MeterRead;
    }
  | { readonly kind: 'fill'; readonly question: LogQuestion; readonly fill: Fill }
  | { readonly kind: 'slices'; readonly question: LogQuestion; readonly sliced: SlicedRead }
  | RestrictInquiry;

export class Inquiries {
  readonly #underWay = new Set<Inquiry>();

  begin<I extends Inquiry>(inquiry: I): I {
    this.#underWay.add(inquiry);
    return inquiry;
  }

  end(inquiry: Inquiry): void {
    this.#underWay.delete(inquiry);
  }

  /** In the order in which they began. */
  all(): Iterable<Inquiry> {
    return this.#underWay;
  }
}
