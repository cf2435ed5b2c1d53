// `GET` and `POST /api/v1/clock` [contract §2]: reading virtual time, and moving it where it moves
// only when told. Moves come one after another, because each counts from where the last one ended.

import type { FastifyInstance } from 'fastify';
import { type Clock, LATEST_CLOCK_MS } from '../protocol/clock.ts';
import type { ProtocolError } from '../protocol/errors.ts';
import { formatMs, parseDateTime } from '../protocol/half-hours.ts';
import { invalidRequest, mustBe, unknownKey } from '../wire/request-fault.ts';
import { REQUEST_FORMS } from '../wire/request-schema.ts';
import { type HttpRefusal, sendRefusal } from './http-error.ts';

export interface ClockPage {
  readonly clock: Clock;
  /**
   * Moves the clock to `atMs`, which is never before now; fulfilled once everything due until then
   * has happened. Absent where the clock moves by itself.
   */
  advanceTo?(atMs: number): Promise<void>;
}

const KEYS = ['advanceSeconds', 'to'] as const;

const NOT_MANUAL: HttpRefusal = {
  code: 'CONFLICT',
  message: 'this clock moves by itself; only one started with --clock manual can be told to',
};

export function addClockPage(http: FastifyInstance, { clock, advanceTo }: ClockPage): void {
  const now = () => ({ now: formatMs(clock.nowMs()) });
  http.get('/api/v1/clock', async () => now());
  let lastMove: Promise<void> = Promise.resolve();
  http.post('/api/v1/clock', async (request, reply) => {
    if (advanceTo === undefined) return sendRefusal(reply, NOT_MANUAL);
    const move = lastMove.then(() => advanceTo(readTarget(request.body, clock.nowMs())));
    lastMove = move.catch(() => {});
    await move;
    return now();
  });
}

/** Where a body tells the clock to go, in ms. Throws `INVALID_REQUEST`. */
export function readTarget(body: unknown, nowMs: number): number {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidRequest('', 'the body must be an object of either advanceSeconds or to');
  }
  const keys = Object.keys(body);
  const stray = keys.find((key) => !KEYS.some((known) => known === key));
  if (stray !== undefined) throw unknownKey('', stray, KEYS);
  if (keys.length !== 1) {
    throw invalidRequest('', 'the body must have exactly one of advanceSeconds and to');
  }
  return 'to' in body ? readInstant(body.to, nowMs) : readStep(Object.values(body)[0], nowMs);
}

function readInstant(to: unknown, nowMs: number): number {
  const seconds = typeof to === 'string' ? parseDateTime(to) : Number.NaN;
  if (Number.isNaN(seconds)) throw mustBe('/to', REQUEST_FORMS.dateTime);
  const atMs = Math.round(seconds * 1000);
  if (atMs < nowMs) {
    throw invalidRequest('/to', `the clock does not run backwards; it is ${formatMs(nowMs)}`);
  }
  if (atMs > LATEST_CLOCK_MS) throw tooLate('/to');
  return atMs;
}

function readStep(step: unknown, nowMs: number): number {
  if (typeof step !== 'number' || !(step >= 0)) {
    throw mustBe('/advanceSeconds', 'a number of seconds from 0 upwards');
  }
  const atMs = Math.round(nowMs + step * 1000);
  if (atMs > LATEST_CLOCK_MS) throw tooLate('/advanceSeconds');
  return atMs;
}

function tooLate(path: string): ProtocolError {
  return invalidRequest(path, `the clock ends at ${formatMs(LATEST_CLOCK_MS)}`);
}
