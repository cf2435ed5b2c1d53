// GSMEs and GPFs in a fleet file, and what the fleet makes of them.

import { describe, expect, test } from 'vitest';
import { type Fleet, openFleet } from '../../emulator/fleet.ts';
import { checkFleet, readFleetFile } from '../../emulator/fleet-file.ts';
import { WAN_PROFILES } from '../../emulator/wan-profiles.ts';
import { replyBytes } from '../../emulator/wan-tally.ts';
import { DAY_SECONDS, parseDateTime } from '../../gateway/protocol/half-hours.ts';

const DEFAULTS = { wan: WAN_PROFILES.none, scheduledShare: 1 };
const GSME = {
  name: 'G',
  deviceType: 'GSME',
  count: 3,
  firstDeviceId: '90-B3-D5-1F-42-00-00-00',
};
const GPF = { ...GSME, name: 'P', deviceType: 'GPF', firstDeviceId: '90-B3-D5-1F-43-00-00-00' };
const ESME = { ...GSME, name: 'E', deviceType: 'ESME', firstDeviceId: '90-B3-D5-1F-40-00-00-00' };

function problems(...cohorts: unknown[]): readonly string[] {
  const checked = checkFleet({ cohorts }, 'fleet.json', DEFAULTS);
  return checked.ok ? [] : checked.problems.map((text) => text.replace('fleet.json: ', ''));
}

function open(...cohorts: unknown[]): Fleet {
  const checked = checkFleet({ cohorts }, 'fleet.json', DEFAULTS);
  const fleet = checked.ok ? openFleet(checked.value, { seed: 1 }) : checked;
  if (!fleet.ok) throw new Error(fleet.problems.join('\n'));
  return fleet.value;
}

const NOW = parseDateTime('2024-01-10T09:00:00Z');
const DAY = { startSeconds: NOW - DAY_SECONDS, endSeconds: NOW };

describe('a cohort of gas devices', () => {
  test('has the plain gas model unless it says another', () => {
    const fleet = open(GSME, { ...GPF, model: 'gas-late-daily' });
    expect(fleet.cohorts.map(({ plan }) => plan.model.name)).toEqual(['gas', 'gas-late-daily']);
    expect(fleet.cohorts.map(({ deviceType }) => deviceType)).toEqual(['GSME', 'GPF']);
  });

  test('starts with schedules where it says so itself', () => {
    const fleet = open({ ...GSME, schedules: 'all' });
    expect([fleet.startsScheduled(0), fleet.startsScheduled(1)]).toEqual([true, true]);
  });

  test('starts without schedules, whatever the command line says for ESMEs', () => {
    const fleet = open(GSME, ESME, { ...GPF, schedules: 'none' });
    const started = Array.from({ length: 9 }, (_, device) => fleet.startsScheduled(device));
    expect(started).toEqual([false, false, false, true, true, true, false, false, false]);
  });

  test.each<[object, string]>([
    [{ schedules: 2 }, '/cohorts/0/schedules: 2 is not a number from 0 to 1'],
    [{ model: 'single-element' }, '/cohorts/0/model: "single-element" is not one of gas, '],
    [{ model: 'gas-24-hour' }, 'did you mean "gas-24-hours"?'],
    [{ profileCsv: 'x.csv' }, '/cohorts/0/profileCsv: only an ESME replays readings'],
    [{ household: 'x' }, '/cohorts/0/household: only an ESME replays readings'],
    [{ proxyFor: 'G' }, '/cohorts/0/proxyFor: only a GPF has a GSME'],
    [{ deviceType: 'GPF', proxyFor: 'X' }, '/cohorts/0/proxyFor: "X" is not the name of a cohort'],
    [{ deviceType: 'GPF', proxyFor: 'G' }, '/cohorts/0/proxyFor: "G" is not the name of a cohort'],
    [{ deviceType: 'GPF', proxyFor: 1 }, '/cohorts/0/proxyFor: 1 is not a text'],
    [
      { deviceType: 'GPF', model: 'gas-24-hours' },
      '/cohorts/0/model: "gas-24-hours" is a model of',
    ],
    [{ deviceType: 'ESME', model: 'gas' }, '/cohorts/0/model: "gas" is not one of single-element'],
    [{ deviceType: 'ESME', proxyFor: 'G' }, '/cohorts/0/proxyFor: only a GPF has a GSME'],
  ])('is refused with %j', (change, problem) => {
    const found = problems({ ...GSME, ...change });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(problem);
  });

  test('G10: only a GSME of a 24-hour model has the limit', () => {
    const fleet = open(
      { ...GSME, model: 'gas-24-hours' },
      { ...GSME, name: 'H', firstDeviceId: '90-B3-D5-1F-42-00-01-00' },
      GPF,
      ESME,
    );
    expect(fleet.cohorts.map(({ readHoursMax }) => readHoursMax)).toEqual([
      24,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('a GPF', () => {
  test('tells of the gas of its GSME, wherever the two stand in the file', () => {
    const fleet = open({ ...GPF, proxyFor: 'G' }, ESME, GSME);
    for (const srv of ['4.8.1', '4.6.1'] as const) {
      for (let place = 0; place < 3; place++) {
        const gpf = fleet.readMeter({ device: place, srv, ...DAY }, NOW);
        expect(gpf).toEqual(fleet.readMeter({ device: 6 + place, srv, ...DAY }, NOW));
        expect(gpf).not.toEqual(
          fleet.readMeter({ device: 6 + ((place + 1) % 3), srv, ...DAY }, NOW),
        );
      }
    }
  });

  test('without one has gas of its own', () => {
    const fleet = open(GPF, GSME);
    const read = (device: number) => fleet.readMeter({ device, srv: '4.8.1', ...DAY }, NOW);
    expect(read(0)).not.toEqual(read(3));
  });

  test('must be as many as its GSMEs, and as old', () => {
    const proxy = { ...GPF, proxyFor: 'G' };
    const wrong = ['/cohorts/1/proxyFor: "G" has another count or another "commissioned"'];
    expect(problems(GSME, proxy)).toEqual([]);
    expect(problems(GSME, { ...proxy, count: 2 })).toEqual(wrong);
    expect(problems(GSME, { ...proxy, commissioned: '2020-01-01' })).toEqual(wrong);
  });
});

describe('a gas meter on the WAN', () => {
  test('that gives 24 hours at a time does not answer when asked for more', () => {
    const fleet = open({ ...GSME, model: 'gas-24-hours' }, GPF);
    const read = (device: number, startSeconds: number, srv: '4.8.1' | '4.6.1' = '4.8.1') =>
      fleet.readMeter({ device, srv, startSeconds, endSeconds: NOW }, NOW);
    expect(read(0, NOW - DAY_SECONDS)).toMatchObject({ ok: true, profile: { count: 49 } });
    expect(read(0, NOW - DAY_SECONDS - 1)).toEqual({ ok: false, code: 'E21' });
    expect(read(0, 0, '4.6.1')).toMatchObject({ ok: true });
    expect(read(3, NOW - DAY_SECONDS - 1)).toMatchObject({ ok: true, profile: { count: 49 } });
  });

  test('gives daily reads of gas', () => {
    const reply = open(GSME).readMeter({ device: 0, srv: '4.6.1', ...DAY }, NOW);
    if (!reply.ok || !('gasDailyReadLog' in reply)) throw new Error('no gas');
    const [read, ...rest] = reply.gasDailyReadLog;
    expect(rest).toEqual([]);
    expect(Object.keys(read ?? {})).toEqual([
      'timestamp',
      'gasActiveImportRegisterConsumption',
      'tariffBlockCounterMatrix',
      'tariffTOURegisterMatrix',
    ]);
    const [stamp, values] = [4, 4 * (1 + 4 + 4)];
    expect(replyBytes(reply)).toBe(64 + stamp + values);
  });
});

test('examples/dual-fuel-fleet.json is a fleet of both fuels, GPFs beside their GSMEs', () => {
  const plans = readFleetFile('examples/dual-fuel-fleet.json', DEFAULTS);
  const fleet = plans.ok ? openFleet(plans.value, { seed: 1 }) : plans;
  if (!fleet.ok) throw new Error(fleet.problems.join('\n'));
  expect(fleet.value.deviceCount).toBe(260);
  const counts = new Map<string, number>();
  for (const { plan } of fleet.value.cohorts) {
    counts.set(plan.deviceType, (counts.get(plan.deviceType) ?? 0) + plan.count);
  }
  expect([...counts]).toEqual([
    ['ESME', 100],
    ['GSME', 100],
    ['GPF', 60],
  ]);
});
