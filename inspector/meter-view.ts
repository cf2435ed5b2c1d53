// What the monitor and the HTTP API show of a meter: one place, so that they show the same. All of
// it is plain JSON, and nothing of it changes the meter.

import {
  formatDate,
  formatMs,
  formatSeconds,
  HALF_HOUR_SECONDS,
} from '../gateway/protocol/half-hours.ts';
import { NO_ENTRY, PROFILE_COLUMNS } from '../gateway/protocol/log-entries.ts';
import { CACHE_SECONDS_MAX } from '../gateway/s1sp/data-cache.ts';
import type { MeterReply } from '../gateway/s1sp/meter-network.ts';
import { CACHED_SRVS, type CachedEntry, cachedEntries, slotOf } from './cache-slot.ts';
import type { Period } from './value-words.ts';
import { LOGS, type LogName, nowSecondsOf, type World, type WorldCohort } from './world.ts';

/** The cohort of a device. */
export function cohortOf(world: World, device: number): WorldCohort {
  const cohort = world.cohorts.find(({ firstDevice, count }) => {
    return device >= firstDevice && device < firstDevice + count;
  });
  if (cohort === undefined) throw new RangeError(`there is no device ${device}`);
  return cohort;
}

export interface MeterSummary {
  readonly deviceId: string;
  /** Its number in the fleet. */
  readonly device: number;
  readonly cohort: string;
  readonly deviceType: string;
  readonly deviceStatus: string;
  /** Its logs are written out; otherwise they are computed when somebody looks. */
  readonly isReal: boolean;
  /** It has a slot in the cache. */
  readonly isCached: boolean;
}

export function meterSummary(world: World, device: number): MeterSummary {
  const { devices } = world.gateway;
  const { name, deviceType } = cohortOf(world, device);
  return {
    deviceId: devices.deviceId(device),
    device,
    cohort: name,
    deviceType,
    deviceStatus: devices.statusOf(device),
    isReal: world.meters.isReal(device),
    isCached: slotOf(world, device) !== undefined,
  };
}

/** Schedules that a view names; there may be more. */
const SCHEDULES_SHOWN_MAX = 99;

/** Identity, state, registers as they stand, schedules, and how much of it is cached. */
export function meterView(world: World, device: number) {
  const { gateway, meters } = world;
  const { commissionedDay, twinElement } = gateway.devices.cohortOf(device);
  const { model, wan } = cohortOf(world, device);
  const newest = Math.floor(nowSecondsOf(world) / HALF_HOUR_SECONDS);
  const schedules = gateway.activeSchedules(device);
  const slot = slotOf(world, device);
  return {
    ...meterSummary(world, device),
    model,
    wan,
    twinElement,
    dateCommissioned: formatDate(commissionedDay),
    now: formatMs(world.clock.nowMs()),
    registersAt: formatSeconds(newest * HALF_HOUR_SECONDS),
    registers: meters.registers(device, newest),
    activeScheduleCount: schedules.length,
    dspSchedules: schedules
      .slice(0, SCHEDULES_SHOWN_MAX)
      .map(({ dspScheduleId, owner, details }) => ({
        dspScheduleId,
        ownerId: owner.id,
        serviceReferenceVariant: details.dspScheduledServiceReferenceVariant,
        scheduleFrequency: details.scheduleFrequency,
      })),
    cached: Object.fromEntries(
      CACHED_SRVS.map((srv) => [srv, slot ? cachedEntries(slot, srv).length : 0]),
    ),
  };
}

/** `held`: what the meter has recorded. `as-read`: what a read gets, under faults of the log. */
export const LOG_VIEWS = ['held', 'as-read'] as const;
export type LogView = (typeof LOG_VIEWS)[number];

/** A log over a period now. Where faults make a read get something else, it says how many. */
export function logView(
  world: World,
  device: number,
  log: LogName,
  { startSeconds, endSeconds }: Period,
  view: LogView = 'held',
) {
  const { meters, faults } = world;
  const srv = LOGS[log];
  const read = { device, srv, startSeconds, endSeconds };
  const now = nowSecondsOf(world);
  const held = entriesOf(world, device, log, meters.look(read, now));
  const hasFaults = (faults?.list().length ?? 0) > 0;
  const asRead = hasFaults ? entriesOf(world, device, log, meters.lookAsRead(read, now)) : held;
  const changes = hasFaults ? changesBetween(held.entries, asRead.entries) : [];
  return {
    deviceId: world.gateway.devices.deviceId(device),
    log,
    serviceReferenceVariant: srv,
    from: formatSeconds(startSeconds),
    to: formatSeconds(endSeconds),
    view,
    ...(view === 'held' ? held : asRead),
    /** Where the two views differ. */
    changedByFaults: changes,
  };
}

/** An entry that a read gets otherwise than it is held; null: not at all. */
export interface LogChange {
  readonly timestamp: string;
  readonly held: LogRow['values'] | null;
  readonly asRead: LogRow['values'] | null;
}

function changesBetween(held: readonly LogRow[], asRead: readonly LogRow[]): LogChange[] {
  const valuesOf = (rows: readonly LogRow[]) => new Map(rows.map((row) => [row.timestamp, row]));
  const [before, after] = [valuesOf(held), valuesOf(asRead)];
  const timestamps = [...new Set([...before.keys(), ...after.keys()])].sort();
  return timestamps.flatMap((timestamp) => {
    const change = {
      timestamp,
      held: before.get(timestamp)?.values ?? null,
      asRead: after.get(timestamp)?.values ?? null,
    };
    return String(change.held) === String(change.asRead) ? [] : [change];
  });
}

export interface LogRow {
  readonly timestamp: string;
  /** A number for each column; null: the meter has no entry. */
  readonly values: readonly (number | null)[];
}

interface LogEntries {
  readonly columns: readonly string[];
  readonly entries: readonly LogRow[];
  /** The meter does not give such a period. */
  readonly responseCode?: string;
}

function entriesOf(world: World, device: number, log: LogName, reply: MeterReply): LogEntries {
  if (!reply.ok) return { columns: [], entries: [], responseCode: reply.code };
  if ('dailyReadLog' in reply) {
    return rowsOfReads(reply.dailyReadLog, 'elecActiveImportRegisterConsumption');
  }
  if ('gasDailyReadLog' in reply) {
    return rowsOfReads(reply.gasDailyReadLog, 'gasActiveImportRegisterConsumption');
  }
  const srv = LOGS[log];
  if (!('profile' in reply) || srv === '4.6.1') return { columns: [], entries: [] };
  const { profile } = reply;
  const names = PROFILE_COLUMNS[srv];
  const twin = world.gateway.devices.cohortOf(device).twinElement;
  const width = profile?.columns.length ?? (log === 'import' && !twin ? 1 : names.length);
  const columns = names.slice(0, width);
  if (profile === null) return { columns, entries: [] };
  const entries = Array.from({ length: profile.count }, (_, row) => ({
    timestamp: formatSeconds((profile.firstHalfHour + row) * HALF_HOUR_SECONDS),
    values: profile.columns.map((column) => {
      const value = column[row] ?? NO_ENTRY;
      return value === NO_ENTRY ? null : value;
    }),
  }));
  return { columns, entries };
}

/** Daily reads as rows: the register, then whatever else a read has, matrices value by value. */
function rowsOfReads(reads: readonly object[], register: string): LogEntries {
  const columns: string[] = [];
  const entries = reads.map((read) => {
    const values: number[] = [];
    let timestamp = '';
    for (const [key, value] of Object.entries(read)) {
      if (key === 'timestamp') timestamp = formatSeconds(Number(value));
      else if (Array.isArray(value)) {
        value.forEach((each, place) => {
          put(`${key}[${place + 1}]`, Number(each));
        });
      } else put(key, Number(value));
    }
    function put(column: string, value: number): void {
      if (!columns.includes(column)) columns.push(column);
      values[columns.indexOf(column)] = value;
    }
    return { timestamp, values };
  });
  return { columns: columns.length === 0 ? [register] : columns, entries };
}

/** What is cached of a device, entry by entry with its age. */
export function cacheView(world: World, device: number) {
  const slot = slotOf(world, device);
  const now = nowSecondsOf(world);
  return {
    deviceId: world.gateway.devices.deviceId(device),
    now: formatMs(world.clock.nowMs()),
    isCached: slot !== undefined,
    logs: CACHED_SRVS.map((srv) => ({
      serviceReferenceVariant: srv,
      isArmed: world.gateway.armedBy(device, srv) !== 0,
      entries:
        slot === undefined ? [] : cachedEntries(slot, srv).map((each) => aged(each, srv, now)),
    })),
  };
}

function aged(entry: CachedEntry, srv: string, now: number) {
  const { stamp, lateSeconds, storedSeconds, values } = entry;
  const isDaily = srv === '4.6.1';
  // Of an absent daily read, the late seconds say how long after its midnight it is known absent.
  const seconds = isDaily ? stamp * 86_400 + (values === null ? 0 : lateSeconds) : stamp * 1800;
  return {
    timestamp: formatSeconds(seconds),
    values,
    cachedAt: formatSeconds(storedSeconds),
    ageSeconds: now - storedSeconds,
    expiresAt: formatSeconds(storedSeconds + CACHE_SECONDS_MAX),
  };
}
