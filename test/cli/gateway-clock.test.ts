// The question for a gateway's time, without a process of its own.

import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { CommandError } from '../../cli/exit-codes.ts';
import { GATEWAY_ADDRESS } from '../../cli/gateway-address.ts';
import { gatewayNowMs } from '../../cli/gateway-clock.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Opens one of `ports`, the first that is free. */
async function listen(answer: RequestListener, ports: readonly number[] = [0]): Promise<number> {
  for (const port of ports) {
    server = createServer(answer).listen(port, '127.0.0.1');
    const opened = await once(server, 'listening').then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE') throw error;
        return false;
      },
    );
    const address = server.address();
    if (opened && typeof address === 'object' && address !== null) return address.port;
  }
  throw new Error('none of the ports is free');
}

function ask(port: number, more: { token?: string; timeout?: number; path?: string } = {}) {
  const url = GATEWAY_ADDRESS.read(`ws://127.0.0.1:${port}${more.path ?? ''}`, '');
  if (url === undefined) throw new Error('not an address');
  return gatewayNowMs({ url, format: 'json', token: more.token, timeout: more.timeout ?? 5000 });
}

async function refusal(asked: Promise<number>): Promise<CommandError> {
  const error = await asked.catch((fault: unknown) => fault);
  if (error instanceof CommandError) return error;
  throw new Error('it was not refused');
}

const NINE = '{"ready":true,"now":"2026-11-23T09:00:00.500Z"}';

test('is answered in virtual time, with the token shown', async () => {
  const seen: unknown[] = [];
  const port = await listen(({ url, headers }, response) => {
    seen.push([url, headers.authorization]);
    response.end(NINE);
  });
  expect(await ask(port, { token: 'open', path: '/sr?x=1' })).toBe(
    Date.UTC(2026, 10, 23, 9, 0, 0, 500),
  );
  expect(await ask(port)).toBe(Date.UTC(2026, 10, 23, 9, 0, 0, 500));
  expect(seen).toEqual([
    ['/api/v1/gateway', 'Bearer open'],
    ['/api/v1/gateway', undefined],
  ]);
});

test('reaches a port that fetch forbids', async () => {
  const port = await listen((_, response) => response.end(NINE), [6000, 6667, 10080, 6566, 6697]);
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
    cause: { message: 'bad port' },
  });
  expect(await ask(port)).toBe(Date.UTC(2026, 10, 23, 9, 0, 0, 500));
});

describe('is told why there is no answer', () => {
  test.each<[string, RequestListener, string]>([
    ['no page', (_, response) => response.writeHead(404).end(NINE), 'does not tell the time (404)'],
    ['no JSON', (_, response) => response.end('<html>'), 'does not tell the time (200)'],
    ['no time', (_, response) => response.end('{"now":7}'), 'does not tell the time (200)'],
    ['no object', (_, response) => response.end('[]'), 'does not tell the time (200)'],
  ])('by %s', async (_, answer, reason) => {
    const { exit, message } = await refusal(ask(await listen(answer)));
    expect([exit, message]).toEqual(['failed', expect.stringContaining(reason)]);
  });

  test('by silence', async () => {
    const { exit, message } = await refusal(ask(await listen(() => {}), { timeout: 50 }));
    expect(exit).toBe('unreachable');
    expect(message).toContain('aborted due to timeout');
  });

  test('by an answer without end', async () => {
    const port = await listen((_, response) => response.end('x'.repeat(65_537)));
    const { exit, message } = await refusal(ask(port));
    expect([exit, message]).toEqual(['unreachable', expect.stringContaining('stop talking')]);
  });

  test('by an answer that breaks off', async () => {
    const port = await listen((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{');
      response.socket?.destroy();
    });
    expect((await refusal(ask(port))).exit).toBe('unreachable');
  });

  test('by nobody', async () => {
    const port = await listen(() => {});
    server?.close();
    const { exit, message } = await refusal(ask(port));
    expect([exit, message]).toEqual(['unreachable', expect.stringContaining('ECONNREFUSED')]);
  });
});
