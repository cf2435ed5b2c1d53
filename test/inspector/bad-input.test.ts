// Whatever is typed: no command throws, a refusal says what is wrong and what to do instead, and
// nothing is changed by it.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../inspector/monitor.ts';
import { METER, openInspected, stateOf } from './inspected.ts';

const NAMES = COMMANDS.map(({ name }) => name).filter((name) => name !== 'snapshot');

/** Commands that take a METER, each with what else it needs. */
const OF_METERS = [
  'show METER',
  'log import METER',
  'log daily METER 2026-11-22 as-read',
  'cache METER',
  'mem map METER',
  'mem dump METER header',
  'x/4xb METER header',
  'find METER gap',
  'real METER',
  'poke METER header 1',
  'break METER',
  'watch METER header',
  'run-until store METER',
  'trace METER on',
  'why METER',
  'meters METER',
];

describe('a METER that is none', () => {
  const lines = (meter: string) => OF_METERS.map((line) => line.replace('METER', meter));

  test.each(lines('#14'))('is refused: %s', async (line) => {
    const { refuse } = openInspected();
    expect(await refuse(line)).toEqual({
      code: 'NOT_FOUND',
      message: 'there is no meter #14',
      next: 'meters are #0 to #13',
    });
  });

  test.each(lines('90-B3').filter((line) => !line.startsWith('meters')))(
    'is refused where it is several: %s',
    async (line) => {
      expect((await openInspected().refuse(line)).code).toBe('AMBIGUOUS');
    },
  );

  test('is told by its number where it is one', async () => {
    expect(await openInspected().refuse('show 7')).toMatchObject({
      message: 'no meter begins with "7"',
      next: 'the meter of that number is #7',
    });
    expect((await openInspected().refuse('show 14')).next).toContain('the nearest is');
  });

  test('is shown in part where it is long', async () => {
    const { message } = await openInspected().refuse(`show ${'x'.repeat(5000)}`);
    expect(message.length).toBeLessThan(100);
  });
});

describe('too many words', () => {
  test.each([
    ...['meters 90 1 2', 'show #1 #2', 'log import #7 today as-read now', 'cache #1 #2'],
    ...['mem map #1 #2', 'mem dump #7 header 4', 'x/4xb #7 header 4', 'find #7 1 2', 'real #1 #2'],
    ...['poke #7 import[0] 1 2', 'clock pause now', 'clock to 2026-12-01 please', 'step 1 2'],
    ...['break delete 1 2', 'trace #7 on now', 'fault list all', 'fault remove 1 2', 'help log x'],
  ])('are refused: %s', async (line) => {
    const inspected = openInspected();
    const before = stateOf(inspected);
    expect((await inspected.refuse(line)).message).not.toBe('');
    expect(stateOf(inspected)).toBe(before);
  });
});

describe('anything at all', () => {
  const WORDS = [
    ...[METER, '#7', '#3', '#99', '90', '7', '0', '-1', '1e9', '4.8.1', '3.2', 'all', 'on', 'off'],
    ...['import', 'daily', 'header', 'import[0]', 'import[2026-11-22T00:30:00Z]', 'daily[99]'],
    ...['import[2030-01-01]..header', '0x10..0x20', '0xffffffff', 'cache.import.values', '..', '['],
    ...['as-read', 'today', '2026-11-22', '2026-11-22..2026-11-23', '2026-13-45', 'within', '26h'],
    ...['list', 'add', 'remove', 'delete', 'clear', 'map', 'dump', 'hex:00', 'hex:', 'gap', 'NaN'],
    ...['{"what":"silent","p":0}', '{', '{}', '{"what":', 'hit', 'expire', '🔌', '__proto__'],
  ];
  const commands = fc.tuple(
    fc.constantFrom(...NAMES, 'x/4xb', 'x/', 'quit', 'constructor'),
    fc.array(fc.oneof(fc.constantFrom(...WORDS), fc.string()), { maxLength: 5 }),
  );

  test('is an answer, or a refusal that says how to go on', async () => {
    const inspected = openInspected();
    const { monitor } = inspected;
    await fc.assert(
      fc.asyncProperty(commands, async ([name, words]) => {
        const outcome = await monitor.run([name, ...words].join(' '));
        if (outcome.ok) expect(() => JSON.stringify(outcome.value)).not.toThrow();
        else {
          expect(outcome.error.message).not.toBe('');
          expect(outcome.error.next).not.toBe('');
        }
        // Faults and points that came of it must not pile up to where all are refused.
        await monitor.run('fault clear');
        await monitor.run('break delete all');
      }),
      { seed: 5, numRuns: 600 },
    );
  });
});
