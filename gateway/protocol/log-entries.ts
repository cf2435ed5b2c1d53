// Log entries as they travel between meter, cache and answer: columns for the half hours, rows for
// the few daily reads.

/** In a column: the meter has no entry at that half hour. No meter counts that far. */
export const NO_ENTRY = 0xffff_ffff;

/** DUIS/MMC names of the half-hourly values, first letter lower case. */
export type ProfileColumn =
  | 'primaryValue'
  | 'secondaryValue'
  | 'reactiveEnergyImportedValue'
  | 'activeEnergyExportedValue'
  | 'reactiveEnergyExportedValue';

export const PROFILE_COLUMNS = {
  '4.8.1': ['primaryValue', 'secondaryValue'],
  '4.8.2': ['reactiveEnergyImportedValue'],
  '4.8.3': ['activeEnergyExportedValue', 'reactiveEnergyExportedValue'],
} as const satisfies Record<string, readonly ProfileColumn[]>;

export type ProfileSrv = keyof typeof PROFILE_COLUMNS;

/**
 * Half-hourly entries, dense: row i is stamped `firstHalfHour + i` and holds `columns[c][i]`, Wh or
 * VArh, of a gas meter litres, or {@link NO_ENTRY} in every column. `columns` are in the order of
 * `PROFILE_COLUMNS`; a single-element meter has one column for 4.8.1.
 *
 * A view may lie in a memory bank: valid until the next call into that bank, so take a copy to
 * keep.
 */
export interface Profile {
  firstHalfHour: number;
  count: number;
  columns: Uint32Array[];
}

/** A profile whose columns are its own. */
export function copied({ firstHalfHour, count, columns }: Profile): Profile {
  return { firstHalfHour, count, columns: columns.map((column) => column.slice(0, count)) };
}

/** The same profile from its first entry to its last; null when it holds none. */
export function trimmed(profile: Profile): Profile | null {
  const { firstHalfHour, count, columns } = profile;
  const ends = columns[0];
  if (ends !== undefined && ends[0] !== NO_ENTRY && ends[count - 1] !== NO_ENTRY) return profile;
  const rows = columns[0]?.subarray(0, count);
  const first = rows?.findIndex((value) => value !== NO_ENTRY) ?? -1;
  const last = rows?.findLastIndex((value) => value !== NO_ENTRY) ?? -1;
  if (first < 0) return null;
  return {
    firstHalfHour: firstHalfHour + first,
    count: last - first + 1,
    columns: columns.map((column) => column.subarray(first, last + 1)),
  };
}

/** One entry of the Daily Read Log: cumulative registers, Wh, at `timestamp` (UTC seconds). */
export interface DailyRead {
  timestamp: number;
  elecActiveImportRegisterConsumption: number;
  tariffTOURegisterMatrixValue: number[];
  secondaryActiveImportRegisterConsumption?: number;
  secondaryTariffTOURegisterMatrixValue?: number[];
}

/**
 * One entry of a gas meter's Daily Read Log: cumulative registers, whole litres, at `timestamp`
 * (UTC seconds). An answer gives m³: {@link cubicMetres}.
 */
export interface GasDailyRead {
  timestamp: number;
  gasActiveImportRegisterConsumption: number;
  /** What fell into each block since the billing period began. */
  tariffBlockCounterMatrix: number[];
  tariffTOURegisterMatrix: number[];
}

/** Litres in a cubic metre: gas meters count to the litre, so m³ have three decimals. */
const LITRES_A_CUBIC_METRE = 1000;

/** The number nearest to so many m³; `toFixed(3)` of it is exact. */
export function cubicMetres(litres: number): number {
  return litres / LITRES_A_CUBIC_METRE;
}
