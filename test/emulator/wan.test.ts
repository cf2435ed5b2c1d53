import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../emulator/clock.ts';
import { Wan } from '../../emulator/wan.ts';
import { WAN_PROFILES } from '../../emulator/wan-profiles.ts';
import { promised } from '../../gateway/protocol/coming.ts';
import { ask, buildWan, EXACT, FakeMeters, NOON, NOON_SECONDS, READ } from './fake-wan.ts';

describe('none', () => {
  test('answers at once, without a step of the clock or a turn of anything', () => {
    const { wan, tally } = buildWan(WAN_PROFILES.none);
    const reply = wan.read(READ);
    expect(reply).toMatchObject({ ok: true, profile: { count: 2 } });
    expect(tally.reads['4.8.1']).toEqual({ ok: 1, E20: 0, E21: 0 });
    expect([tally.attempts, tally.bytesToMeters, tally.bytesFromMeters]).toEqual([1, 96, 80]);
    expect(tally.inFlight).toBe(0);
  });

  test('reads the meter as of the whole second that has begun', async () => {
    const { clock, meters, wan } = buildWan(WAN_PROFILES.none);
    await clock.advanceTo(NOON + 1999);
    await wan.read(READ);
    expect(meters.processed).toEqual([{ device: 7, nowSeconds: NOON_SECONDS + 1 }]);
  });

  test('throws what a bug of the meter throws', () => {
    const { wan } = buildWan(WAN_PROFILES.none);
    expect(() => wan.read({ ...READ, device: 666 })).toThrow('a bug of the meter');
  });
});

describe('a read with latency', () => {
  test('reaches the meter after the one latency and comes back after the other', async () => {
    const { clock, meters, wan, tally } = buildWan({});
    const notes: string[] = [];
    ask(wan, clock, notes, READ);
    await clock.advanceTo(NOON + 999);
    expect([meters.processed.length, tally.inFlight]).toEqual([0, 1]);
    await clock.advanceTo(NOON + 2999);
    expect(meters.processed).toEqual([{ device: 7, nowSeconds: NOON_SECONDS + 1 }]);
    expect([notes, tally.inFlight]).toEqual([[], 1]);
    await clock.advanceTo(NOON + 3000);
    expect([notes, tally.inFlight]).toEqual([['ok 3000'], 0]);
    await clock.advanceTo(NOON + 100_000);
    expect([notes.length, meters.processed.length]).toEqual([1, 1]);
  });

  test('without latency but with losses still answers without an advance', async () => {
    const { wan } = buildWan({ requestMedianMs: 0, replyMedianMs: 0, lossProbability: 1e-9 });
    expect((await promised(wan.read(READ))).ok).toBe(true);
  });

  test('is refused for a device that is not there', () => {
    const { wan } = buildWan({});
    expect(() => wan.read({ ...READ, device: 1_000_000 })).toThrow('there is no device 1000000');
  });

  test('turns a bug of the meter into one rejection, and frees its session', async () => {
    const { clock, wan, tally } = buildWan({ capacity: 1 });
    const notes: string[] = [];
    ask(wan, clock, notes, { ...READ, device: 666 });
    ask(wan, clock, notes, READ);
    await clock.advanceTo(NOON + 60_000);
    expect(notes).toEqual(['fault: a bug of the meter', 'ok 4000']);
    expect([tally.inFlight, tally.waiting]).toEqual([0, 0]);
  });
});

test('a bug of the meter ends the read even where its reply would have been late', async () => {
  const { clock, wan, tally } = buildWan({ attemptTimeoutMs: 2000 });
  const notes: string[] = [];
  ask(wan, clock, notes, { ...READ, device: 666 });
  await clock.advanceTo(NOON + 60_000);
  expect([notes, tally.inFlight]).toEqual([['fault: a bug of the meter'], 0]);
  expect([tally.attempts, tally.lateReplies]).toEqual([1, 0]);
});

describe('time-outs', () => {
  test('a reply at the very end of the attempt is in time', async () => {
    const { clock, wan, tally } = buildWan({ attemptTimeoutMs: 3000, retries: 0 });
    const notes: string[] = [];
    ask(wan, clock, notes, READ);
    await clock.advanceTo(NOON + 60_000);
    expect([notes, tally.lateReplies]).toEqual([['ok 3000'], 0]);
  });

  test('a reply one millisecond later is dropped, counted, and the answer is E21', async () => {
    const { clock, wan, tally } = buildWan({ attemptTimeoutMs: 2999, retries: 0 });
    const notes: string[] = [];
    ask(wan, clock, notes, READ);
    await clock.advanceTo(NOON + 60_000);
    expect([notes, tally.lateReplies]).toEqual([['E21 2999'], 1]);
    expect(tally.reads['4.8.1']).toEqual({ ok: 0, E20: 0, E21: 1 });
  });

  test('a late reply has cost its bytes if the meter had sent it by then', async () => {
    const sent = buildWan({ attemptTimeoutMs: 1000, retries: 0 });
    const notes: string[] = [];
    ask(sent.wan, sent.clock, notes, READ);
    await sent.clock.advanceTo(NOON + 60_000);
    expect(sent.tally.bytesFromMeters).toBe(80);
    const unsent = buildWan({ attemptTimeoutMs: 999, retries: 0 });
    ask(unsent.wan, unsent.clock, notes, READ);
    await unsent.clock.advanceTo(NOON + 60_000);
    expect(unsent.tally.bytesFromMeters).toBe(0);
    expect(notes).toEqual(['E21 1000', 'E21 999']);
  });

  test('a reply at the very end of the meter time-out is in time, one later is not', async () => {
    const inTime = buildWan({ meterTimeoutMs: 3000 });
    const notes: string[] = [];
    ask(inTime.wan, inTime.clock, notes, READ);
    await inTime.clock.advanceTo(NOON + 60_000);
    const late = buildWan({ meterTimeoutMs: 2999 });
    ask(late.wan, late.clock, notes, READ);
    await late.clock.advanceTo(NOON + 60_000);
    expect(notes).toEqual(['ok 3000', 'E21 2999']);
  });

  test('attempts follow each other until they are used up', async () => {
    const { clock, wan, tally } = buildWan({ lossProbability: 1, retries: 1 });
    const notes: string[] = [];
    ask(wan, clock, notes, READ);
    await clock.advanceTo(NOON + 60_000);
    expect(notes).toEqual(['E21 10000']);
    expect([tally.attempts, tally.lostMessages, tally.lateReplies]).toEqual([2, 2, 0]);
    expect(tally.bytesToMeters).toBe(192);
  });

  test('the meter time-out cuts the last attempt short and allows none after it', async () => {
    const { clock, wan, tally } = buildWan({
      lossProbability: 1,
      retries: 9,
      meterTimeoutMs: 10_000,
    });
    const notes: string[] = [];
    ask(wan, clock, notes, READ);
    await clock.advanceTo(NOON + 60_000);
    expect([notes, tally.attempts]).toEqual([['E21 10000'], 2]);
  });

  test('a lost message is made good by the next attempt', async () => {
    const { clock, wan, tally } = buildWan({ lossProbability: 0.5, meterTimeoutMs: 60_000 });
    const notes: string[] = [];
    for (let device = 0; device < 400; device++) ask(wan, clock, notes, { ...READ, device });
    await clock.advanceTo(NOON + 60_000);
    const count = (note: string) => notes.filter((other) => other === note).length;
    const shares = ['ok 3000', 'ok 8000', 'ok 13000', 'E21 15000'].map(count);
    expect(shares.reduce((sum, share) => sum + share)).toBe(400);
    for (const [at, expected] of [200, 100, 50, 50].entries()) {
      expect(Math.abs((shares[at] ?? 0) - expected)).toBeLessThan(40);
    }
    expect(tally.lostMessages).toBe(tally.attempts - 400 + count('E21 15000'));
  });

  test('loses requests as often as replies', async () => {
    const { clock, meters, wan } = buildWan({ lossProbability: 1, retries: 0 });
    const notes: string[] = [];
    for (let device = 0; device < 400; device++) ask(wan, clock, notes, { ...READ, device });
    await clock.advanceTo(NOON + 60_000);
    expect(Math.abs(meters.processed.length - 200)).toBeLessThan(40);
  });
});

describe('SMS wake-ups', () => {
  const WAKE_UPS = { smsWakeUps: 2, smsMedianMs: 4000, smsSpread: 0, smsCostGbp: 0.025 };

  test('come one after the other before the session, and cost', async () => {
    const { clock, wan, tally } = buildWan(WAKE_UPS);
    const notes: string[] = [];
    ask(wan, clock, notes, READ);
    expect(tally.wakeUps).toBe(1);
    await clock.advanceTo(NOON + 3999);
    expect(tally.wakeUps).toBe(1);
    await clock.advanceTo(NOON + 4000);
    expect([tally.wakeUps, tally.wakeUpCostMicroGbp, tally.attempts]).toEqual([2, 50_000, 0]);
    await clock.advanceTo(NOON + 60_000);
    expect([notes, tally.wakeUps]).toEqual([['ok 11000'], 2]);
  });

  test('are not sent after the meter time-out', async () => {
    const { clock, wan, tally } = buildWan({ ...WAKE_UPS, meterTimeoutMs: 4000 });
    const notes: string[] = [];
    ask(wan, clock, notes, READ);
    await clock.advanceTo(NOON + 60_000);
    expect([notes, tally.wakeUps, tally.attempts]).toEqual([['E21 4000'], 1, 0]);
  });

  test('are told with the cohort and the cost of each, one by one', async () => {
    const clock = new ManualClock(NOON);
    const meters = new FakeMeters(EXACT, { ...EXACT, ...WAKE_UPS });
    const told: string[] = [];
    const onWakeUp = (cohort: number, costMicroGbp: number) => {
      told.push(`${clock.nowMs() - NOON} ms: cohort ${cohort}, ${costMicroGbp}`);
    };
    const wan = new Wan({ clock, meters, seed: 1, onWakeUp });
    const notes: string[] = [];
    ask(wan, clock, notes, READ);
    ask(wan, clock, notes, { ...READ, device: 1_000_000 });
    await clock.advanceTo(NOON + 60_000);
    expect(notes).toEqual(['ok 3000', 'ok 11000']);
    expect(told).toEqual(['0 ms: cohort 1, 25000', '4000 ms: cohort 1, 25000']);
  });

  test('the built-in profile counts two to a read at GBP 0.025 each', async () => {
    const { clock, wan, tally } = buildWan(WAN_PROFILES.sms);
    const notes: string[] = [];
    for (let device = 0; device < 100; device++) ask(wan, clock, notes, { ...READ, device });
    await clock.advanceTo(NOON + 600_000);
    expect([notes.length, tally.wakeUps, tally.wakeUpCostMicroGbp]).toEqual([100, 200, 5_000_000]);
  });
});
