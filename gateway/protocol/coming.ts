// What comes later, and whoever waits for it. Promises would do, but for what a chain of them costs
// where tens of thousands of requests wait for their meters: thirty objects each, which the
// collector of garbage moves twice before they count as old. Here those who wait are objects that
// are there anyway, and are told in the turn in which it comes.

/** Whoever waits is told once, of one of the two. */
export interface Taker<Value> {
  take(value: Value): void;
  /** A bug; what can be expected to go wrong is a value. */
  fail(fault: unknown): void;
}

/** Something that comes later, as its maker sees to it. */
export class Coming<Value> {
  #first: Taker<Value> | undefined = undefined;
  #others: Taker<Value>[] | undefined = undefined;

  /** Tells `taker` when it comes, after those before. Who asks later than that waits in vain. */
  tell(taker: Taker<Value>): void {
    if (this.#first === undefined) this.#first = taker;
    else if (this.#others === undefined) this.#others = [taker];
    else this.#others.push(taker);
  }

  protected come(value: Value): void {
    const first = this.#first;
    const others = this.#others;
    this.#forget();
    first?.take(value);
    if (others !== undefined) for (const taker of others) taker.take(value);
  }

  protected goWrong(fault: unknown): void {
    const first = this.#first;
    const others = this.#others;
    this.#forget();
    first?.fail(fault);
    if (others !== undefined) for (const taker of others) taker.fail(fault);
  }

  /** Nobody waits any more: the same object may bring something else. */
  #forget(): void {
    this.#first = undefined;
    this.#others = undefined;
  }
}

/**
 * What is made of something else, once that has come. A bug in making it goes to whoever waits:
 * those who tell of replies are timers, and beyond them nobody catches.
 */
export abstract class Made<From, Value> extends Coming<Value> implements Taker<From> {
  /** Undefined: there is nothing that anybody waits for. */
  protected abstract make(from: From): Value | undefined;

  take(from: From): void {
    let made: Value | undefined;
    try {
      made = this.make(from);
    } catch (fault) {
      this.goWrong(fault);
      return;
    }
    if (made !== undefined) this.come(made);
    this.told(from);
  }

  /** Everybody has been told, and nothing went wrong. */
  protected told(_from: From): void {}

  fail(fault: unknown): void {
    this.goWrong(fault);
  }
}

/** What a promise brings. */
class Promised<Value> extends Coming<Value> {
  constructor(promise: Promise<Value>) {
    super();
    promise.then(
      (value) => this.come(value),
      (fault) => this.goWrong(fault),
    );
  }
}

export function arriving<Value>(promise: Promise<Value>): Coming<Value> {
  return new Promised(promise);
}

/** Tells `taker` of what `begin` gives, now or when it comes, or of what it throws. */
export function tellOf<Value>(begin: () => Value | Coming<Value>, taker: Taker<Value>): void {
  let begun: Value | Coming<Value>;
  try {
    begun = begin();
  } catch (fault) {
    taker.fail(fault);
    return;
  }
  if (begun instanceof Coming) begun.tell(taker);
  else taker.take(begun);
}

/** The same as a promise, for whoever waits for several things. */
export function promised<Value>(value: Value | Coming<Value>): Promise<Value> {
  return new Promise((resolve, reject) => tellOf(() => value, { take: resolve, fail: reject }));
}
