// Rules R1 to R17 of the data cache, each by the answers and by the reads that reach the meter.
// Over 300 lines because the rules are one list.

import { describe, expect, test } from 'vitest';
import { HALF_HOUR_SECONDS, parseDateTime } from '../../gateway/protocol/half-hours.ts';
import type { ReadSrv } from '../../gateway/protocol/service-reference.ts';
import { deviceId, type Seen, World, wh } from './small-world.ts';

const YESTERDAY = ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'] as const;
const FIRST = parseDateTime(YESTERDAY[0]) / HALF_HOUR_SECONDS;

/** Linear memory of all banks that is not zero, in the slots of the device. */
function readingsOf(world: World, device: number): number {
  let words = 0;
  for (const bank of world.gateway.cache.banks()) {
    const { core } = bank;
    const slot = core.slotAddress(0x90b3d51f, 0x40000000 + device);
    if (slot === 0) continue;
    const values = core.OFF_SLOT_BATCHES.value;
    const memory = new Uint32Array(
      core.memory.buffer,
      slot + values,
      (core.SLOT_SIZE.value - values) / 4,
    );
    words += memory.filter((word) => word !== 0).length;
  }
  return words;
}

function scheduledWorld(meterMs = 0): World {
  return new World({ scheduled: () => true, meterMs });
}

describe('what is cached', () => {
  test.each<ReadSrv>(['4.6.1', '4.8.1', '4.8.3'])('R1: %s is cached', async (srv) => {
    const world = scheduledWorld();
    const first = await world.read(srv, 3, 'MDR');
    const second = await world.read(srv, 3, 'MDR');
    expect([first.served, second.served]).toEqual(['device', 'cache']);
    expect(second.profile).toEqual(first.profile);
    expect(second.dailyReadLog).toEqual(first.dailyReadLog);
    expect(world.reads).toHaveLength(1);
  });

  test('R1: 4.8.2 never reads from the cache or writes to it', async () => {
    const world = scheduledWorld();
    world.schedule('4.8.2', 3, 'IS');
    const answers = [await world.read('4.8.2', 3, 'IS'), await world.read('4.8.2', 3, 'IS')];
    expect(answers.map(({ served }) => served)).toEqual(['device', 'device']);
    expect(world.reads).toHaveLength(2);
    expect(world.gateway.cache.banks()).toEqual([]);
  });

  test.each(['GSME', 'GPF'] as const)('R2: a %s never uses the cache', async (deviceType) => {
    const world = new World({ scheduled: () => true, cohort: () => ({ deviceType }) });
    await world.read('4.8.1', 3, 'GS');
    expect((await world.read('4.8.1', 3, 'GS')).served).toBe('device');
    expect(world.reads).toHaveLength(2);
  });

  test('R3: without a schedule two identical reads reach the meter twice', async () => {
    const world = new World();
    await world.read('4.8.1', 3, 'IS');
    const second = await world.read('4.8.1', 3, 'IS', YESTERDAY, { explain: true });
    expect(second.served).toBe('device');
    expect(second.why?.rule).toContain('R3');
    expect(world.reads).toHaveLength(2);
    expect(world.gateway.cache.banks()).toEqual([]);
  });

  test('R4: a schedule arms its own SRV on its own ESME only', async () => {
    const world = new World();
    expect(world.schedule('4.8.1', 3, 'IS').responseCode).toBe('I0');
    for (const [srv, device, second] of [
      ['4.8.1', 3, 'cache'],
      ['4.8.1', 4, 'device'],
      ['4.8.3', 3, 'device'],
      ['4.6.1', 3, 'device'],
    ] as const) {
      await world.read(srv, device, 'MDR');
      expect((await world.read(srv, device, 'MDR')).served).toBe(second);
    }
  });

  test('R4: with --cache-arming any-srv a schedule arms every cached SRV of its ESME', async () => {
    const world = new World({ cacheArming: 'any-srv' });
    const { dspScheduleId } = world.schedule('4.8.2', 3, 'IS');
    await world.read('4.8.3', 3, 'MDR');
    expect((await world.read('4.8.3', 3, 'MDR')).served).toBe('cache');
    expect((await world.read('4.8.3', 4, 'MDR')).served).toBe('device');
    world.desk('5.3', 'IS', { deleteSchedule: { dspScheduleId } });
    expect((await world.read('4.8.3', 3, 'MDR')).served).toBe('device');
  });

  test('R4: a schedule arms from its start date 00:00Z to the end of its end date', async () => {
    const world = new World({ now: '2026-11-22T23:59:59Z' });
    world.schedule('4.8.1', 3, 'IS', {
      scheduleStartDate: '2026-11-23',
      scheduleEndDate: '2026-11-23',
      scheduleExecutionStartTime: '12:00:00Z',
    });
    const ask = () =>
      world.read('4.8.1', 3, 'IS', ['2026-11-22T00:00:00Z', '2026-11-22T12:00:00Z']);
    await ask();
    expect((await ask()).served).toBe('device');
    await world.until('2026-11-23T00:00:00Z');
    await ask();
    expect((await ask()).served).toBe('cache');
    await world.until('2026-11-23T23:59:58Z');
    expect((await ask()).served).toBe('cache');
    await world.until('2026-11-24T00:00:00Z');
    expect(readingsOf(world, 3)).toBe(0);
    expect((await ask()).served).toBe('device');
  });

  test('R5: the previous day is cached with both its midnights', async () => {
    const world = scheduledWorld();
    // A read of this morning first: from then on nothing older counts as never retrieved.
    await world.read('4.8.1', 3, 'IS', ['2026-11-23T08:00:00Z', '2026-11-23T08:30:00Z']);
    const day = ['2026-11-21T23:30:00Z', '2026-11-23T00:30:00Z'] as const;
    await world.read('4.8.1', 3, 'IS', day);
    world.reads.length = 0;
    const again = await world.read('4.8.1', 3, 'IS', day);
    expect(again.served).toBe('mixed');
    const period = (start: string) => {
      const seconds = parseDateTime(start);
      return { device: 3, srv: '4.8.1', startSeconds: seconds, endSeconds: seconds };
    };
    expect(world.reads).toEqual([period('2026-11-21T23:30:00Z'), period('2026-11-23T00:30:00Z')]);
    expect(again.profile?.primaryValue).toHaveLength(51);
  });

  test('R5: entries newer than the newest retrieved so far are cached', async () => {
    const world = scheduledWorld();
    await world.read('4.8.1', 3, 'IS');
    const today = ['2026-11-23T00:00:00Z', '2026-11-23T09:00:00Z'] as const;
    expect((await world.read('4.8.1', 3, 'IS', today)).served).toBe('mixed');
    expect((await world.read('4.8.1', 3, 'IS', today)).served).toBe('cache');
  });

  test('R5, R11: older entries of a long period are returned and not cached', async () => {
    const world = scheduledWorld();
    await world.read('4.8.1', 3, 'IS');
    const week = ['2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'] as const;
    const first = await world.read('4.8.1', 3, 'IS', week);
    world.reads.length = 0;
    const second = await world.read('4.8.1', 3, 'IS', week);
    expect(second.profile?.primaryValue).toHaveLength(7 * 48 + 1);
    expect(second.profile).toEqual(first.profile);
    expect([first.served, second.served]).toEqual(['mixed', 'mixed']);
    expect(world.reads).toEqual([
      {
        device: 3,
        srv: '4.8.1',
        startSeconds: parseDateTime(week[0]),
        endSeconds: parseDateTime('2026-11-21T23:30:00Z'),
      },
    ]);
  });

  test('R5: a long first retrieval never displaces the previous day', async () => {
    const world = scheduledWorld();
    await world.read('4.8.1', 3, 'IS', ['2026-10-01T00:00:00Z', '2026-11-23T09:00:00Z']);
    expect((await world.read('4.8.1', 3, 'IS')).served).toBe('cache');
  });
});

describe('who is answered from the cache', () => {
  test('R6: any Party and role, without traffic to the meter', async () => {
    const world = scheduledWorld();
    await world.read('4.8.1', 3, 'IS');
    for (const role of ['IS', 'ED', 'OU', 'MDR'] as const) {
      expect((await world.read('4.8.1', 3, role)).served).toBe('cache');
    }
    expect(world.reads).toHaveLength(1);
  });

  test('R7: a Party that may not ask gets its code though the data is cached', async () => {
    const world = scheduledWorld();
    await world.read('4.8.1', 3, 'IS');
    expect((await world.read('4.8.1', 3, 'ES')).responseCode).toBe('E2');
    expect((await world.read('4.8.1', 3, 'GS')).responseCode).toBe('E4');
    expect(world.reads).toHaveLength(1);
  });

  test('R13, R14: a hit has the shape of a fresh answer, its own requestId and time', async () => {
    const world = scheduledWorld();
    const first = await world.read('4.8.1', 3, 'IS');
    await world.pass(60);
    const second = await world.read('4.8.1', 3, 'IS');
    expect(Object.keys(second)).toEqual(Object.keys(first));
    expect(second.requestId).not.toBe(first.requestId);
    expect(second.responseDateTime).not.toBe(first.responseDateTime);
    const { requestId: _, responseDateTime: __, served: ___, ...rest } = second;
    expect(first).toMatchObject(rest);
  });

  test('R17: what is cached of one device is never served for another', async () => {
    const world = scheduledWorld();
    for (let device = 0; device < 10; device++) await world.read('4.8.1', device, 'IS');
    for (let device = 0; device < 10; device++) {
      const { served, profile } = await world.read('4.8.1', device, 'MDR');
      expect(served).toBe('cache');
      expect(profile?.primaryValue).toEqual(
        Array.from({ length: 49 }, (_, i) => wh(device, FIRST + i)),
      );
    }
  });
});

describe('how long', () => {
  const stored = async () => {
    const world = new World();
    // A schedule that does not run in the meantime: it would store the next day anew.
    world.schedule('4.8.1', 3, 'IS', {
      scheduleFrequency: 'Yearly',
      scheduleStartDate: '2026-01-01',
    });
    await world.read('4.8.1', 3, 'IS');
    return world;
  };

  test('R8: served at 24:59:59', async () => {
    const world = await stored();
    await world.until('2026-11-24T09:59:59Z');
    const answer = await world.read('4.8.1', 3, 'IS', YESTERDAY, { explain: true });
    expect(answer.served).toBe('cache');
    expect(answer.why).toMatchObject({
      clause: 'AM 18.22(h)',
      cachedAt: '2026-11-23T09:00:00Z',
      ageSeconds: 25 * 3600 - 1,
      expiresAt: '2026-11-24T10:00:00Z',
      deviceReads: 0,
    });
    expect(readingsOf(world, 3)).toBeGreaterThan(0);
  });

  test('R8: served at 24:59:59.999', async () => {
    const world = await stored();
    await world.until('2026-11-24T09:59:59.999Z');
    expect((await world.read('4.8.1', 3, 'IS')).served).toBe('cache');
    expect(world.reads).toHaveLength(1);
    await world.pass(0.001);
    expect((await world.read('4.8.1', 3, 'IS')).served).toBe('device');
  });

  test('R8: gone at 25:00:00, from the linear memory too, though nobody asks', async () => {
    const world = await stored();
    await world.until('2026-11-24T10:00:00Z');
    expect(readingsOf(world, 3)).toBe(0);
    expect(world.gateway.cache.banks().map((bank) => bank.entries)).toEqual([0]);
    const answer = await world.read('4.8.1', 3, 'IS', YESTERDAY, { explain: true });
    expect(answer.served).toBe('device');
    expect(answer.why?.rule).toContain('R8');
    expect(world.reads).toHaveLength(2);
  });

  test('R8: being served renews nothing', async () => {
    const world = await stored();
    await world.until('2026-11-24T09:00:00Z');
    expect((await world.read('4.8.1', 3, 'IS')).served).toBe('cache');
    await world.until('2026-11-24T10:00:00Z');
    expect((await world.read('4.8.1', 3, 'IS')).served).toBe('device');
  });

  test('R8: each entry for itself: what was stored later stays longer', async () => {
    const world = await stored();
    await world.until('2026-11-23T12:00:00Z');
    await world.read('4.8.1', 3, 'IS', ['2026-11-23T00:30:00Z', '2026-11-23T12:00:00Z']);
    await world.until('2026-11-24T10:00:00Z');
    const noon = ['2026-11-23T00:30:00Z', '2026-11-23T12:00:00Z'] as const;
    expect((await world.read('4.8.1', 3, 'IS', noon)).served).toBe('cache');
    await world.until('2026-11-24T13:00:00Z');
    expect((await world.read('4.8.1', 3, 'IS', noon)).served).toBe('device');
  });

  test('R8: an entry that expires while the meter is being read is read too', async () => {
    const world = new World({ scheduled: () => true, meterMs: 3000 });
    const line = world.connect();
    await world.read('4.8.1', 3, 'IS');
    // Stored three seconds after nine; two seconds before the end today's stamps are missing.
    await world.until('2026-11-24T00:00:00Z');
    const { dspSchedules = [] } = world.desk('5.2', 'MDR', {
      readSchedule: { deviceId: deviceId(3) },
    });
    world.schedule('4.8.1', 3, 'IS', {
      scheduleStartDate: '2026-11-01',
      scheduleFrequency: 'Yearly',
    });
    for (const { dspScheduleId } of dspSchedules) {
      world.desk('5.3', 'MDR', { deleteSchedule: { dspScheduleId } });
    }
    await world.until('2026-11-24T10:00:01Z');
    world.reads.length = 0;
    line.say(world.request('4.8.1', 3, 'IS', ['2026-11-22T00:00:00Z', '2026-11-24T00:00:00Z']));
    await world.pass(10);
    expect(line.only().served).toBe('device');
    expect(world.reads.map(({ startSeconds }) => startSeconds)).toEqual([
      parseDateTime('2026-11-23T00:30:00Z'),
      parseDateTime('2026-11-22T00:00:00Z'),
    ]);
    expect(line.only().profile?.primaryValue).toEqual(
      Array.from({ length: 97 }, (_, i) => wh(3, FIRST + i)),
    );
  });

  test('R8: holds after the year 2038, when seconds no longer fit 31 bits', async () => {
    const world = new World({ scheduled: () => true, now: '2038-01-19T09:00:00Z' });
    const day = ['2038-01-18T00:00:00Z', '2038-01-19T00:00:00Z'] as const;
    await world.read('4.8.1', 3, 'IS', day);
    const hit = await world.read('4.8.1', 3, 'IS', day, { explain: true });
    expect(hit.why).toMatchObject({ cachedAt: '2038-01-19T09:00:00Z', ageSeconds: 0 });
    await world.until('2038-01-20T09:59:59Z');
    expect(readingsOf(world, 3)).toBeGreaterThan(0);
    await world.until('2038-01-20T10:00:00Z');
    expect((await world.read('4.8.1', 3, 'IS', day)).served).toBe('mixed');
  });

  test('R9: the removal of the last matching schedule erases at once', async () => {
    const world = new World();
    const first = world.schedule('4.8.1', 3, 'IS').dspScheduleId;
    const second = world.schedule('4.8.1', 3, 'MDR').dspScheduleId;
    await world.read('4.8.1', 3, 'IS');
    world.desk('5.3', 'IS', { deleteSchedule: { dspScheduleId: first } });
    expect((await world.read('4.8.1', 3, 'IS')).served).toBe('cache');
    const { core } = world.gateway.cache.banks()[0] ?? {};
    if (core === undefined) throw new Error('nothing was cached');
    const slot = core.slotAddress(0x90b3d51f, 0x40000003);
    world.desk('5.3', 'MDR', { deleteSchedule: { dspScheduleId: second } });
    const link = core.OFF_SLOT_IMPORT.value + core.OFF_RING_HEADER_WHEEL_NEXT.value;
    const memory = new Uint32Array(core.memory.buffer, slot, core.SLOT_SIZE.value / 4);
    expect([...memory].filter((word, i) => word !== 0 && i * 4 !== link)).toEqual([]);
    expect((await world.read('4.8.1', 3, 'IS')).served).toBe('device');
  });

  test('R9: 5.3 by device removes what the caller owns there, and nothing else', async () => {
    const world = scheduledWorld();
    await world.read('4.8.1', 3, 'IS');
    await world.read('4.8.1', 4, 'IS');
    const refused = world.desk('5.3', 'IS', { deleteSchedule: { deviceId: deviceId(3) } });
    expect(refused.responseCode).toBe('E050301');
    const removed = world.desk('5.3', 'MDR', { deleteSchedule: { deviceId: deviceId(3) } });
    expect(removed.responseCode).toBe('I99');
    expect((await world.read('4.8.1', 3, 'IS')).served).toBe('device');
    expect((await world.read('4.8.1', 4, 'IS')).served).toBe('cache');
  });
});

describe('what the meter is asked', () => {
  test('R10: only the missing part is read, and the answer is that of a full read', async () => {
    const world = scheduledWorld();
    await world.read('4.8.1', 3, 'IS', ['2026-11-22T06:00:00Z', '2026-11-22T12:00:00Z']);
    await world.read('4.8.1', 3, 'IS', ['2026-11-22T18:00:00Z', '2026-11-22T20:00:00Z']);
    world.reads.length = 0;
    const answer = await world.read('4.8.1', 3, 'IS', YESTERDAY, { explain: true });
    expect(answer.served).toBe('mixed');
    expect(answer.why?.deviceReads).toBe(3);
    const at = parseDateTime;
    expect(world.reads.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual([
      [at('2026-11-22T00:00:00Z'), at('2026-11-22T05:30:00Z')],
      [at('2026-11-22T12:30:00Z'), at('2026-11-22T17:30:00Z')],
      [at('2026-11-22T20:30:00Z'), at('2026-11-23T00:00:00Z')],
    ]);
    expect(answer.profile).toMatchObject({
      firstTimestamp: '2026-11-22T00:00:00Z',
      primaryValue: Array.from({ length: 49 }, (_, i) => wh(3, FIRST + i)),
    });
  });

  test('R10: stamps later than now are never missing', async () => {
    const world = scheduledWorld();
    const day = ['2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z'] as const;
    expect((await world.read('4.8.1', 3, 'IS', day)).profile?.primaryValue).toHaveLength(19);
    expect((await world.read('4.8.1', 3, 'IS', day)).served).toBe('cache');
    const future = ['2026-11-24T00:00:00Z', '2026-11-25T00:00:00Z'] as const;
    for (const srv of ['4.8.1', '4.6.1'] as const) {
      world.reads.length = 0;
      expect(await world.read(srv, 3, 'IS', future)).toMatchObject(
        srv === '4.8.1'
          ? { served: 'cache', profile: null }
          : { served: 'cache', dailyReadLog: [] },
      );
      expect(world.reads).toEqual([]);
    }
  });

  test('R10: a gap of the meter is remembered for 25 hours and stays a gap', async () => {
    const world = scheduledWorld();
    for (const h of [FIRST, FIRST + 7, FIRST + 8, FIRST + 48]) world.absent.add(`3/${h}`);
    const first = await world.read('4.8.1', 3, 'IS');
    const second = await world.read('4.8.1', 3, 'IS');
    expect(second.served).toBe('cache');
    expect(second.profile).toEqual(first.profile);
    expect(second.profile?.firstTimestamp).toBe('2026-11-22T00:30:00Z');
    expect(second.profile?.primaryValue).toHaveLength(47);
    expect(second.profile?.primaryValue?.[6]).toBeNull();
  });

  test('R10, R16: if one read of several fails, its code is the whole answer', async () => {
    const world = scheduledWorld();
    await world.read('4.8.1', 3, 'IS', ['2026-11-22T06:00:00Z', '2026-11-22T12:00:00Z']);
    world.failing = 'E20';
    const failed = await world.read('4.8.1', 3, 'IS');
    expect(failed).toMatchObject({ responseCode: 'E20' });
    expect(failed.served).toBeUndefined();
    world.failing = undefined;
    world.reads.length = 0;
    expect((await world.read('4.8.1', 3, 'IS')).served).toBe('mixed');
    expect(world.reads).toHaveLength(2);
  });

  test('R12: a run of a schedule fills the cache and starts the ages again', async () => {
    const world = new World({ now: '2026-11-23T05:59:00Z' });
    world.schedule('4.8.1', 3, 'IS', { scheduleExecutionStartTime: '06:00:00Z' });
    await world.read('4.8.1', 3, 'IS');
    await world.until('2026-11-23T06:00:00Z');
    expect(world.reads).toHaveLength(2);
    await world.until('2026-11-24T05:59:59Z');
    const answer = await world.read('4.8.1', 3, 'MDR', YESTERDAY, { explain: true });
    expect(answer.why).toMatchObject({ cachedAt: '2026-11-23T06:00:00Z' });
    expect(answer.served).toBe('cache');
  });

  test('R15: requests that miss what is being read wait for that read', async () => {
    const world = scheduledWorld(2000);
    const line = world.connect();
    for (const role of ['IS', 'ED', 'MDR'] as const) {
      line.say(world.request('4.8.1', 3, role, YESTERDAY));
    }
    line.say(world.request('4.8.1', 3, 'OU', ['2026-11-22T12:00:00Z', '2026-11-23T06:00:00Z']));
    expect(line.answers).toEqual([]);
    await world.pass(2);
    expect(line.answers.map(({ served }) => served)).toEqual(Array(4).fill('device'));
    expect(world.reads).toHaveLength(2);
    expect(world.reads[1]).toMatchObject({ startSeconds: parseDateTime('2026-11-23T00:30:00Z') });
    expect(world.tally.coalescedReads).toBe(3);
    expect(world.tally.savedReads.get('4.8.1', 'only', 'only')).toBe(2);
  });

  test('R15: who needs a late daily read does not join a read that stops short', async () => {
    const world = new World({ scheduled: () => true, dailyLate: 7, meterMs: 2000 });
    const line = world.connect();
    line.say(world.request('4.6.1', 3, 'IS', YESTERDAY));
    line.say(world.request('4.6.1', 3, 'MDR', ['2026-11-22T00:00:00Z', '2026-11-23T08:00:00Z']));
    await world.pass(2);
    expect(line.answers.map(({ dailyReadLog }) => dailyReadLog?.length)).toEqual([1, 2]);
    expect(world.reads).toHaveLength(2);
  });

  test('R15: without a schedule nobody shares a read', async () => {
    const world = new World({ meterMs: 2000 });
    const line = world.connect();
    line.say(world.request('4.8.1', 3, 'IS', YESTERDAY));
    line.say(world.request('4.8.1', 3, 'MDR', YESTERDAY));
    await world.pass(2);
    expect(world.reads).toHaveLength(2);
    expect(line.answers).toHaveLength(2);
  });

  test('R16: a failed read caches nothing', async () => {
    const world = scheduledWorld();
    world.failing = 'E21';
    expect((await world.read('4.8.1', 3, 'IS')).responseCode).toBe('E21');
    expect(world.gateway.cache.banks()).toEqual([]);
    world.failing = undefined;
    expect((await world.read('4.8.1', 3, 'IS')).served).toBe('device');
  });

  test('a read that outlives its schedule is answered and not stored', async () => {
    const world = new World({ meterMs: 2000 });
    const { dspScheduleId } = world.schedule('4.8.1', 3, 'IS');
    const line = world.connect();
    line.say(world.request('4.8.1', 3, 'IS', YESTERDAY));
    await world.pass(1);
    world.desk('5.3', 'IS', { deleteSchedule: { dspScheduleId } });
    await world.pass(1);
    expect(line.only().profile?.primaryValue).toHaveLength(49);
    expect(world.gateway.cache.banks()).toEqual([]);
  });
});

describe('daily reads', () => {
  const cached = async (world: World, period: readonly [string, string]): Promise<Seen[]> => [
    await world.read('4.6.1', 3, 'IS', period),
    await world.read('4.6.1', 3, 'IS', period),
  ];

  test('the two midnights of yesterday are cached', async () => {
    const [first, second] = await cached(scheduledWorld(), YESTERDAY);
    expect(second?.served).toBe('cache');
    expect(second?.dailyReadLog).toEqual(first?.dailyReadLog);
    expect(second?.dailyReadLog?.map(({ timestamp }) => timestamp)).toEqual([...YESTERDAY]);
  });

  test('a year is answered whole, and only its older part is read again', async () => {
    const world = scheduledWorld();
    await world.read('4.6.1', 3, 'IS');
    const year = ['2025-11-23T00:00:04Z', '2026-11-23T00:00:03Z'] as const;
    const [first, second] = await cached(world, year);
    expect(first?.dailyReadLog).toHaveLength(31);
    expect(second?.dailyReadLog).toEqual(first?.dailyReadLog);
    expect(second?.served).toBe('mixed');
    expect(world.reads.at(-1)?.endSeconds).toBeLessThan(parseDateTime(YESTERDAY[0]));
  });

  test.each([
    [['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'], ['2026-11-22T00:00:07Z']],
    [
      ['2026-11-22T00:00:07Z', '2026-11-23T00:00:07Z'],
      ['2026-11-22T00:00:07Z', '2026-11-23T00:00:07Z'],
    ],
    [['2026-11-22T00:00:08Z', '2026-11-23T00:00:06Z'], []],
  ] as const)('a meter that records seven seconds late: %j', async (period, stamps) => {
    const world = new World({ scheduled: () => true, dailyLate: 7 });
    const [first, second] = await cached(world, period);
    expect(first?.dailyReadLog?.map(({ timestamp }) => timestamp)).toEqual([...stamps]);
    expect(second?.served).toBe('cache');
    expect(second?.dailyReadLog).toEqual(first?.dailyReadLog);
    // Whoever asks further than what was known to be absent reaches the meter once more.
    const wider = ['2026-11-22T00:00:00Z', '2026-11-23T09:00:00Z'] as const;
    const [all, again] = await cached(world, wider);
    expect(all?.dailyReadLog).toHaveLength(2);
    expect(again?.served).toBe('cache');
  });

  test('a midnight whose read is not recorded yet is asked for again once it may be', async () => {
    const world = new World({ scheduled: () => true, dailyLate: 7, now: '2026-11-23T00:00:05Z' });
    const period = ['2026-11-22T00:00:00Z', '2026-11-24T00:00:00Z'] as const;
    expect((await world.read('4.6.1', 3, 'IS', period)).dailyReadLog).toHaveLength(1);
    await world.pass(10);
    expect((await world.read('4.6.1', 3, 'IS', period)).dailyReadLog).toHaveLength(2);
  });
});
