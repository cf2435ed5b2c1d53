import { connect as connectTcp } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { Outgoing, putFrameHeader } from '../../../gateway/server/outgoing.ts';
import { openPort } from './gateway-port.ts';

/** A socket that takes what is written, at once or when told. */
class FakeSocket extends Duplex {
  readonly writes: Buffer[] = [];
  holding = false;
  #held: (() => void)[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const take = () => {
      this.writes.push(Buffer.from(chunk));
      done();
    };
    if (this.holding) this.#held.push(take);
    else take();
  }

  takeAll(): void {
    this.holding = false;
    for (const take of this.#held.splice(0)) take();
  }
}

function header(length: number, binary: boolean): string {
  const out = Buffer.alloc(16, 0xee);
  return out.subarray(0, putFrameHeader(out, 0, length, binary)).toString('hex');
}

test.each([
  [0, false, '8100'],
  [1, true, '8201'],
  [125, true, '827d'],
  [126, true, '827e007e'],
  [351, false, '817e015f'],
  [65_535, true, '827effff'],
  [65_536, true, '827f0000000000010000'],
  [2 ** 32 + 5, false, '817f0000000100000005'],
])('a message of %d bytes (binary: %s) is headed %s', (length, binary, expected) => {
  expect(header(length, binary)).toBe(expected);
});

test('messages added in a row leave in one write', () => {
  const socket = new FakeSocket();
  const outgoing = new Outgoing(socket);
  outgoing.add(Buffer.from('ab'), false);
  outgoing.add(Buffer.of(7), true);
  expect(socket.writes).toEqual([]);
  expect(outgoing.unsentBytes).toBe(7);
  outgoing.flush();
  expect(socket.writes.map((write) => write.toString('hex'))).toEqual(['81026162820107']);
  expect(outgoing.unsentBytes).toBe(0);
  outgoing.flush();
  expect(socket.writes).toHaveLength(1);
});

test('what the socket holds back is not written over by later messages', () => {
  const socket = new FakeSocket();
  const outgoing = new Outgoing(socket);
  socket.holding = true;
  outgoing.add(Buffer.from('first'), false);
  outgoing.flush();
  expect(outgoing.unsentBytes).toBe(7);
  new Outgoing(new FakeSocket()).add(Buffer.from('other'), false);
  outgoing.add(Buffer.from('again'), false);
  outgoing.flush();
  socket.takeAll();
  const sent = Buffer.concat(socket.writes).toString('latin1');
  expect(sent).toBe('\x81\x05first\x81\x05again');
});

test.each([16_384, 16_385, 100_000])('a message of %d bytes stays in its place', (size) => {
  const socket = new FakeSocket();
  const outgoing = new Outgoing(socket);
  const long = Buffer.alloc(size, 0x61);
  outgoing.add(Buffer.from('before'), false);
  outgoing.add(long, false);
  outgoing.add(Buffer.from('after'), false);
  outgoing.flush();
  const sent = Buffer.concat(socket.writes).toString('latin1');
  expect(sent.startsWith('\x81\x06before\x81')).toBe(true);
  expect(sent.endsWith('a\x81\x05after')).toBe(true);
  expect(sent).toHaveLength(8 + Buffer.from(header(size, false), 'hex').length + size + 7);
});

test('more than a chunk leaves in order, and every frame is whole', () => {
  const socket = new FakeSocket();
  const outgoing = new Outgoing(socket);
  const texts = Array.from({ length: 700 }, (_, i) => `${i}`.padStart(120, '.'));
  for (const text of texts) outgoing.add(Buffer.from(text), false);
  outgoing.flush();
  expect(socket.writes.length).toBeGreaterThan(1);
  expect(Buffer.concat(socket.writes).toString('latin1')).toBe(
    texts.map((text) => `\x81\x78${text}`).join(''),
  );
});

test.each([
  ['fit', 1, 20, 1],
  ['fill a chunk', 1, 252, 1],
  ['need more than a chunk', 1, 253, 2],
  ['need several', 9, 700, 4],
  ['do not fit behind others', 200, 200, 2],
])('frames that %s leave room for a control frame behind them', (_, before, count, writes) => {
  const socket = new FakeSocket();
  const outgoing = new Outgoing(socket);
  const message = Buffer.alloc(256, 0x61);
  const frame = Buffer.concat([Buffer.from(header(256, true), 'hex'), message]);
  const frames = Buffer.alloc(count * frame.length, frame);
  for (let i = 1; i < before; i++) outgoing.add(message, true);
  outgoing.addFrames(frames);
  // The answers have to be copied by now.
  frames.fill(0);
  const unsent = outgoing.unsentBytes;
  const written = Buffer.concat(socket.writes);
  expect(written.length % frame.length).toBe(0);
  outgoing.flush();
  expect(socket.writes).toHaveLength(writes);
  expect(written.length + unsent).toBe((before - 1 + count) * frame.length);
  const whole = Buffer.alloc(written.length + unsent, frame);
  expect(Buffer.concat(socket.writes).equals(whole)).toBe(true);
});

test('a socket that has ended is written nothing, and does not mind', async () => {
  const socket = new FakeSocket();
  const faults: Error[] = [];
  socket.on('error', (fault) => faults.push(fault));
  const outgoing = new Outgoing(socket);
  outgoing.add(Buffer.from('late'), false);
  socket.end();
  outgoing.flush();
  await new Promise((resolve) => setImmediate(resolve));
  expect(socket.writes).toEqual([]);
  expect(faults).toEqual([]);
});

test('a peer that asks and closes at once gets its answer before the close frame', async () => {
  const port = await openPort();
  const socket = connectTcp(port.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve());
  });
  socket.write(
    `GET /sr HTTP/1.1\r\nHost: 127.0.0.1:${port.port}\r\nConnection: Upgrade\r\n` +
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const frame = Buffer.from('818200000000616288820000000003e8', 'hex');
  await new Promise((resolve) => socket.once('data', resolve));
  const handshakeSize = Buffer.concat(chunks).length;
  socket.write(frame);
  await ended;
  const sent = Buffer.concat(chunks).subarray(handshakeSize);
  expect(sent.toString('hex')).toBe('81026162880203e8');
  await port.drain();
});
