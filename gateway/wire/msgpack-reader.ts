// MessagePack to plain values, the whole of the standard and nothing beside it [contract §3].
//
// Written by hand because a frame comes from anyone: no length is believed before the bytes are
// there, nesting is bounded, and no extension type can make code or share structure. Knowing the
// texts that requests repeat, it is no slower on a Service Request than a general library.

import { ProtocolError } from '../protocol/errors.ts';

/** A batch of requests with a body each is three deep; no message needs more than this. */
export const NESTING_DEPTH_MAX = 16;

const NOTHING = Buffer.alloc(0);
const REPLACEMENT = '\ufffd';
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

let frame: Buffer = NOTHING;
let at = 0;
let end = 0;

/**
 * The one value that `bytes` hold. Byte strings and extension types come back as a `Uint8Array`,
 * integers beyond 2^53 as a BigInt. Throws `MALFORMED_FRAME`.
 */
export function readMsgpack(bytes: Buffer): unknown {
  frame = bytes;
  at = 0;
  end = bytes.length;
  try {
    const value = readValue(0);
    if (at !== end) throw malformed(`${end - at} bytes follow the message`);
    return value;
  } finally {
    frame = NOTHING;
  }
}

function malformed(message: string): ProtocolError {
  return new ProtocolError('MALFORMED_FRAME', `not MessagePack: ${message}`);
}

/** Steps over `size` bytes that must be there, and says where they begin. */
function take(size: number): number {
  const start = at;
  if (size > end - start) throw malformed('the frame ends inside a value');
  at = start + size;
  return start;
}

function readValue(depth: number): unknown {
  const byte = frame[take(1)] ?? 0;
  if (byte < 0x80) return byte;
  if (byte < 0x90) return readMap(byte & 15, depth + 1);
  if (byte < 0xa0) return readArray(byte & 15, depth + 1);
  if (byte < 0xc0) return readText(byte & 31);
  if (byte >= 0xe0) return byte - 256;
  return readMarked(byte, depth);
}

function readMarked(marker: number, depth: number): unknown {
  switch (marker) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xca:
      return frame.readFloatBE(take(4));
    case 0xcb:
      return frame.readDoubleBE(take(8));
    case 0xd9:
    case 0xda:
    case 0xdb:
      return readText(readUnsigned(1 << (marker - 0xd9)));
    case 0xdc:
    case 0xdd:
      return readArray(readUnsigned(marker === 0xdc ? 2 : 4), depth + 1);
    case 0xde:
    case 0xdf:
      return readMap(readUnsigned(marker === 0xde ? 2 : 4), depth + 1);
    default:
      return readRare(marker);
  }
}

function readRare(marker: number): unknown {
  if (marker >= 0xcc && marker <= 0xce) return readUnsigned(1 << (marker - 0xcc));
  if (marker === 0xcf) return narrowed(frame.readBigUInt64BE(take(8)));
  if (marker >= 0xd0 && marker <= 0xd2) {
    const size = 1 << (marker - 0xd0);
    return frame.readIntBE(take(size), size);
  }
  if (marker === 0xd3) return narrowed(frame.readBigInt64BE(take(8)));
  if (marker >= 0xc4 && marker <= 0xc6) return readBytes(readUnsigned(1 << (marker - 0xc4)));
  if (marker >= 0xc7 && marker <= 0xc9) return readBytes(readUnsigned(1 << (marker - 0xc7)) + 1);
  if (marker >= 0xd4 && marker <= 0xd8) return readBytes((1 << (marker - 0xd4)) + 1);
  throw malformed('0xc1 is no marker');
}

function readUnsigned(size: number): number {
  const start = take(size);
  let value = 0;
  for (let i = start; i < start + size; i++) value = value * 256 + (frame[i] ?? 0);
  return value;
}

function narrowed(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** No key of a request takes bytes, so a view suffices to be refused as the wrong type. */
function readBytes(size: number): Uint8Array {
  const start = take(size);
  return new Uint8Array(frame.buffer, frame.byteOffset + start, size);
}

function readArray(count: number, depth: number): unknown[] {
  if (depth > NESTING_DEPTH_MAX) throw malformed(`nested deeper than ${NESTING_DEPTH_MAX}`);
  if (count > end - at) throw malformed('the frame ends inside an array');
  const array: unknown[] = [];
  for (let i = 0; i < count; i++) array.push(readValue(depth));
  return array;
}

function readMap(count: number, depth: number): Record<string, unknown> {
  if (depth > NESTING_DEPTH_MAX) throw malformed(`nested deeper than ${NESTING_DEPTH_MAX}`);
  if (count * 2 > end - at) throw malformed('the frame ends inside a map');
  const map: Record<string, unknown> = {};
  for (let i = 0; i < count; i++) {
    const key = readKey();
    if (key === '__proto__') defineOwn(map, key, readValue(depth));
    else map[key] = readValue(depth);
  }
  return map;
}

/** An assignment would set the prototype instead of making a key that can be refused by name. */
function defineOwn(map: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(map, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

function readKey(): string {
  const marker = frame[take(1)] ?? 0;
  if (marker >= 0xa0 && marker < 0xc0) return readText(marker & 31);
  if (marker >= 0xd9 && marker <= 0xdb) return readText(readUnsigned(1 << (marker - 0xd9)));
  throw malformed('a map has a key that is not a string');
}

/** A text already made, and its bytes. */
interface SeenText {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/**
 * Requests repeat their keys, SRVs and dates: a direct-mapped table gives the same string again
 * instead of making it anew. Its size is fixed, so that nothing a peer sends makes it grow.
 */
const SEEN_SLOTS = 512;
const SEEN_MASK = SEEN_SLOTS - 1;
const SEEN_SIZE_MAX = 36;
const seenTexts: (SeenText | undefined)[] = new Array(SEEN_SLOTS).fill(undefined);

function readText(size: number): string {
  const start = take(size);
  if (size < 2 || size > SEEN_SIZE_MAX) return makeText(start, size);
  const bytes = frame;
  const last = start + size - 1;
  const middle = start + (size >> 1);
  const late = Math.min(middle + 2, last);
  const early = (bytes[start] ?? 0) * 61 + (bytes[middle - 1] ?? 0) * 31 + (bytes[middle] ?? 0);
  const slot = (early + (bytes[late] ?? 0) * 7 + (bytes[last] ?? 0) * 3 + size * 41) & SEEN_MASK;
  const seen = seenTexts[slot];
  if (seen !== undefined && isAt(seen.bytes, bytes, start, size)) return seen.text;
  const text = makeText(start, size);
  seenTexts[slot] = { text, bytes: new Uint8Array(bytes.subarray(start, start + size)) };
  return text;
}

function isAt(text: Uint8Array, bytes: Buffer, start: number, size: number): boolean {
  if (text.length !== size) return false;
  for (let i = size - 1; i >= 0; i--) if (text[i] !== bytes[start + i]) return false;
  return true;
}

/** Where the quick decoder had to put a mark, the strict one says whether the peer wrote it. */
function makeText(start: number, size: number): string {
  const text = frame.toString('utf8', start, start + size);
  if (!text.includes(REPLACEMENT)) return text;
  try {
    return strictUtf8.decode(frame.subarray(start, start + size));
  } catch (cause) {
    throw new ProtocolError('MALFORMED_FRAME', 'not MessagePack: a string is not UTF-8', { cause });
  }
}
