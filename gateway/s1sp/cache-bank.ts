// The door to one bank of cache slots. Entries cross through the bank's scratch region; nothing
// but numbers crosses otherwise. What is stored and for how long is the memory core's own rule
// [AM 18.21(k), 18.22(h), 18.24(f)].

import { DAY_SECONDS } from '../protocol/half-hours.ts';
import { type DailyRead, NO_ENTRY, type Profile } from '../protocol/log-entries.ts';
import type { BankDevices } from './bank-ranges.ts';
import { type Core, type CoreBuild, instantiateCore, viewU32 } from './core.ts';

/** A bank could not be laid out; the message says how many slots were asked for. */
export class CacheBankError extends Error {}

export type HalfHourRing = 'import' | 'export';
export type CacheRing = HalfHourRing | 'daily';

/** How a look-up ended. `expired` is a miss whose entries were there and grew too old. */
export type LookUpResult = 'hit' | 'partial' | 'miss' | 'expired';

/** A partly known period: what the cache does not know is `unknown` in the columns. */
export interface HalfHoursFound {
  readonly result: LookUpResult;
  /** On a hit trimmed to the entries the meter has; else the stretch that the ring stands for. */
  readonly profile: Profile;
}

export interface DailyReadsFound {
  readonly result: LookUpResult;
  readonly reads: DailyRead[];
  /** Days of the period that the cache knows about, with a read or without. */
  readonly knownDays: number[];
}

export class CacheBank {
  readonly #core: Core;
  readonly #found: Int32Array;
  readonly #columns: readonly [Uint32Array, Uint32Array];
  #lastFound: readonly [Uint32Array, Uint32Array];
  readonly #rows: Uint32Array;
  readonly #rings: Readonly<Record<CacheRing, number>>;
  readonly #results: readonly LookUpResult[];
  readonly #twin: boolean;
  // Constants of the core are read once: each time it would be a call out of the machine code.
  readonly #ringCapacity: number;
  /** In a found column: the cache does not know this entry. */
  readonly unknown: number;

  /**
   * Takes all the memory the bank will ever use; what is not touched costs nothing. `devices` are
   * all that there are, in the order of their identifiers.
   */
  constructor(
    slotCount: number,
    twinElement: boolean,
    devices: readonly BankDevices[],
    build: CoreBuild = 'release',
  ) {
    const core = instantiateCore(build);
    const ok = core.OK.value;
    if (core.initCache(slotCount, twinElement ? 1 : 0) !== ok) {
      throw new CacheBankError(`a cache bank cannot have ${slotCount} slots`);
    }
    for (const { firstDeviceId, count, index } of devices) {
      if (core.addDevices(firstDeviceId.high, firstDeviceId.low, count, index) !== ok) {
        const what = `${devices.length} ranges of devices`;
        throw new CacheBankError(`a cache bank of ${slotCount} slots cannot have ${what}`);
      }
    }
    this.#core = core;
    this.#twin = twinElement;
    this.#ringCapacity = core.RING_CAPACITY.value;
    const scratch = core.cacheScratchAddress();
    const rows = scratch + core.OFF_SCRATCH_ROWS.value;
    const rowCount = core.SCRATCH_ROWS.value;
    this.#found = new Int32Array(core.memory.buffer, scratch, core.OFF_SCRATCH_ROWS.value / 4);
    this.#columns = [viewU32(core, rows, rowCount), viewU32(core, rows + 4 * rowCount, rowCount)];
    this.#lastFound = this.#columns;
    this.#rows = viewU32(core, rows, core.DAILY_CAPACITY.value * core.DAILY_ROW_WORDS.value);
    this.#rings = {
      import: core.RING_IMPORT.value,
      export: core.RING_EXPORT.value,
      daily: core.RING_DAILY.value,
    };
    const results: LookUpResult[] = [];
    results[core.HIT.value] = 'hit';
    results[core.PARTIAL.value] = 'partial';
    results[core.MISS.value] = 'miss';
    results[core.EXPIRED.value] = 'expired';
    this.#results = results;
    this.unknown = core.UNKNOWN.value >>> 0;
  }

  get twinElement(): boolean {
    return this.#twin;
  }

  /** The instance itself, for those who look at its memory. */
  get core(): Core {
    return this.#core;
  }

  /**
   * Looks stamps `from` to `to` up, both inclusive. The columns are views into the bank: valid
   * until its next verb.
   */
  lookUpProfile(
    high: number,
    low: number,
    ring: HalfHourRing,
    from: number,
    to: number,
    nowSeconds: number,
  ): HalfHoursFound {
    const status = this.#core.lookUpProfile(high, low, this.#rings[ring], from, to, nowSeconds);
    const first = this.#found[0] ?? 0;
    const count = this.#found[1] ?? 0;
    const [primary, second] = this.#foundColumns(count);
    const columns = this.#columnCount(ring) === 2 ? [primary, second] : [primary];
    return { result: this.#result(status), profile: { firstHalfHour: first, count, columns } };
  }

  /**
   * Stores the meter's answer for stamps `from` to `to`. Returns the number of entries the bank
   * knows anew. Throws a RangeError for a device that is not of this bank.
   */
  storeProfile(
    high: number,
    low: number,
    ring: HalfHourRing,
    from: number,
    to: number,
    profile: Profile | null,
    nowSeconds: number,
  ): number {
    // A ring stands for the newest stamps only; what lies further back need not cross.
    const first = Math.max(profile?.firstHalfHour ?? from, to - this.#ringCapacity + 1);
    const skipped = first - (profile?.firstHalfHour ?? from);
    const count = profile === null ? 0 : Math.max(profile.count - skipped, 0);
    const columnCount = this.#columnCount(ring);
    for (let c = 0; c < columnCount; c++) {
      const source = profile?.columns[c];
      const column = this.#columns[c] as Uint32Array;
      if (source === undefined) column.fill(NO_ENTRY, 0, count);
      else for (let i = 0; i < count; i++) column[i] = source[skipped + i] as number;
    }
    const ringNumber = this.#rings[ring];
    return this.#stored(
      this.#core.storeProfile(high, low, ringNumber, from, to, first, count, nowSeconds),
    );
  }

  /**
   * Looks up the reads of midnights `fromDay` to `toDay`; see `daily-cache.ts` for the last day.
   */
  lookUpDaily(
    high: number,
    low: number,
    fromDay: number,
    toDay: number,
    throughSeconds: number,
    nowSeconds: number,
  ): DailyReadsFound {
    const core = this.#core;
    const status = core.lookUpDaily(high, low, fromDay, toDay, throughSeconds, nowSeconds);
    const result = this.#result(status);
    const [first = 0, count = 0, known = 0] = this.#found;
    const knownDays: number[] = [];
    for (let bit = 0; known >> bit !== 0; bit++)
      if ((known >> bit) & 1) knownDays.push(first + bit);
    const reads: DailyRead[] = [];
    for (let row = 0; row < count; row++) reads.push(this.#readRow(row));
    return { result, reads, knownDays };
  }

  /** Stores the meter's answer for midnights `fromDay` to `toDay`, reads rising by timestamp. */
  storeDaily(
    high: number,
    low: number,
    fromDay: number,
    toDay: number,
    throughSeconds: number,
    reads: readonly DailyRead[],
    nowSeconds: number,
  ): number {
    const kept = reads.slice(-this.#core.DAILY_CAPACITY.value);
    kept.forEach((read, row) => {
      this.#writeRow(row, read);
    });
    return this.#stored(
      this.#core.storeDaily(high, low, fromDay, toDay, throughSeconds, kept.length, nowSeconds),
    );
  }

  /**
   * Second at which the oldest cached entry of stamps (days) `from` to `to` was stored; 0 for none.
   */
  oldestStored(high: number, low: number, ring: CacheRing, from: number, to: number): number {
    // The core counts seconds unsigned, past the 31 bits that a result has.
    const seconds =
      ring === 'daily'
        ? this.#core.oldestDailyStored(high, low, from, to)
        : this.#core.oldestProfileStored(high, low, this.#rings[ring], from, to);
    return seconds >>> 0;
  }

  /** From now on only Parties registered for the device may ask it, if it has a slot. */
  markByRegistration(high: number, low: number): void {
    this.#core.markByRegistration(high, low);
  }

  /** Erases a device's ring to zeros and disarms it. */
  disarm(high: number, low: number, ring: CacheRing): void {
    this.#core.disarm(high, low, this.#rings[ring]);
  }

  /** Erases what has reached 25 hours, in at most `ringsMax` rings; true when that was all. */
  sweep(nowSeconds: number, ringsMax: number): boolean {
    return this.#core.sweep(nowSeconds, ringsMax) < ringsMax;
  }

  /** Second at which the next entry reaches 25 hours; 0 when nothing is stored. */
  nextExpirySeconds(): number {
    return this.#core.nextExpirySeconds() >>> 0;
  }

  get entries(): number {
    return this.#core.cachedEntries();
  }

  get devices(): number {
    return this.#core.cachedDevices();
  }

  /** Bytes of memory that the devices stored now take, of the bank's reserved memory. */
  get bytesInUse(): number {
    const { SLOT_SIZE, TWIN_SLOT_SIZE } = this.#core;
    return this.devices * (this.#twin ? TWIN_SLOT_SIZE : SLOT_SIZE).value;
  }

  /** Views on the first `count` rows, those of the last look-up where it found as many. */
  #foundColumns(count: number): readonly [Uint32Array, Uint32Array] {
    if (this.#lastFound[0].length !== count) {
      const [primary, second] = this.#columns;
      this.#lastFound = [primary.subarray(0, count), second.subarray(0, count)];
    }
    return this.#lastFound;
  }

  #columnCount(ring: HalfHourRing): 1 | 2 {
    return ring === 'export' || this.#twin ? 2 : 1;
  }

  #result(status: number): LookUpResult {
    const result = this.#results[status];
    if (result === undefined) throw new RangeError(`cache look-up refused: status ${status}`);
    return result;
  }

  #stored(status: number): number {
    if (status < 0) throw new RangeError(`cache store refused: status ${status}`);
    return status;
  }

  #readRow(row: number): DailyRead {
    const words = this.#core.DAILY_ROW_WORDS.value;
    const [day = 0, late = 0, importWh = 0, ...rest] = this.#rows.subarray(
      row * words,
      (row + 1) * words,
    );
    const tou = this.#core.TOU_REGISTERS.value;
    const read: DailyRead = {
      timestamp: day * DAY_SECONDS + late,
      elecActiveImportRegisterConsumption: importWh,
      tariffTOURegisterMatrixValue: rest.slice(0, tou),
    };
    if (this.#twin) {
      read.secondaryActiveImportRegisterConsumption = rest[tou] ?? 0;
      read.secondaryTariffTOURegisterMatrixValue = rest.slice(tou + 1, 2 * tou + 1);
    }
    return read;
  }

  #writeRow(row: number, read: DailyRead): void {
    const words = this.#core.DAILY_ROW_WORDS.value;
    const day = Math.floor(read.timestamp / DAY_SECONDS);
    const values = [
      day,
      read.timestamp - day * DAY_SECONDS,
      read.elecActiveImportRegisterConsumption,
      ...read.tariffTOURegisterMatrixValue,
      read.secondaryActiveImportRegisterConsumption ?? 0,
      ...(read.secondaryTariffTOURegisterMatrixValue ?? []),
    ];
    // What a read does not have is zero, and not what the row before had there.
    this.#rows.fill(0, row * words, (row + 1) * words);
    this.#rows.set(values.slice(0, words), row * words);
  }
}
