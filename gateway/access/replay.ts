// Replay protection, an option [decision "requestId order"]: the counter of a RequestID has to rise
// from each request of an originator to its next.

import { ProtocolError } from '../protocol/errors.ts';
import type { RequestId } from '../protocol/service-request.ts';
import type { Party } from './inventory.ts';

export class ReplayProtection {
  /** The highest counter of each Party so far. */
  readonly #counters = new Map<Party, string>();

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
