// Frames from a client to a server [RFC 6455 §5]: one buffer takes the frames of a turn of the
// event loop, so that they leave in one write. Masked, as the RFC demands of clients, with a key
// whose four bytes are equal: a message is the same then wherever in a frame it stands, and may be
// copied in masked already. The gateway cannot tell; a key of 0 would spare it its own work.

import {
  FIN,
  FIN_BINARY,
  FIN_TEXT,
  LENGTH_16,
  LENGTH_64,
  MASK_SIZE,
  MASKED,
} from '../gateway/protocol/frame-marks.ts';

/** Each byte of the masking key; payloads are written with every byte XORed with it. */
export const KEY_BYTE = 0x5a;

/** Two bytes, eight of length, four of key. */
const HEADER_SIZE_MAX = 14;

/** A turn's frames of one connection are seldom more than this. */
const ROOM_SIZE = 64 * 1024;

export class ClientFrames {
  #room = Buffer.allocUnsafeSlow(ROOM_SIZE);
  #size = 0;
  #frameAt = 0;
  readonly #firstByte: number;

  constructor(binary: boolean) {
    this.#firstByte = binary ? FIN_BINARY : FIN_TEXT;
  }

  /** Bytes that have gathered. */
  get size(): number {
    return this.#size;
  }

  /** What payloads are written into; another one after each `open`. */
  get out(): Buffer {
    return this.#room;
  }

  /** Room for a masked payload of up to `sizeMax` bytes in `out`; says where to begin. */
  open(sizeMax: number): number {
    const needed = this.#size + HEADER_SIZE_MAX + sizeMax;
    if (needed > this.#room.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#room.length));
      this.#room.copy(grown, 0, 0, this.#size);
      this.#room = grown;
    }
    this.#frameAt = this.#size;
    // The header's size follows from the payload's, which most often is of 126 to 65,535 bytes.
    return this.#frameAt + headerSize(LENGTH_16);
  }

  /** Ends the frame whose payload ends at `end`. */
  close(end: number): void {
    const room = this.#room;
    const at = this.#frameAt;
    const written = at + headerSize(LENGTH_16);
    const size = end - written;
    const payload = at + headerSize(size);
    if (payload !== written) room.copyWithin(payload, written, end);
    room[at] = this.#firstByte;
    if (size < LENGTH_16) {
      room[at + 1] = MASKED | size;
    } else if (size < 65_536) {
      room[at + 1] = MASKED | LENGTH_16;
      room[at + 2] = size >> 8;
      room[at + 3] = size;
    } else {
      room[at + 1] = MASKED | LENGTH_64;
      room.writeUInt32BE(0, at + 2);
      room.writeUInt32BE(size, at + 6);
    }
    room.fill(KEY_BYTE, payload - MASK_SIZE, payload);
    this.#size = payload + size;
  }

  /** Everything since the last call, a copy. */
  cut(): Buffer {
    const frames = Buffer.from(this.#room.subarray(0, this.#size));
    this.#size = 0;
    return frames;
  }
}

/** A control frame with up to 125 bytes of payload. */
export function controlFrame(opcode: number, payload: Buffer): Buffer {
  const head = Buffer.of(FIN | opcode, MASKED | payload.length, ...Array(MASK_SIZE).fill(KEY_BYTE));
  return Buffer.concat([head, mask(Buffer.from(payload))]);
}

function headerSize(payloadSize: number): number {
  if (payloadSize < LENGTH_16) return 6;
  return payloadSize < 65_536 ? 8 : HEADER_SIZE_MAX;
}

/** Masks bytes in place. */
export function mask(bytes: Buffer): Buffer {
  for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] as number) ^ KEY_BYTE;
  return bytes;
}
