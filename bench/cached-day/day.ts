// What a cache holds of one ESME after a day of settlement: yesterday's half hours of import and
// export with both midnights, and the two daily reads. The same figures go into every contender.

import type { DailyRead, Profile } from '../../gateway/protocol/log-entries.ts';
import type { BankDevices } from '../../gateway/s1sp/bank-ranges.ts';

export const NOW_SECONDS = Date.UTC(2026, 10, 23, 9) / 1000;
export const ENTRIES = 49;

const DAY_SECONDS = 86_400;
const MIDNIGHT = Math.floor(NOW_SECONDS / DAY_SECONDS) * DAY_SECONDS;
/** Half hours of the two midnights. */
export const TO = MIDNIGHT / 1800;
export const FROM = TO - ENTRIES + 1;
/** Days of the two midnights. */
export const TO_DAY = MIDNIGHT / DAY_SECONDS;
export const FROM_DAY = TO_DAY - 1;

export const DEVICE_HIGH = 0x90b3d51f;
export const FIRST_DEVICE_LOW = 0x40000000;

/** Devices 0 to `count` − 1, as a bank of the cache numbers them. */
export function bankDevices(count: number): BankDevices {
  return { firstDeviceId: { high: DEVICE_HIGH, low: FIRST_DEVICE_LOW }, count, index: 0 };
}

/** Wh of a half hour: different for every device, small enough to look like a home. */
export function wh(device: number, row: number, column: number): number {
  return (device * 31 + row * 17 + column * 7) % 1500;
}

const columns = [0, 1, 2].map(() => new Uint32Array(ENTRIES));

function profile(device: number, first: number, count: number): Profile {
  const used = columns.slice(first, first + count);
  used.forEach((column, i) => {
    for (let row = 0; row < ENTRIES; row++) column[row] = wh(device, row, first + i);
  });
  return { firstHalfHour: FROM, count: ENTRIES, columns: used };
}

/** One column; valid until the next call. */
export function importProfile(device: number): Profile {
  return profile(device, 0, 1);
}

/** Active and reactive export; valid until the next call. */
export function exportProfile(device: number): Profile {
  return profile(device, 1, 2);
}

export function dailyReads(device: number): DailyRead[] {
  return [FROM_DAY, TO_DAY].map((day, i) => ({
    timestamp: day * DAY_SECONDS,
    elecActiveImportRegisterConsumption: 1_000_000 + device + i * 9000,
    tariffTOURegisterMatrixValue: [1, 2, 3, 4].map((tou) => 250_000 + device + tou * i * 900),
  }));
}
