// What only cohorts of GSMEs and GPFs have in a fleet file [contract §7]. `--schedules` is for
// ESMEs; a gas cohort starts with schedules only where its own `schedules` says so.

import type { JsonCheck } from '../gateway/protocol/json-check.ts';
import type { DeviceType } from '../gateway/protocol/service-reference.ts';
import {
  DEFAULT_GAS_MODEL,
  GAS_MODEL_NAMES,
  type GasModel,
  gasModelOf,
} from './meters/gas-models.ts';
import { checkShare } from './scheduled-share.ts';

/** What a cohort of gas devices says beyond what every cohort says. */
export interface GasCohort {
  readonly model: GasModel;
  readonly scheduledShare: number;
  readonly proxyFor?: string;
}

const ESME_KEYS = ['profileCsv', 'household'] as const;

export function checkGasCohort(
  check: JsonCheck,
  given: Partial<Record<string, unknown>>,
  at: string,
  deviceType: DeviceType,
): GasCohort | undefined {
  for (const key of ESME_KEYS) {
    if (given[key] !== undefined) check.refuse(`${at}/${key}`, 'only an ESME replays readings');
  }
  const scheduledShare = checkShare(check, given.schedules ?? 0, `${at}/schedules`);
  const name = check.oneOf(given.model ?? DEFAULT_GAS_MODEL, `${at}/model`, GAS_MODEL_NAMES);
  const proxyFor = checkProxyFor(check, given.proxyFor, `${at}/proxyFor`, deviceType);
  if (name === undefined || scheduledShare === undefined) return undefined;
  const model = gasModelOf(name);
  if (deviceType !== 'GSME' && model.gas.readHoursMax !== undefined) {
    check.refuse(`${at}/model`, `"${name}" is a model of GSME only [AM 18.22(f)]`);
  }
  return { model, scheduledShare, ...(proxyFor !== undefined && { proxyFor }) };
}

function checkProxyFor(
  check: JsonCheck,
  value: unknown,
  at: string,
  deviceType: DeviceType,
): string | undefined {
  if (value === undefined) return undefined;
  return deviceType === 'GPF' ? check.text(value, at) : check.refuse(at, 'only a GPF has a GSME');
}
