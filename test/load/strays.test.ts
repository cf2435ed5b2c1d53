// What comes back and is no SR's answer: each kind of it is counted apart, beside the outcomes.

import { expect, test } from 'vitest';
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

test('one more answer to an SR is repeated', async () => {
  const answer = answering((message) => [rightAnswer(message), rightAnswer(message)]);
  const { outcomes, result } = await played(answer);
  expect(outcomes).toEqual({ ...NONE, right: 20 });
  expect(result.strays).toEqual({ ...NO_STRAYS, repeated: 20 });
});

test('an answer to a RequestID that was not sent is unknown', async () => {
  const answer = answering((message) => {
    const { requestId } = message;
    const later = { ...message, requestId: requestId.replace(/:1(?=\d{12}$)/, ':2') };
    const none = { ...message, requestId: `${requestId.slice(0, 48)}x` };
    return [rightAnswer(later), rightAnswer(none), rightAnswer(message)];
  });
  const { outcomes, result } = await played(answer);
  expect(outcomes).toEqual({ ...NONE, right: 20 });
  expect(result.strays).toEqual({ ...NO_STRAYS, unknown: 40 });
});

test('the first answer after the time-out is late, the second repeated', async () => {
  const held: (() => void)[] = [];
  const answer: Answer = (frame, send, socket) => {
    if (held.length < 4) held.push(() => right(frame, send, socket));
  };
  const { run, time } = await openRun(answer, { count: 8, timeoutMs: 1000, connections: 1 });
  const over = run.play();
  await until(() => held.length === 4);
  await time.pass(1101);
  for (const late of [...held, ...held.slice(0, 2)]) late();
  await until(() => run.record.strays.repeated === 2);
  await time.pass(1101);
  await over;
  const result = run.record.result();
  expectWhole(result);
  expect(result.outcomes).toEqual({ ...NONE, timedOut: 8 });
  expect(result.strays).toEqual({ ...NO_STRAYS, late: 4, repeated: 2 });
});

test('an error without a RequestID is told by its code and in words', async () => {
  const error = { code: 'MALFORMED_FRAME', message: 'not MessagePack' };
  const answer = answering((message, place) =>
    place === 3
      ? [{ requestId: null, responseCode: null, error }, rightAnswer(message)]
      : rightAnswer(message),
  );
  const { outcomes, result, run } = await played(answer);
  expect(outcomes).toEqual({ ...NONE, right: 20 });
  expect(result.strays).toEqual({ ...NO_STRAYS, unaddressed: { MALFORMED_FRAME: 1 } });
  expect(run.receiver.faults).toEqual([
    'an error without a RequestID: MALFORMED_FRAME: not MessagePack',
  ]);
});

test.each([
  ['text where binary is due', 'msgpack', '{"requestId":null}', 'it is not binary'],
  ['binary where text is due', 'json', Buffer.from('{}'), 'it is not text'],
  ['a number', 'msgpack', Buffer.of(5), 'an answer that is no object'],
  ['a number in an array', 'msgpack', Buffer.of(0x91, 5), 'an answer that is no object'],
  ['a string', 'json', '"hello"', 'an answer that is no object'],
  ['bytes behind an answer', 'msgpack', Buffer.of(0x80, 0x80), 'more behind the answer'],
  ['bytes behind an answer', 'json', '{}{}', 'more behind the answer'],
  ['garbage', 'msgpack', Buffer.from('c1c1c1', 'hex'), ''],
  ['garbage', 'json', '<html>', 'JSON'],
] as const)('%s is unreadable, and ends its connection (%s)', async (_, format, bytes, why) => {
  const answer: Answer = (_frame, _send, socket) => socket.send(bytes);
  const options = { connections: 1, inFlight: 2, format };
  const { outcomes, result, run } = await played(answer, options);
  expect(outcomes).toEqual({ ...NONE, lost: 2, notSent: 18 });
  expect(result.strays).toEqual({ ...NO_STRAYS, unreadable: 1 });
  const [reason] = run.receiver.closeReasons.keys();
  expect(reason).toMatch(/^a frame that cannot be read: /);
  expect(reason).toContain(why);
});

test('connections that close leave nothing behind', async () => {
  const { result } = await played((_frame, _send, socket) => socket.close(1011, 'oh'));
  expect(result.strays).toEqual(NO_STRAYS);
});
