// A connection that does not come about, and why.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Line, LineError, type LineListener } from '../../load/line.ts';

let server: Server | undefined;
afterEach(() => void server?.close());

const DEAF: LineListener = { read() {}, received() {}, lost() {} };

test('a server that accepts and says nothing is given up in time', async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/sr`;
  const options = {
    ...{ url, subprotocol: 's1sp.v1.json', binary: false },
    ...{ token: undefined, number: 0, group: 0 },
  };
  const late = new AbortController();
  const connected = once(server, 'connection');
  const opening = Line.open(options, DEAF, late.signal).catch((error: unknown) => error);
  await connected;
  late.abort();
  const fault = await opening;
  if (!(fault instanceof LineError)) throw new Error('it opened');
  expect([fault.message, fault.unreachable]).toEqual(['it did not accept in time', true]);
});
