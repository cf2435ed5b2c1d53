// One connection of a run: after the handshake, frames are written straight into the socket, many
// in one write, and read where they lie in a buffer that is used again and again. A general library
// makes an event and an object of each message, which at 100,000 a second is most of the work.

import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { BINARY, CLOSE, PONG, TEXT } from '../gateway/protocol/frame-marks.ts';
import { ClientFrames, controlFrame } from './client-frames.ts';
import { readUpgradeAnswer, upgradeRequest } from './handshake.ts';
import { ServerFrames } from './server-frames.ts';

export interface LineOptions {
  /** `ws:` or `wss:`. */
  readonly url: string;
  readonly subprotocol: string;
  readonly binary: boolean;
  readonly token: string | undefined;
  /** Place among the lines of the run. */
  readonly number: number;
  /** Lines of one group may speak for the same Parties. */
  readonly group: number;
}

export interface LineListener {
  /** Bytes have come in: what is received until the next call came with them. */
  read(): void;
  /** One message: `bytes` from `start` to `end`, valid until this returns. */
  received(line: Line, bytes: Buffer, start: number, end: number): void;
  /**
   * The connection has gone, for a reason in words; once. `unreadable`: it was given up here, for
   * what came over it.
   */
  lost(line: Line, reason: string, unreadable: boolean): void;
}

/** What went wrong before a line was open. */
export class LineError extends Error {
  /** Whether nobody listened, rather than said no. */
  readonly unreachable: boolean;

  constructor(message: string, unreachable: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = 'LineError';
    this.unreachable = unreachable;
  }
}

/** Close codes: nothing more to say; and that none came [RFC 6455 §7.4.1]. */
const NORMAL = 1000;
const ABNORMAL = 1006;
/** What one read may bring. */
const READ_SIZE = 64 * 1024;
/** How long a gateway may take to open a connection. */
const OPEN_MS_MAX = 10_000;
/** More than this is written out before a turn is over. */
const WRITTEN_SIZE = 32 * 1024;

export class Line {
  readonly number: number;
  readonly group: number;
  inFlight = 0;
  /** Whether requests may be sent. */
  isOpen = true;
  readonly #frames: ClientFrames;
  readonly #socket: Socket;
  readonly #answers: ServerFrames;
  readonly #listener: LineListener;

  private constructor(options: LineOptions, socket: Socket, listener: LineListener) {
    this.number = options.number;
    this.group = options.group;
    this.#frames = new ClientFrames(options.binary);
    this.#socket = socket;
    this.#listener = listener;
    this.#answers = new ServerFrames(options.binary ? BINARY : TEXT, {
      message: (bytes, start, end) => listener.received(this, bytes, start, end),
      ping: (payload) => socket.write(controlFrame(PONG, payload)),
      goodbye: (code, reason) => this.#end(`${code} ${reason}`.trim(), false),
    });
  }

  /** Opens a connection, before `late` is aborted; rejects with a {@link LineError}. */
  static open(
    options: LineOptions,
    listener: LineListener,
    late: AbortSignal = AbortSignal.timeout(OPEN_MS_MAX),
  ): Promise<Line> {
    const { url, subprotocol, token } = options;
    return new Promise((resolve, reject) => {
      let line: Line | undefined;
      let opening: Buffer = Buffer.alloc(0);
      let fault: Error & { code?: string } = new Error('without a goodbye');
      const open = (isAll: boolean): void => {
        const answer = readUpgradeAnswer(opening, subprotocol, isAll);
        if (answer === undefined) return;
        if (answer.agreed) {
          line = new Line(options, socket, listener);
          resolve(line);
          if (answer.rest.length > 0) line.#take(answer.rest);
          return;
        }
        socket.destroy();
        reject(new LineError(`the gateway refused the connection: ${answer.reason}`, false));
      };
      const socket = socketTo(new URL(url), {
        buffer: Buffer.allocUnsafeSlow(READ_SIZE),
        callback(size, buffer) {
          const piece = Buffer.from(buffer.buffer, buffer.byteOffset, size);
          if (line !== undefined) line.#take(piece);
          else {
            opening = Buffer.concat([opening, piece]);
            open(false);
          }
          return true;
        },
      });
      late.addEventListener('abort', () => {
        if (line !== undefined) return;
        reject(new LineError('it did not accept in time', true));
        socket.destroy();
      });
      // Many requests leave in one write already: none of them waits for more.
      socket.setNoDelay(true);
      socket.write(upgradeRequest(new URL(url), subprotocol, token));
      socket.on('error', (error) => {
        fault = error;
      });
      socket.on('end', () => socket.end());
      socket.on('close', () => {
        if (line !== undefined) line.#lose(`${ABNORMAL} ${fault.code ?? fault.message}`, false);
        else if (opening.length > 0) open(true);
        reject(new LineError(fault.code ?? fault.message, fault.code !== undefined, fault));
      });
    });
  }

  #take(piece: Buffer): void {
    this.#listener.read();
    try {
      this.#answers.take(piece);
    } catch (error) {
      // What else a frame that cannot be read holds, nobody can tell.
      const reason = error instanceof Error ? error.message : String(error);
      this.#end(`a frame that cannot be read: ${reason}`, true);
    }
  }

  /** Payloads are written here, between `openFrame` and `closeFrame`. */
  get out(): Buffer {
    return this.#frames.out;
  }

  /** Where to write the next frame's masked payload of up to `sizeMax` bytes. */
  openFrame(sizeMax: number): number {
    return this.#frames.open(sizeMax);
  }

  closeFrame(end: number): void {
    this.#frames.close(end);
    if (this.#frames.size >= WRITTEN_SIZE) this.flush();
  }

  /** Writes out what has gathered. */
  flush(): void {
    if (this.#frames.size > 0 && this.isOpen) this.#socket.write(this.#frames.cut());
  }

  /** Says goodbye; `lost` is not called for it. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const code = Buffer.alloc(2);
    code.writeUInt16BE(NORMAL);
    this.#socket.end(controlFrame(CLOSE, code));
  }

  /** Nothing that comes after this is read. */
  #end(reason: string, unreadable: boolean): void {
    this.#answers.isOver = true;
    this.#socket.end(controlFrame(CLOSE, Buffer.alloc(0)));
    this.#lose(reason, unreadable);
  }

  #lose(reason: string, unreadable: boolean): void {
    const wasOpen = this.isOpen;
    this.isOpen = false;
    if (wasOpen) this.#listener.lost(this, reason, unreadable);
  }
}

function socketTo({ protocol, hostname, port }: URL, onread: OnReadOpts): Socket {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (protocol === 'ws:') return connect({ host, port: Number(port || 80), onread });
  // A server is not named by its address [RFC 6066 §3].
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const options = { host, port: Number(port || 443), onread, ...servername };
  return connectSecurely(options);
}
