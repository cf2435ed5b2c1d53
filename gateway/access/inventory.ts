// The Smart Metering Inventory as the gateway needs it. Devices are known by their place in it, a
// number from 0; identifiers are looked up once per request. The fleet implements it.

import type { Eui64 } from '../protocol/eui64.ts';
import type { DeviceType, UserRole } from '../protocol/service-reference.ts';

/** DeviceStatus [DUIS-XSD]. Only a Commissioned device is read. */
export const DEVICE_STATUSES = [
  'Pending',
  'Whitelisted',
  'InstalledNotCommissioned',
  'Commissioned',
  'Decommissioned',
  'Withdrawn',
  'Suspended',
  'Recovery',
  'Recovered',
] as const;
export type DeviceStatus = (typeof DEVICE_STATUSES)[number];

/**
 * `delete`: half hours up to the RestrictionDateTime are gone for everyone; `restrict`, `none`:
 * only the householder is concerned, and nothing changes for the S1SP [decision R18 to R21].
 */
export const COT_MODES = ['delete', 'restrict', 'none'] as const;
export type CotMode = (typeof COT_MODES)[number];

/** What all devices of a cohort have in common. */
export interface DeviceCohort {
  readonly name: string;
  readonly deviceType: DeviceType;
  readonly deviceStatus: DeviceStatus;
  /** DateCommissioned, days since the epoch. */
  readonly commissionedDay: number;
  readonly twinElement: boolean;
  /** A GSME whose half hours cannot be read more than a day at a time [AM 18.22(f)]. */
  readonly readHoursMax?: 24;
  /** What Restrict Access for Change of Tenancy does to its logs; absent: `delete`. */
  readonly cotMode?: CotMode;
  /** EUI-64s in upper case; absent: every Party of a fitting role may ask. */
  readonly registeredParties?: ReadonlySet<string>;
}

/** Devices of a cohort: their numbers follow one another, and so do their identifiers. */
export interface DeviceRange {
  readonly firstDevice: number;
  readonly count: number;
  readonly firstDeviceId: Eui64;
}

export interface DeviceInventory {
  readonly deviceCount: number;
  /** All devices, cohort by cohort. */
  readonly ranges: readonly DeviceRange[];
  /** Place of the device with this EUI-64, or −1. */
  find(high: number, low: number): number;
  /** EUI-64 in its two halves. */
  eui64Of(device: number): Eui64;
  /** The same as text, in upper case. */
  deviceId(device: number): string;
  cohortOf(device: number): DeviceCohort;
  /** Whether the fleet file or `--schedules` gives this device the three default DSP Schedules. */
  startsScheduled(device: number): boolean;
}

/** A DCC User [contract §6]. */
export interface Party {
  /** EUI-64 in upper case. */
  readonly id: string;
  readonly name: string;
  readonly roles: readonly UserRole[];
  readonly token?: string;
  readonly responseUrl?: string;
  readonly status: 'active' | 'suspended';
}
