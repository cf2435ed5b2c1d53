// One connection as the hall sees it. `server/` makes these out of sockets, a test out of an array.

import type { Party } from './access/inventory.ts';
import type { DccService } from './protocol/service-reference.ts';

export interface Peer {
  /** The Party whose token the connection showed; null: it may speak for any Party without one. */
  readonly party: Party | null;
  /** The DCC's service that was called; over a WebSocket, where all are one, none. */
  readonly service?: DccService;
  /** It is not on this machine: it speaks for no Party without a token [contract §6]. */
  readonly isRemote?: boolean;
  /** False once it has begun to close; absent: it does not close. */
  readonly isOpen?: boolean;
  /** Requests accepted from this peer and not answered yet; the hall counts. */
  inFlight: number;
  /**
   * Sends one frame. Harmless after the connection has closed: the answer is dropped and counted.
   */
  send(frame: Buffer, binary: boolean): void;
  /**
   * Calls back, once and later, when the peer can take more; not at all when it has closed. Absent:
   * it can always.
   */
  whenWritable?(run: () => void): void;
  /**
   * A peer that lasts for one exchange only is told for whom it speaks, instead of becoming the
   * place where its Party's answers go.
   */
  speaksFor?(party: Party): void;
}
