// Device models as data [contract §7]: what a kind of meter can hold and how it behaves. A cohort
// names one. Capacities are those of domain §3; the SMETS1 text itself was not to be had, so each
// is a choice, and real devices differ, which is what the other models are for.

import type { CotMode } from '../../gateway/access/inventory.ts';

/** 397 days of half hours: the most that the MMC schema lets 4.8.1 answer. */
export const ACTIVE_IMPORT_ENTRIES = 19_056;
/** 395 days: a manual of one SMETS1 make. */
const SECURE_ACTIVE_IMPORT_ENTRIES = 18_960;
/** 93 days: the most that the MMC schema lets 4.8.2 and 4.8.3 answer. */
const THREE_MONTHS_ENTRIES = 4464;
export const DAILY_READS = 31;
/** Some SMETS1 meters are said to keep a fortnight. */
const SHORT_DAILY_READS = 14;
/** Seconds after midnight, as in the example of [AM 18.21(b)]. */
export const LATE_DAILY_READ_SECONDS = 7;
/** More homes than in reality have panels, so that a small fleet has some to show. */
const SOLAR_SHARE = 0.1;

/** What every model says, whatever its fuel. */
export interface Model {
  readonly name: string;
  /** Entries of the half-hourly active import log, 1 to 19,056. */
  readonly activeImportCapacity: number;
  /** Entries of the reactive import log, 0 to 19,056; 0: it has none. */
  readonly reactiveImportCapacity: number;
  /** Entries of the export log, active and reactive, 0 to 19,056; 0: it has none. */
  readonly exportCapacity: number;
  /** Entries of the Daily Read Log, 0 to 31. */
  readonly dailyReadCapacity: number;
  /** What a change of tenancy does to its half hours; absent: they are deleted. */
  readonly cotMode?: CotMode;
  /** A daily read is taken, and stamped, so long after midnight; 0 to 86,399. */
  readonly dailyReadDelaySeconds: number;
  /** A second import register of its own. */
  readonly twinElement: boolean;
  /** Share of its homes with generation unless the cohort says otherwise; the others export 0. */
  readonly solarShare: number;
  /** Of gas meters only: it counts litres. */
  readonly gas?: GasTraits;
}

/** How a gas meter differs from the plain one. */
export interface GasTraits {
  /** In BST its daily reads are taken, and stamped, at 23:00Z, which is its midnight. */
  readonly snapshotsAt2300: boolean;
  /** Its block counters are reset before the read that ends a billing period is taken. */
  readonly resetsBlockCounters: boolean;
  /** First day of a billing period, 1 to 28 of each month. */
  readonly billingDay: number;
  /** Its half hours can be read for so long at a time; GSMEs only. */
  readonly readHoursMax?: 24;
}

/** A model of electricity meter. */
export interface MeterModel extends Model {
  readonly deviceType: 'ESME';
}

const SINGLE_ELEMENT: MeterModel = {
  name: 'single-element',
  deviceType: 'ESME',
  activeImportCapacity: ACTIVE_IMPORT_ENTRIES,
  reactiveImportCapacity: THREE_MONTHS_ENTRIES,
  exportCapacity: THREE_MONTHS_ENTRIES,
  dailyReadCapacity: DAILY_READS,
  dailyReadDelaySeconds: 0,
  twinElement: false,
  solarShare: SOLAR_SHARE,
};

export const METER_MODELS = {
  'single-element': SINGLE_ELEMENT,
  'twin-element': { ...SINGLE_ELEMENT, name: 'twin-element', twinElement: true },
  'secure-like': {
    ...SINGLE_ELEMENT,
    name: 'secure-like',
    activeImportCapacity: SECURE_ACTIVE_IMPORT_ENTRIES,
  },
  'short-daily-log': {
    ...SINGLE_ELEMENT,
    name: 'short-daily-log',
    dailyReadCapacity: SHORT_DAILY_READS,
  },
  'late-daily-read': {
    ...SINGLE_ELEMENT,
    name: 'late-daily-read',
    dailyReadDelaySeconds: LATE_DAILY_READ_SECONDS,
  },
  export: { ...SINGLE_ELEMENT, name: 'export', solarShare: 1 },
  'cot-restrict': { ...SINGLE_ELEMENT, name: 'cot-restrict', cotMode: 'restrict' },
  'cot-none': { ...SINGLE_ELEMENT, name: 'cot-none', cotMode: 'none' },
  'import-only': { ...SINGLE_ELEMENT, name: 'import-only', exportCapacity: 0, solarShare: 0 },
} as const satisfies Record<string, MeterModel>;

export type ModelName = keyof typeof METER_MODELS;

/** Every word that a fleet file may say for `model`. */
export const MODEL_NAMES = Object.keys(METER_MODELS) as readonly ModelName[];
