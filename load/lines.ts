// The connections of a run, and whose turn it is to send.

import { Line, type LineListener, type LineOptions } from './line.ts';

export class Lines {
  readonly #lines: Line[] = [];
  readonly #inFlight: number;
  #next = 0;

  /** `inFlight`: SRs that one connection may have without an answer. */
  constructor(inFlight: number) {
    this.#inFlight = inFlight;
  }

  /** Opens them all; rejects with a LineError where one does not open. */
  async open(
    options: readonly Omit<LineOptions, 'number'>[],
    listener: LineListener,
  ): Promise<void> {
    for (const [number, own] of options.entries()) {
      this.#lines.push(await Line.open({ ...own, number }, listener));
    }
  }

  at(number: number): Line | undefined {
    return this.#lines[number];
  }

  /** Whether none is left to send on. */
  get areGone(): boolean {
    return !this.#lines.some(({ isOpen }) => isOpen);
  }

  /** The next open connection, in turn, that may have so many more in flight. */
  withRoom(count: number): Line | undefined {
    for (let tried = 0; tried < this.#lines.length; tried++) {
      const line = this.#lines[this.#next];
      this.#next = (this.#next + 1) % this.#lines.length;
      if (line?.isOpen && line.inFlight + count <= this.#inFlight) return line;
    }
    return undefined;
  }

  flush(): void {
    for (const line of this.#lines) line.flush();
  }

  close(): void {
    for (const line of this.#lines) line.close();
  }
}
