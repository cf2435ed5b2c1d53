// What only cohorts of GSMEs and GPFs have in a fleet file [contract §7]. The default schedules and
// readings to replay are for ESMEs: a gas device gets its schedules by 5.1.

import type { JsonCheck } from '../gateway/protocol/json-check.ts';
import type { DeviceType } from '../gateway/protocol/service-reference.ts';
import {
  DEFAULT_GAS_MODEL,
  GAS_MODEL_NAMES,
  type GasModel,
  gasModelOf,
} from './meters/gas-models.ts';

/** What a cohort of gas devices says beyond what every cohort says. */
export interface GasCohort {
  readonly model: GasModel;
  readonly scheduledShare: 0;
  readonly proxyFor?: string;
}

const ESME_KEYS = ['profileCsv', 'household'] as const;
/** Ways to say that no device starts with schedules. */
const NO_SCHEDULES = [undefined, 'none', 0] as const;

export function checkGasCohort(
  check: JsonCheck,
  given: Partial<Record<string, unknown>>,
  at: string,
  deviceType: DeviceType,
): GasCohort | undefined {
  for (const key of ESME_KEYS) {
    if (given[key] !== undefined) check.refuse(`${at}/${key}`, 'only an ESME replays readings');
  }
  if (!NO_SCHEDULES.some((none) => none === given.schedules)) {
    const instead = 'give a gas device its schedules by 5.1';
    check.refuse(`${at}/schedules`, `only ESMEs start with schedules; ${instead}`);
  }
  const name = check.oneOf(given.model ?? DEFAULT_GAS_MODEL, `${at}/model`, GAS_MODEL_NAMES);
  const proxyFor = checkProxyFor(check, given.proxyFor, `${at}/proxyFor`, deviceType);
  if (name === undefined) return undefined;
  const model = gasModelOf(name);
  if (deviceType !== 'GSME' && model.gas.readHoursMax !== undefined) {
    check.refuse(`${at}/model`, `"${name}" is a model of GSME only [AM 18.22(f)]`);
  }
  return { model, scheduledShare: 0, ...(proxyFor !== undefined && { proxyFor }) };
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
