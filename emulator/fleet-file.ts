// The fleet file [contract §7]: a list of cohorts, checked before any is built, each by itself
// and then all together. Without a file there is one cohort, the default fleet [contract §2].

import {
  type Eui64,
  eui64Offset,
  eui64Plus,
  formatEui64,
  parseEui64,
} from '../gateway/protocol/eui64.ts';
import { parseDate } from '../gateway/protocol/half-hours.ts';
import { type Checked, JsonCheck, readJson } from '../gateway/protocol/json-check.ts';
import {
  type CohortPlan,
  checkCohort,
  DEFAULT_COMMISSIONED,
  DEFAULT_MODEL,
  FIRST_DEVICE_ID,
  type FleetDefaults,
  METERS_MAX,
} from './cohort-plan.ts';
import { METER_MODELS } from './meters/models.ts';

/** A device is found by walking over the cohorts, so there are not to be too many of them. */
export const COHORTS_MAX = 256;

function eui64Of(text: string): Eui64 {
  const id = parseEui64(text);
  if (id === undefined) throw new RangeError(`${text} is not an EUI-64`);
  return id;
}

/** The default fleet: `meters` single-element ESMEs, numbered upward. */
export function defaultFleet(meters: number, defaults: FleetDefaults): CohortPlan[] {
  return [
    {
      name: 'default',
      deviceType: 'ESME',
      count: meters,
      firstDeviceId: eui64Of(FIRST_DEVICE_ID),
      model: METER_MODELS[DEFAULT_MODEL],
      wan: defaults.wan,
      scheduledShare: defaults.scheduledShare,
      commissionedDay: parseDate(DEFAULT_COMMISSIONED),
      deviceStatus: 'Commissioned',
    },
  ];
}

/** Reads a fleet file; `defaults` fill in what a cohort leaves out. */
export function readFleetFile(file: string, defaults: FleetDefaults): Checked<CohortPlan[]> {
  const json = readJson(file);
  return json.ok ? checkFleet(json.value, file, defaults) : json;
}

/** Checks what a fleet file says; `file` is named in the problems and is where paths begin. */
export function checkFleet(
  value: unknown,
  file: string,
  defaults: FleetDefaults,
): Checked<CohortPlan[]> {
  const check = new JsonCheck(file);
  const top = check.object(value, '', ['cohorts']);
  if (top === undefined) return check.result<CohortPlan[]>(undefined);
  if (top.cohorts === undefined) {
    return check.result<CohortPlan[]>(check.refuse('/cohorts', 'missing'));
  }
  const list = check.list(top.cohorts, '/cohorts', 1, COHORTS_MAX) ?? [];
  const cohorts = list.map((item, index) => checkCohort(check, item, index, defaults));
  checkTogether(check, cohorts);
  checkProxies(check, cohorts);
  return check.result(cohorts.filter((cohort) => cohort !== undefined));
}

/** `90-… to 90-…`. */
function rangeText(cohort: CohortPlan): string {
  const last = eui64Plus(cohort.firstDeviceId, cohort.count - 1);
  const { high, low } = cohort.firstDeviceId;
  return `${formatEui64(high, low)} to ${formatEui64(last.high, last.low)}`;
}

/** What can only be wrong between cohorts: names, ranges, and how many meters there are in all. */
function checkTogether(check: JsonCheck, cohorts: readonly (CohortPlan | undefined)[]): void {
  let meters = 0;
  for (const [index, cohort] of cohorts.entries()) {
    if (cohort === undefined) continue;
    const at = `/cohorts/${index}`;
    meters += cohort.count;
    const { high, low } = cohort.firstDeviceId;
    if (high + Math.floor((low + cohort.count - 1) / 2 ** 32) > 0xffff_ffff) {
      check.refuse(
        `${at}/firstDeviceId`,
        `${cohort.count} meters do not fit before the last EUI-64`,
      );
    }
    for (const earlier of cohorts.slice(0, index)) {
      if (earlier === undefined) continue;
      if (earlier.name === cohort.name) {
        check.refuse(`${at}/name`, `"${cohort.name}" is the name of an earlier cohort as well`);
      }
      const offset = eui64Offset(earlier.firstDeviceId, high, low);
      if (offset > -cohort.count && offset < earlier.count) {
        const other = `cohort "${earlier.name}", ${rangeText(earlier)}`;
        check.refuse(`${at}/firstDeviceId`, `${rangeText(cohort)} overlaps ${other}`);
      }
    }
  }
  if (meters > METERS_MAX) {
    check.refuse('/cohorts', `${meters} meters in all; allowed are ${METERS_MAX}`);
  }
}

/** GPFs tell of the gas of GSMEs: as many of both, and registers that began on the same day. */
function checkProxies(check: JsonCheck, cohorts: readonly (CohortPlan | undefined)[]): void {
  for (const [index, cohort] of cohorts.entries()) {
    if (cohort?.proxyFor === undefined) continue;
    const at = `/cohorts/${index}/proxyFor`;
    const gsmes = cohorts.find((other) => other?.name === cohort.proxyFor);
    if (gsmes?.deviceType !== 'GSME') {
      check.refuse(at, `"${cohort.proxyFor}" is not the name of a cohort of GSMEs`);
    } else if (gsmes.count !== cohort.count || gsmes.commissionedDay !== cohort.commissionedDay) {
      check.refuse(at, `"${gsmes.name}" has another count or another "commissioned"`);
    }
  }
}
