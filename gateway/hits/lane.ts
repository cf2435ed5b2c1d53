// The short cut for hits: frames that a socket has read are answered by the memory core in one
// call, as far as each asks for what is cached and nothing about it is out of the ordinary. The
// first that does goes to the hall, which stays the truth: whatever the lane answers, the hall
// would have answered with the same bytes and the same counts, and a test asks both.

import type { Party } from '../access/inventory.ts';
import { type PartyTable, roleToAskOf } from '../access/parties.ts';
import type { CohortCounts } from '../cohort-counts.ts';
import type { Delivery } from '../dsp/delivery.ts';
import type { Peer } from '../peer.ts';
import type { Clock } from '../protocol/clock.ts';
import { parseEui64 } from '../protocol/eui64.ts';
import { FIN_BINARY, FIN_TEXT } from '../protocol/frame-marks.ts';
import type { UserRole } from '../protocol/service-reference.ts';
import type { Tally } from '../protocol/tally.ts';
import type { HallLog } from '../responses.ts';
import type { BankRange } from '../s1sp/bank-ranges.ts';
import type { DataCache } from '../s1sp/data-cache.ts';
import { formatResponseTime } from '../wire/response.ts';
import type { Wire } from '../wire/wire.ts';
import type { Asides } from './asides.ts';
import { ANY_PARTY, HitBank, type HitParty } from './bank.ts';
import { SeveralBanks, type Stretch } from './several-banks.ts';

/** A peer whose frames come as the bytes of a stream. */
export interface StreamPeer extends Peer {
  /** The format of its text or binary frames. */
  wireOf(binary: boolean): Wire;
  /** Sends whole frames, headers and all; the bytes are valid until it returns. */
  sendFrames(frames: Buffer): void;
}

export interface HitRooms {
  readonly clock: Clock;
  readonly cohorts: CohortCounts;
  readonly parties: PartyTable;
  readonly cache: DataCache;
  readonly delivery: Delivery;
  readonly tally: Tally;
  readonly log: HallLog;
  readonly asides: Asides;
  readonly realNowMs: () => number;
  /** Whether a peer may have one more answer now; the hall says how it is refused. */
  readonly admits: (peer: Peer) => boolean;
  /**
   * Somebody wants to be told of every hit, or an end date has come that nobody has acted on yet.
   */
  readonly isClosed: () => boolean;
}

interface AskingParty {
  readonly party: Party;
  readonly importRole: UserRole | undefined;
  readonly exportRole: UserRole | undefined;
}

export class HitLane {
  readonly #rooms: HitRooms;
  readonly #parties: readonly AskingParty[];
  readonly #placeOf: ReadonlyMap<Party, number>;
  readonly #known: readonly HitParty[];
  readonly #ranges: readonly BankRange[];
  /** In the order of the cache's banks. */
  readonly #banks: HitBank[] = [];
  readonly #several = new SeveralBanks();
  /** A read of which the rest is for the hall. */
  #left: Buffer | undefined;

  constructor(rooms: HitRooms) {
    this.#rooms = rooms;
    this.#parties = rooms.parties.parties.map((party) => ({
      party,
      importRole: roleOf(party, '4.8.1'),
      exportRole: roleOf(party, '4.8.3'),
    }));
    this.#placeOf = new Map(this.#parties.map(({ party }, place) => [party, place]));
    this.#known = this.#parties.map(({ party, importRole, exportRole }) => ({
      ...(parseEui64(party.id) ?? { high: 0, low: 0 }),
      mayImport: importRole !== undefined,
      mayExport: exportRole !== undefined,
      hasToken: party.token !== undefined,
    }));
    this.#ranges = rooms.cache.ranges;
  }

  /**
   * Answers frames of `read` from `at` on. Returns where the first begins that it leaves to the
   * hall, or the end. `messageBytes`: a longer message is refused elsewhere.
   */
  answer(read: Buffer, at: number, peer: StreamPeer, messageBytes: number): number {
    const binary = read[at] === FIN_BINARY;
    if ((!binary && read[at] !== FIN_TEXT) || read === this.#left) return at;
    const wire = peer.wireOf(binary);
    const speaker = this.#speakerOf(peer);
    if (wire.format !== (binary ? 'msgpack' : 'json') || speaker === undefined) return at;
    const { clock, realNowMs } = this.#rooms;
    const nowMs = clock.nowMs();
    // Only now: an end date that comes in between is then seen.
    if (!this.#isOpenTo(peer)) return at;
    const startedMs = realNowMs();
    const nowSeconds = Math.floor(nowMs / 1000);
    const stretch = { read, binary, speaker, messageBytes, nowSeconds };
    const banks = this.#banksAt(formatResponseTime(nowMs));
    if (banks[0]?.load(read) !== true) return at;
    let from = at;
    for (let goesOn = true; goesOn && from < read.length && peer.isOpen !== false; ) {
      const end = this.#answerStretch(banks, stretch, from);
      if (banks.some((bank) => this.#hasMail(bank, peer))) {
        // It is to come before the answer: the hall sees to that, and to all behind it.
        for (const bank of banks) discard(bank);
        this.#left = read;
        return from;
      }
      for (const bank of banks) this.#leave(bank, peer, wire, startedMs);
      from = end;
      goesOn = banks.length === 1 ? banks[0].stopped === 'full' : this.#several.goesOn;
    }
    return from;
  }

  /** Has the banks answer as many frames as they do at a time; returns where that ends. */
  #answerStretch(banks: readonly HitBank[], stretch: Stretch, from: number): number {
    const [only] = banks;
    if (only === undefined || banks.length > 1) {
      return this.#several.answer(stretch, from, banks);
    }
    const { read, binary, speaker, messageBytes, nowSeconds } = stretch;
    return only.answer(from, read.length, binary, speaker, messageBytes, nowSeconds);
  }

  /** Sends what a bank has answered, and counts it. */
  #leave(bank: HitBank, peer: StreamPeer, wire: Wire, startedMs: number): void {
    const { answers } = bank;
    if (answers.length === 0) return;
    this.#count(bank, peer, wire, (this.#rooms.realNowMs() - startedMs) / 1000);
    peer.sendFrames(answers);
  }

  /** Whether a Party that a bank has answered is to be given something older first. */
  #hasMail(bank: HitBank, peer: Peer): boolean {
    return bank.someAsker((place) => {
      const asking = this.#parties[place];
      return asking !== undefined && this.#rooms.delivery.hasMail(asking.party, peer);
    });
  }

  /** Place of the only Party that a peer speaks for, −1 for all without a token, or undefined. */
  #speakerOf({ party, isRemote }: Peer): number | undefined {
    if (party === null) return isRemote === true ? undefined : ANY_PARTY;
    return this.#placeOf.get(party);
  }

  #isOpenTo(peer: Peer): boolean {
    const { log, admits, isClosed } = this.#rooms;
    return peer.isOpen !== false && admits(peer) && !isClosed() && !log.isLevelEnabled('debug');
  }

  /** The lanes of all banks, with the time of the answers to come. */
  #banksAt(time: string): readonly HitBank[] {
    const { cache, asides } = this.#rooms;
    const cacheBanks = cache.banks();
    const opened = cacheBanks.slice(this.#banks.length);
    for (const { core, twinElement } of opened) {
      const bank = new HitBank(core, twinElement, this.#known, this.#ranges);
      asides.attach(bank.asides);
      this.#banks.push(bank);
    }
    // The first one shares questions out.
    if (opened.length > 0) this.#banks[0]?.ranges.setBanks((range) => cache.placeOfBank(range));
    for (const bank of this.#banks) bank.setTime(time);
    return this.#banks;
  }

  readonly #hitsOfRange = ({ range }: BankRange, answers: number): void => {
    this.#rooms.cohorts.hits(range, answers);
  };

  #count(bank: HitBank, peer: Peer, wire: Wire, seconds: number): void {
    const { tally, delivery } = this.#rooms;
    let imports = 0;
    let exports = 0;
    bank.takeAnswers((place, ofImport, ofExport) => {
      const asking = this.#parties[place];
      if (asking === undefined) return;
      const { party, importRole, exportRole } = asking;
      imports += ofImport;
      exports += ofExport;
      if (importRole !== undefined) tally.targets.add('4.8.1', importRole, 'met', ofImport);
      if (exportRole !== undefined) tally.targets.add('4.8.3', exportRole, 'met', ofExport);
      delivery.spoke(party, peer, wire);
    });
    if (imports > 0) tally.hits('4.8.1', imports, seconds);
    if (exports > 0) tally.hits('4.8.3', exports, seconds);
    bank.ranges.take(this.#hitsOfRange);
  }
}

/** What a bank has answered is answered elsewhere, and counted there. */
function discard(bank: HitBank): void {
  bank.takeAnswers(() => {});
  bank.ranges.take(() => {});
}

/** The role by which a Party may ask an ESME; none while it is suspended. */
function roleOf(party: Party, srv: '4.8.1' | '4.8.3'): UserRole | undefined {
  return party.status === 'active' ? roleToAskOf(party, srv, 'ESME') : undefined;
}
