// What comes back, in the shape of JSON's answers [contract §3] whatever the frame was.

import { Unpackr } from 'msgpackr';
import { isAcknowledgement, readDuisAnswer } from './duis-answers.ts';
import { printable } from './printable.ts';
import type { LoadFormat } from './requests.ts';

/** An answer as it came: every key may be missing or of another type than it should be. */
export interface Answer {
  readonly requestId?: unknown;
  readonly responseCode?: unknown;
  readonly error?: unknown;
  readonly responseDateTime?: unknown;
  readonly serviceReferenceVariant?: unknown;
  readonly served?: unknown;
  readonly profile?: unknown;
  readonly dailyReadLog?: unknown;
  readonly why?: unknown;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const unpackr = new Unpackr({ useRecords: false });

/** How the answers of one format are read. What throws is a frame that cannot be read. */
export interface AnswerReader {
  /** Where the first element of the array at `at` begins; −1 where it is none. */
  enter(bytes: Buffer, at: number): number;
  /** Elements of the array at `at`; Infinity where only its end tells. */
  count(bytes: Buffer, at: number): number;
  /** Where the next element begins, from the end of one; −1 behind the last. */
  next(bytes: Buffer, at: number): number;
  /** The value at `at`, and where it ends; undefined for what is no final answer. */
  read(bytes: Buffer, at: number, end: number): { readonly value: unknown; readonly end: number };
}

const FIXARRAY = 0x90;
const ARRAY16 = 0xdc;
const ARRAY32 = 0xdd;

const msgpack: AnswerReader = {
  enter(bytes, at) {
    const first = bytes[at] ?? 0;
    if ((first & 0xf0) === FIXARRAY) return at + 1;
    return first === ARRAY16 ? at + 3 : first === ARRAY32 ? at + 5 : -1;
  },
  count(bytes, at) {
    const first = bytes[at] ?? 0;
    if (first === ARRAY16) return bytes.readUInt16BE(at + 1);
    return first === ARRAY32 ? bytes.readUInt32BE(at + 1) : first & 0x0f;
  },
  next: (_bytes, at) => at,
  read(bytes, at, end) {
    const valueEnd = msgpackEnd(bytes, at, end);
    return { value: unpackr.unpack(bytes.subarray(at, valueEnd)), end: valueEnd };
  },
};

/**
 * Bytes that follow the marks from 0xc0 on, for those whose size does not depend on what follows.
 */
const SIZES: Readonly<Record<number, number>> = {
  202: 4,
  203: 8,
  204: 1,
  205: 2,
  206: 4,
  207: 8,
  208: 1,
  209: 2,
  210: 4,
  211: 8,
  212: 2,
  213: 3,
  214: 5,
  215: 9,
  216: 17,
};
/** Marks behind which a length stands, of 1, 2 and 4 bytes: bin, ext (one more byte) and str. */
const LENGTHS: Readonly<Record<number, number>> = {
  196: 1,
  197: 2,
  198: 4,
  199: 1,
  200: 2,
  201: 4,
  217: 1,
  218: 2,
  219: 4,
};
const EXT8 = 0xc7;
const EXT32 = 0xc9;
const MAP16 = 0xde;
const MAP32 = 0xdf;

/** Where the value at `at` ends; where it is cut short, the end of what is there. */
function msgpackEnd(bytes: Buffer, start: number, end: number): number {
  let at = start;
  for (let left = 1; left > 0 && at < end; left--) {
    const mark = bytes[at++] as number;
    if (mark < 0x80 || mark >= 0xe0) continue;
    if (mark < 0x90) left += 2 * (mark & 0x0f);
    else if (mark < 0xa0) left += mark & 0x0f;
    else if (mark < 0xc0) at += mark & 0x1f;
    else if (mark >= ARRAY16) {
      const size = mark === ARRAY16 || mark === MAP16 ? 2 : 4;
      if (at + size > end) return end;
      left += bytes.readUIntBE(at, size) * (mark === MAP16 || mark === MAP32 ? 2 : 1);
      at += size;
    } else {
      const size = LENGTHS[mark];
      if (size === undefined) at += SIZES[mark] ?? 0;
      else if (at + size > end) return end;
      else at += size + bytes.readUIntBE(at, size) + (mark >= EXT8 && mark <= EXT32 ? 1 : 0);
    }
  }
  return Math.min(at, end);
}

const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;

const json: AnswerReader = {
  enter: (bytes, at) => (bytes[at] === OPEN ? at + 1 : -1),
  count: () => Number.POSITIVE_INFINITY,
  next: (bytes, at) => (bytes[at] === COMMA ? at + 1 : bytes[at] === CLOSE ? -1 : at),
  read(bytes, at, end) {
    const valueEnd = jsonEnd(bytes, at, end);
    return { value: JSON.parse(bytes.toString('latin1', at, valueEnd)), end: valueEnd };
  },
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Of the brackets the closing ones are two above: `[` 5b, `]` 5d, `{` 7b, `}` 7d. */
const BRACKET = 0xdf;

/** Where the object at `at` ends. */
function jsonEnd(bytes: Buffer, at: number, end: number): number {
  let depth = 0;
  for (let place = at; place < end; place++) {
    const byte = bytes[place] as number;
    if (byte === QUOTE) place = stringEnd(bytes, place, end);
    else if ((byte & BRACKET) === OPEN) depth++;
    else if ((byte & BRACKET) === CLOSE && --depth === 0) return place + 1;
  }
  return end;
}

/** Where the string that opens at `at` has its closing quote. */
function stringEnd(bytes: Buffer, at: number, end: number): number {
  let place = at + 1;
  while (place < end && bytes[place] !== QUOTE) place += bytes[place] === BACKSLASH ? 2 : 1;
  return place;
}

const duis: AnswerReader = {
  enter: () => -1,
  count: () => 0,
  next: () => -1,
  read(bytes, at, end) {
    const text = bytes.toString('latin1', at, end);
    // What DUIS has no code for is JSON's error object.
    if (text.startsWith('{')) return { value: JSON.parse(text), end };
    return { value: isAcknowledgement(text) ? undefined : readDuisAnswer(text), end };
  },
};

export const READERS: Readonly<Record<LoadFormat, AnswerReader>> = { json, msgpack, duis };

/** The code of an answer: DUIS's, or the error's in its place. */
export function codeOf({ responseCode, error }: Answer): string {
  if (typeof responseCode === 'string') return printable(responseCode);
  return isRecord(error) && typeof error.code === 'string' ? printable(error.code) : 'no code';
}

/** The counter of a RequestID, behind two EUI-64s and their colons. */
const COUNTER_AT = 48;

/** The counter of an answer's RequestID; NaN where there is none. */
export function counterOf({ requestId }: Answer): number {
  return typeof requestId === 'string' ? Number(requestId.slice(COUNTER_AT) || 'x') : Number.NaN;
}
