// `s1sp serve --faults FILE --dry-run`: what a fault plan will hit, told without starting anything.

import { openClock } from '../emulator/clock.ts';
import { type FaultForecast, forecast } from '../emulator/fault-forecast.ts';
import { type Fault, readFaultPlan } from '../emulator/fault-plan.ts';
import type { Stretch } from '../emulator/fault-window.ts';
import { type Fleet, openFleet } from '../emulator/fleet.ts';
import { DEFAULT_SRVS, DefaultSchedules } from '../gateway/dsp/default-schedules.ts';
import { spreadSeconds } from '../gateway/dsp/schedule-times.ts';
import { formatMs } from '../gateway/protocol/half-hours.ts';
import { CommandError } from './exit-codes.ts';
import type { ServeSettings } from './settings.ts';
import { checked, partiesOf, plansOf } from './world.ts';

/** Devices that the text names of those that a fault hits; the JSON has more of them. */
const NAMED_MAX = 3;

/** One fault, as `--dry-run --json` tells of it. */
interface FaultTold {
  readonly name?: string;
  readonly what: unknown;
  readonly srv: unknown;
  readonly p: number;
  readonly devices: { count: number; deviceIds: string[]; lastDeviceId?: string };
  /** Null for a fault that always holds; an open side is left out. */
  readonly windows: { start?: string; end?: string }[] | null;
  readonly expected: { from: string; hours: 24; scheduledRuns?: number; entries?: number };
}

/** The report, as text or as one JSON document; throws a CommandError where a file is wrong. */
export function faultReport(settings: ServeSettings, json: boolean): string {
  const file = settings.faults;
  if (file === undefined)
    throw new CommandError('usage', '--dry-run tells of a plan: --faults FILE');
  const fleet = checked(openFleet(plansOf(settings), { seed: settings.seed }));
  const faults = checked(readFaultPlan(file, { fleet, seed: settings.seed }));
  const clock = openClock(settings.clock, settings.now);
  const nowMs = clock.nowMs();
  clock.close();
  const runsOf = runsOfFleet(settings, fleet, nowMs);
  const told = faults.map((fault) => tell(fault, forecast(fault, nowMs, runsOf), fleet));
  return json ? `${JSON.stringify({ faults: told }, null, 2)}\n` : told.map(asText).join('');
}

function runsOfFleet(settings: ServeSettings, fleet: Fleet, nowMs: number) {
  const parties = partiesOf(settings);
  const ownerOf = parties.scheduleOwner.bind(parties);
  const schedules = new DefaultSchedules(fleet, ownerOf, Math.floor(nowMs / 1000));
  return (device: number) => {
    const srvs = DEFAULT_SRVS.filter((srv) => schedules.standing(device, srv) !== 0);
    if (srvs.length === 0) return undefined;
    const { high, low } = fleet.eui64Of(device);
    return { srvs, atSeconds: spreadSeconds(high, low) };
  };
}

function tell(fault: Fault, foreseen: FaultForecast, fleet: Fleet): FaultTold {
  const { devices: count, firstDevices, lastDevice, dayMs, scheduledRuns, entries } = foreseen;
  return {
    ...(fault.name !== undefined && { name: fault.name }),
    what: fault.text.what,
    srv: fault.text.srv ?? 'all',
    p: fault.p,
    devices: {
      count,
      deviceIds: firstDevices.map((device) => fleet.deviceId(device)),
      ...(count > 0 && { lastDeviceId: fleet.deviceId(lastDevice) }),
    },
    windows: fault.window === undefined ? null : foreseen.windows.map(dated),
    expected: {
      from: formatMs(dayMs),
      hours: 24,
      ...(scheduledRuns !== undefined && { scheduledRuns: rounded(scheduledRuns) }),
      ...(entries !== undefined && { entries: rounded(entries) }),
    },
  };
}

function dated({ startMs, endMs }: Stretch): { start?: string; end?: string } {
  return {
    ...(Number.isFinite(startMs) && { start: formatMs(startMs) }),
    ...(Number.isFinite(endMs) && { end: formatMs(endMs) }),
  };
}

/** To a tenth: an expectation is no more exact. */
function rounded(count: number): number {
  return Math.round(count * 10) / 10;
}

function asText({ name, what, srv, p, devices, windows, expected }: FaultTold, at: number): string {
  const { count, deviceIds, lastDeviceId } = devices;
  const all = ` ${deviceIds.join(' ')}`;
  const some = ` ${deviceIds.slice(0, NAMED_MAX).join(' ')} … ${lastDeviceId}`;
  const names = count === 0 ? '' : `:${count <= NAMED_MAX ? all : some}`;
  const { from, hours, scheduledRuns, entries } = expected;
  const things =
    scheduledRuns === undefined ? `${entries} log entries` : `${scheduledRuns} scheduled runs`;
  const rows = [
    ['what', `${typeof what === 'string' ? what : JSON.stringify(what)}, p ${p}`],
    ['who', `${count} devices${names}`],
    ['srv', Array.isArray(srv) ? srv.join(', ') : String(srv)],
    ['when', windows === null ? 'always' : windows.map(spanned).join('; ') || 'never again'],
    ['expected', `${things} in the ${hours} hours from ${from}`],
  ];
  const lines = rows.map(([key = '', value]) => `  ${key.padEnd(9)}${value}`);
  return `fault ${at + 1}${name === undefined ? '' : `: ${name}`}\n${lines.join('\n')}\n`;
}

function spanned({ start = '', end = '' }: { start?: string; end?: string }): string {
  return `${start}..${end}`;
}
