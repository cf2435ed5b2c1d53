import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { run } from './built-program.ts';
import { type Answer, type FakeGateway, fakeGateway } from './fake-gateway.ts';

const DEVICE = '90-B3-D5-1F-40-00-00-07';
const directory = mkdtempSync(join(tmpdir(), 's1sp-send-'));
afterAll(() => rmSync(directory, { recursive: true }));

let gateway: FakeGateway | undefined;
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

async function answering(answer: Answer): Promise<FakeGateway> {
  gateway = await fakeGateway(answer);
  return gateway;
}

function requestIdOf(frame: unknown): unknown {
  return typeof frame === 'object' && frame !== null && 'requestId' in frame
    ? frame.requestId
    : undefined;
}

const success: Answer = (frame, send) => {
  send({ requestId: requestIdOf(frame), responseCode: 'I0', served: 'cache' });
};

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe('send SRV DEVICE', () => {
  test("asks for the gateway's yesterday and prints the answer on one line", async () => {
    const { url, frames } = await answering(success);
    const { code, stdout, stderr } = await run(['send', '4.8.1', DEVICE, '--url', url]);
    expect([code, stderr]).toEqual([0, '']);
    expect(frames).toEqual([
      {
        requestId: expect.stringMatching(
          /^90-B3-D5-1F-30-01-00-00:90-B3-D5-1F-40-00-00-07:\d{13}$/,
        ),
        serviceReferenceVariant: '4.8.1',
        readLogPeriod: {
          startDateTime: '2026-11-22T00:00:00Z',
          endDateTime: '2026-11-23T00:00:00Z',
        },
      },
    ]);
    const expected = { requestId: requestIdOf(frames[0]), responseCode: 'I0', served: 'cache' };
    expect(stdout).toBe(`${JSON.stringify(expected)}\n`);
  });

  test('takes day, period, role and explain from flags, in MessagePack as in JSON', async () => {
    const { url, frames } = await answering(success);
    const period = '2026-11-20T00:00:00Z..2026-11-20T01:00:00Z';
    await run(['send', '4.6.1', DEVICE, '--day', '2026-11-01', '--as', 'MDR', '--url', url]);
    await run(['send', '4.8.3', DEVICE, '--period', period, '--explain', '--url', url]);
    const { code } = await run(['send', '5.2', DEVICE, '--format', 'msgpack', '--url', url]);
    expect(code).toBe(0);
    expect(frames).toMatchObject([
      { readLogPeriod: { endDateTime: '2026-11-02T00:00:00Z' } },
      { readLogPeriod: { endDateTime: '2026-11-20T01:00:00Z' }, explain: true },
      { serviceReferenceVariant: '5.2', readSchedule: { deviceId: DEVICE } },
    ]);
    expect(requestIdOf(frames[0])).toMatch(/^90-B3-D5-1F-30-01-00-07:/);
    expect(requestIdOf(frames[1])).toMatch(/^90-B3-D5-1F-30-01-00-01:/);
  });

  test('shows the token on the upgrade and on the question for the time', async () => {
    const { url, tokens } = await answering(success);
    await run(['send', '4.8.1', DEVICE, '--url', url], { environment: { S1SP_TOKEN: 'open' } });
    expect(tokens).toEqual(['Bearer open', 'Bearer open']);
  });

  test.each([
    [['4.8.9', DEVICE], '"4.8.9" is not an SRV'],
    [['4.8.1', 'meter-7'], '"meter-7" is not an EUI-64'],
    [['4.8.1', DEVICE, '--as', 'XX'], '--as: "XX"'],
    [['4.8.1', DEVICE, '--day', 'x'], '--day: "x"'],
    [['5.2', DEVICE, '--day', 'yesterday'], '--day and --period go with reads of a log'],
    [['4.8.1', DEVICE, '--url', 'x'], '--url: "x" is not allowed; allowed: ws://HOST:PORT'],
    [['4.8.1', DEVICE, '--format', 'jsn'], '(did you mean json?)'],
    [['4.8.1'], 'to send SRV 4.8.1, name a DEVICE too'],
  ])('%j exits 2 before anything is sent', async (args, reason) => {
    const { code, stdout, stderr } = await run(['send', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(reason);
  });
});

describe('send FILE', () => {
  test('sends the very text of the file', async () => {
    const { url, texts } = await answering((_, send) =>
      send({ requestId: 'a', responseCode: 'I0' }),
    );
    const text = '{ "requestId": "a", "counter": 9007199254740993 }\n';
    expect((await run(['send', file('one.json', text), '--url', url])).code).toBe(0);
    expect(texts).toEqual([text]);
  });

  test('reads stdin for -, and answers an array with an array in its order', async () => {
    const { url } = await answering((_, send) => {
      send([{ requestId: 'b', responseCode: 'I0' }]);
      send([{ requestId: 'a', responseCode: 'I99' }]);
    });
    const input = '[{"requestId": "a"}, {"requestId": "b"}]';
    const { code, stdout } = await run(['send', '-', '--url', url], { input });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      { requestId: 'a', responseCode: 'I99' },
      { requestId: 'b', responseCode: 'I0' },
    ]);
  });

  test.each([
    ['gone.json', undefined, 'no such file'],
    ['broken.json', '{', 'is not JSON'],
    ['empty.json', '[]', 'holds no message'],
  ])('%s exits 2 and is named', async (name, text, reason) => {
    const path = text === undefined ? join(directory, name) : file(name, text);
    const { code, stderr } = await run(['send', path]);
    expect(code).toBe(2);
    expect(stderr).toContain(name);
    expect(stderr).toContain(reason);
  });

  test('takes no flag that would change the request it holds', async () => {
    const { code, stderr } = await run(['send', file('f.json', '{}'), '--as', 'IS']);
    expect(code).toBe(2);
    expect(stderr).toContain('--as goes with SRV DEVICE');
  });
});

describe('what the gateway does', () => {
  const request = ['send', '5.2', DEVICE];

  test.each([
    ['a DUIS error', { responseCode: 'E4' }],
    ['a DUIS warning', { responseCode: 'W050201' }],
    ['an error without a DUIS code', { responseCode: null, error: { code: 'BUSY' } }],
  ])('%s is printed and exits 1', async (_, answer) => {
    const { url } = await answering((frame, send) => {
      send({ requestId: requestIdOf(frame), ...answer });
    });
    const { code, stdout, stderr } = await run([...request, '--url', url]);
    expect([code, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toMatchObject(answer);
  });

  test('scheduled responses on the same connection are counted and not shown', async () => {
    const { url } = await answering((frame, send, socket) => {
      send({ responseId: 'x', responseCode: 'I0' });
      success(frame, send, socket);
    });
    const { code, stdout, stderr } = await run([...request, '--url', url]);
    expect([code, stdout.trim().split('\n').length]).toEqual([0, 1]);
    expect(stderr).toContain('scheduled responses on this connection: 1');
  });

  test('nobody at the address exits 3 and says how to start one', async () => {
    const { url, close } = await fakeGateway(success);
    await close();
    for (const args of [request, ['send', '4.8.1', DEVICE]]) {
      const { code, stdout, stderr } = await run([...args, '--url', url]);
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toContain('(ECONNREFUSED); start one with `npm start`');
    }
  });

  test('no answer in time exits 1 and says how long it waited', async () => {
    const { url } = await answering(() => {});
    const { code, stderr } = await run([...request, '--url', url, '--timeout', '1s']);
    expect(code).toBe(1);
    expect(stderr).toContain('1 of 1 answers did not come within 1000 ms');
  });

  test('an acceptance without the answer proper is printed when time is up', async () => {
    const { url } = await answering((_, send) => send({ requestId: 'a', responseCode: 'I99' }));
    const input = '{"requestId": "a", "executionDateTime": "2030-01-01T00:00:00Z"}';
    const { code, stdout, stderr } = await run(['send', '-', '--url', url, '--timeout', '1s'], {
      input,
    });
    expect([code, stdout]).toEqual([0, '{"requestId":"a","responseCode":"I99"}\n']);
    expect(stderr).toContain('accepted for later');
  });

  test('a connection that closes first exits 1 with code and reason', async () => {
    const { url } = await answering((_, __, socket) => socket.close(1001, 'draining'));
    const { code, stderr } = await run([...request, '--url', url]);
    expect(code).toBe(1);
    expect(stderr).toContain('closed the connection (1001: draining)');
  });

  test('a refused upgrade exits 1 with its status', async () => {
    const { url } = await answering(success);
    const { code, stderr } = await run([...request, '--url', `${url}/elsewhere`]);
    expect(code).toBe(1);
    expect(stderr).toContain('the gateway refused the connection: 400');
  });
});
