// Columns of values as the short cut writes them, beside the readable encoders: every size that a
// value has in a format, at every place among its neighbours, and gaps.

import fc from 'fast-check';
import { pack } from 'msgpackr';
import { expect, test } from 'vitest';
import { NO_ENTRY } from '../../../gateway/protocol/log-entries.ts';
import { partyId } from '../small-world.ts';
import { frameOf } from './stream.ts';
import { bothSides, expectSame, request, text } from './two-sides.ts';

/** Half hours of 2026-11-22, with both midnights. */
const FROM = Date.UTC(2026, 10, 22) / 1_800_000;
const COUNT = 49;

const present = fc.oneof(
  fc.constantFrom(0, 9, 10, 99, 100, 127, 128, 255, 256, 999, 1000, 9999, 10_000, 65_534),
  fc.nat(130),
  fc.nat(65_534),
);
const value = fc.oneof(
  { weight: 9, arbitrary: present },
  { weight: 1, arbitrary: fc.constant(NO_ENTRY) },
);

test('values of all sizes and gaps leave in the bytes of the readable path', async () => {
  let laneBytes = 0;
  let allBytes = 0;
  const columns = fc.array(fc.tuple(value, present), { minLength: COUNT, maxLength: COUNT });
  await fc.assert(
    fc.asyncProperty(columns, fc.nat(COUNT - 1), async (rows, last) => {
      const sides = await bothSides();
      const endDateTime = new Date((FROM + last) * 1_800_000).toISOString().replace('.000', '');
      const readLogPeriod = { startDateTime: '2026-11-22T00:00:00Z', endDateTime };
      const requestId = `${partyId('ED')}:90-B3-D5-1F-40-00-00-03:9`;
      const asked = [
        request(3, 7, { readLogPeriod }),
        request(3, 0, { requestId, serviceReferenceVariant: '4.8.3', readLogPeriod }),
      ];
      for (const { world, stream } of sides) {
        const { cache, devices } = world.gateway;
        const target = { ...devices.eui64Of(3), device: 3, cohort: devices.cohortOf(3) };
        // An entry that is not there is there in no column.
        const column = (c: 0 | 1) =>
          Uint32Array.from(rows, (row) => (row[0] === NO_ENTRY ? NO_ENTRY : row[c]));
        const profile = (columns: Uint32Array[]) => ({
          firstHalfHour: FROM,
          count: COUNT,
          columns,
        });
        cache.storeProfile(target, '4.8.1', FROM, FROM + COUNT - 1, profile([column(0)]));
        const both = profile([column(0), column(1)]);
        cache.storeProfile(target, '4.8.3', FROM, FROM + COUNT - 1, both);
        for (const each of asked) {
          stream.take(text(each));
          stream.take(frameOf(pack(each), true));
          await world.pass(0);
        }
      }
      expectSame(sides);
      laneBytes += sides[0].stream.laneBytes;
      allBytes += sides[0].stream.sent.length;
    }),
    { seed: 20_261_123, numRuns: 60 },
  );
  expect(laneBytes).toBeGreaterThan(allBytes * 0.9);
});
