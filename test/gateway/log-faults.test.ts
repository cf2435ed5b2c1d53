// Faults of what a meter has recorded, provoked through the whole gateway before real meters: gaps,
// late daily reads, wrong clocks, corrupted entries, and what the cache makes of them.

import { afterEach, describe, expect, test } from 'vitest';
import { FaultWorld, type FaultWorldOptions, YESTERDAY } from './fault-world.ts';
import type { Seen } from './small-world.ts';

const worlds: FaultWorld[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) {
    expect(world.mistakes).toEqual([]);
    expect([world.wan.tally.inFlight, world.network.held]).toEqual([0, 0]);
    expect(world.gateway.inFlight.count).toBe(0);
  }
});

function open(faults: readonly object[], options: FaultWorldOptions = {}): FaultWorld {
  const world = new FaultWorld({ ...options, faults });
  worlds.push(world);
  return world;
}

function primary({ profile }: Seen): (number | null)[] {
  return profile?.primaryValue ?? [];
}

/** Entries with their stamps, ms. */
function stamped(answer: Seen): [number, number | null][] {
  const firstMs = Date.parse(answer.profile?.firstTimestamp ?? '');
  return primary(answer)
    .map((value, i): [number, number | null] => [firstMs + i * 1_800_000, value])
    .filter(([, value]) => value !== null);
}

describe('a gap in the log', () => {
  const gap = { when: '06:00Z..09:00Z', who: 'north', what: 'gap' };

  test('is null in the profile, from the first half hour in its window to the last', async () => {
    const world = open([gap]);
    const truth = primary(await world.read('4.8.1', 19));
    const values = primary(await world.read('4.8.1', 0));
    const missing = values.flatMap((value, i) => (value === null ? [i] : []));
    // Place 12 is stamped 06:00 and is of the time before; 13 to 18 are 06:30 to 09:00.
    expect(missing).toEqual([13, 14, 15, 16, 17, 18]);
    expect([values.length, truth.includes(null)]).toEqual([49, false]);
  });

  test('is in all logs of the meter alike, unless it names its SRVs', async () => {
    const world = open([gap]);
    const { profile } = await world.read('4.8.3', 0);
    expect(profile?.activeEnergyExportedValue).toContain(null);
    world.faults.clear();
    world.add({ ...gap, srv: '4.8.1' });
    const again = await world.read('4.8.3', 0);
    expect(again.profile?.activeEnergyExportedValue).not.toContain(null);
    expect(primary(await world.read('4.8.1', 0))).toContain(null);
  });

  test('at the ends of a period shortens the columns, and over all of it leaves none', async () => {
    const world = open([gap]);
    const part = ['2026-11-22T06:00:00Z', '2026-11-22T12:00:00Z'] as const;
    const { profile } = await world.read('4.8.1', 0, part);
    expect(profile?.primaryValue).toHaveLength(13);
    const early = ['2026-11-22T06:30:00Z', '2026-11-22T10:00:00Z'] as const;
    expect(await world.read('4.8.1', 0, early)).toMatchObject({
      profile: { firstTimestamp: '2026-11-22T09:30:00Z' },
    });
    const all = ['2026-11-22T06:30:00Z', '2026-11-22T09:00:00Z'] as const;
    expect(await world.read('4.8.1', 0, all)).toMatchObject({ responseCode: 'I0', profile: null });
  });

  test('is remembered as absent while cached, and filled when its time has come', async () => {
    const filled = { ...gap, what: { gap: { filledAfterHours: 30 } } };
    const world = open([filled], { scheduled: 1 });
    const early = ['2026-11-22T06:30:00Z', '2026-11-22T06:30:00Z'] as const;
    expect((await world.read('4.8.1', 0, early)).profile).toBeNull();
    expect(await world.read('4.8.1', 0, early)).toMatchObject({ served: 'cache', profile: null });
    // The stamp 06:30 is filled in at 12:30:00 the day after; the meter is asked a second later.
    const before = open([filled], { now: '2026-11-23T12:29:58Z' });
    expect((await before.read('4.8.1', 0, early)).profile).toBeNull();
    const after = open([filled], { now: '2026-11-23T12:29:59Z' });
    expect(primary(await after.read('4.8.1', 0, early))).toHaveLength(1);
  });

  test('takes daily reads too', async () => {
    const world = open([{ when: '2026-11-22T00:00:00Z..2026-11-22T00:00:01Z', what: 'gap' }]);
    const { dailyReadLog } = await world.read('4.6.1', 0);
    expect(dailyReadLog?.map(({ timestamp }) => timestamp)).toEqual(['2026-11-23T00:00:00Z']);
  });

  test('hits the same entries whoever asks, whenever, for whatever period', async () => {
    const world = open([{ what: 'gap', p: 0.5 }]);
    const whole = await world.read('4.8.1', 0);
    const noon = ['2026-11-22T00:00:00Z', '2026-11-22T12:00:00Z'] as const;
    await world.clock.advanceBy(3_600_000);
    const half = await world.read('4.8.1', 0, noon, 'ED');
    const inTheMorning = stamped(whole).filter(([stamp]) => stamp <= Date.parse(noon[1]));
    expect(stamped(half)).toEqual(inTheMorning);
    expect(stamped(whole).length).toBeGreaterThan(10);
    expect(stamped(whole).length).toBeLessThan(39);
  });
});

describe('a late daily read', () => {
  const late = { what: { 'late-daily-read': { delaySeconds: 3600 } } };

  test('is stamped late, as it is [AM 18.21(b)]', async () => {
    const world = open([late]);
    const truth = (await open([]).read('4.6.1', 0)).dailyReadLog;
    const day = ['2026-11-22T00:00:00Z', '2026-11-23T01:00:00Z'] as const;
    const { dailyReadLog } = await world.read('4.6.1', 0, day);
    expect(dailyReadLog).toEqual([
      { ...truth?.[0], timestamp: '2026-11-22T01:00:00Z' },
      { ...truth?.[1], timestamp: '2026-11-23T01:00:00Z' },
    ]);
  });

  test('is not there before it was taken, nor in a period that ends at midnight', async () => {
    const until = ['2026-11-23T00:00:00Z', '2026-11-23T12:00:00Z'] as const;
    const before = open([late], { now: '2026-11-23T00:59:58.999Z' });
    expect((await before.read('4.6.1', 0, until)).dailyReadLog).toEqual([]);
    const after = open([late], { now: '2026-11-23T00:59:59Z' });
    expect((await after.read('4.6.1', 0, until)).dailyReadLog).toHaveLength(1);
    expect((await after.read('4.6.1', 0)).dailyReadLog).toHaveLength(1);
  });

  test('of gas comes late too, and half hours are never late', async () => {
    const world = open([late]);
    const { dailyReadLog } = await world.read('4.6.1', 20, YESTERDAY, 'GS');
    expect(dailyReadLog?.map(({ timestamp }) => timestamp)).toEqual(['2026-11-22T01:00:00Z']);
    expect(await world.read('4.8.1', 0)).toMatchObject({
      profile: { firstTimestamp: YESTERDAY[0] },
    });
  });
});

describe('a wrong clock', () => {
  const ahead = { what: { 'wrong-clock': { offsetMinutes: 60 } } };
  const behind = { what: { 'wrong-clock': { offsetMinutes: -60 } } };
  const days = ['2026-11-21T00:00:00Z', '2026-11-23T00:00:00Z'] as const;

  test('shifts the stamps of what was recorded, and nothing else', async () => {
    const truth = primary(await open([]).read('4.8.1', 0, days));
    const fast = await open([ahead]).read('4.8.1', 0);
    expect(primary(fast)).toEqual(truth.slice(46, 95));
    expect(fast.profile?.firstTimestamp).toBe('2026-11-22T00:00:00Z');
    const slow = await open([behind]).read('4.8.1', 0, ['2026-11-21T00:00:00Z', YESTERDAY[0]]);
    expect(primary(slow)).toEqual(truth.slice(2, 51));
    const reads = await open([ahead]).read('4.6.1', 0);
    expect(reads.dailyReadLog?.map(({ timestamp }) => timestamp)).toEqual(['2026-11-22T01:00:00Z']);
  });

  test('of a window leaves a gap where it begins and one entry where two would be', async () => {
    const when = '2026-11-22T06:00:00Z..2026-11-22T12:00:00Z';
    const truth = primary(await open([]).read('4.8.1', 0));
    const values = primary(await open([{ ...ahead, when }]).read('4.8.1', 0));
    // 06:30 and 07:00 were stamped 07:30 and 08:00; at 12:30 and 13:00 the later entry stays.
    expect(values.slice(12, 17)).toEqual([truth[12], null, null, truth[13], truth[14]]);
    expect(values.slice(23, 28)).toEqual([truth[21], truth[22], ...truth.slice(25, 28)]);
  });

  test('that is ahead has stamped nothing that the cache would give out too early', async () => {
    const world = open([ahead], { scheduled: 1 });
    const today = ['2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z'] as const;
    const answer = await world.read('4.8.1', 0, today);
    expect(answer.profile?.primaryValue).toHaveLength(19);
    expect(await world.read('4.8.1', 0, today)).toMatchObject({ served: 'cache' });
  });
});

describe('a corrupted entry', () => {
  const one = '2026-11-22T11:30:00Z..2026-11-22T12:00:00Z';

  test('is answered as the meter says it and never cached, where it cannot be', async () => {
    const world = open([{ when: one, what: 'corrupted-entry' }], { scheduled: 1 });
    const values = primary(await world.read('4.8.1', 0));
    expect(values[24]).toBeGreaterThan(65_534);
    expect(values[24]).toBeLessThan(2 ** 31);
    expect(values.filter((value) => Number(value) > 65_534)).toHaveLength(1);
    // The next one reads that stamp again, and only that.
    expect(await world.read('4.8.1', 0)).toMatchObject({ served: 'mixed' });
    world.faults.clear();
    const mended = await world.read('4.8.1', 0);
    const truth = primary(await open([]).read('4.8.1', 0));
    expect([mended.served, primary(mended)]).toEqual(['mixed', truth]);
    expect(await world.read('4.8.1', 0)).toMatchObject({ served: 'cache' });
  });

  test('may say what the plan says, of a daily read as well', async () => {
    const what = { 'corrupted-entry': { value: 12 } };
    const world = open([
      { when: one, what },
      { srv: '4.6.1', what },
    ]);
    expect(primary(await world.read('4.8.1', 0))[24]).toBe(12);
    const { dailyReadLog } = await world.read('4.6.1', 0);
    const registers = dailyReadLog?.map((read) => read.elecActiveImportRegisterConsumption);
    expect(registers).toEqual([12, 12]);
  });
});

test('a fault that is removed is over for whoever asks after it', async () => {
  const world = open([{ what: 'silent' }, { what: 'gap' }]);
  expect((await world.read('4.8.1', 0)).responseCode).toBe('E21');
  expect(world.faults.remove(1)).toBe(true);
  expect((await world.read('4.8.1', 0)).profile).toBeNull();
  expect(world.faults.clear()).toBe(1);
  expect(primary(await world.read('4.8.1', 0))).toHaveLength(49);
});
