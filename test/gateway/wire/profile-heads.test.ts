import { expect, test } from 'vitest';
import { ProfileHeads } from '../../../gateway/wire/profile-heads.ts';
import type { ProfileResponse } from '../../../gateway/wire/response.ts';

const response: ProfileResponse = {
  requestId: 'any',
  responseMs: 1000,
  srv: '4.8.3',
  served: 'cache',
  profile: { firstHalfHour: 7, count: 1, columns: [Uint32Array.of(1), Uint32Array.of(2)] },
};

/** Spells everything that a head stands for, and counts how often. */
function heads(): { of: ProfileHeads; spelled: () => number } {
  let spelled = 0;
  const of = new ProfileHeads(({ responseMs, srv, served, profile }) => {
    spelled++;
    const { firstHalfHour, columns } = profile;
    return Buffer.from([responseMs, srv, served, firstHalfHour, columns.length].join());
  });
  return { of, spelled: () => spelled };
}

test('answers that differ in requestId and entries share their head', () => {
  const { of, spelled } = heads();
  const other = {
    ...response.profile,
    count: 2,
    columns: [new Uint32Array(2), new Uint32Array(2)],
  };
  expect(of.of(response).toString()).toBe('1000,4.8.3,cache,7,2');
  expect(of.of({ ...response, requestId: 'other', profile: other })).toBe(of.of(response));
  expect(spelled()).toBe(1);
});

test.each<[string, Partial<ProfileResponse>, string]>([
  ['millisecond', { responseMs: 1001 }, '1001,4.8.3,cache,7,2'],
  ['origin', { served: 'mixed' }, '1000,4.8.3,mixed,7,2'],
  ['SRV', { srv: '4.8.1' }, '1000,4.8.1,cache,7,2'],
  ['day', { profile: { ...response.profile, firstHalfHour: 8 } }, '1000,4.8.3,cache,8,2'],
  [
    'number of columns',
    { profile: { ...response.profile, columns: [Uint32Array.of(1)] } },
    '1000,4.8.3,cache,7,1',
  ],
])('another %s is another head', (_what, difference, expected) => {
  const { of } = heads();
  of.of(response);
  expect(of.of({ ...response, ...difference }).toString()).toBe(expected);
  expect(of.of(response).toString()).toBe('1000,4.8.3,cache,7,2');
});

test('answers to several SRVs by turns do not drive out each other', () => {
  const { of, spelled } = heads();
  for (let turn = 0; turn < 10; turn++) {
    for (const srv of ['4.8.1', '4.8.2', '4.8.3'] as const) of.of({ ...response, srv });
  }
  expect(spelled()).toBe(3);
});
