// Whom a fault hits: all devices, a cohort, one device, all below a prefix of their EUI-64, a list
// of these, or a share of them that the seed picks. Kept as ranges of device numbers, because a
// cohort may have a million.

import { type Eui64, eui64Offset, parseEui64 } from '../gateway/protocol/eui64.ts';
import type { JsonCheck } from '../gateway/protocol/json-check.ts';
import { nearest } from '../gateway/protocol/nearest.ts';
import { chanceAt, mix } from './random.ts';

/** What faults need to know of the devices; the fleet is that. */
export interface FaultFleet {
  readonly deviceCount: number;
  readonly cohorts: readonly {
    readonly name: string;
    readonly firstDevice: number;
    readonly plan: { readonly count: number; readonly firstDeviceId: Eui64 };
  }[];
}

/** Device numbers `from` to `to`, both inclusive. */
export interface DeviceRange {
  readonly from: number;
  readonly to: number;
}

/** Names in a list of `who`; who needs more has a cohort or a prefix for them. */
export const WHO_MAX = 1000;

/** An EUI-64 cut off anywhere behind its first group. */
const PREFIX = /^[0-9a-f]{2}(-[0-9a-f]{2}){0,6}(-[0-9a-f]?)?$/i;
const EUI64_DIGITS = 16;

export class FaultTarget {
  /** Rising, none touching another. */
  readonly ranges: readonly DeviceRange[];
  /** Of these devices the share that is hit, 0 to 1. */
  readonly share: number;

  constructor(ranges: readonly DeviceRange[], share: number) {
    this.ranges = joined(ranges);
    this.share = share;
  }

  /** `hash` is the fault's: it picks the share, the same whoever asks and whenever. */
  includes(device: number, hash: number): boolean {
    let low = 0;
    let high = this.ranges.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (device > (this.ranges[middle] as DeviceRange).to) low = middle + 1;
      else high = middle;
    }
    const range = this.ranges[low];
    if (range === undefined || device < range.from || device > range.to) return false;
    return this.share === 1 || chanceAt(mix(hash, device), 0) < this.share;
  }

  /** Calls `visit` for each device that is hit, rising. */
  forEach(hash: number, visit: (device: number) => void): void {
    for (const { from, to } of this.ranges) {
      for (let device = from; device <= to; device++) {
        if (this.share === 1 || chanceAt(mix(hash, device), 0) < this.share) visit(device);
      }
    }
  }
}

function joined(ranges: readonly DeviceRange[]): DeviceRange[] {
  const result: DeviceRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last === undefined || range.from > last.to + 1) result.push(range);
    else if (range.to > last.to) result[result.length - 1] = { from: last.from, to: range.to };
  }
  return result;
}

/** Reads `who`; undefined when something was refused. Left out, it is all devices. */
export function checkFaultTarget(
  check: JsonCheck,
  value: unknown,
  at: string,
  fleet: FaultFleet,
): FaultTarget | undefined {
  if (value === undefined) return new FaultTarget([everyone(fleet)], 1);
  if (typeof value === 'number') return checkShared(check, undefined, value, at, at, fleet);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const ranges = checkNames(check, value, at, fleet);
    return ranges && new FaultTarget(ranges, 1);
  }
  const given = check.object(value, at, ['of', 'share']);
  return checkShared(check, given?.of, given?.share, `${at}/of`, `${at}/share`, fleet);
}

function checkShared(
  check: JsonCheck,
  names: unknown,
  value: unknown,
  namesAt: string,
  shareAt: string,
  fleet: FaultFleet,
): FaultTarget | undefined {
  const ranges = names === undefined ? [everyone(fleet)] : checkNames(check, names, namesAt, fleet);
  const share = check.number(value, shareAt, { min: 0, max: 1 });
  return ranges && share !== undefined ? new FaultTarget(ranges, share) : undefined;
}

function everyone({ deviceCount }: FaultFleet): DeviceRange {
  return { from: 0, to: deviceCount - 1 };
}

function checkNames(
  check: JsonCheck,
  value: unknown,
  at: string,
  fleet: FaultFleet,
): DeviceRange[] | undefined {
  if (!Array.isArray(value)) {
    const name = check.text(value, at);
    return name === undefined ? undefined : checkName(check, name, at, fleet);
  }
  const names = check.list(value, at, 1, WHO_MAX);
  return names?.flatMap((item, index) => {
    const name = check.text(item, `${at}/${index}`);
    return (name && checkName(check, name, `${at}/${index}`, fleet)) || [];
  });
}

function checkName(
  check: JsonCheck,
  name: string,
  at: string,
  fleet: FaultFleet,
): DeviceRange[] | undefined {
  if (name === 'all') return [everyone(fleet)];
  const cohort = fleet.cohorts.find((known) => known.name === name);
  if (cohort !== undefined) {
    const { firstDevice, plan } = cohort;
    return [{ from: firstDevice, to: firstDevice + plan.count - 1 }];
  }
  const isWhole = parseEui64(name) !== undefined;
  if (isWhole || PREFIX.test(name)) {
    const ranges = rangesBelow(name, fleet);
    if (ranges.length > 0) return ranges;
    const what = isWhole ? `is no device's` : 'begins the identifier of no device';
    return check.refuse(at, `"${name}" ${what}`);
  }
  const near = nearest(name, ['all', ...fleet.cohorts.map((known) => known.name)]);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  const forms = '"all", a cohort, a device, or the prefix of devices';
  return check.refuse(at, `"${name}" is not ${forms}${hint}`);
}

/** Devices whose identifiers begin so. */
function rangesBelow(prefix: string, { cohorts }: FaultFleet): DeviceRange[] {
  const digits = prefix.replaceAll('-', '');
  const filled = (digit: string) => digits.padEnd(EUI64_DIGITS, digit).replace(/..(?!$)/g, '$&-');
  const first = parseEui64(filled('0'));
  const last = parseEui64(filled('F'));
  if (first === undefined || last === undefined) return [];
  return cohorts.flatMap(({ firstDevice, plan }) => {
    const from = Math.max(eui64Offset(plan.firstDeviceId, first.high, first.low), 0);
    const to = Math.min(eui64Offset(plan.firstDeviceId, last.high, last.low), plan.count - 1);
    return from <= to ? [{ from: firstDevice + from, to: firstDevice + to }] : [];
  });
}
