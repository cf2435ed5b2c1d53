// The DCC's three web services over HTTP [contract §5, domain §1.11]: Send Command, Non-Device and
// Transform. The response to the POST is the acknowledgement or the refusal; what a device answers
// comes later, and elsewhere.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Party } from '../access/inventory.ts';
import type { Peer } from '../peer.ts';
import type { DccService } from '../protocol/service-reference.ts';
import type { Tally } from '../protocol/tally.ts';
import type { Wire } from '../wire/wire.ts';
import type { Handle } from './connection.ts';
import { HTTP_ERRORS, sendRefusal } from './http-error.ts';
import { type Authenticate, isLoopback, queryOf, tokenOf, UNKNOWN_TOKEN } from './upgrade.ts';

/** Paths that test clients of the GB systems already call. */
export const DUIS_SERVICES: Readonly<Record<string, DccService>> = {
  '/api/v1/serviceS': 'sendCommand',
  '/api/v1/serviceD': 'nonDevice',
  '/api/v1/serviceT': 'transform',
};

const CONTENT_TYPES = ['application/xml', 'text/xml'];

/** What the DUIS face of the port needs. */
export interface DuisOptions {
  readonly wire: Wire;
  /** Takes a late answer of a Party; whether there is anywhere to send it. */
  deliverDocument(party: Party, document: Buffer): boolean;
}

export interface DuisPagesOptions {
  readonly duis: DuisOptions;
  readonly handle: Handle;
  readonly authenticate: Authenticate;
  readonly tally: Tally;
}

export function addDuisPages(http: FastifyInstance, options: DuisPagesOptions): void {
  // A scope of its own: nothing else on this port takes XML, and this takes nothing else.
  http.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(CONTENT_TYPES, { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    );
    for (const path of Object.keys(DUIS_SERVICES)) {
      scope.post(path, (request, reply) => exchange(request, reply, options));
    }
  });
}

async function exchange(
  request: FastifyRequest,
  reply: FastifyReply,
  options: DuisPagesOptions,
): Promise<FastifyReply> {
  const { authorization } = request.headers;
  const party = options.authenticate(tokenOf(authorization, queryOf(request.url)));
  if (party === 'refused') {
    options.tally.rejected('token');
    return sendRefusal(reply, UNKNOWN_TOKEN);
  }
  const service = DUIS_SERVICES[request.routeOptions.url ?? ''];
  const peer = new Exchange({ party, isRemote: !isLoopback(request.ip), service }, options);
  const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
  options.handle(body, options.duis.wire, peer);
  const answer = await peer.answer;
  return isXml(answer) ? sendXml(reply, answer) : sendError(reply, answer);
}

interface Caller {
  readonly party: Party | null;
  readonly isRemote: boolean;
  readonly service: DccService | undefined;
}

/** One POST as the hall's Peer: the first frame is its response, another comes too late for it. */
class Exchange implements Peer {
  readonly party: Party | null;
  readonly isRemote: boolean;
  readonly service?: DccService;
  inFlight = 0;
  readonly answer: Promise<Buffer>;
  readonly #options: DuisPagesOptions;
  #answer: (frame: Buffer) => void = () => {};
  #answered = false;
  #speaker: Party | undefined;

  constructor({ party, isRemote, service }: Caller, options: DuisPagesOptions) {
    this.party = party;
    this.isRemote = isRemote;
    if (service !== undefined) this.service = service;
    this.#options = options;
    this.answer = new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  speaksFor(party: Party): void {
    this.#speaker = party;
  }

  send(frame: Buffer): void {
    if (!this.#answered) {
      this.#answered = true;
      this.#answer(frame);
      return;
    }
    const { duis, tally } = this.#options;
    const speaker = this.#speaker;
    const delivered = speaker !== undefined && isXml(frame) && duis.deliverDocument(speaker, frame);
    if (!delivered) tally.rejected('answer_dropped');
  }
}

const LESS_THAN = 0x3c;

/** The other thing that a frame may be is the JSON error object. */
function isXml(frame: Buffer): boolean {
  return frame[0] === LESS_THAN;
}

function sendXml(reply: FastifyReply, document: Buffer): FastifyReply {
  return reply.code(200).type('application/xml; charset=utf-8').send(document);
}

interface ErrorBody {
  readonly error?: { readonly code?: string; readonly retryAfterMs?: number };
}

/** Codes of overload are 503, a fault of our own 500, and everything else is the client's. */
function sendError(reply: FastifyReply, body: Buffer): FastifyReply {
  const { error = {} }: ErrorBody = JSON.parse(body.toString());
  const { code = '', retryAfterMs } = error;
  if (retryAfterMs !== undefined) reply.header('Retry-After', Math.ceil(retryAfterMs / 1000));
  return reply.code(statusOf(code)).type('application/json; charset=utf-8').send(body);
}

function statusOf(code: string): number {
  if (code === 'TOO_MANY_IN_FLIGHT') return HTTP_ERRORS.BUSY;
  if (code === 'BUSY' || code === 'SHUTTING_DOWN' || code === 'INTERNAL') return HTTP_ERRORS[code];
  return HTTP_ERRORS.INVALID_REQUEST;
}
