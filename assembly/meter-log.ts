// A meter's own logs. Untouched, they are computed from the load profile whenever somebody looks;
// made real, they are written out in full at their real capacities and are the truth from then on,
// continued half hour by half hour when the meter is next looked at.

import { moveInGas } from './gas-household';
import { blocksFrom, blocksUntil, isGas, snapshotHalfHour, storeBlocks } from './gas-model';
import { BANK_FULL, NO_ENTRY, OK } from './layout';
import { exportWh, fillExport, fillImport, startRegisters, touWh } from './load-profile';
import { BANDS, Household, PRIMARY, SECONDARY, household, moveIn } from './meter-household';
import {
  DAILY_READ_SIZE,
  DAILY_REGISTERS,
  LOG_ACTIVE_IMPORT,
  LOG_EXPORT,
  LOG_REACTIVE_IMPORT,
  METER_HEADER_SIZE,
  MeterHeader,
  REGISTER_ACTIVE_EXPORT,
  REGISTER_PRIMARY,
  REGISTER_REACTIVE_EXPORT,
  REGISTER_REACTIVE_IMPORT,
  REGISTER_SECONDARY,
} from './meter-layout';
import { fillRecorded, isReplayed, recordedWh } from './meter-recording';

const HALF_HOURS_A_DAY: i32 = 48;
const HALF_HOUR_SECONDS: f64 = 1800;
const DAY_SECONDS: f64 = 86_400;
/** A daily read has two halves of a total and four more: the elements, or gas and its blocks. */
const SECOND_HALF_SIZE: usize = (DAILY_REGISTERS / 2) << 3;

// The model, and where the bank's parts lie.
export let activeCapacity: i32 = 0;
export let reactiveCapacity: i32 = 0;
export let exportCapacity: i32 = 0;
export let dailyCapacity: i32 = 0;
export let commissionedDay: i32 = 0;
export let twin: bool = false;
export let dailyDelay: f64 = 0;
let headers: usize = 0;
let blocks: usize = 0;
let blockCount: u32 = 0;
let blocksTaken: u32 = 0;
let firstNumber: u32 = 0;
/** The meter whose household has moved in; −1 for none. */
let visited: i32 = -1;

export function setModel(
  active: i32, reactive: i32, exported: i32, daily: i32, delaySeconds: i32, twinElement: bool,
): void {
  activeCapacity = active;
  reactiveCapacity = reactive;
  exportCapacity = exported;
  dailyCapacity = daily;
  dailyDelay = <f64>delaySeconds;
  twin = twinElement;
}

export function placeMeters(
  headersAt: usize, blocksAt: usize, realMeters: u32, number: u32, day: i32,
): void {
  headers = headersAt;
  blocks = blocksAt;
  blockCount = realMeters;
  firstNumber = number;
  commissionedDay = day;
}

/** Bytes of a block of real logs. */
export function blockSize(): u64 {
  const imported = activeCapacity * (twin ? 2 : 1) + reactiveCapacity;
  const words = <u64>(imported + 2 * exportCapacity);
  return <u64>dailyCapacity * <u64>DAILY_READ_SIZE + ((words * 4 + 7) & ~7);
}

@inline export function headerAt(meter: u32): MeterHeader {
  return changetype<MeterHeader>(headers + <usize>meter * METER_HEADER_SIZE);
}

/** Entries of a half-hourly log at most; 0 where the model lacks it. */
export function capacityOf(log: i32): i32 {
  return log == LOG_ACTIVE_IMPORT
    ? activeCapacity
    : log == LOG_REACTIVE_IMPORT
      ? reactiveCapacity
      : exportCapacity;
}

@inline export function columnsOf(log: i32): i32 {
  return log == LOG_EXPORT || (log == LOG_ACTIVE_IMPORT && twin) ? 2 : 1;
}

/** Where the daily reads of a meter made real begin. */
@inline export function dailyRing(header: MeterHeader): usize {
  return blocks + <usize>(header.block - 1) * <usize>blockSize();
}

/** Where one column of a half-hourly log of a meter made real begins. */
export function ringOf(header: MeterHeader, log: i32, column: i32): usize {
  let words = column * capacityOf(log);
  if (log != LOG_ACTIVE_IMPORT) words += activeCapacity * (twin ? 2 : 1);
  if (log == LOG_EXPORT) words += reactiveCapacity;
  return dailyRing(header) + <usize>(dailyCapacity * DAILY_READ_SIZE) + (<usize>words << 2);
}

/** Makes a meter's household the one that the load profile speaks of. */
export function visit(meter: u32): void {
  if (visited == <i32>meter) return;
  if (isGas) moveInGas(firstNumber + meter);
  else moveIn(firstNumber + meter, twin);
  startRegisters(commissionedDay);
  visited = <i32>meter;
}

/** TOU register of one element at a stamp, whichever profile the bank has. */
function bandRegister(element: i32, band: i32, halfHour: i32): f64 {
  if (!isReplayed()) return touWh(element, band, halfHour);
  if (element == SECONDARY) return 0;
  return recordedWh(band, halfHour) - recordedWh(band, commissionedDay * HALF_HOURS_A_DAY);
}

function elementRegister(element: i32, halfHour: i32): f64 {
  let wh: f64 = 0;
  for (let band = 0; band < BANDS; band++) wh += bandRegister(element, band, halfHour);
  return wh;
}

function exportRegister(halfHour: i32): f64 {
  return isReplayed() ? 0 : exportWh(halfHour);
}

/** Any register of the meter visited, at a stamp not before its commissioning. */
export function registerAt(register: i32, halfHour: i32): f64 {
  const home = changetype<Household>(household);
  if (register == REGISTER_PRIMARY) return elementRegister(PRIMARY, halfHour);
  if (register < REGISTER_SECONDARY) return bandRegister(PRIMARY, register - 1, halfHour);
  if (register == REGISTER_SECONDARY) return elementRegister(SECONDARY, halfHour);
  if (register < REGISTER_ACTIVE_EXPORT) return bandRegister(SECONDARY, register - 6, halfHour);
  if (register == REGISTER_ACTIVE_EXPORT) return exportRegister(halfHour);
  if (register == REGISTER_REACTIVE_IMPORT) {
    return floor(elementRegister(PRIMARY, halfHour) * home.reactiveImportRatio);
  }
  return floor(exportRegister(halfHour) * home.reactiveExportRatio);
}

/** Turns active half hours into reactive ones: differences of floor(active register × ratio). */
function turnReactive(register: f64, ratio: f64, rows: i32, from: usize, to: usize): void {
  let before = floor(register * ratio);
  for (let i = 0; i < rows; i++) {
    const wh = load<u32>(from + (<usize>i << 2));
    if (wh == NO_ENTRY) {
      store<u32>(to + (<usize>i << 2), NO_ENTRY);
      continue;
    }
    register += <f64>wh;
    const after = floor(register * ratio);
    store<u32>(to + (<usize>i << 2), <u32>(after - before));
    before = after;
  }
}

/** Computes the rows stamped `first` to `last` of a log of the meter visited, column by column. */
export function compute(log: i32, first: i32, last: i32, at: usize, second: usize): void {
  const rows = last - first + 1;
  const home = changetype<Household>(household);
  const replayed = isReplayed();
  if (log == LOG_EXPORT) {
    if (replayed || !home.hasPanels) {
      memory.fill(at, 0, <usize>rows << 2);
      memory.fill(second, 0, <usize>rows << 2);
      return;
    }
    fillExport(first, last, at);
    turnReactive(exportRegister(first - 1), home.reactiveExportRatio, rows, at, second);
    return;
  }
  if (replayed) fillRecorded(first, last, at);
  else fillImport(PRIMARY, first, last, at);
  if (log == LOG_REACTIVE_IMPORT) {
    const register = elementRegister(PRIMARY, first - 1);
    turnReactive(register, home.reactiveImportRatio, rows, at, at);
  } else if (twin) {
    if (replayed) addSecondaryOfReplay(rows, at, second);
    else fillImport(SECONDARY, first, last, second);
  }
}

/** Only the primary element replays; the other stands at 0, and has its gaps where that one has. */
function addSecondaryOfReplay(rows: i32, at: usize, second: usize): void {
  for (let i = 0; i < rows; i++) {
    const gap = load<u32>(at + (<usize>i << 2)) == NO_ENTRY;
    store<u32>(second + (<usize>i << 2), gap ? NO_ENTRY : 0);
  }
}

/** Computes the daily read of midnight `day` of the meter visited. */
export function computeDaily(day: i32, row: usize): void {
  store<f64>(row, dailyStamp(day));
  row += 8;
  for (let element = PRIMARY; element <= SECONDARY; element++) {
    let total: f64 = 0;
    for (let band = 0; band < BANDS; band++) {
      const wh = bandRegister(element, band, snapshotHalfHour(day));
      store<f64>(row + (<usize>(band + 1) << 3), wh);
      total += wh;
    }
    store<f64>(row, total);
    if (isGas) {
      storeBlocks(countedBetween(blocksFrom(day), blocksUntil(day)), row + SECOND_HALF_SIZE);
      return;
    }
    row += SECOND_HALF_SIZE;
  }
}

/** What the primary register counted from one stamp to another; none before commissioning. */
function countedBetween(from: i32, until: i32): f64 {
  const first = max(from, commissionedDay * HALF_HOURS_A_DAY);
  if (until <= first) return 0;
  return elementRegister(PRIMARY, until) - elementRegister(PRIMARY, first);
}

/** Newest half hour at `now`: the one that has just ended. */
@inline export function newestHalfHour(now: f64): i32 {
  return <i32>floor(now / HALF_HOUR_SECONDS);
}

/** Newest midnight whose read has been taken at `now`; the model may take it late [AM 18.21(b)]. */
export function newestDay(now: f64): i32 {
  const day = <i32>floor((now - dailyDelay) / DAY_SECONDS);
  return isGas && dailyStamp(day + 1) <= now ? day + 1 : day;
}

/** Stamp of the daily read of midnight `day`. */
@inline export function dailyStamp(day: i32): f64 {
  return <f64>snapshotHalfHour(day) * HALF_HOUR_SECONDS + dailyDelay;
}

/** Writes one log on from `first` to `last`, in runs that do not wrap. */
function continueRing(header: MeterHeader, log: i32, first: i32, last: i32): void {
  const capacity = capacityOf(log);
  if (capacity == 0) return;
  first = max(first, last - capacity + 1);
  const ring = ringOf(header, log, 0);
  const second = ringOf(header, log, columnsOf(log) - 1);
  while (first <= last) {
    const position = first % capacity;
    const end = min(last, first + capacity - position - 1);
    const offset = <usize>position << 2;
    compute(log, first, end, ring + offset, second + offset);
    first = end + 1;
  }
}

/** Brings the rings of a meter made real up to `now`. Time that goes back changes nothing. */
export function catchUp(meter: u32, now: f64): void {
  const header = headerAt(meter);
  const newest = newestHalfHour(now);
  if (newest > <i32>header.newestHalfHour) {
    visit(meter);
    const first = <i32>header.newestHalfHour + 1;
    for (let log = LOG_ACTIVE_IMPORT; log <= LOG_EXPORT; log++) {
      continueRing(header, log, first, newest);
    }
    header.newestHalfHour = newest;
  }
  const newestMidnight = newestDay(now);
  if (newestMidnight > <i32>header.newestDay) {
    visit(meter);
    let day = max(<i32>header.newestDay + 1, newestMidnight - dailyCapacity + 1);
    for (; day <= newestMidnight; day++) {
      const place = <usize>((day % dailyCapacity) * DAILY_READ_SIZE);
      computeDaily(day, dailyRing(header) + place);
    }
    header.newestDay = newestMidnight;
  }
}

/** Writes a meter's logs out in full as they are at `now`. `BANK_FULL` when no block is left. */
export function realise(meter: u32, now: f64): i32 {
  const header = headerAt(meter);
  if (header.block == 0) {
    if (blocksTaken >= blockCount) return BANK_FULL;
    header.block = ++blocksTaken;
    header.newestHalfHour = commissionedDay * HALF_HOURS_A_DAY;
    header.newestDay = commissionedDay;
  }
  catchUp(meter, now);
  return OK;
}
