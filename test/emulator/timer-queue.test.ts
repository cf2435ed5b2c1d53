import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimerQueue } from '../../emulator/timer-queue.ts';
import type { Timer } from '../../gateway/protocol/clock.ts';

describe('timer queue', () => {
  test('runs calls by time, and those of one millisecond in the order they were set', () => {
    const queue = new TimerQueue();
    const ran: string[] = [];
    queue.add(20, () => ran.push('20 first'));
    queue.add(10, () => ran.push('10'));
    queue.add(20, () => ran.push('20 second'));
    queue.add(15, () => ran.push('15'));
    queue.runRound(20, 100);
    expect(ran).toEqual(['10', '15', '20 first', '20 second']);
  });

  test('leaves a call that is not due', () => {
    const queue = new TimerQueue();
    let ran = 0;
    queue.add(10, () => ran++);
    queue.runRound(9, 100);
    expect([ran, queue.size, queue.headMs()]).toEqual([0, 1, 10]);
    queue.runRound(10, 100);
    expect([ran, queue.size, queue.headMs()]).toEqual([1, 0, Number.POSITIVE_INFINITY]);
  });

  test('runs at most as many calls a round as it is told', () => {
    const queue = new TimerQueue();
    let ran = 0;
    for (let count = 0; count < 5; count++) queue.add(1, () => ran++);
    queue.runRound(1, 3);
    expect(ran).toBe(3);
    queue.runRound(1, 3);
    expect(ran).toBe(5);
  });

  test('leaves what a call sets for the next round, even where it is due', () => {
    const queue = new TimerQueue();
    const ran: string[] = [];
    queue.add(5, () => {
      ran.push('outer');
      queue.add(1, () => ran.push('inner'));
    });
    queue.runRound(5, 100);
    expect(ran).toEqual(['outer']);
    queue.runRound(5, 100);
    expect(ran).toEqual(['outer', 'inner']);
  });

  test('cancelling twice, or after the call has run, changes nothing', () => {
    const queue = new TimerQueue();
    let ran = 0;
    const first = queue.add(1, () => ran++);
    const second = queue.add(2, () => ran++);
    second.cancel();
    second.cancel();
    expect(queue.size).toBe(1);
    queue.runRound(9, 100);
    first.cancel();
    expect([ran, queue.size]).toEqual([1, 0]);
  });

  test('a call that has run runs again when it is set again', () => {
    const queue = new TimerQueue();
    const ran: string[] = [];
    const timer = queue.add(1, () => ran.push('again'));
    queue.add(3, () => ran.push('other'));
    queue.runRound(1, 100);
    queue.addAgain(3, timer);
    expect([queue.size, queue.headMs()]).toEqual([2, 3]);
    queue.runRound(3, 100);
    expect([ran, queue.size]).toEqual([['again', 'other', 'again'], 0]);
  });

  test('a call that is set again before it has run runs once, at the later setting', () => {
    const queue = new TimerQueue();
    const ran: number[] = [];
    const timer = queue.add(1, () => ran.push(queue.size));
    queue.addAgain(5, timer);
    expect([queue.size, queue.headMs()]).toEqual([1, 5]);
    queue.runRound(4, 100);
    queue.runRound(9, 100);
    expect([ran, queue.size]).toEqual([[0], 0]);
  });

  test('a call that was cancelled and set again is not run by its old place in the queue', () => {
    const queue = new TimerQueue();
    let ran = 0;
    const timer = queue.add(1, () => ran++);
    timer.cancel();
    queue.addAgain(8, timer);
    queue.runRound(7, 100);
    expect([ran, queue.size]).toEqual([0, 1]);
    queue.runRound(8, 100);
    expect([ran, queue.size]).toEqual([1, 0]);
  });

  test('refuses a timer that is none of its own', () => {
    const stranger = { place: 0, cancel() {} };
    expect(() => new TimerQueue().addAgain(1, stranger)).toThrow('a timer of another clock');
  });

  test('keeps no more cancelled calls than live ones and a few', () => {
    const queue = new TimerQueue();
    queue.add(1, () => {});
    for (let count = 0; count < 100_000; count++) queue.add(1000 + count, () => {}).cancel();
    expect(queue.size).toBe(1);
    expect(queue.places).toBeLessThanOrEqual(130);
  });

  test('keeps the order when the cancelled calls are swept out', () => {
    const queue = new TimerQueue();
    const ran: number[] = [];
    const times = Array.from({ length: 600 }, (_, index) => (index * 7919) % 601);
    const timers = times.map((atMs) => queue.add(atMs, () => ran.push(atMs)));
    for (const [index, timer] of timers.entries()) if (index % 3 !== 0) timer.cancel();
    expect(queue.places).toBeLessThan(600);
    queue.runRound(601, 1000);
    const kept = times.filter((_, index) => index % 3 === 0);
    expect(ran).toEqual(kept.sort((a, b) => a - b));
  });

  test('agrees with a sorted list whatever is set and cancelled', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), atMs: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ kind: fc.constant('cancel' as const), index: fc.nat(400) }),
      fc.record({
        kind: fc.constant('again' as const),
        index: fc.nat(40),
        atMs: fc.integer({ min: 0, max: 50 }),
      }),
      fc.record({ kind: fc.constant('run' as const), nowMs: fc.integer({ min: 0, max: 60 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const queue = new TimerQueue();
        const ran: number[] = [];
        let model: { atMs: number; id: number; place: number }[] = [];
        const modelRan: number[] = [];
        const timers: Timer[] = [];
        let places = 0;
        for (const taken of steps) {
          if (taken.kind === 'add') {
            const id = timers.length;
            timers.push(queue.add(taken.atMs, () => ran.push(id)));
            model.push({ atMs: taken.atMs, id, place: places++ });
          } else if (taken.kind === 'again') {
            const { atMs, index: id } = taken;
            const timer = timers[id];
            if (timer === undefined) continue;
            queue.addAgain(atMs, timer);
            model = model.filter((each) => each.id !== id);
            model.push({ atMs, id, place: places++ });
          } else if (taken.kind === 'cancel') {
            timers[taken.index]?.cancel();
            model = model.filter(({ id }) => id !== taken.index);
          } else {
            queue.runRound(taken.nowMs, 1000);
            const due = model.filter(({ atMs }) => atMs <= taken.nowMs);
            due.sort((a, b) => a.atMs - b.atMs || a.place - b.place);
            modelRan.push(...due.map(({ id }) => id));
            model = model.filter(({ atMs }) => atMs > taken.nowMs);
          }
          expect(queue.size).toBe(model.length);
        }
        expect(ran).toEqual(modelRan);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
