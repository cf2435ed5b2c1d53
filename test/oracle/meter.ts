// The naive twin of the memory core's meters: half hours as differences of registers, logs without
// rings. What was changed by hand is in a Map, everything else is asked of the household each time.

import type { DailyRead, ProfileSrv } from '../../gateway/protocol/log-entries.ts';
import { type Element, type OracleHousehold, sum } from './household.ts';

const GAP = 0xffff_ffff;

export interface OracleModel {
  readonly activeImportCapacity: number;
  readonly reactiveImportCapacity: number;
  readonly exportCapacity: number;
  readonly dailyReadCapacity: number;
  readonly dailyReadDelaySeconds: number;
  readonly twinElement: boolean;
}

/** A meter: what it holds is asked of the household each time; what was changed is in a Map. */
export class OracleMeter {
  readonly #household: OracleHousehold;
  readonly #model: OracleModel;
  readonly #commissionedDay: number;
  readonly #changed = new Map<string, number[] | null>();
  readonly #changedReads = new Map<number, Map<number, number> | null>();

  constructor(household: OracleHousehold, model: OracleModel, commissionedDay: number) {
    this.#household = household;
    this.#model = model;
    this.#commissionedDay = commissionedDay;
  }

  touRegister(element: Element, band: number, halfHour: number): number {
    const start = this.#household.tou(element, band, this.#commissionedDay * 48);
    return this.#household.tou(element, band, halfHour) - start;
  }

  register(kind: Element | 'export' | 'reactiveImport' | 'reactiveExport', at: number): number {
    const home = this.#household;
    if (kind === 'export') return home.exported(at) - home.exported(this.#commissionedDay * 48);
    if (kind === 'reactiveImport') {
      return Math.floor(this.register('primary', at) * home.reactiveImportRatio);
    }
    if (kind === 'reactiveExport') {
      return Math.floor(this.register('export', at) * home.reactiveExportRatio);
    }
    return sum(
      [0, 1, 2, 3].map((band) => this.touRegister(kind, band, at)),
      4,
    );
  }

  #capacity(srv: ProfileSrv): number {
    if (srv === '4.8.1') return this.#model.activeImportCapacity;
    return srv === '4.8.2' ? this.#model.reactiveImportCapacity : this.#model.exportCapacity;
  }

  /** First and last half hour that the log holds at `now`. */
  held(srv: ProfileSrv, now: number): [number, number] {
    const newest = Math.floor(now / 1800);
    return [Math.max(newest - this.#capacity(srv) + 1, this.#commissionedDay * 48 + 1), newest];
  }

  #entry(srv: ProfileSrv, halfHour: number): number[] | null {
    const changed = this.#changed.get(`${srv} ${halfHour}`);
    if (changed !== undefined) return changed;
    const used = (kind: Parameters<OracleMeter['register']>[0]): number =>
      this.register(kind, halfHour) - this.register(kind, halfHour - 1);
    if (srv === '4.8.2') return [used('reactiveImport')];
    if (srv === '4.8.3') return [used('export'), used('reactiveExport')];
    return this.#model.twinElement ? [used('primary'), used('secondary')] : [used('primary')];
  }

  /** Changes a held entry: a value of one column, or null for a gap. */
  poke(srv: ProfileSrv, halfHour: number, column: number, value: number | null): void {
    const entry = this.#entry(srv, halfHour);
    const columns = srv === '4.8.3' || (srv === '4.8.1' && this.#model.twinElement) ? 2 : 1;
    const values = entry ?? Array<number>(columns).fill(0);
    this.#changed.set(
      `${srv} ${halfHour}`,
      value === null ? null : values.map((old, i) => (i === column ? value : old)),
    );
  }

  /** Entries in [start, end] as plain columns, gaps at both ends cut off. */
  profile(srv: ProfileSrv, start: number, end: number, now: number) {
    const [oldest, newest] = this.held(srv, now);
    const rows: [number, number[] | null][] = [];
    for (let h = Math.max(oldest, Math.ceil(start / 1800)); h <= newest && h * 1800 <= end; h++) {
      rows.push([h, this.#entry(srv, h)]);
    }
    while (rows.length > 0 && rows[0]?.[1] === null) rows.shift();
    while (rows.length > 0 && rows.at(-1)?.[1] === null) rows.pop();
    const [first] = rows;
    if (first === undefined) return null;
    const columns = (first[1] ?? []).map((_, c) => rows.map(([, entry]) => entry?.[c] ?? GAP));
    return { firstHalfHour: first[0], count: rows.length, columns };
  }

  /** Midnights whose reads the log can hold at `now`. */
  heldDays(now: number): [number, number] {
    const newest = Math.floor((now - this.#model.dailyReadDelaySeconds) / 86_400);
    const oldest = newest - this.#model.dailyReadCapacity + 1;
    return [Math.max(oldest, this.#commissionedDay + 1), newest];
  }

  /** Changes a register of a held daily read, or takes the read away. */
  pokeRead(day: number, register: number, value: number | null): void {
    const changed = this.#changedReads.get(day);
    if (value === null) this.#changedReads.set(day, null);
    else if (changed !== null) {
      this.#changedReads.set(day, new Map(changed).set(register, value));
    }
  }

  dailyReads(start: number, end: number, now: number): DailyRead[] {
    const reads: DailyRead[] = [];
    const [oldest, newest] = this.heldDays(now);
    for (let day = oldest; day <= newest; day++) {
      const timestamp = day * 86_400 + this.#model.dailyReadDelaySeconds;
      const changed = this.#changedReads.get(day);
      if (timestamp < start || timestamp > end || changed === null) continue;
      const at = day * 48;
      const tou = (element: Element): number[] =>
        [0, 1, 2, 3].map((band) => this.touRegister(element, band, at));
      const [p, s] = [tou('primary'), tou('secondary')];
      const values = [sum(p, 4), ...p, sum(s, 4), ...s];
      for (const [register, value] of changed ?? []) values[register] = value;
      reads.push({
        timestamp,
        elecActiveImportRegisterConsumption: values[0] as number,
        tariffTOURegisterMatrixValue: values.slice(1, 5),
        ...(this.#model.twinElement && {
          secondaryActiveImportRegisterConsumption: values[5] as number,
          secondaryTariffTOURegisterMatrixValue: values.slice(6, 10),
        }),
      });
    }
    return reads;
  }
}
