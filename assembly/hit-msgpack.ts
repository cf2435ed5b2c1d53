// The MessagePack of the hit lane: requests with sizes in their usual spellings, columns of values.

import {
  KEY_NONE,
  KEY_PERIOD,
  KEYS_OF_MESSAGE,
  KEYS_OF_PERIOD,
  keyOf,
  takeText,
} from './hit-request';
import { RING_ABSENT } from './layout';

const FIXMAP: u32 = 0x80;
const FIXARRAY: u32 = 0x90;
const FIXSTR: u32 = 0xa0;
const NIL: u32 = 0xc0;
const UINT8: u32 = 0xcc;
const UINT16: u32 = 0xcd;
const STR8: u32 = 0xd9;
const ARRAY16: u32 = 0xdc;
const MAP16: u32 = 0xde;

let textSize: usize = 0;

/** Where the text that begins at `at` has its characters, and its size; 0 for anything else. */
@inline function textAt(at: usize): usize {
  const marker: u32 = load<u8>(at);
  if ((marker & 0xe0) == FIXSTR) {
    textSize = marker & 31;
    return at + 1;
  }
  if (marker != STR8) return 0;
  textSize = load<u8>(at, 1);
  return at + 2;
}

/**
 * Where the first key of a map of so many begins; some encoders always spell the number in 16 bits.
 */
@inline function mapAt(at: usize, keys: u32): usize {
  const marker: u32 = load<u8>(at);
  if (marker == FIXMAP + keys) return at + 1;
  const long = marker == MAP16 && load<u8>(at, 1) == 0 && <u32>load<u8>(at, 2) == keys;
  return long ? at + 3 : 0;
}

/**
 * Reads the message at `at` and returns where it ends; 0 for one that the lane does not take. It
 * may read on behind a message that is cut short: the caller compares the end.
 */
export function readMsgpackRequest(start: usize): usize {
  return readMap(start, false);
}

/** The map of a message, or of its period. */
function readMap(start: usize, ofPeriod: bool): usize {
  const keys: u32 = ofPeriod ? 2 : 3;
  let at = mapAt(start, keys);
  if (at == 0) return 0;
  let seen = 0;
  for (let i: u32 = 0; i < keys; i++) {
    const name = textAt(at);
    if (name == 0) return 0;
    at = name + textSize;
    const key = keyOf(name, textSize, ofPeriod);
    if (key == KEY_NONE) return 0;
    seen |= key;
    at = key == KEY_PERIOD ? readMap(at, true) : readText(key, at);
    if (at == 0) return 0;
  }
  return seen == (ofPeriod ? KEYS_OF_PERIOD : KEYS_OF_MESSAGE) ? at : 0;
}

@inline function readText(key: i32, at: usize): usize {
  const text = textAt(at);
  if (text == 0 || !takeText(key, text, textSize)) return 0;
  return text + textSize;
}

/** Messages of the array whose head is at `at`; 0 when there is none. */
export function msgpackBatchCount(at: usize): u32 {
  const marker: u32 = load<u8>(at);
  if ((marker & 0xf0) == FIXARRAY) return marker & 15;
  return marker == ARRAY16 ? (<u32>load<u8>(at, 1) << 8) | load<u8>(at, 2) : 0;
}

/** Where the first message of the array begins. */
@inline export function msgpackBatchAt(at: usize): usize {
  return (<u32>load<u8>(at) & 0xf0) == FIXARRAY ? at + 1 : at + 3;
}

/** The head of an array, written as short as it gets; returns where it ends. */
@inline export function putArrayHead(at: usize, count: u32): usize {
  if (count < 16) {
    store<u8>(at, FIXARRAY | count);
    return at + 1;
  }
  store<u8>(at, ARRAY16);
  store<u8>(at, count >> 8, 1);
  store<u8>(at, count, 2);
  return at + 3;
}

/** Values that are written at a time, in lanes of 32 bits. */
const LANES: i32 = 4;
/**
 * For each pair of four bits, which lanes are above 0x7f and which above 0xff: the bytes to take
 * of the lanes so that the values follow one another, each with as many as it needs.
 */
const PACKINGS: usize = memory.data(256 * 16, 16);

for (let kind = 0; kind < 256; kind++) {
  let at = PACKINGS + (kind << 4);
  for (let lane = 0; lane < LANES; lane++) {
    const size = 1 + ((kind >> lane) & 1) + ((kind >> (lane + LANES)) & 1);
    for (let byte = 0; byte < size; byte++) store<u8>(at++, (lane << 2) + byte);
  }
}

/**
 * So many values of a column; returns their end. No branch depends on their sizes: half hours of a
 * home are below 128 or 256 without pattern.
 */
export function putMsgpackValues(start: usize, values: usize, count: i32): usize {
  let at = start;
  for (let i = 0; i < count; i += LANES) {
    const lanes = v128.load16x4_u(values + (<usize>i << 1));
    // What stands behind the last value is not written.
    const wanted = count - i < LANES ? (1 << (count - i)) - 1 : 15;
    const absent = i32x4.bitmask(i32x4.eq(lanes, i32x4.splat(RING_ABSENT))) & wanted;
    if (absent != 0) {
      for (let lane = 0; lane < LANES && i + lane < count; lane++) {
        at = putMsgpackValue(at, load<u16>(values + (<usize>(i + lane) << 1)));
      }
      continue;
    }
    const isTwo = i32x4.gt_s(lanes, i32x4.splat(0x7f));
    const isThree = i32x4.gt_s(lanes, i32x4.splat(0xff));
    const two = v128.or(i32x4.shl(lanes, 8), i32x4.splat(UINT8));
    const swapped = v128.or(
      i32x4.shl(v128.and(lanes, i32x4.splat(0xff)), 16),
      v128.and(lanes, i32x4.splat(0xff00)),
    );
    const three = v128.or(swapped, i32x4.splat(UINT16));
    const spelled = v128.bitselect(three, v128.bitselect(two, lanes, isTwo), isThree);
    const kind = (i32x4.bitmask(isTwo) & wanted) | ((i32x4.bitmask(isThree) & wanted) << LANES);
    v128.store(at, i8x16.swizzle(spelled, v128.load(PACKINGS + (<usize>kind << 4))));
    at += popcnt(wanted) + popcnt(kind);
  }
  return at;
}

/** One value. */
@inline function putMsgpackValue(at: usize, value: u32): usize {
  const large = value > 0xff;
  const absent = value == RING_ABSENT;
  const two = (value << 8) | UINT8;
  const three = ((value & 0xff) << 16) | (value & 0xff00) | UINT16;
  const short = select<u32>(NIL, value, absent);
  const word = select<u32>(select<u32>(three, two, large), short, value > 0x7f && !absent);
  store<u32>(at, word);
  return at + select<usize>(1, 1 + <usize>(value > 0x7f) + <usize>large, absent);
}
