// LogEntry elements of the four reading SRVs [MMC-XSD, domain §1.8]. The order of their children is
// the schema's: Timestamp first in 4.6.1 and 4.8.1, last in 4.8.2 and 4.8.3. A half hour that the
// meter does not hold is no LogEntry at all.
//
// Half hours are the bulk of all that is written, so they are written as bytes: the tags of an
// entry are prepared, its stamp is corrected in place, and only values are made anew.

import { formatDate, HALF_HOURS_A_DAY } from '../../protocol/half-hours.ts';
import { NO_ENTRY, type Profile, type ProfileSrv } from '../../protocol/log-entries.ts';
import type { ReadSrv } from '../../protocol/service-reference.ts';
import type { LogAnswer } from '../../protocol/service-response.ts';
import { putBytes, putDecimal } from '../scratch.ts';
import { dailyReadTexts } from './daily-read-text.ts';

/** Entries that the schema lets one answer hold [MMC-XSD]; of more, the newest go out. */
export const LOG_ENTRIES_MAX: Readonly<Record<ReadSrv, number>> = {
  '4.6.1': 31,
  '4.8.1': 19_056,
  '4.8.2': 4464,
  '4.8.3': 4464,
};

/** An answer's entries, to be written a stretch at a time. Rows without an entry write nothing. */
export interface LogEntryBytes {
  readonly rows: number;
  /** Bytes that so many rows take at most. */
  sizeMax(rows: number): number;
  /** Writes the entries of rows `from` to before `to`, and returns where they end. */
  put(out: Buffer, at: number, from: number, to: number): number;
}

export const NO_ENTRIES: LogEntryBytes = { rows: 0, sizeMax: () => 0, put: (_out, at) => at };

export function logEntryBytes(log: LogAnswer): LogEntryBytes {
  if (log.srv === '4.6.1') return new DailyReadBytes(log);
  const { profile, srv } = log;
  const columns = profile?.columns.length ?? 0;
  if (profile === null || columns === 0) return NO_ENTRIES;
  const entry = log.fuel === 'gas' ? GAS_ENTRY : ENTRIES[srv][columns - 1];
  if (entry === undefined) throw new Error(`${srv} has no ${columns} values an entry`);
  return new ProfileBytes(newest(profile, LOG_ENTRIES_MAX[srv]), entry, log.fuel === 'gas');
}

/** The few and long entries of a Daily Read Log, as text that is there already. */
class DailyReadBytes implements LogEntryBytes {
  readonly #texts: readonly string[];

  constructor(log: Extract<LogAnswer, { srv: '4.6.1' }>) {
    this.#texts = dailyReadTexts(log, LOG_ENTRIES_MAX['4.6.1']);
  }

  get rows(): number {
    return this.#texts.length;
  }

  sizeMax(): number {
    return this.#texts.reduce((size, text) => size + text.length, 0);
  }

  put(out: Buffer, at: number, from: number, to: number): number {
    return at + out.write(this.#texts.slice(from, to).join(''), at, 'latin1');
  }
}

/** `4294967294`, or `4294967.294`. */
const VALUE_SIZE_MAX = 11;

class ProfileBytes implements LogEntryBytes {
  readonly rows: number;
  readonly #profile: Profile;
  readonly #entry: EntryBytes;
  readonly #putValue: typeof putDecimal;

  constructor(profile: Profile, entry: EntryBytes, gas: boolean) {
    this.rows = profile.count;
    this.#profile = profile;
    this.#entry = entry;
    this.#putValue = gas ? putCubicMetres : putDecimal;
  }

  sizeMax(rows: number): number {
    return rows * (this.#entry.size + 2 * VALUE_SIZE_MAX);
  }

  put(out: Buffer, start: number, from: number, to: number): number {
    const { firstHalfHour, columns } = this.#profile;
    const [first, second] = columns;
    if (first === undefined) return start;
    const { before, between, after } = this.#entry;
    const putValue = this.#putValue;
    let at = start;
    for (let row = from; row < to; row++) {
      const value = first[row] ?? NO_ENTRY;
      if (value === NO_ENTRY) continue;
      this.#entry.stamp(firstHalfHour + row);
      at = putBytes(out, at, before);
      at = putValue(out, at, value);
      if (second !== undefined) {
        at = putBytes(out, at, between);
        at = putValue(out, at, second[row] ?? 0);
      }
      at = putBytes(out, at, after);
    }
    return at;
  }
}

/** Gas meters count litres, and m³ have three decimals. */
function putCubicMetres(out: Buffer, at: number, litres: number): number {
  const whole = Math.floor(litres / 1000);
  let end = putDecimal(out, at, whole);
  // The thousand in front keeps the zeros, and is then overwritten by the point.
  const point = end;
  end = putDecimal(out, point, 1000 + litres - whole * 1000);
  out[point] = POINT_CODE;
  return end;
}

const POINT_CODE = 0x2e;
const ZERO_CODE = 0x30;

const STAMP = '2026-11-22T00:00:00Z';
const DATE_LENGTH = 10;

/** The tags of an entry around its values, with the stamp of the latest in them. */
class EntryBytes {
  readonly before: Buffer;
  readonly between: Buffer;
  readonly after: Buffer;
  readonly #stamped: Buffer;
  readonly #stampAt: number;
  #day = Number.NaN;

  constructor(before: string, between: string, after: string) {
    this.before = Buffer.from(before);
    this.between = Buffer.from(between);
    this.after = Buffer.from(after);
    const isFirst = before.includes(STAMP);
    this.#stamped = isFirst ? this.before : this.after;
    this.#stampAt = (isFirst ? before : after).indexOf(STAMP);
  }

  get size(): number {
    return this.before.length + this.between.length + this.after.length;
  }

  /** Makes it the entry of a half hour. */
  stamp(halfHour: number): void {
    const bytes = this.#stamped;
    const at = this.#stampAt;
    const day = Math.floor(halfHour / HALF_HOURS_A_DAY);
    if (day !== this.#day) {
      bytes.write(formatDate(day), at, 'latin1');
      this.#day = day;
    }
    const ofDay = halfHour - day * HALF_HOURS_A_DAY;
    const hours = ofDay >> 1;
    const tens = (hours / 10) | 0;
    bytes[at + DATE_LENGTH + 1] = ZERO_CODE + tens;
    bytes[at + DATE_LENGTH + 2] = ZERO_CODE + hours - tens * 10;
    bytes[at + DATE_LENGTH + 4] = ZERO_CODE + (ofDay & 1) * 3;
  }
}

const STAMP_FIRST = `<ra:LogEntry><ra:Timestamp>${STAMP}</ra:Timestamp>`;
const STAMP_LAST = `<ra:Timestamp>${STAMP}</ra:Timestamp></ra:LogEntry>`;

/** An entry of one value, or of two. */
function entryOf(names: readonly string[], opening: string, closing: string): EntryBytes {
  const [first = '', last = first] = names;
  const between = `</ra:${first}><ra:${last}>`;
  return new EntryBytes(`${opening}<ra:${first}>`, between, `</ra:${last}>${closing}`);
}

function electricity(...names: string[]): EntryBytes {
  const closing = '</ra:Electricity></ra:LogEntry>';
  return entryOf(names, `${STAMP_FIRST}<ra:Electricity>`, closing);
}

function stampLast(...names: string[]): EntryBytes {
  return entryOf(names, '<ra:LogEntry>', STAMP_LAST);
}

/** By the number of their values. */
const ENTRIES: Readonly<Record<ProfileSrv, readonly EntryBytes[]>> = {
  '4.8.1': [electricity('PrimaryValue'), electricity('PrimaryValue', 'SecondaryValue')],
  '4.8.2': [stampLast('ReactiveEnergyImportedValue')],
  '4.8.3': [
    stampLast('ActiveEnergyExportedValue'),
    stampLast('ActiveEnergyExportedValue', 'ReactiveEnergyExportedValue'),
  ],
};

const GAS_ENTRY = entryOf(['PrimaryValue'], `${STAMP_FIRST}<ra:Gas>`, '</ra:Gas></ra:LogEntry>');

/** The rows that hold the newest `most` entries. */
function newest(profile: Profile, most: number): Profile {
  const { firstHalfHour, count, columns } = profile;
  const [first] = columns;
  if (count <= most || first === undefined) return profile;
  let row = count;
  for (let entries = 0; row > 0 && entries < most; ) if (first[--row] !== NO_ENTRY) entries++;
  return {
    firstHalfHour: firstHalfHour + row,
    count: count - row,
    columns: columns.map((column) => column.subarray(row, count)),
  };
}
