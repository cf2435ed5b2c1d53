// The door to a bank of emulated meters: one instance of the memory core holds the meters of one
// cohort. A meter that nobody has touched is a function of (seed, its number); makeReal writes its
// logs out, and they are the truth from then on. Everything that leaves is a copy.

import {
  type DailyRead,
  type GasDailyRead,
  NO_ENTRY,
  PROFILE_COLUMNS,
  type Profile,
  type ProfileSrv,
} from '../gateway/protocol/log-entries.ts';
import { type Core, instantiateCore, viewU32 } from '../gateway/s1sp/core.ts';
import { ColumnPool } from './column-pool.ts';
import { DailyRows } from './daily-rows.ts';
import { isWord, layOut, type MeterBankOptions } from './meter-bank-layout.ts';

export type { MeterBankOptions } from './meter-bank-layout.ts';

const HALF_HOUR_SECONDS = 1800;

/** Cumulative registers since commissioning at one stamp. */
export interface MeterRegisters {
  readonly activeImportWh: number;
  /** Night to 07:00, day to 16:00, peak to 20:00, evening to 24:00, all UTC. */
  readonly touWh: readonly number[];
  readonly secondaryImportWh?: number;
  readonly secondaryTouWh?: readonly number[];
  readonly activeExportWh: number;
  readonly reactiveImportVarh: number;
  readonly reactiveExportVarh: number;
}

export interface GasRegisters {
  readonly gasActiveImportLitres: number;
  readonly touLitres: readonly number[];
}

const TOU_REGISTERS = [1, 2, 3, 4] as const;

export class MeterBank {
  readonly options: MeterBankOptions;
  readonly meterCount: number;
  readonly memoryBytes: number;
  readonly #core: Core;
  readonly #twinElement: boolean;
  readonly #answer: Int32Array;
  readonly #columns: Uint32Array;
  readonly #pool = new ColumnPool();
  readonly #secondColumn: number;
  readonly #daily: DailyRows;
  readonly #logs: Record<ProfileSrv, number>;
  readonly #columnCount: Record<ProfileSrv, number>;

  /** Throws a RangeError for options that make no bank. */
  constructor(options: MeterBankOptions) {
    const core = instantiateCore(options.build);
    layOut(core, options);
    this.options = options;
    this.meterCount = options.meterCount;
    this.memoryBytes = core.memory.buffer.byteLength;
    this.#core = core;
    this.#twinElement = options.model.twinElement;
    const scratch = core.meterScratchAddress();
    const columns = scratch + core.OFF_METER_COLUMNS.value;
    const capacity = core.LOG_CAPACITY_MAX.value;
    this.#answer = new Int32Array(core.memory.buffer, scratch, 2);
    this.#columns = viewU32(core, columns, 2 * capacity);
    this.#secondColumn = core.METER_COLUMN_SIZE.value / 4;
    this.#daily = new DailyRows(core);
    this.#logs = {
      '4.8.1': core.LOG_ACTIVE_IMPORT.value,
      '4.8.2': core.LOG_REACTIVE_IMPORT.value,
      '4.8.3': core.LOG_EXPORT.value,
    };
    this.#columnCount = { '4.8.1': this.#twinElement ? 2 : 1, '4.8.2': 1, '4.8.3': 2 };
  }

  /** The instance itself, for those who look at its memory. */
  get core(): Core {
    return this.#core;
  }

  /**
   * Entries that the meter holds in [startSeconds, endSeconds] at nowSeconds, from the first to the
   * last; null for none. Wh or VArh, of gas litres.
   */
  readProfile(
    meter: number,
    srv: ProfileSrv,
    startSeconds: number,
    endSeconds: number,
    nowSeconds: number,
  ): Profile | null {
    const log = this.#logs[srv];
    const count = this.#core.readMeterProfile(meter, log, startSeconds, endSeconds, nowSeconds);
    if (count <= 0) return count === 0 ? null : refuse(meter, nowSeconds);
    const columns = [this.#pool.copyOf(this.#columns, 0, count)];
    if (this.#columnCount[srv] === 2) {
      columns.push(this.#pool.copyOf(this.#columns, this.#secondColumn, count));
    }
    return { firstHalfHour: this.#answer[0] as number, count, columns };
  }

  /** Daily reads stamped in [startSeconds, endSeconds] that the meter holds then, rising. */
  readDailyReadLog(
    meter: number,
    startSeconds: number,
    endSeconds: number,
    nowSeconds: number,
  ): DailyRead[] {
    const count = this.#readDaily(meter, startSeconds, endSeconds, nowSeconds);
    return Array.from({ length: count }, (_, row) => this.#daily.dailyRead(row, this.#twinElement));
  }

  /** The same of a bank of gas meters, litres. */
  readGasDailyReadLog(
    meter: number,
    startSeconds: number,
    endSeconds: number,
    nowSeconds: number,
  ): GasDailyRead[] {
    const count = this.#readDaily(meter, startSeconds, endSeconds, nowSeconds);
    return Array.from({ length: count }, (_, row) => this.#daily.gasDailyRead(row));
  }

  #readDaily(meter: number, start: number, end: number, nowSeconds: number): number {
    const count = this.#core.readMeterDaily(meter, start, end, nowSeconds);
    return count < 0 ? refuse(meter, nowSeconds) : count;
  }

  /**
   * Writes the meter's logs out as they are at nowSeconds. False when all the room for real logs is
   * taken; true also when it was real before.
   */
  makeReal(meter: number, nowSeconds: number): boolean {
    const status = this.#core.makeReal(meter, nowSeconds);
    if (status === this.#core.OUT_OF_RANGE.value) refuse(meter, nowSeconds);
    return status === this.#core.OK.value;
  }

  /** Whether the meter's logs are written out. */
  isReal(meter: number): boolean {
    const real = this.#core.isReal(meter);
    if (real < 0) refuse(meter, 0);
    return real === 1;
  }

  /**
   * Changes one entry of a meter that has been made real: a value in one column (in the order of
   * PROFILE_COLUMNS), or NO_ENTRY for a gap in all of them. False where its log, as last read,
   * holds no such half hour. Registers do not change with it.
   */
  setEntry(
    meter: number,
    srv: ProfileSrv,
    halfHour: number,
    value: number,
    column: number = 0,
  ): boolean {
    if (!isWord(value) || !isWord(halfHour)) throw new RangeError(`${value} is not an entry`);
    const status = this.#core.pokeEntry(meter, this.#logs[srv], column, halfHour, value);
    if (status === this.#core.OUT_OF_RANGE.value) {
      throw new RangeError(`no meter ${meter} with a ${PROFILE_COLUMNS[srv][column]} column`);
    }
    return status === this.#core.OK.value;
  }

  /** Makes a gap in one log of a meter made real. False where there is no such entry. */
  eraseEntry(meter: number, srv: ProfileSrv, halfHour: number): boolean {
    return this.setEntry(meter, srv, halfHour, NO_ENTRY);
  }

  /**
   * Changes one register of the daily read of midnight `day` (since the epoch) of a meter that has
   * been made real: 0 the primary one, 1 to 4 its TOU registers, 5 the secondary, 6 to 9 its TOU
   * registers; of gas 6 to 9 are the block counters. False where its log holds no such read.
   */
  setDailyRead(meter: number, day: number, register: number, energyWh: number): boolean {
    if (!(energyWh >= 0)) throw new RangeError(`a register cannot stand at ${energyWh}`);
    return this.#pokeDailyRead(meter, day, register, energyWh);
  }

  /** Takes the daily read of midnight `day` out of the log. False where there is no such read. */
  eraseDailyRead(meter: number, day: number): boolean {
    return this.#pokeDailyRead(meter, day, 0, -1);
  }

  #pokeDailyRead(meter: number, day: number, register: number, energyWh: number): boolean {
    const status = this.#core.pokeDailyRead(meter, day, register, energyWh);
    if (status === this.#core.OUT_OF_RANGE.value) {
      throw new RangeError(`no meter ${meter} with a register ${register}`);
    }
    return status === this.#core.OK.value;
  }

  /** What a gas meter's register and its TOU registers say at the stamp `halfHour`, litres. */
  gasRegisters(meter: number, halfHour: number): GasRegisters {
    const { activeImportWh: gasActiveImportLitres, touWh: touLitres } = this.registers(
      meter,
      halfHour,
    );
    return { gasActiveImportLitres, touLitres };
  }

  /** What the meter's registers say at the stamp `halfHour`; before commissioning, 0. */
  registers(meter: number, halfHour: number): MeterRegisters {
    const core = this.#core;
    const at = (register: number): number => {
      const energy = core.registerOf(meter, register, halfHour);
      return energy < 0 ? refuse(meter, halfHour * HALF_HOUR_SECONDS) : energy;
    };
    const primary = core.REGISTER_PRIMARY.value;
    const secondary = core.REGISTER_SECONDARY.value;
    return {
      activeImportWh: at(primary),
      touWh: TOU_REGISTERS.map((register) => at(primary + register)),
      ...(this.#twinElement && {
        secondaryImportWh: at(secondary),
        secondaryTouWh: TOU_REGISTERS.map((register) => at(secondary + register)),
      }),
      activeExportWh: at(core.REGISTER_ACTIVE_EXPORT.value),
      reactiveImportVarh: at(core.REGISTER_REACTIVE_IMPORT.value),
      reactiveExportVarh: at(core.REGISTER_REACTIVE_EXPORT.value),
    };
  }
}

function refuse(meter: number, nowSeconds: number): never {
  throw new RangeError(`no meter ${meter} at ${nowSeconds} s`);
}
