// Who filled the cache: which request or schedule read the entries that were stored at a second.
// Only for the `why` of an answer, and only as far back as a bounded memory goes.

import type { CachedSrv } from '../protocol/service-reference.ts';

/** Enough for the last minutes of a busy gateway; about 100 bytes each. */
const FILLS_MAX = 16_384;

export class Fills {
  readonly #fillers = new Map<string, string>();

  /** Remembers that `asker` read what is stored at `storedSeconds`; the first of a second stays. */
  note(device: number, srv: CachedSrv, storedSeconds: number, asker: string): void {
    const key = `${device}/${srv}/${storedSeconds}`;
    if (this.#fillers.has(key)) return;
    this.#fillers.set(key, asker);
    if (this.#fillers.size <= FILLS_MAX) return;
    const oldest = this.#fillers.keys().next();
    if (oldest.done !== true) this.#fillers.delete(oldest.value);
  }

  fillerOf(device: number, srv: CachedSrv, storedSeconds: number): string | undefined {
    return this.#fillers.get(`${device}/${srv}/${storedSeconds}`);
  }
}
