// 400 times saved and taken over, with whatever happens in between: the world is as its twin that
// nobody disturbed, but for its connections, which close each time.

import { expect, test } from 'vitest';
import { openStream } from '../../emulator/random.ts';
import type { UserRole } from '../../gateway/protocol/service-reference.ts';
import { Asked, DCC, DEVICES, expectSame, GAS_DEVICE } from './snapshot-world.ts';

test('400 times saved and taken over, a world is as one that nobody disturbed', async () => {
  const dice = openStream(20_261_123);
  const pick = (count: number): number => Math.floor(dice() * count);
  let undisturbed = Asked.open();
  let moved = Asked.open();
  let counter = 1;
  const roles = { '4.8.1': 'IS', '4.6.1': 'MDR', '4.8.3': 'ES', '4.8.2': 'ED' } as const;
  const heard: string[] = [];

  /** One thing that is done to both. */
  function happening(): (asked: Asked) => void {
    const device = pick(DEVICES);
    const number = counter++;
    const srv = (['4.8.1', '4.8.1', '4.6.1', '4.8.3', '4.8.2'] as const)[pick(5)] ?? '4.8.1';
    const role: UserRole = device === GAS_DEVICE ? 'GS' : roles[srv];
    const seconds = pick(300);
    switch (pick(14)) {
      case 0: {
        const frequency = ['Daily', 'Weekly'][pick(2)];
        return (asked) =>
          asked.say('5.1', DCC, role, number, {
            createSchedule: {
              scheduleFrequency: frequency,
              scheduleStartDate: '2026-11-23',
              ...(seconds > 150 && { scheduleEndDate: '2026-11-26' }),
              scheduleExecutionStartTime: `0${seconds % 10}:00:00Z`,
              dspScheduledServiceReferenceVariant: srv,
              deviceId: asked.deviceId(device),
              startDateOffset: -1,
              startTime: '00:00:00Z',
              endDateOffset: 0,
              endTime: '00:00:00Z',
            },
          });
      }
      case 1:
        return (asked) =>
          asked.say('5.3', DCC, role, number, {
            deleteSchedule: { deviceId: asked.deviceId(device) },
          });
      case 2: {
        const at = undisturbed.world.clock.nowMs() + seconds * 1000;
        const executionDateTime = new Date(at).toISOString();
        return (asked) => asked.read(srv, device, role, number, { executionDateTime });
      }
      case 3: {
        const what = ['silent', 'lost-reply', 'wan-down', 'gap', { slow: { delaySeconds: 4 } }];
        const fault = { what: what[pick(5)], p: 0.3 };
        return ({ world }) => void (world.faults.list().length < 5 && world.faults.add(fault));
      }
      case 4: {
        const id = undisturbed.world.faults.list()[0]?.id ?? 0;
        return ({ world }) => void world.faults.remove(id);
      }
      case 5: {
        const status = (['Commissioned', 'Commissioned', 'Suspended'] as const)[pick(3)];
        return ({ world }) => world.gateway.setDeviceStatus(device, status ?? 'Commissioned');
      }
      case 6: {
        const restrictionDateTime = new Date(
          undisturbed.world.clock.nowMs() - pick(86_400_000),
        ).toISOString();
        return (asked) =>
          asked.say('3.2', asked.deviceId(device), 'IS', number, {
            restrictAccessForChangeOfTenancy: { restrictionDateTime },
          });
      }
      case 7:
        return ({ world }) => {
          const now = Math.floor(world.clock.nowMs() / 1000);
          const bank = world.fleet.cohorts[0]?.bank;
          if (device > 1 || bank === undefined) return;
          bank.makeReal(device, now);
          bank.setEntry(device, '4.8.1', Math.floor(now / 1800) - seconds, 5000 + seconds);
        };
      case 8:
        return (asked) =>
          asked.say('5.2', DCC, role, number, {
            readSchedule: { deviceId: asked.deviceId(device) },
          });
      default:
        return (asked) => asked.read(srv, device, role, number, { explain: seconds > 150 });
    }
  }

  for (let round = 0; round < 400; round++) {
    for (let i = pick(5); i >= 0; i--) {
      const happens = happening();
      for (const asked of [undisturbed, moved]) happens(asked);
    }
    const seconds = pick(8) === 0 ? pick(20_000) : pick(20_000) / 1000;
    for (const asked of [undisturbed, moved]) await asked.pass(seconds);
    const answers = undisturbed.heard();
    heard.push(...answers);
    expect(moved.heard(), `round ${round}`).toEqual(answers);
    undisturbed = undisturbed.reconnected();
    moved = await moved.moved();
    if (round % 20 === 0) expect(moved.memory(), `round ${round}`).toEqual(undisturbed.memory());
  }
  const text = heard.join('\n');
  expect(heard.length).toBeGreaterThan(300);
  for (const seen of [
    '"cache"',
    '"device"',
    '"mixed"',
    'E21',
    'I99',
    '"dspSchedules"',
    'responseId',
  ]) {
    expect(text, seen).toContain(seen);
  }
  await expectSame(undisturbed, moved);
  for (const asked of [undisturbed, moved]) asked.hangUp();
}, 120_000);
