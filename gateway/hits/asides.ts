// Devices of which a request may not take the short cut for hits: one of them has a request in
// flight, so that a second with the same RequestID has to be refused; a change of tenancy; a status
// other than Commissioned. Counted in a table of fixed size in which devices may share a place:
// they lose the short cut for a while and nothing else.

import { instantiateCore } from '../s1sp/core.ts';

export class Asides {
  /** The memory core says where a device counts; an instance without a bank suffices for it. */
  readonly #core = instantiateCore();
  readonly #tables: Uint32Array[] = [new Uint32Array(this.#core.HIT_ASIDES.value)];

  /** Keeps a bank's own table equal from now on. */
  attach(table: Uint32Array): void {
    table.set(this.#tables[0] ?? []);
    this.#tables.push(table);
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
    for (const table of this.#tables) table[place] = (table[place] ?? 0) + by;
  }
}
