// The calls on the clock that a restored world has to set again. Two that are due at the same
// millisecond run in the order in which they were set, so they are set in the old order, whichever
// rooms they are of.

interface Call {
  readonly place: number;
  readonly set: () => void;
}

export class Agenda {
  readonly #calls: Call[] = [];

  /** Notes a call that had this {@link Timer.place}; `set` sets it. */
  add(place: number, set: () => void): void {
    this.#calls.push({ place, set });
  }

  /** Sets all of them, once everything else is restored. */
  setAll(): void {
    this.#calls.sort((a, b) => a.place - b.place);
    for (const { set } of this.#calls.splice(0)) set();
  }
}
