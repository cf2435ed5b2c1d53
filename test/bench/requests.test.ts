import { unpack } from 'msgpackr';
import { expect, test } from 'vitest';
import { answersIn } from '../../bench/socket/line.ts';
import {
  BATCH,
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

/** A frame's payload without its mask. */
function unmasked(frame: Buffer): Buffer {
  const mask = frame.subarray(4, 8);
  return Buffer.from(frame.subarray(8).map((byte, i) => byte ^ (mask[i & 3] ?? 0)));
}

test('a batch is an array of the same messages, and every counter in it counts on', () => {
  const devices = [1, 2, 3, 4, 5, 6];
  const batches = new Requests('msgpack', devices, 3);
  const singles = new Requests('msgpack', devices);
  for (const place of devices.keys())
    expect(batches.payload(place)).toEqual(singles.payload(place));
  for (let i = 0; i < 101; i++) batches.countOn(1);
  const [first, second] = batches.reads(1).map((frame) => unpack(unmasked(frame)));
  const targets = (messages: { requestId: string }[]) =>
    messages.map(({ requestId }) => requestId.slice(45));
  expect(targets(first)).toEqual(['01:1795424400000', '02:1795424400000', '03:1795424400000']);
  expect(targets(second)).toEqual(['04:1795424400101', '05:1795424400101', '06:1795424400101']);
  expect(unpack(batches.payload(4)).requestId).toMatch(/05:1795424400101$/);
});

test('every connection has whole batches', () => {
  for (const { length } of devicesByConnection()) expect(length % BATCH).toBe(0);
});

test('requests that make no whole batches, or batches of JSON, are refused', () => {
  expect(() => new Requests('msgpack', [1, 2, 3], 2)).toThrow('no batches of 2');
  expect(() => new Requests('json', [1, 2], 2)).toThrow('no batches of 2');
});

test('reads are whole frames, the last of them fewer', () => {
  const requests = new Requests('json', [1, 2, 3]);
  expect(requests.reads(2).map(({ length }) => length / requests.frameSize)).toEqual([2, 1]);
});

test.each([
  [[0x90], 0],
  [[0x9f], 15],
  [[0xdc, 0x00, 0x10], 16],
  [[0xdc, 0x04, 0x00], 1024],
])('an array that begins with %o has %d answers', (head, count) => {
  expect(answersIn(Buffer.from([0, ...head]), 1)).toBe(count);
});

test('what is no array is no answer to a batch', () => {
  expect(() => answersIn(Buffer.of(0x86), 0)).toThrow('no array');
});
