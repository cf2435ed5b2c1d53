// Models of gas meter as data, for GSMEs and for the GPFs that mirror them: what the clauses of
// Appendix AM say that some SMETS1 makes do is a switch here [AM 18.21(b), (c), (e), 18.22(f)].

import {
  ACTIVE_IMPORT_ENTRIES,
  DAILY_READS,
  type GasTraits,
  LATE_DAILY_READ_SECONDS,
  type Model,
} from './models.ts';

export interface GasModel extends Model {
  readonly gas: GasTraits;
}

const PLAIN: GasTraits = { snapshotsAt2300: false, resetsBlockCounters: false, billingDay: 1 };

function gasModel<Name extends string>(
  name: Name,
  traits: Partial<GasTraits> = {},
  more: Partial<Model> = {},
): GasModel & { readonly name: Name } {
  return {
    activeImportCapacity: ACTIVE_IMPORT_ENTRIES,
    reactiveImportCapacity: 0,
    exportCapacity: 0,
    dailyReadCapacity: DAILY_READS,
    dailyReadDelaySeconds: 0,
    twinElement: false,
    solarShare: 0,
    // The clause on deleted data speaks of ESMEs alone [AM 18.22(e)].
    cotMode: 'restrict',
    ...more,
    name,
    gas: { ...PLAIN, ...traits },
  };
}

const EARLY = { snapshotsAt2300: true };
const LATE = { dailyReadDelaySeconds: LATE_DAILY_READ_SECONDS };

const MODELS = [
  gasModel('gas'),
  gasModel('gas-2300-snapshot', EARLY),
  gasModel('gas-24-hours', { readHoursMax: 24 }),
  gasModel('gas-resets-block-counters', { resetsBlockCounters: true }),
  gasModel('gas-late-daily', {}, LATE),
  gasModel('gas-2300-snapshot-24-hours', { ...EARLY, readHoursMax: 24 }),
  gasModel('gas-2300-snapshot-resets-block-counters', { ...EARLY, resetsBlockCounters: true }),
  gasModel('gas-2300-snapshot-late-daily', EARLY, LATE),
] as const;

export type GasModelName = (typeof MODELS)[number]['name'];

/** Every word that a fleet file may say for the `model` of a GSME or GPF. */
export const GAS_MODEL_NAMES: readonly GasModelName[] = MODELS.map(({ name }) => name);

export const DEFAULT_GAS_MODEL: GasModelName = 'gas';

/** The model of a name. */
export function gasModelOf(wanted: GasModelName): GasModel {
  return MODELS.find(({ name }) => name === wanted) ?? MODELS[0];
}
