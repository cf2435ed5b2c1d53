// The short cut where the cache has several banks: each answers what is asked of its own devices.

import { pack } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { deviceId, partyId } from '../small-world.ts';
import { frameOf } from './stream.ts';
import {
  bothSides,
  expectSame,
  expectSameMessages,
  FOUR_BANKS,
  request,
  TWO_BANKS,
  text,
} from './two-sides.ts';

test('with two banks frames behind one for the hall are answered once', async () => {
  const sides = await bothSides(TWO_BANKS);
  const strange = request(1, 1, { explain: true });
  const read = [request(0, 1), strange, request(1, 2), request(3, 3), strange, request(1, 4)];
  for (const { stream } of sides) stream.take(Buffer.concat(read.map(text)));
  expectSameMessages(sides);
  expect(sides[0].stream.laneBytes).toBeGreaterThan(0);
});

/** Devices of three of the four banks, with a whole day cached. */
const CACHED = [0, 1, 3, 4, 6];

const arrayOf = (count: number) =>
  Array.from({ length: count }, (_, i) => request(CACHED[i % CACHED.length] ?? 0, i));

describe('an array of which the devices are of several banks', () => {
  test.each([
    ['JSON', 1, (value: unknown) => text(value)],
    ['JSON', 2, (value: unknown) => text(value)],
    ['JSON', 128, (value: unknown) => text(value)],
    ['MessagePack', 1, (value: unknown) => frameOf(pack(value), true)],
    ['MessagePack', 128, (value: unknown) => frameOf(pack(value), true)],
  ])('in %s of %i is answered by each of them', async (_, count, spell) => {
    const sides = await bothSides(FOUR_BANKS);
    for (const { stream } of sides) stream.take(spell(arrayOf(count)));
    expectSameMessages(sides);
    expect(sides[0].stream.laneBytes).toBe(sides[0].stream.sent.length);
  });

  test('takes the readable path when it is longer than 128', async () => {
    const sides = await bothSides(FOUR_BANKS);
    for (const { stream } of sides) stream.take(text(arrayOf(129)));
    expectSameMessages(sides);
    expect(sides[0].stream.laneBytes).toBe(0);
  });

  test.each([0, 9, 19])('takes the readable path with a miss at place %i', async (place) => {
    const sides = await bothSides(FOUR_BANKS);
    const array = arrayOf(20);
    array[place] = request(5, 77);
    for (const { world, stream } of sides) {
      stream.take(text(array));
      await world.pass(0);
    }
    expectSameMessages(sides);
    expect(sides[0].stream.laneBytes).toBe(0);
  });

  test('stands among frames of their own, and behind as many as are read ahead', async () => {
    const sides = await bothSides(FOUR_BANKS);
    const singles = arrayOf(200).map(text);
    const warm = Buffer.concat(singles);
    const mixed = Buffer.concat([
      ...singles.slice(0, 63),
      text(arrayOf(128)),
      text(request(3, 999)),
    ]);
    for (const { stream } of sides) {
      stream.take(warm);
      stream.take(mixed);
    }
    expectSameMessages(sides);
    expect(sides[0].stream.laneBytes).toBe(sides[0].stream.sent.length);
  });
});

test('a bank that is not there yet is asked by the readable path first', async () => {
  const sides = await bothSides({ ...FOUR_BANKS, cohort: () => ({}) });
  for (const { world, stream } of sides) {
    stream.take(Buffer.concat([request(0, 1), request(8, 2), request(3, 3)].map(text)));
    await world.pass(10);
    stream.take(Buffer.concat([request(0, 4), request(8, 5), request(3, 6)].map(text)));
  }
  expectSameMessages(sides);
  const answers = sides[0].stream.sent.length / 6;
  expect(Math.round(sides[0].stream.laneBytes / answers)).toBe(5);
});

test('a device of a later bank that is out of service takes the readable path', async () => {
  const sides = await bothSides(FOUR_BANKS);
  for (const side of sides) {
    side.stream.take(text(request(6, 1)));
    await side.live({ what: 'status', device: 6, inService: false });
    side.stream.take(text(request(6, 2)));
    await side.world.pass(0);
  }
  expectSameMessages(sides);
  expect(sides[0].stream.sent.toString('latin1')).toContain('"E5"');
});

test('what waits for a Party comes before an answer of a later bank', async () => {
  const sides = await bothSides(TWO_BANKS);
  const readLogPeriod = {
    startDateTime: '2026-11-23T00:00:00Z',
    endDateTime: '2026-11-24T00:00:00Z',
  };
  for (const { world, stream } of sides) {
    await world.until('2026-11-24T07:00:00Z');
    const requestId = `${partyId('MDR')}:${deviceId(1)}:7`;
    stream.take(text(request(1, 7, { requestId, readLogPeriod })));
  }
  expectSame(sides);
  expect(sides[0].stream.sent.toString('latin1')).toContain('"dspScheduleId"');
  expect(sides[0].stream.laneBytes).toBe(0);
});
