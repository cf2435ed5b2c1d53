import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  SERVICE_REFERENCES,
  type Srv,
  USER_ROLES,
  type UserRole,
} from '../../../gateway/protocol/service-reference.ts';
import {
  type Mode,
  ON_DEMAND_SECONDS,
  readTargets,
  TargetResponseTimes,
} from '../../../gateway/protocol/target-response-times.ts';

const DAY_MS = 86_400_000;

describe('the built-in Target Response Times', () => {
  const targets = new TargetResponseTimes();

  test.each<[Mode, Srv, UserRole, number]>([
    ['onDemand', '4.6.1', 'IS', 16],
    ['onDemand', '4.6.1', 'MDR', 86_400],
    ['onDemand', '4.8.1', 'ED', 16],
    ['onDemand', '4.8.1', 'MDR', 86_400],
    ['onDemand', '4.8.2', 'OU', 16],
    ['onDemand', '4.8.3', 'ES', 16],
    ['onDemand', '4.8.3', 'MDR', 86_400],
    ['onDemand', '3.2', 'GS', 16],
    ['onDemand', '5.1', 'MDR', 16],
    ['futureDated', '4.8.1', 'IS', 86_400],
    ['futureDated', '3.2', 'IS', 86_400],
    ['scheduled', '4.8.2', 'ED', 86_400],
    ['scheduled', '4.6.1', 'MDR', 86_400],
  ])('%s, %s, %s: %i seconds', (mode, srv, role, seconds) => {
    expect(targets.seconds(mode, srv, role)).toBe(seconds);
  });

  test.each<[string, UserRole, number, string]>([
    ['exactly at 16 s is met', 'IS', 16_000, 'met'],
    ['16.001 s is missed', 'IS', 16_001, 'missed'],
    ['at once is met', 'IS', 0, 'met'],
    ['of a Meter Data Retriever exactly at 24 h is met', 'MDR', DAY_MS, 'met'],
    ['of a Meter Data Retriever a millisecond after 24 h is missed', 'MDR', DAY_MS + 1, 'missed'],
  ])('an answer %s', (_, role, elapsedMs, result) => {
    expect(targets.judge('onDemand', '4.8.1', role, elapsedMs)).toBe(result);
  });

  test('are there for every role that may send an SRV, and for no other', () => {
    for (const [srv, { roles }] of Object.entries(SERVICE_REFERENCES)) {
      const told: readonly string[] = Object.keys(ON_DEMAND_SECONDS[srv as Srv]);
      expect(
        USER_ROLES.filter((role) => told.includes(role)),
        srv,
      ).toEqual(roles);
    }
  });

  test('are not there for what cannot be scheduled or future dated', () => {
    expect(targets.seconds('scheduled', '3.2', 'IS')).toBeUndefined();
    expect(targets.seconds('scheduled', '5.1', 'IS')).toBeUndefined();
    expect(targets.seconds('futureDated', '5.1', 'IS')).toBeUndefined();
  });
});

describe('a targets file', () => {
  function read(value: unknown): TargetResponseTimes {
    const checked = readTargets('targets.json', value);
    if (!checked.ok) throw new Error(checked.problems.join('\n'));
    return checked.value;
  }

  test('that says nothing changes nothing', () => {
    const targets = read({});
    expect(targets.seconds('onDemand', '4.8.1', 'IS')).toBe(16);
    expect(targets.seconds('scheduled', '4.8.1', 'MDR')).toBe(86_400);
  });

  test('changes a role, an SRV or a whole mode, and leaves the rest', () => {
    const targets = read({
      onDemandSeconds: { '4.8.1': { MDR: 3600 }, '4.8.2': 30.5 },
      scheduledSeconds: 7200,
    });
    expect(targets.seconds('onDemand', '4.8.1', 'MDR')).toBe(3600);
    expect(targets.seconds('onDemand', '4.8.1', 'IS')).toBe(16);
    expect(targets.seconds('onDemand', '4.8.2', 'ED')).toBe(30.5);
    expect(targets.seconds('onDemand', '4.6.1', 'MDR')).toBe(86_400);
    expect(targets.seconds('scheduled', '4.6.1', 'IS')).toBe(7200);
    expect(targets.seconds('futureDated', '4.6.1', 'IS')).toBe(86_400);
    expect(targets.judge('onDemand', '4.8.2', 'ED', 30_500)).toBe('met');
    expect(targets.judge('onDemand', '4.8.2', 'ED', 30_501)).toBe('missed');
  });

  test('may give 0 seconds, which only a cached answer meets, and a year', () => {
    const targets = read({ onDemandSeconds: { '4.8.1': { IS: 0, ED: 31_622_400 } } });
    expect(targets.judge('onDemand', '4.8.1', 'IS', 0)).toBe('met');
    expect(targets.judge('onDemand', '4.8.1', 'IS', 1)).toBe('missed');
    expect(targets.seconds('onDemand', '4.8.1', 'ED')).toBe(31_622_400);
  });

  test('is what docs/operations.md shows', () => {
    const file = resolve(import.meta.dirname, '../../../docs/operations.md');
    const shown = /```json\n(\{\s+"onDemandSeconds"[^`]*)```/.exec(readFileSync(file, 'utf8'))?.[1];
    const targets = read(JSON.parse(shown ?? ''));
    expect(targets.seconds('onDemand', '4.8.1', 'IS')).toBe(30);
    expect(targets.seconds('futureDated', '3.2', 'GS')).toBe(43_200);
    expect(targets.seconds('scheduled', '4.8.1', 'MDR')).toBe(86_400);
  });

  const RANGE = 'is not a number from 0 to 31622400';
  test.each<[string, unknown, string]>([
    ['a list', [], '[] is not an object'],
    [
      'an unknown mode',
      { onDemandSecond: 16 },
      '/onDemandSecond: unknown key; did you mean "onDemandSeconds"?',
    ],
    [
      'an unknown SRV',
      { onDemandSeconds: { '4.8.11': 16 } },
      '/onDemandSeconds/4.8.11: unknown key; did you mean "4.8.1"?',
    ],
    [
      'an unknown role',
      { onDemandSeconds: { '4.8.1': { MRD: 16 } } },
      '/onDemandSeconds/4.8.1/MRD: unknown key; did you mean "MDR"?',
    ],
    [
      'a role that may not send the SRV',
      { onDemandSeconds: { '4.8.2': { MDR: 16 } } },
      '/onDemandSeconds/4.8.2/MDR: MDR may not send 4.8.2; IS, ED, OU may',
    ],
    [
      'an SRV that cannot be scheduled',
      { scheduledSeconds: { '3.2': 16 } },
      '/scheduledSeconds/3.2: unknown key; known are 4.6.1, 4.8.1, 4.8.2, 4.8.3',
    ],
    ['a text', { scheduledSeconds: '24h' }, `/scheduledSeconds: "24h" ${RANGE}`],
    ['null', { onDemandSeconds: { '3.2': null } }, `/onDemandSeconds/3.2: null ${RANGE}`],
    [
      'less than nothing',
      { onDemandSeconds: { '3.2': { IS: -1 } } },
      `/onDemandSeconds/3.2/IS: -1 ${RANGE}`,
    ],
    ['milliseconds', { futureDatedSeconds: 86_400_000 }, `/futureDatedSeconds: 86400000 ${RANGE}`],
    ['more than a year', { scheduledSeconds: 31_622_401 }, `/scheduledSeconds: 31622401 ${RANGE}`],
  ])('with %s is refused once, with its place', (_, value, problem) => {
    expect(readTargets('targets.json', value)).toEqual({
      ok: false,
      problems: [`targets.json: ${problem}`],
    });
  });
});
