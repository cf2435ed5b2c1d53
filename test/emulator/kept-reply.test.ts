import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReplyRooms } from '../../emulator/kept-reply.ts';
import type { MeterReply } from '../../gateway/s1sp/meter-network.ts';

function profileOf(columns: number[][], firstHalfHour = 994_000): MeterReply {
  const count = columns[0]?.length ?? 0;
  return {
    ok: true,
    profile: { firstHalfHour, count, columns: columns.map((each) => Uint32Array.from(each)) },
  };
}

test('a reply comes back as it was, short or long, with one column or two', () => {
  const [rooms, value] = [new ReplyRooms(), fc.integer({ min: 0, max: 0xffff_ffff })];
  const [kept, other] = [rooms.next(), rooms.next()];
  const neighbour = profileOf([Array(49).fill(7), Array(49).fill(8)]);
  other.reply = neighbour;
  const rows = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 2 }), (pairs, columns) => {
      const reply = profileOf(
        [0, 1].slice(0, columns).map((column) => pairs.map((pair) => pair[column] ?? 0)),
      );
      kept.reply = reply;
      expect(kept.reply).toEqual(reply);
      expect(other.reply).toEqual(neighbour);
    }),
    { seed: 21, numRuns: 100 },
  );
});

test.each<MeterReply | undefined>([
  { ok: false, code: 'E21' },
  { ok: true, profile: null },
  { ok: true, profile: { firstHalfHour: 994_000, count: 0, columns: [] } },
  { ok: true, restricted: true },
  { ok: true, dailyReadLog: [] },
  undefined,
])('instead of a profile it keeps %o', (reply) => {
  const kept = new ReplyRooms().next();
  kept.reply = profileOf([[1, 2, 3]]);
  kept.reply = reply;
  expect(kept.reply).toEqual(reply);
});

test('what was given before stays as it was when the next reply is kept', () => {
  const kept = new ReplyRooms().next();
  kept.reply = profileOf([[1, 2, 3]]);
  const given = kept.reply;
  kept.reply = profileOf([[4, 5, 6]]);
  expect(given).toEqual(profileOf([[1, 2, 3]]));
});

test('there are as many rooms as anybody needs, each for itself', () => {
  const rooms = new ReplyRooms();
  const kept = Array.from({ length: 2500 }, () => rooms.next());
  for (const [i, each] of kept.entries()) each.reply = profileOf([[i, i + 1]]);
  for (const [i, each] of kept.entries()) expect(each.reply).toEqual(profileOf([[i, i + 1]]));
});
