// Regions of memory packed for snapshot files: only pages that are not all zeros, each behind its
// number. What was never touched takes no room.

const PAGE_SIZE = 4096;
const NUMBER_SIZE = 4;
const WORD_SIZE = 4;

/** The pages of `bytes` that say something; the last may be shorter than a page. */
export function packPages(bytes: Uint8Array): Buffer {
  const pages: Buffer[] = [];
  for (let at = 0, page = 0; at < bytes.length; at += PAGE_SIZE, page++) {
    const part = bytes.subarray(at, at + PAGE_SIZE);
    if (isZero(part)) continue;
    const number = Buffer.alloc(NUMBER_SIZE);
    number.writeUInt32LE(page);
    pages.push(number, Buffer.from(part));
  }
  return Buffer.concat(pages);
}

/** Writes packed pages into `bytes`, which are all zeros; false where they do not fit. */
export function unpackPages(packed: Buffer, bytes: Uint8Array): boolean {
  let at = 0;
  while (at < packed.length) {
    if (packed.length - at < NUMBER_SIZE) return false;
    const start = packed.readUInt32LE(at) * PAGE_SIZE;
    const size = Math.min(PAGE_SIZE, bytes.length - start);
    at += NUMBER_SIZE;
    if (size <= 0 || packed.length - at < size) return false;
    bytes.set(packed.subarray(at, at + size), start);
    at += size;
  }
  return true;
}

function isZero(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (; at + WORD_SIZE <= bytes.length; at += WORD_SIZE) if (view.getInt32(at) !== 0) return false;
  for (; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}
