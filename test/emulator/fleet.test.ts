import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ManualClock } from '../../emulator/clock.ts';
import { type Fleet, openFleet } from '../../emulator/fleet.ts';
import { checkFleet, defaultFleet, readFleetFile } from '../../emulator/fleet-file.ts';
import { Wan } from '../../emulator/wan.ts';
import { WAN_PROFILES } from '../../emulator/wan-profiles.ts';
import { promised } from '../../gateway/protocol/coming.ts';
import { parseEui64 } from '../../gateway/protocol/eui64.ts';
import { DAY_SECONDS, parseDate, parseDateTime } from '../../gateway/protocol/half-hours.ts';

const DEFAULTS = { wan: WAN_PROFILES.typical, scheduledShare: 1 };

const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
afterAll(() => rmSync(folder, { recursive: true }));

const COHORT = { name: 'A', count: 10, firstDeviceId: '90-B3-D5-1F-40-00-00-00' };

function open(...cohorts: unknown[]): Fleet {
  const checked = checkFleet({ cohorts }, join(folder, 'fleet.json'), DEFAULTS);
  if (!checked.ok) throw new Error(checked.problems.join('\n'));
  const fleet = openFleet(checked.value, { seed: 1 });
  if (!fleet.ok) throw new Error(fleet.problems.join('\n'));
  return fleet.value;
}

function openDefault(meters: number, scheduledShare = 1): Fleet {
  const fleet = openFleet(defaultFleet(meters, { ...DEFAULTS, scheduledShare }), { seed: 1 });
  if (!fleet.ok) throw new Error(fleet.problems.join('\n'));
  return fleet.value;
}

function find(fleet: Fleet, deviceId: string): number {
  const id = parseEui64(deviceId);
  return id === undefined ? -2 : fleet.find(id.high, id.low);
}

describe('default fleet', () => {
  const fleet = openDefault(10_000);

  test('gives the halves of an EUI-64, carried from the low one into the high one', () => {
    const high = 0x90b3d51f;
    expect(fleet.eui64Of(9999)).toEqual({ high, low: 0x4000270f });
    const carried = open({ name: 'A', count: 2, firstDeviceId: '90-B3-D5-1F-FF-FF-FF-FF' });
    expect(carried.eui64Of(0)).toEqual({ high, low: 0xffffffff });
    expect(carried.eui64Of(1)).toEqual({ high: high + 1, low: 0 });
    expect(carried.deviceId(1)).toBe('90-B3-D5-20-00-00-00-00');
  });

  test('is numbered upward from 90-B3-D5-1F-40-00-00-00', () => {
    expect(fleet.deviceCount).toBe(10_000);
    expect(fleet.deviceId(0)).toBe('90-B3-D5-1F-40-00-00-00');
    expect(fleet.deviceId(9999)).toBe('90-B3-D5-1F-40-00-27-0F');
  });

  test('finds its devices, and none before the first or after the last', () => {
    expect(find(fleet, '90-B3-D5-1F-40-00-00-00')).toBe(0);
    expect(find(fleet, '90-b3-d5-1f-40-00-27-0f')).toBe(9999);
    expect(find(fleet, '90-B3-D5-1F-40-00-27-10')).toBe(-1);
    expect(find(fleet, '90-B3-D5-1F-3F-FF-FF-FF')).toBe(-1);
    expect(find(fleet, '90-B3-D5-1E-40-00-00-00')).toBe(-1);
    expect(find(fleet, '90-B3-D5-20-40-00-00-00')).toBe(-1);
    expect(find(fleet, '00-00-00-00-00-00-00-00')).toBe(-1);
    expect(find(fleet, 'FF-FF-FF-FF-FF-FF-FF-FF')).toBe(-1);
  });

  test('is of single-element ESMEs, Commissioned since 2019-06-01, open to every Party', () => {
    const cohort = fleet.cohortOf(9999);
    expect(cohort).toMatchObject({
      deviceType: 'ESME',
      deviceStatus: 'Commissioned',
      commissionedDay: parseDate('2019-06-01'),
      twinElement: false,
    });
    expect(cohort.registeredParties).toBeUndefined();
    expect(cohort.plan.model.name).toBe('single-element');
  });

  test('refuses a number that is no device', () => {
    expect(() => fleet.deviceId(10_000)).toThrow('there is no device 10000');
    expect(() => fleet.cohortOf(-1)).toThrow('there is no device -1');
  });

  test('has full logs without gaps', () => {
    const nowSeconds = parseDateTime('2026-11-23T12:00:00Z');
    const day = parseDateTime('2026-11-22T00:00:00Z');
    const period = { startSeconds: day, endSeconds: day + DAY_SECONDS };
    const reply = fleet.readMeter({ device: 4242, srv: '4.8.1', ...period }, nowSeconds);
    if (!reply.ok || !('profile' in reply) || reply.profile === null) throw new Error('no profile');
    expect([reply.profile.firstHalfHour, reply.profile.count]).toEqual([day / 1800, 49]);
    expect(Math.max(...(reply.profile.columns[0] ?? []))).toBeLessThan(65_000);
  });

  test('stamps daily reads at midnight exactly', () => {
    const nowSeconds = parseDateTime('2026-11-23T12:00:00Z');
    const period = { startSeconds: 0, endSeconds: nowSeconds };
    const reply = fleet.readMeter({ device: 1, srv: '4.6.1', ...period }, nowSeconds);
    if (!reply.ok || !('dailyReadLog' in reply)) throw new Error('no daily reads');
    expect(reply.dailyReadLog.length).toBe(31);
    for (const { timestamp } of reply.dailyReadLog) expect(timestamp % DAY_SECONDS).toBe(0);
    expect(reply.dailyReadLog.at(-1)?.timestamp).toBe(parseDateTime('2026-11-23T00:00:00Z'));
  });

  test('gives each meter a household of its own, and the same one for the same seed', () => {
    const read = (source: Fleet, device: number) =>
      JSON.stringify(
        source.readMeter(
          { device, srv: '4.8.1', startSeconds: 1_790_000_000, endSeconds: 1_790_086_400 },
          1_795_000_000,
        ),
      );
    expect(read(fleet, 1)).not.toBe(read(fleet, 2));
    expect(read(openDefault(3), 2)).toBe(read(fleet, 2));
    const other = openFleet(defaultFleet(3, DEFAULTS), { seed: 2 });
    expect(other.ok && read(other.value, 2)).not.toBe(read(fleet, 2));
  });
});

describe('ranges of identifiers', () => {
  test('carry from the low half into the high one', () => {
    const fleet = open({ ...COHORT, firstDeviceId: '90-B3-D5-1F-FF-FF-FF-FE', count: 4 });
    const ids = [0, 1, 2, 3].map((device) => fleet.deviceId(device));
    expect(ids).toEqual([
      '90-B3-D5-1F-FF-FF-FF-FE',
      '90-B3-D5-1F-FF-FF-FF-FF',
      '90-B3-D5-20-00-00-00-00',
      '90-B3-D5-20-00-00-00-01',
    ]);
    expect(ids.map((id) => find(fleet, id))).toEqual([0, 1, 2, 3]);
    expect(find(fleet, '90-B3-D5-1F-FF-FF-FF-FD')).toBe(-1);
    expect(find(fleet, '90-B3-D5-20-00-00-00-02')).toBe(-1);
  });

  test('reach up to the last EUI-64 and not beyond it', () => {
    const last = { ...COHORT, firstDeviceId: 'FF-FF-FF-FF-FF-FF-FF-FE' };
    expect(find(open({ ...last, count: 2 }), 'FF-FF-FF-FF-FF-FF-FF-FF')).toBe(1);
    expect(() => open({ ...last, count: 3 })).toThrow(
      '/cohorts/0/firstDeviceId: 3 meters do not fit before the last EUI-64',
    );
  });

  test('of several cohorts are numbered through in the order of the file', () => {
    const fleet = open(
      { ...COHORT, firstDeviceId: '90-B3-D5-1F-50-00-00-00', count: 3 },
      { ...COHORT, name: 'B', count: 2, model: 'twin-element', wan: 'none' },
    );
    expect(fleet.deviceCount).toBe(5);
    expect(find(fleet, '90-B3-D5-1F-50-00-00-02')).toBe(2);
    expect(find(fleet, '90-B3-D5-1F-40-00-00-00')).toBe(3);
    expect(fleet.deviceId(4)).toBe('90-B3-D5-1F-40-00-00-01');
    expect([fleet.cohortIndexOf(2), fleet.cohortIndexOf(3)]).toEqual([0, 1]);
    expect(fleet.cohortOf(3)).toMatchObject({ name: 'B', twinElement: true });
    expect(fleet.wanProfiles.map(({ name }) => name)).toEqual(['typical', 'none']);
  });
});

describe('share of scheduled meters', () => {
  test.each([
    [0, 1000, 0],
    [1, 1000, 1000],
    [0.8, 1000, 800],
    [0.5, 3, 1],
    [0.29, 100, 29],
    [0.58, 100, 58],
    [0.001, 999, 0],
    [0.001, 1000, 1],
  ])('%f of %i is %i', (share, count, expected) => {
    const fleet = openDefault(count, share);
    const scheduled = Array.from({ length: count }, (_, device) => fleet.startsScheduled(device));
    expect(scheduled.filter(Boolean).length).toBe(expected);
  });

  test('is spread evenly', () => {
    const fleet = openDefault(10, 0.4);
    const scheduled = Array.from({ length: 10 }, (_, device) => fleet.startsScheduled(device));
    expect(scheduled.map(Number)).toEqual([0, 0, 1, 0, 1, 0, 0, 1, 0, 1]);
  });

  test('is counted within each cohort', () => {
    const fleet = open(
      { ...COHORT, count: 3, schedules: 0.5 },
      { ...COHORT, name: 'B', count: 3, schedules: 1, firstDeviceId: '90-B3-D5-1F-50-00-00-00' },
    );
    const scheduled = Array.from({ length: 6 }, (_, device) => fleet.startsScheduled(device));
    expect(scheduled).toEqual([false, true, false, true, true, true]);
  });
});

describe('replayed readings', () => {
  const CSV = [
    'LCLid,stdorToU,DateTime,KWH/hh (per half hour) ',
    'MAC000002,Std,2012-10-12 00:30:00.0000000,0.219',
    'MAC000002,Std,2012-10-12 01:00:00.0000000,Null',
    'MAC000002,Std,2012-10-12 01:30:00.0000000,0.181',
    'MAC000003,Std,2012-10-12 00:30:00.0000000,1.5',
    '',
  ].join('\n');
  const replaying = { ...COHORT, count: 2, commissioned: '2012-01-01', profileCsv: 'wide.csv' };

  test('are read, replayed on every meter of the cohort, and reported', () => {
    writeFileSync(join(folder, 'wide.csv'), CSV);
    const fleet = open({ ...replaying, household: 'MAC000002' });
    expect(fleet.replayedCsvs).toMatchObject([
      { cohort: 'A', household: 'MAC000002', report: { entries: 2, nulls: 1, gaps: 1 } },
    ]);
    const startSeconds = parseDateTime('2012-10-12T01:00:00Z');
    const period = { startSeconds, endSeconds: startSeconds + 3600 };
    const reply = fleet.readMeter({ device: 1, srv: '4.8.1', ...period }, startSeconds + 86_400);
    if (!reply.ok || !('profile' in reply) || reply.profile === null) throw new Error('no profile');
    expect(reply.profile.firstHalfHour).toBe(startSeconds / 1800);
    expect([...(reply.profile.columns[0] ?? [])]).toEqual([219, 0xffff_ffff, 181]);
  });

  test('that cannot be read are named with their cohort', () => {
    writeFileSync(join(folder, 'wide.csv'), CSV);
    for (const [change, reason] of [
      [{ household: 'MAC000009' }, 'MAC000009'],
      [{ profileCsv: 'nowhere.csv' }, 'ENOENT'],
    ] as const) {
      const file = join(folder, 'fleet.json');
      const plans = checkFleet({ cohorts: [{ ...replaying, ...change }] }, file, DEFAULTS);
      const fleet = plans.ok ? openFleet(plans.value, { seed: 1 }) : plans;
      expect(fleet.ok ? '' : fleet.problems[0]).toMatch(reason);
      expect(fleet.ok ? '' : fleet.problems[0]).toMatch(/\(profileCsv of cohort "A"\)$/);
    }
  });
});

const REPOSITORY = join(import.meta.dirname, '../..');
const hasReadings = existsSync(join(REPOSITORY, '../shared/half-hourly/lcl-MAC000060.csv'));

test.skipIf(!hasReadings)('the example of a household replays its readings', () => {
  const plans = readFleetFile(join(REPOSITORY, 'examples/household-fleet.json'), DEFAULTS);
  const fleet = plans.ok ? openFleet(plans.value, { seed: 1 }) : plans;
  if (!fleet.ok) throw new Error(fleet.problems.join('\n'));
  const { deviceCount, replayedCsvs } = fleet.value;
  expect(deviceCount).toBe(100);
  expect(replayedCsvs).toMatchObject([{ report: { rows: 19_200, entries: 19_200 } }]);
  const startSeconds = parseDateTime('2011-12-10T00:30:00Z');
  const period = { startSeconds, endSeconds: startSeconds + 1800 };
  const reply = fleet.value.readMeter(
    { device: 0, srv: '4.8.1', ...period },
    startSeconds + 86_400,
  );
  if (!reply.ok || !('profile' in reply)) throw new Error('no profile');
  expect([...(reply.profile?.columns[0] ?? [])]).toEqual([82, 30]);
  expect([0, 1].map((device) => fleet.value.deviceId(device))).toEqual([
    '90-B3-D5-1F-41-00-00-00',
    '90-B3-D5-1F-41-00-00-01',
  ]);
});

test('a read through the WAN reaches the meter of its cohort', async () => {
  const fleet = open(
    { ...COHORT, wan: 'none' },
    { ...COHORT, name: 'B', firstDeviceId: '90-B3-D5-1F-50-00-00-00' },
  );
  const clock = new ManualClock(Date.UTC(2026, 10, 23, 12));
  const wan = new Wan({ clock, meters: fleet, seed: 1 });
  const startSeconds = parseDateTime('2026-11-22T00:00:00Z');
  const period = { startSeconds, endSeconds: startSeconds + DAY_SECONDS };
  const atOnce = wan.read({ device: 3, srv: '4.8.1', ...period });
  expect(atOnce).toEqual(
    fleet.readMeter({ device: 3, srv: '4.8.1', ...period }, clock.nowMs() / 1000),
  );
  const later = promised(wan.read({ device: 13, srv: '4.8.1', ...period }));
  await clock.advanceBy(60_000);
  expect(await later).toEqual(
    fleet.readMeter({ device: 13, srv: '4.8.1', ...period }, clock.nowMs() / 1000),
  );
  expect(await later).not.toEqual(atOnce);
});
