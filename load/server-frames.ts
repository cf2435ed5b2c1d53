// Frames from a server to a client [RFC 6455 §5], out of the pieces in which a socket reads them.
// A message is handed on where it lies in the piece; what is cut by the end of a piece is put
// together when the rest is there.

import {
  CLOSE,
  FIN,
  LENGTH_7,
  LENGTH_16,
  MASKED,
  PING,
  TEXT,
} from '../gateway/protocol/frame-marks.ts';
import { frameSize } from '../gateway/server/frame-walk.ts';

export interface ServerFrameListener {
  /** One whole message: `bytes` from `start` to `end`, valid until this returns. */
  message(bytes: Buffer, start: number, end: number): void;
  ping(payload: Buffer): void;
  /** The server says goodbye, with a close code; 1005 where it gives none. Nothing follows. */
  goodbye(code: number, reason: string): void;
}

/** A thousand full logs of 13 months in one frame come to about 80 MB of JSON. */
const FRAME_BYTES_MAX = 128 * 1024 * 1024;

const RESERVED = 0x70;
const CONTINUED = 0x00;
const CONTROL = 0x08;
const NO_CODE = 1005;
/** Of a frame whose length takes 64 bits. */
const LONG_HEADER_SIZE = 10;

export class ServerFrames {
  readonly #opcode: number;
  readonly #listener: ServerFrameListener;
  /** Pieces of a frame that is not whole, their bytes, and how many are needed to go on. */
  #pieces: Buffer[] = [];
  #held = 0;
  #needed = 0;
  /** Payloads of a message in fragments. */
  #fragments: Buffer[] = [];
  #fragmentBytes = 0;
  /** Nothing more is read: the server has said goodbye, or what it sent cannot be read. */
  isOver = false;

  /** `opcode`: of all messages, text or binary. */
  constructor(opcode: number, listener: ServerFrameListener) {
    this.#opcode = opcode;
    this.#listener = listener;
  }

  /**
   * Takes what was read next; `piece` may be overwritten afterwards. Throws an Error for what no
   * server may send.
   */
  take(piece: Buffer): void {
    let bytes = piece;
    if (this.#held > 0) {
      this.#pieces.push(Buffer.from(piece));
      this.#held += piece.length;
      if (this.#held < this.#needed) return;
      bytes = Buffer.concat(this.#pieces);
      this.#pieces = [];
      this.#held = 0;
    }
    let at = 0;
    while (at < bytes.length && !this.isOver) {
      const size = frameSize(bytes, at);
      if (size > FRAME_BYTES_MAX) throw new Error(`a frame of ${size} bytes`);
      if (size === 0 || at + size > bytes.length) {
        this.#hold(bytes, at, size);
        return;
      }
      this.#takeFrame(bytes, at, at + size);
      at += size;
    }
  }

  /** Keeps the beginning of a frame of `size` bytes, or of one that does not tell its size yet. */
  #hold(bytes: Buffer, at: number, size: number): void {
    this.#pieces = [Buffer.from(bytes.subarray(at))];
    this.#held = bytes.length - at;
    this.#needed = Math.max(size, this.#held + 1);
  }

  #takeFrame(bytes: Buffer, at: number, end: number): void {
    const first = bytes[at] as number;
    const second = bytes[at + 1] as number;
    if ((first & RESERVED) !== 0) throw new Error('a frame with reserved bits');
    if ((second & MASKED) !== 0) throw new Error('a masked frame');
    const length = second & LENGTH_7;
    const start = at + (length < LENGTH_16 ? 2 : length === LENGTH_16 ? 4 : LONG_HEADER_SIZE);
    const opcode = first & 0x0f;
    if (opcode < CONTROL && opcode !== CONTINUED && opcode !== this.#opcode) {
      throw new Error(this.#opcode === TEXT ? 'it is not text' : 'it is not binary');
    }
    if (opcode >= CONTROL) this.#takeControl(opcode, bytes.subarray(start, end));
    else if ((first & FIN) !== 0 && opcode !== CONTINUED && this.#fragments.length === 0) {
      this.#listener.message(bytes, start, end);
    } else this.#takeFragment(bytes.subarray(start, end), opcode, (first & FIN) !== 0);
  }

  #takeFragment(payload: Buffer, opcode: number, isLast: boolean): void {
    if ((opcode === CONTINUED) !== this.#fragments.length > 0) {
      throw new Error('fragments of a message out of order');
    }
    this.#fragments.push(Buffer.from(payload));
    this.#fragmentBytes += payload.length;
    if (this.#fragmentBytes > FRAME_BYTES_MAX) {
      throw new Error(`a message of more than ${FRAME_BYTES_MAX} bytes`);
    }
    if (!isLast) return;
    const message = Buffer.concat(this.#fragments);
    this.#fragments = [];
    this.#fragmentBytes = 0;
    this.#listener.message(message, 0, message.length);
  }

  #takeControl(opcode: number, payload: Buffer): void {
    if (opcode === PING) this.#listener.ping(payload);
    if (opcode !== CLOSE) return;
    this.isOver = true;
    const code = payload.length < 2 ? NO_CODE : payload.readUInt16BE(0);
    this.#listener.goodbye(code, payload.toString('utf8', 2));
  }
}
