// Answers that have been read before, as bytes. A meter's answer for one period is the same from
// request to request but for the counter of its RequestID and its responseDateTime, so that an
// answer whose other bytes are known needs no decoding. Whatever differs, in order or in a single
// byte, is read in full; nothing is assumed of how a gateway writes but that it does so again.

import { parseDateTime } from '../gateway/protocol/half-hours.ts';

/** Answers from the cache, the device and both differ in one word. */
const ORIGINS = ['cache', 'device', 'mixed'] as const;
export type Served = (typeof ORIGINS)[number];

/** The party and the target of a RequestID, each with the colon behind it; then the counter. */
const ID_PART_SIZE = 24;
const COUNTER_AT = 2 * ID_PART_SIZE;
const COUNTER_SIZE = 13;
const ID_SIZE = COUNTER_AT + COUNTER_SIZE;
/** `2026-11-23T09:00:00.000Z`. */
const TIME_SIZE = 24;
const ZERO = 0x30;

/** Words of four bytes: 64 MB, some 200,000 answers of a day. All others are read in full. */
const WORDS_MAX = 16 * 1024 * 1024;
const FIRST_WORDS = 65_536;
/** Longer answers are not kept. */
const KEPT_SIZE_MAX = 16 * 1024;
/** Ahead of an answer's bytes: their count, and whether they were found right. */
const HEAD_WORDS = 2;

/** A stretch of bytes as words, the last one filled up with zeros. */
interface Stretch {
  readonly words: Int32Array;
  readonly size: number;
}

export class KnownAnswers {
  /** What stands before a RequestID, and between it and the time; learnt from the first answer. */
  #before: Stretch | undefined;
  #between: Stretch | undefined;
  readonly #parties = new Map<string, Stretch>();
  /** Where an answer begins among the words, by its key. */
  readonly #places = new Map<number, number>();
  #words = new Int32Array(FIRST_WORDS);
  #used = 0;
  #bytes: Buffer | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #time = new Int32Array(TIME_SIZE / 4);
  /** Of the answer that `find` has found: when it was made, ms, and from where. */
  responseMs = Number.NaN;
  served: Served = 'cache';
  /** Whether its bytes were once found right. */
  isRight = false;

  /** The counter of the answer at `at`; NaN where that is not certain. */
  counterAt(bytes: Buffer, at: number, end: number): number {
    const before = this.#before;
    if (before === undefined || at + before.size + ID_SIZE > end) return Number.NaN;
    if (!this.#isAt(bytes, at, before)) return Number.NaN;
    let counter = 0;
    const start = at + before.size + COUNTER_AT;
    for (let place = start; place < start + COUNTER_SIZE; place++) {
      const digit = (bytes[place] as number) - ZERO;
      if (digit < 0 || digit > 9) return Number.NaN;
      counter = counter * 10 + digit;
    }
    return counter;
  }

  /**
   * Where the answer at `at` ends, if its bytes are known as those of `subject`, a number for what
   * was asked, to a Party; else −1. For one whose `counterAt` is a number.
   */
  find(bytes: Buffer, at: number, end: number, subject: number, partyId: string): number {
    const [before, between] = [this.#before, this.#between];
    const party = this.#parties.get(partyId);
    if (before === undefined || between === undefined || party === undefined) return -1;
    const partyAt = at + before.size;
    const betweenAt = partyAt + ID_SIZE;
    const timeAt = betweenAt + between.size;
    const restAt = timeAt + TIME_SIZE;
    if (restAt > end) return -1;
    if (!this.#isAt(bytes, partyAt, party) || !this.#isAt(bytes, betweenAt, between)) return -1;
    for (let origin = 0; origin < ORIGINS.length; origin++) {
      const place = this.#places.get(subject * ORIGINS.length + origin);
      if (place === undefined) continue;
      const size = this.#words[place] as number;
      if (restAt + size > end) continue;
      const targetAt = place + HEAD_WORDS;
      if (!this.#are(partyAt + ID_PART_SIZE, this.#words, targetAt, ID_PART_SIZE)) continue;
      if (!this.#are(restAt, this.#words, targetAt + ID_PART_SIZE / 4, size)) continue;
      this.responseMs = this.#timeAt(bytes, timeAt);
      if (Number.isNaN(this.responseMs)) return -1;
      this.served = ORIGINS[origin] ?? 'cache';
      this.isRight = this.#words[place + 1] === 1;
      return restAt + size;
    }
    return -1;
  }

  /**
   * Keeps the answer from `start` to `end`, of which the texts are known: to `requestId`, made at
   * `time`. Does nothing where it is not of the form that the first one had, or there is no room.
   */
  learn(
    bytes: Buffer,
    start: number,
    end: number,
    subject: number,
    told: { requestId: string; time: string; served: Served; isRight: boolean },
  ): void {
    const { requestId, time, isRight } = told;
    if (requestId.length !== ID_SIZE || time.length !== TIME_SIZE) return;
    const idAt = bytes.indexOf(requestId, start, 'latin1');
    const timeAt = bytes.indexOf(time, idAt + ID_SIZE, 'latin1');
    const restAt = timeAt + TIME_SIZE;
    const size = end - restAt;
    if (idAt < 0 || timeAt < 0 || size < 0 || size > KEPT_SIZE_MAX) return;
    this.#before ??= stretch(bytes, start, idAt);
    this.#between ??= stretch(bytes, idAt + ID_SIZE, timeAt);
    if (start + this.#before.size !== idAt || !this.#isAt(bytes, start, this.#before)) return;
    const betweenAt = idAt + ID_SIZE;
    const isAlike = betweenAt + this.#between.size === timeAt;
    if (!isAlike || !this.#isAt(bytes, betweenAt, this.#between)) return;
    const partyId = requestId.slice(0, ID_PART_SIZE - 1);
    if (!this.#parties.has(partyId)) {
      this.#parties.set(partyId, stretch(bytes, idAt, idAt + ID_PART_SIZE));
    }
    const origin = ORIGINS.indexOf(told.served);
    const place = this.#roomFor(subject * ORIGINS.length + origin, size);
    if (place < 0) return;
    this.#words[place] = size;
    this.#words[place + 1] = isRight ? 1 : 0;
    const targetAt = idAt + ID_PART_SIZE;
    put(bytes, targetAt, targetAt + ID_PART_SIZE, this.#words, place + HEAD_WORDS);
    put(bytes, restAt, end, this.#words, place + HEAD_WORDS + ID_PART_SIZE / 4);
  }

  /** The place of an answer of `size` bytes behind its time; −1 where there is no more room. */
  #roomFor(key: number, size: number): number {
    const known = this.#places.get(key);
    if (known !== undefined && (this.#words[known] as number) >= size) return known;
    const place = this.#used;
    const needed = place + HEAD_WORDS + ID_PART_SIZE / 4 + Math.ceil(size / 4);
    if (needed > WORDS_MAX) return -1;
    if (needed > this.#words.length) {
      const grown = new Int32Array(Math.min(2 * this.#words.length, WORDS_MAX));
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#used = needed;
    this.#places.set(key, place);
    return place;
  }

  /** The time that stands at `at`, ms; thousands of answers share theirs. NaN where it is none. */
  #timeAt(bytes: Buffer, at: number): number {
    if (this.#are(at, this.#time, 0, TIME_SIZE)) return this.responseMs;
    put(bytes, at, at + TIME_SIZE, this.#time, 0);
    return Math.round(parseDateTime(bytes.toString('latin1', at, at + TIME_SIZE)) * 1000);
  }

  #isAt(bytes: Buffer, at: number, { words, size }: Stretch): boolean {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#are(at, words, 0, size);
  }

  /** Whether the `size` bytes at `at` of the piece looked at are those that words hold. */
  #are(at: number, words: Int32Array, place: number, size: number): boolean {
    const view = this.#view;
    const whole = size >> 2;
    let word = 0;
    for (; word + 4 <= whole; word += 4) {
      const from = at + 4 * word;
      const to = place + word;
      const differs =
        (view.getInt32(from, true) ^ (words[to] as number)) |
        (view.getInt32(from + 4, true) ^ (words[to + 1] as number)) |
        (view.getInt32(from + 8, true) ^ (words[to + 2] as number)) |
        (view.getInt32(from + 12, true) ^ (words[to + 3] as number));
      if (differs !== 0) return false;
    }
    for (; word < whole; word++) {
      if (view.getInt32(at + 4 * word, true) !== words[place + word]) return false;
    }
    const last = words[place + whole] as number;
    for (let byte = 0; byte < (size & 3); byte++) {
      if (view.getUint8(at + 4 * whole + byte) !== ((last >>> (8 * byte)) & 255)) return false;
    }
    return true;
  }
}

function stretch(bytes: Buffer, start: number, end: number): Stretch {
  const words = new Int32Array(Math.ceil((end - start) / 4) + 1);
  put(bytes, start, end, words, 0);
  return { words, size: end - start };
}

/** Writes bytes as little-endian words, the last one filled up with zeros. */
function put(bytes: Buffer, start: number, end: number, words: Int32Array, place: number): void {
  words.fill(0, place, place + Math.ceil((end - start) / 4));
  for (let at = start; at < end; at++) {
    const word = place + ((at - start) >> 2);
    words[word] = (words[word] as number) | ((bytes[at] as number) << (8 * ((at - start) & 3)));
  }
}
