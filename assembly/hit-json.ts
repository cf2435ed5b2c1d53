// The JSON of the hit lane: requests with any spaces between their tokens and without escapes, and
// columns of values.

import {
  KEY_NONE,
  KEY_PERIOD,
  KEYS_OF_MESSAGE,
  KEYS_OF_PERIOD,
  keyOf,
  takeText,
} from './hit-request';
import { RING_ABSENT } from './layout';

const QUOTE: u32 = 0x22;
const COMMA: u32 = 0x2c;
const COLON: u32 = 0x3a;
const OPEN_ARRAY: u32 = 0x5b;
const CLOSE_ARRAY: u32 = 0x5d;
const OPEN_OBJECT: u32 = 0x7b;
const CLOSE_OBJECT: u32 = 0x7d;
const ZERO: u32 = 0x30;
/** Eight bytes at a time: where one of them is zero, its highest bit is left by a subtraction. */
const QUOTES: u64 = 0x2222_2222_2222_2222;
const LOWEST_BITS: u64 = 0x0101_0101_0101_0101;
const HIGHEST_BITS: u64 = 0x8080_8080_8080_8080;
/** Four letters as one word. */
const NULL: u32 = 0x6c6c_756e;
/** The longest text of a request is a requestId. */
const TEXT_SIZE_MAX: usize = 80;

/** Steps over white space. What follows the frame ends it: it is no white space. */
@inline function past(at: usize): usize {
  let c: u32 = load<u8>(at);
  while (c == 0x20 || c == 0x0a || c == 0x0d || c == 0x09) c = load<u8>(++at);
  return at;
}

/** Steps over white space and one character; 0 when another stands there. */
@inline function over(at: usize, character: u32): usize {
  const next = past(at);
  return <u32>load<u8>(next) == character ? next + 1 : 0;
}

let textSize: usize = 0;

/**
 * Where the characters of the text begin that stands at `at`, and its size; 0 without a text. It
 * goes to the next quote whatever is before that: an escape, or what is no text of JSON, is none of
 * the words, and in no requestId and no time.
 */
@inline function textAt(at: usize): usize {
  const text = over(at, QUOTE);
  if (text == 0) return 0;
  let end = text;
  while (true) {
    const others = load<u64>(end) ^ QUOTES;
    const quotes = (others - LOWEST_BITS) & ~others & HIGHEST_BITS;
    if (quotes != 0) {
      textSize = end + (<usize>ctz(quotes) >> 3) - text;
      return text;
    }
    end += 8;
    if (end - text > TEXT_SIZE_MAX) return 0;
  }
}

/** As its namesake in hit-msgpack.ts. */
export function readJsonRequest(start: usize): usize {
  return readObject(start, false);
}

/** The object of a message, or of its period. */
function readObject(start: usize, ofPeriod: bool): usize {
  const keys = ofPeriod ? 2 : 3;
  let at = over(start, OPEN_OBJECT);
  let seen = 0;
  for (let i = 0; i < keys; i++) {
    if (i > 0) at = over(at, COMMA);
    const name: usize = at == 0 ? 0 : textAt(at);
    if (name == 0) return 0;
    const key = keyOf(name, textSize, ofPeriod);
    at = over(name + textSize + 1, COLON);
    if (key == KEY_NONE || at == 0) return 0;
    seen |= key;
    at = key == KEY_PERIOD ? readObject(at, true) : readText(key, at);
    if (at == 0) return 0;
  }
  return seen == (ofPeriod ? KEYS_OF_PERIOD : KEYS_OF_MESSAGE) ? over(at, CLOSE_OBJECT) : 0;
}

@inline function readText(key: i32, at: usize): usize {
  const text = textAt(at);
  if (text == 0) return 0;
  const end = text + textSize + 1;
  return takeText(key, text, textSize) ? end : 0;
}

/** Where the first message of an array begins; 0 when no array does. */
export function jsonBatchAt(at: usize): usize {
  return over(at, OPEN_ARRAY);
}

/** Behind the comma to the next message, or 0. */
export function jsonNextAt(at: usize): usize {
  return over(at, COMMA);
}

/** Behind the end of the array, or 0. */
export function jsonBatchEnd(at: usize): usize {
  return over(at, CLOSE_ARRAY);
}

/** Behind white space at a message's end. */
export function jsonPastSpace(at: usize): usize {
  return past(at);
}

/** So many values of a column; commas before all but the column's first. Returns their end. */
export function putJsonValues(start: usize, values: usize, count: i32, areFirst: bool): usize {
  let at = start;
  const end = values + (<usize>count << 1);
  for (let from = values; from < end; from += 2) {
    at = putJsonValue(at, load<u16>(from), areFirst && from == values);
  }
  return at;
}

/** One value and, before all but the first, a comma. */
@inline function putJsonValue(start: usize, value: u32, first: bool): usize {
  let at = start;
  if (!first) store<u8>(at++, COMMA);
  if (value == RING_ABSENT) {
    store<u32>(at, NULL);
    return at + 4;
  }
  if (value < 10) {
    store<u8>(at, ZERO + value);
    return at + 1;
  }
  const digits: usize = value < 100 ? 2 : value < 1000 ? 3 : value < 10_000 ? 4 : 5;
  let rest = value;
  for (let i = at + digits - 1; i >= at; i--) {
    const tenth = rest / 10;
    store<u8>(i, ZERO + rest - tenth * 10);
    rest = tenth;
  }
  return at + digits;
}
