// The path of a message through the hall: refusals in their order, errors by name, batches, limits,
// what happens when the gateway stops.
// Over 300 lines because the refusals and errors are one list.

import { describe, expect, test } from 'vitest';
import type { Party } from '../../gateway/access/inventory.ts';
import type { UserRole } from '../../gateway/protocol/service-reference.ts';
import { jsonWire } from '../../gateway/wire/json.ts';
import type { Wire } from '../../gateway/wire/wire.ts';
import { deviceId, partyId, World, type WorldOptions, wh } from './small-world.ts';

const YESTERDAY = ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'] as const;
const UNKNOWN_DEVICE = '90-B3-D5-1F-40-00-00-0A';
const DCC = '90-B3-D5-1F-30-00-00-02';

function ask(options: WorldOptions, message: (world: World) => Record<string, unknown>) {
  const world = new World({ scheduled: () => true, ...options });
  const line = world.connect();
  line.say(message(world));
  return line.only();
}

const SUSPENDED: Party = { id: partyId('IS'), name: 'x', roles: ['ES'], status: 'suspended' };
const IMPORT: Party = { id: partyId('IS'), name: 'x', roles: ['IS'], status: 'active' };

describe('refusals come in their order, whatever else is wrong with the request', () => {
  /** A request that is wrong in every way at once. */
  const wrong = (world: World, role: UserRole, target: string, commandVariant: number) => ({
    requestId: world.nextRequestId(target, role),
    serviceReferenceVariant: '4.8.2',
    commandVariant,
    readLogPeriod: { startDateTime: YESTERDAY[0], endDateTime: YESTERDAY[1] },
  });

  test('E1: an originator that is no Party', () => {
    const answer = ask({ parties: [IMPORT] }, (world) => wrong(world, 'MDR', UNKNOWN_DEVICE, 2));
    expect(answer.responseCode).toBe('E1');
  });

  test('E3: a suspended Party', () => {
    const answer = ask({ parties: [SUSPENDED] }, (world) => wrong(world, 'IS', UNKNOWN_DEVICE, 2));
    expect(answer.responseCode).toBe('E3');
  });

  test('E2: a role that may not send the SRV', () => {
    expect(ask({}, (world) => wrong(world, 'MDR', UNKNOWN_DEVICE, 2)).responseCode).toBe('E2');
  });

  test.each([
    [2, 'E17'],
    [3, 'E17'],
    [4, 'E12'],
    [8, 'E12'],
    [1, 'E19'],
  ])('command variant %i to a device that does not exist: %s', (variant, code) => {
    const answer = ask({}, (world) => wrong(world, 'IS', UNKNOWN_DEVICE, variant));
    expect(answer.responseCode).toBe(code);
  });

  test('E11: an SRV that does not fit the type of the device', () => {
    const cohort = () => ({ deviceType: 'GSME', deviceStatus: 'Suspended' }) as const;
    expect(ask({ cohort }, (world) => wrong(world, 'IS', deviceId(0), 1)).responseCode).toBe('E11');
  });

  test.each(['Pending', 'Decommissioned', 'Suspended', 'Recovered'] as const)(
    'E5: a device that is %s',
    (deviceStatus) => {
      const cohort = () => ({ deviceStatus, registeredParties: new Set<string>() });
      expect(ask({ cohort }, (world) => wrong(world, 'IS', deviceId(0), 1)).responseCode).toBe(
        'E5',
      );
    },
  );

  test('E4: a Party that is not registered for the device', () => {
    const cohort = () => ({ registeredParties: new Set([partyId('ED')]) });
    expect(ask({ cohort }, (world) => wrong(world, 'IS', deviceId(0), 1)).responseCode).toBe('E4');
    expect(ask({ cohort }, (world) => wrong(world, 'OU', deviceId(0), 1)).responseCode).toBe('E4');
  });

  test.each([
    ['GS', 'ESME', '4.8.1', 'E4'],
    ['GT', 'ESME', '4.8.1', 'E4'],
    ['IS', 'GSME', '4.8.1', 'E4'],
    ['ED', 'GPF', '4.8.1', 'E4'],
    ['MDR', 'GSME', '4.6.1', 'E4'],
    ['ES', 'ESME', '4.8.3', undefined],
    ['OU', 'GPF', '4.8.1', undefined],
    ['GS', 'GSME', '4.6.1', undefined],
  ] as const)('a role on the wrong fuel: %s asking a %s for %s', (role, deviceType, srv, code) => {
    const world = new World({ cohort: () => ({ deviceType }), meterMs: 1000 });
    const line = world.connect();
    line.say(world.request(srv, 0, role, YESTERDAY));
    expect(line.answers.map(({ responseCode }) => responseCode)).toEqual(code ? [code] : []);
  });

  test.each([
    [deviceId(0), 'E11'],
    [UNKNOWN_DEVICE, 'E19'],
  ])('5.2 sent to %s instead of the DCC: %s', (target, code) => {
    const answer = ask({}, (world) => ({
      requestId: world.nextRequestId(target, 'IS'),
      serviceReferenceVariant: '5.2',
      readSchedule: { dspScheduleId: 1 },
    }));
    expect(answer.responseCode).toBe(code);
  });

  test('a read sent to the DCC itself: E19', () => {
    const answer = ask({}, (world) => wrong(world, 'IS', DCC, 1));
    expect(answer).toMatchObject({ responseCode: 'E19', serviceReferenceVariant: '4.8.2' });
  });
});

describe('who speaks for whom', () => {
  const withToken: Party = { ...IMPORT, token: 'secret' };
  const other: Party = { id: partyId('MDR'), name: 'y', roles: ['MDR'], status: 'active' };

  test('a connection without a token may not speak for a Party that has one', () => {
    const answer = ask({ parties: [withToken, other] }, (world) =>
      world.request('4.8.1', 0, 'IS', YESTERDAY),
    );
    expect(answer.responseCode).toBe('E1');
  });

  test('a connection with a token speaks for its own Party only', async () => {
    const world = new World({ parties: [withToken, other] });
    const line = world.connect(withToken);
    line.say(world.request('4.8.1', 0, 'MDR', YESTERDAY));
    expect(line.only().responseCode).toBe('E1');
    line.frames.length = 0;
    line.say(world.request('4.8.1', 0, 'IS', YESTERDAY));
    await world.pass(0);
    expect(line.only().responseCode).toBe('I0');
  });

  test('lower case is the same identifier, and is echoed as it came', async () => {
    const world = new World();
    const line = world.connect();
    const message = world.request('4.8.1', 3, 'IS', YESTERDAY);
    const requestId = String(message.requestId).toLowerCase();
    line.say({ ...message, requestId });
    await world.pass(0);
    expect(line.only()).toMatchObject({ requestId, responseCode: 'I0' });
  });
});

describe('the order of counters', () => {
  const ids = ['9', '10', '10', '18446744073709551615', '18446744073709551614'];
  const say = async (world: World): Promise<(string | null | undefined)[]> => {
    const codes: (string | null | undefined)[] = [];
    for (const counter of ids) {
      const line = world.connect();
      const requestId = `${partyId('IS')}:${deviceId(3)}:${counter}`;
      line.say({ ...world.request('4.8.1', 3, 'IS', YESTERDAY), requestId });
      await world.pass(0);
      const { responseCode, error } = line.only();
      codes.push(error === undefined ? responseCode : error.path);
    }
    return codes;
  };

  test('is any, by default', async () => {
    expect(await say(new World())).toEqual(Array(5).fill('I0'));
  });

  test('rises per originator, with --replay-protection', async () => {
    const world = new World({ replayProtection: true });
    expect(await say(world)).toEqual(['I0', 'I0', '/requestId', 'I0', '/requestId']);
    expect((await world.read('4.8.1', 3, 'MDR')).responseCode).toBe('I0');
  });
});

describe('what DUIS has no code for', () => {
  test('bytes that are not JSON: MALFORMED_FRAME, requestId null', () => {
    const line = new World().connect();
    line.sayBytes('{"requestId": ');
    expect(line.only()).toMatchObject({
      requestId: null,
      responseCode: null,
      error: { code: 'MALFORMED_FRAME' },
    });
  });

  test('a request with an unknown key keeps its requestId and names the key', () => {
    const world = new World();
    const line = world.connect();
    const message = world.request('4.8.1', 3, 'IS', YESTERDAY, { expain: true });
    line.say(message);
    expect(line.only()).toMatchObject({
      requestId: message.requestId,
      responseCode: null,
      error: { code: 'INVALID_REQUEST', path: '/expain' },
    });
  });

  test('an end before its start: INVALID_REQUEST at /readLogPeriod', () => {
    const answer = ask({}, (world) =>
      world.request('4.8.1', 3, 'IS', ['2026-11-22T00:00:01Z', '2026-11-22T00:00:00Z']),
    );
    expect(answer.error).toMatchObject({ code: 'INVALID_REQUEST', path: '/readLogPeriod' });
  });

  test('the same requestId while it is in flight, on any connection and in any case', async () => {
    const world = new World({ meterMs: 1000 });
    const [first, second] = [world.connect(), world.connect()];
    const message = world.request('4.8.1', 3, 'IS', YESTERDAY);
    first.say(message);
    second.say({ ...message, requestId: String(message.requestId).toLowerCase() });
    expect(second.only().error?.code).toBe('DUPLICATE_REQUEST_ID');
    await world.pass(1);
    expect(first.only().responseCode).toBe('I0');
    second.frames.length = 0;
    second.say(message);
    await world.pass(1);
    expect(second.only().responseCode).toBe('I0');
  });

  test('one more than a connection may have in flight, and one more than the gateway', async () => {
    const world = new World({ meterMs: 1000, limits: { inFlight: 3, inFlightPerConnection: 2 } });
    const [first, second] = [world.connect(), world.connect()];
    const say = (line: typeof first, device: number) =>
      line.say(world.request('4.8.1', device, 'IS', YESTERDAY));
    for (const device of [0, 1, 2]) say(first, device);
    expect(first.only().error).toMatchObject({ code: 'TOO_MANY_IN_FLIGHT', retryAfterMs: 1000 });
    for (const device of [3, 4]) say(second, device);
    expect(second.only().error).toMatchObject({ code: 'BUSY', retryAfterMs: 1000 });
    await world.pass(1);
    expect([first.answers.length, second.answers.length]).toEqual([3, 2]);
    expect([first.inFlight, second.inFlight, world.gateway.inFlight.count]).toEqual([0, 0, 0]);
  });

  test('a fault of the gateway is logged whole and answered without details', async () => {
    const world = new World();
    const line = world.connect();
    const broken = { ...world.request('4.8.1', 3, 'IS', YESTERDAY) };
    world.dailyReads = () => {
      throw new Error('the meter bank is broken');
    };
    line.say({ ...broken, serviceReferenceVariant: '4.6.1' });
    await world.pass(0);
    expect(line.only().error).toEqual({
      code: 'INTERNAL',
      message: 'a fault of the gateway; its log has the requestId',
    });
    expect(world.faults).toMatchObject([{ requestId: broken.requestId }]);
  });
});

describe('arrays', () => {
  const read = (world: World, device: number) => world.request('4.8.1', device, 'IS', YESTERDAY);

  test('answers that are there at once leave in one array, the others when they come', async () => {
    const world = new World({ scheduled: () => true, meterMs: 1000 });
    await world.read('4.8.1', 1, 'IS');
    const line = world.connect();
    const messages = [read(world, 1), read(world, 2), { nonsense: 1 }, read(world, 1)];
    line.say(messages);
    expect(line.frames).toHaveLength(1);
    expect(line.answers.map(({ served, error }) => served ?? error?.code)).toEqual([
      'cache',
      'INVALID_REQUEST',
      'cache',
    ]);
    await world.pass(1);
    expect(line.frames).toHaveLength(2);
    expect(JSON.parse(String(line.frames[1]))).toMatchObject([
      { requestId: messages[1]?.requestId, served: 'device' },
    ]);
  });

  test('of 1,024 messages each is answered; 1,025 are one INVALID_REQUEST', async () => {
    const world = new World({ limits: { inFlight: 2000, inFlightPerConnection: 2000 } });
    const line = world.connect();
    const messages = Array.from({ length: 1024 }, (_, i) => read(world, i % 10));
    line.say(messages);
    await world.pass(0);
    const ids = line.answers.map(({ requestId }) => requestId);
    expect(new Set(ids)).toEqual(new Set(messages.map(({ requestId }) => requestId)));
    expect(ids).toHaveLength(1024);
    line.frames.length = 0;
    line.say([...messages, read(world, 0)]);
    expect(line.only()).toMatchObject({ requestId: null, error: { code: 'INVALID_REQUEST' } });
  });

  test('an empty array is answered by an empty array', () => {
    const line = new World().connect();
    line.say([]);
    expect(line.frames.map(String)).toEqual(['[]']);
  });
});

describe('stopping', () => {
  test('what was accepted is answered, what comes later is told SHUTTING_DOWN', async () => {
    const world = new World({ meterMs: 1000 });
    const line = world.connect();
    line.say(world.request('4.8.1', 3, 'IS', YESTERDAY));
    let idle = false;
    const drained = world.gateway.inFlight.drain().then(() => {
      idle = true;
    });
    line.say(world.request('4.8.1', 4, 'IS', YESTERDAY));
    expect(line.only().error?.code).toBe('SHUTTING_DOWN');
    expect(idle).toBe(false);
    await world.pass(1);
    await drained;
    expect(line.answers.at(-1)).toMatchObject({ responseCode: 'I0', served: 'device' });
  });

  test('whose meter does not answer in time is told E21, once', async () => {
    const world = new World({ meterMs: 5000 });
    const line = world.connect();
    line.say(world.request('4.8.1', 3, 'IS', YESTERDAY));
    const drained = world.gateway.inFlight.drain();
    world.gateway.inFlight.giveUp();
    await drained;
    await world.pass(10);
    expect(line.only().responseCode).toBe('E21');
  });
});

describe('future dated requests', () => {
  test('are acknowledged at once and answered when they have run', async () => {
    const world = new World();
    const line = world.connect();
    const message = world.request('4.8.1', 3, 'IS', YESTERDAY, {
      executionDateTime: '2026-11-23T10:00:00Z',
    });
    line.say(message);
    expect(line.only()).toMatchObject({ requestId: message.requestId, responseCode: 'I99' });
    await world.until('2026-11-23T09:59:59Z');
    expect(world.reads).toEqual([]);
    await world.until('2026-11-23T10:00:00Z');
    expect(line.answers[1]).toMatchObject({
      requestId: message.requestId,
      responseCode: 'I0',
      responseDateTime: '2026-11-23T10:00:00.000Z',
      served: 'device',
    });
  });

  test('are answered where they came from, whoever spoke for their Party since', async () => {
    const world = new World();
    const [asker, other] = [world.connect(), world.connect()];
    for (const minute of ['00', '30']) {
      const executionDateTime = `2026-11-23T10:${minute}:00Z`;
      asker.say(world.request('4.8.1', 3, 'IS', YESTERDAY, { executionDateTime }));
    }
    other.say(world.request('4.8.1', 3, 'IS', YESTERDAY));
    await world.until('2026-11-23T10:00:00Z');
    expect(asker.answers.map(({ responseCode }) => responseCode)).toEqual(['I99', 'I99', 'I0']);
    expect(other.answers).toHaveLength(1);
    asker.hangUp();
    await world.until('2026-11-23T10:30:00Z');
    expect([asker.answers.length, other.answers.length]).toEqual([3, 2]);
  });

  test('a second one with the same requestId is refused while the first waits', () => {
    const world = new World();
    const line = world.connect();
    const message = world.request('4.8.1', 3, 'IS', YESTERDAY, {
      executionDateTime: '2026-11-23T10:00:00Z',
    });
    line.say(message);
    line.say(message);
    line.say({ ...message, requestId: String(message.requestId).toLowerCase() });
    expect(line.answers.slice(1).map(({ error }) => error?.code)).toEqual([
      'DUPLICATE_REQUEST_ID',
      'DUPLICATE_REQUEST_ID',
    ]);
  });

  test('of cached data at one instant each get their own device, not the last one', async () => {
    const world = new World({ scheduled: () => true });
    for (const device of [1, 2, 3]) await world.read('4.8.1', device, 'IS');
    const line = world.connect();
    for (const device of [1, 2, 3]) {
      const executionDateTime = '2026-11-23T10:00:00Z';
      line.say(world.request('4.8.1', device, 'IS', YESTERDAY, { executionDateTime }));
    }
    await world.until('2026-11-23T10:00:00Z');
    const answers = line.answers.filter(({ served }) => served === 'cache');
    expect(answers).toHaveLength(3);
    const first = Date.parse(YESTERDAY[0]) / 1_800_000;
    answers.forEach(({ profile }, i) => {
      expect(profile?.primaryValue?.slice(0, 3)).toEqual(
        [0, 1, 2].map((h) => wh(i + 1, first + h)),
      );
    });
  });

  test('that wait in an outbox keep what they were', async () => {
    const world = new World({ scheduled: () => true });
    for (const device of [1, 2]) await world.read('4.8.1', device, 'MDR');
    const gone = world.connect();
    const executionDateTime = '2026-11-23T10:00:00Z';
    gone.say(world.request('4.8.1', 1, 'IS', YESTERDAY, { executionDateTime }));
    gone.hangUp();
    await world.until('2026-11-23T10:00:00Z');
    await world.read('4.8.1', 2, 'MDR');
    const back = world.connect();
    back.say(world.request('4.8.1', 2, 'IS', YESTERDAY));
    const first = Date.parse(YESTERDAY[0]) / 1_800_000;
    expect(back.answers[0]?.profile?.primaryValue?.[0]).toBe(wh(1, first));
    expect(back.answers[1]?.profile?.primaryValue?.[0]).toBe(wh(2, first));
  });

  test('keep their requestId in use until they are answered', async () => {
    const world = new World({ meterMs: 1000 });
    const line = world.connect();
    const message = world.request('4.8.1', 3, 'IS', YESTERDAY);
    line.say({ ...message, executionDateTime: '2026-11-23T10:00:00Z' });
    line.say(message);
    expect(line.answers[1]?.error?.code).toBe('DUPLICATE_REQUEST_ID');
    await world.until('2026-11-23T10:00:00Z');
    line.say(message);
    expect(line.answers[2]?.error?.code).toBe('DUPLICATE_REQUEST_ID');
    await world.pass(1);
    expect(line.answers[3]?.responseCode).toBe('I0');
    line.say(message);
    await world.pass(1);
    expect(line.answers[4]?.responseCode).toBe('I0');
  });

  test('that are running when the gateway stops are answered, or given up by alert', async () => {
    const world = new World({ meterMs: 1000 });
    const line = world.connect();
    line.say(
      world.request('4.8.1', 3, 'IS', YESTERDAY, { executionDateTime: '2026-11-23T10:00:00Z' }),
    );
    await world.until('2026-11-23T10:00:00Z');
    const drained = world.gateway.inFlight.drain();
    expect(line.inFlight).toBe(1);
    world.gateway.inFlight.giveUp();
    await drained;
    expect(line.answers[1]).toHaveProperty('dccAlertMessage');
    await world.pass(5);
    expect(line.answers).toHaveLength(2);
  });
});

test('a peer that is not on this machine speaks for no Party without a token', async () => {
  const world = new World();
  const line = world.connect();
  line.isRemote = true;
  line.say(world.request('4.8.1', 3, 'IS', YESTERDAY));
  expect(line.only().responseCode).toBe('E1');
  const token: Party = { ...IMPORT, token: 'secret' };
  const own = new World({ parties: [token] });
  const known = own.connect(token);
  known.isRemote = true;
  known.say(own.request('4.8.1', 3, 'IS', YESTERDAY));
  await own.pass(0);
  expect(known.only().responseCode).toBe('I0');
});

test.each([
  ['a batch of its own', (message: object) => [message]],
  ['no batch', (message: object) => message],
])(
  'an answer from the meter that cannot be written is answered with INTERNAL, in %s',
  async (_, frame) => {
    const world = new World({ journal: false });
    const line = world.connect();
    const broken: Wire = {
      ...jsonWire,
      encode(response) {
        if (response.kind === 'log') throw new Error('no pen');
        return jsonWire.encode(response);
      },
    };
    const message = world.request('4.8.1', 0, 'IS', YESTERDAY);
    world.gateway.handle(Buffer.from(JSON.stringify(frame(message))), broken, line);
    await world.pass(1);
    expect(line.only()).toMatchObject({
      requestId: message.requestId,
      error: { code: 'INTERNAL' },
    });
    expect(world.faults).toHaveLength(1);
    expect([world.gateway.inFlight.count, line.inFlight]).toEqual([0, 0]);
  },
);
