// One connection as the hall sees it. `server/` makes these out of sockets, a test out of an array.

import type { Party } from './access/inventory.ts';

export interface Peer {
  /** The Party whose token the connection showed; null: it may speak for any Party without one. */
  readonly party: Party | null;
  /** Requests accepted from this peer and not answered yet; the hall counts. */
  inFlight: number;
  /**
   * Sends one frame. Harmless after the connection has closed: the answer is dropped and counted.
   */
  send(frame: Buffer, binary: boolean): void;
}
