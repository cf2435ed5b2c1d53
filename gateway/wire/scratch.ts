// Where the quick writers put an answer together before its bytes are copied out, and how: one
// buffer for all, because nothing awaits between the first byte and the copy. Grows to the largest
// answer asked for, which is bounded by a meter's log: 19,056 entries in two columns.

let scratch: Buffer = Buffer.allocUnsafeSlow(64 * 1024);

/** A buffer of at least `size` bytes, valid until the next call. */
export function scratchOf(size: number): Buffer {
  if (scratch.length < size) scratch = Buffer.allocUnsafeSlow(size);
  return scratch;
}

/** The first `size` bytes of the scratch buffer, as the caller's own. */
export function copyOfScratch(size: number): Buffer {
  const copy = Buffer.allocUnsafe(size);
  scratch.copy(copy, 0, 0, size);
  return copy;
}

/** Writes bytes prepared beforehand, and returns where they end. */
export function putBytes(out: Buffer, at: number, bytes: Uint8Array): number {
  out.set(bytes, at);
  return at + bytes.length;
}

const ZERO_CODE = 0x30;

/**
 * Writes a number from 0 below 2³² in decimal, and returns where it ends. Digits come out last to
 * first, so their number is counted beforehand.
 */
export function putDecimal(out: Buffer, at: number, value: number): number {
  let end = at + 1;
  for (let limit = 10; limit <= value; limit *= 10) end++;
  let rest = value;
  for (let place = end - 1; place >= at; place--) {
    const quotient = (rest / 10) >>> 0;
    out[place] = ZERO_CODE + rest - quotient * 10;
    rest = quotient;
  }
  return end;
}
