// The verbs of daily reads: read them, change one. A gas meter that takes them at 23:00Z in BST
// gives today's once more, stamped 00:00Z [AM 18.21(f)]; no log holds that entry.

import { dayGivenTwice } from './gas-model';
import { OK, OUT_OF_RANGE } from './layout';
import { column, isTime, meterCount } from './meter';
import {
  catchUp,
  commissionedDay,
  computeDaily,
  dailyCapacity,
  dailyDelay,
  dailyRing,
  dailyStamp,
  headerAt,
  newestDay,
  visit,
} from './meter-log';
import {
  DAILY_LOG_CAPACITY_MAX,
  DAILY_READ_SIZE,
  DAILY_REGISTERS,
  DailyReadRow,
  MeterHeader,
  NOT_HELD,
} from './meter-layout';

const DAY_SECONDS: f64 = 86_400;

/** Puts the read of midnight `day` at `row`: false where a meter made real has none. */
function putRead(header: MeterHeader, day: i32, row: usize): bool {
  if (header.block == 0) {
    computeDaily(day, row);
    return true;
  }
  const entry = dailyRing(header) + <usize>((day % dailyCapacity) * DAILY_READ_SIZE);
  if (changetype<DailyReadRow>(entry).timestamp == 0) return false;
  memory.copy(row, entry, DAILY_READ_SIZE);
  return true;
}

@inline function rowAt(row: i32): usize {
  return column(0) + <usize>(row * DAILY_READ_SIZE);
}

/** Adds today's read again, stamped 00:00Z; the oldest of 31 gives way. Number of rows then. */
function putAgain(header: MeterHeader, day: i32, rows: i32): i32 {
  if (rows == DAILY_LOG_CAPACITY_MAX) {
    rows--;
    memory.copy(rowAt(0), rowAt(1), <usize>(rows * DAILY_READ_SIZE));
  }
  if (!putRead(header, day, rowAt(rows))) return rows;
  changetype<DailyReadRow>(rowAt(rows)).timestamp = <f64>day * DAY_SECONDS;
  return rows + 1;
}

/** Leaves the daily reads stamped in [start, end] at `now` as rows behind the head, rising. */
export function readMeterDaily(meter: u32, start: f64, end: f64, now: f64): i32 {
  if (meter >= meterCount || !isTime(now) || isNaN(start) || isNaN(end)) return OUT_OF_RANGE;
  const header = headerAt(meter);
  const real = header.block != 0;
  if (real) catchUp(meter, now);
  else visit(meter);
  const newest = real ? <i32>header.newestDay : newestDay(now);
  const before = max(newest - dailyCapacity, commissionedDay);
  let rows = 0;
  for (let day = before + 1; day <= newest; day++) {
    if (dailyStamp(day) < start || dailyStamp(day) > end) continue;
    if (putRead(header, day, rowAt(rows))) rows++;
  }
  const again = dayGivenTwice(now, dailyDelay);
  if (again <= before || again > newest) return rows;
  const stamp = <f64>again * DAY_SECONDS;
  return stamp < start || stamp > end ? rows : putAgain(header, again, rows);
}

/**
 * Changes one register (0 to 9) of a daily read of a meter made real, or takes the read of that
 * midnight out of the log when `amount` is below 0. NOT_HELD where the log has no such read.
 */
export function pokeDailyRead(meter: u32, day: u32, register: u32, amount: f64): i32 {
  if (meter >= meterCount || register >= <u32>DAILY_REGISTERS || isNaN(amount)) {
    return OUT_OF_RANGE;
  }
  const header = headerAt(meter);
  const newest = <i32>header.newestDay;
  if (header.block == 0 || day > <u32>newest) return NOT_HELD;
  if (<i32>day <= max(newest - dailyCapacity, commissionedDay)) return NOT_HELD;
  const row = dailyRing(header) + <usize>((day % dailyCapacity) * DAILY_READ_SIZE);
  if (amount < 0) changetype<DailyReadRow>(row).timestamp = 0;
  else store<f64>(row + 8 + (<usize>register << 3), amount);
  return OK;
}
