// Replay protection, an option [decision "requestId order"]: the counter of a RequestID has to rise
// from each request of an originator to its next.

import { ProtocolError } from '../protocol/errors.ts';
import { type Static, Type } from '../protocol/schema.ts';
import type { RequestId } from '../protocol/service-request.ts';
import type { Party } from './inventory.ts';

export const COUNTERS_STATE = Type.Array(
  Type.Object({
    partyId: Type.String(),
    counter: Type.String({ pattern: '^(0|[1-9][0-9]{0,19})$' }),
  }),
);
export type CountersState = Static<typeof COUNTERS_STATE>;

export class ReplayProtection {
  /** The highest counter of each Party so far. */
  readonly #counters = new Map<Party, string>();

  /** The highest counters, by Party. */
  state(): CountersState {
    return [...this.#counters].map(([{ id }, counter]) => ({ partyId: id, counter }));
  }

  restore(state: CountersState, partyOf: (id: string) => Party): void {
    for (const { partyId, counter } of state) this.#counters.set(partyOf(partyId), counter);
  }

  /** Takes the counter of a request, or refuses it. */
  admit(party: Party, { counter }: RequestId): void {
    const highest = this.#counters.get(party);
    if (highest !== undefined && !isAbove(counter, highest)) {
      const message = `the counter of ${party.id} must rise above ${highest}, this is ${counter}`;
      throw new ProtocolError('INVALID_REQUEST', message, { path: '/requestId' });
    }
    this.#counters.set(party, counter);
  }
}

/** Compares unsigned decimals without leading zeros: 64 bits do not fit a number. */
function isAbove(counter: string, other: string): boolean {
  return counter.length === other.length ? counter > other : counter.length > other.length;
}
