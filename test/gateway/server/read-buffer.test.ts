import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { readIntoBuffer } from '../../../gateway/server/read-buffer.ts';

const open: { destroy(): void }[] = [];

afterEach(() => {
  for (const each of open.splice(0)) each.destroy();
});

/** Both ends of a connection; what the far one writes is taken from the near one's buffer. */
async function connected(): Promise<{
  near: Socket;
  far: Socket;
  reads: Buffer[];
  texts: string[];
}> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near]: Socket[] = await once(server, 'connection');
  server.close();
  if (near === undefined) throw new Error('no connection');
  open.push(near, far);
  const reads: Buffer[] = [];
  const texts: string[] = [];
  const take = (bytes: Buffer) => {
    reads.push(bytes);
    texts.push(bytes.toString());
    near.emit('taken');
  };
  near.on('data', take);
  expect(readIntoBuffer(near, take)).toBe(true);
  return { near, far, reads, texts };
}

test('all reads of a socket come in the same memory', async () => {
  const { near, far, reads, texts } = await connected();
  for (const text of ['one', 'two']) {
    far.write(text);
    await once(near, 'taken');
  }
  expect(texts).toEqual(['one', 'two']);
  expect(reads[1]?.buffer).toBe(reads[0]?.buffer);
});

test('what was put back into the socket comes before what it reads', async () => {
  const { near, far, texts } = await connected();
  near.unshift(Buffer.from('head'));
  far.write('rest');
  while (texts.join('').length < 8) await once(near, 'taken');
  expect(texts.join('')).toBe('headrest');
});

test('a paused socket reads nothing until it goes on', async () => {
  const { near, far, texts } = await connected();
  far.write('one');
  await once(near, 'taken');
  near.pause();
  await new Promise((resolve) => far.write('two', resolve));
  // Another connection's whole way there and back.
  await connected();
  expect(texts).toEqual(['one']);
  near.resume();
  await once(near, 'taken');
  expect(texts).toEqual(['one', 'two']);
});

test('the end of what the peer sends is told as ever', async () => {
  const { near, far, texts } = await connected();
  far.end('last');
  await once(near, 'end');
  expect(texts).toEqual(['last']);
});

test('a stream that is no socket keeps its own way of reading', () => {
  expect(readIntoBuffer(new PassThrough(), () => {})).toBe(false);
});
