// Real half-hourly readings, replayed by every meter of a bank. Inside its own dates the recording
// speaks for itself; outside it is repeated by whole weeks counted from its first entry, backwards
// too, so that weekdays stay weekdays [contract §7]. A gap stays a gap and counts 0.
//
// Row i holds what each TOU band had counted before half hour i, so that any register is O(1).

import { BANK_FULL, NO_ENTRY, OK, OUT_OF_RANGE } from './layout';
import { BANDS } from './meter-household';
import { bandOf } from './load-profile';
import { RECORDING_ROW_SIZE } from './meter-layout';

const HALF_HOURS_A_DAY: i32 = 48;
const HALF_HOURS_A_WEEK: i32 = 336;

let rows: usize = 0;
let gaps: usize = 0;
let capacity: i32 = 0;
let count: i32 = 0;
let first: i32 = 0;
/** Half hours after which it is repeated; a recording of less than a week has gaps up to one. */
let period: i32 = 0;

/** Bytes for a recording of so many half hours: rows with one more at the end, and gap bits. */
export function recordingSize(halfHours: u32): u64 {
  if (halfHours == 0) return 0;
  return (<u64>halfHours + 1) * <u64>RECORDING_ROW_SIZE + ((<u64>halfHours + 63) / 64) * 8;
}

export function layOutRecording(at: usize, firstHalfHour: i32, halfHours: i32): void {
  rows = at;
  gaps = at + <usize>(halfHours + 1) * RECORDING_ROW_SIZE;
  capacity = halfHours;
  first = firstHalfHour;
  period = max(halfHours / HALF_HOURS_A_WEEK, 1) * HALF_HOURS_A_WEEK;
}

@inline export function isReplayed(): bool {
  return capacity != 0;
}

@inline function cell(row: i32, band: i32): usize {
  return rows + <usize>row * RECORDING_ROW_SIZE + (<usize>band << 2);
}

/** Takes the next half hour of the recording, Wh or NO_ENTRY. Before the first read. */
export function appendRecorded(wh: u32): i32 {
  if (count >= capacity) return BANK_FULL;
  const gap = wh == NO_ENTRY;
  const band = bandOf((first + count - 1) % HALF_HOURS_A_DAY);
  for (let i = 0; i < BANDS; i++) store<u32>(cell(count + 1, i), load<u32>(cell(count, i)));
  if (gap) {
    const bits = gaps + (<usize>(count >> 3));
    store<u8>(bits, <u8>(load<u8>(bits) | (<u32>1 << (count & 7))));
  } else {
    const sum = <u64>load<u32>(cell(count, band)) + <u64>wh;
    if (sum > 0xffff_ffff) return OUT_OF_RANGE;
    store<u32>(cell(count + 1, band), <u32>sum);
  }
  count++;
  return OK;
}

/** Entry of the recording that stands for a half hour; beyond the last one for a gap. */
@inline function entryOf(halfHour: i32): i32 {
  const since = halfHour - first;
  if (since >= 0 && since < count) return since;
  const rest = since % period;
  return rest < 0 ? rest + period : rest;
}

/** Wh that replay gives at a half hour, or NO_ENTRY. */
function recordedAt(halfHour: i32): u32 {
  const entry = entryOf(halfHour);
  if (entry >= count) return NO_ENTRY;
  if ((load<u8>(gaps + (<usize>(entry >> 3))) >> <u8>(entry & 7)) & 1) return NO_ENTRY;
  const band = bandOf((first + entry - 1) % HALF_HOURS_A_DAY);
  return load<u32>(cell(entry + 1, band)) - load<u32>(cell(entry, band));
}

/** Sum of the first `n` half hours of the endless repetition; below zero for those before it. */
function repeatedWh(band: i32, n: i32): f64 {
  let rounds = n / period;
  let rest = n % period;
  if (rest < 0) {
    rest += period;
    rounds--;
  }
  const whole = <f64>load<u32>(cell(min(period, count), band));
  return <f64>rounds * whole + <f64>load<u32>(cell(min(rest, count), band));
}

/** What replay has counted in a TOU band from the recording's start to the stamp `halfHour`. */
export function recordedWh(band: i32, halfHour: i32): f64 {
  const n = halfHour - first + 1;
  if (n < 0) return repeatedWh(band, n);
  if (n <= count) return <f64>load<u32>(cell(n, band));
  const inside = <f64>load<u32>(cell(count, band));
  return inside + repeatedWh(band, n) - repeatedWh(band, count);
}

export function fillRecorded(from: i32, to: i32, at: usize): void {
  for (let h = from; h <= to; h++) {
    store<u32>(at, recordedAt(h));
    at += 4;
  }
}
