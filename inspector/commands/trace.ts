// `trace` and `why`: what has been recorded of a meter's messages and of the S1SP's decisions.
// Nothing is recorded before somebody asks for it.

import { type Command, type Desk, misused } from '../command.ts';
import { shown, withDevice } from '../device-prefix.ts';
import { TRACE_RECORDS_MAX, TRACED_METERS_MAX } from '../observatory.ts';
import { type Outcome, refused, said } from '../outcome.ts';
import { lineOf } from '../trace.ts';
import { readWhole } from '../value-words.ts';
import { whyText } from '../why-text.ts';

const SHOWN_DEFAULT = 20;

export const trace: Command = {
  name: 'trace',
  usage: ['trace', 'trace METER|all on|off', 'trace METER|all [COUNT]'],
  does: 'records the messages of meters and the decisions about them, and shows the latest',
  notes: `nothing is recorded before \`trace … on\`; COUNT is ${SHOWN_DEFAULT} unless given`,
  example: 'trace 90-B3-D5-1F-40-00-00-07 on',
  looks: false,
  run(desk, [word, form, ...rest]) {
    if (word === undefined) return list(desk);
    if (rest.length > 0) return misused(trace, 'too many words');
    if (word === 'all') return of(desk, 'all', form);
    return withDevice(desk.world, word, (device) => of(desk, device, form));
  },
};

function nameOf({ world }: Desk, device: number | 'all'): string {
  return device === 'all' ? 'all' : world.gateway.devices.deviceId(device);
}

function list(desk: Desk): Outcome {
  const { traced } = desk.observatory;
  const names = traced === 'all' ? ['all'] : traced.map((device) => nameOf(desk, device));
  return said(names.length === 0 ? 'nothing is traced' : names.join('\n'), { traced: names });
}

function of(desk: Desk, device: number | 'all', form = String(SHOWN_DEFAULT)): Outcome {
  const { observatory } = desk;
  const name = nameOf(desk, device);
  if (form === 'on' || form === 'off') {
    if (!observatory.setTraced(device, form === 'on')) {
      const message = `${TRACED_METERS_MAX} meters are traced already`;
      return refused('UNAVAILABLE', message, '`trace all on` traces all of them');
    }
    return said(`${name}: trace ${form}`, { traced: name, on: form === 'on' });
  }
  const count = readWhole(form, 1, TRACE_RECORDS_MAX);
  if (count === undefined) return misused(trace, `on, off, or 1 to ${TRACE_RECORDS_MAX} is wanted`);
  const records = observatory.trace.latest(count, device === 'all' ? undefined : device);
  const isTraced = device === 'all' ? observatory.traced === 'all' : observatory.isTraced(device);
  const hint = isTraced ? 'nothing has happened yet' : `not traced; \`trace ${name} on\` begins`;
  const text = records.length === 0 ? hint : records.map(lineOf).join('\n');
  return said(text, { isTraced, records });
}

export const why: Command = {
  name: 'why',
  usage: ['why REQUESTID', 'why METER'],
  does: 'says what decided a request that was traced, or the latest of a meter, with the clause',
  example: 'why 90-B3-D5-1F-40-00-00-07',
  looks: true,
  run(desk, words) {
    // An asker may also be `schedule 7`.
    const word = words.join(' ');
    if (word === '') return misused(why, 'a REQUESTID or a METER is wanted');
    if (/:|^schedule /.test(word)) return because(desk, word);
    return withDevice(desk.world, word, (device) => {
      const { trace: kept } = desk.observatory;
      const latest = kept.latest(TRACE_RECORDS_MAX, device).findLast(({ asker }) => asker);
      if (latest?.asker !== undefined) return because(desk, latest.asker, device);
      return unrecorded(nameOf(desk, device));
    });
  },
};

/** Everything recorded about an asker, of one device or of all. */
function because({ observatory }: Desk, asker: string, device?: number): Outcome {
  const all = observatory.trace.ofAsker(asker);
  const records = all.filter((each) => device === undefined || each.device === device);
  if (records.length === 0) return unrecorded(asker);
  return said(whyText(asker, records), { asker, records });
}

function unrecorded(asker: string): Outcome {
  const next = 'trace its meter first (`trace METER on`), or use `s1sp send --explain`';
  return refused('NOT_FOUND', `nothing is recorded of ${shown(asker)}`, next);
}
