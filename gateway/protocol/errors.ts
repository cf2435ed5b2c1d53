// What goes wrong and has no DUIS code: one class, its codes in one table. docs/protocol.md says
// what the peer sees for each, and a test holds the two together.

export const ERROR_CODES = {
  MALFORMED_FRAME: 'the frame is not JSON, MessagePack or XML',
  INVALID_REQUEST: 'a key is missing, unknown or of the wrong type; `path` names it',
  DUPLICATE_REQUEST_ID: 'the same requestId is still in flight',
  TOO_MANY_IN_FLIGHT: 'more requests in flight than one connection may have',
  BUSY: 'more requests in flight than the gateway takes',
  SHUTTING_DOWN: 'the gateway is draining',
  INTERNAL: 'a fault of the gateway itself; its log has the same requestId',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** A refusal that the peer is told about by code; everything else thrown is a bug of ours. */
export class ProtocolError extends Error {
  readonly code: ErrorCode;
  /** JSON Pointer to the offending value, for `INVALID_REQUEST`. */
  readonly path?: string;
  /** Real time after which a retry has a chance, for the codes of overload. */
  readonly retryAfterMs?: number;

  constructor(
    code: ErrorCode,
    message: string,
    detail: { path?: string; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'ProtocolError';
    this.code = code;
    if (detail.path !== undefined) this.path = detail.path;
    if (detail.retryAfterMs !== undefined) this.retryAfterMs = detail.retryAfterMs;
  }
}
