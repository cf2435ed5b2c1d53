// Where the frames of a stream begin and end [RFC 6455 §5.2], without a look at what is in them.

import {
  CLOSE,
  FIN,
  LENGTH_7,
  LENGTH_16,
  LENGTH_64,
  MASK_SIZE,
  MASKED,
} from '../protocol/frame-marks.ts';

const OPCODE = 0x0f;
/** As much of a header as tells the size of its frame. */
const SIZE_KNOWN_MAX = 10;

const NOTHING = Buffer.alloc(0);

/** Bytes of the frame at `at`, header included; 0 when too little of its header is there. */
export function frameSize(bytes: Buffer, at: number): number {
  const there = bytes.length - at;
  if (there < 2) return 0;
  const second = bytes[at + 1] ?? 0;
  const length = second & LENGTH_7;
  const maskSize = (second & MASKED) === 0 ? 0 : MASK_SIZE;
  if (length < LENGTH_16) return 2 + maskSize + length;
  if (length === LENGTH_16) return there < 4 ? 0 : 4 + maskSize + bytes.readUInt16BE(at + 2);
  if (length !== LENGTH_64 || there < SIZE_KNOWN_MAX) return 0;
  const high = bytes.readUInt32BE(at + 2);
  return SIZE_KNOWN_MAX + maskSize + high * 2 ** 32 + bytes.readUInt32BE(at + 6);
}

/** A walk over a stream that comes in pieces. */
export class FrameWalk {
  /** Bytes still to come of the frame that has begun. */
  #left = 0;
  /** The beginning of a header that does not tell its frame's size yet. */
  #header: Buffer = NOTHING;
  #fragmented = false;
  #closing = false;

  /** No frame has begun that is not whole, and no message. */
  get isBetweenMessages(): boolean {
    return this.#left === 0 && this.#header.length === 0 && !this.#fragmented;
  }

  /** A close frame has gone by: nothing may come after it. */
  get isClosed(): boolean {
    return this.#closing && this.#left === 0;
  }

  /** Walks on over `bytes`; returns where a close frame ends, or their length. */
  over(bytes: Buffer): number {
    let at = Math.min(this.#left, bytes.length);
    this.#left -= at;
    if (this.#header.length > 0) at = this.#resume(bytes);
    while (at < bytes.length && !this.#closing) {
      const size = frameSize(bytes, at);
      if (size === 0) {
        this.#header = Buffer.from(bytes.subarray(at));
        return bytes.length;
      }
      at = this.#step(bytes[at] ?? 0, at, size, bytes.length);
    }
    return at;
  }

  /** Goes on with a header of which the piece before had the beginning. */
  #resume(bytes: Buffer): number {
    const known = this.#header.length;
    const header = Buffer.concat([this.#header, bytes.subarray(0, SIZE_KNOWN_MAX)]);
    const size = frameSize(header, 0);
    this.#header = size === 0 ? header : NOTHING;
    if (size === 0) return bytes.length;
    return this.#step(header[0] ?? 0, 0, size - known, bytes.length);
  }

  /** Steps over `size` bytes of a frame at `at`, as far as they are there. */
  #step(first: number, at: number, size: number, end: number): number {
    const opcode = first & OPCODE;
    if (opcode === CLOSE) this.#closing = true;
    if (opcode < CLOSE) this.#fragmented = (first & FIN) === 0;
    const next = Math.min(at + size, end);
    this.#left = at + size - next;
    return next;
  }
}
