// Answers to bytes: text in canonical form, hashed as it is written, signed at the end. A long
// answer is written a stretch of entries at a time, so that others get their turn in between.

import { createHash, type Hash } from 'node:crypto';
import type { ServiceResponse } from '../../protocol/service-response.ts';
import { alertAnswer, codeAnswer, scheduleAnswer, unservedAnswer } from './dcc-answer.ts';
import { CLOSE_ENVELOPE, XML_DECLARATION } from './envelope.ts';
import type { Signer } from './signature.ts';
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

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** One answer, all at once. */
  write(response: XmlResponse): Buffer {
    const answer = fromDevice(response);
    if (answer === undefined) return this.#sealedText(dccAnswer(response));
    const document = new SignedDocument(answer, this.#parts);
    document.add(0, answer.entries.rows);
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

  #sealedText(text: string): Buffer {
    const { signer, outerSignature } = this.#parts;
    const seal = outerSignature ? signer.seal(sha256(text + CLOSE_ENVELOPE)) : '';
    return Buffer.from(XML_DECLARATION + text + seal + CLOSE_ENVELOPE);
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

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
 * A Response around a signed part, growing. The digest of the part is taken over it as a document
 * of its own, that of the whole over the part as canonical XML has it inside.
 */
class SignedDocument {
  readonly #answer: Smets1Answer;
  readonly #parts: WriterParts;
  readonly #written: Buffer[] = [];
  readonly #inner: Hash = createHash('sha256');
  readonly #outer: Hash | undefined;
  /** Text that is not bytes yet: short answers become bytes in one go. */
  #text: string;

  constructor(answer: Smets1Answer, parts: WriterParts) {
    this.#answer = answer;
    this.#parts = parts;
    const { before, opening } = answer;
    this.#inner.update(SIGNED_TAG + opening);
    if (parts.outerSignature) {
      this.#outer = createHash('sha256').update(before + SIGNED_TAG_INSIDE + opening);
    }
    this.#text = XML_DECLARATION + before + SIGNED_TAG + opening;
  }

  /** Writes the entries of rows `from` to before `to`. */
  add(from: number, to: number): void {
    const text = this.#answer.entries.write(from, to);
    this.#inner.update(text);
    this.#outer?.update(text);
    this.#text += text;
    if (to - from < STRETCH_ROWS) return;
    this.#written.push(Buffer.from(this.#text));
    this.#text = '';
  }

  end(): Buffer {
    const { closing, after } = this.#answer;
    const { signer } = this.#parts;
    const seal = signer.seal(this.#inner.update(closing + SIGNED_END).digest());
    const signed = closing + seal + SIGNED_END + after;
    const outer = this.#outer?.update(signed + CLOSE_ENVELOPE).digest();
    const outerSeal = outer === undefined ? '' : signer.seal(outer);
    const last = Buffer.from(this.#text + signed + outerSeal + CLOSE_ENVELOPE);
    return this.#written.length === 0 ? last : Buffer.concat([...this.#written, last]);
  }
}
