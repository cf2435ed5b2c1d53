// A snapshot goes on as the world that was saved would have, had all its connections closed then:
// the same bytes, the same memory.

import { describe, expect, test } from 'vitest';
import { readSnapshot } from '../../cli/snapshot.ts';
import { Asked, DCC, DEVICES, expectSame, GAS_DEVICE, restored } from './snapshot-world.ts';

/** A world, what was done to it, and the same in another's memory. */
async function movedAfter(
  prepare: (asked: Asked) => Promise<void> | void,
  withReadings = true,
): Promise<readonly [Asked, Asked]> {
  const first = Asked.open();
  await prepare(first);
  const bytes = await first.save(withReadings);
  return [first.reconnected(), restored(readSnapshot('test', bytes))];
}

describe('what is under way goes on', () => {
  test('reads of ESMEs, cached and not, at every instant until they are answered', async () => {
    for (let ms = 0; ms <= 20_000; ms += 1000) {
      const [one, other] = await movedAfter(async (asked) => {
        for (let device = 0; device < 7; device++) asked.read('4.8.1', device, 'IS', device);
        await asked.pass(ms / 1000);
      });
      expect(one.world.gateway.inFlight.count).toBe(other.world.gateway.inFlight.count);
      for (const asked of [one, other]) asked.read('4.8.3', 1, 'ES', 100);
      await expectSame(one, other, 30);
      for (const asked of [one, other]) asked.read('4.8.1', 0, 'MDR', 200, { explain: true });
      await expectSame(one, other, 1);
    }
  });

  test('a request in flight keeps its RequestID, its answer is dropped and counted', async () => {
    const [, other] = await movedAfter((asked) => asked.read('4.8.1', 1, 'IS', 1));
    other.read('4.8.1', 1, 'IS', 1);
    expect(other.heard().join()).toContain('DUPLICATE_REQUEST_ID');
    await other.pass(30);
    const { tally, gateway } = other.world;
    expect(gateway.inFlight.count).toBe(0);
    expect(tally.rejections.get('answer_dropped', 'only', 'only')).toBe(1);
    expect(other.heard()).toEqual([]);
    other.read('4.8.1', 1, 'IS', 2);
    expect(other.heard().join()).toContain('"served":"cache"');
  });

  test('reads that fill what is missing, and those that wait for them', async () => {
    for (const seconds of [0, 1, 2, 3, 5, 8]) {
      const [one, other] = await movedAfter(async (asked) => {
        asked.read('4.8.1', 0, 'IS', 1);
        await asked.pass(40);
        const readLogPeriod = (end: string) => ({
          readLogPeriod: { startDateTime: '2026-11-22T12:00:00Z', endDateTime: end },
        });
        asked.read('4.8.1', 0, 'IS', 2, readLogPeriod('2026-11-23T06:00:00Z'));
        await asked.pass(0.5);
        asked.read('4.8.1', 0, 'MDR', 3, readLogPeriod('2026-11-23T08:00:00Z'));
        asked.read('4.6.1', 0, 'IS', 4);
        await asked.pass(seconds);
      });
      await expectSame(one, other, 40);
      for (const asked of [one, other]) {
        asked.read('4.8.1', 0, 'MDR', 9, {
          readLogPeriod: {
            startDateTime: '2026-11-22T00:00:00Z',
            endDateTime: '2026-11-23T08:00:00Z',
          },
          explain: true,
        });
      }
      await expectSame(one, other, 1);
    }
  });

  test('gas that is read in slices', async () => {
    for (const seconds of [0, 2, 6, 15, 30]) {
      const [one, other] = await movedAfter(async (asked) => {
        asked.say('5.1', DCC, 'GS', 1, {
          createSchedule: {
            scheduleFrequency: 'Daily',
            scheduleStartDate: '2026-11-01',
            scheduleExecutionStartTime: '09:00:05Z',
            dspScheduledServiceReferenceVariant: '4.8.1',
            deviceId: asked.deviceId(GAS_DEVICE),
            startDateOffset: -8,
            startTime: '00:00:00Z',
            endDateOffset: 0,
            endTime: '00:00:00Z',
          },
        });
        expect(asked.heard().join()).toContain('"I0"');
        await asked.pass(5 + seconds);
      });
      for (const asked of [one, other]) asked.read('4.8.1', GAS_DEVICE, 'GS', 50);
      await expectSame(one, other, 90);
    }
  });

  test('a change of tenancy, before and after its meter has confirmed it', async () => {
    for (const seconds of [0, 1, 2, 4, 30]) {
      const [one, other] = await movedAfter(async (asked) => {
        asked.read('4.8.1', 0, 'IS', 1);
        await asked.pass(30);
        const restrictAccessForChangeOfTenancy = { restrictionDateTime: '2026-11-22T12:00:00Z' };
        asked.say('3.2', asked.deviceId(0), 'IS', 2, { restrictAccessForChangeOfTenancy });
        await asked.pass(seconds);
      });
      await expectSame(one, other, 30);
      for (const asked of [one, other]) asked.read('4.8.1', 0, 'IS', 3);
      await expectSame(one, other, 30);
    }
  });

  test('runs of schedules over midnight, and outboxes of Parties who are not there', async () => {
    const [one, other] = await movedAfter(async (asked) => {
      asked.hangUp;
      await asked.until('2026-11-24T03:00:00Z');
    });
    await one.until('2026-11-24T06:59:00Z');
    await other.until('2026-11-24T06:59:00Z');
    await expectSame(one, other, 5);
    for (const asked of [one, other]) asked.read('4.8.1', 0, 'MDR', 5);
    await expectSame(one, other, 40);
  });

  test('future dated requests that wait', async () => {
    const [one, other] = await movedAfter(async (asked) => {
      for (let i = 0; i < 6; i++) {
        const executionDateTime = `2026-11-23T09:0${1 + (i % 3)}:00Z`;
        asked.read('4.8.1', i, 'IS', i, { executionDateTime });
      }
      await asked.pass(61);
    });
    expect(other.world.gateway.futureDated.count).toBe(4);
    for (const asked of [one, other]) asked.read('4.8.2', 3, 'ED', 50);
    await expectSame(one, other, 180);
  });

  test('faults with their counts, and what they hold up', async () => {
    for (const seconds of [0, 1, 3, 6, 12]) {
      const [one, other] = await movedAfter(async (asked) => {
        const { faults } = asked.world;
        for (const what of [
          { slow: { delaySeconds: 3 } },
          { 'duplicate-reply': { delaySeconds: 5 } },
          'lost-reply',
          'silent',
        ]) {
          const added = faults.add({ what, p: 0.4 });
          if (!added.ok) throw new Error(added.problems.join());
        }
        faults.add({ what: 'wan-down', when: '09:00:04Z..09:00:09Z' });
        faults.add({ what: 'gap', p: 0.1 });
        for (let device = 0; device < 7; device++) asked.read('4.8.1', device, 'IS', device);
        await asked.pass(seconds);
        if (seconds > 3) faults.remove(5);
      });
      for (const asked of [one, other]) asked.read('4.8.1', 3, 'MDR', 50);
      await expectSame(one, other, 60);
    }
  });
});

describe('what stands still', () => {
  test('statuses, schedules created and removed, counters', async () => {
    const [one, other] = await movedAfter(async (asked) => {
      const { gateway } = asked.world;
      gateway.setDeviceStatus(1, 'Suspended');
      gateway.setDeviceStatus(2, 'Decommissioned');
      asked.say('5.3', DCC, 'MDR', 1, { deleteSchedule: { deviceId: asked.deviceId(0) } });
      asked.say('5.1', DCC, 'IS', 2, {
        createSchedule: {
          scheduleFrequency: 'Weekly',
          scheduleStartDate: '2026-11-20',
          scheduleEndDate: '2026-11-30',
          dspScheduledServiceReferenceVariant: '4.8.1',
          deviceId: asked.deviceId(4),
          startDateOffset: -1,
          startTime: '00:00:00Z',
          endDateOffset: 0,
          endTime: '00:00:00Z',
        },
      });
      await asked.pass(1);
    });
    for (const asked of [one, other]) {
      for (const [i, role] of (['IS', 'MDR'] as const).entries()) {
        for (let device = 0; device < DEVICES; device++) {
          const deviceId = asked.deviceId(device);
          asked.say('5.2', DCC, role, 100 + i * 10 + device, { readSchedule: { deviceId } });
        }
      }
      asked.read('4.8.1', 1, 'IS', 200);
    }
    await expectSame(one, other, 30);
    for (const asked of [one, other]) await asked.until('2026-12-01T00:00:01Z');
    await expectSame(one, other, 2);
  });

  test('meters made real, with what was changed in them', async () => {
    const [one, other] = await movedAfter(async (asked) => {
      const now = asked.world.clock.nowMs() / 1000;
      const [single, twin] = asked.world.fleet.cohorts.map(({ bank }) => bank);
      for (const meter of [3, 1]) single?.makeReal(meter, now);
      twin?.makeReal(1, now);
      single?.setEntry(3, '4.8.1', Math.floor(now / 1800) - 20, 4321);
      single?.eraseDailyRead(1, Math.floor(now / 86_400));
      asked.read('4.8.1', 3, 'IS', 1);
      await asked.pass(0.1);
    });
    await expectSame(one, other, 40);
    for (const asked of [one, other]) {
      asked.read('4.6.1', 1, 'IS', 2);
      asked.read('4.8.1', 3, 'ED', 3);
    }
    await expectSame(one, other, 60);
  });

  test('a clock that ran stands still until it is resumed, one held stays so', async () => {
    const first = Asked.open({ clock: { kind: 'scaled', speed: 60 } });
    first.world.clock.pause();
    const nowMs = first.world.clock.nowMs();
    const other = restored(readSnapshot('test', await first.save()));
    const { clock, resumes } = other.world;
    expect([clock.kind, clock.speed, clock.isPaused, clock.nowMs()]).toEqual([
      'running',
      60,
      true,
      nowMs,
    ]);
    expect(resumes).toBe(false);
    if (first.world.clock.kind === 'running') first.world.clock.resume();
    const third = restored(readSnapshot('test', await first.save()));
    expect([third.world.resumes, third.world.clock.isPaused]).toEqual([true, true]);
    for (const asked of [first, other, third]) asked.hangUp();
  });
});
