// One connection of the bench's client: a plain TCP socket that speaks just enough WebSocket. It
// writes requests made beforehand and reads of the answers no more than their headers, because on
// two cores the client must be quicker than any server it measures.

import { connect, type Socket } from 'node:net';
import type { Format, Requests } from './requests.ts';

/**
 * Told of every message with its answers: one, or `count` in an array, to the requests from `place`
 * on. The bytes are valid until it returns.
 */
export type OnAnswers = (
  bytes: Buffer,
  start: number,
  end: number,
  place: number,
  count: number,
) => void;

const READ_BUFFER_SIZE = 256 * 1024;
const NOTHING = Buffer.alloc(0);
/** The heartbeat of a server that wants to know whether we live, and the answer. */
const PING = 0x89;
const PONG = Buffer.of(0x8a, 0x80, 0, 0, 0, 0);

export class Line {
  readonly requests: Requests;
  answered = 0;
  readonly #number: number;
  #socket: Socket | undefined;
  #onAnswers: OnAnswers = () => {};
  /** Requests that may still be sent. */
  #left = 0;
  #inFlight = 0;
  #inFlightMax = 0;
  /** The next frame to send. */
  #next = 0;
  /** Place of the request that is answered next: answers come in the order of the requests. */
  #due = 0;
  /** The beginning of a frame of which the rest has not come yet. */
  #begun: Buffer = NOTHING;
  #firstByte = 0;
  #settle: { resolve: () => void; reject: (fault: unknown) => void } | undefined;

  constructor(number: number, requests: Requests) {
    this.#number = number;
    this.requests = requests;
  }

  /** Opens the connection; resolves when it is a WebSocket. */
  async open(port: number, format: Format): Promise<void> {
    this.#firstByte = format === 'json' ? 0x81 : 0x82;
    const opened = this.#promise();
    const buffer = Buffer.alloc(READ_BUFFER_SIZE);
    const callback = (size: number, bytes: Uint8Array): boolean => {
      try {
        this.#read(Buffer.from(bytes.buffer, bytes.byteOffset, size));
      } catch (fault) {
        this.#fail(fault);
      }
      return true;
    };
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer, callback },
    });
    socket.on('error', (fault) => this.#fail(fault));
    socket.on('close', () => this.#fail(new Error('the server closed the connection')));
    this.#socket = socket;
    socket.write(
      [
        `GET /sr?line=${this.#number} HTTP/1.1`,
        `Host: 127.0.0.1:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        `Sec-WebSocket-Protocol: s1sp.v1.${format}`,
        '\r\n',
      ].join('\r\n'),
    );
    await opened;
  }

  /** Sends up to `count` requests, `inFlight` at a time; resolves with the last answer. */
  async send(count: number, inFlight: number, onAnswers: OnAnswers): Promise<void> {
    this.#onAnswers = onAnswers;
    this.#left = count;
    this.#inFlightMax = inFlight;
    this.answered = 0;
    const settled = this.#promise();
    this.#sendNext();
    await settled;
  }

  /** Sends no more. */
  stop(): void {
    this.#left = 0;
    if (this.#inFlight === 0) this.#settle?.resolve();
  }

  close(): void {
    this.#settle = undefined;
    this.#socket?.destroy();
  }

  #promise(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  #fail(fault: unknown): void {
    this.#settle?.reject(fault);
    this.close();
  }

  #read(chunk: Buffer): void {
    if (this.#firstFrameAt < 0) {
      this.#readHandshake(chunk);
      return;
    }
    const bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk]);
    const before = this.answered;
    const end = this.#readFrames(bytes);
    this.#begun = end === bytes.length ? NOTHING : Buffer.from(bytes.subarray(end));
    this.#inFlight -= this.answered - before;
    this.#sendNext();
    if (this.#inFlight === 0) this.#settle?.resolve();
  }

  #firstFrameAt = -1;

  #readHandshake(chunk: Buffer): void {
    const text = chunk.toString('latin1');
    if (!text.startsWith('HTTP/1.1 101') || !text.endsWith('\r\n\r\n')) {
      throw new Error(`no WebSocket: ${text.slice(0, 200)}`);
    }
    this.#firstFrameAt = chunk.length;
    this.#settle?.resolve();
  }

  /** Reads every whole frame, and returns where the first that is not whole begins. */
  #readFrames(bytes: Buffer): number {
    const { count, batch } = this.requests;
    let at = 0;
    while (at + 2 <= bytes.length) {
      if (bytes[at] === PING && bytes[at + 1] === 0) {
        this.#socket?.write(PONG);
        at += 2;
        continue;
      }
      if (bytes[at] !== this.#firstByte || bytes[at + 1] !== 126) {
        throw new Error('an answer is not one frame of 126 to 65,535 bytes');
      }
      if (at + 4 > bytes.length) break;
      const start = at + 4;
      const end = start + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0);
      if (end > bytes.length) break;
      const answers = batch === 1 ? 1 : answersIn(bytes, start);
      this.#onAnswers(bytes, start, end, this.#due, answers);
      this.#due = (this.#due + answers) % count;
      this.answered += answers;
      at = end;
    }
    return at;
  }

  /** As many frames as may be in flight in one write, two where the table ends between them. */
  #sendNext(): void {
    const { requests } = this;
    const { batch, frameCount, frameSize, frames } = requests;
    const may = Math.min(this.#inFlightMax - this.#inFlight, this.#left);
    let left = Math.floor(may / batch);
    this.#left -= left * batch;
    this.#inFlight += left * batch;
    while (left > 0) {
      const first = this.#next;
      const run = Math.min(left, frameCount - first);
      for (let frame = first; frame < first + run; frame++) requests.countOn(frame);
      this.#socket?.write(frames.subarray(first * frameSize, (first + run) * frameSize));
      this.#next = first + run === frameCount ? 0 : first + run;
      left -= run;
    }
  }
}

const FIXARRAY = 0x90;
const ARRAY16 = 0xdc;

/** Elements of the MessagePack array at `at`, by its head alone. */
export function answersIn(bytes: Buffer, at: number): number {
  const head = bytes[at] ?? 0;
  if (head === ARRAY16) return bytes.readUInt16BE(at + 1);
  if ((head & 0xf0) === FIXARRAY) return head & 0x0f;
  throw new Error('the answer to a batch is no array');
}
