// What the hit lane has read and not yet answered: questions, and the frames that they came in.

import { HIT_BATCH_MAX } from './hit-layout';

/** One message. */
@unmanaged
export class HitQuestion {
  requestIdAt: usize;
  requestIdSize: usize;
  /** Place of the Party that asks; −1: no hit, or nobody who may ask here. */
  asker: i32;
  ring: i32;
  deviceHigh: u32;
  deviceLow: u32;
  /** First and last half hour that is asked for and not later than now; none when they cross. */
  from: i32;
  to: i32;
  /** Address of the device's slot, and of the range that it is of; 0 without one. */
  slot: usize;
  range: usize;
  /** Of a question that is shared out: the place of its frame, whether that is an array (1). */
  frame: i32;
  inArray: i32;
  /** Place of the bank that it goes to. */
  bank: i32;
}

/** One frame: where it ends, and how many questions it holds. */
@unmanaged
export class HitFrame {
  end: usize;
  questions: i32;
  /** 1: they came in an array, and are answered in one. */
  isArray: i32;
}

/** Questions that suffice to have their slots fetched together. */
export const HIT_TOGETHER: i32 = 64;
const QUESTIONS_MAX: i32 = HIT_TOGETHER + HIT_BATCH_MAX;
export const HIT_QUESTION_SIZE: i32 = offsetof<HitQuestion>();
export const HIT_FRAME_SIZE: i32 = offsetof<HitFrame>();
export const OFF_HIT_QUESTION_REQUEST_ID_AT: i32 = offsetof<HitQuestion>('requestIdAt');
export const OFF_HIT_QUESTION_REQUEST_ID_SIZE: i32 = offsetof<HitQuestion>('requestIdSize');
export const OFF_HIT_QUESTION_ASKER: i32 = offsetof<HitQuestion>('asker');
export const OFF_HIT_QUESTION_RING: i32 = offsetof<HitQuestion>('ring');
export const OFF_HIT_QUESTION_DEVICE_HIGH: i32 = offsetof<HitQuestion>('deviceHigh');
export const OFF_HIT_QUESTION_DEVICE_LOW: i32 = offsetof<HitQuestion>('deviceLow');
export const OFF_HIT_QUESTION_FROM: i32 = offsetof<HitQuestion>('from');
export const OFF_HIT_QUESTION_TO: i32 = offsetof<HitQuestion>('to');
export const OFF_HIT_QUESTION_SLOT: i32 = offsetof<HitQuestion>('slot');
export const OFF_HIT_QUESTION_RANGE: i32 = offsetof<HitQuestion>('range');
export const OFF_HIT_QUESTION_FRAME: i32 = offsetof<HitQuestion>('frame');
export const OFF_HIT_QUESTION_IN_ARRAY: i32 = offsetof<HitQuestion>('inArray');
export const OFF_HIT_QUESTION_BANK: i32 = offsetof<HitQuestion>('bank');
export const OFF_HIT_FRAME_END: i32 = offsetof<HitFrame>('end');
export const OFF_HIT_FRAME_QUESTIONS: i32 = offsetof<HitFrame>('questions');
export const OFF_HIT_FRAME_IS_ARRAY: i32 = offsetof<HitFrame>('isArray');

const questions: usize = memory.data(52 * (64 + 1024), 8);
const frames: usize = memory.data(12 * 64, 8);

if (HIT_QUESTION_SIZE != 52 || QUESTIONS_MAX != 64 + 1024) ERROR('the questions have another size');
if (HIT_FRAME_SIZE != 12 || HIT_TOGETHER != 64) ERROR('the frames have another size');

@inline export function questionAt(i: i32): HitQuestion {
  return changetype<HitQuestion>(questions + <usize>i * HIT_QUESTION_SIZE);
}

@inline export function frameAt(i: i32): HitFrame {
  return changetype<HitFrame>(frames + <usize>i * HIT_FRAME_SIZE);
}

/** Address of the first question, and of the first frame. */
export function hitQuestionsAddress(): i32 {
  return <i32>questions;
}

export function hitFramesAddress(): i32 {
  return <i32>frames;
}
