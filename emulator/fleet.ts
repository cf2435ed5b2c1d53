// The fleet: cohorts of meters, each in a bank of memory, and the Smart Metering Inventory that the
// gateway knows them by. Devices are numbered from 0 through all cohorts, and a cohort is a range
// of numbers and of EUI-64s: a million meters are no objects here.

import { readFileSync } from 'node:fs';
import type { DeviceCohort, DeviceInventory, DeviceRange } from '../gateway/access/inventory.ts';
import { type Eui64, eui64Plus, formatEui64 } from '../gateway/protocol/eui64.ts';
import { DAY_SECONDS } from '../gateway/protocol/half-hours.ts';
import type { Checked } from '../gateway/protocol/json-check.ts';
import type { CoreBuild } from '../gateway/s1sp/core.ts';
import type { MeterRead, MeterReply, MeterRestriction } from '../gateway/s1sp/meter-network.ts';
import { Restrictions } from '../gateway/s1sp/restrictions.ts';
import type { CohortPlan, ProfileCsv } from './cohort-plan.ts';
import { type Recording, type RecordingReport, readHalfHourlyCsv } from './half-hourly-csv.ts';
import { MeterBank } from './meter-bank.ts';
import { MeterWindow } from './meter-window.ts';
import { readGasMeter } from './meters/gas-meter.ts';
import type { WanMeters } from './wan.ts';
import type { WanProfile } from './wan-profiles.ts';

const TWO_TO_32 = 2 ** 32;

/**
 * Shares are counted in these parts, so that 0.29 of 100 meters are 29 although 100 × 0.29 is less
 * in binary. Times the most meters there may be it is still a whole number to a double.
 */
const SHARE_PARTS = 100_000_000;

/** What came of reading a cohort's `profileCsv`; the command line logs it. */
export interface ReplayedCsv {
  readonly cohort: string;
  readonly file: string;
  readonly household?: string;
  readonly report: RecordingReport;
}

/** One cohort of the fleet with its meters. */
export interface FleetCohort extends DeviceCohort {
  readonly plan: CohortPlan;
  /** Number of its first device; they follow one another. */
  readonly firstDevice: number;
  readonly bank: MeterBank;
}

export class Fleet implements DeviceInventory, WanMeters {
  readonly deviceCount: number;
  readonly cohorts: readonly FleetCohort[];
  readonly ranges: readonly DeviceRange[];
  readonly wanProfiles: readonly WanProfile[];
  readonly replayedCsvs: readonly ReplayedCsv[];
  /** By cohort: identifiers of its first device, its first number and its size, flat. */
  readonly #ranges: Float64Array;
  readonly #deletions = new Restrictions();
  readonly #windows: MeterWindow[] = [];

  /** Use {@link openFleet}, which makes the banks. */
  constructor(cohorts: readonly FleetCohort[], replayedCsvs: readonly ReplayedCsv[]) {
    this.cohorts = cohorts;
    this.replayedCsvs = replayedCsvs;
    this.wanProfiles = cohorts.map(({ plan }) => plan.wan);
    this.ranges = cohorts.map(({ plan: { count, firstDeviceId }, firstDevice }) => {
      return { firstDevice, count, firstDeviceId };
    });
    this.deviceCount = cohorts.reduce((sum, { plan }) => sum + plan.count, 0);
    this.#ranges = Float64Array.from(
      cohorts.flatMap(({ plan, firstDevice }) => [
        plan.firstDeviceId.high,
        plan.firstDeviceId.low,
        firstDevice,
        plan.count,
      ]),
    );
  }

  find(high: number, low: number): number {
    const ranges = this.#ranges;
    for (let at = 0; at < ranges.length; at += 4) {
      const offset =
        (high - (ranges[at] as number)) * TWO_TO_32 + (low - (ranges[at + 1] as number));
      if (offset >= 0 && offset < (ranges[at + 3] as number)) {
        // Whole and small to the machine too, which keeps any other number apart from its object.
        return ((ranges[at + 2] as number) + offset) | 0;
      }
    }
    return -1;
  }

  eui64Of(device: number): Eui64 {
    const { plan, firstDevice } = this.cohortOf(device);
    return eui64Plus(plan.firstDeviceId, device - firstDevice);
  }

  deviceId(device: number): string {
    const { high, low } = this.eui64Of(device);
    return formatEui64(high, low);
  }

  /** Index of the device's cohort; throws a RangeError for a number that is no device's. */
  cohortIndexOf(device: number): number {
    const ranges = this.#ranges;
    for (let at = 0; at < ranges.length; at += 4) {
      const offset = device - (ranges[at + 2] as number);
      if (offset >= 0 && offset < (ranges[at + 3] as number)) return at >> 2;
    }
    throw new RangeError(`there is no device ${device}`);
  }

  cohortOf(device: number): FleetCohort {
    return this.cohorts[this.cohortIndexOf(device)] as FleetCohort;
  }

  /** Exactly the cohort's share, spread evenly over its devices. */
  startsScheduled(device: number): boolean {
    const { plan, firstDevice } = this.cohortOf(device);
    const parts = Math.round(plan.scheduledShare * SHARE_PARTS);
    const place = device - firstDevice;
    const until = (count: number): number => Math.floor((count * parts) / SHARE_PARTS);
    return until(place + 1) > until(place);
  }

  readMeter(read: MeterRead, nowSeconds: number): MeterReply {
    return this.#readIn(this.cohortOf(read.device).bank, read, nowSeconds);
  }

  /** What a meter would reply now, without its noticing. */
  lookAtMeter(read: MeterRead, nowSeconds: number): MeterReply {
    const meter = read.device - this.cohortOf(read.device).firstDevice;
    return this.#readIn(this.windowOn(read.device).show(meter), read, nowSeconds);
  }

  /** The window on the meters of a device's cohort. */
  windowOn(device: number): MeterWindow {
    const place = this.cohortIndexOf(device);
    this.#windows[place] ??= new MeterWindow(this.cohortOf(device).bank);
    return this.#windows[place];
  }

  #readIn(bank: MeterBank, read: MeterRead, nowSeconds: number): MeterReply {
    const { firstDevice, plan } = this.cohortOf(read.device);
    const meter = read.device - firstDevice;
    const { srv, endSeconds } = read;
    const startSeconds = this.#firstHeld(read, nowSeconds);
    if (plan.deviceType !== 'ESME') {
      const held = { srv, startSeconds, endSeconds };
      return readGasMeter(bank, plan.model, meter, held, nowSeconds);
    }
    if (srv === '4.6.1') {
      const dailyReadLog = bank.readDailyReadLog(meter, startSeconds, endSeconds, nowSeconds);
      return { ok: true, dailyReadLog };
    }
    const profile = bank.readProfile(meter, srv, startSeconds, endSeconds, nowSeconds);
    return { ok: true, profile };
  }

  /** A change of tenancy: a meter that deletes forgets its half hours when the time has come. */
  restrictMeter({ device, restrictionSeconds }: MeterRestriction, nowSeconds: number): MeterReply {
    const { cotMode = 'delete' } = this.cohortOf(device);
    if (cotMode === 'delete') this.#deletions.add(device, restrictionSeconds, nowSeconds);
    return { ok: true, restricted: true };
  }

  /** Start of a read, moved behind what a change of tenancy deleted; daily reads are not. */
  #firstHeld({ device, srv, startSeconds }: MeterRead, nowSeconds: number): number {
    const deleted = srv === '4.6.1' ? undefined : this.#deletions.inForce(device, nowSeconds);
    return deleted === undefined ? startSeconds : Math.max(startSeconds, deleted + 1);
  }

  /** What changes of tenancy have meters delete. */
  get deletions(): Restrictions {
    return this.#deletions;
  }

  /** Memory of all banks together, taken or reserved. */
  get memoryBytes(): number {
    return this.cohorts.reduce((sum, { bank }) => sum + bank.memoryBytes, 0);
  }
}

/** Makes the meters. `seed`, unsigned 32-bit, decides who lives behind each. */
export function openFleet(
  plans: readonly CohortPlan[],
  options: { readonly seed: number; readonly build?: CoreBuild },
): Checked<Fleet> {
  const cohorts: FleetCohort[] = [];
  const replayedCsvs: ReplayedCsv[] = [];
  const problems: string[] = [];
  const firstMeters = firstMetersOf(plans);
  let firstDevice = 0;
  for (const plan of plans) {
    const replayed = plan.profileCsv && replayCsv(plan.name, plan.profileCsv);
    if (replayed?.ok === false) {
      problems.push(...replayed.problems);
      continue;
    }
    if (replayed?.ok) replayedCsvs.push(replayed.value.csv);
    const bank = new MeterBank({
      model: plan.model,
      meterCount: plan.count,
      seed: options.seed,
      firstMeter: firstMeters.get(plan.proxyFor ?? plan.name) ?? firstDevice,
      commissionedSeconds: plan.commissionedDay * DAY_SECONDS,
      solarShare: plan.model.solarShare,
      ...(replayed?.ok && { recording: replayed.value.recording }),
      ...(options.build && { build: options.build }),
    });
    cohorts.push(cohortOf(plan, firstDevice, bank));
    firstDevice += plan.count;
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: new Fleet(cohorts, replayedCsvs) };
}

/** By cohort the number of its first meter: it decides who lives there. */
function firstMetersOf(plans: readonly CohortPlan[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  let next = 0;
  for (const { name, count } of plans) {
    numbers.set(name, next);
    next += count;
  }
  return numbers;
}

function cohortOf(plan: CohortPlan, firstDevice: number, bank: MeterBank): FleetCohort {
  return {
    plan,
    firstDevice,
    bank,
    name: plan.name,
    deviceType: plan.deviceType,
    deviceStatus: plan.deviceStatus,
    commissionedDay: plan.commissionedDay,
    twinElement: plan.model.twinElement,
    ...(plan.model.gas?.readHoursMax && { readHoursMax: plan.model.gas.readHoursMax }),
    ...(plan.model.cotMode && { cotMode: plan.model.cotMode }),
    ...(plan.registeredParties && { registeredParties: plan.registeredParties }),
  };
}

function replayCsv(
  cohort: string,
  { file, household }: ProfileCsv,
): Checked<{ readonly recording: Recording; readonly csv: ReplayedCsv }> {
  try {
    const { recording, report } = readHalfHourlyCsv(readFileSync(file, 'utf8'), household);
    const csv = { cohort, file, report, ...(household !== undefined && { household }) };
    return { ok: true, value: { recording, csv } };
  } catch (fault) {
    // A file that is missing or holds no readings is the user's to mend, not a bug.
    const reason = fault instanceof Error ? fault.message : String(fault);
    return { ok: false, problems: [`${file}: ${reason} (profileCsv of cohort "${cohort}")`] };
  }
}
