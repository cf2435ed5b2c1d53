// A device that is no longer Commissioned is set aside, once, however its status got there.

import { expect, test } from 'vitest';
import { DeviceRegister } from '../../../gateway/access/device-register.ts';
import type { DeviceInventory, DeviceStatus } from '../../../gateway/access/inventory.ts';

/** One device; its cohort starts with `deviceStatus`. */
function registerOf(deviceStatus: DeviceStatus) {
  const aside: number[] = [];
  const inventory: DeviceInventory = {
    deviceCount: 1,
    ranges: [{ firstDevice: 0, count: 1, firstDeviceId: { high: 1, low: 2 } }],
    find: () => 0,
    eui64Of: () => ({ high: 1, low: 2 }),
    deviceId: () => '00-00-00-01-00-00-00-02',
    cohortOf: () => ({
      name: 'one',
      deviceType: 'ESME',
      deviceStatus,
      commissionedDay: 18_048,
      twinElement: false,
    }),
    startsScheduled: () => false,
  };
  const asides = { add: () => aside.push(1), remove: () => aside.push(-1) };
  return { register: new DeviceRegister(inventory, asides), aside };
}

test('out of service and out of service again is aside once, back in service not at all', () => {
  const { register, aside } = registerOf('Commissioned');
  register.setStatus(0, 'Suspended');
  register.setStatus(0, 'Withdrawn');
  expect(aside).toEqual([1]);
  register.setStatus(0, 'Commissioned');
  register.setStatus(0, 'Commissioned');
  expect(aside).toEqual([1, -1]);
});

test('a device that starts out of service is set aside when it goes back there', () => {
  const { register, aside } = registerOf('Suspended');
  register.setStatus(0, 'Commissioned');
  expect(aside).toEqual([]);
  register.setStatus(0, 'Suspended');
  expect(aside).toEqual([1]);
});

test('what was changed back is carried over, for its device stays aside', () => {
  const { register } = registerOf('Suspended');
  register.setStatus(0, 'Commissioned');
  register.setStatus(0, 'Suspended');
  const { register: restored, aside } = registerOf('Suspended');
  for (const { device, status } of register.state()) restored.setStatus(device, status);
  expect(restored.statusOf(0)).toBe('Suspended');
  expect(aside).toEqual([1]);
});
