// When schedules end: so many at each midnight, and the first of these. Whoever acts on what is
// cached without asking the schedules asks here whether one is over that nobody has taken away yet.

export class EndDates {
  /** How many end at a second; there are as many as there are different days. */
  readonly #counts = new Map<number, number>();
  #earliest = Number.POSITIVE_INFINITY;

  /** Second at which the next ends; Infinity for none. */
  get earliest(): number {
    return this.#earliest;
  }

  add(seconds: number): void {
    this.#counts.set(seconds, (this.#counts.get(seconds) ?? 0) + 1);
    this.#earliest = Math.min(this.#earliest, seconds);
  }

  remove(seconds: number): void {
    const left = (this.#counts.get(seconds) ?? 0) - 1;
    if (left > 0) {
      this.#counts.set(seconds, left);
      return;
    }
    this.#counts.delete(seconds);
    this.#earliest = Math.min(Number.POSITIVE_INFINITY, ...this.#counts.keys());
  }
}
