// `GET /api/v1/future-dated`: the requests that wait for their execution time, in the order in
// which they will run, a page at a time. A page ends at a place in that order and not at a number,
// so that requests which run meanwhile make nobody miss others.

import type { FastifyInstance } from 'fastify';
import type { Place } from '../dsp/future-dated.ts';
import type { Gateway } from '../gateway.ts';
import { formatMs } from '../protocol/half-hours.ts';
import { invalidRequest, mustBe, unknownKey } from '../wire/request-fault.ts';

/** What the page needs of the gateway. */
export type FutureDatedGateway = Pick<Gateway, 'futureDated'>;

const KEYS = ['limit', 'after'] as const;

/** Requests on a page: unless told, what a terminal shows; at most, what costs a millisecond. */
const LIMIT_DEFAULT = 100;
export const LIMIT_MAX = 1000;

export function addFutureDatedPage(http: FastifyInstance, gateway: FutureDatedGateway): void {
  const { futureDated } = gateway;
  http.get('/api/v1/future-dated', async (request) => {
    const { limit, after } = readQuery(request.query);
    // One more than asked for says whether there is another page.
    const found = futureDated.page(limit + 1, after);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return {
      count: futureDated.count,
      futureDated: shown.map(({ requestId, serviceReferenceVariant, executionMs }) => ({
        requestId,
        serviceReferenceVariant,
        executionDateTime: formatMs(executionMs),
      })),
      ...(found.length > limit && last && { next: `${last.executionMs},${last.arrival}` }),
    };
  });
}

/** What `?limit=…&after=…` asks for. Throws `INVALID_REQUEST`. */
export function readQuery(query: unknown): { limit: number; after?: Place } {
  const { limit, after, ...others } = query as Record<string, unknown>;
  const [stray] = Object.keys(others);
  if (stray !== undefined) throw unknownKey('', stray, KEYS);
  return {
    limit: limit === undefined ? LIMIT_DEFAULT : readLimit(limit),
    ...(after !== undefined && { after: readPlace(after) }),
  };
}

function readLimit(text: unknown): number {
  const limit = typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw mustBe('/limit', `one whole number from 1 to ${LIMIT_MAX}`);
}

function readPlace(text: unknown): Place {
  const [, ms, arrival] = /^(-?\d{1,15}),(\d{1,15})$/.exec(String(text)) ?? [];
  if (ms === undefined) throw invalidRequest('/after', '/after must be `next` of another page');
  return { executionMs: Number(ms), arrival: Number(arrival) };
}
