// Answers on their way into a socket: the frames of one tick [RFC 6455 §5.2] are put together in
// one buffer and leave in one write, past the library's own sender, whose two writes a frame would
// cost more than making the answer. Only whole frames are written, so its control frames fit
// between; its close frame, after which nothing may come, waits for them (`LastWordWebSocket`).

import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import {
  FIN_BINARY,
  FIN_TEXT,
  LENGTH_7_MAX,
  LENGTH_16,
  LENGTH_16_MAX,
  LENGTH_64,
} from '../protocol/frame-marks.ts';

const HEADER_SIZE_MAX = 10;

/** The answers of one read of a socket fit, if it asked for days and not for months. */
const CHUNK_SIZE = 64 * 1024;
/** A longer frame is not copied; it leaves by itself. */
const COPIED_SIZE_MAX = CHUNK_SIZE / 4;

/**
 * Buffers of which the kernel has taken everything, for the next to write. Few connections have
 * answers on their way at the same time.
 */
const FREE_CHUNKS_MAX = 16;
const freeChunks: Buffer[] = [];

/** Writes the header of an unmasked frame that is whole, and returns where it ends. */
export function putFrameHeader(out: Buffer, at: number, length: number, binary: boolean): number {
  out[at] = binary ? FIN_BINARY : FIN_TEXT;
  if (length <= LENGTH_7_MAX) {
    out[at + 1] = length;
    return at + 2;
  }
  if (length <= LENGTH_16_MAX) {
    out[at + 1] = LENGTH_16;
    out[at + 2] = length >> 8;
    out[at + 3] = length;
    return at + 4;
  }
  out[at + 1] = LENGTH_64;
  out.writeUInt32BE(Math.floor(length / 2 ** 32), at + 2);
  out.writeUInt32BE(length >>> 0, at + 6);
  return at + 10;
}

/** The library's WebSocket, which sends a close frame only after what was to leave before it. */
export class LastWordWebSocket extends WebSocket {
  beforeClose: () => void = () => {};

  /** Called by the library as well, to answer the peer's close frame. */
  override close(code?: number, text?: string | Buffer): void {
    this.beforeClose();
    super.close(code, text);
  }
}

export class Outgoing {
  readonly #socket: Duplex;
  #chunk: Buffer | undefined;
  #end = 0;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  /** Bytes that neither the peer nor the kernel has taken yet. */
  get unsentBytes(): number {
    return this.#end + this.#socket.writableLength;
  }

  /** Adds one message; it leaves with the next {@link flush} at the latest. */
  add(message: Buffer, binary: boolean): void {
    const size = message.length;
    if (size > COPIED_SIZE_MAX) {
      this.#addLong(message, binary);
      return;
    }
    if (this.#end + HEADER_SIZE_MAX + size > CHUNK_SIZE) this.flush();
    this.#chunk ??= freeChunks.pop() ?? Buffer.allocUnsafeSlow(CHUNK_SIZE);
    const at = putFrameHeader(this.#chunk, this.#end, size, binary);
    this.#chunk.set(message, at);
    this.#end = at + size;
  }

  /** Adds whole frames that have their headers, to be copied before this returns. */
  addFrames(frames: Buffer): void {
    if (this.#end + frames.length > CHUNK_SIZE) this.flush();
    let from = 0;
    // A write may end inside a frame if the next follows at once: right after this the library may
    // send a control frame.
    while (frames.length - from > CHUNK_SIZE) {
      this.#copy(frames.subarray(from, from + CHUNK_SIZE));
      this.flush();
      from += CHUNK_SIZE;
    }
    this.#copy(frames.subarray(from));
    if (from > 0) this.flush();
  }

  #copy(frames: Buffer): void {
    this.#chunk ??= freeChunks.pop() ?? Buffer.allocUnsafeSlow(CHUNK_SIZE);
    this.#chunk.set(frames, this.#end);
    this.#end += frames.length;
  }

  #addLong(message: Buffer, binary: boolean): void {
    this.flush();
    const header = Buffer.allocUnsafe(HEADER_SIZE_MAX);
    const end = putFrameHeader(header, 0, message.length, binary);
    this.#socket.cork();
    this.#socket.write(header.subarray(0, end));
    this.#socket.write(message);
    this.#socket.uncork();
  }

  /** Hands everything added so far to the socket. */
  flush(): void {
    const chunk = this.#chunk;
    if (chunk === undefined) return;
    const end = this.#end;
    this.#chunk = undefined;
    this.#end = 0;
    // A peer that has gone in the same tick takes nothing any more.
    if (!this.#socket.writable) return;
    this.#socket.write(end === CHUNK_SIZE ? chunk : chunk.subarray(0, end));
    // With nothing left in the stream the kernel has its own copy.
    const taken = this.#socket.writableLength === 0;
    if (taken && freeChunks.length < FREE_CHUNKS_MAX) freeChunks.push(chunk);
  }
}
