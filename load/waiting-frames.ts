// Arrivals that no connection has room for: they keep their planned time while they wait. Bounded;
// what finds no place is not sent at all, and counted so.

/** At 50,000 a second the arrivals of more than a second. */
const FRAMES_MAX = 65_536;

export class WaitingFrames {
  count = 0;
  readonly #atMs = new Float64Array(FRAMES_MAX);
  readonly #sizes = new Uint16Array(FRAMES_MAX);
  #first = 0;

  /** False where there is no room. */
  add(atMs: number, size: number): boolean {
    if (this.count === FRAMES_MAX) return false;
    const place = (this.#first + this.count++) % FRAMES_MAX;
    this.#atMs[place] = atMs;
    this.#sizes[place] = size;
    return true;
  }

  /** Planned time of the first. */
  get atMs(): number {
    return this.#atMs[this.#first] ?? 0;
  }

  /** SRs of the first. */
  get size(): number {
    return this.#sizes[this.#first] ?? 0;
  }

  shift(): void {
    this.#first = (this.#first + 1) % FRAMES_MAX;
    this.count--;
  }
}
