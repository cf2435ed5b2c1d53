// Reads half-hourly consumption as trials publish it [contract §7]: one household's file, or the
// wide form with several. Their stamps are the START of an interval in UTC; a meter's stamp is its
// END, so every one moves by 30 minutes. Nothing is guessed: what does not fit is counted and left
// out, and the half hours without a reading are gaps.

import { HALF_HOUR_SECONDS, parseDateTime } from '../gateway/protocol/half-hours.ts';
import { NO_ENTRY } from '../gateway/protocol/log-entries.ts';

/** Real half hours in a row. Entry i is stamped `firstHalfHour + i` and is Wh, or NO_ENTRY. */
export interface Recording {
  readonly firstHalfHour: number;
  readonly wh: Uint32Array;
}

/** A row that gave no entry, for the eyes of whoever brought the file. */
export interface RowProblem {
  /** From 1, the header included. */
  readonly line: number;
  readonly reason: 'offGrid' | 'conflict' | 'unreadable';
  readonly text: string;
}

/** Every row of the household is an entry, or is counted in exactly one of the five after it. */
export interface RecordingReport {
  /** Households in the file, in the order of their first rows; none in a file without ids. */
  readonly households: readonly string[];
  readonly rows: number;
  readonly entries: number;
  /** Rows that say that there is no reading. */
  readonly nulls: number;
  /** Rows that repeat an entry. */
  readonly duplicates: number;
  /** Rows that contradict an entry; the first one stands. */
  readonly conflicts: number;
  /** Rows whose stamp is not on the half hour. */
  readonly offGrid: number;
  readonly unreadable: number;
  /** Half hours between the first and the last entry that have none. */
  readonly gaps: number;
  /** Stamps (ends) of the first and the last entry. */
  readonly firstHalfHour: number;
  readonly lastHalfHour: number;
  /** The first {@link PROBLEMS_MAX} of the rows off the grid, in conflict or unreadable. */
  readonly problems: readonly RowProblem[];
}

export const PROBLEMS_MAX = 20;
/** Beyond this a row is unreadable: five times what a 100 A supply gives, and all of 16 bits. */
export const HALF_HOUR_WH_MAX = 65_000;
/** Twenty years: a stamp that makes the file longer is a mistake in it. */
export const RECORDING_HALF_HOURS_MAX = 350_640;
const TEXT_MAX = 120;

interface Columns {
  readonly household: number;
  readonly start: number;
  readonly kwh: number;
}

/** Rows of one household as they are sorted out. */
interface Sorted {
  rows: number;
  nulls: number;
  duplicates: number;
  conflicts: number;
  offGrid: number;
  unreadable: number;
  readonly wh: Map<number, number>;
  readonly problems: RowProblem[];
}

/**
 * Reads a CSV with a header. `household` chooses one of a file that holds several. Throws an Error
 * that says what to do for a file without the columns, without entries, or of several households.
 */
export function readHalfHourlyCsv(
  text: string,
  household?: string,
): { recording: Recording; report: RecordingReport } {
  const lines = linesOf(text);
  const header = lines.next();
  if (header.done || header.value.trim() === '') throw new Error('the file is empty');
  const columns = findColumns(cellsOf(header.value));
  if (household !== undefined && columns.household < 0) {
    throw new Error(`the file names no households, so it has no ${household}`);
  }
  const households = new Set<string>();
  const sorted: Sorted = {
    rows: 0,
    nulls: 0,
    duplicates: 0,
    conflicts: 0,
    offGrid: 0,
    unreadable: 0,
    wh: new Map(),
    problems: [],
  };
  let line = 1;
  for (const row of lines) {
    line++;
    if (row.trim() === '') continue;
    const cells = cellsOf(row);
    const id = cells[columns.household];
    if (id !== undefined && id !== '') households.add(id);
    if (household === undefined || id === household) sortRow(sorted, line, row, cells, columns);
  }
  checkHousehold([...households], household);
  return arrange(sorted, [...households]);
}

function* linesOf(text: string): Generator<string, void> {
  // A byte order mark is not part of the first column's name.
  let start = text.startsWith('\ufeff') ? 1 : 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    yield end < 0 ? text.slice(start) : text.slice(start, end);
    if (end < 0) return;
    start = end + 1;
  }
}

function cellsOf(row: string): string[] {
  return row.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}

/** Finds the columns by name; one household's files leave the stamp's column without a name. */
function findColumns(names: readonly string[]): Columns {
  const find = (matches: (name: string) => boolean): number =>
    names.findIndex((name) => matches(name.trim().toLowerCase()));
  const named = find((name) => name === 'datetime');
  const start = named >= 0 ? named : find((name) => name === '');
  const kwh = find((name) => name.startsWith('kwh'));
  const seen = names.map((name) => `"${name}"`).join(', ');
  if (start < 0) throw new Error(`no column "DateTime" among ${seen}`);
  if (kwh < 0) throw new Error(`no column "KWH/hh (per half hour)" among ${seen}`);
  return { household: find((name) => name === 'lclid'), start, kwh };
}

function note(sorted: Sorted, line: number, reason: RowProblem['reason'], text: string): void {
  if (sorted.problems.length >= PROBLEMS_MAX) return;
  sorted.problems.push({ line, reason, text: text.trim().slice(0, TEXT_MAX) });
}

function sortRow(
  sorted: Sorted,
  line: number,
  row: string,
  cells: readonly string[],
  columns: Columns,
): void {
  sorted.rows++;
  const startSeconds = parseStart(cells[columns.start] ?? '');
  const wh = parseWh(cells[columns.kwh] ?? '?');
  if (!(startSeconds >= 0) || Number.isNaN(wh)) {
    sorted.unreadable++;
    note(sorted, line, 'unreadable', row);
  } else if (startSeconds % HALF_HOUR_SECONDS !== 0) {
    sorted.offGrid++;
    note(sorted, line, 'offGrid', row);
  } else if (wh === NO_ENTRY) {
    sorted.nulls++;
  } else {
    const halfHour = startSeconds / HALF_HOUR_SECONDS + 1;
    const known = sorted.wh.get(halfHour);
    if (known === undefined) {
      sorted.wh.set(halfHour, wh);
    } else if (known === wh) {
      sorted.duplicates++;
    } else {
      sorted.conflicts++;
      note(sorted, line, 'conflict', row);
    }
  }
}

const UTC_STAMP = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?Z?$/;

/** Seconds of `2012-10-12 00:30:00`, with or without a fraction; NaN for any other form. */
function parseStart(text: string): number {
  const parts = UTC_STAMP.exec(text);
  return parts ? parseDateTime(`${parts[1]}T${parts[2]}${parts[3] ?? ''}Z`) : Number.NaN;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Whole Wh, NO_ENTRY for `Null` or nothing, NaN for what no household can have used. */
function parseWh(text: string): number {
  if (text === '' || text.toLowerCase() === 'null') return NO_ENTRY;
  const kwh = DECIMAL.test(text) ? Number(text) : Number.NaN;
  const wh = Math.round(kwh * 1000);
  return kwh >= 0 && wh <= HALF_HOUR_WH_MAX ? wh : Number.NaN;
}

function checkHousehold(households: readonly string[], household: string | undefined): void {
  const seen = households.slice(0, PROBLEMS_MAX).join(', ');
  const more =
    households.length > PROBLEMS_MAX ? ` and ${households.length - PROBLEMS_MAX} more` : '';
  if (household === undefined && households.length > 1) {
    throw new Error(`the file holds ${households.length} households; choose one of ${seen}${more}`);
  }
  if (household !== undefined && !households.includes(household)) {
    throw new Error(`no household ${household} in the file, which holds ${seen}${more}`);
  }
}

/** Puts the entries in a row, with gaps between, and closes the report. */
function arrange(
  sorted: Sorted,
  households: readonly string[],
): { recording: Recording; report: RecordingReport } {
  let firstHalfHour = Number.POSITIVE_INFINITY;
  let lastHalfHour = Number.NEGATIVE_INFINITY;
  for (const halfHour of sorted.wh.keys()) {
    firstHalfHour = Math.min(firstHalfHour, halfHour);
    lastHalfHour = Math.max(lastHalfHour, halfHour);
  }
  if (sorted.wh.size === 0) throw new Error(`no readings in the ${sorted.rows} rows of the file`);
  const length = lastHalfHour - firstHalfHour + 1;
  if (length > RECORDING_HALF_HOURS_MAX) {
    throw new Error(`the first and the last reading are ${Math.floor(length / 48)} days apart`);
  }
  const wh = new Uint32Array(length).fill(NO_ENTRY);
  for (const [halfHour, value] of sorted.wh) wh[halfHour - firstHalfHour] = value;
  const { wh: entries, ...counts } = sorted;
  return {
    recording: { firstHalfHour, wh },
    report: {
      ...counts,
      households,
      entries: entries.size,
      gaps: length - entries.size,
      firstHalfHour,
      lastHalfHour,
    },
  };
}
