// Requests by cohort, for whoever looks at the fleet as it works: what devices were asked and what
// has been answered. Requests for a later time and those of a snapshot are not among them. The hit
// lane tells what it has answered by itself.

import type { DeviceRange } from './access/inventory.ts';

/** Of one cohort, since the start. */
export interface CohortCount {
  readonly answered: number;
  readonly fromCache: number;
  readonly inFlight: number;
}

export class CohortCounts {
  readonly #ranges: readonly DeviceRange[];
  readonly #asked: Float64Array;
  readonly #answered: Float64Array;
  readonly #fromCache: Float64Array;
  /** Requests come in clusters: the range of the one before. */
  #last = 0;

  constructor(ranges: readonly DeviceRange[]) {
    this.#ranges = ranges;
    this.#asked = new Float64Array(ranges.length);
    this.#answered = new Float64Array(ranges.length);
    this.#fromCache = new Float64Array(ranges.length);
  }

  /** A device was asked, and the meter has to be. */
  asked(device: number): void {
    add(this.#asked, this.#placeOf(device), 1);
  }

  /** A device of which {@link asked} was told has been answered. */
  answered(device: number): void {
    add(this.#answered, this.#placeOf(device), 1);
  }

  /** A device was asked and answered at once. */
  answeredAtOnce(device: number, fromCache: boolean): void {
    const place = this.#placeOf(device);
    add(this.#asked, place, 1);
    add(this.#answered, place, 1);
    if (fromCache) add(this.#fromCache, place, 1);
  }

  /** So many hits of the range at a place. */
  hits(place: number, count: number): void {
    add(this.#asked, place, count);
    add(this.#answered, place, count);
    add(this.#fromCache, place, count);
  }

  /** In the order of the ranges. */
  read(): CohortCount[] {
    return this.#ranges.map((_, place) => {
      const answered = this.#answered[place] ?? 0;
      const inFlight = (this.#asked[place] ?? 0) - answered;
      return { answered, fromCache: this.#fromCache[place] ?? 0, inFlight };
    });
  }

  #placeOf(device: number): number {
    if (!holds(this.#ranges[this.#last], device)) {
      this.#last = this.#ranges.findIndex((range) => holds(range, device));
    }
    return this.#last;
  }
}

function holds(range: DeviceRange | undefined, device: number): boolean {
  if (range === undefined) return false;
  return device >= range.firstDevice && device < range.firstDevice + range.count;
}

function add(counts: Float64Array, place: number, amount: number): void {
  counts[place] = (counts[place] ?? 0) + amount;
}
