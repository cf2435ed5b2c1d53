import { expect, test } from 'vitest';
import { InFlight } from '../../load/in-flight.ts';

const FIRST = 1_795_424_400_000;

test('counters rise by one, and an answer finds its request by its counter', () => {
  const table = new InFlight(10, FIRST);
  const rows = [table.take(), table.take(), table.take()];
  expect(rows.map((row) => table.counterOf(row))).toEqual([FIRST, FIRST + 1, FIRST + 2]);
  expect(table.rowOf(FIRST + 1)).toBe(rows[1]);
  table.free(rows[1] ?? -1);
  expect([table.count, table.rowOf(FIRST + 1)]).toEqual([2, -1]);
});

test.each([FIRST - 1, FIRST + 3, Number.NaN, 0])('counter %d is nobody`s', (counter) => {
  const table = new InFlight(10, FIRST);
  table.take();
  expect(table.rowOf(counter)).toBe(-1);
});

test('a row that is still taken when the counter comes round is skipped', () => {
  const table = new InFlight(1, FIRST);
  const old = table.take();
  const rows = table.kinds.length;
  for (let i = 1; i < rows; i++) table.free(table.take());
  const next = table.take();
  expect(table.counterOf(next)).toBe(FIRST + rows + 1);
  expect(table.rowOf(FIRST)).toBe(old);
  expect(table.rowOf(FIRST + rows)).toBe(-1);
});

test('what was sent before a time is found oldest first, and once', () => {
  const table = new InFlight(10, FIRST);
  for (const sentMs of [1, 2, 3, 4]) table.sentMs[table.take()] = sentMs;
  table.free(table.rowOf(FIRST + 1));
  const found: number[] = [];
  const sweep = (beforeMs: number) =>
    table.forEachSentBefore(beforeMs, (row) => {
      found.push(table.counterOf(row) - FIRST);
      table.free(row);
    });
  sweep(3);
  expect(found).toEqual([0]);
  sweep(3.5);
  expect(found).toEqual([0, 2]);
  expect(table.count).toBe(1);
});

test('what is in flight on a line is found', () => {
  const table = new InFlight(10, FIRST);
  for (const line of [0, 1, 0]) table.lines[table.take()] = line;
  const found: number[] = [];
  table.forEach(0, (row) => found.push(table.counterOf(row) - FIRST));
  expect(found).toEqual([0, 2]);
});

test('an answer that nobody waits for is late, repeated or unknown', () => {
  const table = new InFlight(10, FIRST);
  const [timedOut, answered] = [table.take(), table.take()];
  table.freeTimedOut(timedOut);
  table.free(answered);
  expect(table.strayOf(FIRST)).toBe('late');
  expect(table.strayOf(FIRST)).toBe('repeated');
  expect(table.strayOf(FIRST + 1)).toBe('repeated');
  for (const counter of [FIRST - 1, FIRST + 2, FIRST + 0.5, Number.NaN]) {
    expect(table.strayOf(counter)).toBe('unknown');
  }
});

test('a late answer is known as such although its row has another request', () => {
  const table = new InFlight(1, FIRST);
  table.freeTimedOut(table.take());
  for (let i = 0; i < table.kinds.length; i++) table.free(table.take());
  expect(table.strayOf(FIRST)).toBe('late');
});
