// Refusals over HTTP, at the upgrade and on the pages: a status, and a JSON body of the same shape
// as the error of a message [contract §3].

import type { FastifyReply } from 'fastify';

export const HTTP_ERRORS = {
  INVALID_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UPGRADE_REQUIRED: 426,
  INTERNAL: 500,
  BUSY: 503,
  SHUTTING_DOWN: 503,
} as const;

export type HttpErrorCode = keyof typeof HTTP_ERRORS;

/** A refusal with its status; `path` is a JSON Pointer into the body that was sent. */
export interface HttpRefusal {
  readonly code: HttpErrorCode;
  readonly message: string;
  readonly path?: string;
  /** What to do instead. */
  readonly next?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the client gets to read. */
export function refusalBody({ code, message, path, next }: HttpRefusal): string {
  const place = path === undefined ? {} : { path };
  return JSON.stringify({
    error: { code, message, ...place, ...(next !== undefined && { next }) },
  });
}

export function sendRefusal(reply: FastifyReply, refusal: HttpRefusal): FastifyReply {
  return reply
    .code(HTTP_ERRORS[refusal.code])
    .headers(refusal.headers ?? {})
    .type('application/json; charset=utf-8')
    .send(refusalBody(refusal));
}
