import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkFleet, defaultFleet, readFleetFile } from '../../emulator/fleet-file.ts';
import { parseShare } from '../../emulator/scheduled-share.ts';
import { WAN_PROFILES } from '../../emulator/wan-profiles.ts';
import { parseDate } from '../../gateway/protocol/half-hours.ts';

const DEFAULTS = { wan: WAN_PROFILES.typical, scheduledShare: 1 };

const folder = mkdtempSync(join(tmpdir(), 'fleet-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const COHORT = { name: 'A', count: 10, firstDeviceId: '90-B3-D5-1F-40-00-00-00' };

function problems(...cohorts: unknown[]): readonly string[] {
  const checked = checkFleet({ cohorts }, 'fleet.json', DEFAULTS);
  return checked.ok ? [] : checked.problems;
}

describe('share', () => {
  test.each([
    ['all', 1],
    ['none', 0],
    ['0', 0],
    ['1', 1],
    ['0.25', 0.25],
    ['.5', 0.5],
    ['1.01', undefined],
    ['-0.1', undefined],
    ['some', undefined],
    ['', undefined],
    ['1e-1', undefined],
  ])('"%s" reads as %s', (text, share) => {
    expect(parseShare(text)).toBe(share);
  });
});

describe('cohorts together', () => {
  test('may touch, but not overlap', () => {
    const before = { ...COHORT, name: 'B', count: 4, firstDeviceId: '90-B3-D5-1F-3F-FF-FF-FC' };
    const after = { ...COHORT, name: 'C', firstDeviceId: '90-B3-D5-1F-40-00-00-0A' };
    expect(problems(COHORT, before, after)).toEqual([]);
    expect(problems(COHORT, { ...before, count: 5 })).toEqual([
      'fleet.json: /cohorts/1/firstDeviceId: ' +
        '90-B3-D5-1F-3F-FF-FF-FC to 90-B3-D5-1F-40-00-00-00 overlaps ' +
        'cohort "A", 90-B3-D5-1F-40-00-00-00 to 90-B3-D5-1F-40-00-00-09',
    ]);
    expect(problems(COHORT, { ...after, firstDeviceId: '90-B3-D5-1F-40-00-00-09' })).toEqual([
      'fleet.json: /cohorts/1/firstDeviceId: ' +
        '90-B3-D5-1F-40-00-00-09 to 90-B3-D5-1F-40-00-00-12 overlaps ' +
        'cohort "A", 90-B3-D5-1F-40-00-00-00 to 90-B3-D5-1F-40-00-00-09',
    ]);
  });
});

describe('fleet file', () => {
  test('what a cohort leaves out is as on the command line and in the default fleet', () => {
    const checked = checkFleet({ cohorts: [COHORT] }, 'fleet.json', {
      wan: WAN_PROFILES.sms,
      scheduledShare: 0.25,
    });
    expect(checked).toEqual({
      ok: true,
      value: [
        {
          ...defaultFleet(10, { wan: WAN_PROFILES.sms, scheduledShare: 0.25 })[0],
          name: 'A',
        },
      ],
    });
  });

  test('takes every key of the contract', () => {
    const checked = checkFleet(
      {
        cohorts: [
          {
            ...COHORT,
            deviceType: 'ESME',
            model: 'late-daily-read',
            wan: { basedOn: 'slow', retries: 0 },
            schedules: 'none',
            commissioned: '2020-02-29',
            deviceStatus: 'Suspended',
            registeredParties: ['90-b3-d5-1f-30-01-00-00'],
            profileCsv: 'homes/wide.csv',
            household: 'MAC000002',
          },
        ],
      },
      '/fleets/fleet.json',
      DEFAULTS,
    );
    expect(checked.ok && checked.value[0]).toMatchObject({
      scheduledShare: 0,
      commissionedDay: parseDate('2020-02-29'),
      deviceStatus: 'Suspended',
      registeredParties: new Set(['90-B3-D5-1F-30-01-00-00']),
      wan: { ...WAN_PROFILES.slow, name: 'own', retries: 0 },
      model: { name: 'late-daily-read' },
      profileCsv: { file: '/fleets/homes/wide.csv', household: 'MAC000002' },
    });
  });

  const TYPES = 'ESME, GSME, GPF';
  test.each<[Record<string, unknown>, string]>([
    [{ modle: 'x' }, '/modle: unknown key; did you mean "model"?'],
    [{ 'a/b~c': 1 }, '/a~1b~0c: unknown key; known are name, deviceType, count, '],
    [{ name: undefined }, '/name: missing'],
    [{ name: '' }, '/name: "" is not a text'],
    [{ count: undefined }, '/count: missing'],
    [{ count: 0 }, '/count: 0 is not a whole number from 1 to 12000000'],
    [{ count: 2.5 }, '/count: 2.5 is not a whole number from 1 to 12000000'],
    [{ count: 12_000_001 }, '/count: 12000001 is not a whole number from 1 to 12000000'],
    [{ count: '10' }, '/count: "10" is not a whole number from 1 to 12000000'],
    [{ firstDeviceId: undefined }, '/firstDeviceId: missing'],
    [
      { firstDeviceId: '90-B3' },
      '/firstDeviceId: "90-B3" is not an EUI-64 such as "90-B3-D5-1F-40-00-00-00"',
    ],
    [{ deviceType: 'ESMEE' }, `/deviceType: "ESMEE" is not one of ${TYPES}; did you mean "ESME"?`],
    [{ deviceType: null }, `/deviceType: null is not one of ${TYPES}`],
    [{ model: 'twin-elment' }, '/model: "twin-elment" is not one of single-element, twin-element'],
    [
      { wan: 'typcal' },
      '/wan: the WAN "typcal" is neither none, typical, slow, sms nor a file; ' +
        'did you mean "typical"?',
    ],
    [{ wan: { capasity: 1 } }, '/wan/capasity: unknown key; did you mean "capacity"?'],
    [{ wan: 3 }, '/wan: 3 is not a text'],
    [{ schedules: 1.01 }, '/schedules: 1.01 is not a number from 0 to 1'],
    [{ schedules: 'most' }, '/schedules: "most" is not "all", "none" or a number from 0 to 1'],
    [
      { commissioned: '2019-02-29' },
      '/commissioned: "2019-02-29" is not a date since 1970 such as "2019-06-01"',
    ],
    [
      { commissioned: '1969-12-31' },
      '/commissioned: "1969-12-31" is not a date since 1970 such as "2019-06-01"',
    ],
    [
      { deviceStatus: 'Commisioned' },
      '/deviceStatus: "Commisioned" is not one of Pending, Whitelisted, ' +
        'InstalledNotCommissioned, Commissioned, Decommissioned, Withdrawn, Suspended, Recovery, ' +
        'Recovered; did you mean "Commissioned"?',
    ],
    [{ registeredParties: 'all' }, '/registeredParties: "all" is not a list'],
    [
      { registeredParties: ['90-B3-D5-1F-30-01-00-00', 'IS'] },
      '/registeredParties/1: "IS" is not an EUI-64 such as "90-B3-D5-1F-40-00-00-00"',
    ],
    [{ profileCsv: 7 }, '/profileCsv: 7 is not a text'],
    [{ household: 'MAC000002' }, '/household: names a household of a "profileCsv" that is missing'],
  ])('refuses %j by file, place and what would be right', (change, problem) => {
    const found = problems({ ...COHORT, ...change });
    expect(found.length).toBe(1);
    expect(found[0]?.startsWith(`fleet.json: /cohorts/0${problem}`)).toBe(true);
  });

  test('says all that is wrong at once', () => {
    expect(problems({ ...COHORT, count: 0, model: 'x' }, { ...COHORT, wan: 'y' }).length).toBe(3);
  });

  test('refuses two cohorts of one name', () => {
    expect(problems(COHORT, { ...COHORT, firstDeviceId: '90-B3-D5-1F-50-00-00-00' })).toEqual([
      'fleet.json: /cohorts/1/name: "A" is the name of an earlier cohort as well',
    ]);
  });

  test('refuses more meters in all than there are', () => {
    const other = { ...COHORT, name: 'B', firstDeviceId: '90-B3-D5-1F-50-00-00-00' };
    expect(problems({ ...COHORT, count: 12_000_000 }, { ...other, count: 1 })).toEqual([
      'fleet.json: /cohorts: 12000001 meters in all; allowed are 12000000',
    ]);
    expect(problems({ ...COHORT, count: 11_999_999 }, { ...other, count: 1 })).toEqual([]);
  });

  test.each<[unknown, string]>([
    [{}, 'fleet.json: /cohorts: missing'],
    [{ cohorts: [] }, 'fleet.json: /cohorts: 0 items; allowed are 1 to 256'],
    [{ cohorts: {} }, 'fleet.json: /cohorts: {} is not a list'],
    [
      { cohort: [], cohorts: [COHORT] },
      'fleet.json: /cohort: unknown key; did you mean "cohorts"?',
    ],
    [[], 'fleet.json: [] is not an object'],
    [{ cohorts: [7] }, 'fleet.json: /cohorts/0: 7 is not an object'],
  ])('refuses %j', (value, problem) => {
    const checked = checkFleet(value, 'fleet.json', DEFAULTS);
    expect(checked).toEqual({ ok: false, problems: [problem] });
  });

  test('is named when it is missing or no JSON', () => {
    const missing = join(folder, 'missing.json');
    const none = readFleetFile(missing, DEFAULTS);
    expect(none.ok ? '' : none.problems[0]).toMatch(`${missing}: ENOENT`);
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{"cohorts": [');
    const bad = readFleetFile(broken, DEFAULTS);
    expect(bad.ok ? '' : bad.problems[0]).toMatch(`${broken}: Unexpected end of JSON input`);
  });

  test('finds a WAN profile beside itself', () => {
    writeFileSync(join(folder, 'moc.json'), '{"basedOn": "sms", "capacity": 7}');
    const file = join(folder, 'fleet.json');
    const checked = checkFleet({ cohorts: [{ ...COHORT, wan: 'moc.json' }] }, file, DEFAULTS);
    expect(checked.ok && checked.value[0]?.wan).toEqual({
      ...WAN_PROFILES.sms,
      name: 'moc.json',
      capacity: 7,
    });
  });
});
