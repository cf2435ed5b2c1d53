// Which devices have their slots in the same bank of the cache: those whose numbers, divided by the
// slots of a bank, give the same.

import type { DeviceRange } from '../access/inventory.ts';
import { eui64Plus } from '../protocol/eui64.ts';

/** Devices of one range of the inventory that have their slots in one bank. */
export interface BankRange extends DeviceRange {
  /** Place of that range in the inventory. */
  readonly range: number;
}

/**
 * Ranges of an inventory in the order of their identifiers, cut where the devices of another bank
 * begin; `slotsOf` says how many slots a bank has for the devices of a range.
 */
export function cutByBank(
  ranges: readonly DeviceRange[],
  slotsOf: (range: DeviceRange) => number,
): BankRange[] {
  const pieces: BankRange[] = [];
  for (const [place, range] of ranges.entries()) {
    const slots = slotsOf(range);
    const end = range.firstDevice + range.count;
    for (let first = range.firstDevice; first < end; ) {
      const next = Math.min((Math.floor(first / slots) + 1) * slots, end);
      const firstDeviceId = eui64Plus(range.firstDeviceId, first - range.firstDevice);
      pieces.push({ firstDevice: first, count: next - first, firstDeviceId, range: place });
      first = next;
    }
  }
  return pieces.sort(({ firstDeviceId: a }, { firstDeviceId: b }) => {
    return a.high - b.high || a.low - b.low;
  });
}
