// A meter's reply while it is on its way back over the WAN. Half hours of one day, which is what
// nearly all ask for, stand in memory that is used again for the next reply: as objects of their
// own tens of thousands of replies would be the collector's to move, and to keep track of.

import type { Profile } from '../gateway/protocol/log-entries.ts';
import type { MeterReply } from '../gateway/s1sp/meter-network.ts';
import { ColumnPool } from './column-pool.ts';

/** A day from midnight to midnight, both ends included. */
const ROWS_MAX = 49;
/** A twin-element meter has two of import. */
const COLUMNS_MAX = 2;
const ROOM_WORDS = ROWS_MAX * COLUMNS_MAX;
/** Rooms are cut from pieces of 392 KiB. */
const ROOMS_A_PIECE = 1024;

/** Room for replies, one each. */
export class ReplyRooms {
  readonly #pool = new ColumnPool();
  #piece = new Uint32Array(0);
  #used = 0;

  next(): KeptReply {
    if (this.#used === this.#piece.length) {
      this.#piece = new Uint32Array(ROOMS_A_PIECE * ROOM_WORDS);
      this.#used = 0;
    }
    const kept = new KeptReply(this.#piece, this.#used, this.#pool);
    this.#used += ROOM_WORDS;
    return kept;
  }
}

/** One without rows would look like none at all. */
function fits({ count, columns }: Profile): boolean {
  return count > 0 && count <= ROWS_MAX && columns.length <= COLUMNS_MAX;
}

/** One reply, or none. */
export class KeptReply {
  readonly #words: Uint32Array;
  readonly #at: number;
  readonly #pool: ColumnPool;
  /** Rows of the profile that is kept; 0: it is none, or does not fit, and `#other` has it. */
  #count = 0;
  #columns = 0;
  #firstHalfHour = 0;
  #other: MeterReply | undefined = undefined;

  constructor(words: Uint32Array, at: number, pool: ColumnPool) {
    this.#words = words;
    this.#at = at;
    this.#pool = pool;
  }

  /** Instead of what was kept before. */
  set reply(reply: MeterReply | undefined) {
    const profile = reply !== undefined && 'profile' in reply ? reply.profile : null;
    if (profile === null || !fits(profile)) {
      this.#count = 0;
      this.#other = reply;
      return;
    }
    const { firstHalfHour, count, columns } = profile;
    this.#other = undefined;
    this.#firstHalfHour = firstHalfHour;
    this.#count = count;
    this.#columns = columns.length;
    columns.forEach((column, c) => {
      const first = this.#at + c * ROWS_MAX;
      for (let row = 0; row < count; row++) this.#words[first + row] = column[row] as number;
    });
  }

  /** Its arrays belong to whoever asks. */
  get reply(): MeterReply | undefined {
    const count = this.#count;
    if (count === 0) return this.#other;
    const columns = Array.from({ length: this.#columns }, (_, c) =>
      this.#pool.copyOf(this.#words, this.#at + c * ROWS_MAX, count),
    );
    return { ok: true, profile: { firstHalfHour: this.#firstHalfHour, count, columns } };
  }
}
