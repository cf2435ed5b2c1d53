import { afterEach, describe, expect, test } from 'vitest';
import { judgeVisitor } from '../../gateway/server/inspector-door.ts';
import { ask, openPort, refusedUpgrade } from '../gateway/server/gateway-port.ts';
import * as api from './api-port.ts';
import { type ApiPort, misfit, openApi } from './api-port.ts';
import { GAS, type Inspected, METER, stateOf, TWIN } from './inspected.ts';

let port: ApiPort | undefined;

afterEach(async () => {
  await port?.drain();
  port = undefined;
});

async function open(inspected?: Inspected): Promise<ApiPort> {
  port = await openApi(inspected);
  return port;
}

const get = (path: string) => api.get(port ?? { port: 0 }, path);
const send = (method: string, path: string, body: unknown) =>
  api.send(port ?? { port: 0 }, method, path, body);

const SLOW_AT = '/what/slow/delaySeconds';

describe('the pages of the inspector', () => {
  test.each([
    ['/api/v1/fleet', { meters: 14, cohorts: [{ name: 'default', count: 10 }, {}, {}] }],
    ['/api/v1/live', { serviceRequests: 0, inFlight: 0, isPaused: true, isObserved: false }],
    ['/api/v1/meters?prefix=90-b3-d5-1f-40&limit=2', { count: 10, nextCursor: '2' }],
    ['/api/v1/meters?limit=5&cursor=12', { count: 14, meters: [{ device: 12 }, { device: 13 }] }],
    ['/api/v1/meters?prefix=91', { count: 0, meters: [] }],
    [`/api/v1/meters/${METER}`, { deviceId: METER, activeScheduleCount: 3 }],
    [`/api/v1/meters/${METER}/log/import`, { log: 'import', from: '2026-11-22T00:00:00Z' }],
    [`/api/v1/meters/${METER}/log/daily?period=2026-11-20`, { entries: [{}, {}] }],
    [`/api/v1/meters/${METER}/memory`, { from: 0, to: 255, isReal: false }],
    [`/api/v1/meters/${METER}/memory?from=import&size=16`, { from: 0xab8, to: 0xac7 }],
    [`/api/v1/meters/${METER}/memory?from=0x1c070&size=4096`, { from: 0x1c070 }],
    [`/api/v1/meters/${METER}/cache`, { isCached: false }],
    [`/api/v1/meters/${METER}/trace?limit=5`, { isTraced: false, records: [] }],
    ['/api/v1/faults', { faults: [] }],
    [
      `/api/v1/meters/${TWIN}`,
      { twinElement: true, registers: { secondaryTouWh: [{}, {}, {}, {}] } },
    ],
    [`/api/v1/meters/${GAS}/log/daily`, { view: 'held' }],
    [`/api/v1/meters/${METER}/log/export?view=as-read`, { view: 'as-read', changedByFaults: [] }],
    [`/api/v1/meters/${METER}/memory-picture`, { deviceId: METER, stretches: [{}, {}] }],
    ['/api/v1/parties', {}],
    ['/api/v1/fault-presets', {}],
    ['/api/v1/clock', { kind: 'manual' }],
    [`/api/v1/devices/${METER}`, { deviceStatus: 'Commissioned' }],
    ['/api/v1/future-dated', { count: 0 }],
  ])('show %s and change nothing', async (path, expected) => {
    const { inspected } = await open();
    const before = stateOf(inspected);
    const { status, json } = await get(path);
    expect([status, json]).toEqual([200, expect.objectContaining({})]);
    expect(json).toMatchObject(expected);
    expect(misfit(inspected, 'GET', path, json)).toEqual([]);
    expect(stateOf(inspected)).toBe(before);
  });

  test('count what the gateway does', async () => {
    const { inspected } = await open();
    await inspected.ask(7);
    await inspected.ask(7);
    expect((await get('/api/v1/live')).json).toMatchObject({
      cacheLookups: 2,
      cacheHits: 1,
      deviceReads: 1,
      deviceReadsSaved: 1,
      cachedMeters: 1,
      cacheEntries: 49,
    });
  });

  test.each([
    ['/api/v1/meters?limi=1', 400, '/limi', '(did you mean limit?)'],
    ['/api/v1/meters?limit=0', 400, '/limit', '/limit must be a whole number from 1 to 1000'],
    ['/api/v1/meters?limit=1001', 400, '/limit', 'a whole number from 1 to 1000'],
    ['/api/v1/meters?limit=x', 400, '/limit', 'a whole number from 1 to 1000'],
    ['/api/v1/meters?limit=1&limit=2', 400, '/limit', 'a whole number'],
    ['/api/v1/meters?cursor=-1', 400, '/cursor', 'a whole number'],
    ['/api/v1/meters?prefix=xyz', 400, '/prefix', 'does not begin an EUI-64'],
    ['/api/v1/fleet?all=1', 400, '/all', 'unknown key "all"'],
    ['/api/v1/meters/91', 404, undefined, 'no meter begins with "91"'],
    ['/api/v1/meters/90', 409, undefined, 'begins 14 meters'],
    [`/api/v1/meters/${METER}/log/gas`, 404, undefined, 'there is no log "gas"'],
    [
      `/api/v1/meters/${METER}/log/import?period=soon`,
      400,
      '/period',
      '/period "soon" is no period',
    ],
    [`/api/v1/meters/${METER}/memory?from=nowhere`, 404, undefined, 'no address'],
    [`/api/v1/meters/${METER}/memory?size=4097`, 400, '/size', 'a whole number from 1 to 4096'],
    [`/api/v1/meters/${METER}/trace?limit=10001`, 400, '/limit', 'a whole number from 1 to 10000'],
    [`/api/v1/meters/${METER}/trace?limit=0`, 400, '/limit', 'a whole number from 1 to 10000'],
    [`/api/v1/meters/${METER}/trace?limit=on`, 400, '/limit', 'a whole number'],
    [`/api/v1/meters/${METER}/log/import?view=seen`, 400, '/view', 'one of held, as-read'],
    [`/api/v1/meters/${METER}/log/import?view=held&view=held`, 400, '/view', 'one of held'],
    [`/api/v1/meters/${METER}?all=1`, 400, '/all', 'unknown key "all"'],
    [`/api/v1/meters/${METER}/cache?srv=4.8.1`, 400, '/srv', 'unknown key "srv"'],
    [`/api/v1/meters/${METER}/memory-picture?from=0`, 400, '/from', 'unknown key "from"'],
    ['/api/v1/meters/91/cache', 404, undefined, 'no meter begins with "91"'],
    ['/api/v1/meters/90/memory', 409, undefined, 'begins 14 meters'],
    ['/api/v1/meters/91/memory-picture', 404, undefined, 'no meter begins with "91"'],
    ['/api/v1/meters/90/trace', 409, undefined, 'begins 14 meters'],
    ['/api/v1/meters/91/log/import', 404, undefined, 'no meter begins with "91"'],
    ['/api/v1/live?now=1', 400, '/now', 'unknown key "now"'],
    ['/api/v1/parties?id=1', 400, '/id', 'unknown key "id"'],
    ['/api/v1/faults?id=1', 400, '/id', 'unknown key "id"'],
    ['/api/v1/fault-presets?name=x', 400, '/name', 'unknown key "name"'],
    ['/api/v1/devices/91', 400, '/deviceId', ''],
    ['/api/v1/devices/91-00-00-00-00-00-00-00', 404, undefined, 'no such device'],
    ['/api/v1/future-dated?limit=0', 400, '/limit', 'one whole number'],
    ['/api/v1/meters/%zz', 400, undefined, ''],
  ])('refuse %s with %d', async (path, status, place, message) => {
    await open();
    const answer = await get(path);
    expect(answer.status).toBe(status);
    const { error } = answer.json;
    expect(error.message).toContain(message);
    if (place !== undefined) expect(error.path).toBe(place);
  });

  test('take faults, and say what is wrong with one', async () => {
    const { inspected } = await open();
    const bad = await send('POST', '/api/v1/faults', { whom: 1 });
    expect([bad.status, bad.json.error.code]).toEqual([400, 'INVALID_REQUEST']);
    expect((await send('POST', '/api/v1/faults', [])).status).toBe(400);
    const good = await send('POST', '/api/v1/faults', { who: METER, what: 'silent' });
    expect([good.status, good.json]).toMatchObject([200, { id: 1, what: 'silent' }]);
    expect((await get('/api/v1/faults')).json).toMatchObject({ faults: [{ id: 1, hits: 0 }] });
    expect((await send('DELETE', '/api/v1/faults/1', undefined)).json).toEqual({ removed: '1' });
    expect(inspected.faults.list()).toEqual([]);
    expect((await send('DELETE', '/api/v1/faults/77', undefined)).status).toBe(404);
    expect((await send('DELETE', '/api/v1/faults', undefined)).json).toEqual({ cleared: 0 });
  });

  test.each([
    ['DELETE', '/api/v1/faults?all=1', undefined, 400, '/all'],
    ['DELETE', '/api/v1/faults/x', undefined, 404, undefined],
    ['POST', '/api/v1/faults', undefined, 400, ''],
    ['POST', '/api/v1/faults', null, 400, ''],
    ['POST', '/api/v1/faults', 'silent', 400, ''],
    ['POST', '/api/v1/faults', {}, 400, '/what'],
    ['POST', '/api/v1/faults', { what: 'gap', who: ['nobody'] }, 400, '/who/0'],
    ['POST', '/api/v1/faults', { what: { slow: { delaySeconds: -1 } } }, 400, SLOW_AT],
    ['PATCH', `/api/v1/devices/${METER}`, {}, 400, '/deviceStatus'],
    ['PATCH', `/api/v1/devices/${METER}`, { deviceStatus: 'Asleep' }, 400, '/deviceStatus'],
  ])('refuse %s %s with %j', async (method, path, body, status, place) => {
    const { inspected } = await open();
    const before = stateOf(inspected);
    const answer = await send(method, path, body);
    expect([answer.status, answer.json.error.path]).toEqual([status, place]);
    expect(inspected.faults.list()).toEqual([]);
    expect(stateOf(inspected)).toBe(before);
  });

  test.each([
    ['{', 'application/json', 400],
    ['what=silent', 'text/plain', 415],
    ['<fault/>', 'application/xml', 415],
  ])('take no fault from %s as %s', async (body, type, status) => {
    const { port: number, inspected } = await open();
    const headers = { 'Content-Type': type };
    const answer = await ask(number, 'POST', '/api/v1/faults', headers, body);
    expect(answer.status).toBe(status);
    const { error } = JSON.parse(answer.body);
    expect(error.message).not.toBe('');
    if (status === 415) expect(error.message).toContain(`type ${type}`);
    if (status === 415) expect(error.next).toBe('send it with Content-Type: application/json');
    expect(inspected.faults.list()).toEqual([]);
  });

  test('answer as the document says where there is more to tell', async () => {
    const { inspected } = await open();
    await inspected.tell('trace all on');
    await inspected.ask(7);
    await inspected.ask(7, '4.6.1');
    const fault = { who: METER, what: { gap: {} }, name: 'holes', p: 0.5 };
    const added = await send('POST', '/api/v1/faults', fault);
    expect(misfit(inspected, 'POST', '/api/v1/faults', added.json)).toEqual([]);
    await inspected.ask(7, '4.8.3');
    for (const path of [
      ...['', '/cache', '/trace', '/log/import?view=as-read'].map((end) => `${METER}${end}`),
      ...[`${METER}/memory?from=cache.import.values`, `${METER}/memory-picture`],
    ]) {
      const url = `/api/v1/meters/${path}`;
      const { json } = await get(url);
      expect(misfit(inspected, 'GET', url, json), url).toEqual([]);
    }
    const { json } = await get('/api/v1/faults');
    expect(misfit(inspected, 'GET', '/api/v1/faults', json)).toEqual([]);
    const unlike = { ...json, more: 1 };
    expect(misfit(inspected, 'GET', '/api/v1/faults', unlike)).not.toEqual([]);
  });

  test('answer a wrong method with those that are right', async () => {
    const { port: number } = await open();
    const { status, headers } = await ask(number, 'PUT', `/api/v1/meters/${METER}`);
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
    expect((await ask(number, 'GET', '/api/v1/faults/7')).headers.allow).toBe('DELETE');
  });

  test('are told of where somebody asks for one that is not there', async () => {
    await open();
    expect(await get('/api/v1/metres')).toMatchObject({
      status: 404,
      json: { error: { next: 'GET /api/v1/openapi.json lists those there are' } },
    });
  });

  test('are not there where there is no inspector', async () => {
    const opened = await openPort();
    try {
      expect((await ask(opened.port, 'GET', '/api/v1/fleet')).status).toBe(404);
      expect((await refusedUpgrade(opened.port, '/inspect')).status).toBe(404);
    } finally {
      await opened.drain();
    }
  });

  test('are not for other sites', async () => {
    const { port: number } = await open();
    const foreign = { Origin: 'http://example.org' };
    expect((await ask(number, 'GET', '/api/v1/fleet', foreign)).status).toBe(403);
    expect((await refusedUpgrade(number, '/inspect', foreign)).status).toBe(403);
    expect((await refusedUpgrade(number, '/inspect', { Host: 'example.org' })).status).toBe(403);
  });

  test('are for this machine unless the user lets everybody in', () => {
    const inspector = (isPublic: boolean) => ({ isPublic, addPages() {}, connected() {} });
    expect(judgeVisitor('127.0.0.1', inspector(false))).toBeUndefined();
    expect(judgeVisitor('::ffff:127.0.0.1', inspector(false))).toBeUndefined();
    expect(judgeVisitor('192.0.2.1', inspector(false))).toMatchObject({ code: 'FORBIDDEN' });
    expect(judgeVisitor('192.0.2.1', inspector(true))).toBeUndefined();
  });
});
