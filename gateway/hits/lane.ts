// The short cut for hits: frames that a socket has read are answered by the memory core in one
// call, as far as each asks for what is cached and nothing about it is out of the ordinary. The
// first that does goes to the hall, which stays the truth: whatever the lane answers, the hall
// would have answered with the same bytes and the same counts, and a test asks both.

import type { DeviceInventory, Party } from '../access/inventory.ts';
import { type PartyTable, roleToAskOf } from '../access/parties.ts';
import type { Delivery } from '../dsp/delivery.ts';
import type { Peer } from '../peer.ts';
import type { Clock } from '../protocol/clock.ts';
import { parseEui64 } from '../protocol/eui64.ts';
import type { UserRole } from '../protocol/service-reference.ts';
import type { Tally } from '../protocol/tally.ts';
import type { HallLog } from '../responses.ts';
import type { DataCache } from '../s1sp/data-cache.ts';
import { formatResponseTime } from '../wire/response.ts';
import type { Wire } from '../wire/wire.ts';
import type { Asides } from './asides.ts';
import { HitBank, type HitParty } from './bank.ts';

/** A peer whose frames come as the bytes of a stream. */
export interface StreamPeer extends Peer {
  /** The format of its text or binary frames. */
  wireOf(binary: boolean): Wire;
  /** Sends whole frames, headers and all; the bytes are valid until it returns. */
  sendFrames(frames: Buffer): void;
}

export interface HitRooms {
  readonly clock: Clock;
  readonly inventory: DeviceInventory;
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

const FIN_TEXT = 0x81;
const FIN_BINARY = 0x82;
/** A connection without a token speaks for every Party that has none. */
const ANY_PARTY = -1;

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
  /** In the order of the cache's banks, and what each has loaded. */
  readonly #banks: { readonly bank: HitBank; loaded: Buffer | undefined }[] = [];

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
  }

  /**
   * Answers frames of `read` from `at` on. Returns where the first begins that it leaves to the
   * hall, or the end. `messageBytes`: a longer message is refused elsewhere.
   */
  answer(read: Buffer, at: number, peer: StreamPeer, messageBytes: number): number {
    const binary = read[at] === FIN_BINARY;
    if (!binary && read[at] !== FIN_TEXT) return at;
    const wire = peer.wireOf(binary);
    const speaker = this.#speakerOf(peer);
    if (wire.format !== (binary ? 'msgpack' : 'json') || speaker === undefined) return at;
    const { cache, clock, realNowMs, inventory } = this.#rooms;
    const startedMs = realNowMs();
    let from = at;
    let place = 0;
    /** Where the lane last changed banks: twice at one frame, and it is for the hall. */
    let changedAt = -1;
    while (from < read.length && this.#isOpenTo(peer)) {
      const bank = this.#load(place, read);
      if (bank === undefined) break;
      const nowMs = clock.nowMs();
      bank.setTime(formatResponseTime(nowMs));
      const now = Math.floor(nowMs / 1000);
      const isOnly = cache.banks().length === 1;
      from = bank.answer(from, read.length, binary, speaker, messageBytes, now, isOnly);
      const { answers, stopped } = bank;
      if (answers.length > 0) {
        peer.sendFrames(answers);
        this.#count(bank, peer, wire, (realNowMs() - startedMs) / 1000);
      }
      if (stopped === 'full') continue;
      if (stopped !== 'elsewhere' || changedAt === from) break;
      const { high, low } = bank.missing;
      const next = cache.placeOfBank(inventory.find(high, low));
      if (next < 0 || next === place) break;
      place = next;
      changedAt = from;
    }
    return from;
  }

  /** Place of the only Party that a peer speaks for, −1 for all without a token; else undefined. */
  #speakerOf({ party, isRemote }: Peer): number | undefined {
    if (party === null) return isRemote === true ? undefined : ANY_PARTY;
    return this.#placeOf.get(party);
  }

  #isOpenTo(peer: Peer): boolean {
    const { log, admits, isClosed } = this.#rooms;
    return peer.isOpen !== false && admits(peer) && !isClosed() && !log.isLevelEnabled('debug');
  }

  /** The lane of a bank, with the bytes of a read in it. */
  #load(place: number, read: Buffer): HitBank | undefined {
    const lane = this.#banks[place] ?? this.#open(place);
    if (lane === undefined) return undefined;
    if (lane.loaded !== read) lane.loaded = lane.bank.load(read) ? read : undefined;
    return lane.loaded === undefined ? undefined : lane.bank;
  }

  #open(place: number): { readonly bank: HitBank; loaded: Buffer | undefined } | undefined {
    const { cache, asides } = this.#rooms;
    const cacheBank = cache.banks()[place];
    if (cacheBank === undefined) return undefined;
    const bank = new HitBank(cacheBank.core, cacheBank.twinElement, this.#known);
    asides.attach(bank.asides);
    const lane = { bank, loaded: undefined };
    this.#banks[place] = lane;
    return lane;
  }

  #count(bank: HitBank, peer: Peer, wire: Wire, seconds: number): void {
    const { tally, delivery } = this.#rooms;
    let imports = 0;
    let exports = 0;
    bank.takeCounts((place, ofImport, ofExport) => {
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
  }
}

/** The role by which a Party may ask an ESME; none while it is suspended. */
function roleOf(party: Party, srv: '4.8.1' | '4.8.3'): UserRole | undefined {
  return party.status === 'active' ? roleToAskOf(party, srv, 'ESME') : undefined;
}
