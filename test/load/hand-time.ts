// Time for a load run that a test turns by hand. Turns of the event loop are real ones: the sockets
// of the test are real, too.

import type { LoadTime, LoadTimer } from '../../load/real-time.ts';

export const WALL_MS = Date.parse('2026-11-23T12:00:00Z');

export class HandTime implements LoadTime {
  #ms = 0;
  asleep = 0;
  processor = 0;
  readonly #timers = new Map<object, { atMs: number; run: () => void }>();

  nowMs(): number {
    return this.#ms;
  }

  wallMs(): number {
    return WALL_MS + this.#ms;
  }

  after(ms: number, run: () => void): LoadTimer {
    const key = {};
    this.#timers.set(key, { atMs: this.#ms + ms, run });
    return { cancel: () => void this.#timers.delete(key) };
  }

  soon(run: () => void): void {
    setImmediate(run);
  }

  asleepMs(): number {
    return this.asleep;
  }

  processorMs(): number {
    return this.processor;
  }

  /** Moves time on, timer by timer, with a turn of the event loop after each. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#ms + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, { atMs }]) => atMs <= endMs);
      const [next] = due.sort(([, a], [, b]) => a.atMs - b.atMs);
      if (next === undefined) break;
      const [key, { atMs, run }] = next;
      this.#timers.delete(key);
      this.#ms = Math.max(this.#ms, atMs);
      run();
      await turn();
    }
    this.#ms = endMs;
    await turn();
  }
}

export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Turns the event loop until something has happened; fails when it never does. */
export async function until(happened: () => boolean): Promise<void> {
  for (let turns = 0; !happened(); turns++) {
    if (turns > 100_000) throw new Error('it never happened');
    await turn();
  }
}
