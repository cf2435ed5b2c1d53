import { expect, test } from 'vitest';
import type { DeviceInventory } from '../../../gateway/access/inventory.ts';
import { cutByBank } from '../../../gateway/s1sp/bank-ranges.ts';

/** Numbers and identifiers rise in different orders; the second cohort has two elements. */
const RANGES = [
  { firstDevice: 0, count: 5, firstDeviceId: { high: 9, low: 0xffff_fffe } },
  { firstDevice: 5, count: 4, firstDeviceId: { high: 8, low: 70 } },
  { firstDevice: 9, count: 1, firstDeviceId: { high: 9, low: 2 } },
];

const inventory: Pick<DeviceInventory, 'ranges' | 'cohortOf'> = {
  ranges: RANGES,
  cohortOf: (device) => ({
    name: 'a',
    deviceType: 'ESME',
    deviceStatus: 'Commissioned',
    commissionedDay: 0,
    twinElement: device >= 5 && device < 9,
  }),
};

test('ranges are cut where a bank ends, in the order of their identifiers', () => {
  const pieces = cutByBank(inventory, (twinElement) => (twinElement ? 3 : 4)).map(
    ({ firstDeviceId: { high, low }, count, range, bank, index }) => {
      return [high, low, count, range, bank, index];
    },
  );
  expect(pieces).toEqual([
    [8, 70, 1, 1, 1, 2],
    [8, 71, 3, 1, 2, 0],
    [9, 2, 1, 2, 2, 1],
    [9, 0xffff_fffe, 4, 0, 0, 0],
    [10, 2, 1, 0, 1, 0],
  ]);
});
