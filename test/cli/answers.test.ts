import { expect, test } from 'vitest';
import { Answers, isRefusal, readOutgoing } from '../../cli/answers.ts';

const A = { requestId: 'a' };
const B = { requestId: 'b' };
const LATER = { requestId: 'c', executionDateTime: '2026-11-23T09:00:00Z' };

function answersTo(value: unknown): Answers {
  return new Answers(readOutgoing(JSON.stringify(value), 'file'));
}

function ok(requestId: string | null): object {
  return { requestId, responseCode: 'I0' };
}

test('a file is one message or an array, and its text is kept as it is', () => {
  expect(readOutgoing(' {"a": 1}', 'f')).toEqual({
    text: ' {"a": 1}',
    batch: false,
    messages: [{ a: 1 }],
  });
  expect(readOutgoing('[1, 2]', 'f')).toEqual({ text: '[1, 2]', batch: true, messages: [1, 2] });
  expect(() => readOutgoing('{', 'f.json')).toThrow('f.json is not JSON');
  expect(() => readOutgoing('[]', 'f.json')).toThrow('f.json holds no message');
});

test('answers in any order and in several frames come out in the order of the messages', () => {
  const answers = answersTo([A, B]);
  answers.take([ok('b')]);
  expect([answers.complete, answers.missing]).toEqual([false, 1]);
  answers.take([ok('a')]);
  expect(answers.complete).toBe(true);
  expect(answers.inOrder()).toEqual([ok('a'), ok('b')]);
});

test('two messages with one requestId have two answers', () => {
  const answers = answersTo([A, A]);
  answers.take({ requestId: 'a', responseCode: null, error: { code: 'DUPLICATE_REQUEST_ID' } });
  expect(answers.complete).toBe(false);
  answers.take(ok('a'));
  expect(answers.complete).toBe(true);
  expect(answers.inOrder()).toHaveLength(2);
});

test('an answer whose requestId could not be read counts, and comes last', () => {
  const answers = answersTo([7, A]);
  answers.take([ok(null), ok('a')]);
  expect(answers.inOrder()).toEqual([ok('a'), ok(null)]);
});

test('a response that a schedule made is no answer', () => {
  const answers = answersTo(A);
  answers.take({ responseId: 'x', responseCode: 'I0' });
  expect([answers.complete, answers.unasked]).toEqual([false, 1]);
});

test('1,024 messages have as many answers, one more than that has one', () => {
  expect(answersTo(Array(1024).fill(A)).missing).toBe(1024);
  expect(answersTo(Array(1025).fill(A)).missing).toBe(1);
});

test('the acceptance of a future dated request is not its answer', () => {
  const answers = answersTo(LATER);
  const accepted = { requestId: 'c', responseCode: 'I99' };
  answers.take(accepted);
  expect([answers.complete, answers.waiting, answers.missing]).toEqual([false, 1, 0]);
  expect(answers.inOrder()).toEqual([accepted]);
  answers.take(ok('c'));
  expect([answers.complete, answers.waiting]).toEqual([true, 0]);
  expect(answers.inOrder()).toEqual([ok('c')]);
});

test('I99 to a message without executionDateTime is its answer', () => {
  const answers = answersTo(A);
  answers.take({ requestId: 'a', responseCode: 'I99' });
  expect(answers.complete).toBe(true);
});

test('what is no JSON object is no answer', () => {
  expect(() => answersTo(A).take('I0')).toThrow('no JSON object');
});

test.each([
  [{ responseCode: 'I0' }, false],
  [{ responseCode: 'I99' }, false],
  [{ responseCode: 'E4' }, true],
  [{ responseCode: 'W050201' }, true],
  [{ responseCode: null, error: { code: 'BUSY' } }, true],
  [{}, true],
])('%j is a refusal: %j', (answer, expected) => {
  expect(isRefusal(answer)).toBe(expected);
});
