// The load profile against the naive oracle, and its laws, in both builds.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MeterBank } from '../../emulator/meter-bank.ts';
import { METER_MODELS } from '../../emulator/meters/models.ts';
import { parseDateTime } from '../../gateway/protocol/half-hours.ts';
import type { Profile, ProfileSrv } from '../../gateway/protocol/log-entries.ts';
import type { CoreBuild } from '../../gateway/s1sp/core.ts';
import { OracleHousehold } from '../oracle/household.ts';
import { OracleMeter } from '../oracle/meter.ts';

const DAY = 86_400;
const COMMISSIONED = parseDateTime('2019-06-01T00:00:00Z');
const COMMISSIONED_DAY = COMMISSIONED / DAY;
const NOW = parseDateTime('2026-11-23T09:00:00Z');
const SEED = 7;
const SOLAR_SHARE = 0.3;
const METERS = 400;
const MODEL = METER_MODELS['twin-element'];
const BUILDS: CoreBuild[] = ['release', 'debug'];
const SRVS: ProfileSrv[] = ['4.8.1', '4.8.2', '4.8.3'];

function openBank(build: CoreBuild = 'release', firstMeter = 0, seed = SEED): MeterBank {
  return new MeterBank({
    model: MODEL,
    meterCount: METERS,
    seed,
    firstMeter,
    commissionedSeconds: COMMISSIONED,
    solarShare: SOLAR_SHARE,
    build,
  });
}

function readAll(bank: MeterBank, meter: number, srv: ProfileSrv, now = NOW): Profile {
  const profile = bank.readProfile(meter, srv, 0, now, now);
  if (profile === null) throw new Error(`meter ${meter} holds nothing`);
  return profile;
}

const meterNumber = fc.nat(METERS - 1);
/** Stamps from commissioning to the year 2060. */
const stamp = fc.integer({ min: COMMISSIONED_DAY * 48, max: 90 * 366 * 48 });

describe.each(BUILDS)('in the %s build', (build) => {
  const bank = openBank(build);

  test('every register at any stamp is the integer that the oracle computes', () => {
    fc.assert(
      fc.property(meterNumber, stamp, (number, halfHour) => {
        const home = new OracleHousehold(SEED, number, SOLAR_SHARE, true);
        const oracle = new OracleMeter(home, MODEL, COMMISSIONED_DAY);
        const tou = (element: 'primary' | 'secondary'): number[] =>
          [0, 1, 2, 3].map((band) => oracle.touRegister(element, band, halfHour));
        expect(bank.registers(number, halfHour)).toEqual({
          activeImportWh: oracle.register('primary', halfHour),
          touWh: tou('primary'),
          secondaryImportWh: oracle.register('secondary', halfHour),
          secondaryTouWh: tou('secondary'),
          activeExportWh: oracle.register('export', halfHour),
          reactiveImportVarh: oracle.register('reactiveImport', halfHour),
          reactiveExportVarh: oracle.register('reactiveExport', halfHour),
        });
      }),
      { seed: 1, numRuns: 1500 },
    );
  });

  test('the half hours of any window add up to the difference of two registers', () => {
    const srv = fc.constantFrom(...SRVS);
    fc.assert(
      fc.property(meterNumber, srv, fc.nat(4000), fc.nat(400), (number, name, back, length) => {
        const last = Math.floor(NOW / 1800) - back;
        const first = Math.max(last - length, Math.floor(NOW / 1800) - 4463);
        fc.pre(first <= last);
        const profile = bank.readProfile(number, name, first * 1800, last * 1800, NOW);
        const before = bank.registers(number, first - 1);
        const after = bank.registers(number, last);
        const used = (register: keyof typeof after): number =>
          Number(after[register]) - Number(before[register]);
        expect(profile?.firstHalfHour).toBe(first);
        expect(profile?.columns.map((column) => column.reduce((a, b) => a + b, 0))).toEqual(
          {
            '4.8.1': [used('activeImportWh'), used('secondaryImportWh')],
            '4.8.2': [used('reactiveImportVarh')],
            '4.8.3': [used('activeExportWh'), used('reactiveExportVarh')],
          }[name],
        );
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test('the TOU registers add up to the register they divide, and none ever falls', () => {
    fc.assert(
      fc.property(meterNumber, stamp, fc.nat(2000), (number, halfHour, later) => {
        const then = bank.registers(number, halfHour);
        const sum = (tou: readonly number[] = []): number => tou.reduce((a, b) => a + b, 0);
        expect(sum(then.touWh)).toBe(then.activeImportWh);
        expect(sum(then.secondaryTouWh)).toBe(then.secondaryImportWh);
        const next = bank.registers(number, halfHour + later);
        for (const key of ['activeImportWh', 'activeExportWh', 'reactiveImportVarh'] as const) {
          expect(next[key]).toBeGreaterThanOrEqual(then[key]);
        }
        for (const [i, wh] of next.touWh.entries()) {
          expect(wh).toBeGreaterThanOrEqual(then.touWh[i] ?? Number.NaN);
        }
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test('registers start at 0 at the commissioning midnight, and stand at 0 before it', () => {
    for (const halfHour of [0, COMMISSIONED_DAY * 48 - 1, COMMISSIONED_DAY * 48]) {
      const { activeImportWh, touWh, activeExportWh } = bank.registers(3, halfHour);
      expect([activeImportWh, ...touWh, activeExportWh]).toEqual([0, 0, 0, 0, 0, 0]);
    }
    const aDayLater = bank.registers(3, COMMISSIONED_DAY * 48 + 48);
    expect(aDayLater.activeImportWh).toBeGreaterThan(1000);
  });
});

test('no half hour of any of 400 homes in thirteen months is below 0 or beyond 16 bits', () => {
  const bank = openBank();
  for (let number = 0; number < METERS; number++) {
    for (const srv of SRVS) {
      for (const column of readAll(bank, number, srv).columns) {
        expect(column.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(65_535);
      }
    }
  }
});

test('the same seed and number give the same home wherever its bank begins', () => {
  const here = openBank();
  const there = openBank('release', 100);
  expect(readAll(there, 5, '4.8.1')).toEqual(readAll(here, 105, '4.8.1'));
  expect(readAll(there, 6, '4.8.1')).not.toEqual(readAll(here, 105, '4.8.1'));
  const elsewhere = openBank('release', 0, SEED + 1);
  expect(readAll(elsewhere, 5, '4.8.1')).not.toEqual(readAll(here, 5, '4.8.1'));
});

test('no two of 400 homes have the same day', () => {
  const bank = openBank();
  const days = new Set<string>();
  for (let number = 0; number < METERS; number++) {
    days.add(bank.readProfile(number, '4.8.1', NOW - DAY, NOW, NOW)?.columns.join() ?? '');
  }
  expect(days.size).toBe(METERS);
});
