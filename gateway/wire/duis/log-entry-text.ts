// LogEntry elements of the four reading SRVs [MMC-XSD, domain §1.8]. The order of their children is
// the schema's: Timestamp first in 4.6.1 and 4.8.1, last in 4.8.2 and 4.8.3. A half hour that the
// meter does not hold is no LogEntry at all.

import {
  DAY_SECONDS,
  formatDate,
  formatSeconds,
  HALF_HOUR_SECONDS,
  HALF_HOURS_A_DAY,
} from '../../protocol/half-hours.ts';
import {
  cubicMetres,
  type DailyRead,
  type GasDailyRead,
  NO_ENTRY,
  type Profile,
  type ProfileSrv,
} from '../../protocol/log-entries.ts';
import type { ReadSrv } from '../../protocol/service-reference.ts';
import type { LogAnswer } from '../../protocol/service-response.ts';

/** Entries that the schema lets one answer hold [MMC-XSD]; of more, the newest go out. */
export const LOG_ENTRIES_MAX: Readonly<Record<ReadSrv, number>> = {
  '4.6.1': 31,
  '4.8.1': 19_056,
  '4.8.2': 4464,
  '4.8.3': 4464,
};

/** Gas meters count litres: m³ with three decimals say them all. */
const GAS_DECIMALS = 3;

/** An answer's entries, to be written a stretch at a time. Rows without an entry write nothing. */
export interface LogEntryText {
  readonly rows: number;
  /** The entries of rows `from` to before `to`. */
  write(from: number, to: number): string;
}

export function logEntryText(log: LogAnswer): LogEntryText {
  if (log.srv !== '4.6.1') {
    if (log.profile === null) return NO_ROWS;
    return profileText(log.srv, log.fuel === 'gas', newest(log.profile, LOG_ENTRIES_MAX[log.srv]));
  }
  const most = LOG_ENTRIES_MAX['4.6.1'];
  return log.fuel === 'gas'
    ? rowText(log.dailyReadLog.slice(-most), gasDailyRead)
    : rowText(log.dailyReadLog.slice(-most), dailyRead);
}

const NO_ROWS: LogEntryText = { rows: 0, write: () => '' };

function rowText<Row>(rows: readonly Row[], write: (row: Row) => string): LogEntryText {
  return {
    rows: rows.length,
    write: (from, to) => rows.slice(from, to).map(write).join(''),
  };
}

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

function profileText(srv: ProfileSrv, gas: boolean, profile: Profile): LogEntryText {
  const { firstHalfHour, count, columns } = profile;
  const [first, second] = columns;
  if (first === undefined) return NO_ROWS;
  const entry = gas ? gasHalfHour : ENTRIES[srv];
  return {
    rows: count,
    write(from, to) {
      let text = '';
      for (let row = from; row < to; row++) {
        const value = first[row] ?? NO_ENTRY;
        if (value === NO_ENTRY) continue;
        text += entry(stampOf(firstHalfHour + row), value, second?.[row] ?? NO_ENTRY);
      }
      return text;
    },
  };
}

const TIMES = Array.from({ length: HALF_HOURS_A_DAY }, (_, halfHour) => {
  const hours = String(halfHour >> 1).padStart(2, '0');
  return `T${hours}:${halfHour % 2 === 0 ? '00' : '30'}:00Z`;
});

/** Forty-eight stamps share a day: its text is remembered. */
let lastDay = Number.NaN;
let lastDate = '';

function stampOf(halfHour: number): string {
  const day = Math.floor((halfHour * HALF_HOUR_SECONDS) / DAY_SECONDS);
  if (day !== lastDay) {
    lastDate = formatDate(day);
    lastDay = day;
  }
  return lastDate + TIMES[halfHour - day * HALF_HOURS_A_DAY];
}

type Entry = (stamp: string, first: number, second: number) => string;

const ENTRIES: Readonly<Record<ProfileSrv, Entry>> = {
  '4.8.1': (stamp, primary, secondary) =>
    `<ra:LogEntry><ra:Timestamp>${stamp}</ra:Timestamp><ra:Electricity>` +
    `<ra:PrimaryValue>${primary}</ra:PrimaryValue>` +
    (secondary === NO_ENTRY ? '' : `<ra:SecondaryValue>${secondary}</ra:SecondaryValue>`) +
    '</ra:Electricity></ra:LogEntry>',
  '4.8.2': (stamp, reactive) =>
    `<ra:LogEntry><ra:ReactiveEnergyImportedValue>${reactive}</ra:ReactiveEnergyImportedValue>` +
    `<ra:Timestamp>${stamp}</ra:Timestamp></ra:LogEntry>`,
  '4.8.3': (stamp, active, reactive) =>
    `<ra:LogEntry><ra:ActiveEnergyExportedValue>${active}</ra:ActiveEnergyExportedValue>` +
    (reactive === NO_ENTRY
      ? ''
      : `<ra:ReactiveEnergyExportedValue>${reactive}</ra:ReactiveEnergyExportedValue>`) +
    `<ra:Timestamp>${stamp}</ra:Timestamp></ra:LogEntry>`,
};

function gasHalfHour(stamp: string, litres: number): string {
  return (
    `<ra:LogEntry><ra:Timestamp>${stamp}</ra:Timestamp><ra:Gas><ra:PrimaryValue>` +
    `${gasText(litres)}</ra:PrimaryValue></ra:Gas></ra:LogEntry>`
  );
}

function gasText(litres: number): string {
  return cubicMetres(litres).toFixed(GAS_DECIMALS);
}

function dailyRead(read: DailyRead): string {
  const { secondaryActiveImportRegisterConsumption: secondary } = read;
  const electricity =
    element('ElecActiveImportRegisterConsumption', read.elecActiveImportRegisterConsumption) +
    (secondary === undefined
      ? ''
      : element('SecondaryActiveImportRegisterConsumption', secondary)) +
    matrix(
      'SecondaryTariffTOURegisterMatrixValue',
      read.secondaryTariffTOURegisterMatrixValue ?? [],
    ) +
    matrix('TariffTOURegisterMatrixValue', read.tariffTOURegisterMatrixValue);
  return dailyEntry(read.timestamp, 'Electricity', electricity);
}

function gasDailyRead(read: GasDailyRead): string {
  const register = gasText(read.gasActiveImportRegisterConsumption);
  const gas =
    element('GasActiveImportRegisterConsumption', register) +
    matrix('TariffBlockCounterMatrix', read.tariffBlockCounterMatrix.map(gasText)) +
    matrix('TariffTOURegisterMatrix', read.tariffTOURegisterMatrix.map(gasText));
  return dailyEntry(read.timestamp, 'Gas', gas);
}

function dailyEntry(timestamp: number, fuel: 'Electricity' | 'Gas', values: string): string {
  return (
    `<ra:LogEntry><ra:Timestamp>${formatSeconds(timestamp)}</ra:Timestamp>` +
    `<ra:${fuel}>${values}</ra:${fuel}></ra:LogEntry>`
  );
}

function element(name: string, value: string | number): string {
  return `<ra:${name}>${value}</ra:${name}>`;
}

/** Places of a matrix count from 1. */
function matrix(name: string, values: readonly (string | number)[]): string {
  return values
    .map((value, place) => `<ra:${name} index="${place + 1}">${value}</ra:${name}>`)
    .join('');
}
