// `step` and `run-until`: time led forward by half hours, to a time, or to an event.

import { HALF_HOUR_SECONDS } from '../../gateway/protocol/half-hours.ts';
import { type Command, type Desk, misused } from '../command.ts';
import { type Outcome, refused, said } from '../outcome.ts';
import { EVENT_FORM, RANGE_FORM, readWanted, unwatchable, wantedText } from '../points.ts';
import { lineOf, type TraceRecord } from '../trace.ts';
import { DURATION_FORMS, readDuration, readTime, readWhole, TIME_FORMS } from '../value-words.ts';
import { nowSecondsOf } from '../world.ts';
import { clockView, lead, leadTo, type Move, placeText } from './clock.ts';

/** A year of half hours; a step further is better said as a time. */
const STEPS_MAX = 17_568;

export const step: Command = {
  name: 'step',
  usage: ['step [N]'],
  does: 'leads the clock N half hours on, to the N-th stamp from now (1), and holds it there',
  example: 'step 48',
  looks: false,
  run(desk, words) {
    const count = readWhole(words[0] ?? '1', 1, STEPS_MAX);
    if (count === undefined || words.length > 1) return misused(step, `N is 1 to ${STEPS_MAX}`);
    const stamp = Math.floor(nowSecondsOf(desk.world) / HALF_HOUR_SECONDS) + count;
    return leadTo(desk, stamp * HALF_HOUR_SECONDS * 1000);
  },
};

/** Virtual time that a search for an event takes unless told. */
const WITHIN_SECONDS_DEFAULT = 86_400;

export const runUntil: Command = {
  name: 'run-until',
  usage: [
    'run-until TIME',
    `run-until ${EVENT_FORM} [within DURATION]`,
    `run-until ${RANGE_FORM} [within DURATION]`,
  ],
  does: 'leads the clock on to a time, or to an event that comes within 1d unless told',
  notes: `TIME is ${TIME_FORMS}; DURATION is ${DURATION_FORMS}`,
  example: 'run-until store 90-B3-D5-1F-40-00-00-07 4.8.1 within 26h',
  looks: false,
  run(desk, words) {
    const [first = '', ...rest] = words;
    const seconds = rest.length === 0 ? readTime(first) : undefined;
    if (seconds !== undefined) return leadTo(desk, Math.round(seconds * 1000));
    const at = words.indexOf('within');
    const within = at < 0 ? WITHIN_SECONDS_DEFAULT : readDuration(words.slice(at + 1).join(' '));
    if (within === undefined) return misused(runUntil, `DURATION is ${DURATION_FORMS}`);
    if (words.length === 0) return misused(runUntil, `TIME is ${TIME_FORMS}`);
    return untilEvent(desk, at < 0 ? words : words.slice(0, at), within);
  },
};

async function untilEvent(
  desk: Desk,
  words: readonly string[],
  withinSeconds: number,
): Promise<Outcome> {
  const { world, observatory } = desk;
  const wanted = readWanted(world, words);
  if ('error' in wanted) return wanted;
  const refusal = unwatchable(world, wanted);
  if (refusal !== undefined) return refusal;
  const seen: TraceRecord[] = [];
  const point = observatory.add('break', wanted, ({ record }) => seen.push(record));
  if (point === undefined) return refused('UNAVAILABLE', 'too many breaks', 'delete one of them');
  world.clock.pause();
  const move = await lead(desk, world.clock.nowMs() + withinSeconds * 1000).finally(() => {
    observatory.remove(point.id);
  });
  const [record] = seen;
  if ('error' in move) return move;
  const view = clockView(world.clock);
  const what = wantedText(world, wanted);
  if (record !== undefined) {
    return said(`${placeText(view)}\n${lineOf(record)}`, { ...view, reached: true, record });
  }
  return notSeen(what, view.now, move);
}

/** Why an event was not seen, and how to go on from where the search has ended. */
function notSeen(what: string, now: string, { reached, breaks }: Move): Outcome {
  if (reached) {
    const message = `${what} did not happen until ${now}`;
    return refused(
      'UNAVAILABLE',
      message,
      'the same again searches on from here, `within 2d` for longer',
    );
  }
  const by = breaks.length === 0 ? '' : ` by ${breaks.join(', ')}`;
  const message = `${what} did not happen: the clock was held at ${now}${by}`;
  return refused('UNAVAILABLE', message, 'the same again searches on from here');
}
