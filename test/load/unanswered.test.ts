// SRs that get no answer: each has its outcome all the same.

import { describe, expect, test } from 'vitest';
import type { Answer } from '../cli/fake-gateway.ts';
import { until } from './hand-time.ts';
import {
  answering,
  expectWhole,
  NO_STRAYS,
  NONE,
  openRun,
  played,
  right,
  rightAnswer,
} from './small-run.ts';

describe('what nobody answers', () => {
  const half = answering((message, place) => (place % 2 === 0 ? rightAnswer(message) : undefined));

  test('has timed out after the time limit, not before', async () => {
    const { run, time } = await openRun(half, { count: 8, timeoutMs: 1000 });
    const over = run.play();
    await until(() => run.record.answered === 4);
    await time.pass(1000);
    expect(run.record.unanswered.timedOut).toBe(0);
    await time.pass(101);
    await over;
    const result = run.record.result();
    expectWhole(result);
    expect(result.outcomes).toEqual({ ...NONE, right: 4, timedOut: 4 });
  });

  test('is lost when its connection closes, and the reason is told', async () => {
    let frames = 0;
    const answer: Answer = (frame, send, socket) => {
      if (++frames === 6) socket.close(1001, 'draining');
      else right(frame, send, socket);
    };
    const { outcomes, run } = await played(answer, { count: 12, inFlight: 1, connections: 2 });
    expect(outcomes).toEqual({ ...NONE, right: 11, lost: 1 });
    expect([...run.receiver.closeReasons]).toEqual([['1001 draining', 1]]);
  });

  test('ends the run when no connection is left', async () => {
    const answer: Answer = (_frame, _send, socket) => socket.terminate();
    const { outcomes, result } = await played(answer, { connections: 1, inFlight: 4 });
    expect(outcomes).toEqual({ ...NONE, lost: 4, notSent: 16 });
    expect(result.planned).toBe(20);
  });

  test('is lost when a frame cannot be read', async () => {
    const answer: Answer = (_frame, _send, socket) => socket.send(Buffer.of(0x93, 1));
    const { outcomes, run } = await played(answer, { connections: 1, inFlight: 2 });
    expect(outcomes).toEqual({ ...NONE, lost: 2, notSent: 18 });
    expect([...run.receiver.closeReasons.keys()][0]).toContain('a frame that cannot be read');
  });

  test('does not take the answers of schedules for its own', async () => {
    const answer = answering((message) => [
      { responseId: 'x', responseCode: 'I0', dspScheduleId: 1 },
      rightAnswer(message),
    ]);
    const { outcomes, result } = await played(answer);
    expect(outcomes).toEqual({ ...NONE, right: 20 });
    expect(result.strays).toEqual(NO_STRAYS);
  });
});
