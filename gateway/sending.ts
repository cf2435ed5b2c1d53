// Answers on their way out: encoded, counted and handed to the peer, one by one or, for the array
// that a batch came in, as arrays again.

import type { Peer } from './peer.ts';
import type { ServiceResponse } from './protocol/service-response.ts';
import type { TalliedServed, TalliedSrv, Tally } from './protocol/tally.ts';
import type { HallLog } from './responses.ts';
import type { Wire } from './wire/wire.ts';

/** Whoever sent a message is owed one final answer to it. */
export interface Owed {
  readonly peer: Peer;
  readonly wire: Wire;
  /** Gives the answer; `encoded`: its bytes, where they are there already. */
  answer(response: ServiceResponse, encoded?: Buffer): void;
  /** The same for whoever holds it for long: what came alone is written down in `kept`. */
  keptIn(kept: LoneAnswer): Owed;
}

/** What counting an answer takes. */
export interface AnswerCount {
  readonly tally: Tally;
  readonly log: HallLog;
  /** Real time in ms, for the latency that the metrics show. */
  readonly realNowMs: () => number;
}

/** Encoded answers of a batch leave in frames of about this size. */
const BATCH_FRAME_BYTES = 256 * 1024;

/** To whom nothing is owed. */
const NOBODY: Peer = { party: null, inFlight: 0, send() {} };

/** Answers a message that came alone. */
export class LoneAnswer implements Owed {
  peer: Peer;
  wire: Wire;
  readonly #by: AnswerCount;
  /** A number from the first: a later one then takes its place, and none is left behind. */
  #startedMs = 0;

  constructor(by: AnswerCount, wire: Wire, peer: Peer, startedMs: number) {
    this.#by = by;
    this.wire = wire;
    this.peer = peer;
    this.#startedMs = startedMs;
  }

  answer(response: ServiceResponse, encoded = this.wire.encode(response)): void {
    this.peer.send(counted(this.#by, response, encoded, this.#startedMs), this.wire.binary);
  }

  keptIn(kept: LoneAnswer): Owed {
    kept.wire = this.wire;
    kept.peer = this.peer;
    kept.#startedMs = this.#startedMs;
    return kept;
  }

  /** It has been given: a peer that closes is kept by nobody who waits for other answers. */
  letGo(): void {
    this.peer = NOBODY;
  }
}

/** Answers the messages of one array. */
export class BatchAnswers implements Owed {
  readonly peer: Peer;
  readonly wire: Wire;
  readonly #by: AnswerCount;
  readonly #startedMs: number;
  #collected: Buffer[] = [];
  #bytes = 0;
  #left = false;

  constructor(by: AnswerCount, wire: Wire, peer: Peer, startedMs: number) {
    this.#by = by;
    this.wire = wire;
    this.peer = peer;
    this.#startedMs = startedMs;
  }

  /** Takes an answer: with the others that are there at once, or alone when it comes later. */
  answer(response: ServiceResponse): void {
    const encoded = counted(this.#by, response, this.wire.encode(response), this.#startedMs);
    this.#collected.push(encoded);
    this.#bytes += encoded.length;
    if (this.#left || this.#bytes >= BATCH_FRAME_BYTES) this.#flush();
  }

  keptIn(): Owed {
    return this;
  }

  /** All `messages` have been handled; answers from now on come later. None at all get `[]`. */
  leave(messages: number): void {
    this.#left = true;
    if (this.#collected.length > 0 || messages === 0) this.#flush();
  }

  #flush(): void {
    this.peer.send(this.wire.join(this.#collected), this.wire.binary);
    this.#collected = [];
    this.#bytes = 0;
  }
}

function counted(
  by: AnswerCount,
  response: ServiceResponse,
  encoded: Buffer,
  startedMs: number,
): Buffer {
  const { tally, realNowMs } = by;
  const { srv, served } = countAnswer(by, response);
  tally.responseTimes.add(srv, served, (realNowMs() - startedMs) / 1000);
  return encoded;
}

/** Counts an answer, and tells the log of it. */
export function countAnswer(
  { tally, log }: Pick<AnswerCount, 'tally' | 'log'>,
  response: ServiceResponse,
): { srv: TalliedSrv; served: TalliedServed } {
  const failed = response.kind === 'error';
  const srv: TalliedSrv =
    ('serviceReferenceVariant' in response ? response.serviceReferenceVariant : undefined) ??
    'unknown';
  const code = failed ? response.error.code : response.responseCode;
  const served = response.kind === 'log' ? response.served : 'none';
  if (failed) tally.rejected(response.error.code);
  tally.answers.add(srv, code, served, 1);
  if (log.isLevelEnabled('debug')) {
    const requestId = response.kind === 'alert' ? undefined : response.requestId;
    log.debug({ requestId, srv, code, served }, 'answered');
  }
  return { srv, served };
}
