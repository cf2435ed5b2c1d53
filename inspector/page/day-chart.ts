// What the chart of a day shows: every half hour that the day has, the gaps among them shaded, and
// the part of it that lies in British Summer Time.

import { isBritishSummerTime } from '../../gateway/protocol/british-summer-time.ts';
import { DAY_SECONDS, HALF_HOUR_SECONDS } from '../../gateway/protocol/half-hours.ts';
import type { ChartShade, ChartSpec } from '../../page/chart-spec.ts';
import type { LogRow, logView } from '../meter-view.ts';
import { count, instant, unitOf } from './figures.ts';

export interface DayLog {
  /** UTC day since the epoch. */
  readonly day: number;
  readonly columns: readonly string[];
  readonly entries: readonly LogRow[];
  readonly isGas?: boolean;
}

const COLOURS = ['bar', 'sent', 'wan'];

/** Of the day's stamps, both midnights included, each with its row where the log has one. */
function rowsOf({ day, entries }: DayLog): { stamp: number; row: LogRow | undefined }[] {
  const bySecond = new Map(entries.map((row) => [Date.parse(row.timestamp) / 1000, row]));
  const first = day * DAY_SECONDS;
  return Array.from({ length: DAY_SECONDS / HALF_HOUR_SECONDS + 1 }, (_, at) => {
    const stamp = first + at * HALF_HOUR_SECONDS;
    return { stamp, row: bySecond.get(stamp) };
  });
}

export function daySpec(log: DayLog): ChartSpec {
  const rows = rowsOf(log);
  const start = log.day * DAY_SECONDS;
  const units = log.columns.map((name) => unitOf(name, log.isGas ?? false));
  const measure = [...new Set(units)].join(', ');
  const gaps = rows
    .filter(({ row }) => row?.values.includes(null))
    .map(({ stamp }) => ({ from: stamp - HALF_HOUR_SECONDS, to: stamp, colour: 'gap' }));
  return {
    axis: 'instant',
    unit: 'count',
    measure,
    x: rows.map(({ stamp }) => stamp),
    extent: { from: start - HALF_HOUR_SECONDS, to: start + DAY_SECONDS },
    shaded: [...summerParts(log.day), ...gaps],
    series: log.columns.map((label, column) => ({
      label,
      colour: COLOURS[column] ?? 'sent',
      // Bars of two columns would hide each other: the second is a line over those of the first.
      ...(column === 0 && { bars: true, fill: 'bar-fill' }),
      values: rows.map(({ row }) => row?.values[column] ?? null),
    })),
  };
}

/** The hours of a day that lie in BST; on the day of a change they are not all. */
function summerParts(day: number): ChartShade[] {
  const hours = Array.from({ length: 24 }, (_, hour) => day * DAY_SECONDS + hour * 3600);
  const summer = hours.filter(isBritishSummerTime);
  const [first] = summer;
  const last = summer.at(-1);
  return first === undefined || last === undefined
    ? []
    : [{ from: first, to: last + 3600, colour: 'bst', label: 'BST' }];
}

/** What BST means for a day; undefined in winter. */
export function summerNote(day: number): string | undefined {
  const start = isBritishSummerTime(day * DAY_SECONDS);
  const end = isBritishSummerTime((day + 1) * DAY_SECONDS);
  if (!start && !end) return undefined;
  if (!start) return 'Clocks go forward at 01:00 UTC on this day; BST is shaded. The log is UTC.';
  if (!end) return 'Clocks go back at 01:00 UTC on this day; BST is shaded. The log is UTC.';
  return 'British Summer Time: in Britain it is an hour later than this axis, which is UTC.';
}

/** What faults of the log do to the entries shown; undefined: nothing. */
export function faultNote({
  view,
  changedByFaults: changes,
}: Pick<ReturnType<typeof logView>, 'view' | 'changedByFaults'>): string | undefined {
  const { length } = changes;
  if (length === 0) return undefined;
  const entries = length === 1 ? '1 entry' : `${count(length)} entries`;
  return view === 'held'
    ? `Faults change ${entries} for whoever reads.`
    : `Faults have changed ${entries} of what the meter holds.`;
}

/** The day in a sentence or two, and its figures as rows of a table. */
export function dayFigures(log: DayLog): { sentences: string[]; rows: string[][] } {
  const rows = rowsOf(log);
  const held = rows.filter(({ row }) => row !== undefined);
  const gaps = held.filter(({ row }) => row?.values.includes(null));
  const sums = log.columns.map((name, column) => {
    // The stamp of the midnight that begins the day is of the day before.
    const own = held.filter(({ stamp }) => stamp > log.day * DAY_SECONDS);
    const sum = own.reduce((all, { row }) => all + (row?.values[column] ?? 0), 0);
    return `${name} ${count(sum)} ${unitOf(name, log.isGas ?? false)}`;
  });
  const [first] = held;
  const last = held.at(-1);
  const extent =
    first === undefined || last === undefined
      ? 'The log holds nothing of this day.'
      : `${held.length} half hours from ${at(first.stamp)} to ${at(last.stamp)}; ` +
        `in the day ${sums.join(', ')}.`;
  const missing = gaps.map(({ stamp }) => at(stamp).slice(11));
  const gapText =
    gaps.length === 0
      ? []
      : [`${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}, shaded: ${missing.join(', ')}.`];
  return {
    sentences: [extent, ...gapText],
    rows: held.map(({ stamp, row }) => [
      at(stamp),
      ...log.columns.map((_, column) => {
        const value = row?.values[column] ?? null;
        return value === null ? 'gap' : count(value);
      }),
    ]),
  };
}

function at(seconds: number): string {
  return instant(new Date(seconds * 1000).toISOString());
}
