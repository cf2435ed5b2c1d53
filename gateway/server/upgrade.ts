// Whether an HTTP request may become a WebSocket [contract §3, §6]: path, Host, Origin,
// subprotocol, token and room, in that order. Host and Origin are what a browser cannot be made to
// leave out, so a web page of another site reaches no gateway through its visitors.

import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Party } from '../access/inventory.ts';
import type { Rejection } from '../protocol/tally.ts';
import { HTTP_ERRORS, type HttpRefusal, refusalBody } from './http-error.ts';

export const SERVICE_PATH = '/sr';

export const MSGPACK_SUBPROTOCOL = 's1sp.v1.msgpack';
export const DUIS_SUBPROTOCOL = 'duis';
export const SUBPROTOCOLS: readonly string[] = [
  's1sp.v1.json',
  MSGPACK_SUBPROTOCOL,
  DUIS_SUBPROTOCOL,
];

/** Says whose token it is; null without one; `refused` for one that nobody has. */
export type Authenticate = (token: string | undefined) => Party | null | 'refused';

export interface UpgradeRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface UpgradeRules {
  /** The address the server listens on. */
  readonly host: string;
  readonly authenticate: Authenticate;
  /** Why no further connection is taken just now, if none is. */
  closedFor(): 'draining' | 'connections' | undefined;
}

export type UpgradeVerdict =
  | { readonly ok: true; readonly party: Party | null }
  | { readonly ok: false; readonly reason: Rejection; readonly refusal: HttpRefusal };

/** Judges an upgrade; the handshake itself is left to the WebSocket library. */
export function judgeUpgrade(request: UpgradeRequest, rules: UpgradeRules): UpgradeVerdict {
  const { headers } = request;
  const [path] = split(request.url, '?');
  if (path !== SERVICE_PATH) {
    const message = `WebSockets are served at ${SERVICE_PATH} only`;
    return refuse('path', { code: 'NOT_FOUND', message });
  }
  const stranger = judgeSite(headers, rules.host);
  if (stranger !== undefined) return refuse(stranger.reason, stranger.refusal);
  const offered = headers['sec-websocket-protocol'];
  if (offered !== undefined && firstSpoken(offered.split(',')) === undefined) {
    const message = `the subprotocols offered here are ${SUBPROTOCOLS.join(', ')}`;
    return refuse('subprotocol', { code: 'INVALID_REQUEST', message });
  }
  const party = rules.authenticate(tokenOf(headers.authorization, queryOf(request.url)));
  if (party === 'refused') return refuse('token', UNKNOWN_TOKEN);
  const closed = rules.closedFor();
  if (closed === 'draining') {
    return refuse(closed, { code: 'SHUTTING_DOWN', message: 'the gateway is shutting down' });
  }
  if (closed === 'connections') {
    return refuse(closed, { code: 'BUSY', message: 'as many connections as are taken are open' });
  }
  return { ok: true, party };
}

/** What somebody gets who shows a token that no Party has. */
export const UNKNOWN_TOKEN: HttpRefusal = {
  code: 'UNAUTHORIZED',
  message: 'no Party has this token',
  headers: { 'WWW-Authenticate': 'Bearer' },
};

function refuse(reason: Rejection, refusal: HttpRefusal): UpgradeVerdict {
  return { ok: false, reason, refusal };
}

/** `text` before and after the first `separator`. */
function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** The client's first choice among the subprotocols spoken here. */
export function firstSpoken(offered: Iterable<string>): string | undefined {
  for (const name of offered) if (SUBPROTOCOLS.includes(name.trim())) return name.trim();
  return undefined;
}

/** What stands behind the question mark of a URL. */
export function queryOf(url: string): string {
  return split(url, '?')[1];
}

/** A header that is no Bearer token is a token that nobody has. */
export function tokenOf(authorization: string | undefined, query: string): string | undefined {
  if (authorization === undefined) return new URLSearchParams(query).get('token') ?? undefined;
  const [scheme, token] = split(authorization.trim(), ' ');
  return scheme.toLowerCase() === 'bearer' ? token.trim() : '';
}

export interface Stranger {
  readonly reason: 'host' | 'origin';
  readonly refusal: HttpRefusal;
}

/**
 * Whether a browser sent the request for a page of another site. A name that leads to loopback by
 * way of a foreign DNS shows in the Host header, the page's own site in the Origin header.
 */
export function judgeSite(headers: IncomingHttpHeaders, host: string): Stranger | undefined {
  const { host: asked, origin } = headers;
  if (asked !== undefined && isLoopback(host) && !isLoopback(hostnameOf(asked))) {
    const message = 'this gateway listens on loopback and answers to loopback names only';
    return { reason: 'host', refusal: { code: 'FORBIDDEN', message } };
  }
  if (origin === undefined || isOwnOrigin(origin, asked, host)) return undefined;
  const message = 'pages of other origins may not use this gateway';
  return { reason: 'origin', refusal: { code: 'FORBIDDEN', message } };
}

/**
 * Where the gateway listens on every address it does not know its own names. An address in numbers
 * that is also the Host is its own; a name might be a foreign one that leads here.
 */
function isOwnOrigin(origin: string, asked: string | undefined, host: string): boolean {
  const [scheme, site] = split(origin.toLowerCase(), '://');
  if (scheme !== 'http' && scheme !== 'https') return false;
  const hostname = hostnameOf(site);
  if (isLoopback(hostname)) return true;
  return site === asked?.toLowerCase() && (hostname === host || NUMERIC_ADDRESS.test(hostname));
}

const NUMERIC_ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/;

/** `[::1]` of `[::1]:7681`, `localhost` of `localhost:7681`. */
function hostnameOf(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '');
}

/** Exactly the loopback names: `127.0.0.1.example.org` is somebody else's. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|(::ffff:)?127(\.\d{1,3}){3}|\[::1\]|::1)$/.test(hostname);
}

/** Answers an upgrade with an HTTP refusal, and ends the connection. */
export function refuseUpgrade(socket: Duplex, refusal: HttpRefusal): void {
  const status = HTTP_ERRORS[refusal.code];
  const body = refusalBody(refusal);
  const headers = {
    Connection: 'close',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    ...refusal.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
