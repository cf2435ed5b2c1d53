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
  readonly result: LookUpResult | 'no_schedule' | 'uncacheable' | 'scheduled' | 'sliced' | 'future';
  /** Stretches read from the meter for this decision. */
  readonly read: readonly Interval[];
  /** Stretches waited for that another request was reading. */
  readonly joined: readonly Interval[];
}

/** The end of a read of a meter that an armed SRV began. */
export interface Landing {
  readonly atMs: number;
  readonly asker: string;
  readonly device: number;
  readonly srv: string;
  /** The stretch that was read. */
  readonly landed: Interval;
  /** `failed`: the meter did not answer; `unarmed`: it did, and the last schedule had gone. */
  readonly outcome: 'stored' | 'unarmed' | 'failed';
}

/** The last schedule of an SRV of a device has gone, and what was cached with it. */
export interface Purge {
  readonly atMs: number;
  readonly device: number;
  readonly srv: string;
  readonly purged: true;
}

export type JournalEntry = Decision | Landing | Purge;

/** Whoever is told of decisions. */
export interface JournalWriter {
  write(entry: JournalEntry): void;
}

export class Journal implements JournalWriter {
  readonly #capacity: number;
  readonly #entries: JournalEntry[] = [];
  #written = 0;

  /** Keeps the latest `capacity` entries. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  write(entry: JournalEntry): void {
    this.#entries[this.#written++ % this.#capacity] = entry;
  }

  /** Entries written since the start, those forgotten included. */
  get written(): number {
    return this.#written;
  }

  /** The entries kept, oldest first. */
  entries(): JournalEntry[] {
    const start = this.#written % this.#capacity;
    return this.#written <= this.#capacity
      ? this.#entries.slice()
      : [...this.#entries.slice(start), ...this.#entries.slice(0, start)];
  }
}
