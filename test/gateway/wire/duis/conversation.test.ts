// Requests and answers in DUIS XML, through the whole hall: what is acknowledged, what is refused,
// and in which order the frames come.

import { describe, expect, test } from 'vitest';
import type { Party } from '../../../../gateway/access/inventory.ts';
import type { DccService } from '../../../../gateway/protocol/service-reference.ts';
import { partyId, wh } from '../../small-world.ts';
import { BODIES, elementsAt, logRead, PERIOD, parsed, requestXml } from './documents.ts';
import { ask, DEVICE, ids, lastCounter, open } from './duis-line.ts';

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
    expect(header.requestId).toMatchObject({ counter: lastCounter() });
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

  test('an SRV that nothing serves: E11, in its place after the others', () => {
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
