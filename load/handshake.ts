// The opening of a WebSocket, client's side [RFC 6455 §4]: the request as text, and what the answer
// says. By hand, because a socket that node:http has opened allocates a new buffer for every read.

import { createHash } from 'node:crypto';

const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Any sixteen bytes: it is no secret. */
const KEY = Buffer.alloc(16, 's1sp').toString('base64');
const ACCEPT = createHash('sha1')
  .update(KEY + ACCEPT_GUID)
  .digest('base64');

const HEAD_END = '\r\n\r\n';
/** A longer answer is no gateway's. */
const HEAD_SIZE_MAX = 16_384;
const SWITCHING = 101;

export function upgradeRequest(url: URL, subprotocol: string, token: string | undefined): string {
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${KEY}`,
    `Sec-WebSocket-Protocol: ${subprotocol}`,
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
  ];
  return lines.join('\r\n') + HEAD_END;
}

/** What a server answers to it; undefined while that is not all there. */
export type UpgradeAnswer =
  /** Frames follow, the first of them perhaps in `rest` already. */
  | { readonly agreed: true; readonly rest: Buffer }
  /** No, in words. */
  | { readonly agreed: false; readonly reason: string };

/** `isAll`: the server has ended its answer. */
export function readUpgradeAnswer(
  bytes: Buffer,
  subprotocol: string,
  isAll: boolean,
): UpgradeAnswer | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) {
    const isOver = isAll || bytes.length > HEAD_SIZE_MAX;
    return isOver ? { agreed: false, reason: 'it does not speak HTTP' } : undefined;
  }
  const [first = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const headers = new Map(lines.map((line) => headerOf(line)));
  const rest = bytes.subarray(headEnd + HEAD_END.length);
  const [, status = '', words = ''] = /^HTTP\/1\.1 (\d{3}) ?(.*)$/.exec(first) ?? [];
  if (Number(status) !== SWITCHING) {
    const isWhole = rest.length >= Number(headers.get('content-length') ?? Number.NaN);
    if (!isAll && !isWhole && bytes.length < HEAD_SIZE_MAX) return undefined;
    return { agreed: false, reason: `${status} ${words}`.trim() + messageIn(rest) };
  }
  if (headers.get('sec-websocket-accept') !== ACCEPT) {
    return { agreed: false, reason: 'it does not speak WebSocket' };
  }
  if (headers.get('sec-websocket-protocol') !== subprotocol) {
    return { agreed: false, reason: `it does not speak ${subprotocol}` };
  }
  return { agreed: true, rest };
}

function headerOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
}

/** What the gateway's JSON says of a refusal, in brackets. */
function messageIn(body: Buffer): string {
  const message = /"message":"((?:[^"\\]|\\.)*)"/.exec(body.toString('utf8'))?.[1];
  return message === undefined ? '' : ` (${message})`;
}
