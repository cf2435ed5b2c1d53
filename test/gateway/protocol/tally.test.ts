import { expect, test } from 'vitest';
import {
  RESPONSE_SECONDS_BUCKETS,
  TALLIED_CODES,
  TALLIED_SERVED,
  TALLIED_SRVS,
  Tally,
} from '../../../gateway/protocol/tally.ts';

test('every combination of labels has a counter of its own', () => {
  const tally = new Tally();
  let amount = 0;
  for (const srv of TALLIED_SRVS) {
    for (const code of TALLIED_CODES) {
      for (const served of TALLIED_SERVED) tally.answers.add(srv, code, served, ++amount);
    }
  }
  const seen: number[] = [];
  tally.answers.forEach(([srv, code, served], count) => {
    seen.push(count);
    expect([srv, code, served]).not.toContain(undefined);
  });
  expect(seen).toEqual(Array.from({ length: amount }, (_, i) => i + 1));
  expect(tally.answers.get(TALLIED_SRVS[0], 'I0', TALLIED_SERVED[0])).toBe(1);
});

test('a combination that has counted nothing is not shown', () => {
  const tally = new Tally();
  tally.saved('4.8.3');
  const shown: string[] = [];
  tally.savedReads.forEach(([srv], count) => {
    shown.push(`${srv}=${count}`);
  });
  expect(shown).toEqual(['4.8.3=1']);
});

test('an answer falls into the lowest bucket that is not below its time', () => {
  const tally = new Tally();
  const times = [0, 0.0001, 0.000_100_1, 60, 60.001];
  for (const seconds of times) tally.answered('4.8.1', 'I0', 'device', seconds);
  const { counts, sum } = tally.responseTimes.read('4.8.1', 'device');
  expect(counts).toHaveLength(RESPONSE_SECONDS_BUCKETS.length + 1);
  expect(counts.slice(0, 2)).toEqual([2, 1]);
  expect(counts.slice(-2)).toEqual([1, 1]);
  expect(sum).toBeCloseTo(120.0012, 6);
  expect(tally.responseTimes.read('4.8.1', 'cache').sum).toBe(0);
});
