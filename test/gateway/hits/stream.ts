// A connection of which a test writes the bytes and reads the bytes, with the short cut for hits
// before the hall or without it.

import type { Party } from '../../../gateway/access/inventory.ts';
import type { Gateway } from '../../../gateway/gateway.ts';
import type { StreamPeer } from '../../../gateway/hits/lane.ts';
import { Incoming } from '../../../gateway/server/incoming.ts';
import { LIMITS } from '../../../gateway/server/limits.ts';
import { putFrameHeader } from '../../../gateway/server/outgoing.ts';
import { jsonWire } from '../../../gateway/wire/json.ts';
import { msgpackWire } from '../../../gateway/wire/msgpack.ts';
import type { Wire } from '../../../gateway/wire/wire.ts';

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** A whole masked frame. */
export function frameOf(payload: Buffer, binary: boolean): Buffer {
  const size = payload.length;
  const first = binary ? 0x82 : 0x81;
  const head =
    size < 126 ? Buffer.of(first, 0x80 | size) : Buffer.of(first, 0xfe, size >> 8, size & 255);
  return Buffer.concat([head, MASK, payload.map((byte, i) => byte ^ (MASK[i & 3] ?? 0))]);
}

export class Stream implements StreamPeer {
  readonly party: Party | null;
  readonly isRemote: boolean;
  isOpen = true;
  inFlight = 0;
  /** Bytes that the memory core wrote, of all of them. */
  laneBytes = 0;
  #sent: Buffer[] = [];
  readonly #incoming: Incoming;

  constructor(
    gateway: Gateway,
    { shortCut, party, isRemote = false }: StreamOptions & { readonly shortCut: boolean },
  ) {
    this.party = party ?? null;
    this.isRemote = isRemote;
    const { hits } = gateway;
    const messageBytes = LIMITS.frameBytes;
    this.#incoming = new Incoming({
      message: (data, isBinary) => gateway.handle(data, this.wireOf(isBinary), this),
      ...(shortCut && hits && { hits: (read, at) => hits.answer(read, at, this, messageBytes) }),
      library: (bytes) => {
        throw new Error(`${bytes.length} bytes that are no plain frame`);
      },
      messageBytes,
    });
  }

  wireOf(binary: boolean): Wire {
    return binary ? msgpackWire : jsonWire;
  }

  send(frame: Buffer, binary: boolean): void {
    const header = Buffer.alloc(10);
    this.#sent.push(header.subarray(0, putFrameHeader(header, 0, frame.length, binary)));
    this.#sent.push(Buffer.from(frame));
  }

  sendFrames(frames: Buffer): void {
    this.laneBytes += frames.length;
    this.#sent.push(Buffer.from(frames));
  }

  /** The socket has read these bytes. */
  take(read: Buffer): void {
    // Frames are unmasked where they lie.
    this.#incoming.take(Buffer.from(read));
  }

  /** Everything sent so far. */
  get sent(): Buffer {
    this.#sent = [Buffer.concat(this.#sent)];
    return this.#sent[0] ?? Buffer.alloc(0);
  }
}

export interface StreamOptions {
  readonly party?: Party;
  readonly isRemote?: boolean;
}
