// Who filled the cache: which request or schedule read the entries that were stored at a second.
// Only for the `why` of an answer, and only as far back as a bounded memory goes.

import type { CachedSrv } from '../protocol/service-reference.ts';

/** Enough for the last minutes of a busy gateway; about 100 bytes each. */
const FILLS_MAX = 16_384;

export class Fills {
  readonly #fillers = new Map<string, string>();
  /** Keys by the order they came in, round and round: a Map is slow to tell its oldest. */
  readonly #keys: string[] = [];
  #noted = 0;

  /** Remembers that `asker` read what is stored at `storedSeconds`; the first of a second stays. */
  note(device: number, srv: CachedSrv, storedSeconds: number, asker: string): void {
    const key = `${device}/${srv}/${storedSeconds}`;
    if (this.#fillers.has(key)) return;
    const place = this.#noted++ % FILLS_MAX;
    const oldest = this.#keys[place];
    if (oldest !== undefined) this.#fillers.delete(oldest);
    this.#keys[place] = key;
    this.#fillers.set(key, asker);
  }

  fillerOf(device: number, srv: CachedSrv, storedSeconds: number): string | undefined {
    return this.#fillers.get(`${device}/${srv}/${storedSeconds}`);
  }
}
