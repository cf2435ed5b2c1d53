// The wall: arguments are coerced without complaint there, so every verb of the meters checks them.

import { describe, expect, test } from 'vitest';
import { type Core, type CoreBuild, instantiateCore } from '../../gateway/s1sp/core.ts';

const DAY = 86_400;
const COMMISSIONED_DAY = 18_048;
const NOW = (COMMISSIONED_DAY + 100) * DAY;
const LATEST = 253_402_300_799;
const BUILDS: CoreBuild[] = ['release', 'debug'];

function open(build: CoreBuild): Core {
  const core = instantiateCore(build);
  core.setMeterModel(97, 53, 0, 5, 0, 0);
  core.initMeters(3, 1, 1, 0, COMMISSIONED_DAY, 0.5, 0, 0);
  return core;
}

describe.each(BUILDS)('in the %s build', (build) => {
  test.each([
    ['an active import log of nothing', [0, 53, 61, 5, 0, 0]],
    ['a log beyond 19,056', [19_057, 53, 61, 5, 0, 0]],
    ['an export log beyond 19,056', [97, 53, 19_057, 5, 0, 0]],
    ['32 daily reads', [97, 53, 61, 32, 0, 0]],
    ['−1 daily reads', [97, 53, 61, -1, 0, 0]],
    ['a delay of a whole day', [97, 53, 61, 5, DAY, 0]],
    ['three elements', [97, 53, 61, 5, 0, 2]],
  ] as const)('no model has %s', (_, [active, reactive, exported, daily, delay, twin]) => {
    const core = instantiateCore(build);
    const status = core.setMeterModel(active, reactive, exported, daily, delay, twin);
    expect(status).toBe(core.OUT_OF_RANGE.value);
    expect(core.setMeterModel(19_056, 0, 19_056, 31, DAY - 1, 1)).toBe(core.OK.value);
  });

  test.each([
    ['no meters', [0, 0, COMMISSIONED_DAY, 0.5, 0, 0]],
    ['−1 meters', [-1, 0, COMMISSIONED_DAY, 0.5, 0, 0]],
    ['more real meters than meters', [3, 4, COMMISSIONED_DAY, 0.5, 0, 0]],
    ['a commissioning after 9999', [3, 1, 2_932_897, 0.5, 0, 0]],
    ['a share above 1', [3, 1, COMMISSIONED_DAY, 1.01, 0, 0]],
    ['a share that is no number', [3, 1, COMMISSIONED_DAY, Number.NaN, 0, 0]],
    ['a recording from before 1970', [3, 1, COMMISSIONED_DAY, 0.5, 0, 48]],
    ['a recording beyond twenty years', [3, 1, COMMISSIONED_DAY, 0.5, 1, 350_641]],
  ] as const)('a bank is not laid out for %s', (_, [count, real, day, share, start, length]) => {
    const core = instantiateCore(build);
    core.setMeterModel(97, 53, 61, 5, 0, 0);
    const status = core.initMeters(count, real, 1, 0, day, share, start, length);
    expect(status).toBe(core.OUT_OF_RANGE.value);
    expect(core.initMeters(3, 1, 1, 0, day > 1e6 ? 0 : day, 0.5, 0, 0)).toBe(core.OK.value);
  });

  test('a bank beyond 2 GiB is refused, and memory is as it was', () => {
    const core = instantiateCore(build);
    core.setMeterModel(19_056, 4464, 4464, 31, 0, 1);
    const before = core.memory.buffer.byteLength;
    const status = core.initMeters(1_000_000, 20_000, 1, 0, COMMISSIONED_DAY, 0, 0, 0);
    expect(status).toBe(core.NO_MEMORY.value);
    expect(core.memory.buffer.byteLength).toBe(before);
  });

  test('a bank is laid out once, and only for a model', () => {
    const core = instantiateCore(build);
    expect(core.initMeters(3, 1, 1, 0, COMMISSIONED_DAY, 0, 0, 0)).toBe(core.OUT_OF_RANGE.value);
    const second = open(build);
    expect(second.initMeters(3, 1, 1, 0, COMMISSIONED_DAY, 0, 0, 0)).toBe(
      second.OUT_OF_RANGE.value,
    );
    expect(second.setMeterModel(97, 53, 61, 5, 0, 0)).toBe(second.OUT_OF_RANGE.value);
  });

  test('no verb knows the meter one beyond the last, nor meter −1', () => {
    const core = open(build);
    const refused = core.OUT_OF_RANGE.value;
    for (const meter of [3, -1, 0xffff_ffff]) {
      expect(core.readMeterProfile(meter, 0, 0, NOW, NOW)).toBe(refused);
      expect(core.readMeterDaily(meter, 0, NOW, NOW)).toBe(refused);
      expect(core.makeReal(meter, NOW)).toBe(refused);
      expect(core.isReal(meter)).toBe(refused);
      expect(core.pokeEntry(meter, 0, 0, NOW / 1800, 1)).toBe(refused);
      expect(core.pokeDailyRead(meter, NOW / DAY, 0, 1)).toBe(refused);
      expect(core.registerOf(meter, 0, NOW / 1800)).toBe(refused);
      expect(core.meterHeaderAddress(meter)).toBe(refused);
      expect(core.meterRingAddress(meter, 0, 0)).toBe(refused);
    }
    expect(core.readMeterProfile(2, 0, 0, NOW, NOW)).toBe(97);
  });

  test('a log, column, register or time that is none is refused', () => {
    const core = open(build);
    const refused = core.OUT_OF_RANGE.value;
    core.makeReal(0, NOW);
    expect(core.readMeterProfile(0, 3, 0, NOW, NOW)).toBe(refused);
    expect(core.readMeterProfile(0, -1, 0, NOW, NOW)).toBe(refused);
    for (const now of [-1, Number.NaN, Number.POSITIVE_INFINITY, LATEST + 1]) {
      expect(core.readMeterProfile(0, 0, 0, NOW, now)).toBe(refused);
      expect(core.readMeterDaily(0, 0, NOW, now)).toBe(refused);
      expect(core.makeReal(0, now)).toBe(refused);
    }
    expect(core.readMeterProfile(0, 0, Number.NaN, NOW, NOW)).toBe(refused);
    expect(core.readMeterDaily(0, 0, Number.NaN, NOW)).toBe(refused);
    expect(core.pokeEntry(0, 0, 1, NOW / 1800, 1)).toBe(refused);
    expect(core.pokeDailyRead(0, NOW / DAY, 10, 1)).toBe(refused);
    expect(core.pokeDailyRead(0, NOW / DAY, 9, Number.NaN)).toBe(refused);
    expect(core.registerOf(0, 13, NOW / 1800)).toBe(refused);
    expect(core.registerOf(0, 12, NOW / 1800)).toBeGreaterThanOrEqual(0);
  });

  test('the last second of 9999 can be asked about, and the log is full then', () => {
    const core = open(build);
    expect(core.readMeterProfile(1, 0, 0, LATEST, LATEST)).toBe(97);
    expect(core.readMeterDaily(1, 0, LATEST, LATEST)).toBe(5);
  });

  test('a model without an export log holds no export, real or not, and nothing to change', () => {
    const core = open(build);
    expect(core.readMeterProfile(0, 2, 0, NOW, NOW)).toBe(0);
    core.makeReal(0, NOW);
    expect(core.readMeterProfile(0, 2, 0, NOW, NOW)).toBe(0);
    expect(core.pokeEntry(0, 2, 0, NOW / 1800, 1)).toBe(core.NOT_HELD.value);
  });

  test('when the reserved blocks are taken, no further meter can be made real', () => {
    const core = open(build);
    expect(core.makeReal(2, NOW)).toBe(core.OK.value);
    expect(core.makeReal(1, NOW)).toBe(core.BANK_FULL.value);
    expect(core.makeReal(2, NOW + DAY)).toBe(core.OK.value);
    expect([core.isReal(1), core.isReal(2)]).toEqual([0, 1]);
    expect(core.pokeEntry(1, 0, 0, NOW / 1800, 1)).toBe(core.NOT_HELD.value);
  });

  test('entries outside what the log holds cannot be changed', () => {
    const core = open(build);
    core.makeReal(0, NOW);
    const newest = NOW / 1800;
    const poke = (halfHour: number): number => core.pokeEntry(0, 0, 0, halfHour, 1);
    const { NOT_HELD, OK } = { NOT_HELD: core.NOT_HELD.value, OK: core.OK.value };
    const asked = [newest + 1, newest, newest - 96, newest - 97];
    expect(asked.map(poke)).toEqual([NOT_HELD, OK, OK, NOT_HELD]);
    const days = [1, 0, -4, -5].map((by) => core.pokeDailyRead(0, NOW / DAY + by, 0, 1));
    expect(days).toEqual([NOT_HELD, OK, OK, NOT_HELD]);
  });
});
