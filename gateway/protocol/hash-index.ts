// Finds those under way by a hash of what they are known by. A Map would find them too, but makes
// its whole table anew whenever as many have come and gone as it has room for: each time everybody
// waits, and what it leaves behind has grown old by then. Here a place is free again at once, and
// the table is made anew only when there are more at a time than ever before.

/** Whoever may stand in an index, one at a time. */
export interface Hashed {
  /** 32 bits, signed; stays as it is while it stands there. */
  readonly hash: number;
}

/** Places at first: a power of two. */
const PLACES_MIN = 1024;
/** Spreads neighbouring hashes over the places: 2³² divided by the golden ratio. */
const SPREAD = 0x9e3779b1;

/** Open addressing: whoever finds the place of its hash taken stands in the next free one. */
export class HashIndex<Member extends Hashed> {
  /** In step with the members, so that a search reads no object but the one that it is for. */
  #hashes = new Int32Array(PLACES_MIN);
  #members: (Member | undefined)[] = new Array(PLACES_MIN).fill(undefined);
  #shift = 32 - Math.log2(PLACES_MIN);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds one that stands in no index, after those of the same hash. */
  add(member: Member): void {
    if (this.#size * 2 >= this.#hashes.length) this.#grow();
    this.#size++;
    this.#put(member);
  }

  /** Whether it stood here; it no longer does. */
  remove(member: Member): boolean {
    const { hash } = member;
    let place = this.first(hash);
    while (place >= 0 && this.#members[place] !== member) place = this.next(place, hash);
    if (place < 0) return false;
    this.#size--;
    this.#free(place);
    return true;
  }

  /** Place of the first with this hash, or −1. */
  first(hash: number): number {
    return this.#search(this.#homeOf(hash), hash);
  }

  /** Place of the one with this hash that came after the one at `place`, or −1. */
  next(place: number, hash: number): number {
    return this.#search(this.#after(place), hash);
  }

  /** Who stands at a place that {@link first} or {@link next} gave. */
  at(place: number): Member {
    const member = this.#members[place];
    if (member === undefined) throw new RangeError(`nobody stands at ${place}`);
    return member;
  }

  #homeOf(hash: number): number {
    return Math.imul(hash, SPREAD) >>> this.#shift;
  }

  #after(place: number): number {
    return (place + 1) & (this.#hashes.length - 1);
  }

  #search(from: number, hash: number): number {
    let place = from;
    while (this.#members[place] !== undefined) {
      if (this.#hashes[place] === hash) return place;
      place = this.#after(place);
    }
    return -1;
  }

  #put(member: Member): void {
    let place = this.#homeOf(member.hash);
    while (this.#members[place] !== undefined) place = this.#after(place);
    this.#hashes[place] = member.hash;
    this.#members[place] = member;
  }

  /** Whoever stood farther on because of the one here moves up, or a search would end too soon. */
  #free(place: number): void {
    const last = this.#hashes.length - 1;
    let gap = place;
    for (let at = this.#after(gap); this.#members[at] !== undefined; at = this.#after(at)) {
      const hash = this.#hashes[at] as number;
      const fromHome = (at - this.#homeOf(hash)) & last;
      if (fromHome < ((at - gap) & last)) continue;
      this.#hashes[gap] = hash;
      this.#members[gap] = this.#members[at];
      gap = at;
    }
    this.#members[gap] = undefined;
  }

  #grow(): void {
    const members = this.#members;
    const start = members.indexOf(undefined);
    const places = members.length * 2;
    this.#hashes = new Int32Array(places);
    this.#members = new Array(places).fill(undefined);
    this.#shift--;
    // From a free place on, so that those of one hash keep their order.
    for (let i = 0; i < members.length; i++) {
      const member = members[(start + i) & (members.length - 1)];
      if (member !== undefined) this.#put(member);
    }
  }
}
