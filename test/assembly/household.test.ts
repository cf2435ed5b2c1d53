// The claim that the load profile looks like homes, counted on the core's own output. Who has
// panels or a vehicle is asked of the oracle, which another test holds equal to the core.

import { describe, expect, test } from 'vitest';
import { MeterBank } from '../../emulator/meter-bank.ts';
import { METER_MODELS } from '../../emulator/meters/models.ts';
import { parseDateTime } from '../../gateway/protocol/half-hours.ts';
import type { Profile, ProfileSrv } from '../../gateway/protocol/log-entries.ts';
import { OracleHousehold, weekday } from '../oracle/household.ts';

const DAY = 86_400;
const COMMISSIONED = parseDateTime('2019-06-01T00:00:00Z');
const COMMISSIONED_DAY = COMMISSIONED / DAY;
const NOW = parseDateTime('2026-11-23T09:00:00Z');
const SEED = 7;
const SOLAR_SHARE = 0.3;
const METERS = 400;

const bank = new MeterBank({
  model: METER_MODELS['twin-element'],
  meterCount: METERS,
  seed: SEED,
  firstMeter: 0,
  commissionedSeconds: COMMISSIONED,
  solarShare: SOLAR_SHARE,
});

function readAll(number: number, srv: ProfileSrv, now = NOW): Profile {
  const profile = bank.readProfile(number, srv, 0, now, now);
  if (profile === null) throw new Error(`meter ${number} holds nothing`);
  return profile;
}

describe('it looks like homes', () => {
  const homes = Array.from({ length: METERS }, (_, number) => {
    const { hasPanels, hasVehicle } = new OracleHousehold(SEED, number, SOLAR_SHARE, true);
    return { number, hasPanels, hasVehicle };
  });
  const plain = homes.filter(({ hasPanels, hasVehicle }) => !hasPanels && !hasVehicle);

  /** Mean Wh of each half hour of the day over the log's days that `counts` accepts. */
  function meanDay(number: number, srv: ProfileSrv, counts: (day: number) => boolean): number[] {
    const { firstHalfHour, columns } = readAll(number, srv);
    const total = Array<number>(48).fill(0);
    const seen = Array<number>(48).fill(0);
    for (const [i, wh] of (columns[0] ?? []).entries()) {
      const start = firstHalfHour + i - 1;
      if (!counts(Math.floor(start / 48))) continue;
      total[start % 48] = (total[start % 48] ?? 0) + wh;
      seen[start % 48] = (seen[start % 48] ?? 0) + 1;
    }
    return total.map((wh, slot) => wh / Math.max(seen[slot] ?? 0, 1));
  }
  const always = (): boolean => true;
  const mean = (day: readonly number[], from: number, to: number): number =>
    day.slice(from, to).reduce((a, b) => a + b, 0) / (to - from);
  const monthOf = (day: number): number => new Date(day * DAY * 1000).getUTCMonth() + 1;

  test('shares: about 30 % with panels as asked, about 15 % with a vehicle', () => {
    expect(homes.filter(({ hasPanels }) => hasPanels).length).toBeGreaterThan(METERS * 0.24);
    expect(homes.filter(({ hasPanels }) => hasPanels).length).toBeLessThan(METERS * 0.36);
    expect(homes.filter(({ hasVehicle }) => hasVehicle).length).toBeGreaterThan(METERS * 0.1);
    expect(homes.filter(({ hasVehicle }) => hasVehicle).length).toBeLessThan(METERS * 0.2);
  });

  test('homes without panels or vehicle use 1,800 to 6,500 kWh a year, and differ', () => {
    const from = COMMISSIONED_DAY * 48;
    const years = plain.map(
      ({ number }) => bank.registers(number, from + 4 * 1461 * 48).activeImportWh / 16_000,
    );
    expect(Math.min(...years)).toBeGreaterThan(1790);
    expect(Math.max(...years)).toBeLessThan(6510);
    expect(Math.max(...years)).toBeGreaterThan(2.5 * Math.min(...years));
  });

  test('the evening peak is above the night in every home without a vehicle', () => {
    for (const { number } of plain) {
      const day = meanDay(number, '4.8.1', always);
      expect(mean(day, 33, 40)).toBeGreaterThan(1.2 * mean(day, 2, 10));
    }
  });

  test('on weekdays the morning is above both the night and the noon of the street', () => {
    const days = plain.map(({ number }) => meanDay(number, '4.8.1', (day) => weekday(day) < 5));
    const street = Array.from({ length: 48 }, (_, i) =>
      mean(
        days.map((d) => d[i] ?? 0),
        0,
        100,
      ),
    );
    expect(mean(street, 14, 17)).toBeGreaterThan(1.5 * mean(street, 4, 10));
    expect(mean(street, 14, 17)).toBeGreaterThan(1.3 * mean(street, 24, 28));
  });

  test('weekend middays take more than those of weekdays', () => {
    const midday = (counts: (day: number) => boolean): number =>
      plain.reduce((sum, { number }) => sum + mean(meanDay(number, '4.8.1', counts), 20, 28), 0);
    const weekend = midday((day) => weekday(day) >= 5);
    expect(weekend).toBeGreaterThan(1.2 * midday((day) => weekday(day) < 5));
  });

  test('winter takes more than summer in nine homes of ten', () => {
    const more = plain.filter(({ number }) => {
      const winter = meanDay(number, '4.8.1', (day) => [12, 1, 2].includes(monthOf(day)));
      const summer = meanDay(number, '4.8.1', (day) => [6, 7, 8].includes(monthOf(day)));
      return mean(winter, 0, 48) > 1.1 * mean(summer, 0, 48);
    });
    expect(more.length).toBeGreaterThan(plain.length * 0.9);
  });

  test('half hours are lively: neighbours in an evening differ by a third on average', () => {
    const wh = bank.readProfile(0, '4.8.1', NOW - 30 * DAY, NOW, NOW)?.columns[0] ?? [];
    const steps = [...wh].slice(1).map((v, i) => Math.abs(v - (wh[i] ?? 0)) / (v + (wh[i] ?? 0)));
    expect(2 * mean(steps, 0, steps.length)).toBeGreaterThan(0.33);
  });

  test('a vehicle takes about 3.5 kWh in several half hours of some nights only', () => {
    for (const { number } of homes.filter(({ hasVehicle }) => hasVehicle)) {
      const { firstHalfHour, columns } = readAll(number, '4.8.1');
      const charging = [...(columns[0] ?? [])].flatMap((wh, i) =>
        wh >= 3400 ? [firstHalfHour + i - 1] : [],
      );
      const nights = new Set(charging.map((start) => Math.floor(start / 48))).size;
      expect(nights).toBeGreaterThan(397 * 0.2);
      expect(nights).toBeLessThan(397 * 0.65);
      expect(charging.length / nights).toBeGreaterThanOrEqual(2.9);
      expect(charging.length / nights).toBeLessThanOrEqual(8);
      expect(charging.every((start) => start % 48 < 14)).toBe(true);
    }
  });

  test('a home without panels exports 0 in every half hour of a full log', () => {
    for (const { number } of plain.slice(0, 20)) {
      const { count, columns } = readAll(number, '4.8.3');
      expect([count, columns.length]).toEqual([4464, 2]);
      expect(columns.flatMap((column) => [...column]).every((wh) => wh === 0)).toBe(true);
    }
  });

  test('panels export by day only: 04:00 to 20:30 in June, 08:00 to 16:00 in December', () => {
    const light = [
      { at: '2026-06-30T00:00:00Z', from: 7, to: 41 },
      { at: '2026-12-31T00:00:00Z', from: 15, to: 33 },
    ];
    for (const { at, from, to } of light) {
      const now = parseDateTime(at);
      for (const { number } of homes.filter(({ hasPanels }) => hasPanels)) {
        const { firstHalfHour, columns } = readAll(number, '4.8.3', now);
        const wh = [...(columns[0] ?? [])].slice(-20 * 48);
        const first = firstHalfHour + (columns[0] ?? []).length - wh.length - 1;
        const dark = wh.filter((_, i) => (first + i) % 48 < from || (first + i) % 48 >= to);
        expect(dark.every((value) => value === 0)).toBe(true);
        const noon = wh.filter((_, i) => (first + i) % 48 === 24);
        expect(Math.min(...noon)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...noon)).toBeGreaterThan(50);
        // Cloudy and clear days.
        expect(Math.max(...noon)).toBeGreaterThan(2 * Math.min(...noon));
      }
    }
  });

  test('panels export more in June than in December, and dip the midday import', () => {
    const register = (number: number, at: string): number =>
      bank.registers(number, parseDateTime(at) / 1800).activeExportWh;
    for (const { number, hasVehicle } of homes.filter(({ hasPanels }) => hasPanels)) {
      const june =
        register(number, '2026-07-01T00:00:00Z') - register(number, '2026-06-01T00:00:00Z');
      const december =
        register(number, '2026-01-01T00:00:00Z') - register(number, '2025-12-01T00:00:00Z');
      expect(june).toBeGreaterThan(3 * december);
      if (hasVehicle) continue;
      const day = meanDay(number, '4.8.1', always);
      expect(mean(day, 21, 26)).toBeLessThan(0.6 * mean(day, 14, 17));
    }
  });

  test('the second element heats at night and in winter', () => {
    const { columns, firstHalfHour } = readAll(1, '4.8.1');
    const wh = [...(columns[1] ?? [])];
    const night = wh.filter((_, i) => (firstHalfHour + i - 1) % 48 < 14);
    const peak = wh.filter((_, i) => bandOfPeak((firstHalfHour + i - 1) % 48));
    expect(mean(night, 0, night.length)).toBeGreaterThan(100);
    expect(peak.every((value) => value === 0)).toBe(true);
  });
});

function bandOfPeak(slot: number): boolean {
  return slot >= 32 && slot < 40;
}
