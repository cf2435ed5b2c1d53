import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CommandError } from '../../cli/exit-codes.ts';
import { faultReport } from '../../cli/fault-report.ts';
import { buildProgram } from '../../cli/program.ts';
import { SERVE_SETTINGS, type ServeSettings } from '../../cli/settings.ts';
import { resolveSettings } from '../../cli/sources.ts';

const directory = mkdtempSync(join(tmpdir(), 's1sp-faults-'));
afterAll(() => rmSync(directory, { recursive: true }));

let plans = 0;
function planOf(value: object): string {
  const file = join(directory, `plan-${plans++}.json`);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

function settingsOf(flags: Readonly<Record<string, string>>): ServeSettings {
  const base = { meters: '100', now: '2026-11-23T09:00:00Z', ...flags };
  return resolveSettings(SERVE_SETTINGS, { flags: base, environment: {}, directory }).values;
}

function told(faults: readonly object[], flags: Readonly<Record<string, string>> = {}) {
  const settings = settingsOf({ ...flags, faults: planOf({ faults }) });
  const { faults: list } = JSON.parse(faultReport(settings, true));
  return list;
}

describe('--dry-run', () => {
  test('tells of a fault of the link whom it hits, when, and how many scheduled runs', () => {
    const wan = { name: 'night', when: '00:00Z..12:00Z', what: 'wan-down', srv: '4.8.1', p: 0.5 };
    expect(told([wan])).toEqual([
      {
        name: 'night',
        what: 'wan-down',
        srv: '4.8.1',
        p: 0.5,
        devices: {
          count: 100,
          deviceIds: expect.arrayContaining(['90-B3-D5-1F-40-00-00-00']),
          lastDeviceId: '90-B3-D5-1F-40-00-00-63',
        },
        windows: [
          { start: '2026-11-23T00:00:00.000Z', end: '2026-11-23T12:00:00.000Z' },
          { start: '2026-11-24T00:00:00.000Z', end: '2026-11-24T12:00:00.000Z' },
          { start: '2026-11-25T00:00:00.000Z', end: '2026-11-25T12:00:00.000Z' },
        ],
        // Each ESME has one run of 4.8.1 between 00:30Z and 06:30Z, and every other is hit.
        expected: { from: '2026-11-23T09:00:00.000Z', hours: 24, scheduledRuns: 50 },
      },
    ]);
    expect(told([{ what: 'silent' }])[0].expected.scheduledRuns).toBe(300);
    expect(told([{ what: 'silent' }], { schedules: '0.3' })[0].expected.scheduledRuns).toBe(90);
    const noon = { what: 'silent', when: '12:00Z..13:00Z' };
    expect(told([noon])[0].expected).toMatchObject({
      from: '2026-11-23T12:00:00.000Z',
      scheduledRuns: 0,
    });
  });

  test('tells of a fault of the log how many entries a day it spoils', () => {
    const morning = { what: 'gap', when: '06:00Z..09:00Z', who: '90-B3-D5-1F-40-00-00-07', p: 0.5 };
    // Six half hours in each of three logs.
    expect(told([morning])[0].expected).toEqual({
      from: '2026-11-24T06:00:00.000Z',
      hours: 24,
      entries: 9,
    });
    expect(told([{ what: 'late-daily-read' }])[0].expected.entries).toBe(100);
    expect(told([{ what: 'gap' }])[0].expected.entries).toBe(100 * (3 * 48 + 1));
  });

  test('says when a fault always holds, has an open side, or is over', () => {
    const whens = ['2026-11-24T00:00:00Z..', '..2026-11-24T00:00:00Z', '..2026-11-23T09:00:00Z'];
    const faults = [{ what: 'gap' }, ...whens.map((when) => ({ what: 'gap', when }))];
    const windows = told(faults).map((fault: { windows: unknown }) => fault.windows);
    const day = '2026-11-24T00:00:00.000Z';
    expect(windows).toEqual([null, [{ start: day }], [{ end: day }], []]);
    const text = faultReport(settingsOf({ faults: planOf({ faults }) }), false);
    expect(text).toContain('  when     always\n');
    expect(text).toContain(`  when     ${day}..\n`);
    expect(text).toContain('  when     never again\n');
  });

  test('tells it to people as text', () => {
    const faults = [{ name: 'quiet', who: 'default', what: 'silent' }];
    expect(faultReport(settingsOf({ faults: planOf({ faults }) }), false)).toBe(
      [
        'fault 1: quiet',
        '  what     silent, p 1',
        '  who      100 devices: 90-B3-D5-1F-40-00-00-00 90-B3-D5-1F-40-00-00-01 ' +
          '90-B3-D5-1F-40-00-00-02 … 90-B3-D5-1F-40-00-00-63',
        '  srv      all',
        '  when     always',
        '  expected 300 scheduled runs in the 24 hours from 2026-11-23T09:00:00.000Z',
        '',
      ].join('\n'),
    );
  });

  test('names the devices of a share, where they are many the first and the last', () => {
    const whos = [['90-B3-D5-1F-40-00-00-01', '90-B3-D5-1F-40-00-00-63'], '90-B3-D5-1F-40-00-00-1'];
    const faults = [...whos, 0].map((who) => ({ who, what: 'silent' }));
    const text = faultReport(settingsOf({ faults: planOf({ faults }) }), false);
    expect(text.split('\n').filter((line) => line.includes('who'))).toEqual([
      '  who      2 devices: 90-B3-D5-1F-40-00-00-01 90-B3-D5-1F-40-00-00-63',
      '  who      16 devices: 90-B3-D5-1F-40-00-00-10 90-B3-D5-1F-40-00-00-11 ' +
        '90-B3-D5-1F-40-00-00-12 … 90-B3-D5-1F-40-00-00-1F',
      '  who      0 devices',
    ]);
  });

  test('ends with exit 2 and everything that is wrong with the plan', () => {
    const file = planOf({ faults: [{ what: 'slient' }, { what: 'silent', who: 'defualt' }] });
    const run = () => faultReport(settingsOf({ faults: file }), false);
    expect(run).toThrow(CommandError);
    expect(run).toThrow(/\/faults\/0\/what: .*did you mean "silent"\?\n.*did you mean "default"\?/);
    expect(() => faultReport(settingsOf({}), false)).toThrow('--faults FILE');
  });

  test('is a flag of serve, and --faults a setting whose path is made absolute', () => {
    const serve = buildProgram().commands.find((command) => command.name() === 'serve');
    const flags = serve?.options.map(({ long }) => long);
    expect(flags).toEqual(expect.arrayContaining(['--faults', '--dry-run']));
    expect(settingsOf({ faults: 'plan.json' }).faults).toBe(resolve(directory, 'plan.json'));
  });
});
