// The inventory as it stands now: what the fleet says of its devices, and the statuses that have
// been changed since [domain §6 DeviceStatus].

import Type, { type Static } from 'typebox';
import type { Eui64 } from '../protocol/eui64.ts';
import { WHOLE, wordOf } from '../protocol/plain-entries.ts';
import {
  DEVICE_STATUSES,
  type DeviceCohort,
  type DeviceInventory,
  type DeviceStatus,
} from './inventory.ts';

export const STATUSES_STATE = Type.Array(
  Type.Object({ device: WHOLE, status: wordOf(DEVICE_STATUSES) }),
);
export type StatusesState = Static<typeof STATUSES_STATE>;

export class DeviceRegister implements DeviceInventory {
  readonly #inventory: DeviceInventory;
  /** Only devices whose status is no longer that of their cohort. */
  readonly #changed = new Map<number, DeviceStatus>();

  constructor(inventory: DeviceInventory) {
    this.#inventory = inventory;
  }

  get deviceCount(): number {
    return this.#inventory.deviceCount;
  }

  find(high: number, low: number): number {
    return this.#inventory.find(high, low);
  }

  eui64Of(device: number): Eui64 {
    return this.#inventory.eui64Of(device);
  }

  deviceId(device: number): string {
    return this.#inventory.deviceId(device);
  }

  cohortOf(device: number): DeviceCohort {
    return this.#inventory.cohortOf(device);
  }

  startsScheduled(device: number): boolean {
    return this.#inventory.startsScheduled(device);
  }

  statusOf(device: number): DeviceStatus {
    return this.#changed.get(device) ?? this.#inventory.cohortOf(device).deviceStatus;
  }

  /** The statuses that have been changed. */
  state(): StatusesState {
    return [...this.#changed].map(([device, status]) => ({ device, status }));
  }

  setStatus(device: number, status: DeviceStatus): void {
    if (status === this.#inventory.cohortOf(device).deviceStatus) this.#changed.delete(device);
    else this.#changed.set(device, status);
  }
}
