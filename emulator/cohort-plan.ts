// One cohort of the fleet, as it is to be built and as a fleet file says it [contract §7]: each key
// is checked, and what is left out has a default. Places of files are relative to the fleet file.

import { dirname, resolve } from 'node:path';
import { DEVICE_STATUSES, type DeviceStatus } from '../gateway/access/inventory.ts';
import { type Eui64, formatEui64, parseEui64 } from '../gateway/protocol/eui64.ts';
import { parseDate } from '../gateway/protocol/half-hours.ts';
import type { JsonCheck } from '../gateway/protocol/json-check.ts';
import { DEVICE_TYPES, type DeviceType } from '../gateway/protocol/service-reference.ts';
import { checkGasCohort } from './gas-cohort.ts';
import { METER_MODELS, MODEL_NAMES, type Model, type ModelName } from './meters/models.ts';
import { checkShare } from './scheduled-share.ts';
import { checkWanProfile, readWanProfile, type WanProfile } from './wan-profiles.ts';

/** Real half-hourly readings that a cohort replays. */
export interface ProfileCsv {
  readonly file: string;
  /** `LCLid` of the household, where the file holds several. */
  readonly household?: string;
}

/** A cohort as it is to be built. */
export interface CohortPlan {
  readonly name: string;
  readonly deviceType: DeviceType;
  readonly count: number;
  readonly firstDeviceId: Eui64;
  readonly model: Model;
  readonly wan: WanProfile;
  /** Share of the meters that start with the default DSP Schedules, 0 to 1. */
  readonly scheduledShare: number;
  /** DateCommissioned, days since the epoch. */
  readonly commissionedDay: number;
  readonly deviceStatus: DeviceStatus;
  readonly registeredParties?: ReadonlySet<string>;
  readonly profileCsv?: ProfileCsv;
  /** Of GPFs, the cohort of GSMEs whose gas they tell of, one for one. */
  readonly proxyFor?: string;
}

/** What the command line says for cohorts that do not say it themselves. */
export interface FleetDefaults {
  readonly wan: WanProfile;
  readonly scheduledShare: number;
}

/** About as many SMETS1 meters as there ever were in Great Britain [domain §7]. */
export const METERS_MAX = 12_000_000;
/** Parties of one cohort; far beyond the number of suppliers there are. */
const PARTIES_MAX = 1000;

export const FIRST_DEVICE_ID = '90-B3-D5-1F-40-00-00-00';
export const DEFAULT_COMMISSIONED = '2019-06-01';
export const DEFAULT_MODEL: ModelName = 'single-element';

const COHORT_KEYS = [
  'name',
  'deviceType',
  'count',
  'firstDeviceId',
  'model',
  'wan',
  'schedules',
  'commissioned',
  'deviceStatus',
  'registeredParties',
  'profileCsv',
  'household',
  'proxyFor',
] as const;

/** Checks cohort number `index` of a fleet file; undefined when something was refused. */
export function checkCohort(
  check: JsonCheck,
  value: unknown,
  index: number,
  defaults: FleetDefaults,
): CohortPlan | undefined {
  const at = `/cohorts/${index}`;
  const given = check.object(value, at, COHORT_KEYS);
  if (given === undefined) return undefined;
  const { deviceType: type = 'ESME' } = given;
  const { commissioned = DEFAULT_COMMISSIONED, deviceStatus = 'Commissioned' } = given;
  const name = check.text(given.name, `${at}/name`);
  const deviceType = check.oneOf(type, `${at}/deviceType`, DEVICE_TYPES);
  const range = { min: 1, max: METERS_MAX, whole: true };
  const count = check.number(given.count, `${at}/count`, range);
  const firstDeviceId = checkEui64(check, given.firstDeviceId, `${at}/firstDeviceId`);
  const wan = checkWan(check, given.wan, `${at}/wan`, defaults.wan);
  const kind =
    deviceType === undefined || deviceType === 'ESME'
      ? checkEsmeCohort(check, given, at, defaults)
      : checkGasCohort(check, given, at, deviceType);
  const commissionedDay = checkDate(check, commissioned, `${at}/commissioned`);
  const status = check.oneOf(deviceStatus, `${at}/deviceStatus`, DEVICE_STATUSES);
  const parties = checkParties(check, given.registeredParties, `${at}/registeredParties`);
  if (
    name === undefined ||
    deviceType === undefined ||
    count === undefined ||
    firstDeviceId === undefined ||
    wan === undefined ||
    kind === undefined ||
    commissionedDay === undefined ||
    status === undefined
  ) {
    return undefined;
  }
  return {
    name,
    deviceType,
    count,
    firstDeviceId,
    wan,
    ...kind,
    commissionedDay,
    deviceStatus: status,
    ...(parties === undefined ? {} : { registeredParties: parties }),
  };
}

/** What only ESMEs have: their models, the default schedules, readings to replay. */
function checkEsmeCohort(
  check: JsonCheck,
  given: Partial<Record<string, unknown>>,
  at: string,
  defaults: FleetDefaults,
): Pick<CohortPlan, 'model' | 'scheduledShare' | 'profileCsv'> | undefined {
  const { model = DEFAULT_MODEL, schedules = defaults.scheduledShare } = given;
  const modelName = check.oneOf(model, `${at}/model`, MODEL_NAMES);
  const scheduledShare = checkShare(check, schedules, `${at}/schedules`);
  const profileCsv = checkProfileCsv(check, given.profileCsv, given.household, at);
  if (given.proxyFor !== undefined) check.refuse(`${at}/proxyFor`, 'only a GPF has a GSME');
  if (modelName === undefined || scheduledShare === undefined) return undefined;
  return { model: METER_MODELS[modelName], scheduledShare, ...(profileCsv && { profileCsv }) };
}

function checkEui64(check: JsonCheck, value: unknown, at: string): Eui64 | undefined {
  const text = check.text(value, at);
  if (text === undefined) return undefined;
  const id = parseEui64(text);
  if (id !== undefined) return id;
  return check.refuse(at, `"${text}" is not an EUI-64 such as "${FIRST_DEVICE_ID}"`);
}

function checkDate(check: JsonCheck, value: unknown, at: string): number | undefined {
  const text = check.text(value, at);
  if (text === undefined) return undefined;
  const day = parseDate(text);
  if (day >= 0) return day;
  const wanted = `a date since 1970 such as "${DEFAULT_COMMISSIONED}"`;
  return check.refuse(at, `"${text}" is not ${wanted}`);
}

/** A built-in profile's name, a JSON file beside the fleet file, or the profile itself. */
function checkWan(
  check: JsonCheck,
  value: unknown,
  at: string,
  standard: WanProfile,
): WanProfile | undefined {
  if (value === undefined) return standard;
  if (typeof value === 'object') return checkWanProfile(check, value, at, 'own');
  const text = check.text(value, at);
  if (text === undefined) return undefined;
  const profile = readWanProfile(text, dirname(check.file));
  if (profile.ok) return profile.value;
  for (const problem of profile.problems) check.refuse(at, problem);
  return undefined;
}

function checkParties(
  check: JsonCheck,
  value: unknown,
  at: string,
): ReadonlySet<string> | undefined {
  if (value === undefined) return undefined;
  const parties = new Set<string>();
  for (const [index, item] of (check.list(value, at, 0, PARTIES_MAX) ?? []).entries()) {
    const id = checkEui64(check, item, `${at}/${index}`);
    if (id !== undefined) parties.add(formatEui64(id.high, id.low));
  }
  return parties;
}

function checkProfileCsv(
  check: JsonCheck,
  csv: unknown,
  household: unknown,
  at: string,
): ProfileCsv | undefined {
  if (csv === undefined) {
    if (household !== undefined) {
      check.refuse(`${at}/household`, 'names a household of a "profileCsv" that is missing');
    }
    return undefined;
  }
  const path = check.text(csv, `${at}/profileCsv`);
  const name = household === undefined ? '' : check.text(household, `${at}/household`);
  if (path === undefined || name === undefined) return undefined;
  const file = resolve(dirname(check.file), path);
  return name === '' ? { file } : { file, household: name };
}
