import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean, nearest } from '../../../gateway/protocol/nearest.ts';

test.each([
  ['prot', 'port'],
  ['meter', 'meters'],
  ['requestID', 'requestId'],
  ['max_in_flight', 'maxInFlight'],
  ['startDate', 'startDateTime'],
])('%s is nearest to %s', (word, expected) => {
  const known = ['port', 'meters', 'requestId', 'maxInFlight', 'startDateTime', 'explain'];
  expect(nearest(word, known)).toBe(expected);
});

test('two letters swapped count as one change, so prot is nearer to port than to pro', () => {
  expect(nearest('prot', ['proxy', 'port'])).toBe('port');
});

test('a name is near when half of its letters change and not when more do', () => {
  expect(nearest('abcd', ['abxy'])).toBe('abxy');
  expect(nearest('abcd', ['axyz'])).toBeUndefined();
});

test('the first of two equally near names wins', () => {
  expect(nearest('cat', ['bat', 'hat'])).toBe('bat');
});

test('neither an empty word nor one of 101 letters is compared', () => {
  expect(nearest('', ['a'])).toBeUndefined();
  expect(nearest('a'.repeat(100), ['a'.repeat(99)])).toBe('a'.repeat(99));
  expect(nearest('a'.repeat(101), ['a'.repeat(100)])).toBeUndefined();
});

test('the sentence names the nearest or is empty', () => {
  expect(didYouMean('prot', ['port'])).toBe(' (did you mean port?)');
  expect(didYouMean('zzzz', ['port'])).toBe('');
});

test('a known word is its own nearest, whatever else is known', () => {
  const word = fc.stringMatching(/^[a-z]{1,12}$/);
  fc.assert(
    fc.property(word, fc.array(word), (known, others) => {
      expect(nearest(known, [...others, known])).toBe(known);
    }),
    { seed: 256 },
  );
});
