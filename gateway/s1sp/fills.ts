// Who filled the cache: which request or schedule read the entries that were stored at a second.
// Only for the `why` of an answer, and only as far back as a bounded memory goes.
//
// Noting is on the way of every miss, so it makes nothing: fills stand in columns, round and round,
// and those of one hash are chained from the latest back.

import { WHOLE } from '../protocol/plain-entries.ts';
import { type Static, Type } from '../protocol/schema.ts';
import type { CachedSrv } from '../protocol/service-reference.ts';
import { logKey } from './log-key.ts';

/** Enough for the last minutes of a busy gateway; about 100 bytes each. A power of two. */
const FILLS_MAX = 2 ** 14;
/** Leaves as many bits of a 32-bit hash. */
const BUCKET_SHIFT = 32 - 14;

export const FILLS_STATE = Type.Array(
  Type.Object({ asker: Type.String(), key: WHOLE, seconds: WHOLE }),
  { maxItems: FILLS_MAX },
);
/** In the order in which they were noted. */
export type FillsState = Static<typeof FILLS_STATE>;

export class Fills {
  readonly #askers: string[] = [];
  readonly #keys = new Float64Array(FILLS_MAX);
  readonly #seconds = new Float64Array(FILLS_MAX);
  /** Fills are numbered from 1. By hash the latest, and by place the one of that hash before it. */
  readonly #latest = new Float64Array(FILLS_MAX);
  readonly #before = new Float64Array(FILLS_MAX);
  #noted = 0;

  /** Remembers that `asker` read what is stored at `storedSeconds`; the first of a second stays. */
  note(device: number, srv: CachedSrv, storedSeconds: number, asker: string): void {
    const key = logKey(device, srv);
    if (this.#find(key, storedSeconds) < 0) this.#add(key, storedSeconds, asker);
  }

  /** What is remembered. */
  state(): FillsState {
    const first = Math.max(this.#noted - FILLS_MAX, 0) + 1;
    return Array.from({ length: this.#noted - first + 1 }, (_, i) => {
      const place = placeOf(first + i);
      const [key = 0, seconds = 0] = [this.#keys[place], this.#seconds[place]];
      return { asker: this.#askers[place] ?? '', key, seconds };
    });
  }

  /** Remembers the same. */
  restore(state: FillsState): void {
    for (const { key, seconds, asker } of state) this.#add(key, seconds, asker);
  }

  #add(key: number, storedSeconds: number, asker: string): void {
    const number = ++this.#noted;
    const place = placeOf(number);
    const bucket = bucketOf(key, storedSeconds);
    this.#askers[place] = asker;
    this.#keys[place] = key;
    this.#seconds[place] = storedSeconds;
    this.#before[place] = this.#latest[bucket] as number;
    this.#latest[bucket] = number;
  }

  fillerOf(device: number, srv: CachedSrv, storedSeconds: number): string | undefined {
    const place = this.#find(logKey(device, srv), storedSeconds);
    return place < 0 ? undefined : this.#askers[place];
  }

  /** Place of a fill, or −1. A chain ends where its fills have been written over. */
  #find(key: number, storedSeconds: number): number {
    let number = this.#latest[bucketOf(key, storedSeconds)] as number;
    while (number > this.#noted - FILLS_MAX && number > 0) {
      const place = placeOf(number);
      if (this.#keys[place] === key && this.#seconds[place] === storedSeconds) return place;
      number = this.#before[place] as number;
    }
    return -1;
  }
}

function placeOf(number: number): number {
  return number % FILLS_MAX;
}

/** Devices are numbered one after the other, and many are filled in one second: mixed, then cut. */
function bucketOf(key: number, storedSeconds: number): number {
  return Math.imul(key + Math.imul(storedSeconds, 0x85ebca6b), 0x9e3779b1) >>> BUCKET_SHIFT;
}
