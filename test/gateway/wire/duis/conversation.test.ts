// Requests and answers in DUIS XML, through the whole hall: what is acknowledged, what is refused,
// and in which order the frames come.

import { describe, expect, test } from 'vitest';
import type { Party } from '../../../../gateway/access/inventory.ts';
import type { Peer } from '../../../../gateway/peer.ts';
import type { DccService, Srv } from '../../../../gateway/protocol/service-reference.ts';
import { deviceId, partyId, World, type WorldOptions, wh } from '../../small-world.ts';
import {
  type Bend,
  BODIES,
  CREATE_SCHEDULE,
  DCC,
  elementsAt,
  logRead,
  openWire,
  PERIOD,
  parsed,
  requestXml,
} from './documents.ts';
import { expectValid } from './schemas.ts';

const WIRE = openWire();
const DEVICE = deviceId(7);

/** A peer that speaks DUIS XML. */
class DuisLine implements Peer {
  readonly party: Party | null = null;
  readonly service?: DccService;
  inFlight = 0;
  readonly frames: string[] = [];
  readonly #world: World;

  constructor(world: World, service?: DccService) {
    this.#world = world;
    if (service !== undefined) this.service = service;
  }

  send(frame: Buffer, binary: boolean): void {
    expect(binary).toBe(false);
    const text = frame.toString();
    if (text.startsWith('<')) expectValid(text);
    this.frames.push(text);
  }

  say(xml: string): void {
    this.#world.gateway.handle(Buffer.from(xml), WIRE, this);
  }

  /** ResponseCodes so far, of an error object its own code. */
  get codes(): unknown[] {
    return this.frames.map((frame) =>
      frame.startsWith('<') ? parsed(frame).header.responseCode : JSON.parse(frame).error.code,
    );
  }

  /** The last frame. */
  get last(): string {
    return this.frames.at(-1) ?? '';
  }
}

function open(options: WorldOptions = {}, service?: DccService) {
  const world = new World(options);
  return { world, line: new DuisLine(world, service) };
}

const ids = new Map<Srv, string>();
let counter = 1000;

/** A request of a Party of the small world, with a counter of its own. */
function ask(srv: Srv, role: 'IS' | 'ED' | 'ES' | 'MDR' | 'RSA', bend: Bend = {}): string {
  const target = srv.startsWith('5.') ? DCC : DEVICE;
  const requestId = `${partyId(role)}:${target}:${counter++}`;
  ids.set(srv, requestId);
  return requestXml(srv, { requestId, ...bend });
}

describe('a read of a device', () => {
  test('is acknowledged at once, and answered when the meter has answered', async () => {
    const { world, line } = open({ meterMs: 5000 });
    line.say(ask('4.8.1', 'IS'));
    expect(line.codes).toEqual(['I99']);
    await world.pass(4.999);
    expect(line.codes).toEqual(['I99']);
    await world.pass(0.001);
    expect(line.codes).toEqual(['I99', 'I0']);
    const { entries, header } = logRead(line.last);
    expect(header.requestId).toMatchObject({ counter: BigInt(counter - 1) });
    expect(entries).toHaveLength(49);
    expect(entries[0]).toEqual({
      Timestamp: '2026-11-22T00:00:00Z',
      Electricity: { PrimaryValue: String(wh(7, Date.UTC(2026, 10, 22) / 1_800_000)) },
    });
    expect(line.inFlight).toBe(0);
  });

  test('that is cached comes as two frames at once', async () => {
    const { world, line } = open({ scheduled: () => true });
    line.say(ask('4.8.1', 'IS'));
    await world.pass(0);
    line.say(ask('4.8.1', 'MDR'));
    expect(line.codes).toEqual(['I99', 'I0', 'I99', 'I0']);
    expect(world.reads).toHaveLength(1);
    expect(logRead(line.last).entries).toEqual(logRead(line.frames[1] ?? '').entries);
  });

  test.each(['E20', 'E21'] as const)('that fails with %s was acknowledged before', async (code) => {
    const { world, line } = open();
    world.failing = code;
    line.say(ask('4.8.3', 'ED'));
    await world.pass(0);
    expect(line.codes).toEqual(['I99', code]);
    expect(parsed(line.last).header.responseId).toBeDefined();
    expect(line.last).not.toContain('SMETS1ResponseMessage');
  });

  test('that is given up on is E21', async () => {
    const { world, line } = open({ meterMs: 60_000 });
    line.say(ask('4.8.2', 'IS'));
    world.gateway.inFlight.giveUp();
    expect(line.codes).toEqual(['I99', 'E21']);
    await world.pass(60);
    expect(line.codes).toEqual(['I99', 'E21']);
  });

  test('whose RequestID is still in flight is refused in JSON, and counts once', async () => {
    const { world, line } = open({ meterMs: 1000 });
    const xml = ask('4.8.1', 'IS');
    line.say(xml);
    line.say(xml);
    expect(line.codes).toEqual(['I99', 'DUPLICATE_REQUEST_ID']);
    expect(JSON.parse(line.last).requestId).toBe(ids.get('4.8.1'));
    await world.pass(1);
    expect(line.codes).toEqual(['I99', 'DUPLICATE_REQUEST_ID', 'I0']);
  });

  test('that is future dated is acknowledged, and answered when it ran', async () => {
    const { world, line } = open();
    const body = BODIES['4.8.1'].replace(
      PERIOD,
      `<sr:ExecutionDateTime>2026-11-23T10:00:00Z</sr:ExecutionDateTime>${PERIOD}`,
    );
    line.say(ask('4.8.1', 'IS', { body }));
    expect(line.codes).toEqual(['I99']);
    await world.until('2026-11-23T10:00:00Z');
    expect(line.codes).toEqual(['I99', 'I0']);
    expect(logRead(line.last).entries).toHaveLength(49);
  });

  test('3.2 is answered by the device', async () => {
    const { world, line } = open();
    line.say(ask('3.2', 'IS'));
    await world.pass(0);
    expect(line.codes).toEqual(['I99', 'I0']);
    expect(logRead(line.last).name).toBe('RestrictAccessForChangeOfTenancyRsp');
  });
});

describe('refusals come alone, without an acknowledgement', () => {
  const elsewhere = `${partyId('IS')}:00-00-00-00-00-00-00-01:1`;

  test.each<[string, string, string]>([
    [
      'E1',
      'an originator that is no Party',
      requestXml('4.8.1', { requestId: `00-00-00-00-00-00-00-09:${DEVICE}:1` }),
    ],
    ['E2', 'a role that may not', ask('4.8.2', 'MDR')],
    ['E12', 'a CommandVariant of another kind', ask('4.8.1', 'IS', { commandVariant: '8' })],
    ['E17', 'local delivery', ask('4.8.1', 'IS', { commandVariant: '2' })],
    ['E19', 'a device that is not there', requestXml('4.8.1', { requestId: elsewhere })],
    [
      'E11',
      '5.1 that is sent to a device',
      requestXml('5.1', { requestId: `${partyId('IS')}:${DEVICE}:1` }),
    ],
  ])('%s: %s', (code, _name, xml) => {
    const { line } = open();
    line.say(xml);
    expect(line.codes).toEqual([code]);
    expect(parsed(line.last).header.responseId).toBeUndefined();
  });

  test('E3 and E5: a suspended Party, a decommissioned device', () => {
    const suspended: Party = { id: partyId('IS'), name: 'x', roles: ['IS'], status: 'suspended' };
    const { line } = open({ parties: [suspended] });
    line.say(ask('4.8.1', 'IS'));
    line.say(ask('4.8.1', 'IS', { reference: '11.2', variant: '11.2', body: '<sr:Any/>' }));
    expect(line.codes).toEqual(['E3', 'E3']);
    const { line: other } = open({ cohort: () => ({ deviceStatus: 'Decommissioned' }) });
    other.say(ask('4.8.1', 'IS'));
    expect(other.codes).toEqual(['E5']);
  });

  test('an SRV that nothing serves: E11 for a device or the DCC, in its place after the others', () => {
    const unserved = { reference: '11.2', variant: '11.2', body: '<sr:ReadFirmwareVersion/>' };
    const { line } = open();
    line.say(ask('4.8.1', 'IS', unserved));
    line.say(ask('5.1', 'IS', unserved));
    line.say(requestXml('4.8.1', { requestId: elsewhere, ...unserved }));
    line.say(requestXml('4.8.1', { requestId: `${DEVICE}:${DEVICE}:1`, ...unserved }));
    expect(line.codes).toEqual(['E11', 'E11', 'E19', 'E1']);
    expect(elementsAt(parsed(line.frames[0] ?? '').body, 'ResponseMessage')).toEqual([
      { ServiceReference: '11.2', ServiceReferenceVariant: '11.2' },
    ]);
    const { line: transform } = open({}, 'transform');
    transform.say(ask('4.8.1', 'IS', unserved));
    expect(transform.codes).toEqual(['E13']);
  });

  test.each<[DccService, string[]]>([
    ['sendCommand', ['I99', 'E13', 'E2']],
    ['nonDevice', ['E13', 'I0', 'E2']],
    ['transform', ['E13', 'E13', 'E2']],
  ])(
    'the service %s refuses what is not its own with E13, after E2 and before E12',
    (service, codes) => {
      const { line } = open({ meterMs: 1000 }, service);
      line.say(ask('4.8.1', 'IS'));
      line.say(ask('5.1', 'IS'));
      line.say(ask('4.8.1', 'RSA', { commandVariant: '8' }));
      expect(line.codes).toEqual(codes);
      const { line: wrong } = open({}, service === 'nonDevice' ? 'sendCommand' : 'nonDevice');
      wrong.say(ask(service === 'nonDevice' ? '5.1' : '4.8.1', 'IS', { commandVariant: '2' }));
      expect(wrong.codes).toEqual(['E13']);
    },
  );

  test('what is not XML, or has a fault in its elements, is the JSON error object', () => {
    const { line } = open();
    line.say('<sr:Request');
    line.say(ask('4.8.1', 'IS', { body: '' }));
    expect(line.codes).toEqual(['MALFORMED_FRAME', 'INVALID_REQUEST']);
    const { requestId, responseCode, error } = JSON.parse(line.last);
    expect([requestId, responseCode]).toEqual([ids.get('4.8.1'), null]);
    expect(error.path).toBe('/Request/Body');
  });
});

describe('schedules', () => {
  test('are made, shown and removed in one document each', () => {
    const { line } = open();
    line.say(ask('5.1', 'IS', { body: CREATE_SCHEDULE.replace('07<', '03<') }));
    const [id] = elementsAt(parsed(line.last).body, 'ResponseMessage/DSPScheduleID');
    const one = `<sr:DSPScheduleID>${id}</sr:DSPScheduleID>`;
    line.say(ask('5.2', 'IS', { body: `<sr:ReadSchedule>${one}</sr:ReadSchedule>` }));
    const path = 'ResponseMessage/DSPSchedulesRead/DSPSchedules/DSPScheduleDetails';
    expect(elementsAt(parsed(line.last).body, path)).toMatchObject([
      { DeviceID: deviceId(3), DSPReadActiveImportProfileData: { StartDateOffset: '-1' } },
    ]);
    line.say(ask('5.3', 'IS', { body: `<sr:DeleteSchedule>${one}</sr:DeleteSchedule>` }));
    line.say(ask('5.3', 'IS', { body: `<sr:DeleteSchedule>${one}</sr:DeleteSchedule>` }));
    line.say(ask('5.2', 'IS', { body: `<sr:ReadSchedule>${one}</sr:ReadSchedule>` }));
    expect(line.codes).toEqual(['I0', 'I0', 'I99', 'E050301', 'W050201']);
  });

  test('deliver what they read, or an alert, to the line that made them', async () => {
    const { world, line } = open();
    const body = CREATE_SCHEDULE.replace(
      '<sr:DSPScheduledServiceReference>',
      '<sr:ScheduleExecutionStartTime>01:00:00Z</sr:ScheduleExecutionStartTime>$&',
    );
    line.say(ask('5.1', 'IS', { body }));
    await world.until('2026-11-24T01:00:00Z');
    expect(line.codes).toEqual(['I0', 'I0']);
    const read = logRead(line.last);
    expect(read.header.requestId).toBeUndefined();
    expect(read.inner).toMatchObject({
      BusinessTargetID: DCC,
      SupplementaryRemotePartyID: partyId('IS'),
    });
    expect(read.entries).toHaveLength(49);
    world.failing = 'E21';
    await world.until('2026-11-25T01:00:00Z');
    expect(line.codes).toEqual(['I0', 'I0', 'I0']);
    expect(elementsAt(parsed(line.last).body, 'DCCAlertMessage/DCCAlertCode')).toEqual(['N13']);
  });
});
