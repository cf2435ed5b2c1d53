// What the meters of the default fleet must answer, recomputed from the seed by the naive household
// of test/oracle. Days are remembered, because many requests ask for the same ones.

import { OracleHousehold } from '../oracle/household.ts';

const COMMISSIONED = (Date.parse('2019-06-01T00:00:00Z') / 86_400_000) * 48;
const SOLAR_SHARE = 0.1;

/** Cumulative registers at a half-hour stamp since commissioning, Wh and VArh. */
interface Registers {
  readonly tou: readonly number[];
  readonly import: number;
  readonly reactiveImport: number;
  readonly export: number;
  readonly reactiveExport: number;
}

export class Truth {
  readonly #seed: number;
  readonly #households = new Map<number, OracleHousehold>();
  readonly #registers = new Map<number, Registers>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Columns of a profile at one stamp. */
  entry(device: number, srv: string, halfHour: number): number[] {
    const now = this.registers(device, halfHour);
    const before = this.registers(device, halfHour - 1);
    if (srv === '4.8.1') return [now.import - before.import];
    if (srv === '4.8.2') return [now.reactiveImport - before.reactiveImport];
    return [now.export - before.export, now.reactiveExport - before.reactiveExport];
  }

  registers(device: number, halfHour: number): Registers {
    const key = device * 4_000_000 + halfHour;
    let known = this.#registers.get(key);
    if (known === undefined) {
      known = this.#compute(device, halfHour);
      this.#registers.set(key, known);
    }
    return known;
  }

  #compute(device: number, halfHour: number): Registers {
    let home = this.#households.get(device);
    if (home === undefined) {
      home = new OracleHousehold(this.#seed, device, SOLAR_SHARE, false);
      this.#households.set(device, home);
    }
    const since = (at: (h: number) => number) =>
      halfHour === COMMISSIONED ? 0 : at(halfHour) - at(COMMISSIONED);
    const tou = [0, 1, 2, 3].map((band) => since((h) => home.tou('primary', band, h)));
    const imported = tou.reduce((sum, value) => sum + value, 0);
    const exported = home.hasPanels ? since((h) => home.exported(h)) : 0;
    return {
      tou,
      import: imported,
      reactiveImport: Math.floor(imported * home.reactiveImportRatio),
      export: exported,
      reactiveExport: Math.floor(exported * home.reactiveExportRatio),
    };
  }
}
