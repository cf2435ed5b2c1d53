import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../inspector/monitor.ts';
import { GAS, METER, openInspected, stateOf, TWIN } from './inspected.ts';

/** Every form of every command that only looks. */
const LOOKS = [
  'meters',
  'meters 90-B3 3',
  'help',
  'help log',
  'clock',
  'break list',
  'watch list',
  'trace',
  'trace all',
  'fault list',
  'mem map',
  ...[METER, TWIN, GAS, '#3'].flatMap((meter) => [
    `show ${meter}`,
    `log import ${meter}`,
    `log export ${meter}`,
    `log reactive ${meter}`,
    `log daily ${meter} 2026-11-01..2026-11-24`,
    `log import ${meter} as-read`,
    `why ${meter}`,
    `log import ${meter} today`,
    `cache ${meter}`,
    `mem map ${meter}`,
    `mem dump ${meter}`,
    `mem dump ${meter} import`,
    `mem dump ${meter} daily`,
    `x/16xb ${meter} header`,
    `x/4fg ${meter} daily`,
    `find ${meter} 0`,
    `find ${meter} hex:ffff`,
    `trace ${meter}`,
  ]),
  `mem dump ${METER} cache.header..cache.daily.entries`,
  `x/97uh ${METER} cache.import.values`,
];

/** A world in which #7 is cached, #3 is real and has not been looked at for an hour. */
async function lived() {
  const inspected = openInspected();
  await inspected.ask(7);
  await inspected.ask(7);
  await inspected.ask(7, '4.6.1');
  await inspected.ask(10, '4.8.3');
  await inspected.tell('poke #3 import[2026-11-22T00:30:00Z] 4711');
  await inspected.tell('clock advance 1h');
  return inspected;
}

describe('looking', () => {
  test.each(LOOKS)('changes no byte, no counter and no cached entry: %s', async (line) => {
    const inspected = await lived();
    const before = stateOf(inspected);
    const outcome = await inspected.monitor.run(line);
    // Nothing has been traced here, so that `why` has nothing to tell.
    expect(outcome.ok).toBe(!line.startsWith('why'));
    expect(stateOf(inspected)).toBe(before);
    expect(inspected.gateway.isObserved).toBe(false);
  });

  test('is what a command that says so does', () => {
    const looking = COMMANDS.filter(({ looks }) => looks).map(({ name }) => name);
    const tried = LOOKS.map((line) => line.split(/[ /]/)[0]);
    for (const name of looking) expect(tried).toContain(name);
  });

  test('is noticed where it is none', async () => {
    const inspected = await lived();
    const before = stateOf(inspected);
    await inspected.tell('poke #3 import[2026-11-22T01:00:00Z] 5');
    expect(stateOf(inspected)).not.toBe(before);
  });

  test('refused commands change nothing either', async () => {
    const inspected = await lived();
    const before = stateOf(inspected);
    for (const line of [
      `poke ${METER} header 1`,
      `poke ${METER} import[2030-01-01T00:00:00Z] 1`,
      `poke ${METER} import[2026-11-22T00:30:00Z] many`,
      `poke ${METER} cache.header 1`,
      `poke ${METER} 0x11 1`,
      'clock to 2020-01-01',
      'real nobody',
      'snapshot save bug.s1sp',
    ]) {
      await inspected.refuse(line);
    }
    expect(stateOf(inspected)).toBe(before);
  });

  test('sees a meter made real as it is now, and the meter learns nothing', async () => {
    const inspected = await lived();
    const { text } = await inspected.tell(
      'log import #3 2026-11-23T09:00:00Z..2026-11-23T10:00:00Z',
    );
    expect(text.split('\n')).toHaveLength(2 + 3);
    expect((await inspected.tell('x/1uw #3 header.newestHalfHour')).value).toMatchObject({
      // 09:00Z: as it was when it was last looked at by anybody but the inspector.
      values: [997_458],
    });
  });
});
