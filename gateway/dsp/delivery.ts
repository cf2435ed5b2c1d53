// Where a Party's unasked answers go: to exactly one connection, the latest that sent anything as
// that Party; without one, to its responseUrl; and without that to the Party's outbox, until it
// speaks again [contract §3, §5].

import type { Party } from '../access/inventory.ts';
import type { Peer } from '../peer.ts';
import { plainResponse, responseOf, WAITING_RESPONSE } from '../protocol/plain-response.ts';
import { type Static, Type } from '../protocol/schema.ts';
import type { ServiceResponse } from '../protocol/service-response.ts';
import type { Wire } from '../wire/wire.ts';

/** Answers that an outbox keeps, and about how many bytes; the oldest go first and are counted. */
export const OUTBOX_MAX = 10_000;
export const OUTBOX_BYTES_MAX = 64 * 1024 * 1024;

/** Encoded bytes that leave an outbox before anybody else has a turn. */
const FLUSH_BYTES = 256 * 1024;

export const OUTBOXES_STATE = Type.Array(
  Type.Object({
    partyId: Type.String(),
    answers: Type.Array(WAITING_RESPONSE, { maxItems: 2 * OUTBOX_MAX }),
  }),
);
export type OutboxesState = Static<typeof OUTBOXES_STATE>;

/** An open connection over which a Party has spoken. */
interface Speaker {
  readonly peer: Peer;
  wire: Wire;
  /** Which word of all it was that it spoke last, and last in DUIS XML; 0: none. */
  spokeAt: number;
  spokeDuisAt: number;
}

interface Mailbox {
  readonly speakers: Map<Peer, Speaker>;
  /** The latest of them. */
  peer: Peer | undefined;
  wire: Wire | undefined;
  /** The latest that spoke DUIS XML, which documents go to. */
  duisPeer: Peer | undefined;
  outbox: ServiceResponse[];
  /** Long answers that are being written. */
  readonly writing: Set<ServiceResponse>;
  outboxBytes: number;
  /** A flush is under way and comes back by itself. */
  flushing: boolean;
}

/** The way to Parties that have a responseUrl [contract §5]. */
export interface ResponsePost {
  /** Takes an answer, or a whole DUIS document, for a Party that has a responseUrl. */
  post(party: Party, answer: ServiceResponse | Buffer): void;
}

export class Delivery {
  readonly #post: ResponsePost | undefined;
  readonly #onDropped: (() => void) | undefined;
  readonly #mailboxes = new Map<Party, Mailbox>();
  #words = 0;
  /** Answers that fell out of a full outbox. */
  dropped = 0;

  constructor(post?: ResponsePost, onDropped?: () => void) {
    this.#post = post;
    this.#onDropped = onDropped;
  }

  /** A Party spoke: this is where its answers go from now on, those in its outbox first. */
  spoke(party: Party, peer: Peer, wire: Wire): void {
    // Of a connection that has closed nobody would tell that it has.
    if (peer.isOpen === false) return;
    const box = this.#mailboxOf(party);
    const speaker = speakerOf(box, peer, wire);
    speaker.wire = wire;
    speaker.spokeAt = ++this.#words;
    // What another connection was being sent goes on here.
    if (box.peer !== peer) box.flushing = false;
    box.peer = peer;
    box.wire = wire;
    if (wire.format === 'duis') {
      speaker.spokeDuisAt = this.#words;
      box.duisPeer = peer;
    }
    if (box.outbox.length > 0 && !box.flushing) this.#flush(box);
  }

  /** Whether answers wait that leave as soon as a Party speaks over this connection. */
  hasMail(party: Party, peer: Peer): boolean {
    const box = this.#mailboxes.get(party);
    return box !== undefined && box.outbox.length > 0 && !(box.flushing && box.peer === peer);
  }

  /** Where a Party's answers go now; undefined: into its outbox. */
  peerOf(party: Party): Peer | undefined {
    return this.#mailboxes.get(party)?.peer;
  }

  /** A connection has closed: the one that was the latest before it is that again. */
  left(peer: Peer): void {
    for (const box of this.#mailboxes.values()) {
      box.speakers.delete(peer);
      if (box.duisPeer === peer) {
        box.duisPeer = latest(box, ({ spokeDuisAt }) => spokeDuisAt)?.peer;
      }
      if (box.peer !== peer) continue;
      const next = latest(box, ({ spokeAt }) => spokeAt);
      box.peer = next?.peer;
      box.wire = next?.wire;
      box.flushing = false;
      if (box.outbox.length > 0) this.#flush(box);
    }
  }

  /** Sends an answer to its Party, or keeps it. It has to be the receiver's own. */
  deliver(party: Party, response: ServiceResponse): void {
    const box = this.#mailboxOf(party);
    const { peer, wire } = box;
    // Whoever still has older answers coming gets this one after them.
    if (peer !== undefined && wire !== undefined && peer.isOpen !== false && !box.flushing) {
      if (wire.isLong?.(response)) this.#sendInTurns(party, box, response);
      else peer.send(wire.encode(response), wire.binary);
      return;
    }
    if (party.responseUrl !== undefined && this.#post !== undefined && peer === undefined) {
      this.#post.post(party, response);
      return;
    }
    box.outbox.push(response);
    box.outboxBytes += sizeOf(response);
    let gone = 0;
    while (box.outbox.length - gone > OUTBOX_MAX || box.outboxBytes > OUTBOX_BYTES_MAX) {
      const oldest = box.outbox[gone++];
      if (oldest === undefined) break;
      box.outboxBytes -= sizeOf(oldest);
      this.#onDropped?.();
    }
    box.outbox.splice(0, gone);
    this.dropped += gone;
  }

  /**
   * A document that answers what came over HTTP: to the Party's responseUrl, else to its open
   * `duis` connection, whatever it speaks on others. False: there is neither, and the document is
   * lost [contract §5].
   */
  deliverDocument(party: Party, document: Buffer): boolean {
    if (party.responseUrl !== undefined && this.#post !== undefined) {
      this.#post.post(party, document);
      return true;
    }
    const box = this.#mailboxOf(party);
    if (box.duisPeer?.isOpen === false) {
      box.duisPeer = latest(box, ({ spokeDuisAt }) => spokeDuisAt)?.peer;
    }
    const { duisPeer } = box;
    if (duisPeer === undefined) return false;
    duisPeer.send(document, false);
    return true;
  }

  /**
   * What waits, by Party; what is being written for a connection waits as well. Without readings
   * the answers that hold some are left out.
   */
  state(withReadings: boolean): OutboxesState {
    return [...this.#mailboxes].flatMap(([party, { writing, outbox }]) => {
      const answers = [...writing, ...outbox]
        .filter(({ kind }) => withReadings || kind !== 'log')
        .flatMap((response) => plainResponse(response) ?? []);
      return answers.length === 0 ? [] : [{ partyId: party.id, answers }];
    });
  }

  /** Answers with readings that wait. */
  get waitingReadings(): number {
    let count = 0;
    for (const { writing, outbox } of this.#mailboxes.values()) {
      for (const { kind } of [...writing, ...outbox]) if (kind === 'log') count++;
    }
    return count;
  }

  /** Takes a state over; nobody is connected yet. */
  restore(state: OutboxesState, partyOf: (id: string) => Party): void {
    for (const { partyId, answers } of state) {
      const box = this.#mailboxOf(partyOf(partyId));
      for (const answer of answers) {
        const response = responseOf(answer);
        box.outbox.push(response);
        box.outboxBytes += sizeOf(response);
      }
    }
  }

  /** Answers that wait for their Party to speak. */
  get waiting(): number {
    let waiting = 0;
    for (const { outbox } of this.#mailboxes.values()) waiting += outbox.length;
    return waiting;
  }

  /** A long answer: it goes where the Party is once it is written. */
  #sendInTurns(party: Party, box: Mailbox, response: ServiceResponse): void {
    const { peer, wire } = box;
    box.writing.add(response);
    wire?.encodeInTurns?.(response).then((encoded) => {
      box.writing.delete(response);
      if (peer !== undefined && peer === box.peer && peer.isOpen !== false) {
        peer.send(encoded, wire.binary);
      } else {
        this.deliver(party, response);
      }
    });
  }

  /** Sends what waits as far as the peer takes it; the rest stays until it can take more. */
  #flush(box: Mailbox): void {
    const { peer, wire, outbox } = box;
    box.flushing = false;
    if (peer === undefined || wire === undefined) return;
    let sent = 0;
    let bytes = 0;
    for (; sent < outbox.length && bytes < FLUSH_BYTES && peer.isOpen !== false; sent++) {
      const response = outbox[sent];
      if (response === undefined) break;
      const encoded = wire.encode(response);
      peer.send(encoded, wire.binary);
      bytes += encoded.length;
      box.outboxBytes -= sizeOf(response);
    }
    outbox.splice(0, sent);
    if (outbox.length === 0 || peer.isOpen === false) return;
    box.flushing = true;
    const again = () => {
      if (box.peer === peer) this.#flush(box);
    };
    if (peer.whenWritable === undefined) again();
    else peer.whenWritable(again);
  }

  #mailboxOf(party: Party): Mailbox {
    let box = this.#mailboxes.get(party);
    if (box === undefined) {
      box = {
        speakers: new Map(),
        peer: undefined,
        wire: undefined,
        duisPeer: undefined,
        outbox: [],
        writing: new Set(),
        outboxBytes: 0,
        flushing: false,
      };
      this.#mailboxes.set(party, box);
    }
    return box;
  }
}

function speakerOf({ speakers }: Mailbox, peer: Peer, wire: Wire): Speaker {
  let speaker = speakers.get(peer);
  if (speaker === undefined) {
    speaker = { peer, wire, spokeAt: 0, spokeDuisAt: 0 };
    speakers.set(peer, speaker);
  }
  return speaker;
}

/** Of those whose connections are open the one that did something last; undefined for none. */
function latest({ speakers }: Mailbox, at: (speaker: Speaker) => number): Speaker | undefined {
  let found: Speaker | undefined;
  for (const speaker of speakers.values()) {
    if (speaker.peer.isOpen === false) continue;
    if (at(speaker) > (found === undefined ? 0 : at(found))) found = speaker;
  }
  return found;
}

/** About the bytes that an answer takes while it waits. */
function sizeOf(response: ServiceResponse): number {
  const head = 512;
  if (response.kind !== 'log') return head;
  const { log } = response;
  if (log.srv === '4.6.1') return head + log.dailyReadLog.length * 200;
  return head + (log.profile?.columns.reduce((sum, { byteLength }) => sum + byteLength, 0) ?? 0);
}
