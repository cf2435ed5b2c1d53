// The door to the hit lane of one cache bank: frames of requests go in, frames of answers come out.
// assembly/hits.ts says what it answers and where it stops.

import type { BankRange } from '../s1sp/bank-ranges.ts';
import { type Core, viewU32 } from '../s1sp/core.ts';
import { jsonWire } from '../wire/json.ts';
import { msgpackWire } from '../wire/msgpack.ts';
import { cutHitForm, type HitForm } from './forms.ts';
import { HitRanges } from './ranges.ts';

/** A Party as the lane knows it: its EUI-64, and what it may ask an ESME for. */
export interface HitParty {
  readonly high: number;
  readonly low: number;
  readonly mayImport: boolean;
  readonly mayExport: boolean;
  readonly hasToken: boolean;
}

/** How a call ended: the next frame is `other` where it is for the readable path. */
export type HitsStopped = 'done' | 'full' | 'other';

/** Answers to the Party at a place: of import and of export. */
export type HitCount = (party: number, imports: number, exports: number) => void;

const WORD_BYTES = 4;
const BITS_A_WORD = 32;
/** In place of the only Party that a connection speaks for: all Parties without a token. */
export const ANY_PARTY = -1;

export class HitBank {
  readonly #core: Core;
  /** Of text and of binary frames. A constant of the core is an object that is slow to ask. */
  readonly #formats: readonly [number, number];
  readonly #bytes: Buffer;
  readonly #call: Uint32Array;
  readonly #seen: Uint32Array;
  readonly #counts: Uint32Array;
  /** The fleet's devices, with its answers to them. */
  readonly ranges: HitRanges;
  readonly #requests: Buffer;
  readonly #answers: Buffer;
  readonly #stops: HitsStopped[] = [];
  readonly #questions: Uint32Array;
  readonly #questionWords: number;
  /** Questions that this bank has shared out among all, and the part of each. */
  readonly #shared: Uint32Array;
  readonly #shares: Uint32Array;
  readonly #shareWords: number;
  readonly #shareFirst: number;
  readonly #shareCount: number;
  readonly #frames: Uint32Array;
  readonly #frameWords: number;
  /** Places of words in a `HitCall` and in a `HitFrame`. */
  readonly #answersSize: number;
  readonly #stopped: number;
  readonly #seenCount: number;
  readonly #frameEnd: number;
  #time = '';
  #loaded: Buffer | undefined;
  /** Devices to be left to the readable path; see asides.ts. */
  readonly asides: Uint32Array;

  /**
   * Enters the Parties at places 0, 1, 2 …; those that do not fit take the readable path. `ranges`
   * are all devices, in the order of their identifiers.
   */
  constructor(
    core: Core,
    twinElement: boolean,
    parties: readonly HitParty[],
    ranges: readonly BankRange[],
  ) {
    const base = core.hitLaneAddress();
    const at = (offset: { readonly value: number }) => base + offset.value;
    this.#core = core;
    this.#formats = [core.FORMAT_JSON.value, core.FORMAT_MSGPACK.value];
    this.#bytes = Buffer.from(core.memory.buffer, base, core.HIT_LANE_SIZE.value);
    this.#call = viewU32(core, base, core.HIT_CALL_SIZE.value / WORD_BYTES);
    const most = core.HIT_PARTIES_MAX.value;
    this.#seen = viewU32(core, at(core.OFF_HIT_SEEN), most);
    this.#counts = viewU32(core, at(core.OFF_HIT_COUNTS), 2 * most);
    this.asides = viewU32(core, at(core.OFF_HIT_ASIDES), core.HIT_ASIDES.value / BITS_A_WORD);
    const part = ({ value: start }: { readonly value: number }, size: number) =>
      this.#bytes.subarray(start, start + size);
    this.#requests = part(core.OFF_HIT_REQUESTS, core.HIT_REQUESTS_SIZE.value);
    this.#answers = part(core.OFF_HIT_ANSWERS, core.HIT_ANSWERS_SIZE.value);
    const together = core.HIT_TOGETHER.value;
    const words = ({ value: size }: { readonly value: number }) => size / WORD_BYTES;
    this.#questionWords = words(core.HIT_QUESTION_SIZE);
    this.#shareWords = words(core.HIT_SHARE_SIZE);
    this.#shareFirst = words(core.OFF_HIT_SHARE_FIRST);
    this.#shareCount = words(core.OFF_HIT_SHARE_COUNT);
    this.#frameWords = words(core.HIT_FRAME_SIZE);
    this.#frameEnd = words(core.OFF_HIT_FRAME_END);
    this.#answersSize = words(core.OFF_HIT_CALL_ANSWERS_SIZE);
    this.#stopped = words(core.OFF_HIT_CALL_STOPPED);
    this.#seenCount = words(core.OFF_HIT_CALL_SEEN_COUNT);
    const sharedMost = together + core.HIT_SHARED_BATCH_MAX.value - 1;
    const questionWords = sharedMost * this.#questionWords;
    this.#questions = viewU32(core, core.hitQuestionsAddress(), questionWords);
    this.#shared = viewU32(core, core.hitSharedAddress(), questionWords);
    const shareWords = core.HIT_BANKS_MAX.value * this.#shareWords;
    this.#shares = viewU32(core, core.hitSharesAddress(), shareWords);
    this.#frames = viewU32(core, core.hitFramesAddress(), together * this.#frameWords);
    this.#stops[core.HITS_DONE.value] = 'done';
    this.#stops[core.HITS_FULL.value] = 'full';
    this.#stops[core.HITS_OTHER.value] = 'other';
    this.#writeWords();
    for (const wire of [jsonWire, msgpackWire]) {
      const format = this.formatOf(wire.binary);
      this.#writeForm(format, 0, cutHitForm(wire, '4.8.1', twinElement ? 2 : 1));
      this.#writeForm(format, 1, cutHitForm(wire, '4.8.3', 2));
    }
    for (const party of parties.slice(0, most)) this.#enter(party);
    this.ranges = new HitRanges(core, ranges);
  }

  /** The core's number for the format of text or of binary frames. */
  formatOf(binary: boolean): number {
    return this.#formats[binary ? 1 : 0];
  }

  /** Takes what a socket has read, whole, unless it has it already; false when it is too long. */
  load(read: Buffer): boolean {
    if (read === this.#loaded) return true;
    if (read.length >= this.#requests.length) return false;
    this.#loaded = read;
    this.#requests.set(read);
    // Nothing is read past this.
    this.#requests[read.length] = 0;
    this.#core.startRequests();
    return true;
  }

  /** Sets the responseDateTime of the answers to come, 24 characters. */
  setTime(text: string): void {
    if (text === this.#time) return;
    this.#time = text;
    this.#bytes.write(text, this.#core.OFF_HIT_TIME.value, 'latin1');
    this.#core.setHitTime();
  }

  /**
   * Answers frames from `from` to `end` of what was loaded; `speaker` is the place of the only
   * Party that the connection speaks for, or {@link ANY_PARTY}. Returns where it stopped;
   * answers come to those that are there, until {@link takeAnswers}.
   */
  answer(
    from: number,
    end: number,
    binary: boolean,
    speaker: number,
    messageBytes: number,
    nowSeconds: number,
  ): number {
    return this.#core.answerHits(
      from,
      end,
      this.formatOf(binary),
      speaker,
      messageBytes,
      nowSeconds,
    );
  }

  /**
   * Reads questions from `from` to `end` of what was loaded and shares them out among banks; the
   * other parameters as of {@link answer}. Returns the number of frames.
   */
  share(
    from: number,
    end: number,
    binary: boolean,
    speaker: number,
    messageBytes: number,
    nowSeconds: number,
  ): number {
    const format = this.formatOf(binary);
    return this.#core.shareHits(from, end, format, speaker, messageBytes, nowSeconds);
  }

  /** Where the frame at a place of those shared out ends in what was loaded. */
  frameEnd(frame: number): number {
    const end = this.#frames[frame * this.#frameWords + this.#frameEnd] ?? 0;
    return end - this.#requests.byteOffset;
  }

  /**
   * Takes over the questions that `reader` has shared out to the bank at `place`, this one, and
   * what they were read from, from `from` to `end`. Returns how many they are.
   */
  takeShare(reader: HitBank, place: number, from: number, end: number): number {
    const at = place * this.#shareWords;
    const first = reader.#shares[at + this.#shareFirst] ?? 0;
    const count = reader.#shares[at + this.#shareCount] ?? 0;
    if (count === 0) return 0;
    const words = this.#questionWords;
    this.#questions.set(reader.#shared.subarray(first * words, (first + count) * words));
    if (reader !== this) this.#requests.set(reader.#requests.subarray(from, end), from);
    return count;
  }

  /**
   * Finds out which of the first `count` questions are hits; the place of the first frame with one
   * that is none, beyond all frames where there is none.
   */
  judgeQuestions(count: number, nowSeconds: number): number {
    return this.#core.judgeQuestions(count, nowSeconds);
  }

  /** Answers those of the first `count` questions that came before the frame at a place. */
  answerQuestions(count: number, beforeFrame: number, binary: boolean): void {
    this.#core.answerQuestions(count, beforeFrame, this.formatOf(binary));
  }

  /** All that was shared out last has been answered, or not. */
  readAhead(allAnswered: boolean): void {
    this.#core.readAhead(allAnswered);
  }

  /** Answer frames, one behind the other: a view, valid until more are made. */
  get answers(): Buffer {
    return this.#answers.subarray(0, this.#call[this.#answersSize] ?? 0);
  }

  get stopped(): HitsStopped {
    return this.#stops[this.#call[this.#stopped] ?? 0] ?? 'other';
  }

  /** Whether `test` holds for any of the Parties that have been answered. */
  someAsker(test: (party: number) => boolean): boolean {
    const seen = this.#call[this.#seenCount] ?? 0;
    for (let i = 0; i < seen; i++) if (test(this.#seen[i] ?? 0)) return true;
    return false;
  }

  /** Calls `visit` for every Party that has been answered; the next answers begin anew. */
  takeAnswers(visit: HitCount): void {
    const seen = this.#call[this.#seenCount] ?? 0;
    this.#call[this.#answersSize] = 0;
    this.#call[this.#seenCount] = 0;
    for (let i = 0; i < seen; i++) {
      const party = this.#seen[i] ?? 0;
      const at = 2 * party;
      const imports = this.#counts[at] ?? 0;
      const exports = this.#counts[at + 1] ?? 0;
      this.#counts[at] = 0;
      this.#counts[at + 1] = 0;
      visit(party, imports, exports);
    }
  }

  #enter({ high, low, mayImport, mayExport, hasToken }: HitParty): void {
    const { RING_IMPORT, RING_EXPORT, HIT_PARTY_TOKEN } = this.#core;
    const rights =
      (mayImport ? 1 << RING_IMPORT.value : 0) | (mayExport ? 1 << RING_EXPORT.value : 0);
    this.#core.addHitParty(high, low, hasToken ? rights | HIT_PARTY_TOKEN.value : rights);
  }

  #writeWords(): void {
    const core = this.#core;
    const words = [
      [core.WORD_REQUEST_ID, 'requestId'],
      [core.WORD_SRV, 'serviceReferenceVariant'],
      [core.WORD_PERIOD, 'readLogPeriod'],
      [core.WORD_START, 'startDateTime'],
      [core.WORD_END, 'endDateTime'],
      [core.WORD_IMPORT, '4.8.1'],
      [core.WORD_EXPORT, '4.8.3'],
    ] as const;
    for (const [word, text] of words) {
      const at = core.OFF_HIT_WORDS.value + word.value * core.HIT_WORD_SIZE.value;
      this.#bytes.writeUInt32LE(text.length, at);
      this.#bytes.write(text, at + WORD_BYTES, 'latin1');
    }
  }

  #writeForm(format: number, ring: number, form: HitForm): void {
    const core = this.#core;
    const at = core.OFF_HIT_FORMS.value + (format * 2 + ring) * core.FORM_SIZE.value;
    const texts = [
      [form.before, core.OFF_FORM_BEFORE, core.FORM_BEFORE_MAX, core.OFF_HIT_FORM_BEFORE_SIZE],
      [form.head, core.OFF_FORM_HEAD, core.FORM_HEAD_MAX, core.OFF_HIT_FORM_HEAD_SIZE],
      [form.between, core.OFF_FORM_BETWEEN, core.FORM_BETWEEN_MAX, core.OFF_HIT_FORM_BETWEEN_SIZE],
      [form.after, core.OFF_FORM_AFTER, core.FORM_AFTER_MAX, core.OFF_HIT_FORM_AFTER_SIZE],
    ] as const;
    for (const [text, place, most, size] of texts) {
      // Copies are whole words: the last may reach past the text, within the form.
      if (text.length > most.value) throw new RangeError('a text of an answer outgrew its form');
      this.#bytes.set(text, at + place.value);
      this.#bytes.writeUInt32LE(text.length, at + size.value);
    }
    this.#bytes.writeUInt32LE(form.timeAt, at + core.OFF_HIT_FORM_TIME_AT.value);
    this.#bytes.writeUInt32LE(form.stampAt, at + core.OFF_HIT_FORM_STAMP_AT.value);
  }
}
