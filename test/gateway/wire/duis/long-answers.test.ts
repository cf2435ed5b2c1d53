import { expect, test } from 'vitest';
import { NO_ENTRY } from '../../../../gateway/protocol/log-entries.ts';
import type { LogResponse } from '../../../../gateway/protocol/service-response.ts';
import { STRETCH_ROWS } from '../../../../gateway/wire/duis/writer.ts';
import { PROFILE_ANSWER } from '../messages.ts';
import { openWire } from './documents.ts';
import { expectValid } from './schemas.ts';

function answerOf(count: number): LogResponse {
  const column = Uint32Array.from({ length: count }, (_, row) => (row % 97 === 3 ? NO_ENTRY : row));
  const profile = { firstHalfHour: 1_000_000, count, columns: [column] };
  return { ...PROFILE_ANSWER, log: { srv: '4.8.1', profile } };
}

/** A signature is another each time, and so is the digest of what holds one; the rest is not. */
function withoutSignatureValues(xml: Buffer): string {
  const text = xml.toString().replaceAll(/<ds:SignatureValue>[^<]*/g, '<ds:SignatureValue>');
  const outer = text.lastIndexOf('<ds:DigestValue>');
  return text.slice(0, outer) + text.slice(outer).replace(/>[^<]*/, '>');
}

test.each([
  0,
  1,
  STRETCH_ROWS - 1,
  STRETCH_ROWS,
  STRETCH_ROWS + 1,
  2 * STRETCH_ROWS,
  19_056,
  19_057,
])('%d rows written in turns are the document that is written at once', async (count) => {
  for (const outerSignature of [false, true]) {
    const wire = openWire({ outerSignature });
    const atOnce = wire.encode(answerOf(count));
    const inTurns = await wire.encodeInTurns?.(answerOf(count));
    expect(withoutSignatureValues(inTurns ?? Buffer.alloc(0))).toBe(withoutSignatureValues(atOnce));
    expectValid(atOnce.toString());
  }
});

test('an answer is long from one row more than is written in one go', () => {
  const wire = openWire();
  expect(wire.isLong?.(answerOf(STRETCH_ROWS))).toBe(false);
  expect(wire.isLong?.(answerOf(STRETCH_ROWS + 1))).toBe(true);
});

test('between two stretches, of whichever long answer, everybody else has a turn', async () => {
  let turns = 0;
  const nextTurn = async () => {
    turns++;
  };
  const wire = openWire({ nextTurn });
  await Promise.all(Array.from({ length: 3 }, () => wire.encodeInTurns?.(answerOf(19_056))));
  expect(turns).toBe(3 * (1 + Math.ceil(19_056 / STRETCH_ROWS)));
});

test('long answers are written one after another, in the order of their requests', async () => {
  const wire = openWire();
  const order: number[] = [];
  const counts = [5000, 1, 2000, 19_056, 3];
  await Promise.all(
    counts.map(async (count) => {
      await wire.encodeInTurns?.(answerOf(count));
      order.push(count);
    }),
  );
  expect(order).toEqual(counts);
});
