import { afterEach, describe, expect, test } from 'vitest';
import type { Party } from '../../../gateway/access/inventory.ts';
import { judgeUpgrade, type UpgradeRules } from '../../../gateway/server/upgrade.ts';
import { connect, openPort, refusedUpgrade, type TestPort } from './gateway-port.ts';

const PARTY: Party = {
  id: '90-B3-D5-1F-30-01-00-00',
  name: 'Example Import Supplier',
  roles: ['IS'],
  token: 'secret',
  status: 'active',
};

const RULES: UpgradeRules = {
  host: '127.0.0.1',
  authenticate: (token) => {
    if (token === undefined) return null;
    return token === 'secret' ? PARTY : 'refused';
  },
  closedFor: () => undefined,
};

function judge(headers: Record<string, string>, rules: Partial<UpgradeRules> = {}, url = '/sr') {
  const verdict = judgeUpgrade({ url, headers }, { ...RULES, ...rules });
  return verdict.ok ? 'accepted' : `${verdict.reason} ${verdict.refusal.code}`;
}

describe('the path', () => {
  test.each([
    ['/sr', 'accepted'],
    ['/sr?token=secret', 'accepted'],
    ['/sr/', 'path NOT_FOUND'],
    ['/', 'path NOT_FOUND'],
    ['/SR', 'path NOT_FOUND'],
  ])('%s is %s', (url, verdict) => {
    expect(judge({}, {}, url)).toBe(verdict);
  });
});

describe('on loopback the Host', () => {
  test.each(['localhost:7681', '127.0.0.1:7681', '127.0.0.1', '[::1]:7681', 'LOCALHOST'])(
    '%s is taken',
    (host) => {
      expect(judge({ host })).toBe('accepted');
    },
  );

  test.each(['example.org', '127.0.0.1.example.org:7681', 'localhost.example.org', '10.0.0.1'])(
    '%s is refused',
    (host) => {
      expect(judge({ host })).toBe('host FORBIDDEN');
    },
  );

  test('is not looked at where the gateway listens in the open', () => {
    expect(judge({ host: 'gateway.example.org' }, { host: '0.0.0.0' })).toBe('accepted');
  });
});

describe('the Origin', () => {
  test.each([
    'http://localhost:3000',
    'https://localhost',
    'http://127.0.0.1:7681',
    'http://[::1]:8080',
  ])('%s is taken', (origin) => {
    expect(judge({ host: '127.0.0.1:7681', origin })).toBe('accepted');
  });

  test.each([
    'http://example.org',
    'http://localhost.example.org',
    'https://127.0.0.1.example.org',
    'http://example.org#http://localhost',
    'file://localhost',
    'null',
    '',
  ])('%j is refused', (origin) => {
    expect(judge({ host: '127.0.0.1:7681', origin })).toBe('origin FORBIDDEN');
  });

  test("may be the server's own address", () => {
    const rules = { host: '192.0.2.1' };
    const origin = 'http://192.0.2.1:7681';
    expect(judge({ host: '192.0.2.1:7681', origin }, rules)).toBe('accepted');
    expect(judge({ host: '192.0.2.1:7682', origin }, rules)).toBe('origin FORBIDDEN');
  });

  test('may not be a name that only claims to be the server', () => {
    const headers = { host: 'example.org:7681', origin: 'http://example.org:7681' };
    expect(judge(headers, { host: '0.0.0.0' })).toBe('origin FORBIDDEN');
    expect(judge(headers, { host: 'example.org' })).toBe('accepted');
  });
});

describe('the token', () => {
  test.each([
    ['Bearer secret', 'accepted'],
    ['bearer  secret ', 'accepted'],
    ['Bearer wrong', 'token UNAUTHORIZED'],
    ['Bearer', 'token UNAUTHORIZED'],
    ['Basic secret', 'token UNAUTHORIZED'],
    ['secret', 'token UNAUTHORIZED'],
  ])('in the header %j is %s', (authorization, verdict) => {
    expect(judge({ authorization })).toBe(verdict);
  });

  test('in the query counts where there is no header', () => {
    expect(judge({}, {}, '/sr?token=wrong')).toBe('token UNAUTHORIZED');
    expect(judge({}, {}, '/sr?token=')).toBe('token UNAUTHORIZED');
    expect(judge({ authorization: 'Bearer secret' }, {}, '/sr?token=wrong')).toBe('accepted');
  });

  test('says which Party the connection is', () => {
    const headers = { authorization: 'Bearer secret' };
    expect(judgeUpgrade({ url: '/sr', headers }, RULES)).toEqual({ ok: true, party: PARTY });
    expect(judgeUpgrade({ url: '/sr', headers: {} }, RULES)).toEqual({ ok: true, party: null });
  });
});

describe('over a real socket', () => {
  let port: TestPort | undefined;

  afterEach(async () => {
    await port?.drain();
  });

  test('a refusal is a status and a JSON error', async () => {
    port = await openPort();
    const { status, headers, body } = await refusedUpgrade(port.port, '/other');
    expect(status).toBe(404);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.parse(body)).toEqual({
      error: { code: 'NOT_FOUND', message: 'WebSockets are served at /sr only' },
    });
    expect(port.tally.rejections.get('path', 'only', 'only')).toBe(1);
  });

  test('an unknown subprotocol gets 400 and the names of those offered', async () => {
    port = await openPort();
    const headers = { 'Sec-WebSocket-Protocol': 'soap, s1sp.v2.json' };
    const { status, body } = await refusedUpgrade(port.port, '/sr', headers);
    expect(status).toBe(400);
    expect(JSON.parse(body).error.message).toContain('s1sp.v1.json, s1sp.v1.msgpack');
  });

  test.each([
    [['s1sp.v1.json'], 's1sp.v1.json'],
    [['s1sp.v1.msgpack'], 's1sp.v1.msgpack'],
    [['soap', 's1sp.v1.msgpack', 's1sp.v1.json'], 's1sp.v1.msgpack'],
    [['duis', 's1sp.v1.msgpack'], 'duis'],
    [[], ''],
  ])('of %j the first spoken here is chosen', async (offered, chosen) => {
    port = await openPort();
    const webSocket = await connect(port.wsUrl, offered);
    expect(webSocket.protocol).toBe(chosen);
    expect(webSocket.extensions).toBe('');
  });

  test('a foreign Origin gets 403, an unknown token 401 and a challenge', async () => {
    port = await openPort({ authenticate: RULES.authenticate });
    const foreign = await refusedUpgrade(port.port, '/sr', { Origin: 'http://example.org' });
    expect(foreign.status).toBe(403);
    const unknown = await refusedUpgrade(port.port, '/sr?token=wrong');
    expect(unknown.status).toBe(401);
    expect(unknown.headers['www-authenticate']).toBe('Bearer');
    expect(port.lines.join('')).not.toContain('wrong');
  });

  test('a handshake without a key gets 400 in JSON', async () => {
    port = await openPort();
    const { status, body } = await refusedUpgrade(port.port, '/sr', { 'Sec-WebSocket-Key': 'x' });
    expect(status).toBe(400);
    expect(JSON.parse(body).error.code).toBe('INVALID_REQUEST');
    expect(port.tally.rejections.get('handshake', 'only', 'only')).toBe(1);
  });

  test('the connection after the last that is taken gets 503', async () => {
    port = await openPort({ limits: { connections: 2 } });
    await connect(port.wsUrl);
    const second = await connect(port.wsUrl);
    expect(port.connectionCount).toBe(2);
    const { status, body } = await refusedUpgrade(port.port);
    expect(status).toBe(503);
    expect(JSON.parse(body).error.code).toBe('BUSY');
    expect(port.tally.rejections.get('connections', 'only', 'only')).toBe(1);
    second.close();
    expect(port.connectionCount).toBe(2);
  });
});
