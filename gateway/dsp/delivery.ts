// Where a Party's unasked answers go: to exactly one connection, the latest that sent anything as
// that Party; without one, to its responseUrl; and without that to the Party's outbox, until it
// speaks again [contract §3, §5].

import type { Party } from '../access/inventory.ts';
import type { Peer } from '../peer.ts';
import type { ServiceResponse } from '../protocol/service-response.ts';
import type { Wire } from '../wire/wire.ts';

/** Answers that an outbox keeps; the oldest goes first and is counted. About 1 KiB each. */
export const OUTBOX_MAX = 10_000;

/** The way to a Party's responseUrl: an answer, or the bytes of one. `server/` implements it. */
export interface ResponsePost {
  post(party: Party, answer: ServiceResponse | Buffer): void;
}

interface Mailbox {
  peer: Peer | undefined;
  wire: Wire | undefined;
  /** The latest connection that spoke DUIS XML. */
  duisPeer: Peer | undefined;
  outbox: ServiceResponse[];
}

export class Delivery {
  readonly #post: ResponsePost | undefined;
  readonly #mailboxes = new Map<Party, Mailbox>();
  /** Answers that fell out of a full outbox. */
  dropped = 0;

  constructor(post?: ResponsePost) {
    this.#post = post;
  }

  /** A Party spoke: this is where its answers go from now on, those in its outbox first. */
  spoke(party: Party, peer: Peer, wire: Wire): void {
    const box = this.#mailboxOf(party);
    box.peer = peer;
    box.wire = wire;
    if (wire.format === 'duis') box.duisPeer = peer;
    if (box.outbox.length === 0) return;
    const waiting = box.outbox;
    box.outbox = [];
    for (const response of waiting) this.#hand(party, box, peer, wire, response);
  }

  /** A connection has closed. */
  left(peer: Peer): void {
    for (const box of this.#mailboxes.values()) {
      if (box.peer === peer) box.peer = undefined;
      if (box.duisPeer === peer) box.duisPeer = undefined;
    }
  }

  deliver(party: Party, response: ServiceResponse): void {
    const box = this.#mailboxOf(party);
    if (box.peer !== undefined && box.wire !== undefined) {
      this.#hand(party, box, box.peer, box.wire, response);
      return;
    }
    if (party.responseUrl !== undefined && this.#post !== undefined) {
      this.#post.post(party, response);
      return;
    }
    box.outbox.push(response);
    if (box.outbox.length <= OUTBOX_MAX) return;
    box.outbox.shift();
    this.dropped++;
  }

  /**
   * A document that was asked for over HTTP: to the responseUrl, else to an open connection that
   * speaks DUIS XML. Whether there is either.
   */
  deliverDocument(party: Party, document: Buffer): boolean {
    if (party.responseUrl !== undefined && this.#post !== undefined) {
      this.#post.post(party, document);
      return true;
    }
    const peer = this.#mailboxes.get(party)?.duisPeer;
    peer?.send(document, false);
    return peer !== undefined;
  }

  /** One answer to one connection; what takes its time goes where the Party is by then. */
  #hand(party: Party, box: Mailbox, peer: Peer, wire: Wire, response: ServiceResponse): void {
    if (wire.encodeInTurns === undefined) {
      peer.send(wire.encode(response), wire.binary);
      return;
    }
    wire.encodeInTurns(response).then((frame) => {
      if (box.peer === peer) peer.send(frame, wire.binary);
      else this.deliver(party, response);
    });
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
      box = { peer: undefined, wire: undefined, duisPeer: undefined, outbox: [] };
      this.#mailboxes.set(party, box);
    }
    return box;
  }
}
