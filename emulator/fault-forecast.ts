// What a fault will hit, told before anything runs [docs/faults.md]: the devices by count, the next
// windows, and what is to be expected of the one traffic that is known beforehand, the schedules
// that the fleet starts with.

import { DAY_SECONDS, HALF_HOUR_SECONDS } from '../gateway/protocol/half-hours.ts';
import { READ_SRVS, type ReadSrv } from '../gateway/protocol/service-reference.ts';
import { isLinkFault } from './fault-kind.ts';
import { type Fault, suits } from './fault-plan.ts';
import type { Stretch } from './fault-window.ts';

/** When the schedules that a device starts with run, and what they read. */
export interface ScheduledRuns {
  readonly srvs: readonly ReadSrv[];
  /** Seconds after midnight UTC. */
  readonly atSeconds: number;
}

export interface FaultForecast {
  readonly devices: number;
  /** The first of them, at most {@link DEVICES_TOLD}, and the last; −1 for none. */
  readonly firstDevices: readonly number[];
  readonly lastDevice: number;
  /** The next windows; empty for a fault that always holds, and for one whose time has passed. */
  readonly windows: readonly Stretch[];
  /** Start of the day of 24 hours that is counted: now, or when the first window begins. */
  readonly dayMs: number;
  /** Runs of the fleet's own schedules that a fault of the link is expected to hit in that day. */
  readonly scheduledRuns?: number;
  /** Entries of that day, over all SRVs, that a fault of the log is expected to hit. */
  readonly entries?: number;
}

/** A screen of them; whoever wants more has the plan. */
export const DEVICES_TOLD = 20;
const WINDOWS_TOLD = 3;
const DAY_MS = DAY_SECONDS * 1000;

/** `runsOf`: undefined for a device that starts without schedules. */
export function forecast(
  fault: Fault,
  nowMs: number,
  runsOf: (device: number) => ScheduledRuns | undefined,
): FaultForecast {
  const windows = fault.window?.next(nowMs, WINDOWS_TOLD) ?? [];
  const dayMs = Math.max(nowMs, windows[0]?.startMs ?? nowMs);
  const told = { devices: 0, firstDevices: [] as number[], lastDevice: -1 };
  let runs = 0;
  const isLink = isLinkFault(fault.what.kind);
  fault.target.forEach(fault.hash, (device) => {
    if (told.devices++ < DEVICES_TOLD) told.firstDevices.push(device);
    told.lastDevice = device;
    const scheduled = isLink ? runsOf(device) : undefined;
    if (scheduled === undefined) return;
    const runMs = nextAt(dayMs, scheduled.atSeconds);
    if (fault.window?.contains(runMs) === false) return;
    runs += scheduled.srvs.filter((srv) => fault.srvs?.has(srv) !== false).length;
  });
  const expected = isLink
    ? { scheduledRuns: runs * fault.p }
    : { entries: entriesOfDay(fault, dayMs) * told.devices * fault.p };
  return { ...told, windows, dayMs, ...expected };
}

/** The first instant from `fromMs` on that is so many seconds after a midnight. */
function nextAt(fromMs: number, secondsOfDay: number): number {
  const todayMs = Math.floor(fromMs / DAY_MS) * DAY_MS + secondsOfDay * 1000;
  return todayMs >= fromMs ? todayMs : todayMs + DAY_MS;
}

/** Entries that one device records for the fault's SRVs in 24 hours and within its window. */
function entriesOfDay(fault: Fault, dayMs: number): number {
  let entries = 0;
  const daily = isHit(fault, '4.6.1');
  const profiles = READ_SRVS.filter((srv) => srv !== '4.6.1' && isHit(fault, srv)).length;
  const first = Math.floor(dayMs / (HALF_HOUR_SECONDS * 1000)) + 1;
  for (let halfHour = first; halfHour < first + DAY_SECONDS / HALF_HOUR_SECONDS; halfHour++) {
    const stampMs = halfHour * HALF_HOUR_SECONDS * 1000;
    if (fault.window?.contains(stampMs - 1) ?? true) entries += profiles;
    const isMidnight = stampMs % DAY_MS === 0;
    if (daily && isMidnight && (fault.window?.contains(stampMs) ?? true)) entries++;
  }
  return entries;
}

function isHit(fault: Fault, srv: ReadSrv): boolean {
  return fault.srvs?.has(srv) !== false && suits(fault.what, srv);
}
