import { once } from 'node:events';
import { stat } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { unpack } from 'msgpackr';
import { afterEach, describe, expect, test } from 'vitest';
import type { Peer } from '../../../gateway/peer.ts';
import type { ServerOptions } from '../../../gateway/server/server.ts';
import type { Wire } from '../../../gateway/wire/wire.ts';
import { ask, closing, connect, nextMessage, openPort, type TestPort } from './gateway-port.ts';

let port: TestPort;

afterEach(async () => {
  await port.drain();
});

function closesCounted(reason: Parameters<TestPort['tally']['wsClosed']>[0]): number {
  return port.tally.closes.get(reason, 'only', 'only');
}

describe('the wire of a frame', () => {
  const tellWire: ServerOptions['handle'] = (_frame, wire, peer) =>
    peer.send(Buffer.from(wire.format), wire.binary);

  test('is told by its type where no subprotocol was agreed', async () => {
    port = await openPort({ handle: tellWire });
    const webSocket = await connect(port.wsUrl);
    webSocket.send('{}');
    expect(await nextMessage(webSocket)).toEqual([Buffer.from('json'), false]);
    webSocket.send(Buffer.of(0x80));
    expect(await nextMessage(webSocket)).toEqual([Buffer.from('msgpack'), true]);
  });

  test.each([
    ['s1sp.v1.json', '{}', 'json'],
    ['s1sp.v1.msgpack', Buffer.of(0x80), 'msgpack'],
  ])('is that of the subprotocol %s', async (subprotocol, frame, format) => {
    port = await openPort({ handle: tellWire });
    const webSocket = await connect(port.wsUrl, [subprotocol]);
    webSocket.send(frame);
    expect(String((await nextMessage(webSocket))[0])).toBe(format);
  });

  test('a frame of the other type is malformed, and the connection stays', async () => {
    port = await openPort({ handle: tellWire });
    const webSocket = await connect(port.wsUrl, ['s1sp.v1.msgpack']);
    webSocket.send('{}');
    const [answer, isBinary] = await nextMessage(webSocket);
    expect(isBinary).toBe(true);
    expect(unpack(answer)).toEqual({
      requestId: null,
      responseCode: null,
      error: {
        code: 'MALFORMED_FRAME',
        message: 'the subprotocol s1sp.v1.msgpack takes binary frames',
      },
    });
    webSocket.send(Buffer.of(0x80));
    expect(String((await nextMessage(webSocket))[0])).toBe('msgpack');
  });
});

describe('a frame', () => {
  test('of 256 KiB is taken, and of one byte more closes 1009', async () => {
    port = await openPort();
    const webSocket = await connect(port.wsUrl);
    webSocket.send(Buffer.alloc(262_144));
    expect((await nextMessage(webSocket))[0]).toHaveLength(262_144);
    webSocket.send(Buffer.alloc(262_145));
    expect((await closing(webSocket))[0]).toBe(1009);
    await port.gone;
    expect(closesCounted('frame_too_large')).toBe(1);
  });

  test('in 64 fragments is taken, and in one more closes 1008', async () => {
    port = await openPort();
    const webSocket = await connect(port.wsUrl);
    const sendIn = (fragments: number) => {
      for (let i = 1; i <= fragments; i++) webSocket.send('x', { fin: i === fragments });
    };
    sendIn(64);
    expect(String((await nextMessage(webSocket))[0])).toBe('x'.repeat(64));
    sendIn(65);
    expect((await closing(webSocket))[0]).toBe(1008);
    await port.gone;
    expect(closesCounted('protocol_error')).toBe(1);
  });

  test('of text that is not UTF-8 closes 1007', async () => {
    port = await openPort();
    const webSocket = await connect(port.wsUrl);
    webSocket.send(Buffer.of(0xff), { binary: false });
    expect((await closing(webSocket))[0]).toBe(1007);
  });

  test('at which the hall fails is answered with INTERNAL and logged once', async () => {
    const handle = () => {
      throw new Error('a bug');
    };
    port = await openPort({ handle });
    const webSocket = await connect(port.wsUrl);
    webSocket.send('{"token":"secret"}');
    const [answer] = await nextMessage(webSocket);
    expect(JSON.parse(answer.toString())).toMatchObject({
      requestId: null,
      responseCode: null,
      error: { code: 'INTERNAL' },
    });
    const errors = port.lines.filter((line) => line.includes('a bug'));
    expect(errors).toHaveLength(1);
    expect(errors[0]).not.toContain('secret');
    expect(port.tally.rejections.get('INTERNAL', 'only', 'only')).toBe(1);
  });
});

/** A WebSocket spoken by hand, to see the bytes as TCP delivers them. */
async function connectRaw(): Promise<Socket> {
  const socket = connectTcp(port.port, '127.0.0.1');
  socket.write(
    'GET /sr HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const [head] = await once(socket, 'data');
  expect(String(head)).toMatch(/^HTTP\/1\.1 101 .*\r\n\r\n$/s);
  return socket;
}

/** A masked text frame of fewer than 126 bytes; the mask of zeros changes nothing. */
function frameOf(text: string): Buffer {
  return Buffer.concat([Buffer.of(0x81, 0x80 | text.length), Buffer.alloc(4), Buffer.from(text)]);
}

describe('answers', () => {
  test('of one tick leave in one write', async () => {
    port = await openPort({
      handle(_frame, _wire, peer) {
        for (let i = 0; i < 20; i++) peer.send(Buffer.from('answer'), false);
      },
    });
    const socket = await connectRaw();
    socket.write(Buffer.concat([frameOf('a'), frameOf('b')]));
    const [bytes] = await once(socket, 'data');
    expect(bytes).toEqual(Buffer.from('\x81\x06answer'.repeat(40), 'latin1'));
    socket.destroy();
  });

  test('of later ticks leave too', async () => {
    port = await openPort({
      handle(_frame, _wire, peer) {
        peer.send(Buffer.from('now'), false);
        queueMicrotask(() => peer.send(Buffer.from('soon'), false));
        stat('.', () => peer.send(Buffer.from('later'), false));
      },
    });
    const webSocket = await connect(port.wsUrl);
    const texts: string[] = [];
    webSocket.on('message', (data) => texts.push(String(data)));
    webSocket.send('{}');
    while (texts.length < 3) await once(webSocket, 'message');
    expect(texts).toEqual(['now', 'soon', 'later']);
  });

  test('to a peer that has gone are dropped and counted', async () => {
    port = await openPort();
    const webSocket = await connect(port.wsUrl);
    webSocket.send('{}');
    await nextMessage(webSocket);
    webSocket.close();
    await port.gone;
    expect(port.connectionCount).toBe(0);
    expect(closesCounted('peer')).toBe(1);
    port.peers[0]?.send(Buffer.from('late'), false);
    expect(port.tally.rejections.get('answer_dropped', 'only', 'only')).toBe(1);
  });
});

describe('a peer that does not read', () => {
  const flood: ServerOptions['handle'] = (_frame, _wire, peer) =>
    peer.send(Buffer.alloc(4_000_000), true);

  test('is not read from until it has taken what waits, and then goes on', async () => {
    let frames = 0;
    port = await openPort({
      limits: { unreadBytesPause: 1_000_000, unreadBytesClose: 1_000_000_000 },
      handle(frame, wire, peer) {
        frames++;
        flood(frame, wire, peer);
      },
    });
    const webSocket = await connect(port.wsUrl);
    webSocket.pause();
    webSocket.send('1');
    await port.realTime.pending(2);
    webSocket.send('2');
    for (let i = 0; i < 5; i++) await ask(port.port, 'GET', '/healthz');
    expect(frames).toBe(1);
    webSocket.resume();
    await nextMessage(webSocket);
    await nextMessage(webSocket);
    expect(frames).toBe(2);
    expect(port.peers).toHaveLength(1);
  });

  test('within the write deadline is closed with 1013', async () => {
    port = await openPort({ handle: flood });
    const webSocket = await connect(port.wsUrl);
    webSocket.pause();
    for (let i = 0; i < 4; i++) webSocket.send('x');
    await port.realTime.pending(2);
    port.realTime.turn(9_999);
    expect(webSocket.readyState).toBe(webSocket.OPEN);
    port.realTime.turn(1);
    webSocket.resume();
    expect(await closing(webSocket)).toEqual([1013, 'answers are not read fast enough']);
    await port.gone;
    expect(closesCounted('slow_consumer')).toBe(1);
    expect(port.realTime.pendingCount).toBe(1);
  });

  /** 72 MB in one tick, and one byte more in another. */
  const downpour = (_frame: Buffer, _wire: Wire, peer: Peer) => {
    for (let i = 0; i < 18; i++) peer.send(Buffer.alloc(4_000_000), true);
    setImmediate(() => setImmediate(() => peer.send(Buffer.alloc(1), true)));
  };

  test('and lets 64 MiB wait is closed with 1013', async () => {
    port = await openPort({ handle: downpour });
    const webSocket = await connect(port.wsUrl);
    webSocket.send('x');
    webSocket.pause();
    await port.realTime.pending(2);
    await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
    webSocket.resume();
    expect((await closing(webSocket))[0]).toBe(1013);
    await port.gone;
  });

  test('but a peer that reads may be sent more than that in one tick', async () => {
    port = await openPort({
      handle(_frame, _wire, peer) {
        for (let i = 0; i < 18; i++) peer.send(Buffer.alloc(4_000_000), true);
      },
    });
    const webSocket = await connect(port.wsUrl);
    webSocket.send('x');
    for (let i = 0; i < 18; i++) expect((await nextMessage(webSocket))[0]).toHaveLength(4_000_000);
    expect(webSocket.readyState).toBe(webSocket.OPEN);
  });
});

describe('the heartbeat', () => {
  test('keeps a peer that answers, and ends one that has missed a beat', async () => {
    port = await openPort();
    const webSocket = await connect(port.wsUrl);
    port.realTime.turn(30_000);
    await once(webSocket, 'ping');
    webSocket.send('a sign of life');
    await nextMessage(webSocket);
    webSocket.pause();
    port.realTime.turn(30_000);
    expect(port.connectionCount).toBe(1);
    port.realTime.turn(30_000);
    webSocket.resume();
    expect((await closing(webSocket))[0]).toBe(1006);
    await port.gone;
    expect(closesCounted('heartbeat')).toBe(1);
  });
});
