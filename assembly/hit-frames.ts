// Frames of the hit lane [RFC 6455 §5.2]: whole, masked ones in, whole, unmasked ones out.

import { FORMAT_JSON } from './hit-layout';

const FIN_TEXT: u32 = 0x81;
const FIN_BINARY: u32 = 0x82;
const MASKED: u32 = 0x80;
const LENGTH_16: u32 = 126;
const LENGTH_64: u32 = 127;
const LENGTH_16_MAX: usize = 0xffff;
/** Headers of 4 and of 10 bytes; none of the lane's answers is short enough for 2. */
const SHORT_HEADER: usize = 4;
const LONG_HEADER: usize = 10;

/** Where the payload of the frame begins that {@link frameEnd} found. */
export let payloadAt: usize = 0;

@inline function opcodeOf(format: i32): u32 {
  return format == FORMAT_JSON ? FIN_TEXT : FIN_BINARY;
}

/**
 * The end of the frame at `at`; 0 unless it is whole, masked, of the format, and its length is
 * spelled in 7 or 16 bits.
 */
export function frameEnd(at: usize, last: usize, format: i32, messageSize: i32): usize {
  if (at + 2 > last) return 0;
  const second: u32 = load<u8>(at, 1);
  if (<u32>load<u8>(at) != opcodeOf(format) || second < MASKED) return 0;
  let size: usize = second & 0x7f;
  let start = at + 6;
  if (size == LENGTH_16) {
    size = (<usize>load<u8>(at, 2) << 8) | load<u8>(at, 3);
    start = at + 8;
  } else if (size == LENGTH_64) return 0;
  const end = start + size;
  if (size == 0 || size > <usize>messageSize || end > last) return 0;
  payloadAt = start;
  return end;
}

/** Unmasks a payload where it lies; the four bytes before it are the mask. */
export function unmask(start: usize, end: usize): void {
  const mask: u64 = load<u32>(start - 4);
  const twice = mask | (mask << 32);
  let i = start;
  for (; i + 8 <= end; i += 8) store<u64>(i, load<u64>(i) ^ twice);
  for (; i < end; i++) store<u8>(i, load<u8>(i) ^ load<u8>(start - 4 + ((i - start) & 3)));
}

/** Where the body of a frame is written that begins at `out`. */
@inline export function bodyAt(out: usize): usize {
  return out + SHORT_HEADER;
}

/** Puts the header before a body that ends at `bodyEnd`; returns where the frame ends. */
export function putFrameHeader(out: usize, bodyEnd: usize, format: i32): usize {
  const size = bodyEnd - bodyAt(out);
  store<u8>(out, opcodeOf(format));
  if (size <= LENGTH_16_MAX) {
    store<u8>(out, LENGTH_16, 1);
    store<u16>(out, bswap<u16>(<u16>size), 2);
    return bodyEnd;
  }
  memory.copy(out + LONG_HEADER, out + SHORT_HEADER, size);
  store<u8>(out, LENGTH_64, 1);
  store<u64>(out, bswap<u64>(<u64>size), 2);
  return out + LONG_HEADER + size;
}
