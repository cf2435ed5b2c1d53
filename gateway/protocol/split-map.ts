// A map in parts. Node builds a Map anew, as a whole, whenever it has grown or many have come and
// gone: with tens of thousands in it everybody waits for milliseconds. In parts each of these waits
// is as many times shorter, and they come at different times.

const PARTS = 64;
/** Leaves as many bits of a 32-bit hash. */
const PART_SHIFT = 32 - 6;

export class SplitMap<Key, Value> {
  readonly #parts: readonly Map<Key, Value>[] = Array.from({ length: PARTS }, () => new Map());
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** `hash`: a whole number, for one key always the same; neighbours fall into different parts. */
  get(hash: number, key: Key): Value | undefined {
    return this.#partOf(hash).get(key);
  }

  has(hash: number, key: Key): boolean {
    return this.#partOf(hash).has(key);
  }

  set(hash: number, key: Key, value: Value): void {
    const part = this.#partOf(hash);
    const before = part.size;
    part.set(key, value);
    this.#size += part.size - before;
  }

  delete(hash: number, key: Key): void {
    if (this.#partOf(hash).delete(key)) this.#size--;
  }

  #partOf(hash: number): Map<Key, Value> {
    return this.#parts[Math.imul(hash, 0x9e3779b1) >>> PART_SHIFT] as Map<Key, Value>;
  }
}
