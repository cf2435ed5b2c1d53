// What comes later and who is told of it: once, in the order in which they asked, faults too.

import { expect, test } from 'vitest';
import { arriving, Made, promised, tellOf } from '../../../gateway/protocol/coming.ts';

class Doubled extends Made<number, number> {
  protected make(value: number): number {
    if (value < 0) throw new RangeError('below 0');
    return 2 * value;
  }
}

function noting(notes: string[], name: string) {
  return {
    take: (value: number) => void notes.push(`${name} ${value}`),
    fail: (fault: unknown) => void notes.push(`${name} ${fault}`),
  };
}

test('all who wait are told at once when it comes, in the order in which they asked', () => {
  const notes: string[] = [];
  const doubled = new Doubled();
  for (const name of ['first', 'second', 'third']) doubled.tell(noting(notes, name));
  doubled.take(21);
  expect(notes).toEqual(['first 42', 'second 42', 'third 42']);
});

test('what its maker throws, or is told went wrong, reaches all who wait', () => {
  const notes: string[] = [];
  const [thrown, told] = [new Doubled(), new Doubled()];
  for (const made of [thrown, told]) {
    for (const name of ['first', 'second']) made.tell(noting(notes, name));
  }
  thrown.take(-1);
  told.fail('no reply');
  const range = 'RangeError: below 0';
  expect(notes).toEqual([`first ${range}`, `second ${range}`, 'first no reply', 'second no reply']);
});

test('what is there is told at once, what comes later then, and what throws as a fault', () => {
  const notes: string[] = [];
  const doubled = new Doubled();
  tellOf(() => 1, noting(notes, 'there'));
  tellOf(() => doubled, noting(notes, 'later'));
  tellOf(
    () => {
      throw new RangeError('nowhere');
    },
    noting(notes, 'never'),
  );
  expect(notes).toEqual(['there 1', 'never RangeError: nowhere']);
  doubled.take(2);
  expect(notes.at(-1)).toBe('later 4');
});

test('promises and what comes turn into one another', async () => {
  const doubled = new Doubled();
  arriving(Promise.resolve(4)).tell(doubled);
  expect(await promised(doubled)).toBe(8);
  expect(await promised(3)).toBe(3);
  await expect(promised(arriving(Promise.reject(new Error('lost'))))).rejects.toThrow('lost');
});
