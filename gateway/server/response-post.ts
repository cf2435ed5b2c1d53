// Answers on their way to a Party's responseUrl [contract §5]: POSTed, tried again a few times,
// kept meanwhile in a bounded outbox of their own for each Party, so that a receiver that is slow
// or gone costs nobody else anything. What cannot be delivered is dropped and counted. Time is real
// here.

import type { Party } from '../access/inventory.ts';
import type { ResponsePost } from '../dsp/delivery.ts';
import type { ServiceResponse } from '../protocol/service-response.ts';
import type { Tally } from '../protocol/tally.ts';
import type { Wire } from '../wire/wire.ts';
import type { RealTime } from './real-time.ts';

/** Answers that wait for one Party; the oldest is dropped for the newest. */
export const POST_OUTBOX_MAX = 10_000;
/** Bytes of them that are documents already: 7,000 days of half hours. */
export const POST_OUTBOX_BYTES_MAX = 64 * 1024 * 1024;
/** Answers under way to one Party at a time; a few, or a distant receiver would be the limit. */
export const POSTS_AT_ONCE = 4;
/** Waits before each further try: a restart of the receiver is bridged, an outage is not. */
export const RETRY_DELAYS_MS: readonly number[] = [250, 1000, 4000, 16_000];
/** For one try; a receiver that takes so long does not take it at all. */
export const POST_TIMEOUT_MS = 10_000;

/** Sends one document; gives the HTTP status, or rejects where there was none. */
export type PostDocument = (url: string, document: Buffer, signal: AbortSignal) => Promise<number>;

export interface ResponseOutboxParts {
  readonly wire: Wire;
  readonly tally: Tally;
  readonly realTime: RealTime;
  readonly log: {
    debug(fields: object, message: string): void;
    warn(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  readonly postDocument?: PostDocument;
}

interface Outbox {
  readonly party: Party;
  readonly waiting: (ServiceResponse | Buffer)[];
  bytes: number;
  underWay: number;
  /** Whether the last try failed; said once, not for each answer. */
  failing: boolean;
}

export class ResponseOutbox implements ResponsePost {
  readonly #parts: ResponseOutboxParts;
  readonly #postDocument: PostDocument;
  readonly #outboxes = new Map<Party, Outbox>();
  /** Ends what is under way: tries, and waits between them. */
  readonly #ends = new Set<() => void>();
  #stopped = false;
  #idle: (() => void)[] = [];

  constructor(parts: ResponseOutboxParts) {
    this.#parts = parts;
    this.#postDocument = parts.postDocument ?? postByFetch;
  }

  /** Takes an answer for a Party that has a responseUrl. */
  post(party: Party, answer: ServiceResponse | Buffer): void {
    const box = this.#outboxOf(party);
    if (this.#stopped) {
      this.#drop(box, 'the gateway stops');
      return;
    }
    box.waiting.push(answer);
    box.bytes += sizeOf(answer);
    while (box.waiting.length > POST_OUTBOX_MAX || box.bytes > POST_OUTBOX_BYTES_MAX) {
      if (this.#take(box) === undefined) break;
      this.#drop(box, 'the outbox is full');
    }
    this.#start(box);
  }

  /** Answers that wait or are under way. */
  get waiting(): number {
    let waiting = 0;
    for (const box of this.#outboxes.values()) waiting += box.waiting.length + box.underWay;
    return waiting;
  }

  /** Fulfilled when nothing waits and nothing is under way. */
  async whenEmpty(): Promise<void> {
    if (this.waiting === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle.push(resolve);
    });
  }

  /** Drops everything, because there is no more time. */
  giveUp(): void {
    this.#stopped = true;
    for (const end of [...this.#ends]) end();
    for (const box of this.#outboxes.values()) {
      while (this.#take(box) !== undefined) this.#drop(box, 'the gateway stops');
    }
    this.#tellIfEmpty();
  }

  #outboxOf(party: Party): Outbox {
    let box = this.#outboxes.get(party);
    if (box === undefined) {
      box = { party, waiting: [], bytes: 0, underWay: 0, failing: false };
      this.#outboxes.set(party, box);
    }
    return box;
  }

  #take(box: Outbox): ServiceResponse | Buffer | undefined {
    const answer = box.waiting.shift();
    if (answer !== undefined) box.bytes -= sizeOf(answer);
    return answer;
  }

  #start(box: Outbox): void {
    while (box.underWay < POSTS_AT_ONCE) {
      const answer = this.#take(box);
      if (answer === undefined) return;
      box.underWay++;
      this.#deliver(box, answer).finally(() => {
        box.underWay--;
        this.#start(box);
        this.#tellIfEmpty();
      });
    }
  }

  async #deliver(box: Outbox, answer: ServiceResponse | Buffer): Promise<void> {
    const document = await this.#encoded(answer);
    for (const delayMs of [...RETRY_DELAYS_MS, undefined]) {
      const outcome = await this.#attempt(box, document);
      if (outcome === 'taken') return;
      if (outcome === 'refused' || delayMs === undefined || this.#stopped) break;
      await this.#wait(delayMs);
      if (this.#stopped) break;
    }
    this.#drop(box, 'the receiver did not take it');
  }

  async #encoded(answer: ServiceResponse | Buffer): Promise<Buffer> {
    if (Buffer.isBuffer(answer)) return answer;
    const { wire } = this.#parts;
    return wire.encodeInTurns?.(answer) ?? wire.encode(answer);
  }

  async #attempt(box: Outbox, document: Buffer): Promise<'taken' | 'refused' | 'failed'> {
    const { realTime } = this.#parts;
    const url = box.party.responseUrl ?? '';
    const trial = new AbortController();
    const end = () => trial.abort();
    const deadline = realTime.after(POST_TIMEOUT_MS, end);
    this.#ends.add(end);
    try {
      const status = await this.#postDocument(url, document, trial.signal);
      const taken = status >= 200 && status <= 299;
      if (taken) box.failing = false;
      else this.#tellFailing(box, `HTTP ${status}`);
      if (taken) return 'taken';
      return isTemporary(status) ? 'failed' : 'refused';
    } catch (fault) {
      // A receiver that cannot be reached is no bug of ours; the answer is tried again.
      this.#tellFailing(box, fault instanceof Error ? fault.message : String(fault));
      return 'failed';
    } finally {
      deadline.cancel();
      this.#ends.delete(end);
    }
  }

  #tellFailing(box: Outbox, reason: string): void {
    const { id: party, responseUrl } = box.party;
    const { log } = this.#parts;
    if (!box.failing) log.warn({ party, responseUrl, reason }, 'a receiver does not take answers');
    box.failing = true;
  }

  /** Fulfilled after `ms` of real time, or at once when everything is given up. */
  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        timer.cancel();
        this.#ends.delete(end);
        resolve();
      };
      const timer = this.#parts.realTime.after(ms, end);
      this.#ends.add(end);
    });
  }

  #drop(box: Outbox, reason: string): void {
    const { tally, log } = this.#parts;
    tally.rejected('answer_dropped');
    log.debug({ party: box.party.id, reason }, 'an answer was dropped');
  }

  #tellIfEmpty(): void {
    if (this.#idle.length > 0 && this.waiting === 0)
      for (const tell of this.#idle.splice(0)) tell();
  }
}

function sizeOf(answer: ServiceResponse | Buffer): number {
  return Buffer.isBuffer(answer) ? answer.length : 0;
}

/**
 * Whether the same document may be taken later: the receiver is busy, or has a fault of its own.
 */
function isTemporary(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

const postByFetch: PostDocument = async (url, document, signal) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/xml' },
    body: new Uint8Array(document),
    redirect: 'manual',
    signal,
  });
  await response.body?.cancel();
  return response.status;
};
