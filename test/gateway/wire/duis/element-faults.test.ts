// A document for each thing that can be wrong with one, in one table.

import { describe, expect, test } from 'vitest';
import type { Srv } from '../../../../gateway/protocol/service-reference.ts';
import { type Bend, BODIES, DEVICE, refusal, requestXml, SR, USER } from './documents.ts';

const HEADER = '/Request/Header';
const BODY = '/Request/Body';
const READ = `${BODY}/ReadActiveImportProfileData`;

function bent(srv: Srv, from: string | RegExp, to: string, bend: Bend = {}): string {
  const xml = requestXml(srv, bend);
  const changed = xml.replace(from, to);
  if (changed === xml) throw new Error(`${from} is not in the document`);
  return changed;
}

describe('a document with a fault in its elements is INVALID_REQUEST and names the element', () => {
  test.each<[string, string, string, RegExp]>([
    [
      'without RequestID',
      bent('4.8.1', /<sr:RequestID>.*<\/sr:RequestID>/, ''),
      `${HEADER}/RequestID`,
      /missing/,
    ],
    [
      'without CommandVariant',
      bent('4.8.1', /<sr:CommandVariant>.<\/sr:CommandVariant>/, ''),
      `${HEADER}/CommandVariant`,
      /missing/,
    ],
    ['without a Header', bent('4.8.1', /<sr:Header>.*<\/sr:Header>/, ''), HEADER, /missing/],
    ['without a Body', bent('4.8.1', /<sr:Body>.*<\/sr:Body>/, ''), BODY, /missing/],
    ['with an empty Body', requestXml('4.8.1', { body: '' }), BODY, /lacks the element/],
    [
      'without EndDateTime',
      bent('4.8.1', /<sr:EndDateTime>.*<\/sr:EndDateTime>/, ''),
      `${READ}/ReadLogPeriod/EndDateTime`,
      /missing/,
    ],
    [
      'with EndDateTime first',
      bent(
        '4.8.1',
        /(<sr:StartDateTime>.*<\/sr:StartDateTime>)(<sr:EndDateTime>.*<\/sr:EndDateTime>)/,
        '$2$1',
      ),
      `${READ}/ReadLogPeriod/StartDateTime`,
      /missing/,
    ],
    [
      'with a Body before its Header',
      bent('4.8.1', /(<sr:Header>.*<\/sr:Header>)(<sr:Body>.*<\/sr:Body>)/, '$2$1'),
      HEADER,
      /missing/,
    ],
    ['with two Headers', bent('4.8.1', /(<sr:Header>.*<\/sr:Header>)/, '$1$1'), HEADER, /twice/],
    [
      'with two bodies',
      requestXml('4.8.1', { body: BODIES['4.8.1'].repeat(2) }),
      READ,
      /not known here/,
    ],
    [
      'with a misspelt element',
      bent('4.8.1', /CommandVariant>/g, 'CommandVarient>'),
      `${HEADER}/CommandVarient`,
      /did you mean CommandVariant\?/,
    ],
    [
      'with an element inside text',
      bent('4.8.1', '>1</sr:CommandVariant>', '><sr:One/></sr:CommandVariant>'),
      `${HEADER}/CommandVariant/One`,
      /not known/,
    ],
    [
      'with text between elements',
      bent('4.8.1', '<sr:Header>', '<sr:Header>hello'),
      HEADER,
      /holds elements and no text/,
    ],
    [
      'of another root',
      bent('4.8.1', /sr:Request(?=[ >])/g, 'sr:Response'),
      '/Response',
      /is not the Request/,
    ],
    ['of another namespace', bent('4.8.1', SR, `${SR}2`), '/Request', /is not the Request/],
    [
      'with one element of another namespace',
      bent('4.8.1', '<sr:CommandVariant>', '<sr:CommandVariant xmlns:sr="urn:x">'),
      `${HEADER}/CommandVariant`,
      /namespace/,
    ],
    [
      'without schemaVersion',
      requestXml('4.8.1', { root: `xmlns:sr="${SR}"` }),
      '/Request/@schemaVersion',
      /5\.0, 5\.1, 5\.2, 5\.3, 5\.4/,
    ],
    [
      'of schemaVersion 4.9',
      requestXml('4.8.1', { root: `xmlns:sr="${SR}" schemaVersion="4.9"` }),
      '/Request/@schemaVersion',
      /must be one of/,
    ],
    [
      'of schemaVersion 5.5',
      requestXml('4.8.1', { root: `xmlns:sr="${SR}" schemaVersion="5.5"` }),
      '/Request/@schemaVersion',
      /must be one of/,
    ],
    [
      'of schemaVersion five',
      requestXml('4.8.1', { root: `xmlns:sr="${SR}" schemaVersion="five"` }),
      '/Request/@schemaVersion',
      /must be one of/,
    ],
    [
      'with a qualified schemaVersion',
      requestXml('4.8.1', { root: `xmlns:sr="${SR}" sr:schemaVersion="5.4"` }),
      '/Request/@sr:schemaVersion',
      /not an attribute/,
    ],
    [
      'with an attribute of its own',
      bent('4.8.1', '<sr:Header>', '<sr:Header id="1">'),
      `${HEADER}/@id`,
      /not an attribute/,
    ],
    [
      'whose Body is of another SRV',
      requestXml('4.8.1', { body: BODIES['4.8.3'] }),
      `${BODY}/ReadExportProfileData`,
      /must be ReadActiveImportProfileData, to go with 4\.8\.1/,
    ],
    [
      'whose ServiceReference disagrees',
      requestXml('4.8.1', { reference: '4.6' }),
      `${HEADER}/ServiceReference`,
      /must be "4\.8"/,
    ],
    [
      'whose SRV is none of DUIS',
      requestXml('4.8.1', { reference: '4.9', variant: '4.9.1' }),
      `${HEADER}/ServiceReferenceVariant`,
      /of DUIS/,
    ],
    [
      'whose CommandVariant is no number',
      requestXml('4.8.1', { commandVariant: 'one' }),
      `${HEADER}/CommandVariant`,
      /an integer from 1 to 9/,
    ],
    [
      'whose CommandVariant is 10',
      requestXml('4.8.1', { commandVariant: '10' }),
      `${HEADER}/CommandVariant`,
      /an integer from 1 to 9/,
    ],
    [
      'whose RequestID is none',
      requestXml('4.8.1', { requestId: 'x' }),
      `${HEADER}/RequestID`,
      /originator:target:counter/,
    ],
    [
      'whose time says no zone',
      bent('4.8.1', '00.00Z', '00'),
      `${READ}/ReadLogPeriod/StartDateTime`,
      /says its zone/,
    ],
    [
      'whose period ends before it starts',
      bent('4.8.1', '2026-11-22', '2026-11-24'),
      `${READ}/ReadLogPeriod`,
      /must not end before it starts/,
    ],
    [
      'of 3.2 with a date that is none',
      bent('3.2', '2026-11-20', '2026-02-30'),
      `${BODY}/RestrictAccessForChangeOfTenancy/RestrictionDateTime`,
      /says its zone/,
    ],
    [
      'of 5.2 that names nothing',
      requestXml('5.2', { body: '<sr:ReadSchedule/>' }),
      `${BODY}/ReadSchedule`,
      /DSPScheduleID, DeviceID/,
    ],
    [
      'of 5.2 that names two',
      bent('5.2', '</sr:ReadSchedule>', `<sr:DeviceID>${DEVICE}</sr:DeviceID></sr:ReadSchedule>`),
      `${BODY}/ReadSchedule/DeviceID`,
      /exactly one/,
    ],
    [
      'of 5.3 that names no device',
      bent('5.3', `ID>${DEVICE}</sr:DeviceID>`, 'ID>7</sr:DeviceID>'),
      `${BODY}/DeleteSchedule/DeviceID`,
      /an EUI-64/,
    ],
    [
      'of 5.1 with an offset of 1',
      bent('5.1', '>-1<', '>1<'),
      `${BODY}/CreateSchedule/DSPReadActiveImportProfileData/StartDateOffset`,
      /from -400 to 0|-400/,
    ],
    [
      'of 5.1 whose read is another',
      bent('5.1', /DSPReadActiveImportProfileData/g, 'DSPReadExportProfileData'),
      `${BODY}/CreateSchedule/DSPReadExportProfileData`,
      /must be DSPReadActiveImportProfileData, to go with 4\.8\.1/,
    ],
    [
      'of 5.1 whose DSP reference disagrees',
      bent('5.1', '>4.8<', '>4.6<', { reference: '5.1' }),
      `${BODY}/CreateSchedule/DSPScheduledServiceReference`,
      /must be "4\.8"/,
    ],
    [
      'of 5.1 that schedules 3.2',
      bent('5.1', '>4.8.1<', '>3.2<'),
      `${BODY}/CreateSchedule/DSPScheduledServiceReferenceVariant`,
      /can be scheduled/,
    ],
    [
      'of 5.1 with a zone of its own',
      bent('5.1', '2026-11-24<', '2026-11-24+01:00<'),
      `${BODY}/CreateSchedule/ScheduleStartDate`,
      /YYYY-MM-DD/,
    ],
  ])('%s', (_name, xml, path, message) => {
    expect(refusal(xml)).toMatchObject({
      code: 'INVALID_REQUEST',
      path,
      message: expect.stringMatching(message),
    });
  });

  test('and keeps the RequestID to answer with, before the fault or after it', () => {
    const root = `xmlns:sr="${SR}" schemaVersion="1.0"`;
    const requestId = `${USER}:${DEVICE}:1000`;
    expect(refusal(requestXml('4.8.1', { root })).requestId).toBe(requestId);
    expect(refusal(requestXml('4.8.1', { body: '<x xmlns="urn:y"/>' })).requestId).toBe(requestId);
  });

  test('but is MALFORMED_FRAME when it turns out not to be XML at all', () => {
    const xml = requestXml('4.8.1', { root: `xmlns:sr="${SR}"` }).replace('</sr:Body>', '');
    expect(refusal(xml)).toMatchObject({ code: 'MALFORMED_FRAME', requestId: null });
  });
});
