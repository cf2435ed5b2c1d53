// What the short cut may not answer before the hall has had its turn, and what it still answers
// behind that.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deviceId, partyId, type WorldOptions } from '../small-world.ts';
import {
  bothSides,
  expectSame,
  expectSameMessages,
  request,
  type Side,
  TWO_BANKS,
  text,
} from './two-sides.ts';

const BANKS: [string, WorldOptions, (sides: readonly [Side, Side]) => void][] = [
  ['one bank', {}, expectSame],
  ['two banks', TWO_BANKS, expectSameMessages],
];

/** Nobody has ever asked for it, so that the cache does not have it. */
const LONG_AGO = { startDateTime: '2026-11-01T00:00:00Z', endDateTime: '2026-11-02T00:00:00Z' };

function take(sides: readonly [Side, Side], messages: readonly object[]): void {
  const read = Buffer.concat(messages.map(text));
  for (const { stream } of sides) stream.take(read);
}

async function pass(sides: readonly [Side, Side], seconds: number): Promise<void> {
  for (const { world } of sides) await world.pass(seconds);
}

describe.each(BANKS)('with %s', (_, options, expectAlike) => {
  test('a RequestID of which the meter is being asked is refused behind it', async () => {
    const sides = await bothSides({ ...options, meterMs: 2000 });
    take(sides, [
      request(3, 1),
      request(0, 77, { readLogPeriod: LONG_AGO }),
      request(0, 77),
      request(1, 78),
      request(0, 79),
    ]);
    await pass(sides, 10);
    expectAlike(sides);
    expect(sides[0].stream.sent.toString('latin1')).toContain('DUPLICATE_REQUEST_ID');
  });

  test('one request too many is refused behind the one that fills the limit', async () => {
    const limits = { inFlight: 1, inFlightPerConnection: 1 };
    const sides = await bothSides({ ...options, limits });
    take(sides, [request(0, 1, { readLogPeriod: LONG_AGO }), request(3, 2), request(1, 3)]);
    await pass(sides, 10);
    expectAlike(sides);
    expect(sides[0].stream.sent.toString('latin1')).toContain('TOO_MANY_IN_FLIGHT');
  });

  test('hits between misses are answered once', async () => {
    const sides = await bothSides(options);
    const devices = [5, 0, 5, 3, 1, 0, 5, 4, 1, 5, 5, 0];
    take(
      sides,
      devices.map((device, i) => request(device, i)),
    );
    await pass(sides, 0);
    expectAlike(sides);
    expect(sides[0].stream.laneBytes).toBeGreaterThan(0);
  });

  test('what waits for a Party comes before its first answer, and hits go on', async () => {
    const sides = await bothSides(options);
    const readLogPeriod = {
      startDateTime: '2026-11-23T00:00:00Z',
      endDateTime: '2026-11-24T00:00:00Z',
    };
    const asMdr = (device: number, counter: number) => ({
      ...request(device, counter, { readLogPeriod }),
      requestId: `${partyId('MDR')}:${deviceId(device)}:${counter}`,
    });
    for (const { world } of sides) await world.until('2026-11-24T07:00:00Z');
    const some = request(0, 1, { readLogPeriod });
    take(sides, [some, asMdr(3, 2), request(1, 3, { readLogPeriod }), asMdr(0, 4)]);
    expectSame(sides);
    expect(sides[0].stream.laneBytes).toBe(0);
    take(sides, [some, asMdr(3, 5)]);
    expectSame(sides);
    expect(sides[0].stream.laneBytes).toBeGreaterThan(0);
  });
});

test('however often hits and misses change, all are answered alike', async () => {
  const stretch = fc.record({ hits: fc.nat(150), others: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(fc.array(stretch, { minLength: 1, maxLength: 6 }), async (stretches) => {
      const sides = await bothSides();
      const devices = stretches.flatMap(({ hits, others }) => [
        ...Array.from({ length: hits }, (_, i) => [0, 3, 4][i % 3] ?? 0),
        ...Array.from({ length: others }, () => 30),
      ]);
      take(
        sides,
        devices.map((device, i) => request(device, i)),
      );
      expectSame(sides);
    }),
    { seed: 20_261_123, numRuns: 8 },
  );
});

test('nothing more is answered to a peer that was let go by what it was sent', async () => {
  const [quick] = await bothSides();
  const { stream } = quick;
  let parts = 0;
  stream.sendFrames = () => {
    parts++;
    stream.isOpen = false;
  };
  const read = Array.from({ length: 1200 }, (_, i) => ({
    ...request(0, i, { serviceReferenceVariant: '4.8.3' }),
    requestId: `${partyId('ED')}:${deviceId(0)}:${i}`,
  }));
  stream.take(Buffer.concat(read.map(text)));
  expect(parts).toBe(1);
});

describe('the last instants', () => {
  test.each([
    ['24:59:59.999', 25 * 3600 - 0.001, true],
    ['25:00:00.000', 25 * 3600, false],
  ])('a hit %s after it was stored', async (_, age, quick) => {
    const sides = await bothSides({ scheduled: () => false });
    for (const { world } of sides) {
      world.schedule('4.8.1', 0, 'IS', { scheduleStartDate: '2026-11-20' });
      world.connect().say(request(0, 900));
      await world.pass(age);
    }
    take(sides, [request(0, 901)]);
    await pass(sides, 10);
    expectSame(sides);
    expect(sides[0].stream.laneBytes > 0).toBe(quick);
  });

  test.each([
    ['a millisecond before', '2026-11-23T23:59:59.999Z', true],
    ['at', '2026-11-24T00:00:00Z', false],
  ])('a hit %s the end of its schedule', async (_, time, quick) => {
    const sides = await bothSides({ scheduled: () => false });
    for (const { world } of sides) {
      const more = { scheduleStartDate: '2026-11-20', scheduleEndDate: '2026-11-23' };
      world.schedule('4.8.1', 0, 'IS', more);
      world.connect().say(request(0, 900));
      await world.until(time);
    }
    take(sides, [request(0, 901)]);
    await pass(sides, 10);
    expectSame(sides);
    expect(sides[0].stream.laneBytes > 0).toBe(quick);
  });

  test('the end of virtual time', async () => {
    const sides = await bothSides({ now: '2099-12-31T23:59:40Z' });
    const readLogPeriod = {
      startDateTime: '2099-12-30T00:00:00Z',
      endDateTime: '2099-12-31T00:00:00Z',
    };
    for (const { world } of sides) {
      world.connect().say(request(0, 900, { readLogPeriod }));
      await world.pass(1);
    }
    take(sides, [request(0, 901, { readLogPeriod })]);
    expectSame(sides);
    expect(sides[0].stream.laneBytes).toBeGreaterThan(0);
  });
});
