import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../emulator/clock.ts';

const NOON = Date.UTC(2026, 10, 23, 12);

/** Ends when everything the machine's event loop was given before has run. */
const machineTurn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('manual clock', () => {
  test('moves only when told', async () => {
    const clock = new ManualClock(NOON);
    let ran = 0;
    clock.schedule(NOON + 1, () => ran++);
    await machineTurn();
    expect([ran, clock.nowMs()]).toEqual([0, NOON]);
    await clock.advanceTo(NOON + 1);
    expect([ran, clock.nowMs()]).toEqual([1, NOON + 1]);
  });

  test('shows each timer its own time, and ends at the time asked for', async () => {
    const clock = new ManualClock(0);
    const ran: [string, number][] = [];
    clock.schedule(700, () => ran.push(['b', clock.nowMs()]));
    clock.schedule(300, () => ran.push(['a', clock.nowMs()]));
    clock.schedule(1001, () => ran.push(['too late', clock.nowMs()]));
    await clock.advanceTo(1000);
    expect(ran).toEqual([
      ['a', 300],
      ['b', 700],
    ]);
    expect(clock.nowMs()).toBe(1000);
  });

  test('runs timers that timers set, up to the time asked for', async () => {
    const clock = new ManualClock(0);
    const ran: number[] = [];
    const again = () => {
      ran.push(clock.nowMs());
      clock.schedule(clock.nowMs() + 10, again);
    };
    clock.schedule(10, again);
    await clock.advanceTo(40);
    expect(ran).toEqual([10, 20, 30, 40]);
  });

  test('lets promises finish between two instants', async () => {
    const clock = new ManualClock(0);
    const ran: string[] = [];
    clock.schedule(10, () => {
      const settled = Promise.resolve();
      settled
        .then(() => settled)
        .then(() => new Promise((resolve) => setImmediate(resolve)))
        .then(() => ran.push(`continuation at ${clock.nowMs()}`));
    });
    clock.schedule(11, () => ran.push('next instant'));
    await clock.advanceTo(11);
    expect(ran).toEqual(['continuation at 10', 'next instant']);
  });

  test('knows whole milliseconds only: a fraction is the one after it', async () => {
    const clock = new ManualClock(0.9);
    const ran: number[] = [];
    clock.schedule(10.2, () => ran.push(clock.nowMs()));
    expect(clock.nowMs()).toBe(0);
    await clock.advanceTo(10.9);
    expect([ran, clock.nowMs()]).toEqual([[], 10]);
    await clock.advanceTo(11);
    expect(ran).toEqual([11]);
  });

  test('lets what was under way before it finish first', async () => {
    const clock = new ManualClock(0);
    const ran: number[] = [];
    setImmediate(() => clock.schedule(5, () => ran.push(clock.nowMs())));
    clock.schedule(10, () => ran.push(clock.nowMs()));
    await clock.advanceTo(10);
    expect(ran).toEqual([5, 10]);
  });

  test('runs what a continuation sets before the time it had come to anyway', async () => {
    const clock = new ManualClock(0);
    const ran: string[] = [];
    clock.schedule(10, () => {
      Promise.resolve().then(() => clock.schedule(15, () => ran.push('set by a continuation')));
    });
    clock.schedule(20, () => ran.push('20'));
    await clock.advanceTo(20);
    expect(ran).toEqual(['set by a continuation', '20']);
  });

  test('runs a call for the past without an advance, but never synchronously', async () => {
    const clock = new ManualClock(NOON);
    const ran: string[] = [];
    clock.schedule(NOON, () => ran.push('now'));
    clock.schedule(NOON - 5, () => ran.push('past'));
    expect(ran).toEqual([]);
    await machineTurn();
    expect([ran, clock.nowMs()]).toEqual([['past', 'now'], NOON]);
  });

  test('advancing to where it stands settles what is due', async () => {
    const clock = new ManualClock(50);
    let ran = 0;
    clock.schedule(50, () => ran++);
    await clock.advanceTo(50);
    expect([ran, clock.nowMs()]).toEqual([1, 50]);
  });

  test('advances wait for one another', async () => {
    const clock = new ManualClock(0);
    const ran: string[] = [];
    clock.schedule(10, () => ran.push('10'));
    clock.schedule(30, () => ran.push('30'));
    const first = clock.advanceTo(20).then(() => ran.push(`first ends at ${clock.nowMs()}`));
    const second = clock.advanceBy(20).then(() => ran.push(`second ends at ${clock.nowMs()}`));
    await Promise.all([first, second]);
    expect(ran).toEqual(['10', 'first ends at 20', '30', 'second ends at 40']);
  });

  test('refuses to go back, says so, and goes on afterwards', async () => {
    const clock = new ManualClock(NOON);
    await expect(clock.advanceTo(NOON - 1)).rejects.toThrow(
      'the clock stands at 2026-11-23T12:00:00.000Z and cannot go back to 2026-11-23T11:59:59.999Z',
    );
    await clock.advanceTo(NOON + 1);
    expect(clock.nowMs()).toBe(NOON + 1);
  });

  test.each([
    ['the last millisecond of the year 9999', 253_402_300_799_999, true],
    ['the year 10000', 253_402_300_800_000, false],
    ['no number', Number.NaN, false],
  ])('can be set to %s: %s, %s', async (_, ms, can) => {
    const clock = new ManualClock(0);
    const ended = await clock.advanceTo(ms).then(
      () => true,
      () => false,
    );
    expect(ended).toBe(can);
  });

  test('an advance rejects with what a timer threw, and the next one goes on', async () => {
    const clock = new ManualClock(0);
    let ran = 0;
    clock.schedule(5, () => {
      throw new Error('a bug');
    });
    clock.schedule(5, () => ran++);
    await expect(clock.advanceTo(10)).rejects.toThrow('a bug');
    await clock.advanceTo(10);
    expect([ran, clock.nowMs()]).toEqual([1, 10]);
  });

  test('cancelled timers do not run', async () => {
    const clock = new ManualClock(0);
    let ran = 0;
    const second = clock.schedule(6, () => ran++);
    clock.schedule(5, () => second.cancel());
    await clock.advanceTo(10);
    expect(ran).toBe(0);
  });

  test('runs nothing more once closed', async () => {
    const clock = new ManualClock(0);
    let ran = 0;
    clock.schedule(5, () => ran++);
    clock.close();
    clock.schedule(6, () => ran++);
    await clock.advanceTo(10);
    expect(ran).toBe(0);
  });
});
