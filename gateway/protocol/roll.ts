// Those that are under way, in the order in which they began. A Set would keep that order too, but
// is built anew every now and then, as a whole: with tens of thousands in it everybody waits for
// milliseconds. Here each knows its neighbours.

/** Whoever stands in a roll, one at a time; the fields are the roll's. */
export interface Enrolled<Member> {
  before: Member | undefined;
  after: Member | undefined;
}

export class Roll<Member extends Enrolled<Member>> implements Iterable<Member> {
  #first: Member | undefined = undefined;
  #last: Member | undefined = undefined;

  /** Adds one that stands in no roll, as the last. */
  add(member: Member): void {
    const last = this.#last;
    member.before = last;
    member.after = undefined;
    if (last === undefined) this.#first = member;
    else last.after = member;
    this.#last = member;
  }

  /** Takes one out that stands in it. */
  remove(member: Member): void {
    const { before, after } = member;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    member.before = undefined;
    member.after = undefined;
  }

  /** From the first to the last; whoever is taken out meanwhile ends it there. */
  *[Symbol.iterator](): Iterator<Member> {
    for (let member = this.#first; member !== undefined; member = member.after) yield member;
  }
}
