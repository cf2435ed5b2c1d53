// Where a Party's unasked answers go: to exactly one connection, the latest that sent anything as
// that Party; without one, to the Party's outbox, until it speaks again [contract §3].

import type { Party } from '../access/inventory.ts';
import type { Peer } from '../peer.ts';
import type { ServiceResponse } from '../protocol/service-response.ts';
import type { Wire } from '../wire/wire.ts';

/** Answers that an outbox keeps; the oldest goes first and is counted. About 1 KiB each. */
export const OUTBOX_MAX = 10_000;

interface Mailbox {
  peer: Peer | undefined;
  wire: Wire | undefined;
  outbox: ServiceResponse[];
}

export class Delivery {
  readonly #mailboxes = new Map<Party, Mailbox>();
  /** Answers that fell out of a full outbox. */
  dropped = 0;

  /** A Party spoke: this is where its answers go from now on, those in its outbox first. */
  spoke(party: Party, peer: Peer, wire: Wire): void {
    const box = this.#mailboxOf(party);
    box.peer = peer;
    box.wire = wire;
    if (box.outbox.length === 0) return;
    const waiting = box.outbox;
    box.outbox = [];
    for (const response of waiting) peer.send(wire.encode(response), wire.binary);
  }

  /** A connection has closed. */
  left(peer: Peer): void {
    for (const box of this.#mailboxes.values()) {
      if (box.peer === peer) box.peer = undefined;
    }
  }

  deliver(party: Party, response: ServiceResponse): void {
    const box = this.#mailboxOf(party);
    if (box.peer !== undefined && box.wire !== undefined) {
      box.peer.send(box.wire.encode(response), box.wire.binary);
      return;
    }
    box.outbox.push(response);
    if (box.outbox.length <= OUTBOX_MAX) return;
    box.outbox.shift();
    this.dropped++;
  }

  /** Answers that wait for their Party to speak. */
  get waiting(): number {
    let waiting = 0;
    for (const { outbox } of this.#mailboxes.values()) waiting += outbox.length;
    return waiting;
  }

  #mailboxOf(party: Party): Mailbox {
    let box = this.#mailboxes.get(party);
    if (box === undefined) {
      box = { peer: undefined, wire: undefined, outbox: [] };
      this.#mailboxes.set(party, box);
    }
    return box;
  }
}
