// The verbs of a meter bank: lay it out, read a log, make a meter's logs real, change an entry.
// Those of daily reads are in meter-daily.ts.
// Period bounds are inclusive at both ends [domain §3]. Arguments that cross the wall are coerced
// without complaint, so everything is checked here.

import { BILLING_DAY_MAX, isGas, setGas } from './gas-model';
import { NO_ENTRY, NO_MEMORY, OK, OUT_OF_RANGE } from './layout';
import { HOUSEHOLD_REGION_SIZE, settle } from './meter-household';
import {
  activeCapacity,
  blockSize,
  capacityOf,
  catchUp,
  columnsOf,
  commissionedDay,
  compute,
  exportCapacity,
  headerAt,
  newestHalfHour,
  placeMeters,
  reactiveCapacity,
  realise,
  registerAt,
  ringOf,
  setModel,
  twin,
  visit,
} from './meter-log';
import {
  DAILY_LOG_CAPACITY_MAX,
  LATEST_DAY,
  LOG_ACTIVE_IMPORT,
  LOG_CAPACITY_MAX,
  LOG_EXPORT,
  METERS_MAX,
  METER_COLUMN_SIZE,
  METER_HEADER_SIZE,
  METER_SCRATCH_SIZE,
  MeterAnswer,
  NOT_HELD,
  OFF_METER_COLUMNS,
  RECORDING_CAPACITY_MAX,
  REGISTER_REACTIVE_EXPORT,
} from './meter-layout';
import { layOutRecording, recordingSize } from './meter-recording';

const PAGE_SIZE: u64 = 65_536;
/** Addresses stay below 2 GiB, so that they are positive as signed numbers too. */
const MEMORY_MAX: u64 = 32_768 * PAGE_SIZE;
const DAY_SECONDS: f64 = 86_400;
const HALF_HOUR_SECONDS: f64 = 1800;
const HALF_HOURS_A_DAY: i32 = 48;

let scratch: usize = 0;
export let meterCount: u32 = 0;

/** Log capacities of the model. Before initMeters; a capacity of 0 is a log the model lacks. */
export function setMeterModel(
  active: u32, reactive: u32, exported: u32, daily: u32, delaySeconds: u32, twinElement: u32,
): i32 {
  if (meterCount != 0 || twinElement > 1 || delaySeconds >= <u32>DAY_SECONDS) return OUT_OF_RANGE;
  const longest = max(active, max(reactive, exported));
  if (longest > <u32>LOG_CAPACITY_MAX || active == 0) return OUT_OF_RANGE;
  if (daily > <u32>DAILY_LOG_CAPACITY_MAX) return OUT_OF_RANGE;
  setModel(active, reactive, exported, daily, delaySeconds, twinElement != 0);
  return OK;
}

/**
 * Makes the model one of gas meters, whole litres; after setMeterModel, before initMeters. It has
 * the active import log and the daily reads only; `billingDay` of a month begins a billing period.
 */
export function setGasModel(
  snapshotsAt2300: u32, resetsBlockCountersFirst: u32, billingDay: u32,
): i32 {
  if (meterCount != 0 || activeCapacity == 0 || twin) return OUT_OF_RANGE;
  if (reactiveCapacity != 0 || exportCapacity != 0) return OUT_OF_RANGE;
  if (snapshotsAt2300 > 1 || resetsBlockCountersFirst > 1) return OUT_OF_RANGE;
  if (billingDay - 1 >= BILLING_DAY_MAX) return OUT_OF_RANGE;
  setGas(snapshotsAt2300 != 0, resetsBlockCountersFirst != 0, billingDay);
  return OK;
}

/**
 * Lays the bank out and takes all its memory; once per instance, after setMeterModel. `realMeters`
 * of them can be made real. A recording's half hours are then given by appendRecorded, in order.
 */
export function initMeters(
  count: u32, realMeters: u32, seed: u32, firstNumber: u32, commissioned: u32, solarShare: f64,
  recordingStart: u32, recordingHalfHours: u32,
): i32 {
  if (meterCount != 0 || activeCapacity == 0 || count == 0 || count > <u32>METERS_MAX) {
    return OUT_OF_RANGE;
  }
  if (realMeters > count || commissioned > <u32>LATEST_DAY) return OUT_OF_RANGE;
  if (!(solarShare >= 0 && solarShare <= 1)) return OUT_OF_RANGE;
  if (recordingHalfHours > <u32>RECORDING_CAPACITY_MAX) return OUT_OF_RANGE;
  if (isGas && recordingHalfHours != 0) return OUT_OF_RANGE;
  if (recordingHalfHours != 0 && recordingStart - 1 >= <u32>(LATEST_DAY * HALF_HOURS_A_DAY)) {
    return OUT_OF_RANGE;
  }
  const scratchAt: u64 = (<u64>__heap_base + 7) & ~7;
  const householdAt = scratchAt + <u64>METER_SCRATCH_SIZE;
  const recordingAt = householdAt + <u64>HOUSEHOLD_REGION_SIZE;
  const headersAt = recordingAt + recordingSize(recordingHalfHours);
  const blocksAt = (headersAt + <u64>count * <u64>METER_HEADER_SIZE + 7) & ~7;
  const end = blocksAt + <u64>realMeters * blockSize();
  if (end > MEMORY_MAX) return NO_MEMORY;
  const pages = <i32>((end + PAGE_SIZE - 1) / PAGE_SIZE) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return NO_MEMORY;
  scratch = <usize>scratchAt;
  meterCount = count;
  settle(<usize>householdAt, seed, solarShare);
  layOutRecording(<usize>recordingAt, recordingStart, recordingHalfHours);
  placeMeters(<usize>headersAt, <usize>blocksAt, realMeters, firstNumber, commissioned);
  return OK;
}

/** Address of the scratch region, where reads leave their answer. Stays where it is. */
export function meterScratchAddress(): i32 {
  return <i32>scratch;
}

/** Seconds that name a time from 1970 to 9999. */
@inline export function isTime(seconds: f64): bool {
  return seconds >= 0 && seconds < <f64>(LATEST_DAY + 1) * DAY_SECONDS;
}

@inline function firstStamp(): i32 {
  return commissionedDay * HALF_HOURS_A_DAY + 1;
}

/** Newest half hour that a meter's logs have at `now`; a meter made real is brought up to it. */
function newestOf(meter: u32, now: f64): i32 {
  const header = headerAt(meter);
  if (header.block == 0) return newestHalfHour(now);
  catchUp(meter, now);
  return header.newestHalfHour;
}

@inline export function column(index: i32): usize {
  return scratch + OFF_METER_COLUMNS + <usize>(index * METER_COLUMN_SIZE);
}

/** Copies the rows `first` to `last` of a ring into a column, in at most two runs. */
function copyRing(ring: usize, capacity: i32, first: i32, last: i32, to: usize): void {
  while (first <= last) {
    const position = first % capacity;
    const end = min(last, first + capacity - position - 1);
    const size = <usize>(end - first + 1) << 2;
    memory.copy(to, ring + (<usize>position << 2), size);
    to += size;
    first = end + 1;
  }
}

@inline function isGap(row: i32): bool {
  return load<u32>(column(0) + (<usize>row << 2)) == NO_ENTRY;
}

/** Cuts gaps off both ends of the columns, and says what is left in the scratch region's head. */
function trim(first: i32, rows: i32, columns: i32): i32 {
  while (rows > 0 && isGap(rows - 1)) rows--;
  let gaps = 0;
  while (gaps < rows && isGap(gaps)) gaps++;
  rows -= gaps;
  for (let i = 0; gaps > 0 && i < columns; i++) {
    memory.copy(column(i), column(i) + (<usize>gaps << 2), <usize>rows << 2);
  }
  const answer = changetype<MeterAnswer>(scratch);
  answer.firstHalfHour = first + gaps;
  answer.count = rows;
  return rows;
}

/**
 * Leaves the entries that a meter holds in [start, end] at `now`, UTC seconds, in the scratch
 * region. Number of rows from the first entry to the last, or OUT_OF_RANGE.
 */
export function readMeterProfile(meter: u32, log: u32, start: f64, end: f64, now: f64): i32 {
  if (meter >= meterCount || log > <u32>LOG_EXPORT || !isTime(now)) return OUT_OF_RANGE;
  if (isNaN(start) || isNaN(end)) return OUT_OF_RANGE;
  const capacity = capacityOf(log);
  const newest = newestOf(meter, now);
  const oldest = max(newest - capacity + 1, firstStamp());
  const from = max(ceil(start / HALF_HOUR_SECONDS), <f64>oldest);
  const to = min(floor(end / HALF_HOUR_SECONDS), <f64>newest);
  if (!(from <= to)) return trim(0, 0, 0);
  const first = <i32>from;
  const last = <i32>to;
  const header = headerAt(meter);
  const columns = columnsOf(log);
  if (header.block == 0) {
    visit(meter);
    compute(log, first, last, column(0), column(1));
  } else {
    for (let i = 0; i < columns; i++) {
      copyRing(ringOf(header, log, i), capacity, first, last, column(i));
    }
  }
  return trim(first, last - first + 1, columns);
}

/** Writes a meter's logs out as they are at `now`: OK, BANK_FULL or OUT_OF_RANGE. */
export function makeReal(meter: u32, now: f64): i32 {
  return meter < meterCount && isTime(now) ? realise(meter, now) : OUT_OF_RANGE;
}

/** 1 for a meter whose logs are written out, 0 for one whose logs are computed. */
export function isReal(meter: u32): i32 {
  if (meter >= meterCount) return OUT_OF_RANGE;
  return headerAt(meter).block != 0 ? 1 : 0;
}

/**
 * Address of a column of a real meter's half-hourly log, entry h at h mod capacity, or NOT_HELD.
 */
export function meterRingAddress(meter: u32, log: u32, index: u32): i32 {
  if (meter >= meterCount || log > <u32>LOG_EXPORT) return OUT_OF_RANGE;
  if (index >= <u32>columnsOf(log)) return OUT_OF_RANGE;
  const header = headerAt(meter);
  return header.block == 0 || capacityOf(log) == 0 ? NOT_HELD : <i32>ringOf(header, log, index);
}

/** Address of a meter's header. */
export function meterHeaderAddress(meter: u32): i32 {
  return meter < meterCount ? <i32>changetype<usize>(headerAt(meter)) : OUT_OF_RANGE;
}

/**
 * Changes one entry of a meter made real, as last brought up to date: a value in one column, or
 * NO_ENTRY for a gap in all of them. NOT_HELD where the log has no such half hour.
 */
export function pokeEntry(meter: u32, log: u32, index: u32, halfHour: u32, value: u32): i32 {
  if (meterRingAddress(meter, log, index) < 0) return meterRingAddress(meter, log, index);
  const header = headerAt(meter);
  const capacity = capacityOf(log);
  const newest = <i32>header.newestHalfHour;
  if (halfHour > <u32>newest || halfHour < <u32>max(newest - capacity + 1, firstStamp())) {
    return NOT_HELD;
  }
  const offset = <usize>(halfHour % capacity) << 2;
  for (let i = 0; i < columnsOf(log); i++) {
    const entry = ringOf(header, log, i) + offset;
    if (value == NO_ENTRY) store<u32>(entry, NO_ENTRY);
    else if (i == <i32>index) store<u32>(entry, value);
    else if (load<u32>(entry) == NO_ENTRY) store<u32>(entry, 0);
  }
  return OK;
}

/** A register at the stamp `halfHour`, Wh or VArh since commissioning; below 0: refused. */
export function registerOf(meter: u32, register: u32, halfHour: u32): f64 {
  if (meter >= meterCount || register > <u32>REGISTER_REACTIVE_EXPORT) return <f64>OUT_OF_RANGE;
  if (halfHour > <u32>((LATEST_DAY + 1) * HALF_HOURS_A_DAY)) return <f64>OUT_OF_RANGE;
  visit(meter);
  return registerAt(register, max(<i32>halfHour, commissionedDay * HALF_HOURS_A_DAY));
}
