import { describe, expect, test } from 'vitest';
import { ManualClock, openClock, type RealTime, RunningClock } from '../../emulator/clock.ts';

const NOON = Date.UTC(2026, 10, 23, 12);

class FakeMachine implements RealTime {
  wall = NOON;
  monotonic = 5000;
  sleeps: { atMs: number; run: () => void }[] = [];

  wallMs(): number {
    return this.wall;
  }

  monotonicMs(): number {
    return this.monotonic;
  }

  after(delayMs: number, run: () => void): () => void {
    const sleep = { atMs: this.monotonic + delayMs, run };
    this.sleeps.push(sleep);
    return () => {
      this.sleeps = this.sleeps.filter((other) => other !== sleep);
    };
  }

  soon(run: () => void): void {
    setImmediate(run);
  }

  /** Lets `ms` pass in steps of one, and runs what the machine was asked to run. */
  pass(ms: number): void {
    for (let step = 0; step < ms; step++) {
      this.wall++;
      this.monotonic++;
      const due = this.sleeps.filter((sleep) => sleep.atMs <= this.monotonic);
      this.sleeps = this.sleeps.filter((sleep) => sleep.atMs > this.monotonic);
      for (const sleep of due) sleep.run();
    }
  }
}

const turns = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

function running(speed = 1, start: 'set' | 'wall' = 'set') {
  const machine = new FakeMachine();
  const startMs = start === 'set' ? NOON : undefined;
  const mode = speed === 1 ? ({ kind: 'real' } as const) : ({ kind: 'scaled', speed } as const);
  const clock = openClock(mode, startMs, machine);
  if (!(clock instanceof RunningClock)) throw new Error('not a running clock');
  return { machine, clock };
}

describe('a running clock', () => {
  test('that is paused stands still, and its timers wait', () => {
    const { machine, clock } = running();
    const ran: number[] = [];
    clock.schedule(NOON + 50, () => ran.push(clock.nowMs()));
    machine.pass(20);
    clock.pause();
    machine.pass(1000);
    expect([clock.isPaused, clock.nowMs() - NOON, ran]).toEqual([true, 20, []]);
    clock.resume();
    machine.pass(29);
    expect(ran).toEqual([]);
    machine.pass(1);
    expect([clock.isPaused, ran]).toEqual([false, [NOON + 50]]);
  });

  test('without a start keeps to the wall until it was paused', () => {
    const { machine, clock } = running(1, 'wall');
    machine.wall += 5000;
    expect(clock.nowMs()).toBe(NOON + 5000);
    clock.pause();
    machine.pass(100);
    clock.resume();
    machine.pass(7);
    expect(clock.nowMs()).toBe(NOON + 5007);
  });

  test('may be paused and resumed twice', () => {
    const { machine, clock } = running();
    clock.resume();
    clock.pause();
    clock.pause();
    machine.pass(5);
    clock.resume();
    clock.resume();
    machine.pass(5);
    expect(clock.nowMs()).toBe(NOON + 5);
  });

  test('changes its speed without a jump, and its timers with it', () => {
    const { machine, clock } = running(10);
    const ran: number[] = [];
    clock.schedule(NOON + 1000, () => ran.push(clock.nowMs()));
    machine.pass(50);
    expect(clock.nowMs()).toBe(NOON + 500);
    clock.setSpeed(100);
    expect([clock.nowMs(), clock.speed]).toEqual([NOON + 500, 100]);
    machine.pass(5);
    expect(ran).toEqual([NOON + 1000]);
    clock.setSpeed(0.5);
    machine.pass(10);
    expect(clock.nowMs()).toBe(NOON + 1005);
  });

  test.each([0, 0.0009, 1_000_001, -1, Number.NaN])('refuses the speed x%d', (speed) => {
    const { clock } = running();
    expect(() => clock.setSpeed(speed)).toThrow(RangeError);
    expect(clock.speed).toBe(1);
  });

  test('that is paused is led on instant by instant', async () => {
    const { machine, clock } = running();
    const ran: [string, number][] = [];
    clock.schedule(NOON + 700, () => ran.push(['b', clock.nowMs()]));
    clock.schedule(NOON + 300, () => ran.push(['a', clock.nowMs()]));
    clock.pause();
    await clock.advanceTo(NOON + 1000);
    expect(ran).toEqual([
      ['a', NOON + 300],
      ['b', NOON + 700],
    ]);
    machine.pass(500);
    expect(clock.nowMs()).toBe(NOON + 1000);
    clock.resume();
    machine.pass(5);
    expect(clock.nowMs()).toBe(NOON + 1005);
  });

  test('is not led on while it runs, and never back', async () => {
    const { clock } = running();
    await expect(clock.advanceTo(NOON + 1)).rejects.toThrow('paused first');
    clock.pause();
    await expect(clock.advanceTo(NOON - 1)).rejects.toThrow('cannot go back');
    await clock.advanceTo(NOON + 1);
    expect(clock.nowMs()).toBe(NOON + 1);
  });

  test('runs what is due already while it is paused', async () => {
    const { clock } = running();
    clock.pause();
    let ran = 0;
    clock.schedule(NOON, () => ran++);
    await turns();
    expect(ran).toBe(1);
  });
});

describe('a clock on its way', () => {
  test.each([
    ['manual', () => new ManualClock(NOON)],
    [
      'paused',
      () => {
        const { clock } = running();
        clock.pause();
        return clock;
      },
    ],
  ] as const)('that is %s ends it where a timer pauses it', async (_, open) => {
    const clock = open();
    const ran: string[] = [];
    clock.schedule(NOON + 10, () => {
      ran.push('first');
      clock.pause();
    });
    clock.schedule(NOON + 10, () => ran.push('same instant'));
    clock.schedule(NOON + 11, () => ran.push('later'));
    await clock.advanceTo(NOON + 100);
    expect([ran, clock.nowMs()]).toEqual([['first', 'same instant'], NOON + 10]);
    await clock.advanceTo(NOON + 100);
    expect([ran.at(-1), clock.nowMs()]).toEqual(['later', NOON + 100]);
  });

  test('is stopped by a resume, and goes on by itself from there', async () => {
    const { machine, clock } = running();
    clock.pause();
    clock.schedule(NOON + 10, () => clock.resume());
    await clock.advanceTo(NOON + 100);
    expect([clock.nowMs(), clock.isPaused]).toEqual([NOON + 10, false]);
    machine.pass(3);
    expect(clock.nowMs()).toBe(NOON + 13);
  });
});
