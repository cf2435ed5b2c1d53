import { describe, expect, test } from 'vitest';
import { SERVICE_REFERENCES, type Srv } from '../../../../gateway/protocol/service-reference.ts';
import { jsonWire } from '../../../../gateway/wire/json.ts';
import {
  BODIES,
  CREATE_SCHEDULE,
  DCC,
  DEVICE,
  openWire,
  PERIOD,
  refusal,
  requestXml,
  SR,
  USER,
} from './documents.ts';

const wire = openWire();

function read(xml: string) {
  return wire.read(wire.decode(Buffer.from(xml)));
}

const SRVS: Srv[] = ['3.2', '4.6.1', '4.8.1', '4.8.2', '4.8.3', '5.1', '5.2', '5.3'];
const period = { startDateTime: '2026-11-22T00:00:00Z', endDateTime: '2026-11-23T00:00:00Z' };

const JSON_BODIES: Record<Srv, object> = {
  '3.2': { restrictAccessForChangeOfTenancy: { restrictionDateTime: '2026-11-20T15:45:32Z' } },
  '4.6.1': { readLogPeriod: period },
  '4.8.1': { readLogPeriod: period },
  '4.8.2': { readLogPeriod: period },
  '4.8.3': { readLogPeriod: period },
  '5.1': {
    createSchedule: {
      scheduleFrequency: 'Daily',
      scheduleStartDate: '2026-11-24',
      dspScheduledServiceReferenceVariant: '4.8.1',
      deviceId: DEVICE,
      startDateOffset: -1,
      startTime: '00:00:00Z',
      endDateOffset: 0,
      endTime: '00:00:00Z',
    },
  },
  '5.2': { readSchedule: { dspScheduleId: 123 } },
  '5.3': { deleteSchedule: { deviceId: DEVICE } },
};

describe('a Request document', () => {
  test.each(SRVS)('of %s is the same request as its JSON', (srv) => {
    const { commandVariant } = SERVICE_REFERENCES[srv];
    const requestId = `${USER}:${commandVariant === 8 ? DCC : DEVICE}:1000`;
    const message = { requestId, serviceReferenceVariant: srv, ...JSON_BODIES[srv] };
    expect(read(requestXml(srv))).toEqual(jsonWire.read(message));
  });

  test('may use any prefixes, comments, CDATA and character references', () => {
    const xml = requestXml('4.8.1')
      .replaceAll('<sr:', '<')
      .replaceAll('</sr:', '</')
      .replace('xmlns:sr=', 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns=')
      .replace('<Header>', '\n <!-- a comment --><?a target?>\t<Header>')
      .replace('4.8.1</', '<![CDATA[4.8]]>&#46;<!-- in between -->1</')
      .replace('schemaVersion', `xsi:schemaLocation="${SR} x.xsd" schemaVersion`);
    expect(read(`\u{feff}<?xml version="1.0" encoding="utf-8" standalone="yes"?>${xml}`)).toEqual(
      read(requestXml('4.8.1')),
    );
  });

  test.each(['5.0', '5', '5.1', '5.2', '5.3', '5.4', ' 5.40 ', '+5.4'])(
    'of schemaVersion %j is read',
    (version) => {
      const root = `xmlns:sr="${SR}" schemaVersion="${version}"`;
      expect(read(requestXml('4.8.1', { root }))).toEqual(read(requestXml('4.8.1')));
    },
  );

  test('may hold credentials, a sequence and a signature, which change nothing', () => {
    const body = BODIES['4.8.1'].replace(
      '</sr:ReadActive',
      '<sr:KAPublicSecurityCredentials>QUJD</sr:KAPublicSecurityCredentials></sr:ReadActive',
    );
    const after =
      '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Anything a="1">' +
      '<sr:RequestID>not this one</sr:RequestID>text</ds:Anything></ds:Signature>';
    const xml = requestXml('4.8.1', { body, after }).replace(
      '<sr:CommandVariant>',
      '<sr:FirstInSequence>true</sr:FirstInSequence><sr:PrecedingServiceRequestID>x' +
        '</sr:PrecedingServiceRequestID><sr:CommandVariant>',
    );
    expect(read(xml)).toEqual(read(requestXml('4.8.1')));
  });

  test('has its ExecutionDateTime', () => {
    const body = BODIES['4.8.2'].replace(
      PERIOD,
      `<sr:ExecutionDateTime>2026-12-01T00:00:00+01:00</sr:ExecutionDateTime>${PERIOD}`,
    );
    expect(read(requestXml('4.8.2', { body }))).toMatchObject({
      executionMs: Date.UTC(2026, 10, 30, 23),
    });
  });

  test('of 5.1 may say in every way of xs:date and xs:time that it means UTC', () => {
    const body = CREATE_SCHEDULE.replace('2026-11-24<', '2026-11-24Z<')
      .replace(
        '</sr:ScheduleStartDate>',
        '</sr:ScheduleStartDate><sr:ScheduleEndDate>2027-01-01+00:00</sr:ScheduleEndDate>' +
          '<sr:ScheduleExecutionStartTime>01:00:00-00:00</sr:ScheduleExecutionStartTime>' +
          '<sr:KAPublicSecurityCredential>QQ==</sr:KAPublicSecurityCredential>',
      )
      .replace('00:00:00.00Z', '00:00:00');
    expect(read(requestXml('5.1', { body }))).toMatchObject({
      createSchedule: {
        scheduleStartDay: Date.UTC(2026, 10, 24) / 86_400_000,
        scheduleEndDay: Date.UTC(2027, 0, 1) / 86_400_000,
        scheduleExecutionStartSeconds: 3600,
        startSeconds: 0,
        endSeconds: 0,
      },
    });
  });

  test('echoes its RequestID byte for byte, without the white space around it', () => {
    const requestId = `${USER.toLowerCase()}:${DEVICE}:18446744073709551615`;
    const xml = requestXml('4.8.1', { requestId: `\n\t${requestId} ` });
    expect(read(xml).requestId).toMatchObject({ text: requestId, originatorId: USER });
  });
});

const BODY = '/Request/Body';

describe('an SRV of DUIS that nothing here serves', () => {
  test('is read, whatever its Body holds', () => {
    const body = '<sr:ReadFirmwareVersion a="b"><c xmlns="urn:d">e</c></sr:ReadFirmwareVersion>';
    expect(read(requestXml('4.8.1', { reference: '11.2', variant: '11.2', body }))).toEqual({
      requestId: expect.objectContaining({ text: `${USER}:${DEVICE}:1000` }),
      commandVariant: 1,
      duisSrv: '11.2',
    });
  });

  test('is refused when its Body is of another namespace or empty', () => {
    const header = { reference: '11.2', variant: '11.2' };
    expect(refusal(requestXml('4.8.1', { ...header, body: '' })).path).toBe(BODY);
    const body = '<ReadFirmwareVersion xmlns="urn:x"/>';
    expect(refusal(requestXml('4.8.1', { ...header, body })).path).toBe(
      `${BODY}/ReadFirmwareVersion`,
    );
  });

  test('to be scheduled makes the 5.1 one of them', () => {
    const body = CREATE_SCHEDULE.replace('>4.8<', '>4.10<')
      .replace('>4.8.1<', '>4.10<')
      .replaceAll('DSPReadActiveImportProfileData', 'DSPReadNetworkData');
    expect(read(requestXml('5.1', { body }))).toMatchObject({ duisSrv: '5.1' });
  });
});

test('whether a request was signed is told at debug', () => {
  const told: object[] = [];
  const log = { debug: (fields: object) => told.push(fields), isLevelEnabled: () => true };
  const curious = openWire({ log });
  const requestId = `${USER}:${DEVICE}:1000`;
  for (const after of ['', '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>']) {
    curious.read(curious.decode(Buffer.from(requestXml('4.8.1', { after }))));
  }
  expect(told).toEqual([
    { requestId, signed: false },
    { requestId, signed: true },
  ]);
});
