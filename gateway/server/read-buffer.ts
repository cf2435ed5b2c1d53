// Reads of a WebSocket's connection into one buffer that stays. Node makes an ArrayBuffer for every
// read of a socket; at tens of thousands of reads a second these alone have the garbage collector
// mark the whole heap several times a second. `net` can read into a given buffer (`onread`), but
// takes it only with the making of a socket, and the HTTP server makes ours: so it is set here
// where `net` keeps it. A Node that keeps it elsewhere reads as it always did.

import type { Duplex } from 'node:stream';

/** As long as the reads that Node makes itself. */
const SIZE = 64 * 1024;
/** One for all connections: whoever takes a read is done with its bytes when it returns. */
const buffer = Buffer.allocUnsafeSlow(SIZE);

/** Where a socket has its `onread`: the buffer, and what is called with the size of a read. */
const PLACES = ['kBuffer', 'kBufferCb'] as const;

/**
 * Has `take` called with whatever the socket reads from now on; the bytes are valid until it
 * returns. What the socket has read already, it emits as ever. False where that cannot be.
 */
export function readIntoBuffer(socket: Duplex, take: (bytes: Buffer) => void): boolean {
  const symbols = Object.getOwnPropertySymbols(socket);
  const [place, callback] = PLACES.map((name) => symbols.find((s) => s.description === name));
  const handle: unknown = Reflect.get(socket, '_handle');
  if (place === undefined || callback === undefined || !canReadInto(handle)) return false;
  handle.useUserBuffer(buffer);
  Reflect.set(socket, place, buffer);
  Reflect.set(socket, callback, (size: number) => take(buffer.subarray(0, size)));
  return true;
}

function canReadInto(handle: unknown): handle is { useUserBuffer(bytes: Buffer): void } {
  return typeof handle === 'object' && handle !== null && 'useUserBuffer' in handle;
}
