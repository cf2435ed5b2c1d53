// Messages on their way in [RFC 6455 §5.2]. A short message in one frame, which nearly all are, is
// read here with one view on its bytes; the library's receiver makes four and a step for each. From
// the first frame of any other kind on, the rest of a read goes to the library: fragments, control
// frames, long ones and all that is wrong, so that it alone says what is refused and how.

import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { FIN_BINARY, FIN_TEXT, LENGTH_16, MASK_SIZE, MASKED } from '../protocol/frame-marks.ts';
import { FrameWalk, frameSize } from './frame-walk.ts';
import { readIntoBuffer } from './read-buffer.ts';

/** A frame up to this size waits here for the read that completes it; a longer one does not. */
const AWAITED_SIZE_MAX = 64 * 1024;

const NOTHING = Buffer.alloc(0);

export interface IncomingParts {
  /** Takes one message; its bytes are the receiver's own. */
  readonly message: (data: Buffer, isBinary: boolean) => void;
  /**
   * Answers frames of a read from `at` on, if it can; returns where the first begins that it
   * leaves.
   */
  readonly hits?: (read: Buffer, at: number) => number;
  /** Hands bytes to the library, which goes on where it left off. */
  readonly library: (bytes: Buffer) => void;
  /** A longer message is the library's to refuse. */
  readonly messageBytes: number;
}

/** Reads plain messages of a WebSocket that has just been opened before its library does. */
export function readPast(
  webSocket: WebSocket,
  socket: Duplex,
  parts: Omit<IncomingParts, 'library'>,
): void {
  const [listener, ...others] = socket.listeners('data');
  // Only the one listener that the library has always had can be stood in for.
  if (listener === undefined || others.length > 0) return;
  const library = (bytes: Buffer) => Reflect.apply(listener, socket, [bytes]);
  const incoming = new Incoming({ ...parts, library });
  socket.removeAllListeners('data');
  const take = (bytes: Buffer) => incoming.take(bytes);
  socket.on('data', take);
  readIntoBuffer(socket, take);
  webSocket.on('error', () => incoming.end());
}

export class Incoming {
  readonly #parts: IncomingParts;
  readonly #libraryFrames = new FrameWalk();
  /** The beginning of a frame that the next read may complete. */
  #begun: Buffer = NOTHING;
  #over = false;

  constructor(parts: IncomingParts) {
    this.#parts = parts;
  }

  /** Reads nothing more: the library has failed. */
  end(): void {
    this.#over = true;
  }

  /** Takes what the socket has read; the bytes are valid until this returns. */
  take(read: Buffer): void {
    const chunk = this.#begun.length === 0 ? read : Buffer.concat([this.#begun, read]);
    this.#begun = NOTHING;
    const at = this.#libraryFrames.isBetweenMessages ? this.#readMessages(chunk) : 0;
    if (at === chunk.length || this.#over) return;
    if (this.#libraryFrames.isBetweenMessages && this.#isAwaited(chunk, at)) {
      this.#begun = Buffer.from(chunk.subarray(at));
      return;
    }
    const rest = chunk.subarray(at);
    const end = this.#libraryFrames.over(rest);
    this.#parts.library(Buffer.from(rest.subarray(0, end)));
    // Of what comes behind a close frame the library would make an error after the fact.
    if (this.#libraryFrames.isClosed) this.#over = true;
  }

  /** Reads messages up to the first frame that is not one, and returns where that is. */
  #readMessages(chunk: Buffer): number {
    const { hits } = this.#parts;
    let at = 0;
    while (at < chunk.length && !this.#over) {
      if (hits !== undefined) at = hits(chunk, at);
      if (at === chunk.length) break;
      const end = this.#readMessage(chunk, at);
      if (end === at) break;
      at = end;
    }
    return at;
  }

  /** Reads the message at `at` and returns where it ends: `at` when the frame is the library's. */
  #readMessage(chunk: Buffer, at: number): number {
    const end = at + frameSize(chunk, at);
    if (end === at || end > chunk.length || !isPlainFrame(chunk, at)) return at;
    const first = chunk[at];
    const start = at + (chunk[at + 1] === (MASKED | LENGTH_16) ? 4 : 2) + MASK_SIZE;
    if (start === end || end - start > this.#parts.messageBytes) return at;
    applyMask(chunk, start, end);
    const data = chunk.subarray(start, end);
    if (first === FIN_TEXT && !isUtf8(data)) {
      applyMask(chunk, start, end);
      return at;
    }
    this.#parts.message(Buffer.from(data), first === FIN_BINARY);
    return end;
  }

  /** Whether the frame that begins at `at` is worth waiting for. */
  #isAwaited(chunk: Buffer, at: number): boolean {
    const there = chunk.length - at;
    const size = frameSize(chunk, at);
    if (there > 1 && !isPlainFrame(chunk, at)) return false;
    if (size === 0) return there > 1 || chunk[at] === FIN_BINARY || chunk[at] === FIN_TEXT;
    return size > there && size <= Math.min(AWAITED_SIZE_MAX, this.#parts.messageBytes);
  }
}

/** A whole message, masked, its length in 7 or 16 bits. */
function isPlainFrame(chunk: Buffer, at: number): boolean {
  const first = chunk[at];
  const second = chunk[at + 1] ?? 0;
  return (
    (first === FIN_BINARY || first === FIN_TEXT) &&
    second >= MASKED &&
    second <= (MASKED | LENGTH_16)
  );
}

/** Masks or unmasks the bytes from `start`, in place; the four before it are the mask. */
function applyMask(bytes: Buffer, start: number, end: number): void {
  const mask = bytes.readInt32LE(start - MASK_SIZE);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = start;
  for (; at + MASK_SIZE <= end; at += MASK_SIZE) {
    view.setInt32(at, view.getInt32(at, true) ^ mask, true);
  }
  for (; at < end; at++) {
    bytes[at] = (bytes[at] ?? 0) ^ (bytes[start - MASK_SIZE + ((at - start) & 3)] ?? 0);
  }
}
