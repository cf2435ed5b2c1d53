// The library's receiver alone says what a stream of frames means; with the quick way before it,
// the same stream in any pieces must mean the same.

import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { Incoming, readPast } from '../../../gateway/server/incoming.ts';

const LIMIT = 600;
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

interface Frame {
  readonly first: number;
  readonly payload: Buffer;
  readonly masked?: boolean;
  /** Spells the length in 16 or 64 bits although it would fit in less. */
  readonly lengthBits?: 16 | 64;
}

function bytesOf({ first, payload, masked = true, lengthBits }: Frame): Buffer {
  const size = payload.length;
  const bit = masked ? 0x80 : 0;
  let head = Buffer.of(first, bit | size);
  if (lengthBits === 64) {
    head = Buffer.of(first, bit | 127, 0, 0, 0, 0, 0, 0, size >> 8, size & 255);
  } else if (size > 125 || lengthBits === 16) {
    head = Buffer.of(first, bit | 126, size >> 8, size & 255);
  }
  if (!masked) return Buffer.concat([head, payload]);
  return Buffer.concat([head, MASK, payload.map((byte, i) => byte ^ (MASK[i & 3] ?? 0))]);
}

const text = (string: string): Frame => ({ first: 0x81, payload: Buffer.from(string) });
const binary = (...bytes: number[]): Frame => ({ first: 0x82, payload: Buffer.from(bytes) });

/** An Incoming, what it read by itself, and what went to the library. */
function recording(messageBytes = LIMIT) {
  const messages: string[] = [];
  const passed: Buffer[] = [];
  const incoming = new Incoming({
    message: (data, isBinary) => messages.push(`${isBinary ? 'binary' : 'text'} ${data}`),
    library: (bytes) => passed.push(Buffer.from(bytes)),
    messageBytes,
  });
  return { incoming, messages, passed: () => Buffer.concat(passed).toString('hex') };
}

test('whole messages are read, and the library sees nothing of them', () => {
  const { incoming, messages, passed } = recording();
  incoming.take(Buffer.concat([text('one'), text('two'), binary(0x33)].map(bytesOf)));
  expect(messages).toEqual(['text one', 'text two', 'binary 3']);
  expect(passed()).toBe('');
});

test('nothing of a read is needed once it has been taken', () => {
  const messages: Buffer[] = [];
  const passed: Buffer[] = [];
  const incoming = new Incoming({
    message: (data) => messages.push(data),
    library: (bytes) => passed.push(bytes),
    messageBytes: LIMIT,
  });
  const ping: Frame = { first: 0x89, payload: Buffer.from('a') };
  const whole = Buffer.concat([text('one'), text('two'), ping].map(bytesOf));
  for (const [from, to] of [
    [0, 11],
    [11, whole.length],
  ]) {
    const read = Buffer.from(whole.subarray(from, to));
    incoming.take(read);
    read.fill(0);
  }
  expect(messages.map(String)).toEqual(['one', 'two']);
  expect(Buffer.concat(passed)).toEqual(bytesOf(ping));
});

test('a message in pieces of one byte is read when the last is there', () => {
  const { incoming, messages, passed } = recording();
  const bytes = bytesOf(text('x'.repeat(200)));
  for (let i = 0; i < bytes.length; i++) {
    expect(messages).toEqual([]);
    incoming.take(bytes.subarray(i, i + 1));
  }
  expect(messages).toEqual([`text ${'x'.repeat(200)}`]);
  expect(passed()).toBe('');
});

test.each<[string, Frame]>([
  ['empty message', text('')],
  ['fragment', { first: 0x01, payload: Buffer.from('a') }],
  ['ping', { first: 0x89, payload: Buffer.from('a') }],
  ['reserved bit', { first: 0xc1, payload: Buffer.from('a') }],
  ['frame without a mask', { ...text('a'), masked: false }],
  ['text that is not UTF-8', { first: 0x81, payload: Buffer.of(0xff, 0x61, 0x62, 0x63, 0x64) }],
  ['message over the limit', text('x'.repeat(LIMIT + 1))],
  ['length in 64 bits', { ...text('a'), lengthBits: 64 }],
])('a %s goes to the library as it came, with all behind it', (_what, frame) => {
  const { incoming, messages, passed } = recording();
  const rest = Buffer.concat([bytesOf(frame), bytesOf(text('behind'))]);
  incoming.take(Buffer.concat([bytesOf(text('before')), rest]));
  expect(messages).toEqual(['text before']);
  expect(passed()).toBe(rest.toString('hex'));
});

test('a message at the limit is read', () => {
  const { incoming, messages } = recording();
  incoming.take(bytesOf(text('x'.repeat(LIMIT))));
  expect(messages).toHaveLength(1);
});

test('a message behind one of the library in another read is read again', () => {
  const { incoming, messages, passed } = recording();
  const ping = bytesOf({ first: 0x89, payload: Buffer.from('abc') });
  incoming.take(ping.subarray(0, 1));
  incoming.take(ping.subarray(1, 5));
  incoming.take(ping.subarray(5));
  incoming.take(bytesOf(text('again')));
  expect(messages).toEqual(['text again']);
  expect(passed()).toBe(ping.toString('hex'));
});

test('between fragments nothing is read past the library', () => {
  const { incoming, messages } = recording();
  incoming.take(bytesOf({ first: 0x01, payload: Buffer.from('a') }));
  incoming.take(bytesOf(text('in between')));
  expect(messages).toEqual([]);
});

test('behind a close frame nothing is read or passed on', () => {
  const { incoming, messages, passed } = recording();
  const close = bytesOf({ first: 0x88, payload: Buffer.of(0x03, 0xe8) });
  incoming.take(Buffer.concat([close, bytesOf(text('late'))]));
  incoming.take(bytesOf(text('later')));
  expect(messages).toEqual([]);
  expect(passed()).toBe(close.toString('hex'));
});

/** Frames of all kinds, plain messages most often. */
const payload = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const ascii = fc.string({ maxLength: 300, unit: 'grapheme' }).map((string) => Buffer.from(string));
const frame: fc.Arbitrary<Frame> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ first: fc.constant(0x82), payload }) },
  { weight: 8, arbitrary: fc.record({ first: fc.constant(0x81), payload: ascii }) },
  {
    weight: 3,
    arbitrary: fc.record({
      first: fc.constantFrom(0x01, 0x02, 0x00, 0x80, 0x89, 0x8a),
      payload: fc.constantFrom(Buffer.alloc(0), Buffer.from('abc')),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      first: fc.constantFrom(0x81, 0x82, 0x88, 0x83, 0xc1, 0xa2, 0x09),
      payload: fc.oneof(payload, fc.constant(Buffer.alloc(LIMIT + 1, 0x61))),
      masked: fc.boolean(),
      lengthBits: fc.constantFrom<16 | 64>(16, 64),
    }),
  },
);

/** What a server makes of a stream that ends: its messages, and how the connection was closed. */
async function meaning(pieces: readonly Buffer[], quick: boolean): Promise<string[]> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, maxPayload: LIMIT });
  const seen: string[] = [];
  const closed = new Promise<void>((resolve) => {
    server.on('connection', (webSocket: WebSocket, { socket }) => {
      const message = (data: Buffer, isBinary: boolean) => {
        if (webSocket.readyState === webSocket.OPEN)
          seen.push(`${isBinary} ${data.toString('hex')}`);
      };
      webSocket.on('message', (data, isBinary) => {
        if (data instanceof Buffer) message(data, isBinary);
      });
      webSocket.on('ping', (data) => seen.push(`ping ${data.toString('hex')}`));
      webSocket.on('error', (error) => seen.push(`error ${error.message}`));
      webSocket.on('close', (code) => {
        seen.push(`close ${code}`);
        resolve();
      });
      if (quick) readPast(webSocket, socket, { message, messageBytes: LIMIT });
    });
  });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = connectTcp({ port, host: '127.0.0.1', noDelay: true });
  client.on('error', () => {});
  client.resume();
  client.write(
    'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  await once(client, 'data');
  for (const piece of pieces) {
    if (client.destroyed || !client.writable) break;
    await new Promise<void>((resolve) => client.write(piece, () => resolve()));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  client.end();
  await closed;
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  return seen;
}

test('any frames in any pieces mean what they mean to the library alone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(frame, { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 }),
      async (frames, cuts) => {
        const stream = Buffer.concat(frames.map(bytesOf));
        const pieces: Buffer[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = cuts[i % cuts.length] ?? 1;
          pieces.push(stream.subarray(at, at + size));
          at += size;
        }
        expect(await meaning(pieces, true)).toEqual(await meaning(pieces, false));
      },
    ),
    { seed: 18_22, numRuns: 400 },
  );
});
