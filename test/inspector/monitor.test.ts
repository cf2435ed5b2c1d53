import { describe, expect, test } from 'vitest';
import { COMMANDS, LINE_LENGTH_MAX, wordsOf } from '../../inspector/monitor.ts';
import { METER, openInspected, runningClock } from './inspected.ts';

describe('clock', () => {
  test('of a manual world is led on and never runs', async () => {
    const { tell, refuse } = openInspected();
    expect((await tell('clock')).value).toEqual({
      now: '2026-11-23T09:00:00.000Z',
      kind: 'manual',
      isPaused: true,
      speed: 0,
    });
    expect((await tell('clock to 2026-11-23T09:10:00Z')).value).toMatchObject({ reached: true });
    expect((await tell('clock advance 90s')).value).toMatchObject({
      now: '2026-11-23T09:11:30.000Z',
    });
    expect((await refuse('clock resume')).code).toBe('CONFLICT');
    expect((await refuse('clock speed x2')).code).toBe('CONFLICT');
  });

  test('that runs is paused, resumed and sped up', async () => {
    const { clock, pass } = runningClock();
    const { tell, refuse } = openInspected(clock);
    expect((await tell('clock')).value).toMatchObject({
      kind: 'running',
      isPaused: false,
      speed: 60,
    });
    expect((await tell('clock pause')).value).toMatchObject({ isPaused: true });
    pass(1000);
    expect((await tell('clock')).text).toBe('2026-11-23T09:00:00.000Z  paused, x60');
    expect((await tell('clock speed x2')).value).toMatchObject({ speed: 2 });
    expect((await tell('clock resume')).value).toMatchObject({ isPaused: false });
    pass(1000);
    expect((await tell('clock')).value).toMatchObject({ now: '2026-11-23T09:00:02.000Z' });
    expect((await tell('step')).text).toBe(
      '2026-11-23T09:30:00.000Z  paused, x2  (`clock resume` lets it go on)',
    );
    expect((await refuse('clock speed x0')).message).toContain('x0.001');
    expect((await refuse('clock speed fast')).code).toBe('USAGE');
  });

  test.each([
    ['clock to 2026-11-23T08:59:59Z', 'does not run backwards'],
    ['clock to 2101-01-01', 'the clock ends at 2100-01-01T00:00:00.000Z'],
    ['clock to noon', 'TIME is'],
    ['clock to', 'TIME is'],
    ['clock advance -5s', 'DURATION is'],
    ['clock advance', 'DURATION is'],
    ['clock back', '"back" is nothing that a clock does'],
    ['clock pause now', 'too many words'],
    ['clock to 2027-01-01 please', 'too many words'],
    ['step 0', 'N is 1 to 17568'],
    ['step 1.5', 'N is 1 to 17568'],
    ['step 1 2', 'N is 1 to 17568'],
    ['run-until', 'TIME is'],
    ['run-until hit within soon', 'DURATION is'],
    ['run-until thunder', '"thunder" is nothing to wait for'],
  ])('is not moved by %s', async (line, message) => {
    const { refuse, clock } = openInspected();
    expect((await refuse(line)).message).toContain(message);
    expect(clock.nowMs()).toBe(Date.UTC(2026, 10, 23, 9));
  });

  test('steps from stamp to stamp', async () => {
    const { tell } = openInspected();
    await tell('clock advance 1s');
    expect((await tell('step')).value).toMatchObject({ now: '2026-11-23T09:30:00.000Z' });
    expect((await tell('step 48')).value).toMatchObject({ now: '2026-11-24T09:30:00.000Z' });
  });
});

describe('fault', () => {
  test('is added as data, listed, removed and cleared', async () => {
    const { tell, faults } = openInspected();
    const silent = { who: METER, what: 'silent' };
    const added = await tell(`fault add ${JSON.stringify(silent)}`);
    expect(added.value).toEqual({ id: 1, hits: 0, ...silent });
    await tell('fault add {"what": {"slow": {"delaySeconds": 30}}, "p": 0}');
    expect((await tell('fault list')).value).toMatchObject({
      faults: [{ id: 1 }, { id: 2, p: 0 }],
    });
    expect((await tell('fault remove 1')).text).toBe('removed 1');
    expect((await tell('fault clear')).value).toEqual({ cleared: 1 });
    expect((await tell('fault')).text).toBe('none');
    expect((await tell('fault add {"who":["#7","#3"],"what":"gap"}')).value).toMatchObject({
      who: [METER, '90-B3-D5-1F-40-00-00-03'],
    });
    const share = '{"of":"#7","share":1}';
    expect((await tell(`fault add {"who":${share},"what":"gap"}`)).value).toMatchObject({
      who: { of: METER, share: 1 },
    });
    await tell('fault clear');
    const text = '5  0 hits  {"what":"gap"}';
    expect((await tell('fault add {"what":"gap"}')).text).toBe(`added ${text}`);
    expect((await tell('fault')).text).toBe(text);
    await tell('fault clear');
    expect(faults.list()).toEqual([]);
  });

  test.each([
    ['fault add', 'that is not JSON'],
    ['fault add {"who":', 'that is not JSON'],
    ['fault add {"whom": 1}', 'whom'],
    ['fault add {"who":"#99","what":"silent"}', '/who: "#99" is not'],
    ['fault remove 7', 'there is no fault 7'],
    ['fault remove x', 'there is no fault x'],
    ['fault mend', '"mend" is nothing that is done with faults'],
    ['fault list all', 'too many words'],
  ])('is refused: %s', async (line, message) => {
    expect((await openInspected().refuse(line)).message).toContain(message);
  });
});

describe('help', () => {
  test.each(COMMANDS.map(({ name }) => name))(
    'on %s has its usage and an example',
    async (name) => {
      const { tell } = openInspected();
      const { text, value } = await tell(`help ${name}`);
      expect(text).toContain('example: ');
      expect(value).toMatchObject({ name, usage: expect.any(Array), does: expect.any(String) });
    },
  );

  test('lists all commands', async () => {
    const { text } = await openInspected().tell('help');
    for (const { name } of COMMANDS) expect(text).toMatch(new RegExp(`^${name} `, 'm'));
  });

  test('names the nearest of a command that is none', async () => {
    const { refuse } = openInspected();
    expect((await refuse('chache #7')).message).toBe(
      'there is no command "chache" (did you mean cache?)',
    );
    expect((await refuse('help metres')).message).toContain('(did you mean meters?)');
    expect((await refuse('')).message).toBe('there is no command ""');
    expect((await refuse('x'.repeat(LINE_LENGTH_MAX + 1))).code).toBe('USAGE');
  });

  test('keeps no snapshots where nobody has put a shelf for them', async () => {
    expect((await openInspected().refuse('snapshot save a')).code).toBe('UNAVAILABLE');
  });
});

describe('a line', () => {
  test.each([
    ['  show   #7 ', ['show', '#7']],
    ['fault add {"a": [1, "b c"]} ', ['fault', 'add', '{"a": [1, "b c"]}']],
    ['mem dump #7 import[2026-11-22]', ['mem', 'dump', '#7', 'import[2026-11-22]']],
    ['', []],
  ])('%j is words', (line, words) => {
    expect(wordsOf(line)).toEqual(words);
  });
});

describe('a clock that somebody else lets go', () => {
  test('is not led on, and says so', async () => {
    const { clock } = runningClock();
    const { monitor } = openInspected(clock);
    const first = monitor.run('step 48');
    const second = monitor.run('step 49');
    await new Promise((resolve) => setImmediate(resolve));
    clock.resume?.();
    const outcomes = await Promise.all([first, second]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false]);
    expect(outcomes[0]).toMatchObject({ value: { reached: false } });
    expect(outcomes[1]).toMatchObject({ error: { code: 'CONFLICT' } });
  });
});
