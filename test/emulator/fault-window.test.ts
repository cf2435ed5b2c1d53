import { describe, expect, test } from 'vitest';
import { type FaultWindow, parseFaultWindow } from '../../emulator/fault-window.ts';
import { formatMs } from '../../gateway/protocol/half-hours.ts';

function windowOf(text: string): FaultWindow {
  const window = parseFaultWindow(text);
  if (typeof window === 'string') throw new Error(window);
  return window;
}

describe('a window holds from its first instant and no longer at its end', () => {
  test.each([
    ['2026-11-23T09:00:00Z..2026-11-23T10:00:00Z', '2026-11-23T08:59:59.999Z', false],
    ['2026-11-23T09:00:00Z..2026-11-23T10:00:00Z', '2026-11-23T09:00:00.000Z', true],
    ['2026-11-23T09:00:00Z..2026-11-23T10:00:00Z', '2026-11-23T09:59:59.999Z', true],
    ['2026-11-23T09:00:00Z..2026-11-23T10:00:00Z', '2026-11-23T10:00:00.000Z', false],
    ['2026-11-23T10:00:00+01:00..', '2026-11-23T08:59:59.999Z', false],
    ['2026-11-23T10:00:00+01:00..', '2099-01-01T00:00:00.000Z', true],
    ['..2026-11-23T10:00:00Z', '1970-01-01T00:00:00.000Z', true],
    ['..2026-11-23T10:00:00Z', '2026-11-23T10:00:00.000Z', false],
    ['02:00Z..04:00Z', '2026-11-23T01:59:59.999Z', false],
    ['02:00Z..04:00Z', '2026-11-23T02:00:00.000Z', true],
    ['02:00Z..04:00Z', '2026-11-23T03:59:59.999Z', true],
    ['02:00Z..04:00Z', '2026-11-23T04:00:00.000Z', false],
    ['02:00:30Z..04:00Z', '2026-11-23T02:00:29.999Z', false],
    ['22:00Z..02:00Z', '2026-11-23T21:59:59.999Z', false],
    ['22:00Z..02:00Z', '2026-11-23T23:59:59.999Z', true],
    ['22:00Z..02:00Z', '2026-11-24T01:59:59.999Z', true],
    ['22:00Z..02:00Z', '2026-11-24T02:00:00.000Z', false],
    // The 23rd of November 2026 is a Monday, the fourth of its month.
    ['Monday 22:00Z..02:00Z', '2026-11-23T22:00:00.000Z', true],
    ['Monday 22:00Z..02:00Z', '2026-11-24T01:00:00.000Z', true],
    ['Monday 22:00Z..02:00Z', '2026-11-23T01:00:00.000Z', false],
    ['fourth Monday 09:00Z..10:00Z', '2026-11-23T09:30:00.000Z', true],
    ['third Monday 09:00Z..10:00Z', '2026-11-23T09:30:00.000Z', false],
    ['third Monday 09:00Z..10:00Z', '2026-11-16T09:30:00.000Z', true],
    ['last Monday 09:00Z..10:00Z', '2026-11-23T09:30:00.000Z', false],
    ['last Monday 09:00Z..10:00Z', '2026-11-30T09:30:00.000Z', true],
    ['first Sunday 00:00Z..10:00Z', '2026-11-01T00:00:00.000Z', true],
    ['BST', '2026-03-29T00:59:59.999Z', false],
    ['BST', '2026-03-29T01:00:00.000Z', true],
    ['BST', '2026-10-25T00:59:59.999Z', true],
    ['BST', '2026-10-25T01:00:00.000Z', false],
  ])('%s at %s: %s', (text, at, expected) => {
    expect(windowOf(text).contains(Date.parse(at))).toBe(expected);
  });
});

describe('the next windows', () => {
  test.each([
    ['02:00Z..04:00Z', '2026-11-23T03:00:00Z', ['11-23T02:00', '11-24T02:00', '11-25T02:00']],
    ['02:00Z..04:00Z', '2026-11-23T04:00:00Z', ['11-24T02:00', '11-25T02:00', '11-26T02:00']],
    ['22:00Z..02:00Z', '2026-11-23T01:00:00Z', ['11-22T22:00', '11-23T22:00', '11-24T22:00']],
    [
      'third Tuesday 20:00Z..23:00Z',
      '2026-09-01T00:00:00Z',
      ['09-15T20:00', '10-20T20:00', '11-17T20:00'],
    ],
  ])('of %s from %s', (text, from, expected) => {
    const starts = windowOf(text).next(Date.parse(from), 3);
    expect(starts.map(({ startMs }) => formatMs(startMs).slice(5, 16))).toEqual(expected);
  });

  test('of summer begin in the one that it is', () => {
    const told = (from: string) =>
      windowOf('BST')
        .next(Date.parse(from), 2)
        .map(({ startMs, endMs }) => [formatMs(startMs), formatMs(endMs)]);
    const summer2026 = ['2026-03-29T01:00:00.000Z', '2026-10-25T01:00:00.000Z'];
    const summer2027 = ['2027-03-28T01:00:00.000Z', '2027-10-31T01:00:00.000Z'];
    for (const from of ['2026-01-01T00:00:00Z', '2026-03-29T01:00:00Z', '2026-10-25T00:59:59Z']) {
      expect(told(from), from).toEqual([summer2026, summer2027]);
    }
    expect(told('2026-10-25T01:00:00Z')[0]).toEqual(summer2027);
  });

  test('of two instants are that one, until it is over', () => {
    const window = windowOf('2026-11-23T09:00:00Z..2026-11-23T10:00:00Z');
    const [only, ...more] = window.next(Date.parse('2026-11-23T09:59:59Z'), 3);
    expect([formatMs(only?.startMs ?? 0), more]).toEqual(['2026-11-23T09:00:00.000Z', []]);
    expect(window.next(Date.parse('2026-11-23T10:00:00Z'), 3)).toEqual([]);
  });
});

test.each([
  ['', 'is not a window'],
  ['..', 'is not a window'],
  ['always', 'is not a window'],
  ['02:00..04:00', 'is not a window'],
  ['02:00Z', 'is not a window'],
  ['02:00Z..03:00Z..04:00Z', 'is not a window'],
  ['25:00Z..26:00Z', 'is not a window'],
  ['02:00Z..02:00Z', 'is empty'],
  ['2026-11-23T09:00:00Z..2026-11-23T09:00:00Z', 'ends before it begins'],
  ['2026-11-23T09:00:00..2026-11-23T10:00:00Z', '"2026-11-23T09:00:00" is not an ISO 8601 time'],
  ['2026-11-23T09:00:00Z..tomorrow', '"tomorrow" is not an ISO 8601 time'],
  ['Tusday 02:00Z..04:00Z', 'did you mean "Tuesday"?'],
  ['thrid Tuesday 02:00Z..04:00Z', 'did you mean "third"?'],
  ['the third Tuesday 02:00Z..04:00Z', 'names no day'],
])('"%s" is refused: %s', (text, reason) => {
  expect(parseFaultWindow(text)).toContain(reason);
});
