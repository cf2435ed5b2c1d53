// The door to a bank of meters: what it hands out, what it refuses, and the replay of a recording,
// against a plain repetition of the same half hours.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Recording } from '../../emulator/half-hourly-csv.ts';
import { MeterBank, type MeterBankOptions } from '../../emulator/meter-bank.ts';
import { METER_MODELS } from '../../emulator/meters/models.ts';
import { parseDateTime } from '../../gateway/protocol/half-hours.ts';
import { NO_ENTRY } from '../../gateway/protocol/log-entries.ts';
import type { CoreBuild } from '../../gateway/s1sp/core.ts';

const DAY = 86_400;
const COMMISSIONED = parseDateTime('2019-06-01T00:00:00Z');
const NOW = parseDateTime('2026-11-23T09:00:00Z');
const MIDNIGHT = parseDateTime('2026-11-23T00:00:00Z');
const BUILDS: CoreBuild[] = ['release', 'debug'];

function openBank(options: Partial<MeterBankOptions> = {}): MeterBank {
  return new MeterBank({
    model: METER_MODELS['single-element'],
    meterCount: 10,
    seed: 1,
    firstMeter: 0,
    commissionedSeconds: COMMISSIONED,
    solarShare: 0,
    ...options,
  });
}

describe('what it hands out', () => {
  test('midnight to midnight holds 49 stamps of each log, and two daily reads', () => {
    const bank = openBank();
    for (const srv of ['4.8.1', '4.8.2', '4.8.3'] as const) {
      const profile = bank.readProfile(3, srv, MIDNIGHT - DAY, MIDNIGHT, NOW);
      expect(profile).toMatchObject({ firstHalfHour: (MIDNIGHT - DAY) / 1800, count: 49 });
      expect(profile?.columns.map((column) => column.length)).toEqual(
        { '4.8.1': [49], '4.8.2': [49], '4.8.3': [49, 49] }[srv],
      );
    }
    const stamps = bank.readDailyReadLog(3, MIDNIGHT - DAY, MIDNIGHT, NOW);
    expect(stamps.map(({ timestamp }) => timestamp)).toEqual([MIDNIGHT - DAY, MIDNIGHT]);
    expect(Object.keys(stamps[0] ?? {})).toEqual([
      'timestamp',
      'elecActiveImportRegisterConsumption',
      'tariffTOURegisterMatrixValue',
    ]);
  });

  test('the arrays are copies: the next read does not change them', () => {
    const bank = openBank();
    const first = bank.readProfile(3, '4.8.1', MIDNIGHT - DAY, MIDNIGHT, NOW);
    const kept = first?.columns.map((column) => [...column]);
    bank.readProfile(4, '4.8.1', 0, NOW, NOW);
    expect(first?.columns.map((column) => [...column])).toEqual(kept);
    // A piece of a small pool: whoever keeps them does not keep the bank's memory.
    expect(first?.columns[0]?.buffer.byteLength).toBeLessThanOrEqual(8192);
  });

  test('a home reads the same in a twin-element model, with one more column', () => {
    const [single, twin] = [openBank(), openBank({ model: METER_MODELS['twin-element'] })];
    const read = (bank: MeterBank) => bank.readProfile(2, '4.8.1', MIDNIGHT - DAY, MIDNIGHT, NOW);
    expect(read(twin)?.columns).toHaveLength(2);
    expect(read(twin)?.columns[0]).toEqual(read(single)?.columns[0]);
    const daily = twin.readDailyReadLog(2, MIDNIGHT, MIDNIGHT, NOW)[0];
    const registers = twin.registers(2, MIDNIGHT / 1800);
    expect(daily).toEqual({
      timestamp: MIDNIGHT,
      elecActiveImportRegisterConsumption: registers.activeImportWh,
      tariffTOURegisterMatrixValue: registers.touWh,
      secondaryActiveImportRegisterConsumption: registers.secondaryImportWh,
      secondaryTariffTOURegisterMatrixValue: registers.secondaryTouWh,
    });
    expect(single.registers(2, MIDNIGHT / 1800)).not.toHaveProperty('secondaryTouWh');
  });

  test.each([
    ['single-element', 19_056, 31],
    ['secure-like', 18_960, 31],
    ['short-daily-log', 19_056, 14],
  ] as const)('%s: a full log has %i half hours and %i daily reads', (name, entries, reads) => {
    const bank = openBank({ model: METER_MODELS[name] });
    expect(bank.readProfile(0, '4.8.1', 0, NOW, NOW)?.count).toBe(entries);
    expect(bank.readDailyReadLog(0, 0, NOW, NOW)).toHaveLength(reads);
  });

  test('a late daily read bears 00:00:07', () => {
    const bank = openBank({ model: METER_MODELS['late-daily-read'] });
    const [read] = bank.readDailyReadLog(0, MIDNIGHT, MIDNIGHT + 60, NOW);
    expect(read?.timestamp).toBe(MIDNIGHT + 7);
    expect(bank.readDailyReadLog(0, MIDNIGHT, MIDNIGHT, NOW)).toEqual([]);
  });

  test('solarShare 0 generates nowhere, 1 everywhere', () => {
    const at = MIDNIGHT / 1800;
    const exported = (bank: MeterBank): number[] =>
      Array.from({ length: 10 }, (_, number) => bank.registers(number, at).activeExportWh);
    expect(exported(openBank())).toEqual(Array(10).fill(0));
    expect(Math.min(...exported(openBank({ solarShare: 1 })))).toBeGreaterThan(1_000_000);
  });

  test('a million meters cost 16 bytes each beside what any bank has', () => {
    const one = openBank({ meterCount: 256 });
    const million = openBank({ meterCount: 1_000_000 });
    expect((million.memoryBytes - one.memoryBytes) / 999_744).toBeLessThan(17);
    expect(million.readProfile(999_999, '4.8.1', MIDNIGHT - DAY, MIDNIGHT, NOW)?.count).toBe(49);
  });
});

describe('what it refuses', () => {
  test.each([
    ['no meters', { meterCount: 0 }],
    ['half a meter', { meterCount: 1.5 }],
    ['a seed of 33 bits', { seed: 2 ** 32 }],
    ['a commissioning within a day', { commissionedSeconds: COMMISSIONED + 1 }],
    ['a share of 2', { solarShare: 2 }],
    ['more real meters than meters', { realMeterCount: 11 }],
    ['more than 2 GiB', { meterCount: 1_000_000, realMeterCount: 100_000 }],
    ['too much energy', { recording: { firstHalfHour: 1, wh: new Uint32Array(9).fill(1e9) } }],
  ] satisfies [string, Partial<MeterBankOptions>][])('%s', (_, options) => {
    expect(() => openBank(options)).toThrow(RangeError);
  });

  test('a meter that the bank does not have', () => {
    const bank = openBank();
    expect(() => bank.readProfile(10, '4.8.1', 0, NOW, NOW)).toThrow('no meter 10');
    expect(() => bank.readDailyReadLog(-1, 0, NOW, NOW)).toThrow('no meter -1');
    expect(() => bank.makeReal(10, NOW)).toThrow('no meter 10');
    expect(() => bank.isReal(10)).toThrow('no meter 10');
    expect(() => bank.setEntry(10, '4.8.1', 1, 1)).toThrow('no meter 10');
    expect(() => bank.registers(10, 1)).toThrow('no meter 10');
  });

  test('an entry that is no 32-bit number', () => {
    const bank = openBank();
    bank.makeReal(0, NOW);
    for (const value of [-1, 1.5, 2 ** 32, Number.NaN]) {
      expect(() => bank.setEntry(0, '4.8.1', MIDNIGHT / 1800, value)).toThrow(RangeError);
    }
    expect(() => bank.setDailyRead(0, MIDNIGHT / DAY, 0, -1)).toThrow(RangeError);
  });
});

test('changes show in the log of one meter at one place, and nowhere in the registers', () => {
  const [bank, other] = [openBank(), openBank()];
  const at = MIDNIGHT / 1800;
  expect(bank.setEntry(0, '4.8.1', at, 5)).toBe(false);
  bank.makeReal(0, NOW);
  expect(bank.setEntry(0, '4.8.1', at, 54_321)).toBe(true);
  expect(bank.eraseEntry(0, '4.8.3', at)).toBe(true);
  expect(bank.setDailyRead(0, MIDNIGHT / DAY, 1, 77)).toBe(true);
  expect(bank.eraseDailyRead(0, MIDNIGHT / DAY - 1)).toBe(true);
  const read = (from: MeterBank, srv: '4.8.1' | '4.8.3') =>
    from.readProfile(0, srv, MIDNIGHT - DAY, MIDNIGHT + 1800, NOW)?.columns.map((c) => [...c]);
  const imported = read(other, '4.8.1');
  expect(read(bank, '4.8.1')).toEqual(imported?.map((c) => c.with(48, 54_321)));
  expect(read(bank, '4.8.3')).toEqual(read(other, '4.8.3')?.map((c) => c.with(48, NO_ENTRY)));
  const reads = bank.readDailyReadLog(0, MIDNIGHT - DAY, MIDNIGHT, NOW);
  expect(reads.map(({ timestamp }) => timestamp)).toEqual([MIDNIGHT]);
  expect(reads[0]?.tariffTOURegisterMatrixValue[0]).toBe(77);
  expect(bank.registers(0, at)).toEqual(other.registers(0, at));
  expect(bank.readProfile(1, '4.8.1', 0, NOW, NOW)).toEqual(
    other.readProfile(1, '4.8.1', 0, NOW, NOW),
  );
});

describe.each(BUILDS)('a recording, in the %s build', (build) => {
  /** The Wh that a plain repetition gives at `halfHour`; NO_ENTRY for a gap. */
  function replayed({ firstHalfHour, wh }: Recording, halfHour: number): number {
    const since = halfHour - firstHalfHour;
    if (since >= 0 && since < wh.length) return wh[since] ?? NO_ENTRY;
    const period = Math.max(Math.floor(wh.length / 336), 1) * 336;
    return wh[((since % period) + period) % period] ?? NO_ENTRY;
  }

  const reading = fc.oneof({ weight: 8, arbitrary: fc.nat(3000) }, fc.constant(NO_ENTRY));
  const recordings = fc.record({
    /** Half hours from commissioning to the first entry. */
    ahead: fc.integer({ min: -2000, max: 3000 }),
    wh: fc.oneof(
      fc.array(reading, { minLength: 1, maxLength: 400, size: 'max' }),
      fc.array(reading, { minLength: 670, maxLength: 1200, size: 'max' }),
    ),
  });

  test('is itself inside its dates, whole weeks of itself outside, and its gaps stay', () => {
    fc.assert(
      fc.property(recordings, fc.nat(4000), fc.boolean(), ({ ahead, wh }, age, real) => {
        const start = COMMISSIONED / 1800;
        const recording = { firstHalfHour: start + ahead, wh: Uint32Array.from(wh) };
        const model = METER_MODELS['twin-element'];
        const bank = openBank({ recording, build, model, solarShare: 1 });
        const newest = start + 1 + age;
        if (real) bank.makeReal(1, newest * 1800);
        const rows = Array.from({ length: age + 1 }, (_, i) => replayed(recording, start + 1 + i));
        const first = rows.findIndex((value) => value !== NO_ENTRY);
        const last = rows.findLastIndex((value) => value !== NO_ENTRY);
        const held = first < 0 ? [] : rows.slice(first, last + 1);
        const profile = bank.readProfile(1, '4.8.1', 0, newest * 1800, newest * 1800);
        const secondary = held.map((value) => (value === NO_ENTRY ? NO_ENTRY : 0));
        expect(profile?.columns.map((c) => [...c]) ?? [[], []]).toEqual([held, secondary]);
        if (profile !== null) expect(profile.firstHalfHour).toBe(start + 1 + first);
        const counted = rows.reduce((sum, value) => sum + (value === NO_ENTRY ? 0 : value), 0);
        const registers = bank.registers(1, newest);
        expect(registers.activeImportWh).toBe(counted);
        expect(registers.touWh.reduce((a, b) => a + b, 0)).toBe(counted);
        expect([registers.secondaryImportWh, registers.activeExportWh]).toEqual([0, 0]);
        const exported = bank.readProfile(1, '4.8.3', 0, newest * 1800, newest * 1800);
        expect(exported?.count).toBe(Math.min(age + 1, 4464));
        expect(exported?.columns.flatMap((c) => [...c]).every((value) => value === 0)).toBe(true);
        const reactive = bank.readProfile(1, '4.8.2', 0, newest * 1800, newest * 1800);
        const sum = reactive?.columns[0]?.reduce((a, b) => (b === NO_ENTRY ? a : a + b), 0) ?? 0;
        expect(sum).toBe(registers.reactiveImportVarh);
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  test('its TOU registers count by the hour of the day', () => {
    const wh = Uint32Array.from({ length: 336 }, () => 1);
    const recording = { firstHalfHour: COMMISSIONED / 1800 - 1000, wh };
    const bank = openBank({ recording, build });
    const start = COMMISSIONED / 1800;
    expect(bank.registers(0, start + 48).touWh).toEqual([14, 18, 8, 8]);
    expect(bank.registers(0, start + 15).touWh).toEqual([14, 1, 0, 0]);
    expect(bank.registers(0, start + 41).touWh).toEqual([14, 18, 8, 1]);
    expect(bank.registers(0, start + 48_000).touWh).toEqual([14_000, 18_000, 8000, 8000]);
    const [read] = bank.readDailyReadLog(0, MIDNIGHT, MIDNIGHT, NOW);
    expect(read?.elecActiveImportRegisterConsumption).toBe((MIDNIGHT - COMMISSIONED) / 1800);
  });
});
