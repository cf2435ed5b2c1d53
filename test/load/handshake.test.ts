import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readUpgradeAnswer, upgradeRequest } from '../../load/handshake.ts';

const SUBPROTOCOL = 's1sp.v1.json';
const ACCEPT = acceptOf(upgradeRequest(new URL('ws://h/'), SUBPROTOCOL, undefined));

/** What a server answers to the key of a request [RFC 6455 §4.2.2]. */
function acceptOf(request: string): string {
  const key = /^Sec-WebSocket-Key: (.*)$/m.exec(request)?.[1]?.trim() ?? '';
  expect(Buffer.from(key, 'base64')).toHaveLength(16);
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

function answer(text: string, isAll = false): unknown {
  const read = readUpgradeAnswer(Buffer.from(text), SUBPROTOCOL, isAll);
  return read?.agreed ? { agreed: true, rest: read.rest.toString() } : read;
}

const AGREED = [
  'HTTP/1.1 101 Switching Protocols',
  'Upgrade: websocket',
  'Connection: Upgrade',
  `Sec-WebSocket-Accept: ${ACCEPT}`,
  `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
].join('\r\n');

describe('the opening of a WebSocket', () => {
  test('asks by GET, with the token where there is one', () => {
    const url = new URL('ws://127.0.0.1:7681/sr?a=1');
    const plain = upgradeRequest(url, SUBPROTOCOL, undefined).split('\r\n');
    expect(plain[0]).toBe('GET /sr?a=1 HTTP/1.1');
    expect(plain).toContain('Host: 127.0.0.1:7681');
    expect(plain).toContain(`Sec-WebSocket-Protocol: ${SUBPROTOCOL}`);
    expect(plain.slice(-2)).toEqual(['', '']);
    expect(plain.join()).not.toContain('Authorization');
    expect(upgradeRequest(url, SUBPROTOCOL, 'abc')).toContain('\r\nAuthorization: Bearer abc\r\n');
  });

  test('is agreed to, with the first frames behind it', () => {
    expect(answer(`${AGREED}\r\n\r\nframes`)).toEqual({ agreed: true, rest: 'frames' });
  });

  test.each([`${AGREED}\r\n`, 'HTTP/1.1 4', ''])('is not answered yet by %j', (text) => {
    expect(answer(text)).toBeUndefined();
  });

  test.each([
    ['another key', AGREED.replace(ACCEPT, 'x'), 'it does not speak WebSocket'],
    ['another subprotocol', AGREED.replace(SUBPROTOCOL, 'duis'), 'it does not speak s1sp.v1.json'],
    ['no subprotocol', AGREED.replace(/\r\nSec-WebSocket-Protocol.*/, ''), 'it does not speak'],
  ])('is not agreed to with %s', (_, head, reason) => {
    const read = answer(`${head}\r\n\r\n`);
    expect(read).toEqual({ agreed: false, reason: expect.stringContaining(reason) });
  });

  test('is refused in the words of the gateway, when they are all there', () => {
    const body = '{"error":{"code":"FORBIDDEN","message":"a token is needed"}}';
    const head = `HTTP/1.1 401 Unauthorized\r\nContent-Length: ${body.length}\r\n\r\n`;
    expect(answer(head + body.slice(0, 30))).toBeUndefined();
    const reason = '401 Unauthorized (a token is needed)';
    expect(answer(head + body)).toEqual({ agreed: false, reason });
    expect(answer('HTTP/1.1 404 Not Found\r\n\r\n', true)).toEqual({
      agreed: false,
      reason: '404 Not Found',
    });
  });

  test('is refused by who speaks something else', () => {
    const reason = 'it does not speak HTTP';
    expect(answer('SSH-2.0-OpenSSH_9.2', true)).toEqual({ agreed: false, reason });
    expect(answer('x'.repeat(20_000))).toEqual({ agreed: false, reason });
  });
});
