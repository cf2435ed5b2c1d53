// One connection of a run. The library opens it, reads it, answers pings and says goodbye; requests
// are written past it, straight into its socket, many frames in one write.

import type { Duplex } from 'node:stream';
import { type ClientOptions, WebSocket } from 'ws';
import { ClientFrames } from './client-frames.ts';

/** A thousand full logs of 13 months in one frame come to about 80 MB of JSON. */
const ANSWER_BYTES_MAX = 128 * 1024 * 1024;

/** How long a gateway may take to say goodbye. */
const GOODBYE_MS = 1000;

export interface LineOptions {
  readonly url: string;
  readonly subprotocol: string;
  readonly binary: boolean;
  readonly token: string | undefined;
  /** Place among the lines of the run. */
  readonly number: number;
  /** Lines of one group may speak for the same Parties. */
  readonly group: number;
  /** Masking key, not 0. */
  readonly key: number;
}

export interface LineListener {
  /** One frame, valid until this returns. */
  received(line: Line, bytes: Buffer): void;
  /** The connection has gone, for a reason in words; once. */
  lost(line: Line, reason: string): void;
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

export class Line {
  readonly number: number;
  readonly group: number;
  inFlight = 0;
  /** Whether requests may be sent. */
  isOpen = false;
  readonly #frames: ClientFrames;
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;

  private constructor(options: LineOptions, webSocket: WebSocket, socket: Duplex) {
    this.number = options.number;
    this.group = options.group;
    this.#frames = new ClientFrames(options.binary, options.key);
    this.#webSocket = webSocket;
    this.#socket = socket;
  }

  /** Opens a connection; rejects with a {@link LineError}. */
  static open(options: LineOptions, listener: LineListener): Promise<Line> {
    // `closeTimeout` is newer than the published types of the library.
    const clientOptions: ClientOptions & { closeTimeout: number } = {
      closeTimeout: GOODBYE_MS,
      headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
      maxPayload: ANSWER_BYTES_MAX,
      perMessageDeflate: false,
      skipUTF8Validation: true,
    };
    const webSocket = new WebSocket(options.url, options.subprotocol, clientOptions);
    return new Promise((resolve, reject) => {
      let line: Line | undefined;
      let fault = '';
      webSocket.on('upgrade', ({ socket }) => {
        line = new Line(options, webSocket, socket);
      });
      webSocket.on('open', () => {
        if (line === undefined) return;
        line.isOpen = true;
        resolve(line);
      });
      webSocket.on('message', (data) => {
        if (line !== undefined && Buffer.isBuffer(data)) listener.received(line, data);
      });
      webSocket.on('unexpected-response', (request, response) => {
        request.destroy();
        const status = `${response.statusCode} ${response.statusMessage}`;
        reject(new LineError(`the gateway refused the connection: ${status}`, false));
      });
      webSocket.on('error', (error: Error & { code?: string }) => {
        fault = error.message;
        const code = error.code ?? '';
        reject(new LineError(code || fault, /^E(?!RR_)/.test(code), error));
      });
      webSocket.on('close', (code, reason) => {
        const wasOpen = line?.isOpen === true;
        if (line !== undefined) line.isOpen = false;
        const words = [String(code), reason.toString() || fault].filter(Boolean).join(' ');
        if (wasOpen && line !== undefined) listener.lost(line, words);
        else reject(new LineError(`the gateway closed the connection: ${words}`, false));
      });
    });
  }

  /** Where to write the next frame's payload of up to `sizeMax` bytes. */
  openFrame(sizeMax: number): { readonly out: Buffer; readonly at: number } {
    return this.#frames.open(sizeMax);
  }

  closeFrame(end: number): void {
    this.#frames.close(end);
  }

  /** Writes out what has gathered. */
  flush(): void {
    if (!this.#frames.isEmpty && this.isOpen) this.#socket.write(this.#frames.cut());
  }

  /** Says goodbye; `lost` is not called for it. */
  close(): void {
    this.isOpen = false;
    this.#webSocket.close();
  }
}
