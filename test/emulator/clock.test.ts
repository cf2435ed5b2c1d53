import { describe, expect, test } from 'vitest';
import { openClock, parseClockMode, type RealTime, RunningClock } from '../../emulator/clock.ts';

const NOON = Date.UTC(2026, 10, 23, 12);

/** A machine whose time the test moves, so that nothing sleeps. */
class FakeMachine implements RealTime {
  wall = NOON;
  monotonic = 5000;
  sleeps: { atMs: number; run: () => void }[] = [];
  soons: (() => void)[] = [];
  asked: number[] = [];

  wallMs(): number {
    return this.wall;
  }

  monotonicMs(): number {
    return this.monotonic;
  }

  after(delayMs: number, run: () => void): () => void {
    const sleep = { atMs: this.monotonic + delayMs, run };
    this.asked.push(delayMs);
    this.sleeps.push(sleep);
    return () => {
      this.sleeps = this.sleeps.filter((other) => other !== sleep);
    };
  }

  soon(run: () => void): void {
    this.soons.push(run);
  }

  /** Lets `ms` pass in steps of one, and runs what the machine was asked to run. */
  pass(ms: number): void {
    for (let step = 0; step < ms; step++) {
      this.wall++;
      this.monotonic++;
      this.turn();
    }
  }

  turn(): void {
    for (const run of this.soons.splice(0)) run();
    const due = this.sleeps.filter((sleep) => sleep.atMs <= this.monotonic);
    this.sleeps = this.sleeps.filter((sleep) => sleep.atMs > this.monotonic);
    for (const sleep of due) sleep.run();
  }
}

describe('clock modes', () => {
  test.each([
    ['real', { kind: 'real' }],
    ['manual', { kind: 'manual' }],
    ['x1', { kind: 'scaled', speed: 1 }],
    ['x60', { kind: 'scaled', speed: 60 }],
    ['x0.5', { kind: 'scaled', speed: 0.5 }],
    ['x0.001', { kind: 'scaled', speed: 0.001 }],
    ['x1000000', { kind: 'scaled', speed: 1_000_000 }],
  ])('%s is a clock', (text, mode) => {
    expect(parseClockMode(text)).toEqual(mode);
  });

  test.each(['', 'Real', 'x', 'x0', 'x-1', 'x1e3', '60', 'x0.0009', 'x1000001', 'x1 '])(
    '"%s" is no clock',
    (text) => {
      expect(parseClockMode(text)).toBeUndefined();
    },
  );
});

describe('system clock', () => {
  test('is the wall clock, and stands still while that is set back', () => {
    const machine = new FakeMachine();
    const clock = openClock({ kind: 'real' }, undefined, machine);
    expect(clock.nowMs()).toBe(NOON);
    machine.wall = NOON + 5000;
    expect(clock.nowMs()).toBe(NOON + 5000);
    machine.wall = NOON + 1000;
    expect(clock.nowMs()).toBe(NOON + 5000);
    machine.wall = NOON + 5001;
    expect(clock.nowMs()).toBe(NOON + 5001);
  });

  test('with a start runs from there at real speed, whatever the wall clock does', () => {
    const machine = new FakeMachine();
    const clock = openClock({ kind: 'real' }, 1000, machine);
    machine.monotonic += 250.75;
    machine.wall = 0;
    expect(clock.nowMs()).toBe(1250);
  });

  test('runs a call at its time and not a millisecond before', () => {
    const machine = new FakeMachine();
    const clock = openClock({ kind: 'real' }, undefined, machine);
    const ran: number[] = [];
    clock.schedule(NOON + 100, () => ran.push(clock.nowMs() - NOON));
    machine.pass(99);
    expect(ran).toEqual([]);
    machine.pass(1);
    expect(ran).toEqual([100]);
  });

  test('waits on where the machine wakes it too early', () => {
    const machine = new FakeMachine();
    const clock = openClock({ kind: 'real' }, undefined, machine);
    let ran = 0;
    clock.schedule(NOON + 100, () => ran++);
    machine.wall += 99;
    machine.sleeps.splice(0)[0]?.run();
    expect([ran, machine.asked]).toEqual([0, [100, 1]]);
    machine.pass(1);
    expect(ran).toBe(1);
  });

  test('holds one timer of the machine, for the head of the queue', () => {
    const machine = new FakeMachine();
    const clock = openClock({ kind: 'real' }, undefined, machine);
    clock.schedule(NOON + 300, () => {});
    clock.schedule(NOON + 500, () => {});
    const soonest = clock.schedule(NOON + 100, () => {});
    expect([machine.sleeps.length, machine.asked]).toEqual([1, [300, 100]]);
    soonest.cancel();
    machine.pass(100);
    expect([machine.sleeps.length, machine.asked]).toEqual([1, [300, 100, 200]]);
  });

  test('sleeps in pieces towards a time beyond what the machine can count', () => {
    const machine = new FakeMachine();
    const clock = openClock({ kind: 'real' }, undefined, machine);
    let ran = 0;
    const year = 366 * 86_400_000;
    clock.schedule(NOON + year, () => ran++);
    expect(machine.asked).toEqual([60_000]);
    machine.wall += year - 1;
    machine.monotonic += 60_000;
    machine.turn();
    expect([ran, machine.asked]).toEqual([0, [60_000, 1]]);
    machine.pass(1);
    expect(ran).toBe(1);
  });

  test('runs a call for the past at once, but never synchronously', () => {
    const machine = new FakeMachine();
    const clock = openClock({ kind: 'real' }, undefined, machine);
    const ran: string[] = [];
    clock.schedule(NOON, () => ran.push('now'));
    clock.schedule(NOON - 1000, () => ran.push('past'));
    expect([ran, machine.soons.length]).toEqual([[], 1]);
    machine.turn();
    expect(ran).toEqual(['past', 'now']);
  });

  test('breaks a burst, so that the sockets get a turn', () => {
    const machine = new FakeMachine();
    const clock = openClock({ kind: 'real' }, undefined, machine);
    let ran = 0;
    for (let count = 0; count < 1025; count++) clock.schedule(NOON, () => ran++);
    machine.turn();
    expect(ran).toBe(1024);
    machine.turn();
    expect(ran).toBe(1025);
  });

  test('goes on after a call that throws', () => {
    const machine = new FakeMachine();
    const clock = openClock({ kind: 'real' }, undefined, machine);
    let ran = 0;
    clock.schedule(NOON, () => {
      throw new Error('a bug');
    });
    clock.schedule(NOON, () => ran++);
    expect(() => machine.turn()).toThrow('a bug');
    machine.turn();
    expect(ran).toBe(1);
  });

  test('runs nothing more once closed, and leaves no timer behind', () => {
    const machine = new FakeMachine();
    const clock = openClock({ kind: 'real' }, undefined, machine);
    let ran = 0;
    clock.schedule(NOON + 10, () => ran++);
    clock.close();
    clock.schedule(NOON, () => ran++);
    expect([machine.sleeps.length, machine.soons.length]).toEqual([0, 0]);
    machine.pass(20);
    expect(ran).toBe(0);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a timer for %s', (atMs) => {
    const clock = openClock({ kind: 'real' }, undefined, new FakeMachine());
    expect(() => clock.schedule(atMs, () => {})).toThrow(`a timer cannot be set for ${atMs}`);
  });
});

describe('scaled clock', () => {
  test('starts where it is told and runs N times as fast', () => {
    const machine = new FakeMachine();
    const clock = openClock({ kind: 'scaled', speed: 60 }, 1_000_000, machine);
    expect(clock).toBeInstanceOf(RunningClock);
    expect(clock.nowMs()).toBe(1_000_000);
    machine.monotonic += 1000;
    expect(clock.nowMs()).toBe(1_060_000);
  });

  test('without a start begins at the system time', () => {
    const clock = openClock({ kind: 'scaled', speed: 10 }, undefined, new FakeMachine());
    expect(clock.nowMs()).toBe(NOON);
  });

  test('runs a call at its virtual time or after it, never before', () => {
    const machine = new FakeMachine();
    const clock = openClock({ kind: 'scaled', speed: 60 }, 0, machine);
    const ran: number[] = [];
    clock.schedule(90, () => ran.push(clock.nowMs()));
    clock.schedule(60.5, () => ran.push(clock.nowMs()));
    machine.pass(1);
    expect([ran, clock.nowMs()]).toEqual([[], 60]);
    machine.pass(1);
    expect(ran).toEqual([120, 120]);
  });

  test('may be slower than real time', () => {
    const machine = new FakeMachine();
    const clock = openClock({ kind: 'scaled', speed: 0.5 }, 0, machine);
    let ran = 0;
    clock.schedule(10, () => ran++);
    machine.pass(19);
    expect([ran, clock.nowMs()]).toEqual([0, 9]);
    machine.pass(1);
    expect([ran, clock.nowMs()]).toEqual([1, 10]);
  });
});

test('the manual clock opens at the start given, or at the system time', () => {
  const machine = new FakeMachine();
  expect(openClock({ kind: 'manual' }, 77, machine).nowMs()).toBe(77);
  expect(openClock({ kind: 'manual' }, undefined, machine).nowMs()).toBe(NOON);
});
