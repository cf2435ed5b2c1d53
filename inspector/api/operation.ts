// One operation of the HTTP API: what it takes, what it does, and what the OpenAPI document says of
// it. One table makes both the pages and the document, so that neither can be without the other.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Compile, type TObject, type TSchema, Type } from '../../gateway/protocol/schema.ts';
import {
  type HttpErrorCode,
  type HttpRefusal,
  sendRefusal,
} from '../../gateway/server/http-error.ts';
import { faultOf } from '../../gateway/wire/request-fault.ts';
import type { RefusalCode, Refused } from '../outcome.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** What the document says of an operation. */
export interface OperationWords {
  readonly method: Method;
  /** As OpenAPI writes it: `/api/v1/meters/{deviceId}`. */
  readonly path: string;
  readonly summary: string;
  /** Strings all, as they stand in the query. */
  readonly query?: TObject;
  readonly body?: TSchema;
  /** What comes back with 200. */
  readonly answers: TSchema;
  /** Statuses of refusals, beside 403 for strangers. */
  readonly refuses?: readonly number[];
}

/** The parts of a request that an operation looks at, checked. */
export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Operation extends OperationWords {
  /** The answer, or why there is none. */
  run(asked: Asked): object | Refused | Promise<object | Refused>;
}

const NOTHING = Type.Object({}, { additionalProperties: false });

/** Adds the page of an operation. */
export function addOperation(http: FastifyInstance, operation: Operation): void {
  const query = Compile(operation.query ?? NOTHING);
  const body = operation.body === undefined ? undefined : Compile(operation.body);
  const url = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
  const { method } = operation;
  http.route({
    method,
    url,
    async handler(request: FastifyRequest, reply: FastifyReply) {
      if (!query.Check(request.query)) throw faultOf(query, request.query);
      if (body !== undefined && !body.Check(request.body)) throw faultOf(body, request.body);
      const asked = {
        params: textsOf(request.params),
        query: textsOf(request.query),
        body: request.body,
      };
      const answer = await operation.run(asked);
      return isRefused(answer) ? sendRefusal(reply, refusalOf(answer)) : answer;
    },
  });
}

/** The values of an object that are text. */
function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).filter(([, each]) => typeof each === 'string');
  return Object.fromEntries(entries);
}

function isRefused(answer: object): answer is Refused {
  return 'ok' in answer && answer.ok === false && 'error' in answer;
}

const HTTP_CODES: Readonly<Record<RefusalCode, HttpErrorCode>> = {
  USAGE: 'INVALID_REQUEST',
  NOT_FOUND: 'NOT_FOUND',
  AMBIGUOUS: 'CONFLICT',
  CONFLICT: 'CONFLICT',
  UNAVAILABLE: 'CONFLICT',
};

function refusalOf({ error }: Refused): HttpRefusal {
  return { ...error, code: HTTP_CODES[error.code] };
}
