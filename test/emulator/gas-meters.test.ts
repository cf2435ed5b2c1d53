// What gas meters count, and that their logs are the same computed and written out.

import { describe, expect, test } from 'vitest';
import type { MeterBank } from '../../emulator/meter-bank.ts';
import { GAS_MODEL_NAMES, gasModelOf } from '../../emulator/meters/gas-models.ts';
import { METER_MODELS } from '../../emulator/meters/models.ts';
import {
  DAY_SECONDS,
  HALF_HOUR_SECONDS,
  parseDate,
  parseDateTime,
} from '../../gateway/protocol/half-hours.ts';
import type { CoreBuild } from '../../gateway/s1sp/core.ts';
import { COMMISSIONED, litres, only, openBank, stamps, sum } from './gas-bank.ts';

const BUILDS: CoreBuild[] = ['release', 'debug'];

describe.each(BUILDS)('gas load in the %s build', (build) => {
  const bank = openBank('gas', { build });

  test('the half hours between two stamps are the difference of the register, band by band', () => {
    for (let meter = 0; meter < 40; meter++) {
      const from = parseDateTime('2024-01-20T00:00:00Z') / HALF_HOUR_SECONDS;
      const to = from + 48 * 20;
      const before = bank.gasRegisters(meter, from);
      const after = bank.gasRegisters(meter, to);
      const used = litres(bank, meter, '2024-01-20T00:00:00Z', '2024-02-09T00:00:00Z');
      expect(after.gasActiveImportLitres - before.gasActiveImportLitres).toBe(used);
      expect(sum(after.touLitres)).toBe(after.gasActiveImportLitres);
      expect(Number.isInteger(used) && used > 0).toBe(true);
    }
  });

  test('homes take 300 to 2,600 m³ a year, in January four times as much as in July', () => {
    for (let meter = 0; meter < 40; meter++) {
      const year = litres(bank, meter, '2023-07-01T00:00:00Z', '2024-07-01T00:00:00Z');
      expect(year).toBeGreaterThan(300_000);
      expect(year).toBeLessThan(2_600_000);
      const january = litres(bank, meter, '2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z');
      const july = litres(bank, meter, '2023-07-01T00:00:00Z', '2023-08-01T00:00:00Z');
      expect(january / july).toBeGreaterThan(4);
      expect(july).toBeGreaterThan(0);
    }
  });

  test('a winter day has its peaks before breakfast and after work, and a quiet night', () => {
    const hours = new Array<number>(24).fill(0);
    const [from, to] = ['2024-01-01T00:30:00Z', '2024-02-01T00:00:00Z'].map(parseDateTime);
    for (let meter = 0; meter < 40; meter++) {
      const profile = bank.readProfile(meter, '4.8.1', from as number, to as number, to as number);
      profile?.columns[0]?.forEach((value, row) => {
        const hour = Math.floor((row % 48) / 2);
        hours[hour] = (hours[hour] ?? 0) + value;
      });
    }
    const mean = sum(hours) / 24;
    const [three = 0, seven = 0, thirteen = 0, eighteen = 0] = [3, 7, 13, 18].map((h) => hours[h]);
    expect(three).toBeLessThan(mean / 4);
    expect(seven).toBeGreaterThan(1.5 * mean);
    expect(eighteen).toBeGreaterThan(1.5 * mean);
    expect(thirteen).toBeLessThan(mean);
  });

  test('a meter made real reads as before, and a hundred days later as one that is not', () => {
    const real = openBank('gas-2300-snapshot-resets-block-counters', { build, realMeterCount: 1 });
    const computed = openBank('gas-2300-snapshot-resets-block-counters', { build });
    const made = parseDateTime('2024-03-01T12:00:00Z');
    expect(real.makeReal(3, made)).toBe(true);
    for (let now = made; now < made + 100 * DAY_SECONDS; now += 5 * 3600 + 7) {
      const daily = (bank: MeterBank) => bank.readGasDailyReadLog(3, 0, 4e9, now);
      expect(daily(real)).toEqual(daily(computed));
    }
    const whole = (bank: MeterBank) => bank.readProfile(3, '4.8.1', 0, 4e9, made + 8.7e6);
    expect(whole(real)).toEqual(whole(computed));
    expect(whole(real)?.count).toBeGreaterThan(14_000);
  });

  test('of a meter made real a half hour and a daily read can be changed and taken away', () => {
    const bank = openBank('gas', { build });
    const now = parseDateTime('2024-01-10T09:00:00Z');
    bank.makeReal(3, now);
    const day = parseDate('2024-01-10');
    expect(bank.setEntry(3, '4.8.1', day * 48, 7777)).toBe(true);
    expect(bank.readProfile(3, '4.8.1', day * 86_400, day * 86_400, now)?.columns[0]).toEqual(
      Uint32Array.of(7777),
    );
    expect(bank.setDailyRead(3, day, 6, 42)).toBe(true);
    expect(only(bank, '2024-01-10T00:00:00Z', '2024-01-10T09:00:00Z')).toMatchObject({
      tariffBlockCounterMatrix: [42, 0, 0, 0],
    });
    expect(bank.eraseDailyRead(3, day)).toBe(true);
    expect(stamps(bank, '2024-01-10T00:00:00Z', '2024-01-10T09:00:00Z', '2024-01-10T09:00:00Z')) //
      .toEqual([]);
  });

  test('no reactive import and no export is logged', () => {
    const now = parseDateTime('2024-01-10T09:00:00Z');
    expect(bank.readProfile(3, '4.8.2', 0, now, now)).toBeNull();
    expect(bank.readProfile(3, '4.8.3', 0, now, now)).toBeNull();
  });

  test('the core refuses a gas model that is none', () => {
    const refused = (change: object) => () =>
      openBank('gas', { build, model: { ...gasModelOf('gas'), ...change } });
    const traits = gasModelOf('gas').gas;
    expect(refused({ gas: { ...traits, billingDay: 0 } })).toThrow('no meter can be of the model');
    expect(refused({ gas: { ...traits, billingDay: 29 } })).toThrow(RangeError);
    expect(refused({ gas: { ...traits, billingDay: 1.5 } })).toThrow(RangeError);
    expect(refused({ gas: { ...traits, billingDay: 28 } })).not.toThrow();
    expect(refused({ twinElement: true })).toThrow(RangeError);
    expect(refused({ exportCapacity: 1 })).toThrow(RangeError);
    expect(refused({ reactiveImportCapacity: 1 })).toThrow(RangeError);
    const recording = { firstHalfHour: 900_000, wh: Uint32Array.of(1) };
    expect(() => openBank('gas', { build, recording })).toThrow(RangeError);
  });
});

test('UTC logs hold 48 half hours on clock-change days too, of electricity and of gas', () => {
  const electricity = openBank('gas', { model: METER_MODELS['single-element'] });
  for (const bank of [electricity, openBank('gas-2300-snapshot')]) {
    for (const date of ['2024-03-31', '2024-10-27', '2024-06-15']) {
      const day = parseDate(date) * DAY_SECONDS;
      const read = bank.readProfile(3, '4.8.1', day + 1, day + DAY_SECONDS, day + DAY_SECONDS);
      expect(read?.firstHalfHour).toBe(day / HALF_HOUR_SECONDS + 1);
      expect(read?.columns[0]).toHaveLength(48);
      expect(read?.columns[0]).not.toContain(0xffff_ffff);
    }
  }
});

test('every gas model is what it is called, and gives at most 31 daily reads', () => {
  expect(GAS_MODEL_NAMES).toEqual([
    'gas',
    'gas-2300-snapshot',
    'gas-24-hours',
    'gas-resets-block-counters',
    'gas-late-daily',
    'gas-2300-snapshot-24-hours',
    'gas-2300-snapshot-resets-block-counters',
    'gas-2300-snapshot-late-daily',
  ]);
  for (const name of GAS_MODEL_NAMES) {
    const model = gasModelOf(name);
    expect(model.name).toBe(name);
    expect(model.gas.snapshotsAt2300).toBe(name.includes('2300'));
    expect(model.gas.readHoursMax).toBe(name.includes('24-hours') ? 24 : undefined);
    expect(model.gas.resetsBlockCounters).toBe(name.includes('resets'));
    expect(model.dailyReadDelaySeconds).toBe(name.includes('late') ? 7 : 0);
    expect(openBank(name).readGasDailyReadLog(0, 0, 4e9, COMMISSIONED + 9e6)).toHaveLength(31);
  }
});
