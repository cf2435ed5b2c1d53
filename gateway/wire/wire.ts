// What every wire format offers: bytes to plain values, answers to bytes. The formats know the
// words of `protocol/` and nothing of sockets, Parties or meters.

import type { ServiceRequest, UnservedRequest } from '../protocol/service-request.ts';
import type { ServiceResponse } from '../protocol/service-response.ts';

export interface Wire {
  readonly format: 'json' | 'msgpack' | 'duis';
  /** WebSocket opcode: MessagePack goes in binary frames, the others in text frames. */
  readonly binary: boolean;
  /** One frame's plain value, an array for a batch. Throws `MALFORMED_FRAME`. */
  decode(frame: Buffer): unknown;
  /** A decoded message as a Service Request. Throws `INVALID_REQUEST`. */
  read(value: unknown): ServiceRequest | UnservedRequest;
  /** Whether what a device is asked is acknowledged, I99, ahead of its answer [contract §5]. */
  readonly acknowledges?: true;
  /** One answer as one message. The bytes belong to the caller. */
  encode(response: ServiceResponse): Buffer;
  /** Whether an answer takes so long to encode that others should get their turns in between. */
  isLong?(response: ServiceResponse): boolean;
  /** The same bytes as `encode`, made in several turns of the event loop, one answer at a time. */
  encodeInTurns?(response: ServiceResponse): Promise<Buffer>;
  /** Several encoded answers as the one array that a batch is answered with. */
  join(answers: readonly Buffer[]): Buffer;
}
