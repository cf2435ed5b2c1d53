import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../emulator/clock.ts';
import { Wan } from '../../emulator/wan.ts';
import { ask, buildWan, EXACT, FakeMeters, NOON, READ } from './fake-wan.ts';

describe('capacity', () => {
  test('reads beyond it wait for a session, first come first served', async () => {
    const { clock, wan, tally } = buildWan({ capacity: 2 });
    const notes: string[] = [];
    for (let device = 0; device < 5; device++) ask(wan, clock, notes, { ...READ, device });
    expect([tally.inFlight, tally.waiting]).toEqual([5, 3]);
    await clock.advanceTo(NOON + 3000);
    expect([notes, tally.waiting]).toEqual([['ok 3000', 'ok 3000'], 1]);
    await clock.advanceTo(NOON + 60_000);
    expect(notes.slice(2)).toEqual(['ok 6000', 'ok 6000', 'ok 9000']);
    expect([tally.inFlight, tally.waiting]).toEqual([0, 0]);
  });

  test('a read beyond the line gets E20 at once', async () => {
    const { clock, wan, tally } = buildWan({ capacity: 1, waitingMax: 2 });
    const notes: string[] = [];
    for (let device = 0; device < 3; device++) ask(wan, clock, notes, { ...READ, device });
    await Promise.resolve();
    expect([notes, tally.waiting]).toEqual([[], 2]);
    ask(wan, clock, notes, READ);
    await Promise.resolve();
    expect([notes, tally.waiting, tally.inFlight]).toEqual([['E20 0'], 2, 3]);
    expect(tally.reads['4.8.1'].E20).toBe(1);
  });

  test('without a line the read beyond capacity gets E20', async () => {
    const { clock, wan } = buildWan({ capacity: 1, waitingMax: 0 });
    const notes: string[] = [];
    ask(wan, clock, notes, READ);
    ask(wan, clock, notes, READ);
    await clock.advanceTo(NOON + 60_000);
    expect(notes).toEqual(['E20 0', 'ok 3000']);
  });

  test('the meter time-out runs while a read waits in line', async () => {
    const { clock, meters, wan, tally } = buildWan({ capacity: 1, meterTimeoutMs: 5000 });
    const notes: string[] = [];
    for (let device = 0; device < 3; device++) ask(wan, clock, notes, { ...READ, device });
    await clock.advanceTo(NOON + 60_000);
    // The second begins at 3,000 and has 2,000 left of the 3,000 it needs.
    expect(notes).toEqual(['ok 3000', 'E21 5000', 'E21 5000']);
    expect([tally.inFlight, tally.waiting]).toEqual([0, 0]);
    expect(meters.processed.map(({ device }) => device)).toEqual([0, 1]);
  });

  test('a line of thousands empties in its order', async () => {
    const { clock, meters, wan } = buildWan({ capacity: 1, meterTimeoutMs: 86_400_000 });
    const notes: string[] = [];
    for (let device = 0; device < 5000; device++) {
      if (device !== 666) ask(wan, clock, notes, { ...READ, device });
    }
    await clock.advanceTo(NOON + 5000 * 3000);
    expect(notes.length).toBe(4999);
    const order = meters.processed.map(({ device }) => device);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test('is a matter of each cohort alone', async () => {
    const clock = new ManualClock(NOON);
    const meters = new FakeMeters({ ...EXACT, capacity: 1, waitingMax: 0 }, EXACT);
    const wan = new Wan({ clock, meters, seed: 1 });
    const notes: string[] = [];
    ask(wan, clock, notes, READ);
    ask(wan, clock, notes, { ...READ, device: 1_000_000 });
    await clock.advanceTo(NOON + 60_000);
    expect(notes).toEqual(['ok 3000', 'ok 3000']);
  });
});
