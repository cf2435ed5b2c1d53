// The inventory as it stands now: what the fleet says of its devices, and the statuses that have
// been changed since [domain §6 DeviceStatus].

import type { DevicesAside } from '../in-flight.ts';
import type { Eui64 } from '../protocol/eui64.ts';
import { WHOLE, wordOf } from '../protocol/plain-entries.ts';
import { type Static, Type } from '../protocol/schema.ts';
import {
  DEVICE_STATUSES,
  type DeviceCohort,
  type DeviceInventory,
  type DeviceRange,
  type DeviceStatus,
} from './inventory.ts';

export const STATUSES_STATE = Type.Array(
  Type.Object({ device: WHOLE, status: wordOf(DEVICE_STATUSES) }),
);
export type StatusesState = Static<typeof STATUSES_STATE>;

export class DeviceRegister implements DeviceInventory {
  readonly #inventory: DeviceInventory;
  readonly #asides: DevicesAside | undefined;
  /** Only devices whose status has ever been changed, be it back to that of their cohort. */
  readonly #changed = new Map<number, DeviceStatus>();

  /** Devices that are no longer Commissioned are answered with care: they are set aside. */
  constructor(inventory: DeviceInventory, asides?: DevicesAside) {
    this.#inventory = inventory;
    this.#asides = asides;
  }

  get deviceCount(): number {
    return this.#inventory.deviceCount;
  }

  get ranges(): readonly DeviceRange[] {
    return this.#inventory.ranges;
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
    const wasAside = isOutOfService(this.#changed.get(device));
    this.#changed.set(device, status);
    if (isOutOfService(status) === wasAside) return;
    const { high, low } = this.eui64Of(device);
    if (wasAside) this.#asides?.remove(high, low);
    else this.#asides?.add(high, low);
  }
}

/** A device of which no change is known has been set aside by nobody. */
function isOutOfService(changed: DeviceStatus | undefined): boolean {
  return changed !== undefined && changed !== 'Commissioned';
}
