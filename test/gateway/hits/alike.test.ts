// Requests that are nearly like the one before them, which the short cut does not read twice.

import { pack } from 'msgpackr';
import { expect, test } from 'vitest';
import { frameOf } from './stream.ts';
import { bothSides, expectSame, request, text } from './two-sides.ts';

test.each([
  ['JSON', (value: unknown) => Buffer.from(JSON.stringify(value)), false],
  ['MessagePack', pack, true],
] as const)(
  'any byte of a request counts behind one that has another, %s',
  async (_, spell, is) => {
    const sides = await bothSides();
    const size = spell(request(0, 10)).length;
    for (let place = 0; place < size; place++) {
      const other = Buffer.from(spell(request(3, 1000 + place)));
      const first = spell(request(0, 1000 + place));
      other[place] = (other[place] ?? 0) ^ 1;
      const read = Buffer.concat([frameOf(first, is), frameOf(other, is)]);
      for (const { stream, world } of sides) {
        stream.take(read);
        await world.pass(0);
      }
      expectSame(sides);
    }
    expect(sides[0].stream.laneBytes).toBeGreaterThan(0);
  },
);

test('a request is read again in a frame of the other kind', async () => {
  const sides = await bothSides();
  const json = Buffer.from(JSON.stringify(request(3, 10)));
  // The second is a miss, behind which the short cut begins anew.
  const read = [text(request(0, 10)), text(request(5, 10)), frameOf(json, true)];
  for (const { stream, world } of sides) {
    stream.take(Buffer.concat(read));
    await world.pass(0);
  }
  expectSame(sides);
  expect(sides[0].stream.laneBytes).toBeGreaterThan(0);
});

test('the last key of a request may be its requestId', async () => {
  const sides = await bothSides();
  const turned = (device: number) =>
    Object.fromEntries(Object.entries(request(device, 10)).reverse());
  const read = Buffer.concat([0, 3, 4].flatMap((device) => [text(turned(device))]));
  for (const { stream } of sides) stream.take(read);
  expectSame(sides);
  expect(sides[0].stream.laneBytes).toBe(sides[0].stream.sent.length);
});
