// Daily reads as the memory core leaves them, rows of f64 behind the head of its scratch region: a
// stamp, then two halves of a total and four registers. For electricity these are the two elements
// by TOU register; for gas the register by TOU register, and the billing period by block.

import type { DailyRead, GasDailyRead } from '../gateway/protocol/log-entries.ts';
import type { Core } from '../gateway/s1sp/core.ts';

const WORD_SIZE = 8;

export class DailyRows {
  readonly #words: Float64Array;
  readonly #rowWords: number;
  readonly #timestamp: number;
  readonly #primary: number;
  readonly #night: number;
  readonly #secondary: number;
  readonly #secondaryNight: number;

  /** A view on the scratch region of an instance that is laid out. */
  constructor(core: Core) {
    this.#rowWords = core.DAILY_READ_SIZE.value / WORD_SIZE;
    this.#timestamp = core.OFF_DAILY_READ_TIMESTAMP.value / WORD_SIZE;
    this.#primary = core.OFF_DAILY_READ_PRIMARY_WH.value / WORD_SIZE;
    this.#night = core.OFF_DAILY_READ_NIGHT_WH.value / WORD_SIZE;
    this.#secondary = core.OFF_DAILY_READ_SECONDARY_WH.value / WORD_SIZE;
    this.#secondaryNight = core.OFF_DAILY_READ_SECONDARY_NIGHT_WH.value / WORD_SIZE;
    const rows = core.meterScratchAddress() + core.OFF_METER_COLUMNS.value;
    const words = core.DAILY_LOG_CAPACITY_MAX.value * this.#rowWords;
    this.#words = new Float64Array(core.memory.buffer, rows, words);
  }

  /** Row number `row` of an electricity meter, Wh. */
  dailyRead(row: number, twinElement: boolean): DailyRead {
    const read: DailyRead = {
      timestamp: this.#at(row, this.#timestamp),
      elecActiveImportRegisterConsumption: this.#at(row, this.#primary),
      tariffTOURegisterMatrixValue: this.#fourAt(row, this.#night),
    };
    if (!twinElement) return read;
    read.secondaryActiveImportRegisterConsumption = this.#at(row, this.#secondary);
    read.secondaryTariffTOURegisterMatrixValue = this.#fourAt(row, this.#secondaryNight);
    return read;
  }

  /** Row number `row` of a gas meter, litres. */
  gasDailyRead(row: number): GasDailyRead {
    return {
      timestamp: this.#at(row, this.#timestamp),
      gasActiveImportRegisterConsumption: this.#at(row, this.#primary),
      tariffBlockCounterMatrix: this.#fourAt(row, this.#secondaryNight),
      tariffTOURegisterMatrix: this.#fourAt(row, this.#night),
    };
  }

  #at(row: number, word: number): number {
    return this.#words[row * this.#rowWords + word] as number;
  }

  #fourAt(row: number, word: number): number[] {
    return [0, 1, 2, 3].map((place) => this.#at(row, word + place));
  }
}
