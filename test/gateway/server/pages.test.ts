import { afterEach, describe, expect, test } from 'vitest';
import { readTarget } from '../../../gateway/server/clock-page.ts';
import type { ServerOptions } from '../../../gateway/server/server.ts';
import { ask, connect, NINE, openPort, stoppedClock, type TestPort } from './gateway-port.ts';

let port: TestPort | undefined;

afterEach(async () => {
  await port?.drain();
});

const JSON_BODY = { 'Content-Type': 'application/json' };

/** A clock that goes where it is told. */
function manualClock(): Pick<ServerOptions, 'clock' | 'advanceTo'> & { toldMs: number[] } {
  let nowMs = NINE;
  const toldMs: number[] = [];
  return {
    toldMs,
    clock: { nowMs: () => nowMs, schedule: () => ({ place: 0, cancel() {} }), reschedule() {} },
    async advanceTo(atMs) {
      toldMs.push(atMs);
      nowMs = atMs;
    },
  };
}

describe('the pages', () => {
  test('say that the gateway lives and accepts', async () => {
    port = await openPort();
    expect(await ask(port.port, 'GET', '/healthz')).toMatchObject({
      status: 200,
      body: '{"status":"alive"}',
    });
    expect(await ask(port.port, 'GET', '/readyz')).toMatchObject({
      status: 200,
      body: '{"status":"ready"}',
    });
  });

  test('say that it accepts no more while it drains', async () => {
    const over: (() => void)[] = [];
    port = await openPort({ whenIdle: () => new Promise((resolve) => over.push(resolve)) });
    const drained = port.drain();
    const { status, body } = await ask(port.port, 'GET', '/readyz');
    expect(status).toBe(503);
    expect(JSON.parse(body).error.code).toBe('SHUTTING_DOWN');
    expect((await ask(port.port, 'GET', '/healthz')).status).toBe(200);
    for (const resolve of over) resolve();
    await drained;
  });

  test('give the ready line with the time as it is now', async () => {
    port = await openPort();
    const { body } = await ask(port.port, 'GET', '/api/v1/gateway');
    expect(body).toBe('{"ready":true,"meters":3,"now":"2026-11-23T09:00:00.000Z","seed":1}');
  });

  test.each(['/', '/index.html', '/api/v1', '/healthz/', '/%zz'])(
    'do not include %s',
    async (path) => {
      port = await openPort();
      const { status, headers, body } = await ask(port.port, 'GET', path);
      expect(status).toBe(path === '/%zz' ? 400 : 404);
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(JSON.parse(body).error).toMatchObject({ code: expect.any(String) });
    },
  );

  test.each([
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/metrics', 'GET, HEAD'],
    ['OPTIONS', '/readyz', 'GET, HEAD'],
    ['PUT', '/api/v1/clock', 'GET, HEAD, POST'],
  ])('do not take %s on %s', async (method, path, allow) => {
    port = await openPort();
    const { status, headers, body } = await ask(port.port, method, path);
    expect(status).toBe(405);
    expect(headers.allow).toBe(allow);
    expect(JSON.parse(body).error.code).toBe('METHOD_NOT_ALLOWED');
  });

  test('ask for a WebSocket on /sr', async () => {
    port = await openPort();
    const { status, headers } = await ask(port.port, 'GET', '/sr');
    expect(status).toBe(426);
    expect(headers.upgrade).toBe('websocket');
  });

  test('are not for pages of other origins, nor for other names of loopback', async () => {
    port = await openPort();
    const foreign = { Origin: 'http://example.org' };
    expect((await ask(port.port, 'POST', '/api/v1/clock', foreign)).status).toBe(403);
    const rebound = { Host: 'example.org' };
    expect((await ask(port.port, 'GET', '/metrics', rebound)).status).toBe(403);
  });
});

describe('the metrics', () => {
  test('have the names and labels of the contract', async () => {
    port = await openPort();
    const { tally } = port;
    tally.answered('4.8.1', 'I0', 'cache', 0.0002);
    tally.answered('4.8.1', 'I0', 'cache', 61);
    tally.answered('unknown', 'INVALID_REQUEST', 'none', 0.00005);
    tally.cacheLookup('4.8.1', 'no_schedule');
    tally.deviceRead('4.6.1', 'E21');
    tally.saved('4.8.3');
    tally.coalesced();
    tally.wanBytes('out', 80);
    tally.wanBytes('in', 350);
    tally.rejected('BUSY');
    tally.wsClosed('heartbeat');
    await connect(port.wsUrl);
    const { headers, body } = await ask(port.port, 'GET', '/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const samples = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(samples).toEqual(
      expect.arrayContaining([
        's1sp_service_requests_total{srv="4.8.1",code="I0",served="cache"} 2',
        's1sp_service_requests_total{srv="unknown",code="INVALID_REQUEST",served="none"} 1',
        's1sp_cache_lookups_total{srv="4.8.1",result="no_schedule"} 1',
        's1sp_device_reads_total{srv="4.6.1",outcome="E21"} 1',
        's1sp_device_reads_saved_total{srv="4.8.3"} 1',
        's1sp_coalesced_total 1',
        's1sp_wan_bytes_total{direction="out"} 80',
        's1sp_wan_bytes_total{direction="in"} 350',
        's1sp_rejected_total{reason="BUSY"} 1',
        's1sp_ws_closed_total{reason="heartbeat"} 1',
        's1sp_cache_entries 11',
        's1sp_cache_bytes 22',
        's1sp_in_flight 33',
        's1sp_ws_connections 1',
        's1sp_wasm_memory_bytes{store="cache"} 44',
        's1sp_wasm_memory_bytes{store="meters"} 55',
        `s1sp_virtual_time_seconds ${NINE / 1000}`,
        's1sp_build_info{version="0.1.0"} 1',
        's1sp_response_seconds_bucket{le="0.0001",srv="4.8.1",served="cache"} 0',
        's1sp_response_seconds_bucket{le="0.00025",srv="4.8.1",served="cache"} 1',
        's1sp_response_seconds_bucket{le="60",srv="4.8.1",served="cache"} 1',
        's1sp_response_seconds_bucket{le="+Inf",srv="4.8.1",served="cache"} 2',
        's1sp_response_seconds_sum{srv="4.8.1",served="cache"} 61.0002',
        's1sp_response_seconds_count{srv="4.8.1",served="cache"} 2',
      ]),
    );
    for (const line of samples) expect(line).toMatch(/^s1sp_[a-z_]+(\{[^}]*\})? [0-9.e+-]+$/);
  });

  test('count again from where they were at the next look', async () => {
    port = await openPort();
    port.tally.saved('4.8.1');
    await ask(port.port, 'GET', '/metrics');
    port.tally.saved('4.8.1');
    const { body } = await ask(port.port, 'GET', '/metrics');
    expect(body).toContain('s1sp_device_reads_saved_total{srv="4.8.1"} 2\n');
  });

  test('declare every metric once, counters alone ending in _total', async () => {
    port = await openPort();
    const { body } = await ask(port.port, 'GET', '/metrics');
    const types = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => {
      expect(type === 'counter').toBe(name?.endsWith('_total'));
      return name;
    });
    expect(types).toHaveLength(22);
    expect(new Set(types).size).toBe(types.length);
  });
});

describe('the clock', () => {
  const move = (body: unknown, headers = JSON_BODY) =>
    ask(port?.port ?? 0, 'POST', '/api/v1/clock', headers, JSON.stringify(body));

  test('is read', async () => {
    port = await openPort();
    const { status, body } = await ask(port.port, 'GET', '/api/v1/clock');
    expect([status, body]).toEqual([200, '{"now":"2026-11-23T09:00:00.000Z"}']);
  });

  test('that moves by itself answers 409', async () => {
    port = await openPort();
    const { status, body } = await move({ advanceSeconds: 1 });
    expect(status).toBe(409);
    expect(JSON.parse(body).error).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('--clock manual'),
    });
  });

  test('moves by seconds and to an instant', async () => {
    port = await openPort(manualClock());
    expect((await move({ advanceSeconds: 1.5 })).body).toBe('{"now":"2026-11-23T09:00:01.500Z"}');
    const to = '2026-11-23T11:00:00+01:00';
    expect((await move({ to })).body).toBe('{"now":"2026-11-23T10:00:00.000Z"}');
    expect((await move({ to })).status).toBe(200);
  });

  test('makes a move only when the one before it has ended', async () => {
    let nowMs = NINE;
    const toldMs: number[] = [];
    const begun: (() => void)[] = [];
    const clock = { ...stoppedClock, nowMs: () => nowMs };
    const advanceTo = (atMs: number) => {
      toldMs.push(atMs);
      return new Promise<void>((resolve) => {
        begun.push(() => {
          nowMs = atMs;
          resolve();
        });
        for (const go of waiting.splice(0)) go();
      });
    };
    const waiting: (() => void)[] = [];
    const next = () => new Promise<void>((resolve) => waiting.push(resolve));
    port = await openPort({ clock, advanceTo });
    const firstBegun = next();
    const first = move({ advanceSeconds: 60 });
    await firstBegun;
    const second = move({ advanceSeconds: 60 });
    for (let i = 0; i < 5; i++) await ask(port.port, 'GET', '/healthz');
    expect(toldMs).toEqual([NINE + 60_000]);
    const secondBegun = next();
    begun[0]?.();
    await secondBegun;
    begun[1]?.();
    await Promise.all([first, second]);
    expect(toldMs).toEqual([NINE + 60_000, NINE + 120_000]);
  });

  test('goes on after a move that failed', async () => {
    const { clock } = manualClock();
    let calls = 0;
    const advanceTo = async () => {
      if (calls++ === 0) throw new Error('a bug');
    };
    port = await openPort({ clock, advanceTo });
    expect((await move({ advanceSeconds: 1 })).status).toBe(500);
    expect(port.lines.join('')).toContain('a bug');
    expect((await move({ advanceSeconds: 1 })).status).toBe(200);
  });

  test.each([
    [{ advanceSecond: 1 }, '/advanceSecond'],
    [{ advanceSeconds: 1, to: '2026-11-24T00:00:00Z' }, ''],
    [{}, ''],
    [[], ''],
    [null, ''],
    [7, ''],
    [{ advanceSeconds: -1 }, '/advanceSeconds'],
    [{ advanceSeconds: '1' }, '/advanceSeconds'],
    [{ advanceSeconds: null }, '/advanceSeconds'],
    [{ advanceSeconds: 1e300 }, '/advanceSeconds'],
    [{ to: '2026-11-23T08:59:59.999Z' }, '/to'],
    [{ to: '2026-11-24' }, '/to'],
    [{ to: 7 }, '/to'],
  ])('refuses to move by %j', async (body, path) => {
    const clock = manualClock();
    port = await openPort(clock);
    const answer = await move(body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).error).toMatchObject({ code: 'INVALID_REQUEST', path });
    expect(clock.toldMs).toEqual([]);
  });

  test('names the key that was meant', () => {
    expect(() => readTarget({ advanceSecond: 1 }, NINE)).toThrow('(did you mean advanceSeconds?)');
  });

  test('refuses a body that is not JSON, not said to be, or too long', async () => {
    port = await openPort(manualClock());
    const send = (headers: Record<string, string>, body: string) =>
      ask(port?.port ?? 0, 'POST', '/api/v1/clock', headers, body);
    expect((await send(JSON_BODY, '{')).status).toBe(400);
    expect((await send({ 'Content-Type': 'text/plain' }, '{}')).status).toBe(415);
    const long = JSON.stringify({ to: 'x'.repeat(262_144) });
    const { status, body } = await send(JSON_BODY, long);
    expect(status).toBe(413);
    expect(JSON.parse(body).error.code).toBe('PAYLOAD_TOO_LARGE');
  });
});
