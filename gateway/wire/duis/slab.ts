// Buffers for answers, cut one after another from slabs: a buffer of its own for each of ten
// kilobytes would cost more than filling it. A slab is kept as long as one of its pieces is, and
// pieces made together leave together.

const SLAB_SIZE = 256 * 1024;
/** Longer pieces get a buffer of their own: what is left of a slab is not to be thrown away. */
const PIECE_SIZE_MAX = SLAB_SIZE / 8;

export class Slab {
  #slab: Buffer = Buffer.allocUnsafeSlow(SLAB_SIZE);
  #used = 0;

  /** Room for `size` bytes, valid until the next call unless it is cut. */
  room(size: number): Buffer {
    if (size > PIECE_SIZE_MAX) return Buffer.allocUnsafeSlow(size);
    if (size > SLAB_SIZE - this.#used) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_SIZE);
      this.#used = 0;
    }
    return this.#slab.subarray(this.#used, this.#used + size);
  }

  /** The first `size` bytes of a room, as the caller's own. */
  cut(room: Buffer, size: number): Buffer {
    if (room.buffer === this.#slab.buffer) this.#used += size;
    return room.subarray(0, size);
  }
}
