// `GET` and `POST /api/v1/clock` [contract §2]: reading virtual time, moving it where it moves only
// when told or is paused, and pausing one that runs by itself. Moves come one after another, for
// each counts from where the last one ended.

import type { FastifyInstance } from 'fastify';
import { type Clock, LATEST_CLOCK_MS } from '../protocol/clock.ts';
import type { ProtocolError } from '../protocol/errors.ts';
import { formatMs, parseDateTime } from '../protocol/half-hours.ts';
import { invalidRequest, mustBe, unknownKey } from '../wire/request-fault.ts';
import { REQUEST_FORMS } from '../wire/request-schema.ts';
import { type HttpRefusal, sendRefusal } from './http-error.ts';

/** What can be done to a clock beside moving it. */
export interface ClockControls {
  /** `running`: with real time, or N times as fast; `manual`: only when told. */
  readonly kind: 'running' | 'manual';
  /** Virtual time stands still. A manual clock does so whenever nobody leads it on. */
  readonly isPaused: boolean;
  /** Virtual milliseconds to a real one while it runs; 0 of a manual clock. */
  readonly speed: number;
  /** Holds virtual time, and ends a move under way. */
  pause(): void;
  /** Absent of a clock that never runs by itself. */
  resume?(): void;
  /** Throws a RangeError for a speed that is none. */
  setSpeed?(speed: number): void;
}

export interface ClockPage {
  readonly clock: Clock;
  /** Absent: the clock can at most be moved. */
  readonly clockControls?: ClockControls;
  /**
   * Moves the clock to `atMs`, which is never before now; fulfilled once everything due until then
   * has happened. Absent where the clock moves by itself.
   */
  advanceTo?(atMs: number): Promise<void>;
}

const KEYS = ['advanceSeconds', 'to', 'pause', 'resume', 'speed'] as const;

const NOT_MANUAL: HttpRefusal = {
  code: 'CONFLICT',
  message:
    'this clock moves by itself; only one that is paused, or started with --clock manual, ' +
    'can be told to',
  next: 'POST {"pause": true} first',
};

const TRY_AGAIN = 'somebody else moved the clock: GET it and try again';

const NEVER_RUNS: HttpRefusal = {
  code: 'CONFLICT',
  message: 'this clock never moves by itself, for it was started with --clock manual',
  next: 'POST {"advanceSeconds": 1800}',
};

export function addClockPage(
  http: FastifyInstance,
  { clock, clockControls: controls, advanceTo }: ClockPage,
): void {
  const now = () => ({ now: formatMs(clock.nowMs()) });
  const state = () => {
    const { kind, isPaused, speed } = controls ?? {};
    return { ...now(), ...(controls && { kind, isPaused, speed }) };
  };
  const runs = () => controls?.isPaused === false;
  http.get('/api/v1/clock', async () => state());
  let lastMove: Promise<void> = Promise.resolve();
  http.post('/api/v1/clock', async (request, reply) => {
    const word = controls === undefined ? undefined : controlIn(request.body);
    if (controls !== undefined && word !== undefined) {
      const refusal = control(controls, word);
      return refusal === undefined ? state() : sendRefusal(reply, refusal);
    }
    if (advanceTo === undefined || runs()) {
      return sendRefusal(reply, NOT_MANUAL);
    }
    let targetMs = Number.POSITIVE_INFINITY;
    const move = lastMove.then(() => {
      targetMs = readTarget(request.body, clock.nowMs());
      return advanceTo(targetMs);
    });
    lastMove = move.catch(() => {});
    try {
      await move;
    } catch (fault) {
      // The monitor holds, moves and lets go the same clock.
      const isOvertaken = runs() || targetMs < clock.nowMs();
      if (!(fault instanceof RangeError && isOvertaken)) throw fault;
      return sendRefusal(reply, { code: 'CONFLICT', message: fault.message, next: TRY_AGAIN });
    }
    return now();
  });
}

/** A control that a body asks for with the value it gives; undefined where it is to move. */
type Control = readonly ['pause' | 'resume' | 'speed', unknown];

function controlIn(body: unknown): Control | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const [only, ...more] = Object.entries(body);
  if (only === undefined || more.length > 0) return undefined;
  const [key, value] = only;
  return key === 'pause' || key === 'resume' || key === 'speed' ? [key, value] : undefined;
}

/** Does what a control asks, or says why not. Throws `INVALID_REQUEST` for a value that is none. */
function control(controls: ClockControls, [word, value]: Control): HttpRefusal | undefined {
  if (word !== 'speed' && value !== true) throw mustBe(`/${word}`, 'true');
  if (word === 'pause') {
    controls.pause();
    return undefined;
  }
  if (controls.resume === undefined || controls.setSpeed === undefined) return NEVER_RUNS;
  if (word === 'resume') controls.resume();
  else setSpeed(controls.setSpeed.bind(controls), value);
  return undefined;
}

function setSpeed(set: (speed: number) => void, speed: unknown): void {
  try {
    set(typeof speed === 'number' ? speed : Number.NaN);
  } catch (fault) {
    if (!(fault instanceof RangeError)) throw fault;
    throw mustBe('/speed', 'a number from 0.001 to 1000000');
  }
}

/** Where a body tells the clock to go, in ms. Throws `INVALID_REQUEST`. */
export function readTarget(body: unknown, nowMs: number): number {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidRequest('', `the body must be an object of one of ${KEYS.join(', ')}`);
  }
  const keys = Object.keys(body);
  const stray = keys.find((key) => !KEYS.some((known) => known === key));
  if (stray !== undefined) throw unknownKey('', stray, KEYS);
  if (keys.length !== 1) {
    throw invalidRequest('', `the body must have exactly one of ${KEYS.join(', ')}`);
  }
  if (keys[0] !== 'advanceSeconds' && keys[0] !== 'to') {
    throw invalidRequest(`/${keys[0]}`, 'this clock cannot be told so');
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
