// `clock`: virtual time, and its controls.

import { LATEST_CLOCK_MS } from '../../gateway/protocol/clock.ts';
import { formatMs } from '../../gateway/protocol/half-hours.ts';
import { type Command, type Desk, misused } from '../command.ts';
import { type Outcome, type Refused, refused, said } from '../outcome.ts';
import { DURATION_FORMS, readDuration, readTime, TIME_FORMS } from '../value-words.ts';
import type { WorldClock } from '../world.ts';

/** The clock as it stands. */
export function clockView(clock: WorldClock) {
  const { kind, isPaused, speed } = clock;
  return { now: formatMs(clock.nowMs()), kind, isPaused, speed };
}

export function clockText({ now, kind, isPaused, speed }: ReturnType<typeof clockView>): string {
  if (kind === 'manual') return `${now}  manual: moves by step, clock advance, clock to, run-until`;
  return `${now}  ${isPaused ? 'paused' : 'running'}, x${speed}`;
}

export const clock: Command = {
  name: 'clock',
  usage: [
    'clock',
    'clock pause',
    'clock resume',
    'clock speed xN',
    'clock to TIME',
    'clock advance DURATION',
  ],
  does: 'shows virtual time, holds it, lets it go on, and leads it forward',
  notes: `TIME is ${TIME_FORMS}; DURATION is ${DURATION_FORMS}; speeds are x0.001 to x1000000`,
  example: 'clock to 2026-11-23T09:30:00Z',
  looks: false,
  run(desk, [form, word, ...rest]) {
    const { clock: time } = desk.world;
    if (rest.length > 0) return misused(clock, 'too many words');
    if (form === undefined) return shown(desk);
    if (form === 'to' || form === 'set') return to(desk, word);
    if (form === 'advance') return advance(desk, word);
    if (form === 'speed') return speed(desk, word);
    if (word !== undefined) return misused(clock, 'too many words');
    if (form === 'pause') {
      time.pause();
      return shown(desk);
    }
    if (form === 'resume') {
      if (time.resume === undefined) return manual();
      time.resume();
      return shown(desk);
    }
    return misused(clock, `"${form}" is nothing that a clock does`);
  },
};

function shown({ world }: Desk): Outcome {
  const view = clockView(world.clock);
  return said(clockText(view), view);
}

function manual(): Outcome {
  const message = 'this clock moves only when told, for it was started with --clock manual';
  return refused('CONFLICT', message, 'use step, clock advance, clock to, or run-until');
}

function speed(desk: Desk, word: string | undefined): Outcome {
  const { clock: time } = desk.world;
  if (time.setSpeed === undefined) return manual();
  const [, digits = ''] = /^x?(\d+(?:\.\d+)?)$/.exec(word ?? '') ?? [];
  try {
    time.setSpeed(digits === '' ? Number.NaN : Number(digits));
  } catch (fault) {
    if (!(fault instanceof RangeError)) throw fault;
    return misused(clock, 'a speed is xN, from x0.001 to x1000000');
  }
  return shown(desk);
}

function to(desk: Desk, word = ''): Promise<Outcome> | Outcome {
  const seconds = readTime(word);
  if (seconds === undefined) return misused(clock, `TIME is ${TIME_FORMS}`);
  return leadTo(desk, Math.round(seconds * 1000));
}

function advance(desk: Desk, word = ''): Promise<Outcome> | Outcome {
  const seconds = readDuration(word);
  if (seconds === undefined) return misused(clock, `DURATION is ${DURATION_FORMS}`);
  return leadTo(desk, Math.round(desk.world.clock.nowMs() + seconds * 1000));
}

/** Where a move has come to; how a manual clock is moved, whoever moved it knows. */
export function placeText(view: ReturnType<typeof clockView>): string {
  return view.kind === 'manual' ? view.now : clockText(view);
}

/** How far a move came, and the breaks that held it on the way. */
export interface Move {
  readonly reached: boolean;
  readonly breaks: readonly string[];
  /** The clock ran until then. */
  readonly wasRunning: boolean;
}

/** {@link lead}, told as the outcome of a command. */
export async function leadTo(desk: Desk, ms: number): Promise<Outcome> {
  const move = await lead(desk, ms);
  if ('error' in move) return move;
  const { reached, breaks, wasRunning } = move;
  const view = clockView(desk.world.clock);
  const halted = breaks.length > 0 ? `  stopped by ${breaks.join(', ')}` : '';
  const cut = !reached && breaks.length === 0 ? '  stopped on the way' : '';
  const held = wasRunning ? '  (`clock resume` lets it go on)' : '';
  return said(`${placeText(view)}${halted}${cut}${held}`, { ...view, reached, breaks });
}

/**
 * Holds the clock and leads it to `ms`, everything due until then having happened; a break may hold
 * it on the way, and so does whoever asked for it by going away. It stays held.
 */
export async function lead(desk: Desk, ms: number): Promise<Move | Refused> {
  const { clock: time } = desk.world;
  const nowMs = time.nowMs();
  if (ms < nowMs) {
    const message = `the clock does not run backwards; it is ${formatMs(nowMs)}`;
    return refused('CONFLICT', message, 'name a later time');
  }
  if (ms > LATEST_CLOCK_MS) {
    const message = `the clock ends at ${formatMs(LATEST_CLOCK_MS)}`;
    return refused('CONFLICT', message, 'name an earlier time');
  }
  const wasRunning = !time.isPaused;
  time.pause();
  const breaks: string[] = [];
  const stop = desk.observatory.listen((event) => {
    if (event.event === 'break') breaks.push(`break ${event.id} (${event.wanted})`);
  });
  const { left } = desk.visitor;
  const letGo = () => time.pause();
  left?.addEventListener('abort', letGo);
  try {
    // A clock that ran may have gone on by a moment since.
    await time.advanceTo(Math.max(ms, time.nowMs()));
  } catch (fault) {
    if (!(fault instanceof RangeError)) throw fault;
    // Others hold and move the same clock.
    return refused('CONFLICT', fault.message, 'somebody else moved the clock: try again');
  } finally {
    stop();
    left?.removeEventListener('abort', letGo);
  }
  return { reached: time.nowMs() >= ms, breaks, wasRunning };
}
