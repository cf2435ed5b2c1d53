// What the SMETS1 WAN of a cohort is like, as data [contract §2 `--wan`]: how long messages take,
// how many are lost, how many sessions it carries. Operators publish no such numbers; these are
// decisions that give a reader of the emulator something plausible to work against.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type Checked,
  JsonCheck,
  type NumberRange,
  readJson,
} from '../gateway/protocol/json-check.ts';
import { nearest } from '../gateway/protocol/nearest.ts';

export interface WanProfile {
  readonly name: string;
  /** Latency of a message to the meter and back: median, and spread of its natural logarithm. */
  readonly requestMedianMs: number;
  readonly requestSpread: number;
  readonly replyMedianMs: number;
  readonly replySpread: number;
  /** How likely an attempt loses its request or its reply, each as often as the other. */
  readonly lossProbability: number;
  readonly attemptTimeoutMs: number;
  /** Further attempts after the first one timed out. */
  readonly retries: number;
  /** From being asked to the answer, waiting and wake-ups included; beyond it E21. */
  readonly meterTimeoutMs: number;
  /** Sessions that the cohort's WAN carries at once. */
  readonly capacity: number;
  /** Reads that may wait for a session; beyond them E20 at once. */
  readonly waitingMax: number;
  /** SMS that wake the communications hub, one after the other, before a session [domain §7]. */
  readonly smsWakeUps: number;
  readonly smsMedianMs: number;
  readonly smsSpread: number;
  readonly smsCostGbp: number;
}

/** About GBP 0.025 for each wake-up beyond the allowance, as MP312 has it [domain §7]. */
const SMS_COST_GBP = 0.025;

/** As many as the gateway takes in flight by default, so that `typical` is never what limits. */
const CAPACITY_AMPLE = 131_072;

const NONE: WanProfile = {
  name: 'none',
  requestMedianMs: 0,
  requestSpread: 0,
  replyMedianMs: 0,
  replySpread: 0,
  lossProbability: 0,
  attemptTimeoutMs: 30_000,
  retries: 0,
  meterTimeoutMs: 30_000,
  capacity: CAPACITY_AMPLE,
  waitingMax: CAPACITY_AMPLE,
  smsWakeUps: 0,
  smsMedianMs: 0,
  smsSpread: 0,
  smsCostGbp: 0,
};

/** Two to four seconds as a rule; with its retries about one read in a million fails. */
const TYPICAL: WanProfile = {
  ...NONE,
  name: 'typical',
  requestMedianMs: 1000,
  requestSpread: 0.5,
  replyMedianMs: 1500,
  replySpread: 0.5,
  lossProbability: 0.01,
  attemptTimeoutMs: 8000,
  retries: 2,
};

/** Beyond the 16 s of the Target Response Time more often than not. */
const SLOW: WanProfile = {
  ...NONE,
  name: 'slow',
  requestMedianMs: 8000,
  requestSpread: 0.7,
  replyMedianMs: 12_000,
  replySpread: 0.7,
  lossProbability: 0.05,
  attemptTimeoutMs: 60_000,
  retries: 2,
  meterTimeoutMs: 180_000,
  capacity: 2000,
  waitingMax: 20_000,
};

/** The MOC cohort: a read needs two wake-ups of the communications hub [domain §7]. */
const SMS: WanProfile = {
  ...NONE,
  name: 'sms',
  requestMedianMs: 1500,
  requestSpread: 0.5,
  replyMedianMs: 2500,
  replySpread: 0.5,
  lossProbability: 0.02,
  attemptTimeoutMs: 12_000,
  retries: 2,
  meterTimeoutMs: 90_000,
  capacity: 5000,
  waitingMax: 50_000,
  smsWakeUps: 2,
  smsMedianMs: 6000,
  smsSpread: 0.6,
  smsCostGbp: SMS_COST_GBP,
};

/** The built-in profiles by name. */
export const WAN_PROFILES = { none: NONE, typical: TYPICAL, slow: SLOW, sms: SMS } as const;

export type WanName = keyof typeof WAN_PROFILES;

export const WAN_NAMES: readonly WanName[] = ['none', 'typical', 'slow', 'sms'];

/** Whether a read under this profile ends at the instant it began. */
export function isInstant(profile: WanProfile): boolean {
  const { requestMedianMs, replyMedianMs, lossProbability, smsWakeUps } = profile;
  return requestMedianMs === 0 && replyMedianMs === 0 && lossProbability === 0 && smsWakeUps === 0;
}

/** No message takes longer than a day, and nobody waits longer for one. */
const LATENCY: NumberRange = { min: 0, max: 86_400_000 };
const TIMEOUT: NumberRange = { min: 1, max: 86_400_000, whole: true };
/** At 3, one message in a thousand takes ten thousand times the median: enough for anybody. */
const SPREAD: NumberRange = { min: 0, max: 3 };

type NumberKey = Exclude<keyof WanProfile, 'name'>;

const RANGES: Readonly<Record<NumberKey, NumberRange>> = {
  requestMedianMs: LATENCY,
  requestSpread: SPREAD,
  replyMedianMs: LATENCY,
  replySpread: SPREAD,
  lossProbability: { min: 0, max: 1 },
  attemptTimeoutMs: TIMEOUT,
  retries: { min: 0, max: 10, whole: true },
  meterTimeoutMs: TIMEOUT,
  capacity: { min: 1, max: 1_000_000, whole: true },
  waitingMax: { min: 0, max: 1_000_000, whole: true },
  smsWakeUps: { min: 0, max: 10, whole: true },
  smsMedianMs: LATENCY,
  smsSpread: SPREAD,
  smsCostGbp: { min: 0, max: 10 },
};

const NUMBER_KEYS = Object.keys(RANGES).filter((key): key is NumberKey => key in RANGES);
const KEYS = ['name', 'basedOn', ...NUMBER_KEYS];

/**
 * Reads a profile written as an object with the fields of {@link WanProfile}. What it leaves out is
 * as in the built-in profile that `basedOn` names, without one as in `typical`.
 */
export function checkWanProfile(
  check: JsonCheck,
  value: unknown,
  pointer: string,
  name: string,
): WanProfile | undefined {
  const given = check.object(value, pointer, KEYS);
  if (given === undefined) return undefined;
  const { basedOn = 'typical' } = given;
  const base = check.oneOf(basedOn, `${pointer}/basedOn`, WAN_NAMES);
  const ownName = given.name === undefined ? name : check.text(given.name, `${pointer}/name`);
  const numbers: Partial<Record<NumberKey, number>> = {};
  for (const key of NUMBER_KEYS) {
    if (given[key] === undefined) continue;
    const number = check.number(given[key], `${pointer}/${key}`, RANGES[key]);
    if (number !== undefined) numbers[key] = number;
  }
  return { ...WAN_PROFILES[base ?? 'typical'], ...numbers, name: ownName ?? name };
}

/**
 * The profile of a built-in name, or the one that a JSON file describes, whose place is relative to
 * `folder` where that is given; problems otherwise.
 */
export function readWanProfile(nameOrFile: string, folder?: string): Checked<WanProfile> {
  const name = WAN_NAMES.find((known) => known === nameOrFile);
  if (name !== undefined) return { ok: true, value: WAN_PROFILES[name] };
  const file = folder === undefined ? nameOrFile : resolve(folder, nameOrFile);
  if (!existsSync(file)) {
    const near = nearest(nameOrFile, WAN_NAMES);
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    const allowed = `${WAN_NAMES.join(', ')} nor a file`;
    return { ok: false, problems: [`the WAN "${nameOrFile}" is neither ${allowed}${hint}`] };
  }
  const json = readJson(file);
  if (!json.ok) return json;
  const check = new JsonCheck(file);
  return check.result(checkWanProfile(check, json.value, '', nameOrFile));
}
