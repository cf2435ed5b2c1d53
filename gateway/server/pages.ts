// What the port answers over plain HTTP [contract §4]: whether the gateway lives and accepts, its
// metrics, its ready line, its clock; and for everything else a refusal in JSON.

import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ProtocolError } from '../protocol/errors.ts';
import { formatMs } from '../protocol/half-hours.ts';
import { addClockPage, type ClockPage } from './clock-page.ts';
import { addDevicePage, type DeviceGateway } from './device-page.ts';
import { addFutureDatedPage, type FutureDatedGateway } from './future-dated-page.ts';
import { HTTP_ERRORS, type HttpErrorCode, type HttpRefusal, sendRefusal } from './http-error.ts';
import { INSPECT_PATH, INSPECTOR_PAGES, type Inspector, judgeVisitor } from './inspector-door.ts';
import type { MetricsPage } from './metrics.ts';
import { isLoopback, judgeSite, SERVICE_PATH } from './upgrade.ts';

export interface PagesOptions extends ClockPage {
  readonly host: string;
  /** Without it nothing is seen of its devices and of what waits in it. */
  readonly gateway?: DeviceGateway & FutureDatedGateway;
  /** Without it meters are not looked into, and their pages are not there. */
  readonly inspector?: Inspector;
  readonly log: Logger;
  readonly metrics: () => Promise<MetricsPage>;
  /** The ready line [contract §2]; its `now` is brought up to date here. */
  readyLine(): object;
  isDraining(): boolean;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Pages by which the emulated world is changed. */
const CONTROL_PAGES = /^\/api\/v1\/(clock|devices)\b/;

/** Pages that take DUIS XML and no JSON. */
const DUIS_PAGES = /^\/api\/v1\/service/;

const ELSEWHERE: HttpRefusal = {
  code: 'FORBIDDEN',
  message: 'the emulated world is controlled from this machine only',
};

const NO_INSPECTOR: HttpRefusal = {
  code: 'NOT_FOUND',
  message: 'there is no inspector, so there is no page to look at',
  next: 'start the gateway with --inspector loopback',
};

export function addPages(http: FastifyInstance, options: PagesOptions): void {
  http.removeContentTypeParser('text/plain');
  http.addHook('onRequest', async (request, reply) => {
    const stranger = judgeSite(request.headers, options.host);
    if (stranger !== undefined) return sendRefusal(reply, stranger.refusal);
    // The page as it was found: a path that leads to it may be spelled in many ways.
    const { url: page = '' } = request.routeOptions;
    const controls = request.method !== 'GET' && CONTROL_PAGES.test(page);
    if (controls && !isLoopback(request.ip)) return sendRefusal(reply, ELSEWHERE);
    if (!INSPECTOR_PAGES.test(page)) return;
    const visitor = judgeVisitor(request.ip, options.inspector);
    if (visitor !== undefined) return sendRefusal(reply, visitor);
  });
  const routes = routesOf(http);
  http.get('/healthz', async () => ({ status: 'alive' }));
  http.get('/readyz', async (_request, reply) => {
    if (!options.isDraining()) return { status: 'ready' };
    return sendRefusal(reply, { code: 'SHUTTING_DOWN', message: 'the gateway is shutting down' });
  });
  http.get('/metrics', async (_request, reply) => {
    const metrics = await options.metrics();
    return reply.type(metrics.contentType).send(await metrics.write());
  });
  http.get('/api/v1/gateway', async () => ({
    ...options.readyLine(),
    now: formatMs(options.clock.nowMs()),
  }));
  const sockets = options.inspector === undefined ? [] : [INSPECT_PATH];
  for (const path of [SERVICE_PATH, ...sockets]) {
    const message = `${path} speaks WebSocket`;
    const headers = { Upgrade: 'websocket' };
    http.get(path, async (_request, reply) =>
      sendRefusal(reply, { code: 'UPGRADE_REQUIRED', message, headers }),
    );
  }
  addClockPage(http, options);
  if (options.gateway !== undefined) {
    addDevicePage(http, options.gateway);
    addFutureDatedPage(http, options.gateway);
  }
  options.inspector?.addPages(http);
  if (options.inspector === undefined) {
    http.get('/', async (_request, reply) => sendRefusal(reply, NO_INSPECTOR));
  }
  http.setNotFoundHandler((request, reply) => sendRefusal(reply, notFound(routes, request)));
  http.setErrorHandler((error: FastifyError, request, reply) => {
    const isType = error.statusCode === HTTP_ERRORS.UNSUPPORTED_MEDIA_TYPE;
    sendRefusal(reply, isType ? wrongType(request) : refusalOf(error, options.log));
  });
}

/** The pages that are added from now on: their methods, and what their paths look like. */
function routesOf(http: FastifyInstance): { methods: readonly string[]; path: RegExp }[] {
  const routes: { methods: readonly string[]; path: RegExp }[] = [];
  http.addHook('onRoute', ({ url, method }) => {
    const plain = url.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
    const pattern = plain.replaceAll(/:\w+/g, '[^/]+').replaceAll('*', '.*');
    routes.push({ methods: [method].flat(), path: new RegExp(`^${pattern}$`) });
  });
  return routes;
}

/** Where the inspector tells which pages there are. */
const OPENAPI_PAGE = '/api/v1/openapi.json';

/** No such path, or a path that takes other methods. */
function notFound(
  routes: ReturnType<typeof routesOf>,
  { url, method }: FastifyRequest,
): HttpRefusal {
  const [asked = ''] = url.split('?');
  const fitting = routes.filter(({ path }) => path.test(asked));
  const allowed = METHODS.filter((known) => fitting.some(({ methods }) => methods.includes(known)));
  if (allowed.length === 0) {
    const isLost = routes.some(({ path }) => path.test(OPENAPI_PAGE));
    const next = isLost ? { next: `GET ${OPENAPI_PAGE} lists those there are` } : {};
    return { code: 'NOT_FOUND', message: 'there is no such page', ...next };
  }
  const methods = allowed.join(', ');
  return {
    code: 'METHOD_NOT_ALLOWED',
    message: `this page takes ${methods}, not ${method}`,
    headers: { Allow: methods },
  };
}

/** A body that is not said to be what the page takes. */
function wrongType({ url, headers }: FastifyRequest): HttpRefusal {
  const said = headers['content-type'];
  const what = said === undefined ? 'a body without a Content-Type' : `a body of type ${said}`;
  const takes = DUIS_PAGES.test(url) ? 'application/xml' : 'application/json';
  return {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    message: `${what} is not taken here`,
    next: `send it with Content-Type: ${takes}`,
  };
}

const STATUS_CODES: Readonly<Record<number, HttpErrorCode>> = {
  400: 'INVALID_REQUEST',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** What the client is told of an error that a page, or the framework before it, has thrown. */
export function refusalOf(error: FastifyError, log: Logger): HttpRefusal {
  if (error instanceof ProtocolError && error.code === 'INVALID_REQUEST') {
    const { code, message, path } = error;
    return path === undefined ? { code, message } : { code, message, path };
  }
  const code = STATUS_CODES[error.statusCode ?? 500];
  if (code !== undefined) return { code, message: error.message };
  log.error({ err: error }, 'a page could not be answered');
  return { code: 'INTERNAL', message: 'the gateway failed; its log says more' };
}
