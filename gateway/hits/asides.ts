// Devices of which a request may not take the short cut for hits: one of them has a request in
// flight, so that a second with the same RequestID has to be refused; a change of tenancy; a status
// other than Commissioned. Counted in a table of fixed size in which devices may share a place:
// they lose the short cut for a while and nothing else.

import { instantiateCore } from '../s1sp/core.ts';

export class Asides {
  /** The memory core says where a device counts; an instance without a bank suffices for it. */
  readonly #core = instantiateCore();
  /** For each place, how many reasons devices have that share it. */
  readonly #reasons = new Uint32Array(this.#core.HIT_ASIDES.value);
  readonly #tables: Uint32Array[] = [];

  /** Keeps a bank's own table right from now on: a bit for each place. */
  attach(table: Uint32Array): void {
    this.#tables.push(table);
    this.#reasons.forEach((_, place) => {
      this.#mark(table, place);
    });
  }

  /** One more reason to leave a device to the readable path. */
  add(high: number, low: number): void {
    this.#change(high, low, 1);
  }

  /** One reason less. */
  remove(high: number, low: number): void {
    this.#change(high, low, -1);
  }

  #change(high: number, low: number, by: 1 | -1): void {
    const place = this.#core.asidePlace(high, low);
    this.#reasons[place] = (this.#reasons[place] ?? 0) + by;
    for (const table of this.#tables) this.#mark(table, place);
  }

  #mark(table: Uint32Array, place: number): void {
    const word = place >>> 5;
    const bit = 1 << (place & 31);
    const others = (table[word] ?? 0) & ~bit;
    table[word] = this.#reasons[place] === 0 ? others : others | bit;
  }
}
