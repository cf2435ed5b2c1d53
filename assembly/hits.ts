// The hit lane: answers the frames of one read of a socket, as far as each of them asks for what
// the cache has whole and nothing about it is out of the ordinary [AM 18.22(h), 18.24(f)]. It stops
// at the first frame that is not like that; the gateway's readable path takes that one, and the
// lane goes on behind it. What it answers is byte for byte what the readable path would have.

import { DeviceRange } from './device-ranges';
import { areKnown, columnOf, placeOf, ringHeader } from './half-hour-ring';
import { countAnswer, isAside } from './hit-access';
import { putAnswer } from './hit-answer';
import { bodyAt, putFrameHeader } from './hit-frames';
import { fetchSlots, gather, gatheredCount, readAhead, setGatherTime } from './hit-gather';
import { frameAt, HitQuestion, questionAt } from './hit-question';
import {
  FORMAT_JSON,
  HIT_ANSWERS_SIZE,
  HITS_DONE,
  HITS_FULL,
  HITS_OTHER,
  HitCall,
  OFF_HIT_ANSWERS,
  OFF_HIT_REQUESTS,
} from './hit-layout';
import { putArrayHead } from './hit-msgpack';
import { HIT_SHARED_BATCH_MAX } from './hit-share';
import { CACHE_SECONDS_MAX, RING_ABSENT, RING_CAPACITY, SlotHeader } from './layout';
import { lane } from './slots';

const OPEN_ARRAY: u32 = 0x5b;
const CLOSE_ARRAY: u32 = 0x5d;
const COMMA: u32 = 0x2c;

/** Room for one answer frame: as much as a batch leaves in at a time. */
const FRAME_ROOM: usize = 256 * 1024;
/** What one answer takes at most: two columns of a whole ring in JSON, and what is around them. */
const ANSWER_ROOM: usize = 2048;

if (<usize>HIT_SHARED_BATCH_MAX * ANSWER_ROOM > FRAME_ROOM) ERROR('an array may outgrow its frame');

/** In place of the first frame with a question that is no hit: all of them are. */
const NO_FRAME: i32 = i32.MAX_VALUE;

/** How the lane is called; the same for all frames of a call. */
let format: i32 = 0;
let nowSeconds: u32 = 0;
let stopped: i32 = 0;

@inline function call(): HitCall {
  return changetype<HitCall>(lane);
}

/**
 * Answers whole frames from `from` up to `end`, both counted from the start of the requests, of one
 * format, each message at most `messageSize` bytes. Returns where it stopped; `HitCall` tells why.
 * Answers come behind those that are there.
 */
export function answerHits(
  from: i32,
  end: i32,
  inFormat: i32,
  speaker: i32,
  messageSize: i32,
  atSeconds: u32,
): i32 {
  const told = call();
  const requests = lane + OFF_HIT_REQUESTS;
  const answers = lane + OFF_HIT_ANSWERS;
  const last = requests + end;
  format = inFormat;
  nowSeconds = atSeconds;
  setGatherTime(atSeconds);
  stopped = HITS_DONE;
  let at = requests + from;
  let out = answers + told.answersSize;
  while (at < last && stopped == HITS_DONE) {
    const gathered = gather(at, last, format, speaker, messageSize);
    judge(gatheredCount());
    if (gathered == 0) stopped = HITS_OTHER;
    let first = 0;
    for (let i = 0; i < gathered; i++) {
      if (out + FRAME_ROOM > answers + HIT_ANSWERS_SIZE) stopped = HITS_FULL;
      const frame = frameAt(i);
      const end = first + frame.questions;
      const written = stopped == HITS_DONE ? answerFrame(out, first, end, frame.isArray) : 0;
      if (written == 0) break;
      out = written;
      at = frame.end;
      first = end;
    }
    if (gathered > 0 && stopped != HITS_FULL) readAhead(stopped == HITS_DONE);
  }
  told.answersSize = <u32>(out - answers);
  told.stopped = stopped;
  return <i32>(at - requests);
}

/**
 * Finds out which of the first `count` questions, shared out to this bank, are hits. Returns the
 * place of the first frame with one that is none, or `NO_FRAME`.
 */
export function judgeQuestions(count: i32, atSeconds: u32): i32 {
  nowSeconds = atSeconds;
  const other = judge(count);
  return other < count ? questionAt(other).frame : NO_FRAME;
}

/**
 * Answers those of the first `count` questions whose frames come before the one at `beforeFrame`,
 * all judged to be hits.
 */
export function answerQuestions(count: i32, beforeFrame: i32, inFormat: i32): void {
  const told = call();
  const answers = lane + OFF_HIT_ANSWERS;
  format = inFormat;
  let out = answers + told.answersSize;
  let first = 0;
  while (first < count && questionAt(first).frame < beforeFrame) {
    const question = questionAt(first);
    let end = first + 1;
    while (end < count && questionAt(end).frame == question.frame) end++;
    out = answerFrame(out, first, end, question.inArray);
    first = end;
  }
  told.answersSize = <u32>(out - answers);
}

/**
 * Finds out which of the first `count` questions are hits: they then ask for the entries that there
 * are. The others' `asker` is −1; returns the place of the first of them, or `count`.
 */
function judge(count: i32): i32 {
  fetchSlots(count);
  let other = count;
  for (let i = count - 1; i >= 0; i--) {
    if (isHit(questionAt(i))) continue;
    questionAt(i).asker = -1;
    other = i;
  }
  return other;
}

/**
 * Answers questions from `first` to before `end`, of one frame, with one, or returns 0 and says why
 * in `stopped`.
 */
function answerFrame(out: usize, first: i32, end: i32, isArray: i32): usize {
  const isJson = format == FORMAT_JSON;
  let at = bodyAt(out);
  const limit = at + FRAME_ROOM - ANSWER_ROOM;
  if (isArray != 0 && !isJson) at = putArrayHead(at, end - first);
  for (let i = first; i < end; i++) {
    const question = questionAt(i);
    if (question.asker < 0 || at > limit) {
      stopped = HITS_OTHER;
      return 0;
    }
    if (isArray != 0 && isJson) store<u8>(at++, i == first ? OPEN_ARRAY : COMMA);
    at = put(at, question);
  }
  if (isArray != 0 && isJson) store<u8>(at++, CLOSE_ARRAY);
  countAnswers(first, end);
  return putFrameHeader(out, at, format);
}

/** Counts the questions from `first` to before `end` as answered. */
function countAnswers(first: i32, end: i32): void {
  const told = call();
  for (let i = first; i < end; i++) {
    const question = questionAt(i);
    countAnswer(told, question.asker, question.ring);
    changetype<DeviceRange>(question.range).answers += 1;
  }
}

/** Whether a question may be answered here, and all that it asks for is in the cache. */
function isHit(question: HitQuestion): bool {
  const slot = question.slot;
  if (question.asker < 0 || slot == 0) return false;
  if (isAside(question.deviceHigh, question.deviceLow)) return false;
  const header = changetype<SlotHeader>(slot);
  if (((header.armed >> <u8>question.ring) & 1) == 0 || header.byRegistration != 0) return false;
  return findHit(question);
}

/** Answers a question that has been judged a hit. */
@inline function put(out: usize, question: HitQuestion): usize {
  const at = question.requestIdAt;
  const size = question.requestIdSize;
  const entries = question.to - question.from + 1;
  return putAnswer(format, out, at, size, question.slot, question.ring, question.from, entries);
}

/**
 * Whether the ring knows the whole period and none of it is too old; then the question asks for
 * the entries that it has.
 */
function findHit(question: HitQuestion): bool {
  const slot = question.slot;
  const ring = question.ring;
  const from = question.from;
  const to = question.to;
  const header = ringHeader(slot, ring);
  const oldest = header.oldestStored;
  if (oldest == 0 || nowSeconds - oldest >= <u32>CACHE_SECONDS_MAX) return false;
  if (from < 1 || from > to) return false;
  if (from <= header.newestKnown - RING_CAPACITY || to > header.newestKnown) return false;
  if (!areKnown(header, placeOf(from), to - from + 1)) return false;
  const values = columnOf(slot, ring, 0);
  let first = from;
  let last = to;
  while (first <= last && load<u16>(values + (placeOf(first) << 1)) == RING_ABSENT) first++;
  while (last > first && load<u16>(values + (placeOf(last) << 1)) == RING_ABSENT) last--;
  // Nothing but gaps is spelled otherwise.
  if (first > last) return false;
  question.from = first;
  question.to = last;
  return true;
}
