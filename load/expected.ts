// An answer's log beside the one that the seed demands: the first difference in words, or none.

import { formatSeconds, HALF_HOUR_SECONDS } from '../gateway/protocol/half-hours.ts';
import {
  cubicMetres,
  type DailyRead,
  type GasDailyRead,
  NO_ENTRY,
  PROFILE_COLUMNS,
  type Profile,
  type ProfileSrv,
} from '../gateway/protocol/log-entries.ts';
import type { LogAnswer } from '../gateway/protocol/service-response.ts';
import { isRecord } from './answers.ts';

/** Stamps that have been written out: the answers of a run share a few of them. */
const stamps = new Map<number, string>();
const STAMPS_MAX = 1000;

function stampOf(seconds: number): string {
  const known = stamps.get(seconds);
  if (known !== undefined) return known;
  if (stamps.size === STAMPS_MAX) stamps.clear();
  const text = formatSeconds(seconds);
  stamps.set(seconds, text);
  return text;
}

/** Undefined where `profile`, as it came, says what is expected; of gas in m³. */
export function profileFault(
  profile: unknown,
  expected: Profile | null,
  srv: ProfileSrv,
  gas: boolean,
): string | undefined {
  if (expected === null || expected.count === 0) {
    return profile === null ? undefined : 'a profile where the meter holds no entries';
  }
  if (!isRecord(profile)) return `no profile instead of ${expected.count} entries`;
  const { firstTimestamp, intervalMinutes } = profile;
  const stamp = stampOf(expected.firstHalfHour * HALF_HOUR_SECONDS);
  if (firstTimestamp !== stamp) return `firstTimestamp ${firstTimestamp} instead of ${stamp}`;
  if (intervalMinutes !== HALF_HOUR_SECONDS / 60) return `intervalMinutes ${intervalMinutes}`;
  const names = PROFILE_COLUMNS[srv];
  for (let place = 0; place < names.length; place++) {
    const name = names[place] ?? '';
    const fault = columnFault(name, profile[name], expected.columns[place], expected.count, gas);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function columnFault(
  name: string,
  values: unknown,
  expected: Uint32Array | undefined,
  count: number,
  gas: boolean,
): string | undefined {
  if (expected === undefined) {
    return values === undefined ? undefined : `${name} of a meter that has none`;
  }
  if (!Array.isArray(values)) return `no ${name}`;
  if (values.length !== count) return `${values.length} entries of ${name} instead of ${count}`;
  for (let row = 0; row < count; row++) {
    const raw = expected[row] as number;
    const value = raw === NO_ENTRY ? null : gas ? cubicMetres(raw) : raw;
    if (values[row] !== value) {
      return `${name} ${JSON.stringify(values[row])} instead of ${value} in row ${row}`;
    }
  }
  return undefined;
}

/** Undefined where the daily reads, as they came, are those expected. */
export function dailyFault(
  reads: unknown,
  { fuel, dailyReadLog }: Extract<LogAnswer, { srv: '4.6.1' }>,
): string | undefined {
  if (!Array.isArray(reads)) return 'no dailyReadLog';
  if (reads.length !== dailyReadLog.length) {
    return `${reads.length} daily reads instead of ${dailyReadLog.length}`;
  }
  for (let row = 0; row < dailyReadLog.length; row++) {
    const fault = rowFault(reads[row], dailyReadLog[row], fuel === 'gas');
    if (fault !== undefined) return `${fault} in row ${row}`;
  }
  return undefined;
}

function rowFault(
  read: unknown,
  expected: DailyRead | GasDailyRead | undefined,
  gas: boolean,
): string | undefined {
  if (!isRecord(read) || expected === undefined) return 'no daily read';
  const stamp = stampOf(expected.timestamp);
  if (read.timestamp !== stamp) return `timestamp ${read.timestamp} instead of ${stamp}`;
  let name: keyof typeof expected;
  for (name in expected) {
    const value: number | readonly number[] = expected[name];
    if (name !== 'timestamp' && !isSame(read[name], value, gas)) {
      return `${name} ${JSON.stringify(read[name])} instead of ${JSON.stringify(value)}`;
    }
  }
  return undefined;
}

function isSame(got: unknown, value: number | readonly number[], gas: boolean): boolean {
  if (typeof value === 'number') return got === (gas ? cubicMetres(value) : value);
  if (!Array.isArray(got) || got.length !== value.length) return false;
  for (let place = 0; place < value.length; place++) {
    if (!isSame(got[place], value[place] as number, gas)) return false;
  }
  return true;
}
