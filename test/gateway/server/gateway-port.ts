// A server on a free port of loopback with nothing behind it, and clients to knock at it.

import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import type { Peer } from '../../../gateway/peer.ts';
import type { Clock } from '../../../gateway/protocol/clock.ts';
import { Tally } from '../../../gateway/protocol/tally.ts';
import { TargetResponseTimes } from '../../../gateway/protocol/target-response-times.ts';
import type { RealTime, RealTimer } from '../../../gateway/server/real-time.ts';
import { openServer, type Server, type ServerOptions } from '../../../gateway/server/server.ts';

export const NINE = Date.UTC(2026, 10, 23, 9);

export const stoppedClock: Clock = {
  nowMs: () => NINE,
  schedule: () => ({ place: 0, cancel() {} }),
  reschedule() {},
};

/** Real time that stands still until told. */
export class TurnedTime implements RealTime {
  #nowMs = 0;
  #added = () => {};
  #pending: { atMs: number; everyMs: number; run: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): RealTimer {
    return this.#add(ms, 0, run);
  }

  every(ms: number, run: () => void): RealTimer {
    return this.#add(ms, ms, run);
  }

  get pendingCount(): number {
    return this.#pending.length;
  }

  /** Fulfilled when as many calls are to come. */
  async pending(count: number): Promise<void> {
    while (this.#pending.length < count) {
      await new Promise<void>((resolve) => {
        this.#added = resolve;
      });
    }
  }

  turn(ms: number): void {
    this.#nowMs += ms;
    for (const call of [...this.#pending]) {
      if (call.atMs > this.#nowMs) continue;
      if (call.everyMs === 0) this.#pending.splice(this.#pending.indexOf(call), 1);
      else call.atMs += call.everyMs;
      call.run();
    }
  }

  #add(ms: number, everyMs: number, run: () => void): RealTimer {
    const call = { atMs: this.#nowMs + ms, everyMs, run };
    this.#pending.push(call);
    this.#added();
    return {
      cancel: () => {
        this.#pending = this.#pending.filter((other) => other !== call);
      },
    };
  }
}

export interface TestPort extends Server {
  readonly tally: Tally;
  readonly realTime: TurnedTime;
  /** Log lines so far. */
  readonly lines: string[];
  /** Peers that have sent anything, in the order of their first frames. */
  readonly peers: Peer[];
  /** Fulfilled when the server has seen a connection close. */
  readonly gone: Promise<void>;
}

/** A server that answers every frame with the same bytes, unless `options` say otherwise. */
export async function openPort(options: Partial<ServerOptions> = {}): Promise<TestPort> {
  const tally = new Tally();
  const realTime = new TurnedTime();
  const lines: string[] = [];
  const peers: Peer[] = [];
  let sawOneGo = () => {};
  const gone = new Promise<void>((resolve) => {
    sawOneGo = resolve;
  });
  const handle: ServerOptions['handle'] = (frame, wire, peer) => {
    (options.handle ?? ((echoed, { binary }, from) => from.send(echoed, binary)))(
      frame,
      wire,
      peer,
    );
    if (!peers.includes(peer)) peers.push(peer);
  };
  const server = await openServer({
    host: '127.0.0.1',
    port: 0,
    tally,
    realTime,
    log: pino({ level: 'debug' }, { write: (line: string) => lines.push(line) }),
    clock: stoppedClock,
    authenticate: () => null,
    gauges: {
      cacheEntries: () => 11,
      cacheBytes: () => 22,
      inFlight: () => 33,
      wasmMemoryBytes: () => ({ cache: 44, meters: 55 }),
      targets: new TargetResponseTimes(),
      buildInfo: () => ({ version: '0.1.0' }),
    },
    readyLine: () => ({ ready: true, meters: 3, now: 'then', seed: 1 }),
    ...options,
    handle,
    closed: () => sawOneGo(),
  });
  const { port, wsUrl, httpUrl } = server;
  return {
    port,
    wsUrl,
    httpUrl,
    tally,
    realTime,
    lines,
    peers,
    gone,
    get connectionCount() {
      return server.connectionCount;
    },
    drain: () => server.drain(),
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One HTTP exchange. */
export async function ask(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Answer> {
  const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false });
  sent.end(body);
  const [response] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return {
    status: response.statusCode,
    headers: response.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

/** The HTTP answer to an upgrade that must be refused. */
export function refusedUpgrade(
  port: number,
  path = '/sr',
  headers: Record<string, string> = {},
): Promise<Answer> {
  return ask(port, 'GET', path, {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  });
}

/** A WebSocket that is open. */
export async function connect(
  url: string,
  subprotocols: string[] = [],
  headers: Record<string, string> = {},
): Promise<WebSocket> {
  const webSocket = new WebSocket(url, subprotocols, { headers });
  await once(webSocket, 'open');
  return webSocket;
}

/** The next message, as bytes, and whether it was binary. */
export async function nextMessage(webSocket: WebSocket): Promise<[Buffer, boolean]> {
  const [data, isBinary] = await once(webSocket, 'message');
  return [data, isBinary];
}

/** Code and text with which the WebSocket is closed. */
export async function closing(webSocket: WebSocket): Promise<[number, string]> {
  const [code, text] = await once(webSocket, 'close');
  return [code, String(text)];
}
