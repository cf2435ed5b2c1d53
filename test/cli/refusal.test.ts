// What the commands say of a gateway that does not let them in.

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { refuseUpgrade } from '../../gateway/server/upgrade.ts';
import { run } from './built-program.ts';

let server: Server | undefined;

afterEach(async () => {
  server?.close();
  server = undefined;
});

/** A server that refuses every upgrade; gives its address. */
async function refusing(refuse: Parameters<typeof upgradedBy>[1]): Promise<string> {
  server = createServer();
  upgradedBy(server, refuse);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

function upgradedBy(on: Server, refuse: (socket: Parameters<typeof refuseUpgrade>[0]) => void) {
  on.on('upgrade', (_request, socket) => refuse(socket));
}

test('inspect says why it was refused', async () => {
  const message = 'meters are looked into from this machine only (see serve --inspector)';
  const url = await refusing((socket) => refuseUpgrade(socket, { code: 'FORBIDDEN', message }));
  const { code, stderr } = await run(['inspect', '--url', url, '-e', 'help']);
  expect(code).toBe(1);
  expect(stderr).toContain(`the gateway refused the inspector: 403 Forbidden: ${message}`);
});

test('send says why it was refused', async () => {
  const message = 'no Party has this token';
  const url = await refusing((socket) => refuseUpgrade(socket, { code: 'UNAUTHORIZED', message }));
  const { code, stderr } = await run(['send', '-', '--url', `${url}/sr`], { input: '{}' });
  expect(code).toBe(1);
  expect(stderr).toContain(`the gateway refused the connection: 401 Unauthorized: ${message}`);
});

test('a refusal without a reason is told by its status', async () => {
  const url = await refusing((socket) =>
    socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 5\r\n\r\n<html'),
  );
  const { code, stderr } = await run(['inspect', '--url', url, '-e', 'help']);
  expect(code).toBe(1);
  expect(stderr).toContain('the gateway refused the inspector: 502 Bad Gateway\n');
});
