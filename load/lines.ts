// The connections of a run, and whose turn it is to send.

import { Line, type LineListener, type LineOptions } from './line.ts';

export class Lines {
  readonly #lines: Line[] = [];
  readonly #inFlight: number;
  readonly #drawGroup: () => number;
  /** The group whose turn it is, until one of its lines has had room. */
  #group: number | undefined;
  #next = 0;

  /** `inFlight`: SRs that one connection may have without an answer. */
  constructor(inFlight: number, drawGroup: () => number) {
    this.#inFlight = inFlight;
    this.#drawGroup = drawGroup;
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

  /** The next open connection with room for so many, in turn, of the group whose turn it is. */
  withRoom(count: number): Line | undefined {
    this.#group ??= this.#drawGroup();
    let isGone = true;
    for (let tried = 0; tried < this.#lines.length; tried++) {
      const line = this.#lines[this.#next];
      this.#next = (this.#next + 1) % this.#lines.length;
      if (!line?.isOpen || line.group !== this.#group) continue;
      isGone = false;
      if (line.inFlight + count > this.#inFlight) continue;
      this.#group = undefined;
      return line;
    }
    if (!isGone) return undefined;
    // No connection of the group is left: the others ask in its stead.
    this.#group = this.#lines.find(({ isOpen }) => isOpen)?.group;
    return this.#group === undefined ? undefined : this.withRoom(count);
  }

  flush(): void {
    for (const line of this.#lines) line.flush();
  }

  close(): void {
    for (const line of this.#lines) line.close();
  }
}
