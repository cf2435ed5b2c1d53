// The three web services over a real port, with the small world behind them and a receiver beside.

import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import type { Party } from '../../../gateway/access/inventory.ts';
import { realTime } from '../../../gateway/server/real-time.ts';
import { ResponseOutbox } from '../../../gateway/server/response-post.ts';
import { partyId, World, type WorldOptions } from '../small-world.ts';
import {
  CREATE_SCHEDULE,
  DCC,
  logRead,
  openWire,
  parsed,
  requestXml,
} from '../wire/duis/documents.ts';
import { DEVICE } from '../wire/duis/duis-line.ts';
import { expectValid } from '../wire/duis/schemas.ts';
import { type Answer, ask, connect, nextMessage, openPort, type TestPort } from './gateway-port.ts';

const XML = { 'Content-Type': 'application/xml' };
const S = '/api/v1/serviceS';
const D = '/api/v1/serviceD';
const T = '/api/v1/serviceT';

let port: TestPort | undefined;
let receiver: HttpServer | undefined;
const sockets: WebSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await port?.drain();
  receiver?.closeAllConnections();
  receiver?.close();
  port = undefined;
  receiver = undefined;
});

/** What a receiver was sent, and what it answers each time; 204 when nothing is said. */
class Receiver {
  readonly bodies: string[] = [];
  readonly types: (string | undefined)[] = [];
  readonly statuses: number[] = [];
  url = '';

  async open(): Promise<this> {
    receiver = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      this.bodies.push(Buffer.concat(chunks).toString());
      this.types.push(request.headers['content-type']);
      response.writeHead(this.statuses.shift() ?? 204).end();
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const address = receiver.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/responses`;
    return this;
  }
}

/** A gateway with a port, and the outbox towards responseUrls. */
async function openAll(options: WorldOptions = {}) {
  const wire = openWire();
  const quiet = { debug() {}, warn() {}, error() {} };
  const world: World = new World({
    ...options,
    responsePost: { post: (party, answer) => outbox.post(party, answer) },
  });
  const outbox = new ResponseOutbox({ wire, tally: world.tally, realTime, log: quiet });
  port = await openPort({
    handle: world.gateway.handle,
    tally: world.tally,
    authenticate: (token) =>
      token === undefined ? null : token === 'secret' ? TOKEN_PARTY : 'refused',
    duis: {
      wire,
      deliverDocument: (party, document) => world.gateway.delivery.deliverDocument(party, document),
    },
  });
  const { port: number, wsUrl } = port;
  const post = (path: string, xml: string, headers: Record<string, string> = XML) =>
    ask(number, 'POST', path, headers, xml);
  return { world, outbox, post, wsUrl };
}

const IS: Party = { id: partyId('IS'), name: 'IS', roles: ['IS'], status: 'active' };
const TOKEN_PARTY: Party = { ...IS, token: 'secret' };

function codeOf({ status, headers, body }: Answer): unknown {
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/xml; charset=utf-8');
  expectValid(body);
  return parsed(body).header.responseCode;
}

let counter = 1000;
const read = () => requestXml('4.8.1', { requestId: `${partyId('IS')}:${DEVICE}:${counter++}` });
const schedule = () => requestXml('5.1', { requestId: `${partyId('IS')}:${DCC}:${counter++}` });

function dropped(world: World): number {
  return world.tally.rejections.get('answer_dropped', 'only', 'only');
}

describe('a POST', () => {
  test('to Send Command is acknowledged, and the device answers to the responseUrl', async () => {
    const { url, bodies, types } = await new Receiver().open().then(share);
    const { world, outbox, post } = await openAll({ parties: [{ ...IS, responseUrl: url }] });
    const acknowledged = await post(S, read());
    expect(codeOf(acknowledged)).toBe('I99');
    await world.pass(0);
    await outbox.whenEmpty();
    expect(types).toEqual(['application/xml']);
    expectValid(bodies[0] ?? '');
    const { header, entries } = logRead(bodies[0] ?? '');
    expect(entries).toHaveLength(49);
    expect(header.requestId).toEqual(parsed(acknowledged.body).header.requestId);
    expect(dropped(world)).toBe(0);
  });

  test('that is future dated is answered at the responseUrl, connected or not', async () => {
    const { url, bodies } = await new Receiver().open().then(share);
    const { world, outbox, post } = await openAll({ parties: [{ ...IS, responseUrl: url }] });
    const at = '<sr:ExecutionDateTime>2026-11-23T10:00:00Z</sr:ExecutionDateTime>';
    const later = read().replace('<sr:ReadLogPeriod>', `${at}<sr:ReadLogPeriod>`);
    expect(codeOf(await post(S, later))).toBe('I99');
    const line = world.connect();
    await world.read('4.8.1', 4, 'IS');
    line.say(world.request('4.8.2', 4, 'IS', ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z']));
    await world.until('2026-11-23T10:00:00Z');
    await outbox.whenEmpty();
    expect(bodies.map((body) => logRead(body).entries.length)).toEqual([49]);
    expect(line.answers).toHaveLength(1);
  });

  test('to Non-Device is answered whole', async () => {
    const { world, post } = await openAll();
    expect(codeOf(await post(D, schedule(), { 'Content-Type': 'text/xml; charset=utf-8' }))).toBe(
      'I0',
    );
    expect(dropped(world)).toBe(0);
  });

  test('to another service than its own is E13, to Transform always', async () => {
    const { post } = await openAll();
    expect(codeOf(await post(D, read()))).toBe('E13');
    expect(codeOf(await post(S, schedule()))).toBe('E13');
    expect(codeOf(await post(T, read()))).toBe('E13');
    expect(codeOf(await post(T, schedule()))).toBe('E13');
  });

  test('of a Party without a responseUrl answers to its open duis connection', async () => {
    const { world, post, wsUrl } = await openAll();
    const socket = await connect(wsUrl, ['duis']);
    sockets.push(socket);
    socket.send(schedule());
    await nextMessage(socket);
    expect(codeOf(await post(S, read()))).toBe('I99');
    const next = nextMessage(socket);
    await world.pass(0);
    expect(logRead((await next)[0].toString()).entries).toHaveLength(49);
    expect(dropped(world)).toBe(0);
  });

  test('of a Party without any address loses its answer, which is counted', async () => {
    const { world, post } = await openAll();
    expect(codeOf(await post(S, read()))).toBe('I99');
    await world.pass(0);
    expect(dropped(world)).toBe(1);
  });

  test('does not become the place where its Party is answered', async () => {
    const { world, post } = await openAll();
    const body = CREATE_SCHEDULE.replace(
      '<sr:DSPScheduledServiceReference>',
      '<sr:ScheduleExecutionStartTime>01:00:00Z</sr:ScheduleExecutionStartTime>$&',
    );
    const requestId = `${partyId('IS')}:${DCC}:${counter++}`;
    expect(codeOf(await post(D, requestXml('5.1', { requestId, body })))).toBe('I0');
    await world.until('2026-11-24T01:00:00Z');
    expect(world.gateway.delivery.waiting).toBe(1);
    expect(dropped(world)).toBe(0);
  });

  test('by a Party with a responseUrl has what its schedules read POSTed there', async () => {
    const { url, bodies } = await new Receiver().open().then(share);
    const { world, outbox, post } = await openAll({ parties: [{ ...IS, responseUrl: url }] });
    const body = CREATE_SCHEDULE.replace(
      '<sr:DSPScheduledServiceReference>',
      '<sr:ScheduleExecutionStartTime>01:00:00Z</sr:ScheduleExecutionStartTime>$&',
    );
    const requestId = `${partyId('IS')}:${DCC}:${counter++}`;
    await post(D, requestXml('5.1', { requestId, body }));
    await world.until('2026-11-24T01:00:00Z');
    await outbox.whenEmpty();
    expect(bodies).toHaveLength(1);
    expect(logRead(bodies[0] ?? '').inner).toMatchObject({ BusinessTargetID: DCC });
  });
});

/** Keeps the lists of a receiver while its fields are taken apart. */
function share(from: Receiver) {
  return { url: from.url, bodies: from.bodies, types: from.types, statuses: from.statuses };
}

describe('a POST is refused', () => {
  const errorOf = ({ body }: Answer) => JSON.parse(body).error.code;

  test('with 400 and the JSON error object when it is not XML, or has a fault', async () => {
    const { post } = await openAll();
    for (const [xml, code] of [
      ['', 'MALFORMED_FRAME'],
      ['<a', 'MALFORMED_FRAME'],
      [`<!DOCTYPE a>${read()}`, 'MALFORMED_FRAME'],
      [read().replace('5.4', '6.0'), 'INVALID_REQUEST'],
    ] as const) {
      const answer = await post(S, xml);
      expect(answer.status).toBe(400);
      expect(answer.headers['content-type']).toContain('application/json');
      expect(errorOf(answer)).toBe(code);
      expect(JSON.parse(answer.body).responseCode).toBe(null);
    }
  });

  test('with 503 when the gateway is busy, and says when to come back', async () => {
    const { world, post } = await openAll({
      meterMs: 1000,
      limits: { inFlight: 1, inFlightPerConnection: 1 },
    });
    expect(codeOf(await post(S, read()))).toBe('I99');
    const busy = await post(S, read());
    expect(busy.status).toBe(503);
    expect(errorOf(busy)).toBe('BUSY');
    expect(busy.headers['retry-after']).toBe('1');
    await world.pass(1);
    expect(codeOf(await post(S, read()))).toBe('I99');
    await world.pass(1);
  });

  test('with 503 while the gateway is draining', async () => {
    const { world, post } = await openAll();
    void world.gateway.inFlight.drain();
    const refused = await post(S, read());
    expect(refused.status).toBe(503);
    expect(errorOf(refused)).toBe('SHUTTING_DOWN');
  });

  test('with 415 when it is not said to be XML, and 413 when it is over the limit', async () => {
    const { post } = await openAll();
    expect((await post(S, '{}', { 'Content-Type': 'application/json' })).status).toBe(415);
    expect((await post(S, read(), {})).status).toBe(415);
    expect((await post(S, ' '.repeat(262_145))).status).toBe(413);
  });

  test('with 401 for a token that nobody has, and E1 for another Party than its own', async () => {
    const { world, post } = await openAll({ parties: [TOKEN_PARTY] });
    const unknown = await post(S, read(), { ...XML, Authorization: 'Bearer wrong' });
    expect(unknown.status).toBe(401);
    expect(unknown.headers['www-authenticate']).toBe('Bearer');
    expect(world.tally.rejections.get('token', 'only', 'only')).toBe(1);
    expect(codeOf(await post(S, read()))).toBe('E1');
    expect(codeOf(await post(S, read(), { ...XML, Authorization: 'Bearer secret' }))).toBe('I99');
    expect(codeOf(await post(`${S}?token=secret`, read()))).toBe('I99');
    await world.pass(0);
  });

  test('with 405 for another method, and 403 for a page of another site', async () => {
    const { post } = await openAll();
    const got = await ask(port?.port ?? 0, 'GET', S);
    expect(got.status).toBe(405);
    expect(got.headers.allow).toBe('POST');
    expect((await post(S, read(), { ...XML, Origin: 'http://example.org' })).status).toBe(403);
  });

  test('and XML anywhere else is 415', async () => {
    const { post } = await openAll();
    expect((await post('/api/v1/clock', '<a/>')).status).toBe(415);
  });
});
