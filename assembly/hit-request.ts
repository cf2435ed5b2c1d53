// What a request for the lane says, whichever format spelled it: a read of half-hourly import or
// export with its three keys and no others.

import {
  HIT_WORD_SIZE,
  OFF_HIT_WORDS,
  WORD_END,
  WORD_EXPORT,
  WORD_IMPORT,
  WORD_PERIOD,
  WORD_REQUEST_ID,
  WORD_SRV,
  WORD_START,
} from './hit-layout';
import { NO_TIME, readDateTime, readRequestId } from './hit-text';
import { RING_EXPORT, RING_IMPORT } from './layout';
import { lane } from './slots';

// Keys of a message and of its period.
export const KEY_NONE: i32 = 0;
export const KEY_REQUEST_ID: i32 = 1;
export const KEY_SRV: i32 = 2;
export const KEY_PERIOD: i32 = 4;
export const KEYS_OF_MESSAGE: i32 = 7;
export const KEY_START: i32 = 8;
export const KEY_END: i32 = 16;
export const KEYS_OF_PERIOD: i32 = 24;

export let requestIdAt: usize = 0;
export let requestIdSize: usize = 0;
export let ring: i32 = 0;
export let startSeconds: i64 = 0;
export let endSeconds: i64 = 0;

/** Whether a text is one of the words that the gateway wrote. */
@inline function isWord(at: usize, size: usize, word: i32): bool {
  const text = lane + OFF_HIT_WORDS + word * HIT_WORD_SIZE;
  if (size != <usize>load<u32>(text)) return false;
  let i: usize = 0;
  for (; i + 8 <= size; i += 8) if (load<u64>(at + i) != load<u64>(text + 4 + i)) return false;
  for (; i < size; i++) if (load<u8>(at + i) != load<u8>(text + 4 + i)) return false;
  return true;
}

/** Which key of a message, or of its period, a text is. */
export function keyOf(at: usize, size: usize, ofPeriod: bool): i32 {
  if (ofPeriod) {
    if (isWord(at, size, WORD_START)) return KEY_START;
    return isWord(at, size, WORD_END) ? KEY_END : KEY_NONE;
  }
  if (isWord(at, size, WORD_REQUEST_ID)) return KEY_REQUEST_ID;
  if (isWord(at, size, WORD_SRV)) return KEY_SRV;
  return isWord(at, size, WORD_PERIOD) ? KEY_PERIOD : KEY_NONE;
}

/** Takes the text of one key's value; false when the lane does not know it. */
export function takeText(key: i32, at: usize, size: usize): bool {
  if (key == KEY_REQUEST_ID) {
    requestIdAt = at;
    requestIdSize = size;
    return readRequestId(at, size);
  }
  if (key == KEY_SRV) {
    ring = isWord(at, size, WORD_IMPORT) ? RING_IMPORT : RING_EXPORT;
    return ring == RING_IMPORT || isWord(at, size, WORD_EXPORT);
  }
  const seconds = readDateTime(at, size);
  if (key == KEY_START) startSeconds = seconds;
  else endSeconds = seconds;
  return seconds != NO_TIME;
}
