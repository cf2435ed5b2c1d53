// DUIS RequestID: originator:target:counter [domain §1.2].

import { EUI64_LENGTH, eui64HalfAt, formatEui64 } from '../protocol/eui64.ts';
import type { RequestId } from '../protocol/service-request.ts';

/** Two EUI-64s, a counter of at most 20 digits, two colons. */
export const REQUEST_ID_LENGTH_MAX = 68;

/** A requestId in an error answer is echoed up to this length; longer, it counts as unreadable. */
export const ECHOED_REQUEST_ID_LENGTH_MAX = 128;

const COLON = 58;
const DASH = 45;
const ZERO = 48;
const NINE = 57;

const TARGET_AT = EUI64_LENGTH + 1;
const COUNTER_AT = TARGET_AT + EUI64_LENGTH + 1;
const COUNTER_MAX = '18446744073709551615';

/** Reads `text`; undefined when it is anything else. */
export function parseRequestId(text: string): RequestId | undefined {
  if (text.length <= COUNTER_AT || text.length > REQUEST_ID_LENGTH_MAX) return undefined;
  if (text.charCodeAt(TARGET_AT - 1) !== COLON || text.charCodeAt(COUNTER_AT - 1) !== COLON) {
    return undefined;
  }
  if (text.charCodeAt(11) !== DASH || text.charCodeAt(TARGET_AT + 11) !== DASH) return undefined;
  const originatorHigh = eui64HalfAt(text, 0);
  const originatorLow = eui64HalfAt(text, 12);
  const targetHigh = eui64HalfAt(text, TARGET_AT);
  const targetLow = eui64HalfAt(text, TARGET_AT + 12);
  if (originatorHigh < 0 || originatorLow < 0 || targetHigh < 0 || targetLow < 0) return undefined;
  if (!isCounterAt(text, COUNTER_AT)) return undefined;
  const originatorId = originatorText(originatorHigh, originatorLow);
  return { text, originatorId, targetHigh, targetLow, counter: text.slice(COUNTER_AT) };
}

/** Whether an unsigned 64-bit decimal without leading zeros reaches from `start` to the end. */
function isCounterAt(text: string, start: number): boolean {
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < ZERO || code > NINE) return false;
  }
  const digits = text.length - start;
  if (text.charCodeAt(start) === ZERO) return digits === 1;
  return digits < COUNTER_MAX.length || text.slice(start) <= COUNTER_MAX;
}

interface Originator {
  readonly high: number;
  readonly low: number;
  readonly text: string;
}

/**
 * There are few originators and each asks often: the same string again spares the writing and lets
 * a Map of Parties find it by identity. Direct-mapped, so that its size is fixed.
 */
const ORIGINATOR_SLOTS = 64;
const originators: (Originator | undefined)[] = new Array(ORIGINATOR_SLOTS).fill(undefined);

function originatorText(high: number, low: number): string {
  const slot = low & (ORIGINATOR_SLOTS - 1);
  const known = originators[slot];
  if (known !== undefined && known.low === low && known.high === high) return known.text;
  const text = formatEui64(high, low);
  originators[slot] = { high, low, text };
  return text;
}
