// Copies of short columns, cut from larger pieces of memory as node cuts its Buffers: a typed array
// with memory of its own costs a microsecond, which is more than a meter takes to compute a day.

/** 8 KiB, as node has it: what one column that is kept holds on to besides itself. */
const POOL_WORDS = 2048;
/** Longer columns get memory of their own. */
const POOLED_MAX = POOL_WORDS / 8;

export class ColumnPool {
  #pool = new Uint32Array(POOL_WORDS);
  #used = 0;

  /** Rows `first` to `first + count − 1` of a column; nothing else ever writes to the copy. */
  copyOf(source: Uint32Array, first: number, count: number): Uint32Array {
    if (count > POOLED_MAX) return source.slice(first, first + count);
    if (this.#used + count > POOL_WORDS) {
      this.#pool = new Uint32Array(POOL_WORDS);
      this.#used = 0;
    }
    const copy = this.#pool.subarray(this.#used, this.#used + count);
    this.#used += count;
    for (let row = 0; row < count; row++) copy[row] = source[first + row] as number;
    return copy;
  }
}
