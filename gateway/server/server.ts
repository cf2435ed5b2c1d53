// The port: WebSockets on `/sr`, pages over HTTP beside them [contract §3, §4]. Everything behind a
// frame is `handle`'s; this file only puts the parts of the server together.

import type { Server as HttpServer } from 'node:http';
import { type FastifyInstance, fastify } from 'fastify';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { Peer } from '../peer.ts';
import { openDuisWire } from '../wire/duis.ts';
import { Connection, type Surroundings } from './connection.ts';
import { type DrainOptions, drainConnections } from './drain.ts';
import { addDuisPages, type DuisOptions } from './duis-pages.ts';
import { sendRefusal } from './http-error.ts';
import { type InspectorDoor, openInspectorDoor } from './inspector-door.ts';
import { LIMITS, type Limits } from './limits.ts';
import type { Gauges, MetricsPage } from './metrics.ts';
import { LastWordWebSocket } from './outgoing.ts';
import { addPages, type PagesOptions, refusalOf } from './pages.ts';
import { PagesUnderWay } from './pages-under-way.ts';
import { nextTurn, type RealTime, realTime } from './real-time.ts';
import {
  type Authenticate,
  firstSpoken,
  isLoopback,
  judgeUpgrade,
  refuseUpgrade,
  SERVICE_PATH,
  type UpgradeRules,
} from './upgrade.ts';

export interface ServerOptions
  extends Pick<Surroundings, 'handle' | 'hits' | 'tally' | 'log'>,
    Omit<PagesOptions, 'log' | 'metrics' | 'isDraining'>,
    Pick<DrainOptions, 'whenIdle' | 'giveUp'> {
  /** 0 takes a free one. */
  readonly port: number;
  readonly authenticate: Authenticate;
  /** Levels that the server does not know itself. */
  readonly gauges: Omit<Gauges, 'wsConnections' | 'virtualTimeSeconds'>;
  /** Without it DUIS XML is signed with a key made for the occasion, and late answers are lost. */
  readonly duis?: DuisOptions;
  readonly limits?: Partial<Limits>;
  readonly realTime?: RealTime;
  /** Told when a connection has closed, so that nothing is kept for it. */
  closed?(peer: Peer): void;
}

export interface Server {
  readonly port: number;
  /** `ws://127.0.0.1:7681/sr` */
  readonly wsUrl: string;
  /** `http://127.0.0.1:7681` */
  readonly httpUrl: string;
  readonly connectionCount: number;
  /** Takes nothing new, closes every connection after its last answer, then the port. */
  drain(): Promise<void>;
}

/** Opens the port; fulfilled when it accepts connections. */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { host, tally, log } = options;
  const limits: Limits = { ...LIMITS, ...options.limits };
  const duis = options.duis ?? {
    wire: openDuisWire({ log, nextTurn }),
    deliverDocument: () => false,
  };
  const shared: Surroundings = { ...options, duis, limits, realTime: options.realTime ?? realTime };
  const connections = new Set<Connection>();
  let draining: Promise<void> | undefined;

  const http = openHttp(limits, log);
  const pages = new PagesUnderWay(http);
  let metricsPage: Promise<MetricsPage> | undefined;
  // Its library is loaded when somebody wants to see it: connections need not wait for that.
  const metrics = () => {
    metricsPage ??= import('./metrics.ts').then(({ openMetrics }) => {
      return openMetrics(tally, {
        ...options.gauges,
        wsConnections: () => connections.size,
        virtualTimeSeconds: () => options.clock.nowMs() / 1000,
      });
    });
    return metricsPage;
  };
  addPages(http, { ...options, metrics, isDraining: () => draining !== undefined });
  addDuisPages(http, { ...options, duis });

  const rules: UpgradeRules = {
    host,
    authenticate: options.authenticate,
    closedFor() {
      if (draining !== undefined) return 'draining';
      return connections.size >= limits.connections ? 'connections' : undefined;
    },
  };
  const door = openInspectorDoor(host, options.inspector);
  acceptUpgrades(http.server, rules, shared, door, (connection) => {
    connections.add(connection);
    connection.closed.then(() => {
      connections.delete(connection);
      options.closed?.(connection);
    });
  });

  // A name may stand for several addresses, and only the first would take upgrades.
  await http.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port: options.port });
  const heartbeat = shared.realTime.every(limits.heartbeatMs, () => {
    for (const connection of connections) connection.beat();
  });
  const bound = http.server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : options.port;
  const address = `${reachableName(host)}:${port}`;

  return {
    port,
    wsUrl: `ws://${address}${SERVICE_PATH}`,
    httpUrl: `http://${address}`,
    get connectionCount() {
      return connections.size;
    },
    drain() {
      const whenIdle = async () => {
        await Promise.all([options.whenIdle?.(), pages.whenNone()]);
      };
      const how = { ...options, ...shared, whenIdle };
      draining ??= drainConnections(connections, how).then(() => {
        heartbeat.cancel();
        door.close();
        return http.close();
      });
      return draining;
    },
  };
}

/** A name under which a client on this machine reaches a server that listens on `host`. */
function reachableName(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function refuseSchema(): never {
  throw new Error('pages check what they are sent and write what they send by themselves');
}

function openHttp(limits: Limits, log: Logger): FastifyInstance {
  const http = fastify({
    // No page has a schema of this library's kind, and its compilers take a while to load.
    schemaController: {
      compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema },
    },
    bodyLimit: limits.frameBytes,
    requestTimeout: limits.requestMs,
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) => sendRefusal(reply, refusalOf(error, log)),
    clientErrorHandler(_error, socket) {
      if (!socket.writable) return;
      refuseUpgrade(socket, { code: 'INVALID_REQUEST', message: 'this is not HTTP' });
    },
  });
  http.server.maxConnections = limits.connections + limits.httpConnections;
  return http;
}

/** Turns upgrades that pass into connections. */
function acceptUpgrades(
  server: HttpServer,
  rules: UpgradeRules,
  shared: Surroundings,
  door: InspectorDoor,
  opened: (connection: Connection) => void,
): void {
  const { limits, log, tally } = shared;
  // Not a literal in the call: the library has options that its types do not know yet.
  const handshake = {
    noServer: true,
    WebSocket: LastWordWebSocket,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.frameBytes,
    maxFragments: limits.frameFragments,
    maxBufferedChunks: limits.bufferedChunks,
    closeTimeout: limits.closeHandshakeMs,
    handleProtocols: (offered: Set<string>) => firstSpoken(offered) ?? false,
  };
  const webSockets = new WebSocketServer(handshake);
  webSockets.on('wsClientError', (error, socket) => {
    tally.rejected('handshake');
    refuseUpgrade(socket, { code: 'INVALID_REQUEST', message: error.message });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (door.upgrade(request, socket, head)) return;
    const verdict = judgeUpgrade({ url: request.url ?? '', headers: request.headers }, rules);
    if (!verdict.ok) {
      tally.rejected(verdict.reason);
      log.debug({ reason: verdict.reason }, 'an upgrade was refused');
      refuseUpgrade(socket, verdict.refusal);
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const { party } = verdict;
      const isRemote = !isLoopback(request.socket.remoteAddress ?? '');
      opened(new Connection(webSocket, socket, { party, isRemote }, shared));
    });
  });
}
