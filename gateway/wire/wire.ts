// What every wire format offers: bytes to plain values, answers to bytes. The formats know the
// words of `protocol/` and nothing of sockets, Parties or meters.

import type { ServiceResponse } from '../protocol/service-response.ts';

export interface Wire {
  readonly format: 'json' | 'msgpack';
  /** WebSocket opcode: MessagePack goes in binary frames, JSON in text frames. */
  readonly binary: boolean;
  /** One frame's plain value, an array for a batch. Throws `MALFORMED_FRAME`. */
  decode(frame: Buffer): unknown;
  /** One answer as one message. The bytes belong to the caller. */
  encode(response: ServiceResponse): Buffer;
  /** Several encoded answers as the one array that a batch is answered with. */
  join(answers: readonly Buffer[]): Buffer;
}
