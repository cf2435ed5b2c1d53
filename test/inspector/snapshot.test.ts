// The monitor's `snapshot`: what it hands on, what it says, what it refuses.

import { expect, test } from 'vitest';
import { SnapshotError } from '../../gateway/snapshot-error.ts';
import { snapshot } from '../../inspector/commands/snapshot.ts';
import type { WorldSnapshots } from '../../inspector/world.ts';
import { openInspected } from './inspected.ts';

const VIEW = { bytes: 12, now: '2026-11-23T09:00:00.000Z', answersLeftOut: 0 };

/** What `snapshot` says to words, and what a shelf was asked. */
async function told(words: string, left = 0, isLocal = true) {
  const asked: unknown[] = [];
  const snapshots: WorldSnapshots = {
    async save(file, withReadings) {
      asked.push(['save', file, withReadings]);
      return { ...VIEW, file, containsReadings: withReadings, answersLeftOut: left };
    },
    async load(file) {
      asked.push(['load', file]);
      if (file === 'bad') throw new SnapshotError('bad is damaged', 'copy it anew');
      if (file === 'bug') throw new TypeError('a bug of ours');
      return { ...VIEW, file, containsReadings: false };
    },
  };
  const { monitor } = openInspected();
  const world = { ...monitor.desk.world, snapshots };
  const desk = { ...monitor.desk, world, visitor: { isLocal } };
  const outcome = await snapshot.run(desk, words.split(' '));
  return {
    asked,
    said: outcome.ok ? outcome.text : `${outcome.error.code} ${outcome.error.message}`,
  };
}

test('saves without readings unless it is told with-readings', async () => {
  expect(await told('save bug.s1sp')).toEqual({
    asked: [['save', 'bug.s1sp', false]],
    said: 'saved bug.s1sp: 2026-11-23T09:00:00.000Z, 12 bytes, without cached readings',
  });
  for (const flag of ['with-readings', '--with-readings']) {
    const { asked, said } = await told(`save a b.s1sp ${flag}`);
    expect(asked).toEqual([['save', 'a b.s1sp', true]]);
    expect(said).toContain('with cached readings');
  }
});

test('takes a name out of its quotes', async () => {
  const { asked } = await told('save "my world.s1sp" with-readings');
  expect(asked).toEqual([['save', 'my world.s1sp', true]]);
});

test.each(['save bug.s1sp', 'save bug.s1sp with-readings', 'load /etc/passwd'])(
  'names no file of the machine for somebody who is elsewhere: %s',
  async (words) => {
    const { asked, said } = await told(words, 0, false);
    expect(asked).toEqual([]);
    expect(said).toContain("UNAVAILABLE snapshots are files on the gateway's machine");
  },
);

test('says how many waiting answers are not in the file', async () => {
  const { said } = await told('save bug.s1sp', 9000);
  expect(said).toContain('; 9000 waiting answers hold readings and were left out');
});

test('loads, and says that connections close', async () => {
  const { asked, said } = await told('load bug.s1sp');
  expect(asked).toEqual([['load', 'bug.s1sp']]);
  expect(said).toContain('without cached readings; connect again');
});

test.each([
  ['', 'USAGE save or load is wanted'],
  ['keep a', 'USAGE save or load is wanted, not "keep"'],
  ['save', 'USAGE a FILE is wanted'],
  ['save with-readings', 'USAGE a FILE is wanted'],
  ['load', 'USAGE a FILE is wanted'],
  ['save a with-reading', 'USAGE "with-reading" is not with-readings'],
  ['save a --with-reedings', 'USAGE "--with-reedings" is not with-readings'],
  ['load a with-readings', 'USAGE a file says itself whether it holds readings'],
])('refuses "%s"', async (words, said) => {
  expect(await told(words)).toEqual({ asked: [], said });
});

test('passes on why there is no world in a file, and hides no bug', async () => {
  expect((await told('load bad')).said).toBe('CONFLICT bad is damaged');
  await expect(told('load bug')).rejects.toThrow('a bug of ours');
});
