// The edges of a meter's logs, one by one: first entry, full ring, period bounds, gaps, late reads,
// and where an entry lies.

import { describe, expect, test } from 'vitest';
import { MeterBank } from '../../emulator/meter-bank.ts';
import { METER_MODELS, type MeterModel } from '../../emulator/meters/models.ts';
import { NO_ENTRY, type Profile } from '../../gateway/protocol/log-entries.ts';
import { instantiateCore } from '../../gateway/s1sp/core.ts';

const DAY = 86_400;
/** 2019-06-01T00:00:00Z. */
const COMMISSIONED = 1_559_347_200;
const COMMISSIONED_DAY = COMMISSIONED / DAY;
const FIRST_STAMP = COMMISSIONED / 1800 + 1;
const SRVS = ['4.8.1', '4.8.2', '4.8.3'] as const;

/** Rings of prime lengths that wrap within days. */
const TINY: MeterModel = {
  ...METER_MODELS['twin-element'],
  name: 'tiny',
  activeImportCapacity: 97,
  reactiveImportCapacity: 53,
  exportCapacity: 61,
  dailyReadCapacity: 5,
  dailyReadDelaySeconds: 7,
};

function openBank(model: MeterModel): MeterBank {
  return new MeterBank({
    model,
    meterCount: 4,
    seed: 11,
    firstMeter: 0,
    commissionedSeconds: COMMISSIONED,
    solarShare: 0.5,
  });
}

describe('the edges of a log', () => {
  const all = (bank: MeterBank, now: number): Profile | null =>
    bank.readProfile(0, '4.8.1', 0, now + DAY, now);

  test('nothing before the first half hour has ended, one entry after it', () => {
    const bank = openBank(TINY);
    for (const now of [COMMISSIONED - 1800, COMMISSIONED, COMMISSIONED + 1799]) {
      expect(all(bank, now)).toBeNull();
      expect(bank.readDailyReadLog(0, 0, now, now)).toEqual([]);
    }
    expect(all(bank, COMMISSIONED + 1800)).toMatchObject({ firstHalfHour: FIRST_STAMP, count: 1 });
  });

  test.each([false, true])('capacity − 1, capacity, capacity + 1 (made real: %s)', (real) => {
    const bank = openBank(TINY);
    if (real) bank.makeReal(0, COMMISSIONED);
    expect(all(bank, COMMISSIONED + 96 * 1800)).toMatchObject({
      firstHalfHour: FIRST_STAMP,
      count: 96,
    });
    expect(all(bank, COMMISSIONED + 97 * 1800)).toMatchObject({
      firstHalfHour: FIRST_STAMP,
      count: 97,
    });
    expect(all(bank, COMMISSIONED + 98 * 1800)).toMatchObject({
      firstHalfHour: FIRST_STAMP + 1,
      count: 97,
    });
  });

  test('the bounds of a period are inclusive, to the second', () => {
    const bank = openBank(TINY);
    const now = COMMISSIONED + 2 * DAY;
    const stamp = (FIRST_STAMP + 50) * 1800;
    const read = (start: number, end: number): number | undefined =>
      bank.readProfile(0, '4.8.1', start, end, now)?.count;
    expect(read(stamp, stamp)).toBe(1);
    expect(read(stamp + 1, stamp + 1799)).toBeUndefined();
    expect(read(stamp - 1, stamp + 1)).toBe(1);
    expect(read(stamp, stamp + 1800)).toBe(2);
    expect(read(stamp + 1, stamp)).toBeUndefined();
    expect(read(now - DAY, now)).toBe(49);
    expect(read(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)).toBe(96);
  });

  test('a daily read is there once its second has come, and bears it', () => {
    const bank = openBank(TINY);
    const midnight = COMMISSIONED + 3 * DAY;
    const read = (start: number, end: number, now: number): number[] =>
      bank.readDailyReadLog(0, start, end, now).map(({ timestamp }) => timestamp);
    expect(read(midnight, midnight + 7, midnight + 6)).toEqual([]);
    expect(read(midnight, midnight + 7, midnight + 7)).toEqual([midnight + 7]);
    expect(read(midnight, midnight + 6, midnight + 7)).toEqual([]);
    expect(read(midnight + 7, midnight + 7, midnight + 7)).toEqual([midnight + 7]);
    expect(read(0, midnight + 7, midnight + 7).length).toBe(3);
    expect(bank.readDailyReadLog(0, midnight, midnight + 7, midnight + 7)[0]).toMatchObject({
      elecActiveImportRegisterConsumption: bank.registers(0, midnight / 1800).activeImportWh,
    });
  });

  test('a real meter left alone for longer than its rings still reads as if computed', () => {
    const [left, computed] = [openBank(TINY), openBank(TINY)];
    left.makeReal(1, COMMISSIONED + DAY);
    const now = COMMISSIONED + 400 * DAY + 12_345;
    for (const name of SRVS) {
      expect(left.readProfile(1, name, 0, now, now)).toEqual(
        computed.readProfile(1, name, 0, now, now),
      );
    }
    expect(left.readDailyReadLog(1, 0, now, now)).toEqual(
      computed.readDailyReadLog(1, 0, now, now),
    );
  });

  test('a real meter asked about an earlier now keeps what it has written', () => {
    const bank = openBank(TINY);
    const now = COMMISSIONED + 10 * DAY;
    bank.makeReal(0, now);
    bank.setEntry(0, '4.8.1', now / 1800, 123_456);
    expect(all(bank, now - DAY)).toMatchObject({ firstHalfHour: now / 1800 - 96, count: 97 });
    expect(all(bank, now)?.columns[0]?.at(-1)).toBe(123_456);
  });

  test('gaps at both ends of a period are cut off, and those inside stay', () => {
    const bank = openBank(TINY);
    const now = COMMISSIONED + 10 * DAY;
    const newest = now / 1800;
    bank.makeReal(0, now);
    for (const back of [0, 1, 3, 5]) bank.setEntry(0, '4.8.1', newest - back, NO_ENTRY);
    const profile = bank.readProfile(0, '4.8.1', (newest - 5) * 1800, now, now);
    expect(profile).toMatchObject({ firstHalfHour: newest - 4, count: 3 });
    expect(profile?.columns.map((column) => column[1])).toEqual([NO_ENTRY, NO_ENTRY]);
    expect(bank.readProfile(0, '4.8.1', (newest - 1) * 1800, now, now)).toBeNull();
  });

  test('a value put into a gap makes an entry of it: the other column holds 0', () => {
    const bank = openBank(TINY);
    const now = COMMISSIONED + 10 * DAY;
    bank.makeReal(0, now);
    bank.setEntry(0, '4.8.1', now / 1800, NO_ENTRY);
    bank.setEntry(0, '4.8.1', now / 1800, 77, 1);
    const columns = bank.readProfile(0, '4.8.1', now, now, now)?.columns;
    expect(columns?.map((column) => [...column])).toEqual([[0], [77]]);
  });

  test('entry h lies at h mod capacity of the ring', () => {
    const core = instantiateCore();
    expect(core.setMeterModel(97, 53, 61, 5, 0, 0)).toBe(0);
    expect(core.initMeters(3, 2, 1, 0, COMMISSIONED_DAY, 1, 0, 0)).toBe(0);
    const now = COMMISSIONED + 20 * DAY;
    expect(core.makeReal(1, now)).toBe(0);
    const capacities = [97, 53, 61];
    for (const [log, capacity] of capacities.entries()) {
      const address = core.meterRingAddress(1, log, 0);
      const ring = new Uint32Array(core.memory.buffer, address, capacity);
      expect(core.readMeterProfile(1, log, 0, now, now)).toBe(capacity);
      const scratch = core.meterScratchAddress() + core.OFF_METER_COLUMNS.value;
      const column = new Uint32Array(core.memory.buffer, scratch, capacity);
      const first = now / 1800 - capacity + 1;
      for (const [i, wh] of column.entries()) expect(ring[(first + i) % capacity]).toBe(wh);
    }
    const header = new Uint32Array(core.memory.buffer, core.meterHeaderAddress(1), 3);
    expect([...header]).toEqual([1, now / 1800, now / DAY]);
    expect(core.meterRingAddress(0, 0, 0)).toBe(core.NOT_HELD.value);
  });
});
