// Answers known by their bytes: what is known is found, whatever differs in a single byte is not.

import { pack } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { READERS } from '../../load/answers.ts';
import { KnownAnswers, type Served } from '../../load/known-answers.ts';
import { PARTY, rightAnswer } from './small-run.ts';

const COUNTER = 1_795_424_400_000;
const TIME = '2026-11-23T12:00:00.000Z';
const NOW = Date.parse(TIME);

function idOf(device: number, counter: number): string {
  return `${PARTY}:90-B3-D5-1F-40-00-00-0${device}:${counter}`;
}

function answer(device: number, counter: number, more: Record<string, unknown> = {}): object {
  const asked = { requestId: idOf(device, counter), serviceReferenceVariant: '4.8.1' as const };
  return rightAnswer(asked, { served: 'cache', ...more });
}

const ENCODE = {
  msgpack: (value: unknown) => Buffer.from(pack(value)),
  json: (value: unknown) => Buffer.from(JSON.stringify(value)),
} as const;

describe.each(['msgpack', 'json'] as const)('in %s', (format) => {
  const encode = ENCODE[format];

  /** An answer among other bytes, at any alignment. */
  function within(bytes: Buffer, before: number): { bytes: Buffer; at: number; end: number } {
    const all = Buffer.concat([Buffer.alloc(before, 1), bytes, Buffer.alloc(20, 2)]);
    return { bytes: all, at: before, end: before + bytes.length };
  }

  function learnt(served: Served = 'cache', isRight = true): KnownAnswers {
    const known = new KnownAnswers();
    const { bytes, at, end } = within(encode(answer(3, COUNTER, { served })), 5);
    known.learn(bytes, at, end, 7, { requestId: idOf(3, COUNTER), time: TIME, served, isRight });
    return known;
  }

  test.each([0, 1, 2, 3])(
    'a known answer is found, %i bytes on, with another counter',
    (before) => {
      const known = learnt();
      const time = '2026-11-23T12:00:01.250Z';
      const next = encode(answer(3, COUNTER + 5_000_123, { responseDateTime: time }));
      const { bytes, at, end } = within(next, before);
      expect(known.counterAt(bytes, at, end)).toBe(COUNTER + 5_000_123);
      expect(known.find(bytes, at, end, 7, PARTY)).toBe(end);
      expect([known.responseMs, known.served, known.isRight]).toEqual([NOW + 1250, 'cache', true]);
    },
  );

  test('a single byte that differs, anywhere, is found out', () => {
    const known = learnt();
    const right = encode(answer(3, COUNTER));
    const counterAt = right.indexOf(`:${COUNTER}`) + 1;
    const timeAt = right.indexOf(TIME);
    for (let at = 0; at < right.length; at++) {
      if (at >= counterAt && at < counterAt + 13) continue;
      const bytes = Buffer.from(right);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const isCounter = Number.isNaN(known.counterAt(bytes, 0, bytes.length));
      const end = isCounter ? -1 : known.find(bytes, 0, bytes.length, 7, PARTY);
      // A time may be another, as long as it is one.
      const isTime = at >= timeAt && at < timeAt + TIME.length && end > 0;
      if (!isTime) expect(end, `byte ${at}`).toBe(-1);
    }
  });

  test('every way of cutting it short is found out', () => {
    const known = learnt();
    const bytes = encode(answer(3, COUNTER));
    for (let end = 0; end < bytes.length; end++) {
      const counter = known.counterAt(bytes, 0, end);
      if (!Number.isNaN(counter)) expect(known.find(bytes, 0, end, 7, PARTY)).toBe(-1);
    }
  });

  test('another subject, Party, device or time that is none is not known', () => {
    const known = learnt();
    const bytes = encode(answer(3, COUNTER));
    const find = (of: Buffer, subject = 7, partyId = PARTY) => {
      known.counterAt(of, 0, of.length);
      return known.find(of, 0, of.length, subject, partyId);
    };
    expect(find(bytes)).toBe(bytes.length);
    expect(find(bytes, 8)).toBe(-1);
    expect(find(bytes, 7, '90-B3-D5-1F-30-01-00-07')).toBe(-1);
    expect(find(encode(answer(4, COUNTER)))).toBe(-1);
    const noTime = { responseDateTime: '2026-11-23T12:00:00.00xZ' };
    expect(find(encode(answer(3, COUNTER, noTime)))).toBe(-1);
  });

  test('what was learnt of the cache is not taken for an answer of the device', () => {
    const known = learnt();
    const device = encode(answer(3, COUNTER, { served: 'device' }));
    known.counterAt(device, 0, device.length);
    expect(known.find(device, 0, device.length, 7, PARTY)).toBe(-1);
    const told = { requestId: idOf(3, COUNTER), time: TIME, isRight: false };
    known.learn(device, 0, device.length, 7, { ...told, served: 'device' });
    expect(known.find(device, 0, device.length, 7, PARTY)).toBe(device.length);
    expect([known.served, known.isRight]).toEqual(['device', false]);
  });

  test('an answer that is learnt anew takes the place of the one before', () => {
    const known = learnt();
    const grown = { profile: null };
    const bytes = encode(answer(3, COUNTER, grown));
    const told = {
      requestId: idOf(3, COUNTER),
      time: TIME,
      served: 'cache',
      isRight: true,
    } as const;
    known.learn(bytes, 0, bytes.length, 7, told);
    known.counterAt(bytes, 0, bytes.length);
    expect(known.find(bytes, 0, bytes.length, 7, PARTY)).toBe(bytes.length);
    const before = encode(answer(3, COUNTER));
    known.counterAt(before, 0, before.length);
    expect(known.find(before, 0, before.length, 7, PARTY)).toBe(-1);
  });

  test('of an array each element is read where it lies', () => {
    const values = [
      answer(1, COUNTER),
      { error: { code: 'BUSY', message: 'a "]" \\ {' } },
      answer(2, 1),
    ];
    const bytes = encode(values);
    const reader = READERS[format];
    const read: unknown[] = [];
    let at = reader.next(bytes, reader.enter(bytes, 0));
    for (let left = reader.count(bytes, 0); left > 0 && at >= 0; left--) {
      const { value, end } = reader.read(bytes, at, bytes.length);
      read.push(value);
      at = reader.next(bytes, end);
    }
    expect(read).toEqual(JSON.parse(JSON.stringify(values)));
  });
});

test('every kind of MessagePack value is stepped over whole', () => {
  const values = [
    ...[null, true, false, 1, 200, 70_000, 5e9, -1, -100, -1000, -1e6, -5e9, 1.5],
    ...['', 'a'.repeat(31), 'a'.repeat(200), 'a'.repeat(300), 'a'.repeat(70_000)],
    ...[Buffer.alloc(3), Buffer.alloc(300), Buffer.alloc(70_000)],
    ...[[], Array(15).fill(1), Array(300).fill({}), Array(70_000).fill(1)],
    ...[
      {},
      { a: { b: [1, { c: 'd' }] } },
      Object.fromEntries(
        Array(20)
          .fill(0)
          .map((_, i) => [i, i]),
      ),
    ],
    new Date(0),
  ];
  for (const value of values) {
    const bytes = Buffer.concat([pack(value), Buffer.of(0xc0)]);
    expect(READERS.msgpack.read(bytes, 0, bytes.length).end, String(value)).toBe(bytes.length - 1);
  }
});
