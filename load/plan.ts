// When what is sent is planned to be sent [contract §8]. Open loop: arrivals do not wait for
// answers, so their times are a plain function of their number, and a gateway that stalls is not
// spared the requests that real clients would have made meanwhile. An arrival is a frame: of
// `--batch` SRs, planned for one moment.

/** SRs a second: the same throughout, from one to another, or as fast as answers come. */
export type Rate =
  | { readonly kind: 'steady'; readonly from: number; readonly to: number }
  | { readonly kind: 'max' };

export interface PlanOptions {
  readonly rate: Rate;
  readonly warmupMs: number;
  /** Of the measured part, which begins after the warm-up; undefined: until `count` is reached. */
  readonly durationMs: number | undefined;
  /** SRs of the measured part; undefined: until `durationMs` has passed. */
  readonly count: number | undefined;
  /** SRs of a frame. */
  readonly batch: number;
}

/** A product of rate and duration may miss a whole number by less than this. */
const ROUNDING = 1e-6;

export class Plan {
  /** Whether arrivals wait for answers. */
  readonly closed: boolean;
  /** SRs of the measured part; Infinity for a closed loop that only its duration ends. */
  readonly measured: number;
  /** Frames in all, those of the warm-up first. */
  readonly frames: number;
  readonly warmupMs: number;
  /** When the run's time is up, ms since its start; Infinity for one that its count ends. */
  readonly endMs: number;
  readonly #batch: number;
  readonly #warmupFrames: number;
  /** SRs a millisecond at the start of the measured part, and what each millisecond adds. */
  readonly #perMs: number;
  readonly #perMsPerMs: number;

  constructor({ rate, warmupMs, durationMs, count, batch }: PlanOptions) {
    if (durationMs === undefined && count === undefined) {
      throw new RangeError('a plan needs a duration or a count');
    }
    this.closed = rate.kind === 'max';
    this.warmupMs = warmupMs;
    this.endMs = durationMs === undefined ? Number.POSITIVE_INFINITY : warmupMs + durationMs;
    this.#batch = batch;
    const wanted = count ?? Number.POSITIVE_INFINITY;
    if (rate.kind === 'max') {
      this.measured = wanted;
      this.#perMs = this.#perMsPerMs = this.#warmupFrames = 0;
      this.frames = Number.POSITIVE_INFINITY;
      return;
    }
    const [from, to] = [rate.from / 1000, rate.to / 1000];
    const rampMs = durationMs ?? (2 * wanted) / (from + to);
    this.#perMs = from;
    this.#perMsPerMs = (to - from) / rampMs;
    const possible = Math.ceil(((from + to) / 2) * rampMs - ROUNDING);
    this.measured = Math.min(wanted, possible);
    this.#warmupFrames = Math.ceil((warmupMs * from) / batch - ROUNDING);
    this.frames = this.#warmupFrames + Math.ceil(this.measured / batch);
  }

  /** Planned time of a frame of an open loop, ms since the start of the run. */
  atMs(frame: number): number {
    const batch = this.#batch;
    if (frame < this.#warmupFrames) return (frame * batch) / this.#perMs;
    const before = (frame - this.#warmupFrames) * batch;
    return this.warmupMs + this.#timeOf(before);
  }

  /** When the last SR of an open loop has had its share of the time, ms since the start. */
  get lastMs(): number {
    return this.closed ? 0 : this.warmupMs + this.#timeOf(this.measured);
  }

  /** SRs of a frame of an open loop: `batch` of them, but for the last, which takes the rest. */
  sizeOf(frame: number): number {
    const before = (frame - this.#warmupFrames) * this.#batch;
    return frame < this.#warmupFrames ? this.#batch : Math.min(this.#batch, this.measured - before);
  }

  /** When so many SRs have been planned: where the area under the rate's line is that large. */
  #timeOf(count: number): number {
    if (count === 0) return 0;
    const root = Math.sqrt(this.#perMs ** 2 + 2 * this.#perMsPerMs * count);
    // A ramp that ends at 0 may fall below it by rounding only.
    return (2 * count) / (this.#perMs + (Number.isNaN(root) ? 0 : root));
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1000, m: 1_000_000 };

/** More than one process can send. */
export const RATE_MAX = 10_000_000;

function rateOf(text: string): number {
  const [, number, unit = ''] = /^(\d{1,8}(?:\.\d{1,6})?)([km]?)$/i.exec(text) ?? [];
  const value = Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
  return value <= RATE_MAX ? value : Number.NaN;
}

/** Reads `5000`, `2.5k`, `100..5000` or `max`; undefined for anything else. */
export function parseRate(text: string): Rate | undefined {
  if (text === 'max') return { kind: 'max' };
  const [first = '', second, ...more] = text.split('..');
  const from = rateOf(first);
  const to = second === undefined ? from : rateOf(second);
  if (more.length > 0 || !(from + to > 0)) return undefined;
  return { kind: 'steady', from, to };
}
