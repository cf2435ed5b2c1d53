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
 * VArh, or {@link NO_ENTRY} in every column. `columns` are in the order of `PROFILE_COLUMNS`; a
 * single-element meter has one column for 4.8.1.
 *
 * A view may lie in a memory bank: valid until the next call into that bank, so take a copy to
 * keep.
 */
export interface Profile {
  firstHalfHour: number;
  count: number;
  columns: Uint32Array[];
}

/** One entry of the Daily Read Log: cumulative registers, Wh, at `timestamp` (UTC seconds). */
export interface DailyRead {
  timestamp: number;
  elecActiveImportRegisterConsumption: number;
  tariffTOURegisterMatrixValue: number[];
  secondaryActiveImportRegisterConsumption?: number;
  secondaryTariffTOURegisterMatrixValue?: number[];
}
