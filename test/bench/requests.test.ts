import { unpack } from 'msgpackr';
import { expect, test } from 'vitest';
import {
  CONNECTIONS,
  DEVICES,
  devicesByConnection,
  Requests,
} from '../../bench/socket/requests.ts';

test('every device is asked by one connection, once a lap', () => {
  const shares = devicesByConnection();
  expect(shares.map(({ length }) => length)).toEqual(
    Array(CONNECTIONS).fill(DEVICES / CONNECTIONS),
  );
  expect(new Set(shares.flat()).size).toBe(DEVICES);
});

test.each(['json', 'msgpack'] as const)('a %s request is the message of the contract', (format) => {
  const requests = new Requests(format, [7, 8]);
  const payload = requests.payload(0);
  expect(format === 'json' ? JSON.parse(payload.toString()) : unpack(payload)).toEqual({
    requestId: '90-B3-D5-1F-30-01-00-00:90-B3-D5-1F-40-00-00-07:1795424400000',
    serviceReferenceVariant: '4.8.1',
    readLogPeriod: { startDateTime: '2026-11-22T00:00:00Z', endDateTime: '2026-11-23T00:00:00Z' },
  });
  expect(requests.frames.length).toBe(2 * requests.frameSize);
});

test('the counter counts on in place, with carries, and only that of its request', () => {
  const requests = new Requests('json', [1, 2]);
  const counter = (place: number) => /:(\d+)"/.exec(requests.payload(place).toString())?.[1];
  for (let i = 0; i < 1234; i++) requests.countOn(1);
  expect(counter(0)).toBe('1795424400000');
  expect(counter(1)).toBe('1795424401234');
});
