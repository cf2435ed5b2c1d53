// Which devices have their slots in the same bank of the cache: those of one kind whose numbers,
// divided by the slots of such a bank, give the same.

import type { DeviceInventory, DeviceRange } from '../access/inventory.ts';
import { eui64Plus } from '../protocol/eui64.ts';

/** Devices of one range of the inventory that have their slots in one bank. */
export interface BankRange extends DeviceRange {
  /** Place of that range in the inventory. */
  readonly range: number;
  readonly twinElement: boolean;
  /** Number of the bank among those of its kind, and of the first device within the bank. */
  readonly bank: number;
  readonly index: number;
}

/** Devices that follow one another, as a bank numbers them; `index` −1: those of another bank. */
export type BankDevices = Pick<BankRange, 'firstDeviceId' | 'count' | 'index'>;

/**
 * The ranges of an inventory in the order of their identifiers, cut where the devices of another
 * bank begin; `slotsOf` says how many slots a bank of a kind has.
 */
export function cutByBank(
  inventory: Pick<DeviceInventory, 'ranges' | 'cohortOf'>,
  slotsOf: (twinElement: boolean) => number,
): BankRange[] {
  const pieces: BankRange[] = [];
  for (const [place, { firstDevice, count, firstDeviceId }] of inventory.ranges.entries()) {
    const { twinElement } = inventory.cohortOf(firstDevice);
    const slots = slotsOf(twinElement);
    const end = firstDevice + count;
    for (let first = firstDevice; first < end; ) {
      const bank = Math.floor(first / slots);
      const next = Math.min((bank + 1) * slots, end);
      pieces.push({
        firstDevice: first,
        count: next - first,
        firstDeviceId: eui64Plus(firstDeviceId, first - firstDevice),
        range: place,
        twinElement,
        bank,
        index: first - bank * slots,
      });
      first = next;
    }
  }
  return pieces.sort(({ firstDeviceId: a }, { firstDeviceId: b }) => {
    return a.high - b.high || a.low - b.low;
  });
}
