// What was sent and what came back. A gateway answers in any order, an array perhaps in several
// frames, and puts scheduled responses in between; this sorts it out, without a socket.

import { LIMITS } from '../gateway/server/limits.ts';
import { CommandError } from './exit-codes.ts';

export type Message = Readonly<Record<string, unknown>>;

/** One message or, as `batch`, an array of them; `text` is what the file held, word for word. */
export interface Outgoing {
  readonly text: string;
  readonly batch: boolean;
  readonly messages: readonly unknown[];
}

/** Reads the text of a file; throws where it is no JSON message. */
export function readOutgoing(text: string, name: string): Outgoing {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('usage', `${name} is not JSON: ${reason}`, cause);
  }
  const batch = Array.isArray(value);
  const messages: readonly unknown[] = batch ? (value as unknown[]) : [value];
  if (messages.length === 0) throw new CommandError('usage', `${name} holds no message`);
  return { text, batch, messages };
}

/** A JSON object, which is what every message is. */
export function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a response code, or an error in its place, means that the request failed. */
export function isRefusal(answer: Message): boolean {
  const { responseCode, error } = answer;
  return typeof responseCode !== 'string' || !responseCode.startsWith('I') || error !== undefined;
}

/** Collects answers until there is a final one to every message. */
export class Answers {
  /** Scheduled responses that came on the same connection: nobody here asked for them. */
  unasked = 0;
  readonly #outgoing: Outgoing;
  readonly #expected: number;
  readonly #final: Message[] = [];
  /** Acknowledgements of future dated requests, by requestId: the answer proper follows. */
  readonly #accepted = new Map<unknown, Message>();

  constructor(outgoing: Outgoing) {
    this.#outgoing = outgoing;
    // A longer array is one INVALID_REQUEST with one answer [contract §3].
    const { length } = outgoing.messages;
    this.#expected = length > LIMITS.batchMessages ? 1 : length;
  }

  /** Takes what one frame held. */
  take(value: unknown): void {
    if (Array.isArray(value)) {
      for (const answer of value) this.take(answer);
      return;
    }
    if (!isMessage(value)) throw new CommandError('failed', 'the gateway sent no JSON object');
    if (value.requestId === undefined) this.unasked++;
    else if (this.#isAcceptance(value)) this.#accepted.set(value.requestId, value);
    else this.#final.push(value);
  }

  /** I99 to a message with an executionDateTime comes first and is not the last word. */
  #isAcceptance(answer: Message): boolean {
    if (answer.responseCode !== 'I99' || this.#accepted.has(answer.requestId)) return false;
    return this.#outgoing.messages.some(
      (message) =>
        isMessage(message) &&
        message.requestId === answer.requestId &&
        message.executionDateTime !== undefined,
    );
  }

  get complete(): boolean {
    return this.#final.length >= this.#expected;
  }

  /** How many messages are accepted for later and have not run. */
  get waiting(): number {
    return Math.min(this.#accepted.size, this.#expected - this.#final.length);
  }

  get missing(): number {
    return this.#expected - this.#final.length - this.waiting;
  }

  /** The answers in the order of the messages; an acceptance stands in for an answer to come. */
  inOrder(): Message[] {
    const left = [...this.#final];
    const ordered: Message[] = [];
    for (const message of this.#outgoing.messages) {
      const requestId = isMessage(message) ? message.requestId : undefined;
      const at = left.findIndex((answer) => answer.requestId === requestId);
      const accepted = this.#accepted.get(requestId);
      if (at >= 0) ordered.push(...left.splice(at, 1));
      else if (accepted !== undefined) ordered.push(accepted);
    }
    return [...ordered, ...left];
  }
}
