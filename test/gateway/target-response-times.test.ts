// Which answers are judged by their Target Response Times, from when on, and in whose role.

import { expect, test } from 'vitest';
import type { Party } from '../../gateway/access/inventory.ts';
import type { UserRole } from '../../gateway/protocol/service-reference.ts';
import { readTargets } from '../../gateway/protocol/target-response-times.ts';
import { deviceId, partyId, World, type WorldOptions } from './small-world.ts';

const YESTERDAY = ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'] as const;
const DAY_MS = 86_400_000;
/** Scheduled runs without a time of their own have passed by then. */
const NOON = '2026-11-23T12:00:00Z';

/** What has been judged, such as `4.8.1 IS met 2`. */
function judged(world: World): string[] {
  const told: string[] = [];
  world.tally.targets.forEach((labels, count) => {
    told.push(`${labels.join(' ')} ${count}`);
  });
  return told;
}

function ask(world: World, srv: '4.6.1' | '4.8.1' | '4.8.2' | '4.8.3', role: UserRole, more = {}) {
  const line = world.connect();
  line.say(world.request(srv, 3, role, YESTERDAY, more));
  return line;
}

test.each<[string, UserRole, number, string]>([
  ['exactly at 16 s has met its target', 'IS', 16_000, '4.8.1 IS met 1'],
  ['at 16.001 s has missed its target', 'IS', 16_001, '4.8.1 IS missed 1'],
  ['for a Meter Data Retriever at 16.001 s has met its target', 'MDR', 16_001, '4.8.1 MDR met 1'],
  ['for a Meter Data Retriever exactly at 24 h has met it', 'MDR', DAY_MS, '4.8.1 MDR met 1'],
  ['for it a millisecond later has missed it', 'MDR', DAY_MS + 1, '4.8.1 MDR missed 1'],
])('an answer that comes %s', async (_, role, meterMs, expected) => {
  const world = new World({ meterMs });
  const line = ask(world, '4.8.1', role);
  await world.clock.advanceBy(meterMs - 1);
  expect(judged(world)).toEqual([]);
  await world.clock.advanceBy(1);
  expect(line.only().responseCode).toBe('I0');
  expect(judged(world)).toEqual([expected]);
});

test('a cached answer has met its target, even one of 0 seconds', async () => {
  const checked = readTargets('targets.json', { onDemandSeconds: { '4.8.1': 0 } });
  if (!checked.ok) throw new Error(checked.problems.join('\n'));
  const { value: targets } = checked;
  const world = new World({ scheduled: () => true, now: NOON, meterMs: 1, targets });
  await world.read('4.8.1', 3, 'IS');
  expect(judged(world)).toEqual(['4.8.1 IS missed 1']);
  expect(await world.read('4.8.1', 3, 'ED')).toMatchObject({ served: 'cache' });
  expect(judged(world)).toEqual(['4.8.1 IS missed 1', '4.8.1 ED met 1']);
});

test('each answer of an array is judged for itself', async () => {
  const world = new World({ scheduled: () => true, now: NOON, meterMs: 20_000 });
  await world.read('4.8.1', 3, 'IS');
  const line = world.connect();
  line.say([
    world.request('4.8.1', 3, 'IS', YESTERDAY),
    world.request('4.8.1', 4, 'IS', YESTERDAY),
  ]);
  await world.pass(20);
  expect(line.answers).toHaveLength(2);
  expect(judged(world)).toEqual(['4.8.1 IS met 1', '4.8.1 IS missed 2']);
});

test("who waits for another's read is judged by the time of its own request", async () => {
  const world = new World({ scheduled: () => true, now: NOON, meterMs: 20_000 });
  const first = ask(world, '4.8.1', 'IS');
  await world.pass(4);
  const second = ask(world, '4.8.1', 'ED');
  await world.pass(16);
  expect([first.only().responseCode, second.only().responseCode]).toEqual(['I0', 'I0']);
  expect(world.reads).toHaveLength(1);
  expect(judged(world)).toEqual(['4.8.1 IS missed 1', '4.8.1 ED met 1']);
});

test.each(['E20', 'E21'] as const)('%s has missed its target, however soon', async (code) => {
  const world = new World();
  world.failing = code;
  expect(await world.read('4.8.2', 3, 'IS')).toMatchObject({ responseCode: code });
  expect(judged(world)).toEqual(['4.8.2 IS missed 1']);
});

test('what a stopping gateway gives up has missed its target, once', async () => {
  const world = new World({ meterMs: 1000 });
  const line = ask(world, '4.8.1', 'IS');
  world.gateway.inFlight.giveUp();
  await world.pass(2);
  expect(line.only().responseCode).toBe('E21');
  expect(judged(world)).toEqual(['4.8.1 IS missed 1']);
});

test('a change of tenancy is judged when the meter has taken it', async () => {
  const world = new World({ meterMs: 16_001 });
  const line = world.connect();
  const requestId = world.nextRequestId(deviceId(3), 'IS');
  const restrictAccessForChangeOfTenancy = { restrictionDateTime: '2026-11-22T12:00:00Z' };
  line.say({ requestId, serviceReferenceVariant: '3.2', restrictAccessForChangeOfTenancy });
  await world.pass(17);
  expect(line.only().responseCode).toBe('I0');
  expect(judged(world)).toEqual(['3.2 IS missed 1']);
});

const SUSPENDED: Party = {
  id: partyId('IS'),
  name: 'Suspended',
  roles: ['IS'],
  status: 'suspended',
};
test.each<[string, WorldOptions, UserRole, object]>([
  ['E1', { parties: [] }, 'IS', {}],
  ['E2', {}, 'ES', {}],
  ['E3', { parties: [SUSPENDED] }, 'IS', {}],
  ['E4', {}, 'GS', {}],
  ['E5', { cohort: () => ({ deviceStatus: 'Suspended' }) }, 'IS', {}],
  ['E12', {}, 'IS', { commandVariant: 4 }],
  ['E17', {}, 'IS', { commandVariant: 2 }],
  ['E19', {}, 'IS', { requestId: `${partyId('IS')}:90-B3-D5-1F-50-00-00-00:1` }],
])('a refusal by access control is not judged: %s', (code, options, role, more) => {
  const world = new World(options);
  expect(ask(world, '4.8.1', role, more).only().responseCode).toBe(code);
  expect(judged(world)).toEqual([]);
});

test('a message that breaks the protocol is not judged', () => {
  const world = new World();
  expect(ask(world, '4.8.1', 'IS', { unheardOf: 1 }).only().error?.code).toBe('INVALID_REQUEST');
  expect(judged(world)).toEqual([]);
});

test('what the DSP answers itself is in time; what it refuses is not judged', () => {
  const world = new World();
  expect(world.schedule('4.8.1', 3, 'MDR').responseCode).toBe('I0');
  expect(world.schedule('4.8.2', 3, 'MDR').responseCode).toBe('E2');
  expect(world.desk('5.2', 'IS', { readSchedule: { deviceId: deviceId(3) } }).responseCode).toBe(
    'W050201',
  );
  expect(judged(world)).toEqual(['5.1 MDR met 1', '5.2 IS met 1']);
});

function partyOf(...roles: UserRole[]): Party {
  return { id: partyId('IS'), name: 'Of several roles', roles, status: 'active' };
}

test.each<[string, readonly UserRole[], WorldOptions['cohort'], string]>([
  ['the first that may ask the SRV', ['MDR', 'IS'], undefined, '4.8.1 MDR met 1'],
  ['whatever comes behind it', ['IS', 'MDR'], undefined, '4.8.1 IS missed 1'],
  ['not one that may not ask it', ['ES', 'IS'], undefined, '4.8.1 IS missed 1'],
  ['not one of the other fuel', ['GS', 'IS'], undefined, '4.8.1 IS missed 1'],
  [
    'the one of the fuel of the device',
    ['IS', 'GS'],
    () => ({ deviceType: 'GSME' }),
    '4.8.1 GS missed 1',
  ],
])('a Party of several roles is judged by one, %s', async (_, roles, cohort, expected) => {
  const options = cohort === undefined ? {} : { cohort };
  const world = new World({ meterMs: 20_000, parties: [partyOf(...roles)], ...options });
  await world.read('4.8.1', 3, 'IS');
  expect(judged(world)).toEqual([expected]);
});

test.each([
  ['24 h after its execution time has met its target', DAY_MS, 'met'],
  ['a millisecond later has missed it', DAY_MS + 1, 'missed'],
])('a future dated read that is answered %s', async (_, meterMs, result) => {
  const world = new World({ meterMs });
  const line = ask(world, '4.8.1', 'IS', { executionDateTime: '2026-11-26T09:00:00Z' });
  await world.pass(3 * 86_400);
  expect(judged(world)).toEqual([]);
  await world.pass(86_401);
  expect(line.answers.map(({ responseCode }) => responseCode)).toEqual(['I99', 'I0']);
  expect(judged(world)).toEqual([`4.8.1 IS ${result} 1`]);
});

test('a future dated read whose time had passed is judged from its acceptance', async () => {
  const world = new World({ meterMs: DAY_MS });
  ask(world, '4.8.1', 'IS', { executionDateTime: '2026-11-20T09:00:00Z' });
  await world.pass(86_400);
  expect(judged(world)).toEqual(['4.8.1 IS met 1']);
});

test('a future dated read that ends in an alert has missed its target', async () => {
  const world = new World();
  world.failing = 'E20';
  ask(world, '4.8.1', 'IS', { executionDateTime: '2026-11-23T10:00:00Z' });
  await world.pass(3600);
  expect(judged(world)).toEqual(['4.8.1 IS missed 1']);
});

/** A world in which an MDR has 4.8.1 of device 3 read at 10:00Z of the day. */
function scheduledWorld(options: WorldOptions): World {
  const world = new World(options);
  world.schedule('4.8.1', 3, 'MDR', {
    scheduleEndDate: '2026-11-23',
    scheduleExecutionStartTime: '10:00:00Z',
  });
  return world;
}

test.each([
  ['24 h after its time has met its target', DAY_MS, 'met'],
  ['a millisecond later has missed it', DAY_MS + 1, 'missed'],
])('a run of a schedule that is answered %s', async (_, meterMs, result) => {
  const world = scheduledWorld({ meterMs });
  await world.until('2026-11-23T10:00:00Z');
  expect(judged(world)).toEqual(['5.1 MDR met 1']);
  await world.pass(86_401);
  expect(judged(world)).toEqual([`4.8.1 MDR ${result} 1`, '5.1 MDR met 1']);
});

test('a run of a schedule that brings nothing has missed its target', async () => {
  const world = scheduledWorld({});
  world.failing = 'E21';
  await world.until('2026-11-23T11:00:00Z');
  expect(judged(world)).toEqual(['4.8.1 MDR missed 1', '5.1 MDR met 1']);
});

test('a run of a schedule that access control refuses is not judged', async () => {
  const world = scheduledWorld({});
  world.gateway.setDeviceStatus(3, 'Suspended');
  await world.until('2026-11-23T11:00:00Z');
  expect(world.reads).toEqual([]);
  expect(judged(world)).toEqual(['5.1 MDR met 1']);
});
