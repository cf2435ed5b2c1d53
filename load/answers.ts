// What comes back, in the shape of JSON's answers [contract §3] whatever the frame was.

import { Unpackr } from 'msgpackr';
import { isAcknowledgement, readDuisAnswer } from './duis-answers.ts';
import type { LoadFormat } from './requests.ts';

/** An answer as it came: every key may be missing or of another type than it should be. */
export interface Answer {
  readonly requestId?: unknown;
  readonly responseCode?: unknown;
  readonly error?: unknown;
  readonly responseDateTime?: unknown;
  readonly served?: unknown;
  readonly profile?: unknown;
  readonly dailyReadLog?: unknown;
  readonly why?: unknown;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const unpackr = new Unpackr({ useRecords: false });

/** Reads one frame: an answer, an array of them, or undefined for what is no final answer. */
export type ReadAnswers = (bytes: Buffer) => unknown;

/** Throws what the parser throws for a frame that cannot be read. */
export const READERS: Readonly<Record<LoadFormat, ReadAnswers>> = {
  json: (bytes) => JSON.parse(bytes.toString('latin1')),
  msgpack: (bytes) => unpackr.unpack(bytes),
  duis(bytes) {
    const text = bytes.toString('latin1');
    // What DUIS has no code for is JSON's error object.
    if (text.startsWith('{')) return JSON.parse(text);
    return isAcknowledgement(text) ? undefined : readDuisAnswer(text);
  },
};

/** The code of an answer: DUIS's, or the error's in its place. */
export function codeOf({ responseCode, error }: Answer): string {
  if (typeof responseCode === 'string') return responseCode;
  return isRecord(error) && typeof error.code === 'string' ? error.code : 'no code';
}

/** The counter of a RequestID, behind two EUI-64s and their colons. */
const COUNTER_AT = 48;

/** The counter of an answer's RequestID; NaN where there is none. */
export function counterOf({ requestId }: Answer): number {
  return typeof requestId === 'string' ? Number(requestId.slice(COUNTER_AT) || 'x') : Number.NaN;
}
