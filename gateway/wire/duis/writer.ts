// Answers to bytes: text in canonical form, hashed as it is written, signed at the end. A long
// answer is written a stretch of entries at a time, so that others get their turn in between.

import { createHash, type Hash, hash } from 'node:crypto';
import type { ServiceResponse } from '../../protocol/service-response.ts';
import { alertAnswer, codeAnswer, scheduleAnswer, unservedAnswer } from './dcc-answer.ts';
import { CLOSE_ENVELOPE, XML_DECLARATION } from './envelope.ts';
import type { Signer } from './signature.ts';
import { Slab } from './slab.ts';
import {
  SIGNED_END,
  SIGNED_TAG,
  SIGNED_TAG_INSIDE,
  type Smets1Answer,
  smets1Answer,
} from './smets1-answer.ts';

export type XmlResponse = Exclude<ServiceResponse, { kind: 'error' }>;

/** Entries written in one go: about a millisecond's worth. */
export const STRETCH_ROWS = 1000;

export interface WriterParts {
  readonly signer: Signer;
  /** Whether the whole Response is signed as well; the schema leaves that open. */
  readonly outerSignature: boolean;
  /** Fulfilled when everybody else has had a turn. */
  readonly nextTurn: () => Promise<void>;
}

export class DuisWriter {
  readonly #parts: WriterParts;
  readonly #slab = new Slab();

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** One answer, all at once. */
  write(response: XmlResponse): Buffer {
    const answer = fromDevice(response);
    if (answer === undefined) return this.#writeDccAnswer(response);
    const { rows } = answer.entries;
    if (!this.#parts.outerSignature && rows <= STRETCH_ROWS) return this.#writeQuickly(answer);
    const document = new SignedDocument(answer, this.#parts);
    document.add(0, rows);
    return document.end();
  }

  /** The same answer, its entries in stretches with turns of everybody else between them. */
  async writeInTurns(response: XmlResponse): Promise<Buffer> {
    const { nextTurn } = this.#parts;
    await nextTurn();
    const answer = fromDevice(response);
    if (answer === undefined || answer.entries.rows <= STRETCH_ROWS) return this.write(response);
    const document = new SignedDocument(answer, this.#parts);
    const { rows } = answer.entries;
    for (let row = 0; row < rows; row += STRETCH_ROWS) {
      document.add(row, Math.min(row + STRETCH_ROWS, rows));
      await nextTurn();
    }
    return document.end();
  }

  /** Whether an answer has more entries than are written in one go. */
  isLong(response: ServiceResponse): boolean {
    if (response.kind !== 'log' || response.log.srv === '4.6.1') return false;
    return (response.log.profile?.count ?? 0) > STRETCH_ROWS;
  }

  #writeDccAnswer(response: XmlResponse): Buffer {
    const { signer, outerSignature } = this.#parts;
    const text = dccAnswer(response);
    const seal = outerSignature ? signer.seal(hash('sha256', text + CLOSE_ENVELOPE, 'base64')) : '';
    return Buffer.from(XML_DECLARATION + text + seal + CLOSE_ENVELOPE);
  }

  /**
   * The ordinary answer: made into bytes once, and hashed where it is. All text but a certificate's
   * issuer is ASCII, so characters and bytes are the same number.
   */
  #writeQuickly({ before, opening, entries, closing, after }: Smets1Answer): Buffer {
    const head = XML_DECLARATION + before + SIGNED_TAG + opening;
    const foot = closing + SIGNED_END;
    const { rows } = entries;
    const sizes = head.length + entries.sizeMax(rows) + foot.length + after.length;
    const room = this.#slab.room(sizes + SEAL_SIZE_MAX);
    const entriesEnd = entries.put(room, room.write(head, 0, 'latin1'), 0, rows);
    const signedEnd = entriesEnd + room.write(foot, entriesEnd, 'latin1');
    const signed = room.subarray(XML_DECLARATION.length + before.length, signedEnd);
    const seal = this.#parts.signer.seal(hash('sha256', signed, 'base64'));
    const sealAt = entriesEnd + closing.length;
    const end = sealAt + room.write(seal + SIGNED_END + after + CLOSE_ENVELOPE, sealAt);
    return this.#slab.cut(room, end);
  }
}

/** A ds:Signature, with a certificate's issuer of the longest kind, and the ends of elements. */
const SEAL_SIZE_MAX = 8192;

/** An answer from a device, or undefined: then the DCC answers itself. */
function fromDevice(response: XmlResponse): Smets1Answer | undefined {
  if (response.kind === 'log') return smets1Answer(response);
  const done = response.kind === 'code' && response.responseCode === 'I0';
  return done ? smets1Answer(response) : undefined;
}

function dccAnswer(response: XmlResponse): string {
  switch (response.kind) {
    case 'code':
      return codeAnswer(response);
    case 'schedule':
      return scheduleAnswer(response);
    case 'alert':
      return alertAnswer(response);
    case 'unserved':
      return unservedAnswer(response);
    case 'log':
      throw new Error('the DCC does not answer a read of a log itself');
  }
}

/**
 * A Response around a signed part, growing in a buffer that is large enough from the start: its
 * pages are touched as it grows, and nothing is copied at the end. The digest of the part is taken
 * over it as a document of its own, that of the whole over the part as canonical XML has it inside.
 */
class SignedDocument {
  readonly #answer: Smets1Answer;
  readonly #signer: Signer;
  readonly #room: Buffer;
  readonly #inner: Hash;
  readonly #outer: Hash | undefined;
  #end: number;

  constructor(answer: Smets1Answer, { signer, outerSignature }: WriterParts) {
    const { before, opening, entries, closing, after } = answer;
    const head = XML_DECLARATION + before + SIGNED_TAG + opening;
    const sizes = head.length + entries.sizeMax(entries.rows) + closing.length + after.length;
    this.#answer = answer;
    this.#signer = signer;
    this.#room = Buffer.allocUnsafeSlow(sizes + 2 * SEAL_SIZE_MAX);
    this.#end = this.#room.write(head);
    this.#inner = createHash('sha256').update(SIGNED_TAG + opening);
    if (outerSignature) {
      this.#outer = createHash('sha256').update(before + SIGNED_TAG_INSIDE + opening);
    }
  }

  /** Writes the entries of rows `from` to before `to`. */
  add(from: number, to: number): void {
    const start = this.#end;
    this.#end = this.#answer.entries.put(this.#room, start, from, to);
    const bytes = this.#room.subarray(start, this.#end);
    this.#inner.update(bytes);
    this.#outer?.update(bytes);
  }

  end(): Buffer {
    const { closing, after } = this.#answer;
    const seal = this.#signer.seal(this.#inner.update(closing + SIGNED_END).digest('base64'));
    const signed = closing + seal + SIGNED_END + after;
    const outer = this.#outer?.update(signed + CLOSE_ENVELOPE).digest('base64');
    const outerSeal = outer === undefined ? '' : this.#signer.seal(outer);
    this.#end += this.#room.write(signed + outerSeal + CLOSE_ENVELOPE, this.#end);
    return this.#room.subarray(0, this.#end);
  }
}
