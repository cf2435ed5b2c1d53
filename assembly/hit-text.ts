// Texts of a request that mean numbers: EUI-64s, counters, times. Each is read in its usual
// spelling only; whatever is spelled otherwise is left to the readable path.

import { dateOf, dayOfDate, monthOf, setDate, yearOf } from './calendar';

const DASH: u32 = 45;
const COLON: u32 = 58;
const ZERO: u32 = 48;
const DAY_SECONDS: i64 = 86_400;

/** Value of each ASCII hex digit, −1 for all other bytes. */
const HEX: usize = memory.data<i8>([
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -1, -1, -1, -1, -1,
  -1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
]);

/** Two hex digits, negative where one of them is none. */
@inline function hexByte(at: usize): i32 {
  const high: u32 = load<u8>(at);
  const low: u32 = load<u8>(at, 1);
  if ((high | low) > 127) return -1;
  return ((<i32>load<i8>(HEX + high)) << 4) | load<i8>(HEX + low);
}

/** The half of an EUI-64 that {@link readHalf} read. */
let half: u32 = 0;

/** Four dashed groups of hex digits. */
@inline function readHalf(at: usize): bool {
  const a = hexByte(at);
  const b = hexByte(at + 3);
  const c = hexByte(at + 6);
  const d = hexByte(at + 9);
  half = (a << 24) | (b << 16) | (c << 8) | d;
  const dashes = <u32>load<u8>(at, 2) == DASH && <u32>load<u8>(at, 5) == DASH;
  return dashes && <u32>load<u8>(at, 8) == DASH && (b | c | d) >= 0 && a >= 0;
}

export let originatorHigh: u32 = 0;
export let originatorLow: u32 = 0;
export let targetHigh: u32 = 0;
export let targetLow: u32 = 0;

const EUI64_LENGTH: usize = 23;
/** Within a requestId, and so the size of what says who asks. */
export const TARGET_AT: usize = EUI64_LENGTH + 1;
const COUNTER_AT: usize = TARGET_AT + EUI64_LENGTH + 1;
/** Any counter of so many digits fits 64 bits. */
const COUNTER_DIGITS_MAX: usize = 19;

/** `originator:target:counter` [DUIS RequestID]. */
export function readRequestId(at: usize, size: usize): bool {
  if (<u32>load<u8>(at, 11) != DASH || <u32>load<u8>(at + TARGET_AT - 1) != COLON) return false;
  if (!readHalf(at)) return false;
  originatorHigh = half;
  if (!readHalf(at + 12)) return false;
  originatorLow = half;
  return readTarget(at, size);
}

/** As {@link readRequestId}, of a requestId whose originator has been read. */
export function readTarget(at: usize, size: usize): bool {
  if (size <= COUNTER_AT || size > COUNTER_AT + COUNTER_DIGITS_MAX) return false;
  if (<u32>load<u8>(at + COUNTER_AT - 1) != COLON) return false;
  if (<u32>load<u8>(at + TARGET_AT, 11) != DASH) return false;
  if (!readHalf(at + TARGET_AT)) return false;
  targetHigh = half;
  if (!readHalf(at + TARGET_AT + 12)) return false;
  targetLow = half;
  const end = at + size;
  const counter = at + COUNTER_AT;
  if (<u32>load<u8>(counter) == ZERO && end > counter + 1) return false;
  for (let i = counter; i < end; i++) if (<u32>load<u8>(i) - ZERO > 9) return false;
  return true;
}

/** Decimal digits; more than 9999 where one of them is none. */
@inline function twoDigits(at: usize): u32 {
  const tens = <u32>load<u8>(at) - ZERO;
  const ones = <u32>load<u8>(at, 1) - ZERO;
  return tens > 9 || ones > 9 ? 10_000 : tens * 10 + ones;
}

/** Not a time of the one spelling that is read here. */
export const NO_TIME: i64 = i64.MIN_VALUE;

/** `2026-11-22T00:00:00Z`, to the second; fractions and other zones are for the readable path. */
export function readDateTime(at: usize, size: usize): i64 {
  if (size != 20 || <u32>load<u8>(at, 19) != 0x5a || <u32>load<u8>(at, 10) != 0x54) return NO_TIME;
  if (<u32>load<u8>(at, 4) != DASH || <u32>load<u8>(at, 7) != DASH) return NO_TIME;
  if (<u32>load<u8>(at, 13) != COLON || <u32>load<u8>(at, 16) != COLON) return NO_TIME;
  const year = twoDigits(at) * 100 + twoDigits(at + 2);
  const month = twoDigits(at + 5);
  const date = twoDigits(at + 8);
  const hours = twoDigits(at + 11);
  const minutes = twoDigits(at + 14);
  const seconds = twoDigits(at + 17);
  if (year < 1970 || year > 9999 || month - 1 > 11 || date - 1 > 30) return NO_TIME;
  if (hours > 23 || minutes > 59 || seconds > 59) return NO_TIME;
  const day = dayOfDate(year, month, date);
  // 30 February is a day of March.
  if (date > 28) {
    setDate(day);
    if (<u32>dateOf() != date) return NO_TIME;
  }
  return <i64>day * DAY_SECONDS + <i64>(hours * 3600 + minutes * 60 + seconds);
}

@inline function putTwoDigits(at: usize, value: u32): void {
  store<u8>(at, ZERO + value / 10);
  store<u8>(at, ZERO + (value % 10), 1);
}

/** Writes the 20 characters of a half hour's stamp. */
export function putStamp(at: usize, halfHour: i32): void {
  setDate(halfHour / 48);
  const year = <u32>yearOf();
  const ofDay: u32 = halfHour % 48;
  putTwoDigits(at, year / 100);
  putTwoDigits(at + 2, year % 100);
  store<u8>(at, DASH, 4);
  putTwoDigits(at + 5, monthOf());
  store<u8>(at, DASH, 7);
  putTwoDigits(at + 8, dateOf());
  store<u8>(at, 0x54, 10);
  putTwoDigits(at + 11, ofDay >> 1);
  store<u8>(at, COLON, 13);
  putTwoDigits(at + 14, (ofDay & 1) * 30);
  store<u8>(at, COLON, 16);
  putTwoDigits(at + 17, 0);
  store<u8>(at, 0x5a, 19);
}
