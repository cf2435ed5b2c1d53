// The gateway's own record of what it decided and why: bounded, and off unless asked for. Tests
// judge the cache rules by it, and it says nothing of readings.

import type { LookUpResult } from './cache-bank.ts';
import type { Interval } from './intervals.ts';

/** How a read was decided when it was looked at. */
export interface Decision {
  readonly atMs: number;
  /** RequestID, or `schedule N` for a run of a schedule. */
  readonly asker: string;
  readonly device: number;
  readonly srv: string;
  /** Half-hour stamps, or days for 4.6.1, both inclusive. */
  readonly period: Interval;
  readonly result: LookUpResult | 'no_schedule' | 'uncacheable' | 'scheduled';
  /** Stretches read from the meter for this decision. */
  readonly read: readonly Interval[];
  /** Stretches waited for that another request was reading. */
  readonly joined: readonly Interval[];
}

export class Journal {
  readonly #capacity: number;
  readonly #entries: Decision[] = [];
  #written = 0;

  /** Keeps the latest `capacity` decisions. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  write(decision: Decision): void {
    this.#entries[this.#written++ % this.#capacity] = decision;
  }

  /** Decisions written since the start, those forgotten included. */
  get written(): number {
    return this.#written;
  }

  /** The decisions kept, oldest first. */
  entries(): Decision[] {
    const start = this.#written % this.#capacity;
    return this.#written <= this.#capacity
      ? this.#entries.slice()
      : [...this.#entries.slice(start), ...this.#entries.slice(0, start)];
  }
}
