// Frames from a client to a server [RFC 6455 §5]: one buffer takes the frames of a turn of the
// event loop, so that they leave in one write. Masked, as the RFC demands of clients, with a key of
// the connection's own; a key of 0 would spare the gateway work that real clients give it.

const FIN_TEXT = 0x81;
const FIN_BINARY = 0x82;
const MASKED = 0x80;
const LENGTH_16_BIT = 126;
const LENGTH_64_BIT = 127;
/** Two bytes, eight of length, four of key. */
const HEADER_SIZE_MAX = 14;

/** Of payload; no more than a gateway takes in one frame. */
export const FRAME_SIZE_MAX = 256 * 1024;

/** A turn's frames of one connection are seldom more than this. */
const ROOM_SIZE = 64 * 1024;

export class ClientFrames {
  #room = Buffer.allocUnsafeSlow(ROOM_SIZE);
  #size = 0;
  #frameAt = 0;
  readonly #firstByte: number;
  readonly #key: readonly [number, number, number, number];

  constructor(binary: boolean, key: number) {
    this.#firstByte = binary ? FIN_BINARY : FIN_TEXT;
    this.#key = [(key >>> 24) & 255, (key >>> 16) & 255, (key >>> 8) & 255, key & 255];
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Room for a payload of up to `sizeMax` bytes; write it there, and then `close` the frame. */
  open(sizeMax: number): { readonly out: Buffer; readonly at: number } {
    const needed = this.#size + HEADER_SIZE_MAX + sizeMax;
    if (needed > this.#room.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#room.length));
      this.#room.copy(grown, 0, 0, this.#size);
      this.#room = grown;
    }
    this.#frameAt = this.#size;
    // The header's size follows from the payload's, which most often is of 126 to 65,535 bytes.
    return { out: this.#room, at: this.#frameAt + headerSize(LENGTH_16_BIT) };
  }

  /** Ends the frame whose payload ends at `end`. */
  close(end: number): void {
    const room = this.#room;
    const at = this.#frameAt;
    const written = at + headerSize(LENGTH_16_BIT);
    const size = end - written;
    const payload = at + headerSize(size);
    if (payload !== written) room.copyWithin(payload, written, end);
    room[at] = this.#firstByte;
    const [a, b, c, d] = this.#key;
    const keyAt = payload - 4;
    if (size < LENGTH_16_BIT) {
      room[at + 1] = MASKED | size;
    } else if (size < 65_536) {
      room[at + 1] = MASKED | LENGTH_16_BIT;
      room[at + 2] = size >> 8;
      room[at + 3] = size;
    } else {
      room[at + 1] = MASKED | LENGTH_64_BIT;
      room.writeUInt32BE(0, at + 2);
      room.writeUInt32BE(size, at + 6);
    }
    room[keyAt] = a;
    room[keyAt + 1] = b;
    room[keyAt + 2] = c;
    room[keyAt + 3] = d;
    this.#size = payload + size;
    mask(room, payload, this.#size, this.#key);
  }

  /** Everything since the last call, a copy. */
  cut(): Buffer {
    const frames = Buffer.from(this.#room.subarray(0, this.#size));
    this.#size = 0;
    return frames;
  }
}

function headerSize(payloadSize: number): number {
  if (payloadSize < LENGTH_16_BIT) return 6;
  return payloadSize < 65_536 ? 8 : HEADER_SIZE_MAX;
}

function mask(
  room: Buffer,
  start: number,
  end: number,
  [a, b, c, d]: readonly [number, number, number, number],
): void {
  let at = start;
  for (; at + 4 <= end; at += 4) {
    room[at] = (room[at] as number) ^ a;
    room[at + 1] = (room[at + 1] as number) ^ b;
    room[at + 2] = (room[at + 2] as number) ^ c;
    room[at + 3] = (room[at + 3] as number) ^ d;
  }
  if (at < end) room[at] = (room[at] as number) ^ a;
  if (at + 1 < end) room[at + 1] = (room[at + 1] as number) ^ b;
  if (at + 2 < end) room[at + 2] = (room[at + 2] as number) ^ c;
}
