// A bank of gas meters for tests, and the oracle of what they count: sums of half hours.

import { MeterBank, type MeterBankOptions } from '../../emulator/meter-bank.ts';
import { type GasModelName, gasModelOf } from '../../emulator/meters/gas-models.ts';
import {
  formatSeconds,
  HALF_HOUR_SECONDS,
  parseDateTime,
} from '../../gateway/protocol/half-hours.ts';
import type { GasDailyRead } from '../../gateway/protocol/log-entries.ts';

export const COMMISSIONED = parseDateTime('2023-06-01T00:00:00Z');

export function openBank(
  name: GasModelName = 'gas',
  options: Partial<MeterBankOptions> = {},
): MeterBank {
  return new MeterBank({
    model: gasModelOf(name),
    meterCount: 40,
    seed: 1,
    firstMeter: 0,
    commissionedSeconds: COMMISSIONED,
    solarShare: 0,
    ...options,
  });
}

/** Litres between two times, out of the half hours. */
export function litres(bank: MeterBank, meter: number, from: string, to: string, now = to): number {
  const start = parseDateTime(from) + HALF_HOUR_SECONDS;
  const profile = bank.readProfile(meter, '4.8.1', start, parseDateTime(to), parseDateTime(now));
  return sum(Array.from(profile?.columns[0] ?? []));
}

export function stamps(bank: MeterBank, from: string, to: string, now: string): string[] {
  const reads = bank.readGasDailyReadLog(
    3,
    parseDateTime(from),
    parseDateTime(to),
    parseDateTime(now),
  );
  return reads.map(({ timestamp }) => formatSeconds(timestamp));
}

export function only(bank: MeterBank, at: string, now = at, meter = 3): GasDailyRead {
  const [read, ...rest] = bank.readGasDailyReadLog(
    meter,
    parseDateTime(at),
    parseDateTime(at),
    parseDateTime(now),
  );
  if (read === undefined || rest.length > 0) throw new Error(`not one read at ${at}`);
  return read;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
