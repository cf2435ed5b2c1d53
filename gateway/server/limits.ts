// Everything that a peer could otherwise make grow, and the number at which it stops growing.
// docs/protocol.md has the reasons in a table, and a test holds the two together.

import { NESTING_DEPTH_MAX } from '../wire/msgpack-reader.ts';
import { ECHOED_REQUEST_ID_LENGTH_MAX } from '../wire/request-id.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export const LIMITS = {
  /** One WebSocket message, and one HTTP body. */
  frameBytes: 256 * KIB,
  frameFragments: 64,
  /** Pieces of TCP of which a message that is still coming in may consist. */
  bufferedChunks: 1024,
  batchMessages: 1024,
  nestingDepth: NESTING_DEPTH_MAX,
  echoedRequestIdCharacters: ECHOED_REQUEST_ID_LENGTH_MAX,
  connections: 4096,
  /** TCP connections beside those that became WebSockets. */
  httpConnections: 1024,
  inFlight: 131_072,
  inFlightPerConnection: 8192,
  /** Outgoing bytes of one connection past which nothing more is read from it. */
  unreadBytesPause: MIB,
  /** Outgoing bytes of one connection past which it is closed. */
  unreadBytesClose: 64 * MIB,
  writeDeadlineMs: 10_000,
  /** For an HTTP request to come in completely. */
  requestMs: 30_000,
  heartbeatMs: 30_000,
  closeHandshakeMs: 5_000,
  drainMs: 5_000,
  /** What a peer has to answer the close frame after a drain that took too long. */
  drainCloseMs: 1_000,
} as const;

export type Limits = { readonly [Name in keyof typeof LIMITS]: number };
