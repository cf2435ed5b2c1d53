// The requests that have been sent and not been answered, in flat arrays: at 100,000 a second an
// object each would be the run's main work. A request is its counter, which rises by one from
// request to request of the run, whoever asks; its row is the counter modulo the table's size. A
// row still taken when the counter comes round is skipped, and its counter is not used.

/** Room for so many times the requests that may be in flight: skipped rows stay rare. */
const ROOM = 4;
const ROWS_MIN = 65_536;
/** Of so many that have timed out it is remembered that a late answer is theirs. */
const TIMED_OUT_MAX = 262_144;

export class InFlight {
  count = 0;
  readonly kinds: Uint16Array;
  readonly devices: Uint32Array;
  readonly lines: Uint16Array;
  /** Planned and actual send times, ms since the start of the run. */
  readonly plannedMs: Float64Array;
  readonly sentMs: Float64Array;
  /** The latest virtual time that the gateway had told by then, ms since the epoch. */
  readonly virtualMs: Float64Array;
  /** 1: it asked for the `why` of its answer. */
  readonly explained: Uint8Array;
  /** Counter less the first of the run; −1 in a row that is free. */
  readonly #numbers: Float64Array;
  readonly #mask: number;
  readonly #firstCounter: number;
  readonly #timedOut = new Set<number>();
  #next = 0;
  /** No number below this one is in flight. */
  #oldest = 0;

  /** `most` requests at a time; the first has the counter `firstCounter`. */
  constructor(most: number, firstCounter: number) {
    let rows = ROWS_MIN;
    while (rows < most * ROOM) rows *= 2;
    this.#mask = rows - 1;
    this.#firstCounter = firstCounter;
    this.#numbers = new Float64Array(rows).fill(-1);
    this.kinds = new Uint16Array(rows);
    this.devices = new Uint32Array(rows);
    this.lines = new Uint16Array(rows);
    this.plannedMs = new Float64Array(rows);
    this.sentMs = new Float64Array(rows);
    this.virtualMs = new Float64Array(rows);
    this.explained = new Uint8Array(rows);
  }

  /** Takes a row for the next request; the caller fills it. */
  take(): number {
    while (this.#numbers[this.#next & this.#mask] !== -1) this.#next++;
    const row = this.#next & this.#mask;
    this.#numbers[row] = this.#next++;
    this.count++;
    return row;
  }

  counterOf(row: number): number {
    return this.#firstCounter + (this.#numbers[row] ?? 0);
  }

  /** The row of the request with this counter; −1 when it is not in flight. */
  rowOf(counter: number): number {
    const number = counter - this.#firstCounter;
    if (!(number >= 0)) return -1;
    const row = number & this.#mask;
    return this.#numbers[row] === number ? row : -1;
  }

  free(row: number): void {
    this.#numbers[row] = -1;
    this.count--;
  }

  /** Frees a row whose answer may still come. */
  freeTimedOut(row: number): void {
    if (this.#timedOut.size === TIMED_OUT_MAX) {
      const [oldest = 0] = this.#timedOut;
      this.#timedOut.delete(oldest);
    }
    this.#timedOut.add(this.#numbers[row] ?? 0);
    this.free(row);
  }

  /**
   * What an answer with this counter is, to which no request in flight belongs: the first after
   * its time-out, another one to a request that has had its answer, or to none of this run.
   */
  strayOf(counter: number): 'late' | 'repeated' | 'unknown' {
    const number = counter - this.#firstCounter;
    if (this.#timedOut.delete(number)) return 'late';
    return Number.isInteger(number) && number >= 0 && number < this.#next ? 'repeated' : 'unknown';
  }

  /** Calls `visit` for every request sent before `beforeMs`, oldest first; it frees them. */
  forEachSentBefore(beforeMs: number, visit: (row: number) => void): void {
    for (; this.#oldest < this.#next; this.#oldest++) {
      const row = this.#oldest & this.#mask;
      if (this.#numbers[row] !== this.#oldest) continue;
      if ((this.sentMs[row] ?? 0) >= beforeMs) return;
      visit(row);
    }
  }

  /** Calls `visit` for every request in flight on a line, or on any; it frees them. */
  forEach(line: number | undefined, visit: (row: number) => void): void {
    for (let row = 0; row <= this.#mask; row++) {
      if (this.#numbers[row] === -1) continue;
      if (line === undefined || this.lines[row] === line) visit(row);
    }
  }
}
