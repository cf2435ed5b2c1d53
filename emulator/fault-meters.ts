// Faults of what meters have recorded, around the fleet: gaps, late daily reads, a wrong clock,
// corrupted entries. Each is a property of an entry, so whoever reads it, and whenever, sees the
// same; the meter's own logs stay as they are, and are seen again when the fault is removed.
//
// An entry is of the window in which it was recorded: the half hour stamped 04:00 is of 03:59.

import { HALF_HOUR_SECONDS } from '../gateway/protocol/half-hours.ts';
import {
  copied,
  type DailyRead,
  type GasDailyRead,
  NO_ENTRY,
  type Profile,
  trimmed,
} from '../gateway/protocol/log-entries.ts';
import type {
  MeterCommand,
  MeterRead,
  MeterReply,
  MeterRestriction,
} from '../gateway/s1sp/meter-network.ts';
import type { FaultKind } from './fault-kind.ts';
import { concerns, strikes } from './fault-plan.ts';
import { type Faults, noteHit, type RunningFault } from './faults.ts';
import { chanceAt, mix, mixWide } from './random.ts';
import type { WanMeters } from './wan.ts';
import type { WanProfile } from './wan-profiles.ts';

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;

/** A corrupted value is between these unless the plan says it: no meter counts so far [R5]. */
const ABSURD_MIN = 2 ** 30;

/** Apart from the draws by which devices and entries are picked. */
const VALUE_DRAW = 2;

/** One clock of a device is wrong as a whole, so its chance is of nothing else. */
const CLOCK = 0;

/** One read of one meter under faults. */
interface Reading {
  readonly read: MeterRead;
  readonly nowSeconds: number;
  readonly faults: readonly RunningFault[];
}

export class FaultMeters implements WanMeters {
  readonly wanProfiles: readonly WanProfile[];
  readonly #inner: WanMeters;
  readonly #faults: Faults;

  constructor(inner: WanMeters, faults: Faults) {
    this.wanProfiles = inner.wanProfiles;
    this.#inner = inner;
    this.#faults = faults;
  }

  cohortIndexOf(device: number): number {
    return this.#inner.cohortIndexOf(device);
  }

  /** Told of every command that a meter processes; undefined while nobody looks on. */
  onCommand: ((command: MeterCommand, reply: MeterReply) => void) | undefined;

  restrictMeter(restriction: MeterRestriction, nowSeconds: number): MeterReply {
    const reply = this.#inner.restrictMeter(restriction, nowSeconds);
    if (this.onCommand !== undefined) this.onCommand(restriction, reply);
    return reply;
  }

  readMeter(read: MeterRead, nowSeconds: number): MeterReply {
    const faults = this.#logFaultsOf(read);
    const ask: Ask = (asked) => this.#inner.readMeter(asked, nowSeconds);
    const reply = faults.length === 0 ? ask(read) : spoilt({ read, nowSeconds, faults }, ask);
    if (this.onCommand !== undefined) this.onCommand(read, reply);
    return reply;
  }

  /** What a read would get now, where `look` gives what the meter holds: no fault counts it. */
  lookAsRead(read: MeterRead, nowSeconds: number, look: Ask): MeterReply {
    const faults = this.#logFaultsOf(read).map((running) => {
      return { ...running, ofKind: { hits: 0 } };
    });
    return faults.length === 0 ? look(read) : spoilt({ read, nowSeconds, faults }, look);
  }

  #logFaultsOf({ device, srv }: MeterRead): readonly RunningFault[] {
    const { logs } = this.#faults;
    return logs.length === 0 ? logs : logs.filter(({ fault }) => concerns(fault, device, srv));
  }
}

/** Has the meter itself process a read. */
type Ask = (read: MeterRead) => MeterReply;

function spoilt(reading: Reading, ask: Ask): MeterReply {
  const reply = ask(widened(reading));
  if (!reply.ok || 'restricted' in reply) return reply;
  if ('profile' in reply) return { ok: true, profile: spoiltProfile(reading, reply.profile) };
  if ('dailyReadLog' in reply) {
    return { ok: true, dailyReadLog: spoiltReads(reading, reply.dailyReadLog, corruptRead) };
  }
  const gasDailyReadLog = spoiltReads(reading, reply.gasDailyReadLog, corruptGasRead);
  return { ok: true, gasDailyReadLog };
}

/** The read that brings every entry whose stamp a fault may move into the period asked for. */
function widened({ read, faults }: Reading): MeterRead {
  let ahead = 0;
  let behind = 0;
  for (const { fault } of faults) {
    const { kind, amount = 0 } = fault.what;
    if (kind === 'wrong-clock' && amount < 0) behind -= amount * MINUTE_SECONDS;
    else if (kind === 'wrong-clock') ahead += amount * MINUTE_SECONDS;
    else if (kind === 'late-daily-read' && read.srv === '4.6.1') ahead += amount;
  }
  if (ahead === 0 && behind === 0) return read;
  const { startSeconds, endSeconds } = read;
  return { ...read, startSeconds: startSeconds - ahead, endSeconds: endSeconds + behind };
}

/** How far ahead of the truth the meter stamps what it records at `seconds`. */
function clockOffset({ read, faults, nowSeconds }: Reading, recordedMs: number): number {
  let offset = 0;
  for (const running of ofKind(faults, 'wrong-clock')) {
    const { fault } = running;
    if (fault.window?.contains(recordedMs) === false) continue;
    if (!strikes(fault, read.device, CLOCK)) continue;
    noteHit(running, nowSeconds * 1000);
    offset += (fault.what.amount ?? 0) * MINUTE_SECONDS;
  }
  return offset;
}

function ofKind(faults: readonly RunningFault[], kind: FaultKind): RunningFault[] {
  return faults.filter(({ fault }) => fault.what.kind === kind);
}

/** The last millisecond of the half hour with this stamp. */
function recordedMsOf(halfHour: number): number {
  return halfHour * HALF_HOUR_SECONDS * 1000 - 1;
}

function spoiltProfile(reading: Reading, truth: Profile | null): Profile | null {
  if (truth === null) return null;
  const hasClock = ofKind(reading.faults, 'wrong-clock').length > 0;
  const profile = hasClock ? restamped(reading, truth) : copied(truth);
  if (profile === null) return null;
  const { firstHalfHour, count, columns } = profile;
  const [primary] = columns;
  for (let row = 0; row < count; row++) {
    const halfHour = firstHalfHour + row;
    if (primary === undefined || primary[row] === NO_ENTRY) continue;
    const stampSeconds = halfHour * HALF_HOUR_SECONDS;
    const value = valueUnder(reading, stampSeconds, recordedMsOf(halfHour));
    if (value === NO_ENTRY) for (const column of columns) column[row] = NO_ENTRY;
    else if (value !== undefined) primary[row] = value;
  }
  return trimmed(profile);
}

/** The same entries where the meter's clock puts them; of two at one stamp the later stays. */
function restamped(reading: Reading, truth: Profile): Profile | null {
  const { startSeconds, endSeconds } = reading.read;
  const stamps: number[] = [];
  for (let row = 0; row < truth.count; row++) {
    const halfHour = truth.firstHalfHour + row;
    const isEntry = truth.columns[0]?.[row] !== NO_ENTRY;
    const offset = isEntry ? clockOffset(reading, recordedMsOf(halfHour)) : 0;
    stamps.push(halfHour + offset / HALF_HOUR_SECONDS);
  }
  const from = Math.ceil(startSeconds / HALF_HOUR_SECONDS);
  const to = Math.floor(endSeconds / HALF_HOUR_SECONDS);
  const within = stamps.filter((stamp) => stamp >= from && stamp <= to);
  if (within.length === 0) return null;
  const first = within.reduce((least, stamp) => Math.min(least, stamp));
  const last = within.reduce((most, stamp) => Math.max(most, stamp));
  const columns = truth.columns.map((source) => {
    const column = new Uint32Array(last - first + 1).fill(NO_ENTRY);
    stamps.forEach((stamp, row) => {
      const value = source[row] ?? NO_ENTRY;
      if (value !== NO_ENTRY && stamp >= first && stamp <= last) column[stamp - first] = value;
    });
    return column;
  });
  return { firstHalfHour: first, count: last - first + 1, columns };
}

/** What gaps and corruption make of an entry: NO_ENTRY, another value, or undefined for nothing. */
function valueUnder(
  { read, faults, nowSeconds }: Reading,
  stampSeconds: number,
  recordedMs: number,
): number | undefined {
  let value: number | undefined;
  for (const running of faults) {
    const { fault } = running;
    const { kind, amount } = fault.what;
    if (kind !== 'gap' && kind !== 'corrupted-entry') continue;
    if (fault.window?.contains(recordedMs) === false) continue;
    if (!strikes(fault, read.device, stampSeconds)) continue;
    const isFilled = amount !== undefined && nowSeconds >= stampSeconds + amount * HOUR_SECONDS;
    if (kind === 'gap' && isFilled) continue;
    noteHit(running, nowSeconds * 1000);
    if (kind === 'gap') return NO_ENTRY;
    value = amount ?? absurd(fault.hash, read.device, stampSeconds);
  }
  return value;
}

/** A value that follows from the seed and that no meter can have counted. */
function absurd(hash: number, device: number, stampSeconds: number): number {
  const chance = chanceAt(mixWide(mix(hash, device), stampSeconds), VALUE_DRAW);
  return ABSURD_MIN + Math.floor(chance * ABSURD_MIN);
}

/** Daily reads as the meter stamps them, in the period asked for, rising. */
function spoiltReads<R extends DailyRead | GasDailyRead>(
  reading: Reading,
  truth: readonly R[],
  corrupt: (read: R, value: number) => R,
): R[] {
  const { startSeconds, endSeconds } = reading.read;
  const reads: R[] = [];
  for (const read of truth) {
    const takenSeconds = read.timestamp + lateness(reading, read.timestamp);
    if (takenSeconds > reading.nowSeconds) continue;
    const timestamp = takenSeconds + clockOffset(reading, takenSeconds * 1000);
    if (timestamp < startSeconds || timestamp > endSeconds) continue;
    const value = valueUnder(reading, timestamp, timestamp * 1000);
    if (value === NO_ENTRY) continue;
    const stamped = { ...read, timestamp };
    reads.push(value === undefined ? stamped : corrupt(stamped, value));
  }
  return reads.sort((a, b) => a.timestamp - b.timestamp);
}

/** How long after its time a daily read is taken, seconds. */
function lateness({ read, faults, nowSeconds }: Reading, dueSeconds: number): number {
  let late = 0;
  for (const running of ofKind(faults, 'late-daily-read')) {
    const { fault } = running;
    if (fault.window?.contains(dueSeconds * 1000) === false) continue;
    if (!strikes(fault, read.device, dueSeconds)) continue;
    noteHit(running, nowSeconds * 1000);
    late += fault.what.amount ?? 0;
  }
  return late;
}

function corruptRead(read: DailyRead, value: number): DailyRead {
  return { ...read, elecActiveImportRegisterConsumption: value };
}

function corruptGasRead(read: GasDailyRead, value: number): GasDailyRead {
  return { ...read, gasActiveImportRegisterConsumption: value };
}
