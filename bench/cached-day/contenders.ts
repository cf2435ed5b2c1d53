// The memory core's cache bank and what anybody would write first in its place: a `Map` by EUI-64,
// with typed arrays or with plain ones. They do the same work: find, check the age, copy 49 values.

import { eui64HalfAt, formatEui64 } from '../../gateway/protocol/eui64.ts';
import { CacheBank } from '../../gateway/s1sp/cache-bank.ts';
import { CACHE_SECONDS_MAX } from '../../gateway/s1sp/data-cache.ts';
import {
  bankDevices,
  DEVICE_HIGH,
  dailyReads,
  ENTRIES,
  exportProfile,
  FIRST_DEVICE_LOW,
  FROM,
  FROM_DAY,
  importProfile,
  NOW_SECONDS,
  TO,
  TO_DAY,
} from './day.ts';

export const CONTENDERS = ['core', 'typed arrays', 'plain arrays'] as const;
export type ContenderName = (typeof CONTENDERS)[number];

/** A cache that was filled with the day of devices 0 to some number. */
export interface CachedDays {
  /** Devices that are cached, counted by the cache itself. */
  readonly devices: number;
  /** Readings that are cached. */
  readonly readings: number;
  /** Bytes an ESME by the contender's own account; NaN where it has none. */
  readonly bytesEach: number;
  /** Yesterday's import of a device, asked for by its EUI-64 as text; 0 entries on a miss. */
  lookUp(deviceId: string): { readonly count: number; readonly values: Uint32Array };
}

/** `whole`: import, export and daily reads; otherwise import only. */
export function fill(name: ContenderName, devices: number, whole: boolean): CachedDays {
  if (name === 'core') return fillCore(devices, whole);
  return fillMap(devices, whole, name === 'typed arrays');
}

function fillCore(devices: number, whole: boolean): CachedDays {
  const bank = new CacheBank(devices, false, [bankDevices(devices)]);
  for (let device = 0; device < devices; device++) {
    const low = FIRST_DEVICE_LOW + device;
    const half = (ring: 'import' | 'export', profile = importProfile(device)) =>
      bank.storeProfile(DEVICE_HIGH, low, ring, FROM, TO, profile, NOW_SECONDS);
    half('import');
    if (!whole) continue;
    half('export', exportProfile(device));
    bank.storeDaily(DEVICE_HIGH, low, FROM_DAY, TO_DAY, 0, dailyReads(device), NOW_SECONDS);
  }
  const nothing = new Uint32Array(0);
  return {
    devices: bank.devices,
    readings: bank.entries,
    bytesEach: bank.bytesInUse / bank.devices,
    lookUp(deviceId) {
      const high = eui64HalfAt(deviceId, 0);
      const low = eui64HalfAt(deviceId, 12);
      const found = bank.lookUpProfile(high, low, 'import', FROM, TO, NOW_SECONDS);
      if (found.result !== 'hit') return { count: 0, values: nothing };
      return { count: found.profile.count, values: found.profile.columns[0] ?? nothing };
    },
  };
}

interface DailyEntry {
  timestamp: number;
  register: number;
  tou: Uint32Array | number[];
}

interface MapEntry {
  readonly storedSeconds: number;
  readonly firstHalfHour: number;
  readonly imported: Uint16Array | number[];
  readonly exported: readonly (Uint16Array | number[])[];
  readonly daily: readonly DailyEntry[];
}

function fillMap(devices: number, whole: boolean, typed: boolean): CachedDays {
  const column = (values: Uint32Array) => (typed ? Uint16Array.from(values) : Array.from(values));
  const days = new Map<string, MapEntry>();
  let readings = 0;
  for (let device = 0; device < devices; device++) {
    const exported = whole ? exportProfile(device).columns : [];
    const daily = whole ? dailyReads(device) : [];
    const entry: MapEntry = {
      storedSeconds: NOW_SECONDS,
      firstHalfHour: FROM,
      imported: column(importProfile(device).columns[0] ?? new Uint32Array(0)),
      exported: exported.map(column),
      daily: daily.map((read) => ({
        timestamp: read.timestamp,
        register: read.elecActiveImportRegisterConsumption,
        tou: typed
          ? Uint32Array.from(read.tariffTOURegisterMatrixValue)
          : read.tariffTOURegisterMatrixValue,
      })),
    };
    days.set(formatEui64(DEVICE_HIGH, FIRST_DEVICE_LOW + device), entry);
    readings += entry.imported.length + (exported[0]?.length ?? 0) + daily.length;
  }
  const values = new Uint32Array(ENTRIES);
  return {
    devices: days.size,
    readings,
    bytesEach: Number.NaN,
    lookUp(deviceId) {
      const entry = days.get(deviceId);
      if (entry === undefined || NOW_SECONDS - entry.storedSeconds >= CACHE_SECONDS_MAX) {
        return { count: 0, values };
      }
      const { imported, firstHalfHour } = entry;
      let count = 0;
      for (let h = FROM; h <= TO; h++) values[count++] = imported[h - firstHalfHour] ?? 0;
      return { count, values };
    },
  };
}
