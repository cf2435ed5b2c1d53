import { describe, expect, test } from 'vitest';
import {
  checkFaultPlan,
  checkOneFault,
  FAULTS_MAX,
  type Fault,
  readFaultPlan,
} from '../../emulator/fault-plan.ts';
import { openTestFleet, SEED } from '../gateway/fault-world.ts';

const fleet = openTestFleet();
const ground = { fleet, seed: SEED };

function faultOf(fault: object): Fault {
  const checked = checkOneFault({ what: 'silent', ...fault }, 'fault', ground);
  if (!checked.ok) throw new Error(checked.problems.join('\n'));
  return checked.value;
}

function devicesOf(who: unknown): number[] {
  const { target, hash } = faultOf({ who });
  const devices: number[] = [];
  target.forEach(hash, (device) => devices.push(device));
  const included = Array.from({ length: fleet.deviceCount }, (_, device) => device);
  expect(included.filter((device) => target.includes(device, hash))).toEqual(devices);
  return devices;
}

const NORTH = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const SOUTH = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19];

describe('who', () => {
  test.each([
    ['all', [...NORTH, ...SOUTH, 20]],
    ['north', NORTH],
    ['90-B3-D5-1F-40-00-00-03', [3]],
    ['90-b3-d5-1f-40-00-00-03', [3]],
    ['90-B3-D5-1F-40', NORTH],
    ['90-B3-D5-1F-41-', SOUTH],
    ['90', [...NORTH, ...SOUTH, 20]],
    [
      ['south', '90-B3-D5-1F-41-00-00-03', '90-B3-D5-1F-40-00-00-01'],
      [1, ...SOUTH],
    ],
    [
      ['90-B3-D5-1F-40-00-00-01', '90-B3-D5-1F-40-00-00-00'],
      [0, 1],
    ],
    [0, []],
    [1, [...NORTH, ...SOUTH, 20]],
  ])('%j', (who, devices) => {
    expect(devicesOf(who)).toEqual(devices);
  });

  test('as a share is what the seed picks, and a larger share has all of a smaller one', () => {
    const half = devicesOf(0.5);
    expect(half.length).toBeGreaterThan(4);
    expect(half.length).toBeLessThan(17);
    const south = devicesOf({ of: 'south', share: 0.5 });
    expect(south.every((device) => SOUTH.includes(device))).toBe(true);
    const otherSeed = checkOneFault({ who: 0.5, what: 'silent' }, 'fault', { fleet, seed: 8 });
    const other: number[] = [];
    if (otherSeed.ok) otherSeed.value.target.forEach(otherSeed.value.hash, (d) => other.push(d));
    expect(other).not.toEqual(half);
  });
});

describe('what', () => {
  test.each([
    ['silent', { kind: 'silent', amount: undefined }],
    ['slow', { kind: 'slow', amount: 10 }],
    [{ slow: {} }, { kind: 'slow', amount: 10 }],
    [{ slow: { delaySeconds: 0.5 } }, { kind: 'slow', amount: 0.5 }],
    [{ silent: {} }, { kind: 'silent', amount: undefined }],
    ['late-daily-read', { kind: 'late-daily-read', amount: 7 }],
    [{ 'wrong-clock': { offsetMinutes: -1440 } }, { kind: 'wrong-clock', amount: -1440 }],
    ['gap', { kind: 'gap', amount: undefined }],
    [{ 'corrupted-entry': { value: 0 } }, { kind: 'corrupted-entry', amount: 0 }],
  ])('%j', (what, expected) => {
    expect(faultOf({ what }).what).toEqual(expected);
  });
});

test('a fault that says no more than what it is holds always, for all, surely', () => {
  const { window, srvs, p, name } = faultOf({});
  expect([window, srvs, p, name]).toEqual([undefined, undefined, 1, undefined]);
  expect(faultOf({ srv: ['4.8.1', '3.2'] }).srvs).toEqual(new Set(['4.8.1', '3.2']));
});

describe('a plan that is wrong', () => {
  const problems = (value: unknown): readonly string[] => {
    const checked = checkFaultPlan(value, 'plan.json', ground);
    return checked.ok ? [] : checked.problems;
  };

  test.each([
    [[], 'plan.json: [] is not an object'],
    [{}, 'plan.json: /faults: missing'],
    [{ fualts: [] }, 'plan.json: /fualts: unknown key; did you mean "faults"?'],
    [{ faults: {} }, 'plan.json: /faults: {} is not a list'],
    [{ faults: [7] }, 'plan.json: /faults/0: 7 is not an object'],
    [{ faults: [{}] }, 'plan.json: /faults/0/what: missing'],
  ])('%j', (value, problem) => {
    expect(problems(value)).toContain(problem);
  });

  test.each([
    [{ wath: 1 }, '/wath: unknown key; did you mean "what"?'],
    [{ what: 'slient' }, '/what: "slient" is not one of silent, slow,'],
    [{ what: 'slient' }, 'did you mean "silent"?'],
    [{ what: { slo: {} } }, '/what/slo: unknown key; did you mean "slow"?'],
    [{ what: {} }, '/what: one kind of fault with its parameters, not 0'],
    [{ what: { slow: {}, gap: {} } }, '/what: one kind of fault with its parameters, not 2'],
    [{ what: { slow: 7 } }, '/what/slow: 7 is not an object'],
    [{ what: { slow: { delay: 7 } } }, '/what/slow/delay: unknown key; known are delaySeconds'],
    [{ what: { slow: { delaySeconds: -1 } } }, '/what/slow/delaySeconds: -1 is not a number'],
    [{ what: { slow: { delaySeconds: 86_401 } } }, '/what/slow/delaySeconds: 86401 is not'],
    [{ what: { silent: { forSeconds: 1 } } }, '/what/silent/forSeconds: unknown key'],
    [{ what: { 'wrong-clock': { offsetMinutes: 0 } } }, 'whole half hours and not 0'],
    [{ what: { 'wrong-clock': { offsetMinutes: 45 } } }, 'whole half hours and not 0'],
    [{ name: 'x'.repeat(201) }, '/name: 201 characters; allowed are up to 200'],
    [{ when: 'whenever' }, '/when: "whenever" is not a window'],
    [{ when: 7 }, '/when: 7 is not a text'],
    [{ who: 'nroth' }, '/who: "nroth" is not "all", a cohort, a device, or the prefix'],
    [{ who: 'nroth' }, 'did you mean "north"?'],
    [{ who: '90-B3-D5-1F-40-00-00-0A' }, '"90-B3-D5-1F-40-00-00-0A" is no device\'s'],
    [{ who: '91-' }, '"91-" begins the identifier of no device'],
    [{ who: [] }, '/who: 0 items; allowed are 1 to 1000'],
    [{ who: ['north', 5] }, '/who/1: 5 is not a text'],
    [{ who: 1.5 }, '/who: 1.5 is not a number from 0 to 1'],
    [{ who: null }, '/who: null is not a text'],
    [{ who: { of: 'south' } }, '/who/share: missing'],
    [{ who: { of: 'suoth', share: 0.5 } }, '/who/of: "suoth" is not'],
    [{ srv: '4.8.4' }, '/srv: "4.8.4" is not one of 4.6.1, 4.8.1, 4.8.2, 4.8.3, 3.2'],
    [{ srv: ['4.8.1', '5.1'] }, '/srv/1: "5.1" is not one of'],
    [{ what: 'late-daily-read', srv: '4.8.1' }, '/srv: late-daily-read does nothing to 4.8.1'],
    [{ what: 'gap', srv: ['4.8.1', '3.2'] }, '/srv/1: gap does nothing to 3.2'],
    [{ p: 1.01 }, '/p: 1.01 is not a number from 0 to 1'],
    [{ p: '1' }, '/p: "1" is not a number from 0 to 1'],
    [{ name: '' }, '/name: "" is not a text'],
  ])('%j', (fault, problem) => {
    const found = problems({ faults: [{ what: 'silent' }, { what: 'silent', ...fault }] });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^plan\.json: \/faults\/1\//);
    expect(found[0]).toContain(problem);
  });

  test('tells of everything at once', () => {
    expect(
      problems({
        faults: [
          { what: 'slw', p: 2 },
          { who: 'x', when: 'y' },
        ],
      }),
    ).toHaveLength(5);
  });

  test('of too many faults is refused; of as many as there may be it is not', () => {
    const many = (count: number) => ({ faults: Array(count).fill({ what: 'silent' }) });
    expect(problems(many(FAULTS_MAX))).toEqual([]);
    expect(problems(many(FAULTS_MAX + 1))[0]).toContain('65 items; allowed are 0 to 64');
  });

  test('that is not there, or is no JSON, is refused by name', () => {
    const told = (file: string) => {
      const read = readFaultPlan(file, ground);
      return read.ok ? '' : read.problems.join();
    };
    expect(told('nowhere.json')).toMatch(/^nowhere\.json: ENOENT/);
    expect(told('README.md')).toContain('README.md: ');
    expect(told('README.md')).toContain('JSON');
  });
});
