import { describe, expect, test } from 'vitest';
import { readServiceRequest, requestIdOf } from '../../../gateway/wire/request.ts';
import { CREATE_SCHEDULE, READ_DAY, REQUEST_ID, refusal } from './messages.ts';

const MIDNIGHT = Date.UTC(2026, 10, 22) / 1000;

function period(startDateTime: string, endDateTime: string) {
  return { ...READ_DAY, readLogPeriod: { startDateTime, endDateTime } };
}

describe('a read of a log', () => {
  test('becomes whole seconds, canonical identifiers and the default command variant', () => {
    expect(readServiceRequest(READ_DAY)).toEqual({
      requestId: {
        text: REQUEST_ID,
        originatorId: '90-B3-D5-1F-30-01-00-00',
        targetHigh: 0x90b3d51f,
        targetLow: 0x40000007,
        counter: '1000',
      },
      commandVariant: 1,
      explain: false,
      serviceReferenceVariant: '4.8.1',
      readLogPeriod: { startSeconds: MIDNIGHT, endSeconds: MIDNIGHT + 86_400 },
    });
  });

  test('keeps the requestId as it was written and the originator in upper case', () => {
    const requestId = REQUEST_ID.toLowerCase();
    const request = readServiceRequest({ ...READ_DAY, requestId });
    expect(request.requestId.text).toBe(requestId);
    expect(request.requestId.originatorId).toBe('90-B3-D5-1F-30-01-00-00');
  });

  test('takes every optional key', () => {
    const request = readServiceRequest({
      ...READ_DAY,
      serviceReference: '4.8',
      commandVariant: 3,
      explain: true,
      executionDateTime: '2026-11-24T00:00:00.250+00:00',
    });
    expect(request).toMatchObject({
      commandVariant: 3,
      explain: true,
      executionMs: Date.UTC(2026, 10, 24) + 250,
    });
  });

  test('rounds fractions of a second inwards', () => {
    const request = readServiceRequest(
      period('2026-11-22T00:00:00.001Z', '2026-11-22T00:30:00.999Z'),
    );
    const readLogPeriod = { startSeconds: MIDNIGHT + 1, endSeconds: MIDNIGHT + 1800 };
    expect(request).toMatchObject({ readLogPeriod });
  });

  test('honours the zone that the dates say', () => {
    const request = readServiceRequest(
      period('2026-11-22T01:00:00+01:00', '2026-11-21T23:30:00-00:30'),
    );
    const readLogPeriod = { startSeconds: MIDNIGHT, endSeconds: MIDNIGHT };
    expect(request).toMatchObject({ readLogPeriod });
  });

  test('may end in the second it starts in, and not one second before', () => {
    const at = '2026-11-22T00:00:01Z';
    expect(readServiceRequest(period(at, at))).toMatchObject({
      readLogPeriod: { startSeconds: MIDNIGHT + 1, endSeconds: MIDNIGHT + 1 },
    });
    const { path } = refusal(period(at, '2026-11-22T00:00:00Z'));
    expect(path).toBe('/readLogPeriod');
  });

  test.each([1, 9])('takes the command variant %d', (commandVariant) => {
    expect(readServiceRequest({ ...READ_DAY, commandVariant })).toMatchObject({ commandVariant });
  });

  test.each([0, 10, 1.5, '1', null, 1n])('refuses the command variant %s', (commandVariant) => {
    expect(refusal({ ...READ_DAY, commandVariant }).path).toBe('/commandVariant');
  });

  test.each([
    '2026-11-22T00:00:00',
    '2026-11-22',
    '2026-02-29T00:00:00Z',
    '2026-11-22T24:00:01Z',
    '2026-11-22T24:00:00.1Z',
    '2026-02-29T24:00:00Z',
    '2026-11-22T24:00:00',
    '9999-12-31T24:00:00Z',
    '2026-11-22T00:00:00.Z',
    '2026-11-22 00:00:00Z',
    '',
    1_795_305_600,
    null,
  ])('refuses %j for a date and time', (startDateTime) => {
    const { path, message } = refusal({
      ...READ_DAY,
      readLogPeriod: { ...READ_DAY.readLogPeriod, startDateTime },
    });
    expect(path).toBe('/readLogPeriod/startDateTime');
    expect(message).toContain('that says its zone');
  });

  test.each(['2026-11-22T24:00:00Z', '2026-11-22T24:00:00.000Z', '2026-11-23T01:00:00+01:00'])(
    'reads %j as the midnight that ends the day',
    (endDateTime) => {
      const readLogPeriod = { startDateTime: '2026-11-22T00:00:00Z', endDateTime };
      expect(readServiceRequest({ ...READ_DAY, readLogPeriod })).toMatchObject({
        readLogPeriod: { endSeconds: Date.UTC(2026, 10, 23) / 1000 },
      });
    },
  );

  test.each([
    ['0000-01-01T00:00:00Z', true],
    ['0000-01-01T00:00:00+00:01', false],
    ['0000-01-01T00:59:59+01:00', false],
    ['0000-01-01T01:00:00+01:00', true],
    ['9999-12-31T23:59:59Z', true],
    ['9999-12-31T22:59:59-01:00', true],
    ['9999-12-31T23:00:00-01:00', false],
    ['9999-12-31T23:59:59-14:00', false],
    ['9999-12-31T23:59:59.5Z', false],
  ])('of %s is within the years that four digits name: %s', (executionDateTime, within) => {
    const message = { ...READ_DAY, executionDateTime };
    if (within) {
      expect(readServiceRequest(message)).toHaveProperty(
        'executionMs',
        Date.parse(executionDateTime),
      );
    } else {
      expect(refusal(message)).toMatchObject({
        path: '/executionDateTime',
        message: expect.stringContaining('from 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z'),
      });
    }
  });
});

describe('a requestId', () => {
  const prefix = REQUEST_ID.slice(0, 48);

  test.each(['0', '1', '18446744073709551615'])('may have the counter %s', (counter) => {
    const request = readServiceRequest({ ...READ_DAY, requestId: prefix + counter });
    expect(request.requestId.counter).toBe(counter);
  });

  test.each(['', '00', '01', '18446744073709551616', '99999999999999999999', '-1', '1 ', '٣'])(
    'may not have the counter %j',
    (counter) => {
      expect(refusal({ ...READ_DAY, requestId: prefix + counter }).path).toBe('/requestId');
    },
  );

  test.each([
    REQUEST_ID.replace('B3', 'G3'),
    REQUEST_ID.replaceAll(':', '-'),
    REQUEST_ID.replace('90-B3', '90:B3'),
    REQUEST_ID.slice(1),
    `${REQUEST_ID}\n`,
    '',
    7,
    null,
  ])('may not be %j', (requestId) => {
    expect(refusal({ ...READ_DAY, requestId }).path).toBe('/requestId');
  });

  test('is found for an error answer whatever else is wrong, up to 128 characters', () => {
    expect(requestIdOf({ requestId: 'any "text"', x: 1 })).toBe('any "text"');
    expect(requestIdOf({ requestId: 'x'.repeat(128) })).toHaveLength(128);
    expect(requestIdOf({ requestId: 'x'.repeat(129) })).toBeNull();
  });

  test.each([{}, { requestId: 7 }, [], [READ_DAY], null, 'text', 7, undefined])(
    'is null in an error answer to %j',
    (message) => {
      expect(requestIdOf(message)).toBeNull();
    },
  );
});

describe('what is wrong is named', () => {
  test('an unknown key, with the nearest known one', () => {
    const { readLogPeriod: readlogperiod, ...rest } = READ_DAY;
    expect(refusal({ ...rest, readlogperiod })).toEqual({
      path: '/readlogperiod',
      message: 'unknown key "readlogperiod" (did you mean readLogPeriod?)',
    });
  });

  test('an unknown key inside a body, its pointer escaped', () => {
    const readLogPeriod = { ...READ_DAY.readLogPeriod, 'a/b~c': 1 };
    expect(refusal({ ...READ_DAY, readLogPeriod }).path).toBe('/readLogPeriod/a~1b~0c');
  });

  test('an unknown key even among many', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, i]));
    expect(refusal({ ...READ_DAY, ...many }).path).toBe('/k0');
  });

  test('__proto__ as the key that it is', () => {
    const message: unknown = JSON.parse(`{"__proto__":1,${JSON.stringify(READ_DAY).slice(1)}`);
    expect(refusal(message).path).toBe('/__proto__');
  });

  test('no more than 128 characters of a hostile key', () => {
    const { path } = refusal({ ...READ_DAY, ['x'.repeat(100_000)]: 1 });
    expect(path).toBe(`/${'x'.repeat(128)}…`);
  });

  test('a missing key', () => {
    const { requestId: _, ...rest } = READ_DAY;
    expect(refusal(rest).path).toBe('/requestId');
    const readLogPeriod = { startDateTime: READ_DAY.readLogPeriod.startDateTime };
    expect(refusal({ ...READ_DAY, readLogPeriod })).toEqual({
      path: '/readLogPeriod/endDateTime',
      message: 'the key "endDateTime" is missing',
    });
  });

  test('a missing SRV, or before it the key that looks like one', () => {
    const { serviceReferenceVariant, ...rest } = READ_DAY;
    expect(refusal(rest).path).toBe('/serviceReferenceVariant');
    expect(refusal({ ...rest, serviceReferenceVarient: serviceReferenceVariant })).toEqual({
      path: '/serviceReferenceVarient',
      message: 'unknown key "serviceReferenceVarient" (did you mean serviceReferenceVariant?)',
    });
  });

  const SERVED = '3.2, 4.6.1, 4.8.1, 4.8.2, 4.8.3, 5.1, 5.2, 5.3';

  test.each(['3.3', '4.10', 'toString', '__proto__', 4.8, null])(
    'an SRV that is not served: %j',
    (serviceReferenceVariant) => {
      expect(refusal({ ...READ_DAY, serviceReferenceVariant })).toEqual({
        path: '/serviceReferenceVariant',
        message: `/serviceReferenceVariant must be one of those served: ${SERVED}`,
      });
    },
  );

  test('a serviceReference that does not agree', () => {
    expect(refusal({ ...READ_DAY, serviceReference: '4.6' }).path).toBe('/serviceReference');
  });

  test('a body of another SRV', () => {
    const message = { ...READ_DAY, serviceReferenceVariant: '5.1' };
    expect(refusal(message).path).toBe('/readLogPeriod');
  });

  test('executionDateTime on what cannot be future dated', () => {
    const message = { ...CREATE_SCHEDULE, executionDateTime: '2026-11-24T00:00:00Z' };
    expect(refusal(message).path).toBe('/executionDateTime');
  });

  test.each([null, 7, 'text', true, [], [READ_DAY], Buffer.from('bytes')])(
    'a message that is no object: %j',
    (message) => {
      expect(refusal(message).path).toBe('');
    },
  );
});
