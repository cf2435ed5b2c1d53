// `log`: the entries of one of a meter's logs: those that it holds, or those that a read would get
// now, which differ where a fault of the log has come between.

import { type Command, misused } from '../command.ts';
import { shown, withDevice } from '../device-prefix.ts';
import { type LogView, logView } from '../meter-view.ts';
import { refused, said } from '../outcome.ts';
import { counted, table } from '../table.ts';
import { PERIOD_FORMS, periodFault, readPeriod } from '../value-words.ts';
import { LOGS, type LogName, nowSecondsOf } from '../world.ts';

/** Entries that a read does not get, as far as the text names them. */
const NAMED_MAX = 10;

export function isLogName(word: string): word is LogName {
  return Object.hasOwn(LOGS, word);
}

export const log: Command = {
  name: 'log',
  usage: [`log ${Object.keys(LOGS).join('|')} METER [PERIOD] [as-read]`],
  does: 'shows the entries that a log holds, of yesterday or a PERIOD; as-read: under faults',
  notes: `PERIOD is ${PERIOD_FORMS}`,
  example: 'log import 90-B3-D5-1F-40-00-00-07 2026-11-22',
  looks: true,
  run({ world }, words) {
    const view: LogView = words.includes('as-read', 2) ? 'as-read' : 'held';
    const [name = '', meter, periodWord = 'yesterday', ...rest] = words.filter(
      (word, place) => place < 2 || word !== 'as-read',
    );
    if (meter === undefined) return misused(log, 'a log and a METER are wanted');
    if (rest.length > 0) return misused(log, `"${shown(rest[0] ?? '')}" is a word too many`);
    if (!isLogName(name)) {
      return misused(log, `"${shown(name)}" is no log; known are ${Object.keys(LOGS).join(', ')}`);
    }
    const period = readPeriod(periodWord, nowSecondsOf(world));
    if (period === undefined) {
      const message = `"${shown(periodWord)}" ${periodFault(periodWord)}`;
      return refused('USAGE', message, `write it as ${PERIOD_FORMS}`);
    }
    return withDevice(world, meter, (device) => {
      const shownLog = logView(world, device, name, period, view);
      return said(textOf(shownLog), shownLog);
    });
  },
};

function textOf(log: ReturnType<typeof logView>): string {
  const { deviceId, serviceReferenceVariant, from, to, view, columns, entries } = log;
  const as = view === 'as-read' ? ' as read' : '';
  const head = `${deviceId} ${serviceReferenceVariant} ${from}..${to}${as}`;
  if (log.responseCode !== undefined) return `${head}: the meter answers ${log.responseCode}`;
  const changed = new Map(log.changedByFaults.map((change) => [change.timestamp, change]));
  const isBeside = view === 'as-read' && changed.size > 0;
  const rows = entries.map(({ timestamp, values }) => {
    const change = changed.get(timestamp);
    const beside = change === undefined ? '' : cellsOf(change.held).join(' ');
    return [timestamp, ...cellsOf(values), ...(isBeside ? [beside] : [])];
  });
  const count = counted(entries.length, 'entry', 'entries');
  const lines = [`${head}: ${entries.length === 0 ? 'no entries' : count}`];
  const names = ['timestamp', ...columns, ...(isBeside ? ['held'] : [])];
  if (entries.length > 0) lines.push(table(names, rows));
  if (changed.size > 0) lines.push(faultsText(log));
  return lines.join('\n');
}

function cellsOf(values: readonly (number | null)[] | null): (number | string)[] {
  return values?.map((value) => value ?? 'gap') ?? ['none'];
}

/** What faults make of it, and where to see that. */
function faultsText({ view, changedByFaults }: ReturnType<typeof logView>): string {
  const count = counted(changedByFaults.length, 'entry', 'entries');
  if (view === 'held') return `faults change ${count} for whoever reads: add as-read to see`;
  const lost = changedByFaults.filter(({ asRead }) => asRead === null);
  const gone = lost.map(({ timestamp }) => timestamp).slice(0, NAMED_MAX);
  const more = lost.length > NAMED_MAX ? ' …' : '';
  const missing = lost.length === 0 ? '' : `; not there: ${gone.join(', ')}${more}`;
  return `faults change ${count}${missing}`;
}
