// Two gateways live through the same: one with the short cut for hits, one without. Every byte that
// leaves them is the same, every count, every read of a meter.
// Over 300 lines because the short cut and its ways out are judged by one pair of worlds.

import fc from 'fast-check';
import { pack } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import type { Party } from '../../../gateway/access/inventory.ts';
import { BUILT_IN_PARTIES } from '../../../gateway/access/parties.ts';
import { formatEui64 } from '../../../gateway/protocol/eui64.ts';
import { deviceId, partyId, type WorldOptions } from '../small-world.ts';
import { event, frame } from './questions.ts';
import { frameOf } from './stream.ts';
import {
  bothSides,
  expectSame,
  expectSameMessages,
  FOUR_BANKS,
  request,
  Side,
  TWO_BANKS,
  text,
} from './two-sides.ts';

/** A frame for both of two sides, cut into reads wherever `cuts` say. */
function piecesOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length));
}

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      frames: fc.array(frame, { minLength: 1, maxLength: 12 }),
      cuts: fc.oneof(fc.constant([]), fc.array(fc.nat(20_000), { maxLength: 3 })),
    }),
  },
  { weight: 1, arbitrary: event },
);

test.each<[string, WorldOptions]>([
  ['meters that answer at once', {}],
  ['meters that take two seconds', { meterMs: 2000 }],
  ['any schedule arming the cache', { cacheArming: 'any-srv' }],
  [
    'a limit of three requests in flight',
    { meterMs: 5000, limits: { inFlight: 5, inFlightPerConnection: 3 } },
  ],
  ['two banks, in any order', TWO_BANKS],
  ['four banks, in any order', FOUR_BANKS],
])('any frames in any pieces are answered with the same bytes, with %s', async (_, options) => {
  const expectAlike = [TWO_BANKS, FOUR_BANKS].includes(options) ? expectSameMessages : expectSame;
  let laneBytes = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const sides = await bothSides(options);
      for (const each of steps) {
        for (const side of sides) {
          if ('what' in each) await side.live(each);
          else {
            for (const piece of piecesOf(Buffer.concat(each.frames), each.cuts)) {
              side.stream.take(piece);
            }
            await side.world.pass(0);
          }
        }
      }
      for (const { world } of sides) await world.pass(60);
      expectAlike(sides);
      laneBytes += sides[0].stream.laneBytes;
    }),
    { seed: 20_261_123, numRuns: 60, endOnFailure: true },
  );
  // The short cut has been taken, and often.
  expect(laneBytes).toBeGreaterThan(4000);
});

describe('the short cut is left at once', () => {
  async function answersOf(options: WorldOptions, change: (side: Side) => unknown, stream = {}) {
    const sides = await bothSides(options, stream);
    for (const side of sides) {
      await change(side);
      side.stream.take(text(request(0, 5000)));
      await side.world.pass(60);
    }
    expectSame(sides);
    return sides[0].stream.laneBytes;
  }

  test('and taken as long as nothing is out of the ordinary', async () => {
    expect(await answersOf({}, () => {})).toBeGreaterThan(0);
  });

  test.each<[string, WorldOptions, (side: Side) => unknown]>([
    ['for counters that have to rise', { replayProtection: true }, () => {}],
    ['for a journal', { journal: true }, () => {}],
    ['for an observer', {}, ({ world }) => world.gateway.observe({ write() {}, expired() {} })],
    ['when 25 hours have passed', {}, ({ world }) => world.pass(25 * 3600 - 10)],
    ['when the gateway drains', {}, ({ world }) => void world.gateway.inFlight.drain()],
    [
      'for a device out of service',
      {},
      (side) => side.live({ what: 'status', device: 0, inService: false }),
    ],
    [
      'for a device with a new tenant',
      {},
      async (side) => {
        await side.live({ what: 'tenancy', device: 0 });
        await side.world.pass(0);
      },
    ],
    [
      'for a device without a schedule',
      {},
      ({ world }) => world.desk('5.3', 'MDR', { deleteSchedule: { deviceId: deviceId(0) } }),
    ],
    [
      'for a device that is asked something else',
      { meterMs: 5000 },
      ({ stream }) => {
        stream.take(text(request(0, 5000, { serviceReferenceVariant: '4.8.2' })));
      },
    ],
    [
      'for a device with a request that waits',
      {},
      ({ stream }) => {
        stream.take(text(request(0, 4000, { executionDateTime: '2026-11-24T00:00:00Z' })));
      },
    ],
  ])('%s', async (_, options, change) => {
    const before = 'a connection that has never had a hit has no bytes of the lane';
    expect(await answersOf(options, change), before).toBe(0);
  });

  test('and taken again once the reason is gone', async () => {
    const [quick] = await bothSides();
    quick.world.gateway.setDeviceStatus(0, 'Suspended');
    quick.world.gateway.setDeviceStatus(0, 'Withdrawn');
    quick.world.gateway.setDeviceStatus(3, 'Suspended');
    quick.world.gateway.setDeviceStatus(3, 'Commissioned');
    quick.stream.take(text(request(0, 5000)));
    expect(quick.stream.laneBytes).toBe(0);
    quick.stream.take(text(request(3, 5001)));
    expect(quick.stream.laneBytes).toBeGreaterThan(0);
  });

  test('a stranger on another machine is refused by the hall', async () => {
    expect(await answersOf({}, () => {}, { isRemote: true })).toBe(0);
  });
});

describe('Parties with tokens', () => {
  const [first, second, ...rest] = BUILT_IN_PARTIES;
  if (first === undefined || second === undefined) throw new Error('there are no Parties');
  const withToken: Party = { ...first, token: 'secret' };
  const other: Party = { ...second, roles: ['IS'] };
  const parties = [withToken, other, ...rest];

  test.each([
    ['its own connection', withToken, 0, true],
    ['the connection of another Party', other, 0, false],
    ['a connection without a token', undefined, 0, false],
    ['a connection without a token, as another Party', undefined, 1, true],
  ])('a question over %s', async (_, party, asker, quick) => {
    const sides = [true, false].map(
      (shortCut) => new Side(shortCut, { parties }, party && { party }),
    );
    const [a, b] = sides;
    if (a === undefined || b === undefined) throw new Error('two sides');
    const requestId = `${parties[asker]?.id}:${deviceId(0)}`;
    for (const { world, stream } of sides) {
      stream.take(text(request(0, 0, { requestId: `${other.id}:${deviceId(0)}:1` })));
      stream.take(text(request(0, 0, { requestId: `${withToken.id}:${deviceId(0)}:2` })));
      await world.pass(0);
      stream.take(text(request(0, 0, { requestId: `${requestId}:3` })));
    }
    expectSame([a, b]);
    expect(a.stream.laneBytes > 0).toBe(quick);
  });

  test('more Parties than the lane has room for: the last take the readable path', async () => {
    const many: Party[] = Array.from({ length: 600 }, (_, i) => ({
      id: formatEui64(0x90b3d51f, 0x3100_0000 + i),
      name: `Party ${i}`,
      roles: ['IS'],
      status: i === 3 ? 'suspended' : 'active',
    }));
    const quick = new Side(true, { parties: many, scheduled: () => true });
    const plain = new Side(false, { parties: many, scheduled: () => true });
    const laneBytes = [0, 3, 511, 512, 599].map((place) => {
      const before = quick.stream.laneBytes;
      return { place, before };
    });
    expect(laneBytes).toHaveLength(5);
    const taken: number[] = [];
    for (const place of [1, 0, 3, 511, 512, 599]) {
      const before = quick.stream.laneBytes;
      for (const { world, stream } of [quick, plain]) {
        stream.take(
          text(request(0, 0, { requestId: `${many[place]?.id}:${deviceId(0)}:${place}` })),
        );
        await world.pass(0);
      }
      if (quick.stream.laneBytes > before) taken.push(place);
    }
    expectSame([quick, plain]);
    expect(taken).toEqual([0, 511]);
  });
});

describe('long reads of a socket', () => {
  const exports = (device: number, counter: number) => ({
    ...request(device, counter),
    requestId: `${partyId('ED')}:${deviceId(device)}:${counter}`,
    serviceReferenceVariant: '4.8.3',
  });

  test('answers that fill the lane leave in several parts', async () => {
    const sides = await bothSides();
    const frames = Array.from({ length: 1200 }, (_, i) => text(exports([0, 3, 4][i % 3] ?? 0, i)));
    const read = Buffer.concat(frames);
    expect(read.length).toBeLessThan(256 * 1024);
    for (const { stream } of sides) stream.take(read);
    expectSame(sides);
    expect(sides[0].stream.laneBytes).toBe(sides[0].stream.sent.length);
    expect(sides[0].stream.laneBytes).toBeGreaterThan(768 * 1024);
  });

  test('a read longer than the lane takes the readable path', async () => {
    const sides = await bothSides();
    const frames = Array.from({ length: 1400 }, (_, i) => text(request(0, i)));
    const read = Buffer.concat(frames);
    expect(read.length).toBeGreaterThan(256 * 1024);
    for (const { stream } of sides) stream.take(read);
    expectSame(sides);
    expect(sides[0].stream.laneBytes).toBe(0);
  });

  test.each([
    ['JSON', 300, (value: unknown) => text(value)],
    ['MessagePack', 300, (value: unknown) => frameOf(pack(value), true)],
    ['MessagePack', 15, (value: unknown) => frameOf(pack(value), true)],
    ['MessagePack', 16, (value: unknown) => frameOf(pack(value), true)],
    ['JSON', 1, (value: unknown) => text(value)],
  ])('an array in %s of %i is answered by one', async (_, count, spell) => {
    const sides = await bothSides();
    const array = Array.from({ length: count }, (__, i) => request([0, 3, 4][i % 3] ?? 0, i));
    for (const { stream } of sides) stream.take(spell(array));
    expectSame(sides);
    expect(sides[0].stream.laneBytes).toBe(sides[0].stream.sent.length);
  });

  test('an array of which the answers need two frames takes the readable path', async () => {
    const sides = await bothSides();
    const period = { startDateTime: '2026-11-21T09:00:00Z', endDateTime: '2026-11-23T09:00:00Z' };
    for (const { world } of sides) {
      const line = world.connect();
      line.say(exports(0, 1));
      await world.pass(0);
    }
    const array = Array.from({ length: 310 }, (_, i) => ({
      ...exports(0, i),
      readLogPeriod: { ...period, startDateTime: '2026-11-22T00:00:00Z' },
    }));
    for (const { world, stream } of sides) {
      stream.take(text(array.slice(0, 1)));
      await world.pass(0);
      stream.take(text(array));
    }
    expectSame(sides);
  });

  test('one miss in an array leaves all of it to the readable path', async () => {
    const sides = await bothSides();
    const array = Array.from({ length: 20 }, (_, i) => request(i === 7 ? 5 : 0, i));
    for (const { world, stream } of sides) {
      stream.take(text(array));
      await world.pass(0);
    }
    expectSame(sides);
    expect(sides[0].stream.laneBytes).toBe(0);
  });
});

test('a run of a schedule is delivered where its Party took the short cut last', async () => {
  const sides = await bothSides();
  for (const { world, stream } of sides) {
    const requestId = `${partyId('MDR')}:${deviceId(0)}:9`;
    world.connect().say(request(0, 0, { requestId: `${partyId('MDR')}:${deviceId(0)}:8` }));
    stream.take(text(request(0, 0, { requestId })));
    await world.until('2026-11-24T07:00:00Z');
  }
  expectSame(sides);
  expect(sides[0].stream.laneBytes).toBeGreaterThan(0);
  expect(sides[0].stream.sent.toString('latin1')).toContain('"dspScheduleId"');
});
