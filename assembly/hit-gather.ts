// The questions of several frames, read before any of them is answered: the slots that they lead to
// lie all over the memory, and fetched one after another they come at the same time.

import { DeviceRange, rangeOf } from './device-ranges';
import { findSlotIn } from './directory';
import { ringHeader } from './half-hour-ring';
import { placeOfAsker } from './hit-access';
import { frameEnd, payloadAt, unmask } from './hit-frames';
import {
  jsonBatchAt,
  jsonBatchEnd,
  jsonNextAt,
  jsonPastSpace,
  readJsonRequest,
} from './hit-json';
import {
  FORMAT_JSON,
  FORMAT_MSGPACK,
  HIT_BATCH_MAX,
  HitCall,
} from './hit-layout';
import { msgpackBatchCount, msgpackBatchAt, readMsgpackRequest } from './hit-msgpack';
import { endSeconds, requestIdAt, requestIdSize, ring, startSeconds } from './hit-request';
import {
  originatorHigh,
  originatorLow,
  readTarget,
  TARGET_AT,
  targetHigh,
  targetLow,
} from './hit-text';
import { COLUMN_SIZE, OFF_SLOT_VALUES } from './layout';
import { frameAt, HIT_TOGETHER, HitFrame, questionAt } from './hit-question';
import { lane } from './slots';

const HALF_HOUR_SECONDS: i64 = 1800;

let count: i32 = 0;
let nowSeconds: i64 = 0;

/** Bytes of the requests up to here have been unmasked. */
let unmaskedTo: usize = 0;

/** New requests have been written: none of them is unmasked. */
export function startRequests(): void {
  unmaskedTo = 0;
}

/**
 * Questions to be read at a time. Whatever stands behind one for the hall is read again, so a miss
 * costs the more the further ahead it was read, and many hits in a row are needed to go that far.
 */
let together: i32 = HIT_TOGETHER;

/** All questions that were gathered last have been answered, or one of them was for the hall. */
export function readAhead(allAnswered: bool): void {
  if (!allAnswered) together = 1;
  else if (together < HIT_TOGETHER) together <<= 1;
}

/**
 * Reads frames from `at` on, until there are enough questions or the next frame is none for the
 * lane. Returns the number of frames.
 */
export function gather(at: usize, last: usize, format: i32, speaker: i32, messageSize: i32): i32 {
  let gathered = 0;
  count = 0;
  // It may have been of another format, speaker or second.
  lastEnd = 0;
  while (count < together && at < last) {
    const end = frameEnd(at, last, format, messageSize);
    if (end == 0) break;
    // A frame that was read before, and then not answered, comes again.
    if (at >= unmaskedTo) {
      unmask(payloadAt, end);
      unmaskedTo = end;
    }
    const before = count;
    const frame = frameAt(gathered);
    frame.isArray = 0;
    const isRead =
      format == FORMAT_JSON ? readJson(frame, end, speaker) : readMsgpack(frame, end, speaker);
    if (!isRead) {
      count = before;
      break;
    }
    frame.end = end;
    frame.questions = count - before;
    gathered++;
    at = end;
  }
  return gathered;
}

export function setGatherTime(seconds: u32): void {
  nowSeconds = seconds;
}

function readMsgpack(frame: HitFrame, end: usize, speaker: i32): bool {
  const messages = msgpackBatchCount(payloadAt);
  if (messages == 0) {
    return readRequest(payloadAt, FORMAT_MSGPACK, speaker) == end;
  }
  if (messages > <u32>HIT_BATCH_MAX) return false;
  frame.isArray = 1;
  let at = msgpackBatchAt(payloadAt);
  for (let i: u32 = 0; i < messages; i++) {
    if (at >= end) return false;
    at = readRequest(at, FORMAT_MSGPACK, speaker);
    if (at == 0) return false;
  }
  return at == end;
}

function readJson(frame: HitFrame, end: usize, speaker: i32): bool {
  let at = jsonBatchAt(payloadAt);
  if (at == 0) {
    at = readRequest(payloadAt, FORMAT_JSON, speaker);
    return at != 0 && jsonPastSpace(at) == end;
  }
  frame.isArray = 1;
  for (let messages = 0; messages < HIT_BATCH_MAX; messages++) {
    if (at == 0 || at >= end) return false;
    at = readRequest(at, FORMAT_JSON, speaker);
    if (at == 0) return false;
    const close = jsonBatchEnd(at);
    if (close != 0) return jsonPastSpace(close) == end;
    at = jsonNextAt(at);
  }
  return false;
}

// The last request that was read word by word. One that differs from it in nothing but the target
// and the counter, as those of a Party do that asks the same of many devices, is not read again.
let lastAt: usize = 0;
let lastEnd: usize = 0;
/** Up to the target in its requestId, and from behind it: what another one has to repeat. */
let lastTargetAt: usize = 0;
let lastRestAt: usize = 0;
let lastAsker: i32 = 0;
let lastFrom: i32 = 0;
let lastTo: i32 = 0;

/** Reads the request at `at` and keeps its question; returns where it ends, or 0. */
function readRequest(at: usize, format: i32, speaker: i32): usize {
  if (!isLikeLast(at) && !readNew(at, format, speaker)) return 0;
  const moved = at - lastAt;
  const question = questionAt(count++);
  question.requestIdAt = requestIdAt + moved;
  question.requestIdSize = requestIdSize;
  question.ring = ring;
  question.asker = lastAsker;
  question.deviceHigh = targetHigh;
  question.deviceLow = targetLow;
  question.range = changetype<usize>(rangeOf(targetHigh, targetLow));
  question.from = lastFrom;
  question.to = lastTo;
  return lastEnd + moved;
}

/** Reads a request word by word. */
function readNew(at: usize, format: i32, speaker: i32): bool {
  lastAt = at;
  lastEnd = format == FORMAT_JSON ? readJsonRequest(at) : readMsgpackRequest(at);
  if (lastEnd == 0) return false;
  lastTargetAt = requestIdAt + TARGET_AT;
  lastRestAt = requestIdAt + requestIdSize;
  lastAsker = placeOfAsker(originatorHigh, originatorLow, ring, speaker);
  const until = endSeconds < nowSeconds ? endSeconds : nowSeconds;
  const isPast = startSeconds <= until;
  lastFrom = isPast ? <i32>((startSeconds + HALF_HOUR_SECONDS - 1) / HALF_HOUR_SECONDS) : 1;
  lastTo = isPast ? <i32>(until / HALF_HOUR_SECONDS) : 0;
  return true;
}

/** Whether the request at `at` repeats the last one; then its target has been read. */
@inline function isLikeLast(at: usize): bool {
  if (lastEnd == 0) return false;
  const moved = at - lastAt;
  return (
    isSame(at, lastAt, lastTargetAt - lastAt) &&
    isSame(lastRestAt + moved, lastRestAt, lastEnd - lastRestAt) &&
    readTarget(requestIdAt + moved, requestIdSize)
  );
}

/** Whether two texts are the same: whole words of them, of which the last may overlap. */
@inline function isSame(a: usize, b: usize, size: usize): bool {
  if (size < 8) return false;
  const last = size - 8;
  for (let i: usize = 0; i < last; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false;
  return load<u64>(a + last) == load<u64>(b + last);
}

/** Questions of the frames gathered last. */
@inline export function gatheredCount(): i32 {
  return count;
}

/**
 * Finds the slots of the first questions. What is far away is read in loops that wait for nothing,
 * one for the directory and one for the slots, so that the misses of each overlap.
 */
export function fetchSlots(count: i32): void {
  // The sum is kept, or reading would be taken for idle.
  let touched: u32 = 0;
  for (let i = 0; i < count; i++) {
    const question = questionAt(i);
    const range = changetype<DeviceRange>(question.range);
    const isKnown = question.range != 0;
    question.slot = isKnown ? findSlotIn(range, question.deviceHigh, question.deviceLow) : 0;
  }
  for (let i = 0; i < count; i++) {
    const question = questionAt(i);
    const slot = question.slot;
    if (slot == 0) continue;
    const values = slot + OFF_SLOT_VALUES + question.ring * COLUMN_SIZE;
    touched += load<u8>(changetype<usize>(ringHeader(slot, question.ring)));
    touched += <u32>load<u8>(values) + load<u8>(values, 64) + load<u8>(values, 128);
  }
  changetype<HitCall>(lane).touched = touched;
}
