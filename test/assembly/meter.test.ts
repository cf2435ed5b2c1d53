// The logs of a meter bank against a naive meter without rings, under random sequences of
// operations. Both builds pass the same suite.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MeterBank } from '../../emulator/meter-bank.ts';
import { METER_MODELS, type MeterModel } from '../../emulator/meters/models.ts';
import { NO_ENTRY, type Profile, type ProfileSrv } from '../../gateway/protocol/log-entries.ts';
import type { CoreBuild } from '../../gateway/s1sp/core.ts';
import { OracleHousehold } from '../oracle/household.ts';
import { OracleMeter, type OracleModel } from '../oracle/meter.ts';

const DAY = 86_400;
/** 2019-06-01T00:00:00Z. */
const COMMISSIONED = 1_559_347_200;
const COMMISSIONED_DAY = COMMISSIONED / DAY;
const BUILDS: CoreBuild[] = ['release', 'debug'];
const SRVS: ProfileSrv[] = ['4.8.1', '4.8.2', '4.8.3'];
const METERS = 4;
const SEED = 11;

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

function openBank(model: MeterModel, build: CoreBuild = 'release', solarShare = 0.5): MeterBank {
  return new MeterBank({
    model,
    meterCount: METERS,
    seed: SEED,
    firstMeter: 0,
    commissionedSeconds: COMMISSIONED,
    solarShare,
    realMeterCount: METERS,
    build,
  });
}

function openOracles(model: OracleModel, solarShare = 0.5): OracleMeter[] {
  return Array.from({ length: METERS }, (_, number) => {
    const home = new OracleHousehold(SEED, number, solarShare, model.twinElement);
    return new OracleMeter(home, model, COMMISSIONED_DAY);
  });
}

function plain(profile: Profile | null) {
  return profile && { ...profile, columns: profile.columns.map((column) => [...column]) };
}

const meter = fc.nat(METERS - 1);
const srv = fc.constantFrom(...SRVS);
const step = fc.oneof(
  fc.record({
    kind: fc.constant('read' as const),
    meter,
    srv,
    /** Seconds before now at which the period starts, and its length; both may reach outside. */
    back: fc.integer({ min: -DAY, max: 3 * DAY }),
    length: fc.integer({ min: -1800, max: 3 * DAY }),
  }),
  fc.record({ kind: fc.constant('readDaily' as const), meter, back: fc.nat(7 * DAY) }),
  fc.record({
    kind: fc.constant('wait' as const),
    seconds: fc.oneof(fc.constantFrom(0, 1, 1799, 1800, DAY), fc.nat(4 * DAY)),
  }),
  fc.record({ kind: fc.constant('makeReal' as const), meter }),
  fc.record({
    kind: fc.constant('poke' as const),
    meter,
    srv,
    column: fc.nat(1),
    back: fc.integer({ min: -2, max: 100 }),
    value: fc.option(fc.nat(0xffff_fffe), { freq: 3 }),
  }),
  fc.record({
    kind: fc.constant('pokeDaily' as const),
    meter,
    back: fc.integer({ min: -1, max: 6 }),
    register: fc.nat(9),
    value: fc.option(fc.nat(0xffff_ffff), { freq: 3 }),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

describe.each(BUILDS)('in the %s build', (build) => {
  test('a bank does what meters without rings do, step by step', () => {
    let pokes = 0;
    let rows = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: -3600, max: 12 * DAY }),
        fc.array(step, { maxLength: 60, size: 'max' }),
        (age, steps: Step[]) => {
          const bank = openBank(TINY, build);
          const oracles = openOracles(TINY);
          let now = COMMISSIONED + age;
          for (const step of steps) {
            if (step.kind === 'wait') {
              now += step.seconds;
              continue;
            }
            const oracle = oracles[step.meter] as OracleMeter;
            if (step.kind === 'makeReal') {
              expect(bank.makeReal(step.meter, now)).toBe(true);
            } else if (step.kind === 'read') {
              const start = now - step.back;
              const expected = oracle.profile(step.srv, start, start + step.length, now);
              const read = bank.readProfile(step.meter, step.srv, start, start + step.length, now);
              expect(plain(read)).toEqual(expected);
              rows += expected?.count ?? 0;
            } else if (step.kind === 'readDaily') {
              const expected = oracle.dailyReads(now - step.back, now, now);
              expect(bank.readDailyReadLog(step.meter, now - step.back, now, now)).toEqual(
                expected,
              );
            } else if (step.kind === 'poke') {
              pokes += poke(bank, oracle, step, now);
            } else {
              pokes += pokeDaily(bank, oracle, step, now);
            }
          }
        },
      ),
      { seed: 4, numRuns: 300 },
    );
    // The sequences do what they are for.
    expect(pokes).toBeGreaterThan(500);
    expect(rows).toBeGreaterThan(20_000);
  });

  test('a full log reads the same computed, written out, and a day later', () => {
    const model = METER_MODELS['twin-element'];
    const [bank, oracle] = [openBank(model, build, 1), openOracles(model, 1)[2] as OracleMeter];
    const now = COMMISSIONED + 500 * DAY + 4000;
    const counts = { '4.8.1': 19_056, '4.8.2': 4464, '4.8.3': 4464 };
    const later = now + DAY;
    const untouched = SRVS.map((name) => plain(bank.readProfile(2, name, 0, later, now)));
    const dailyReads = bank.readDailyReadLog(2, 0, later, now);
    expect(untouched).toEqual(SRVS.map((name) => oracle.profile(name, 0, later, now)));
    expect(untouched.map((profile) => profile?.count)).toEqual(Object.values(counts));
    expect(bank.isReal(2)).toBe(false);
    expect(bank.makeReal(2, now)).toBe(true);
    expect(bank.isReal(2)).toBe(true);
    expect(SRVS.map((name) => plain(bank.readProfile(2, name, 0, later, now)))).toEqual(untouched);
    expect(bank.readDailyReadLog(2, 0, later, now)).toEqual(dailyReads);
    expect(dailyReads).toEqual(oracle.dailyReads(0, later, now));
    expect(dailyReads.length).toBe(31);
    for (const name of SRVS) {
      const tomorrow = plain(bank.readProfile(2, name, 0, later, later));
      expect(tomorrow).toEqual(oracle.profile(name, 0, later, later));
    }
  });
});

type Poke = Extract<Step, { kind: 'poke' }>;
type PokeDaily = Extract<Step, { kind: 'pokeDaily' }>;

/** Pokes both, if the meter is real and in step with the clock; 1 when something changed. */
function poke(bank: MeterBank, oracle: OracleMeter, step: Poke, now: number): number {
  if (!bank.isReal(step.meter)) return 0;
  bank.makeReal(step.meter, now);
  const twoColumns = step.srv !== '4.8.2';
  const column = twoColumns ? step.column : 0;
  const [oldest, newest] = oracle.held(step.srv, now);
  const halfHour = newest - step.back;
  const held = halfHour >= oldest && halfHour <= newest;
  const value = step.value ?? NO_ENTRY;
  expect(bank.setEntry(step.meter, step.srv, halfHour, value, column)).toBe(held);
  if (held) oracle.poke(step.srv, halfHour, column, step.value);
  return held ? 1 : 0;
}

function pokeDaily(bank: MeterBank, oracle: OracleMeter, step: PokeDaily, now: number): number {
  if (!bank.isReal(step.meter)) return 0;
  bank.makeReal(step.meter, now);
  const [oldest, newest] = oracle.heldDays(now);
  const day = newest - step.back;
  const held = day >= oldest && day <= newest;
  const { meter, register, value } = step;
  const done =
    value === null
      ? bank.eraseDailyRead(meter, day)
      : bank.setDailyRead(meter, day, register, value);
  expect(done).toBe(held);
  if (held) oracle.pokeRead(day, register, value);
  return held ? 1 : 0;
}

test('no verb of the meters allocates: the release text never calls the runtime', () => {
  const wasm = createRequire(import.meta.url).resolve('#core.wasm');
  const text = readFileSync(wasm.replace(/wasm$/, 'wat'), 'utf8');
  expect(text).toContain('(export "readMeterProfile"');
  expect(text).not.toContain('rt/stub/__new');
  expect(text).not.toContain('rt/stub/__alloc');
});
