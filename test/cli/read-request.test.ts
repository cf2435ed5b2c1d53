import { expect, test } from 'vitest';
import { CommandError } from '../../cli/exit-codes.ts';
import {
  buildRequest,
  builtInPartyId,
  readAsked,
  readPeriodChoice,
  yesterdayOf,
} from '../../cli/read-request.ts';

const DEVICE = '90-B3-D5-1F-40-00-00-07';
const NOVEMBER_22 = {
  startDateTime: '2026-11-22T00:00:00Z',
  endDateTime: '2026-11-23T00:00:00Z',
};

test.each([
  ['IS', '90-B3-D5-1F-30-01-00-00'],
  ['ES', '90-B3-D5-1F-30-01-00-01'],
  ['MDR', '90-B3-D5-1F-30-01-00-07'],
] as const)('the built-in Party of %s is %s', (role, id) => {
  expect(builtInPartyId(role)).toBe(id);
});

test.each([
  ['4.6.1', 'IS'],
  ['4.8.1', 'IS'],
  ['4.8.2', 'IS'],
  ['4.8.3', 'ES'],
  ['5.2', 'IS'],
])('without --as, %s is asked by %s', (srv, role) => {
  expect(readAsked(srv, DEVICE, {}).role).toBe(role);
});

test('a role and a device may be written in small letters', () => {
  expect(readAsked('4.8.1', DEVICE.toLowerCase(), { as: 'mdr' })).toEqual({
    srv: '4.8.1',
    deviceId: DEVICE,
    role: 'MDR',
    explain: false,
  });
});

test.each([
  ['4.8.9', DEVICE, undefined, 'SRV: "4.8.9" is not an SRV; allowed beside a DEVICE: 4.6.1'],
  ['5.1', DEVICE, undefined, 'SRV: "5.1" has a body of its own: send a FILE'],
  ['3.2', DEVICE, undefined, 'SRV: "3.2" has a body of its own: send a FILE'],
  ['4.8.1', '90-B3', undefined, 'DEVICE: "90-B3" is not an EUI-64'],
  ['4.8.1', DEVICE, 'MRD', '--as: "MRD" is not a User Role (did you mean MDR?); allowed: IS'],
])('%s of %s as %s is refused by name', (srv, device, as, reason) => {
  expect(() => readAsked(srv, device, { as })).toThrow(CommandError);
  expect(() => readAsked(srv, device, { as })).toThrow(reason);
});

test('a day is midnight to midnight, and 29 February is one in leap years only', () => {
  expect(readPeriodChoice('2026-11-22', undefined)).toEqual(NOVEMBER_22);
  expect(readPeriodChoice('2024-02-29', undefined)).toEqual({
    startDateTime: '2024-02-29T00:00:00Z',
    endDateTime: '2024-03-01T00:00:00Z',
  });
  expect(() => readPeriodChoice('2026-02-29', undefined)).toThrow('--day: "2026-02-29"');
});

test('yesterday is the default and a misspelt one is named', () => {
  expect(readPeriodChoice(undefined, undefined)).toBe('yesterday');
  expect(readPeriodChoice('yesterday', undefined)).toBe('yesterday');
  expect(() => readPeriodChoice('yesteday', undefined)).toThrow('(did you mean yesterday?)');
});

test('a period is two times as they were written', () => {
  expect(readPeriodChoice(undefined, '2026-11-22T00:00:00Z..2026-11-22T12:00:00+01:00')).toEqual({
    startDateTime: '2026-11-22T00:00:00Z',
    endDateTime: '2026-11-22T12:00:00+01:00',
  });
});

test.each(['2026-11-22T00:00:00Z', '..', '2026-11-22..2026-11-23', 'a..b', '', 'a..b..c'])(
  'the period %j is refused',
  (text) => {
    expect(() => readPeriodChoice(undefined, text)).toThrow(`--period: ${JSON.stringify(text)}`);
  },
);

test('a period that its zone moves out of the years is refused with the reason', () => {
  const text = '9999-12-31T00:00:00Z..9999-12-31T23:59:59-01:00';
  expect(() => readPeriodChoice(undefined, text)).toThrow('to 9999-12-31T23:59:59Z');
});

test('--day and --period together are refused', () => {
  expect(() => readPeriodChoice('yesterday', '..')).toThrow('not both');
});

test.each([
  ['the last millisecond of a day', '2026-11-23T23:59:59.999Z'],
  ['the first of a day', '2026-11-23T00:00:00.000Z'],
])('yesterday of %s is the day before', (_, now) => {
  expect(yesterdayOf(Date.parse(now))).toEqual(NOVEMBER_22);
});

test('a read of a log is sent to the device', () => {
  const asked = readAsked('4.8.1', DEVICE, { explain: true });
  expect(buildRequest(asked, 1000, NOVEMBER_22)).toEqual({
    requestId: `90-B3-D5-1F-30-01-00-00:${DEVICE}:1000`,
    serviceReferenceVariant: '4.8.1',
    readLogPeriod: NOVEMBER_22,
    explain: true,
  });
});

test('what the DSP answers is sent to the DCC and names the device in its body', () => {
  const originator = '90-B3-D5-1F-30-01-00-07:90-B3-D5-1F-30-00-00-02:1';
  expect(buildRequest(readAsked('5.2', DEVICE, { as: 'MDR' }), 1, undefined)).toEqual({
    requestId: originator,
    serviceReferenceVariant: '5.2',
    readSchedule: { deviceId: DEVICE },
  });
  expect(buildRequest(readAsked('5.3', DEVICE, { as: 'MDR' }), 1, undefined)).toEqual({
    requestId: originator,
    serviceReferenceVariant: '5.3',
    deleteSchedule: { deviceId: DEVICE },
  });
});
