// The hit lane where the cache has several banks: the first bank reads the questions of a stretch
// of frames and shares them out, each to the bank that has its device's slot. Every bank judges and
// answers its own; of what came in one array each answers its part as an array.

import { DeviceRange } from './device-ranges';
import { gather, setGatherTime } from './hit-gather';
import { OFF_HIT_REQUESTS } from './hit-layout';
import { frameAt, HIT_QUESTION_SIZE, HIT_TOGETHER, HitQuestion, questionAt } from './hit-question';
import { lane } from './slots';

/** Banks among which questions are shared; those of further banks are for the readable path. */
export const HIT_BANKS_MAX: i32 = 64;
/** Messages of an array at most: their answers fit into one frame, whatever they hold. */
export const HIT_SHARED_BATCH_MAX: i32 = 128;
const SHARED_MAX: i32 = HIT_TOGETHER - 1 + HIT_SHARED_BATCH_MAX;

/** The part of a bank in the questions shared last: they stand together, in the order they came. */
@unmanaged
export class HitShare {
  first: u32;
  count: u32;
}
export const HIT_SHARE_SIZE: i32 = offsetof<HitShare>();
export const OFF_HIT_SHARE_FIRST: i32 = offsetof<HitShare>('first');
export const OFF_HIT_SHARE_COUNT: i32 = offsetof<HitShare>('count');

const shares: usize = memory.data(8 * 64, 8);
const shared: usize = memory.data(52 * 191, 8);

if (HIT_SHARE_SIZE != 8 || HIT_BANKS_MAX != 64) ERROR('the shares have another size');
if (HIT_QUESTION_SIZE != 52 || SHARED_MAX != 191) ERROR('the questions have another size');

@inline function shareAt(bank: i32): HitShare {
  return changetype<HitShare>(shares + <usize>bank * HIT_SHARE_SIZE);
}

/**
 * Reads frames from `from` to `end` of the requests, all of one format, and shares their questions
 * out among banks. Returns the number of frames, up to the first of which a question is for nobody.
 */
export function shareHits(
  from: i32,
  end: i32,
  format: i32,
  speaker: i32,
  messageSize: i32,
  atSeconds: u32,
): i32 {
  setGatherTime(atSeconds);
  const requests = lane + OFF_HIT_REQUESTS;
  const gathered = gather(requests + from, requests + end, format, speaker, messageSize);
  let questions = 0;
  let frames = 0;
  while (frames < gathered && findBanks(questions, frames)) {
    questions += frameAt(frames).questions;
    frames++;
  }
  share(questions);
  return frames;
}

/** Finds the banks of a frame's questions, the first of them at `first`, if all have one. */
function findBanks(first: i32, frame: i32): bool {
  const questions = frameAt(frame).questions;
  const isArray = frameAt(frame).isArray;
  if (questions > HIT_SHARED_BATCH_MAX) return false;
  for (let i = first; i < first + questions; i++) {
    const question = questionAt(i);
    if (question.range == 0) return false;
    const bank = changetype<DeviceRange>(question.range).bank;
    if (bank == 0 || bank > <u32>HIT_BANKS_MAX) return false;
    question.bank = bank - 1;
    question.frame = frame;
    question.inArray = isArray;
  }
  return true;
}

/** Puts the first `count` questions together by bank. */
function share(count: i32): void {
  memory.fill(shares, 0, HIT_BANKS_MAX * HIT_SHARE_SIZE);
  for (let i = 0; i < count; i++) shareAt(questionAt(i).bank).count++;
  let first: u32 = 0;
  for (let bank = 0; bank < HIT_BANKS_MAX; bank++) {
    const part = shareAt(bank);
    part.first = first;
    first += part.count;
    part.count = 0;
  }
  for (let i = 0; i < count; i++) {
    const question = questionAt(i);
    const part = shareAt(question.bank);
    const to = shared + <usize>(part.first + part.count++) * HIT_QUESTION_SIZE;
    const from = changetype<usize>(question);
    for (let at = 0; at < HIT_QUESTION_SIZE; at += 4) store<u32>(to + at, load<u32>(from + at));
  }
}

/** Address of the first bank's share, and of the questions that are shared out. */
export function hitSharesAddress(): i32 {
  return <i32>shares;
}

export function hitSharedAddress(): i32 {
  return <i32>shared;
}
