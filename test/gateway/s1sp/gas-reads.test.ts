// How many slices of one request are under way at once, and that the answer does not show it.

import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../emulator/clock.ts';
import type { DeviceCohort } from '../../../gateway/access/inventory.ts';
import { arriving, type Coming } from '../../../gateway/protocol/coming.ts';
import { DAY_SECONDS, parseDateTime } from '../../../gateway/protocol/half-hours.ts';
import { Tally } from '../../../gateway/protocol/tally.ts';
import { DataCache } from '../../../gateway/s1sp/data-cache.ts';
import { readSlices, SLICES_AT_ONCE, slicedRead } from '../../../gateway/s1sp/gas-reads.ts';
import type { MeterRead, MeterReply } from '../../../gateway/s1sp/meter-network.ts';
import { World } from '../small-world.ts';

const NOW = parseDateTime('2024-07-10T12:00:00Z');
const COHORT: DeviceCohort = {
  name: 'G',
  deviceType: 'GSME',
  deviceStatus: 'Commissioned',
  commissionedDay: 18_000,
  twinElement: false,
  readHoursMax: 24,
};

/** Litres of a half hour. */
const litres = (halfHour: number) => (halfHour * 7) % 900;

/** A meter whose replies come when the test says so. */
class Meter {
  /** Reads that have no reply yet, in the order in which they were asked. */
  readonly underWay: { read: MeterRead; reply: (code?: 'E20' | 'E21') => void }[] = [];
  readonly asked: MeterRead[] = [];
  readonly tally = new Tally();

  readonly read = (read: MeterRead): Coming<MeterReply> => {
    this.asked.push(read);
    const reply = new Promise<MeterReply>((resolve) => {
      this.underWay.push({
        read,
        reply: (code) => resolve(code === undefined ? this.#profile(read) : { ok: false, code }),
      });
    });
    return arriving(reply);
  };

  #profile({ startSeconds, endSeconds }: MeterRead): MeterReply {
    const firstHalfHour = startSeconds / 1800;
    const count = (endSeconds - startSeconds) / 1800 + 1;
    const column = Uint32Array.from({ length: count }, (_, i) => litres(firstHalfHour + i));
    return { ok: true, profile: { firstHalfHour, count, columns: [column] } };
  }

  /** Asks for the last `days` days up to the midnight before NOW. */
  ask(days: number) {
    const { gateway } = new World();
    const clock = new ManualClock(NOW * 1000);
    const endSeconds = parseDateTime('2024-07-10T00:00:00Z');
    const period = { startSeconds: endSeconds - days * DAY_SECONDS, endSeconds };
    const target = { device: 3, high: 0, low: 0, cohort: COHORT };
    const parts = {
      clock,
      network: {
        read: this.read,
        restrict: () => arriving(Promise.reject(new Error('not asked for'))),
      },
      cache: new DataCache(gateway.devices, clock),
      tally: this.tally,
      isArmed: () => false,
      activeSince: () => 0,
      cotReturnCached: false,
    };
    const question = { asker: 'a', target, srv: '4.8.1', period, explain: false } as const;
    return readSlices(parts, slicedRead(parts, question));
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('G11: the slices of one request', () => {
  test(`are read ${SLICES_AT_ONCE} at a time, the next when one is there`, async () => {
    const meter = new Meter();
    const answer = meter.ask(100);
    let most = 0;
    let replied = 0;
    while (meter.underWay.length > 0) {
      most = Math.max(most, meter.underWay.length);
      expect(meter.asked.length).toBe(Math.min(replied + SLICES_AT_ONCE, 100));
      // In no order at all: now the newest, now the oldest.
      const [next] = meter.underWay.splice(replied % 3 === 0 ? -1 : 0, 1);
      next?.reply();
      replied++;
      await turn();
    }
    expect([most, replied]).toEqual([SLICES_AT_ONCE, 100]);
    const result = await answer;
    if (!result.ok || result.log.srv !== '4.8.1') throw new Error('no log');
    const first = parseDateTime('2024-04-01T00:00:00Z') / 1800;
    const last = parseDateTime('2024-07-09T23:00:00Z') / 1800;
    expect(result.log.profile).toEqual({
      firstHalfHour: first,
      count: last - first + 1,
      columns: [Uint32Array.from({ length: last - first + 1 }, (_, i) => litres(first + i))],
    });
    expect(result.deviceReads).toBe(100);
    expect(meter.tally.deviceReads.get('4.8.1', 'ok', 'only')).toBe(100);
  });

  test.each([
    [SLICES_AT_ONCE, SLICES_AT_ONCE],
    [SLICES_AT_ONCE + 1, SLICES_AT_ONCE],
    [397, SLICES_AT_ONCE],
    [2, 2],
  ])('of %i days begin with %i reads', async (days, reads) => {
    const meter = new Meter();
    void meter.ask(days);
    await turn();
    expect(meter.underWay).toHaveLength(reads);
  });

  test('go no further after one that failed; its code is the answer', async () => {
    const meter = new Meter();
    const answer = meter.ask(100);
    meter.underWay[4]?.reply('E21');
    await turn();
    for (const [i, { reply }] of meter.underWay.entries()) if (i !== 4) reply();
    expect(await answer).toMatchObject({ ok: false, code: 'E21', deviceReads: SLICES_AT_ONCE });
    expect(meter.asked).toHaveLength(SLICES_AT_ONCE);
    expect(meter.tally.deviceReads.get('4.8.1', 'E21', 'only')).toBe(1);
  });
});
