// Answers of the hit lane: a form, with the requestId, the times and the ring's values set in.

import { columnOf, columnsOf } from './half-hour-ring';
import {
  FORM_SIZE,
  FORMAT_JSON,
  HitForm,
  OFF_FORM_AFTER,
  OFF_FORM_BEFORE,
  OFF_FORM_BETWEEN,
  OFF_FORM_HEAD,
  OFF_HIT_FORMS,
  OFF_HIT_TIME,
  TIME_SIZE,
} from './hit-layout';
import { putJsonValues } from './hit-json';
import { putArrayHead, putMsgpackValues } from './hit-msgpack';
import { putStamp } from './hit-text';
import { RING_CAPACITY, RING_EXPORT, RING_IMPORT } from './layout';
import { lane } from './slots';

/** Copies `size` bytes and up to fifteen more, which whatever is written next covers. */
@inline export function copyOver(to: usize, from: usize, size: usize): usize {
  for (let i: usize = 0; i < size; i += 16) v128.store(to + i, v128.load(from + i));
  return to + size;
}

@inline function formOf(format: i32, ring: i32): HitForm {
  return changetype<HitForm>(lane + OFF_HIT_FORMS + ((format << 1) | ring) * FORM_SIZE);
}

/** The gateway has written a new responseDateTime: sets it into every form. */
export function setHitTime(): void {
  for (let format = 0; format < 2; format++) {
    for (let ring = RING_IMPORT; ring <= RING_EXPORT; ring++) {
      const form = formOf(format, ring);
      const at = changetype<usize>(form) + OFF_FORM_HEAD + form.timeAt;
      memory.copy(at, lane + OFF_HIT_TIME, TIME_SIZE);
    }
  }
}

/** Writes one column of the half hours from `place` on, wrapping; returns where it ends. */
function putColumn(format: i32, start: usize, values: usize, place: i32, count: i32): usize {
  const untilWrap = RING_CAPACITY - place;
  const whole = count < untilWrap ? count : untilWrap;
  const first = values + (place << 1);
  if (format == FORMAT_JSON) {
    const at = putJsonValues(start, first, whole, true);
    return putJsonValues(at, values, count - whole, false);
  }
  const at = putMsgpackValues(putArrayHead(start, count), first, whole);
  return putMsgpackValues(at, values, count - whole);
}

/**
 * Writes the answer that gives `count` half hours from `first` on, all of them known; `count` is at
 * least 1. Returns where it ends.
 */
export function putAnswer(
  format: i32,
  start: usize,
  requestId: usize,
  requestIdSize: usize,
  slot: usize,
  ring: i32,
  first: i32,
  count: i32,
): usize {
  const form = formOf(format, ring);
  const texts = changetype<usize>(form);
  if (form.stampHalfHour != first) {
    putStamp(texts + OFF_FORM_HEAD + form.stampAt, first);
    form.stampHalfHour = first;
  }
  let at = copyOver(start, texts + OFF_FORM_BEFORE, form.beforeSize);
  // The size of a requestId stands before it in MessagePack, and takes one byte whatever it is.
  if (format != FORMAT_JSON) store<u8>(at - 1, requestIdSize);
  at = copyOver(at, requestId, requestIdSize);
  at = copyOver(at, texts + OFF_FORM_HEAD, form.headSize);
  const place = first % RING_CAPACITY;
  at = putColumn(format, at, columnOf(slot, ring, 0), place, count);
  if (columnsOf(ring) == 2) {
    at = copyOver(at, texts + OFF_FORM_BETWEEN, form.betweenSize);
    at = putColumn(format, at, columnOf(slot, ring, 1), place, count);
  }
  return copyOver(at, texts + OFF_FORM_AFTER, form.afterSize);
}
