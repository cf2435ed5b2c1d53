import { describe, expect, test } from 'vitest';
import { readMetrics } from '../../load/gateway-counts.ts';
import { EveryPair, morningAfter, SettlementDay, settlementRows } from '../../load/scenario.ts';
import { HandTime, until } from './hand-time.ts';

const EVENING = Date.parse('2026-11-22T23:10:00Z');
const MORNING = Date.parse('2026-11-23T06:30:00Z');

test.each([
  ['2026-11-22T23:10:00Z', '2026-11-23T06:30:00.000Z'],
  ['2026-11-23T06:29:59Z', '2026-11-23T06:30:00.000Z'],
  ['2026-11-23T06:30:00Z', '2026-11-24T06:30:00.000Z'],
])('the morning after %s begins at %s', (now, morning) => {
  expect(new Date(morningAfter(Date.parse(now))).toISOString()).toBe(morning);
});

test('every meter is asked by everybody, once', () => {
  let next = 0;
  const pairs = new EveryPair(3, () => next++);
  const drawn = Array.from({ length: 6 }, () => ({ ...pairs.draw() }));
  expect(new Set(drawn.map(({ kind, device }) => `${kind}/${device}`)).size).toBe(6);
});

test('without the cache, each read saved is one more, at what the others cost', () => {
  const counts: Record<string, number> = {
    s1sp_device_reads_total: 100,
    s1sp_device_reads_saved_total: 200,
    s1sp_wan_wake_ups_total: 50,
    s1sp_wan_wake_up_cost_pounds_total: 2.5,
  };
  const rows = settlementRows(300, 40, (name) => counts[name] ?? 0);
  expect(rows.map(({ name, withCache, withoutCache }) => [name, withCache, withoutCache])).toEqual([
    ['SRs asked', 300, 300],
    ['WAN reads', 100, 300],
    ['of them by schedules, at night', 40, 40],
    ['WAN traffic', 0, 0],
    ['SMS wake-ups', 50, 150],
    ['SMS cost', 2.5, 7.5],
  ]);
});

test('without a single read nothing tells what one would have cost', () => {
  const counts: Record<string, number> = { s1sp_device_reads_saved_total: 600 };
  const rows = settlementRows(600, undefined, (name) => counts[name] ?? 0);
  expect(rows.map(({ name, withCache, withoutCache }) => [name, withCache, withoutCache])).toEqual([
    ['SRs asked', 600, 600],
    ['WAN reads', 0, 600],
  ]);
});

describe('a day of settlement', () => {
  /** A gateway that reads ten meters a half hour by night, and saves one read a look by day. */
  function stage(isManual: boolean) {
    const state = { nowMs: EVENING, reads: 0, saved: 0, moves: 0 };
    return {
      state,
      nowMs: async () => state.nowMs,
      async advanceTo(ms: number) {
        if (!isManual) return false;
        if (ms > state.nowMs && ms <= MORNING) state.reads += 10;
        if (ms > MORNING) state.saved += 1;
        state.nowMs = ms;
        state.moves++;
        return true;
      },
      metrics: async () =>
        readMetrics(
          `s1sp_device_reads_total ${state.reads}\ns1sp_device_reads_saved_total ${state.saved}`,
        ),
    };
  }

  test('on a manual clock has a night of half hours, and a morning as told', async () => {
    const world = stage(true);
    const time = new HandTime();
    const day = new SettlementDay(world, time);
    expect(await day.night()).toBe(MORNING);
    // 23:10 to 23:30, and the fourteen half hours to 06:30.
    expect(world.state.moves).toBe(1 + 15);
    let over = false;
    const morning = day.morning(MORNING, 3_600_000, 1000, () => over);
    const moved = () => world.state.moves - 16;
    for (let looks = 1; looks <= 10; looks++) {
      await time.pass(100);
      await until(() => moved() >= looks);
    }
    over = true;
    await time.pass(100);
    await morning;
    const result = day.result(20);
    const last = result?.curve.at(-1);
    expect(world.state.nowMs).toBeGreaterThan(MORNING + 3_000_000);
    expect(result?.curve.slice(0, 2)).toEqual([
      { at: '2026-11-22T23:30:00.000Z', withCache: 10, withoutCache: 10 },
      { at: '2026-11-23T00:00:00.000Z', withCache: 10, withoutCache: 10 },
    ]);
    expect([last?.at, last?.withCache]).toEqual(['2026-11-23T07:30:00.000Z', 0]);
    expect(last?.withoutCache).toBeGreaterThan(0);
    expect(result?.rows[1]).toMatchObject({ name: 'WAN reads', withCache: 150 });
  });

  test('on a clock that moves by itself has no night', async () => {
    const world = stage(false);
    const day = new SettlementDay(world, new HandTime());
    expect(await day.night()).toBe(EVENING);
    expect(world.state.moves).toBe(0);
  });
});
