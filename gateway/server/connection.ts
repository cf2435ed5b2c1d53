// One WebSocket as the hall's Peer. Answers of one tick leave in one write when the tick is over,
// which is what makes small answers cheap.
//
// A peer that does not read is first not read from any more, then let go [contract §3].

import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocket } from 'ws';
import type { Party } from '../access/inventory.ts';
import type { HitLane, StreamPeer } from '../hits/lane.ts';
import type { Peer } from '../peer.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { CloseReason, Tally } from '../protocol/tally.ts';
import { jsonWire } from '../wire/json.ts';
import { msgpackWire } from '../wire/msgpack.ts';
import type { Wire } from '../wire/wire.ts';
import { readPast } from './incoming.ts';
import type { Limits } from './limits.ts';
import { type LastWordWebSocket, Outgoing } from './outgoing.ts';
import { nextTurn, type RealTime, type RealTimer } from './real-time.ts';
import { DUIS_SUBPROTOCOL, MSGPACK_SUBPROTOCOL } from './upgrade.ts';

/** Close codes [RFC 6455 §7.4] that this side sends of its own accord. */
export const GOING_AWAY = 1001;
export const TRY_AGAIN_LATER = 1013;

/** Takes one frame of a peer and answers it, at once or later, through `peer.send`. */
export type Handle = (frame: Buffer, wire: Wire, peer: Peer) => void;

/** What all connections of a server share. */
export interface Surroundings {
  readonly handle: Handle;
  /** The short cut for hits, where there is one. */
  readonly hits?: HitLane | undefined;
  readonly duis: { readonly wire: Wire };
  readonly tally: Tally;
  readonly log: Logger;
  readonly limits: Limits;
  readonly realTime: RealTime;
}

export class Connection implements StreamPeer {
  readonly party: Party | null;
  readonly isRemote: boolean;
  inFlight = 0;
  /** Fulfilled when the WebSocket has closed, whoever closed it. */
  readonly closed: Promise<void>;

  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #outgoing: Outgoing;
  readonly #shared: Surroundings;
  /** The answers of this tick leave when it is over. */
  #flushes = false;
  #alive = true;
  #draining = false;
  #closeReason: CloseReason | undefined;
  #writeDeadline: RealTimer | undefined;

  constructor(
    webSocket: LastWordWebSocket,
    socket: Duplex,
    { party, isRemote }: Pick<Peer, 'party'> & { readonly isRemote: boolean },
    shared: Surroundings,
  ) {
    this.party = party;
    this.isRemote = isRemote;
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#outgoing = new Outgoing(socket);
    webSocket.beforeClose = () => this.#outgoing.flush();
    this.#shared = shared;
    this.closed = new Promise((resolve) => {
      webSocket.once('close', (code) => {
        this.#onClose(code);
        resolve();
      });
    });
    webSocket.on('message', (data, isBinary) => {
      if (data instanceof Buffer) this.#onFrame(data, isBinary);
    });
    const { hits, limits } = shared;
    const messageBytes = limits.frameBytes;
    readPast(webSocket, socket, {
      message: (data, isBinary) => this.#onFrame(data, isBinary),
      ...(hits && { hits: (read, at) => hits.answer(read, at, this, messageBytes) }),
      messageBytes,
    });
    webSocket.on('pong', () => {
      this.#alive = true;
    });
    webSocket.on('error', (error) => this.#onError(error));
  }

  send(frame: Buffer, binary: boolean): void {
    if (this.#webSocket.readyState !== WebSocket.OPEN) {
      this.#shared.tally.rejected('answer_dropped');
      return;
    }
    this.#outgoing.add(frame, binary);
    this.#afterAdding();
  }

  /** Frames that are answered here count as a sign of life. */
  sendFrames(frames: Buffer): void {
    if (!this.isOpen) {
      this.#shared.tally.rejected('answer_dropped');
      return;
    }
    this.#alive = true;
    this.#outgoing.addFrames(frames);
    this.#afterAdding();
  }

  #afterAdding(): void {
    if (!this.#flushes) {
      this.#flushes = true;
      process.nextTick(this.#flush);
    }
    // A peer gets the chance to read what one tick made for it before it is judged.
    const judged = this.#writeDeadline !== undefined;
    if (judged && this.#outgoing.unsentBytes > this.#shared.limits.unreadBytesClose) this.#letGo();
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === WebSocket.OPEN;
  }

  whenWritable(run: () => void): void {
    if (!this.isOpen) return;
    if (this.#writeDeadline === undefined) void nextTurn().then(run);
    else this.#socket.once('drain', run);
  }

  /** Closes once the last answer has left, at once when none is owed. */
  drain(): void {
    this.#draining = true;
    if (!this.#flushes) this.#closeIfDrained();
  }

  close(code: number, text: string, reason: CloseReason): void {
    this.#closeReason ??= reason;
    // Answers of this tick go before the close frame: nothing counts behind it.
    this.#outgoing.flush();
    this.#webSocket.close(code, text);
  }

  terminate(reason: CloseReason): void {
    this.#closeReason ??= reason;
    this.#webSocket.terminate();
  }

  /** Asks for a sign of life, or ends a connection that gave none since the last time. */
  beat(): void {
    if (!this.#alive) {
      this.terminate('heartbeat');
      return;
    }
    this.#alive = false;
    if (this.#webSocket.readyState === WebSocket.OPEN) this.#webSocket.ping();
  }

  #onFrame(frame: Buffer, isBinary: boolean): void {
    if (this.#webSocket.readyState !== WebSocket.OPEN) return;
    this.#alive = true;
    const wire = this.wireOf(isBinary);
    try {
      if (wire.binary !== isBinary) throw wrongFrameType(wire);
      this.#shared.handle(frame, wire, this);
    } catch (error) {
      this.#answerError(wire, error);
    }
  }

  /** The format of a frame, as the subprotocol or, without one, its type says. */
  wireOf(isBinary: boolean): Wire {
    const { protocol } = this.#webSocket;
    if (protocol === '') return isBinary ? msgpackWire : jsonWire;
    if (protocol === DUIS_SUBPROTOCOL) return this.#shared.duis.wire;
    return protocol === MSGPACK_SUBPROTOCOL ? msgpackWire : jsonWire;
  }

  /** The one place that catches: what comes here has ended no other request. */
  #answerError(wire: Wire, caught: unknown): void {
    const { log, tally } = this.#shared;
    let error: ProtocolError;
    if (caught instanceof ProtocolError) {
      error = caught;
    } else {
      log.error({ err: caught }, 'a frame could not be handled');
      error = new ProtocolError('INTERNAL', 'the gateway failed; its log says more');
    }
    tally.rejected(error.code);
    this.send(wire.encode({ kind: 'error', requestId: null, error }), wire.binary);
  }

  readonly #flush = (): void => {
    this.#flushes = false;
    this.#outgoing.flush();
    if (this.#socket.writableLength > this.#shared.limits.unreadBytesPause) this.#pause();
    if (this.#draining) this.#closeIfDrained();
  };

  #closeIfDrained(): void {
    if (this.inFlight === 0) this.close(GOING_AWAY, 'the gateway is shutting down', 'draining');
  }

  /** Reads no more until the peer has taken what is waiting for it. */
  #pause(): void {
    const open = this.#webSocket.readyState === WebSocket.OPEN;
    if (!open || this.#writeDeadline !== undefined) return;
    const { limits, realTime } = this.#shared;
    this.#webSocket.pause();
    this.#writeDeadline = realTime.after(limits.writeDeadlineMs, () => this.#letGo());
    this.#socket.once('drain', () => {
      this.#forgetDeadline();
      this.#webSocket.resume();
    });
  }

  #forgetDeadline(): void {
    this.#writeDeadline?.cancel();
    this.#writeDeadline = undefined;
  }

  #letGo(): void {
    this.#forgetDeadline();
    this.close(TRY_AGAIN_LATER, 'answers are not read fast enough', 'slow_consumer');
    this.#webSocket.resume();
  }

  #onError(error: Error): void {
    const code = 'code' in error ? String(error.code) : '';
    if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.#closeReason ??= 'frame_too_large';
    else if (code.startsWith('WS_ERR_')) this.#closeReason ??= 'protocol_error';
    this.#shared.log.debug({ code }, 'a connection failed');
  }

  #onClose(code: number): void {
    this.#forgetDeadline();
    const { log, tally } = this.#shared;
    const reason = this.#closeReason ?? (code === ABNORMAL_CLOSURE ? 'abnormal' : 'peer');
    tally.wsClosed(reason);
    log.debug({ code, reason, inFlight: this.inFlight }, 'a connection closed');
  }
}

/** What the library reports when a socket ended without a close frame. */
const ABNORMAL_CLOSURE = 1006;

function wrongFrameType(wire: Wire): ProtocolError {
  const takes = wire.binary ? 'binary' : 'text';
  const name = wire.format === 'duis' ? DUIS_SUBPROTOCOL : `s1sp.v1.${wire.format}`;
  const message = `the subprotocol ${name} takes ${takes} frames`;
  return new ProtocolError('MALFORMED_FRAME', message);
}
