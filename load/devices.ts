// The devices that a run asks, numbered from 0: those of one stretch of EUI-64s after another. A
// fleet may have gas between its electricity, which nobody asks for what a run asks [contract §7].

import { type Eui64, eui64Offset, eui64Plus, formatEui64 } from '../gateway/protocol/eui64.ts';

/** So many devices, one EUI-64 after another. */
export interface DeviceRange {
  readonly first: Eui64;
  readonly count: number;
}

export class Devices {
  readonly count: number;
  readonly #ranges: readonly DeviceRange[];

  constructor(ranges: readonly DeviceRange[]) {
    this.#ranges = ranges;
    this.count = ranges.reduce((sum, { count }) => sum + count, 0);
  }

  /** The device at a place; places past the last go on behind it. */
  at(place: number): Eui64 {
    const ranges = this.#ranges;
    let left = place;
    for (let range = 0; range < ranges.length - 1; range++) {
      const { first, count } = ranges[range] as DeviceRange;
      if (left < count) return eui64Plus(first, left);
      left -= count;
    }
    return eui64Plus((ranges.at(-1) as DeviceRange).first, left);
  }

  id(place: number): string {
    const { high, low } = this.at(place);
    return formatEui64(high, low);
  }

  /** Place of a device; −1 when it is none of these. */
  placeOf({ high, low }: Eui64): number {
    let before = 0;
    for (const { first, count } of this.#ranges) {
      const offset = eui64Offset(first, high, low);
      if (offset >= 0 && offset < count) return before + offset;
      before += count;
    }
    return -1;
  }

  /** Those from a place on, `count` of them, or as many as there are. */
  from(place: number, count = this.count - place): Devices {
    let [skipped, left] = [place, count];
    const ranges: DeviceRange[] = [];
    for (const [at, range] of this.#ranges.entries()) {
      const isLast = at === this.#ranges.length - 1;
      const mine = isLast ? left : Math.min(left, range.count - skipped);
      if (mine > 0) ranges.push({ first: eui64Plus(range.first, skipped), count: mine });
      if (mine > 0) left -= mine;
      skipped = Math.max(0, skipped - range.count);
    }
    return new Devices(ranges);
  }
}
