// The open loop and its end: arrivals that do not wait, the warm-up, and Ctrl-C.

import { describe, expect, test } from 'vitest';
import type { Answer } from '../cli/fake-gateway.ts';
import { until } from './hand-time.ts';
import { expectWhole, NONE, openRun, right } from './small-run.ts';

describe('an open loop', () => {
  test('does not wait for answers: what finds no room is not sent in the end', async () => {
    const silent: Answer = () => {};
    const options = { rate: '10', durationMs: 1000, connections: 1, inFlight: 4, timeoutMs: 5000 };
    const { run, time } = await openRun(silent, options);
    const over = run.play();
    for (let passed = 0; passed < 950; passed += 50) await time.pass(50);
    expect([run.waiting, run.inFlight, run.record.planned]).toEqual([6, 4, 10]);
    await time.pass(100);
    expect(run.record.unanswered.notSent).toBe(6);
    await time.pass(5000);
    await over;
    const result = run.record.result();
    expectWhole(result);
    expect(result.outcomes).toEqual({ ...NONE, timedOut: 4, notSent: 6 });
    expect(run.measuredMs).toBe(1000);
  });

  test('answers as many a second as came while it lasted, none that came later', async () => {
    const held: (() => void)[] = [];
    const answer: Answer = (frame, send, socket) => held.push(() => right(frame, send, socket));
    const options = { rate: '10', warmupMs: 500, durationMs: 1000, connections: 1, inFlight: 100 };
    const { run, time } = await openRun(answer, options);
    const over = run.play();
    await time.pass(400);
    await until(() => held.length === 5);
    held.shift()?.();
    await until(() => run.record.live.answered === 1);
    await time.pass(600);
    await until(() => held.length === 10);
    for (const answerOne of held.splice(0, 6)) answerOne();
    await until(() => run.record.live.answered === 7);
    await time.pass(500);
    await until(() => held.length === 8);
    await time.pass(1);
    for (const answerOne of held.splice(0)) answerOne();
    await over;
    expect([run.record.planned, run.record.answered, run.measuredMs]).toEqual([10, 10, 1000]);
    // Of the warm-up one had its answer in time, the others were answered in the measured part.
    expect(run.record.came).toBe(6);
  });

  test('counts latency from the planned time and from the actual one', async () => {
    const held: (() => void)[] = [];
    const answer: Answer = (frame, send, socket) => held.push(() => right(frame, send, socket));
    const options = { rate: '10', durationMs: 200, connections: 1, inFlight: 1 };
    const { run, time, gateway } = await openRun(answer, options);
    const over = run.play();
    await until(() => gateway.frames.length === 1);
    await time.pass(150);
    held.shift()?.();
    // The second was planned for 100 ms and leaves when the first is answered, at 150 ms.
    await until(() => gateway.frames.length === 2);
    await time.pass(20);
    held.shift()?.();
    await until(() => run.record.answered === 2);
    await time.pass(200);
    await over;
    const { latency } = run.record.result();
    expect(latency.fromPlanned.minMs).toBeCloseTo(70, 0);
    expect(latency.fromPlanned.maxMs).toBe(150);
    expect(latency.fromSent.minMs).toBeCloseTo(20, 0);
    expect(latency.fromSent.maxMs).toBe(150);
  });

  test('shows its warm-up in the seconds and nowhere else', async () => {
    const options = { rate: '10', durationMs: 1000, warmupMs: 1500 };
    const { run, time } = await openRun(right, options);
    const over = run.play();
    for (let passed = 0; passed < 2600; passed += 100) {
      await time.pass(100);
      await until(() => run.inFlight === 0);
    }
    await over;
    const result = run.record.result();
    expectWhole(result);
    expect([result.planned, result.answered]).toEqual([10, 10]);
    expect(
      result.seconds.map(({ atSeconds, warmup, answered }) => [atSeconds, warmup, answered]),
    ).toEqual([
      [0, true, 10],
      [1, true, 5],
      [1.5, false, 10],
    ]);
  });
});

describe('an interrupted run', () => {
  test('sends nothing more, waits a moment for what is under way, and is whole', async () => {
    const held: (() => void)[] = [];
    const answer: Answer = (frame, send, socket) => held.push(() => right(frame, send, socket));
    const { run, time, gateway } = await openRun(answer, {
      count: 1000,
      connections: 1,
      inFlight: 4,
    });
    const over = run.play();
    await until(() => gateway.frames.length === 4);
    run.interrupt();
    held.shift()?.();
    await until(() => run.record.answered === 1);
    await time.pass(1000);
    await over;
    const result = run.record.result();
    expectWhole(result);
    expect(result.outcomes).toEqual({ ...NONE, right: 1, lost: 3 });
    expect([run.interrupted, gateway.frames.length]).toEqual([true, 4]);
  });
});
