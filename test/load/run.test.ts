// Every outcome of an SR, provoked; and that each SR that was planned ends in exactly one.

import { describe, expect, test } from 'vitest';
import type { Answer } from '../cli/fake-gateway.ts';
import { until } from './hand-time.ts';
import { answering, NONE, openRun, played, right, rightAnswer } from './small-run.ts';

describe('answers that are right', () => {
  test.each(['msgpack', 'json'] as const)('are counted so, in %s', async (format) => {
    const { outcomes, gateway, result } = await played(right, { format });
    expect(outcomes).toEqual({ ...NONE, right: 20 });
    expect(gateway.frames.length).toBe(20);
    expect([result.checked, result.served.device]).toEqual([20, 20]);
    expect(result.bySrv['4.8.1']?.answered).toBe(20);
  });

  test.each(['4.6.1', '4.8.2', '4.8.3'] as const)('to %s as well', async (srv) => {
    expect((await played(right, { srv })).outcomes.right).toBe(20);
  });

  test.each(['msgpack', 'json'] as const)('in arrays of %s are sorted out', async (format) => {
    const { outcomes, gateway } = await played(right, { batch: 3, inFlight: 9, format });
    expect(outcomes).toEqual({ ...NONE, right: 20 });
    expect(gateway.frames.map((frame) => [frame].flat().length)).toEqual([3, 3, 3, 3, 3, 3, 2]);
  });

  test('may come in any order and all at once', async () => {
    const held: object[] = [];
    const answer: Answer = (frame, send) => {
      held.push(rightAnswer(frame as Parameters<typeof rightAnswer>[0]));
      if (held.length === 8) send(held.splice(0).reverse());
    };
    const options = { count: 24, connections: 1, inFlight: 8 };
    expect((await played(answer, options)).outcomes).toEqual({ ...NONE, right: 24 });
  });

  test('are right unchecked where the check is off', async () => {
    const answer = answering((message) => rightAnswer(message, { profile: 'nonsense' }));
    const { outcomes, result } = await played(answer, { checkEvery: 0 });
    expect([outcomes.right, result.checked]).toEqual([20, 0]);
  });

  test('are checked one in so many', async () => {
    const { result } = await played(right, { checkEvery: 4 });
    expect(result.checked).toBe(5);
  });
});

describe('answers that are not', () => {
  const spoilt = (more: (answer: Record<string, unknown>) => Record<string, unknown>) =>
    answering((message, place) => {
      const answer = { ...rightAnswer(message) };
      return place === 7 ? { ...answer, ...more(answer) } : answer;
    });

  function column(answer: Record<string, unknown>): number[] {
    return (answer.profile as { primaryValue: number[] }).primaryValue;
  }

  test.each([
    [
      'one value off by 1',
      (answer) => ({
        profile: {
          ...(answer.profile as object),
          primaryValue: column(answer).with(48, (column(answer)[48] as number) + 1),
        },
      }),
    ],
    [
      'one entry short',
      (answer) => ({
        profile: { ...(answer.profile as object), primaryValue: column(answer).slice(0, 48) },
      }),
    ],
    [
      'stamps half an hour off',
      (answer) => ({
        profile: { ...(answer.profile as object), firstTimestamp: '2026-11-22T00:30:00Z' },
      }),
    ],
    [
      'a column that the meter does not have',
      (answer) => ({
        profile: { ...(answer.profile as object), secondaryValue: column(answer) },
      }),
    ],
    ['no entries at all', () => ({ profile: null })],
    ['to another SRV', () => ({ serviceReferenceVariant: '4.8.3' })],
    ['made before it was asked', () => ({ responseDateTime: '2026-11-23T11:59:59.999Z' })],
    ['without a word of where it is from', () => ({ served: undefined })],
    ['from nowhere', () => ({ served: 'moon' })],
    [
      'the target of the RequestID another',
      (answer) => ({
        requestId: String(answer.requestId).replace(
          /:90-B3-D5-1F-40-00-00-0/,
          ':90-B3-D5-1F-40-00-01-0',
        ),
      }),
    ],
    [
      'the originator of the RequestID another',
      (answer) => ({
        requestId: String(answer.requestId).replace('30-01-00-00', '30-01-00-07'),
      }),
    ],
  ] as [string, (answer: Record<string, unknown>) => Record<string, unknown>][])(
    '%s: wrong, and told in words',
    async (_, more) => {
      const { outcomes, run } = await played(spoilt(more));
      expect(outcomes).toEqual({ ...NONE, right: 19, wrong: 1 });
      expect(run.receiver.faults).toEqual([expect.stringMatching(/^wrong: 90-B3-.* \S+/)]);
    },
  );

  test('the values of another meter are wrong', async () => {
    const answer = answering((message) => {
      const { requestId } = message;
      const other = `${requestId.slice(0, 46)}${requestId[46] === '9' ? 0 : 9}:1`;
      return { ...rightAnswer({ ...message, requestId: other }), requestId: message.requestId };
    });
    expect((await played(answer)).outcomes).toEqual({ ...NONE, wrong: 20 });
  });

  test('without the why that was asked for: wrong', async () => {
    const silent = answering((message) => rightAnswer({ ...message, explain: false }));
    const { outcomes, run } = await played(silent);
    expect(outcomes).toEqual({ ...NONE, right: 19, wrong: 1 });
    expect(run.receiver.faults[0]).toContain('no why, although it was asked for');
  });

  test('over another connection: wrong, whatever they say', async () => {
    const asked: [object, (answer: unknown) => void][] = [];
    // Two connections have one SR each under way; the answers change places.
    const crossed: Answer = (frame, send) => {
      asked.push([rightAnswer(frame as Parameters<typeof rightAnswer>[0]), send]);
      if (asked.length < 2) return;
      const [[first, toFirst], [second, toSecond]] = asked.splice(0) as [
        (typeof asked)[0],
        (typeof asked)[0],
      ];
      toFirst(second);
      toSecond(first);
    };
    const { outcomes, run } = await played(crossed, { connections: 2, inFlight: 1 });
    expect(outcomes).toEqual({ ...NONE, wrong: 20 });
    expect(run.receiver.faults[0]).toContain('over another connection');
  });

  test('a daily read that is missing or changed is wrong', async () => {
    const spoil = answering((message, place) => {
      const answer = rightAnswer(message) as { dailyReadLog: Record<string, unknown>[] };
      const [first = {}, last = {}] = answer.dailyReadLog;
      if (place === 1) return { ...answer, dailyReadLog: [first] };
      if (place === 2) {
        const changed = { ...last, tariffTOURegisterMatrixValue: [0, 0, 0, 0] };
        return { ...answer, dailyReadLog: [first, changed] };
      }
      return answer;
    });
    const { outcomes } = await played(spoil, { srv: '4.6.1' });
    expect(outcomes).toEqual({ ...NONE, right: 18, wrong: 2 });
  });

  test('codes and errors are refusals by their names', async () => {
    const answer = answering((message, place) => {
      const { requestId } = message;
      if (place < 3) return { requestId, responseCode: 'E21', responseDateTime: 'x' };
      if (place < 5) return { requestId, responseCode: null, error: { code: 'BUSY', message: '' } };
      return rightAnswer(message);
    });
    const { outcomes } = await played(answer);
    expect(outcomes).toEqual({ ...NONE, right: 15, refused: { E21: 3, BUSY: 2 } });
  });

  test('4.8.2 from the cache is stale', async () => {
    const cached = answering((message) => rightAnswer(message, { served: 'cache' }));
    expect((await played(cached, { srv: '4.8.2' })).outcomes).toEqual({ ...NONE, stale: 20 });
    expect((await played(cached, { srv: '4.8.1' })).outcomes).toEqual({ ...NONE, right: 20 });
  });

  test.each([
    ['2026-11-22T11:00:01Z', 0],
    ['2026-11-22T11:00:00Z', 1],
  ])('what was cached at %s and served 25 hours later is stale: %i', async (cachedAt, stale) => {
    const answer = answering((message) =>
      rightAnswer(message, message.explain ? { served: 'cache', why: { cachedAt } } : {}),
    );
    // The first of a run is asked for its `why`.
    expect((await played(answer)).outcomes).toEqual({ ...NONE, right: 20 - stale, stale });
  });

  test('the age of what is cached counts wherever it is told', async () => {
    const cachedAt = '2026-11-22T11:00:00Z';
    const answer = answering((message) =>
      rightAnswer(message, message.explain ? { served: 'cache', why: { cachedAt } } : {}),
    );
    const options = { count: 300, checkEvery: 1000 };
    // Of one SR in 127 the why is wanted.
    expect((await played(answer, options)).outcomes).toEqual({ ...NONE, right: 297, stale: 3 });
  });
});

describe('a closed loop', () => {
  test('that its count ends is over with its last answer', async () => {
    const held: (() => void)[] = [];
    const answer: Answer = (frame, send, socket) => held.push(() => right(frame, send, socket));
    const { run, time } = await openRun(answer, { count: 4, connections: 1, inFlight: 4 });
    const over = run.play();
    await until(() => held.length === 4);
    await time.pass(2000);
    for (const answerOne of held) answerOne();
    await over;
    expect([run.measuredMs, run.record.came]).toEqual([2000, 4]);
  });

  test('that its time ends is over then', async () => {
    const held: (() => void)[] = [];
    const answer: Answer = (frame, send, socket) => held.push(() => right(frame, send, socket));
    const options = { durationMs: 1000, connections: 1, inFlight: 4 };
    const { run, time } = await openRun(answer, options);
    const over = run.play();
    await until(() => held.length === 4);
    await time.pass(500);
    for (const answerOne of held.splice(0)) answerOne();
    await until(() => held.length === 4);
    await time.pass(1000);
    for (const answerOne of held.splice(0)) answerOne();
    await over;
    expect([run.measuredMs, run.record.answered, run.record.came]).toEqual([1000, 8, 4]);
  });
});
