import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { GATEWAY_OPERATIONS } from '../../inspector/api/gateway-operations.ts';
import { ask } from '../gateway/server/gateway-port.ts';
import * as api from './api-port.ts';
import { type ApiPort, openApi } from './api-port.ts';
import { METER } from './inspected.ts';

let port: ApiPort | undefined;

afterEach(async () => {
  await port?.drain();
  port = undefined;
});

async function open(): Promise<ApiPort> {
  port = await openApi();
  return port;
}

const get = (path: string) => api.get(port ?? { port: 0 }, path);

describe('the OpenAPI document', () => {
  test('tells of every page under /api/v1, and of no other', async () => {
    await open();
    const { json } = await get('/api/v1/openapi.json');
    const paths = json.paths as Record<string, Record<string, { responses: object }>>;
    expect(json).toMatchObject({ openapi: '3.1.0', info: { title: 's1sp', version: '0.1.0' } });
    for (const [path, methods] of Object.entries(paths)) {
      const url = path
        .replace('{deviceId}', METER)
        .replace('{log}', 'import')
        .replace('{faultId}', '1');
      const told = Object.keys(methods).map((method) => method.toUpperCase());
      const { headers } = await ask(port?.port ?? 0, 'OPTIONS', url);
      const allowed = String(headers.allow)
        .split(', ')
        .filter((each) => each !== 'HEAD');
      expect(told.sort(), path).toEqual(allowed.sort());
    }
    for (const { path } of GATEWAY_OPERATIONS) expect(paths).toHaveProperty([path]);
    const there = (port?.pages ?? []).filter((url) => url.startsWith('/api/v1/'));
    const written = there.map((url) => url.replaceAll(/:(\w+)/g, '{$1}'));
    expect([...new Set(written)].sort()).toEqual(Object.keys(paths).sort());
  });

  test('has parameters, bodies and refusals', async () => {
    await open();
    const { json } = await get('/api/v1/openapi.json');
    expect(json.paths).toMatchObject({
      '/api/v1/meters/{deviceId}/log/{log}': {
        get: {
          parameters: [
            { name: 'deviceId', in: 'path', required: true },
            { name: 'log', in: 'path', required: true },
            { name: 'period', in: 'query', required: false, schema: { type: 'string' } },
            { name: 'view', in: 'query', required: false, schema: { type: 'string' } },
          ],
          responses: { 200: {}, 400: {}, 403: {}, 404: {} },
        },
      },
      '/api/v1/clock': { post: { requestBody: { required: true } } },
    });
  });
});

describe('the WebSocket on /inspect', () => {
  test('is asked for by whoever comes without one', async () => {
    const { port: number } = await open();
    expect((await ask(number, 'GET', '/inspect')).status).toBe(426);
  });

  test('runs commands and tells events', async () => {
    const { port: number, inspected } = await open();
    const socket = new WebSocket(`ws://127.0.0.1:${number}/inspect`);
    await once(socket, 'open');
    const next = async () => JSON.parse(String((await once(socket, 'message'))[0]));
    const first = next();
    socket.send('{"id":1,"command":"watch store"}');
    expect(await first).toEqual(expect.objectContaining({ id: 1, ok: true }));
    const second = next();
    await inspected.ask(7);
    expect(await second).toMatchObject({ event: { event: 'watch', id: 1 } });
    const closed = once(socket, 'close');
    await port?.drain();
    await closed;
  });
});
