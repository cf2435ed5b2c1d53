// A window on the meters of a bank. Reading a log works in the bank's scratch region, and brings a
// meter made real up to date: who only wants to look reads in a second bank of the same households
// instead, into which the one meter has been copied. The live bank is not written to at all.

import type { Core } from '../gateway/s1sp/core.ts';
import { MeterBank } from './meter-bank.ts';

const HALF_HOURS_A_DAY = 48;
const DAY_SECONDS = 86_400;

/** Where the bytes of one meter lie: its header, and its block of logs from the daily reads on. */
export interface MeterImage {
  readonly core: Core;
  /** Its place in the instance. */
  readonly meter: number;
  /** False: nobody has touched it, and these are the bytes that making it real would write. */
  readonly isReal: boolean;
  readonly headerAddress: number;
  readonly blockAddress: number;
  readonly blockSize: number;
  readonly dailyReadCapacity: number;
}

export class MeterWindow {
  readonly #bank: MeterBank;
  #glass: MeterBank | undefined;
  #shown = 0;

  constructor(bank: MeterBank) {
    this.#bank = bank;
  }

  /** A bank in which `meter` may be read until the next look; what that changes, nobody sees. */
  show(meter: number): MeterBank {
    const glass = this.#clear(meter);
    if (!this.#bank.isReal(meter)) return glass;
    const live = meterHeader(this.#bank.core, meter);
    meterHeader(glass.core, meter).set([FIRST_BLOCK, live[1] ?? 0, live[2] ?? 0]);
    meterBlock(glass, meter).set(meterBlock(this.#bank, meter));
    return glass;
  }

  /** The meter's bytes: those of the bank itself, or of a meter that has none, in the glass. */
  image(meter: number, nowSeconds: number): MeterImage {
    const isReal = this.#bank.isReal(meter);
    const bank = isReal ? this.#bank : this.#realised(meter, nowSeconds);
    const { core, options } = bank;
    const { model } = options;
    return {
      core,
      meter,
      isReal,
      headerAddress: core.meterHeaderAddress(meter),
      ...blockOf(bank, meter),
      dailyReadCapacity: model.dailyReadCapacity,
    };
  }

  /** Has the glass write out the logs of a meter that has none. */
  #realised(meter: number, nowSeconds: number): MeterBank {
    const glass = this.#clear(meter);
    const commissionedDay = glass.options.commissionedSeconds / DAY_SECONDS;
    const from = [FIRST_BLOCK, commissionedDay * HALF_HOURS_A_DAY, commissionedDay];
    meterHeader(glass.core, meter).set(from);
    meterBlock(glass, meter).fill(0);
    glass.makeReal(meter, nowSeconds);
    return glass;
  }

  /** The glass with nobody in its one block. */
  #clear(meter: number): MeterBank {
    this.#glass ??= new MeterBank({ ...this.#bank.options, realMeterCount: 1 });
    meterHeader(this.#glass.core, this.#shown).fill(0);
    this.#shown = meter;
    return this.#glass;
  }
}

/** A block's number is kept plus one. */
const FIRST_BLOCK = 1;

/** The words of a meter's header: block, newest half hour, newest midnight, reserved. */
export function meterHeader(core: Core, meter: number): Uint32Array {
  const words = core.METER_HEADER_SIZE.value / 4;
  return new Uint32Array(core.memory.buffer, core.meterHeaderAddress(meter), words);
}

export function meterBlock(bank: MeterBank, meter: number): Uint8Array {
  const { blockAddress, blockSize } = blockOf(bank, meter);
  return new Uint8Array(bank.core.memory.buffer, blockAddress, blockSize);
}

/** Where the block of a meter made real lies: daily reads, then a ring for each column it has. */
function blockOf(bank: MeterBank, meter: number): { blockAddress: number; blockSize: number } {
  const { core, options } = bank;
  const { model } = options;
  const capacities = new Map([
    [core.LOG_ACTIVE_IMPORT.value, model.activeImportCapacity],
    [core.LOG_REACTIVE_IMPORT.value, model.reactiveImportCapacity],
    [core.LOG_EXPORT.value, model.exportCapacity],
  ]);
  const first = core.meterRingAddress(meter, core.LOG_ACTIVE_IMPORT.value, 0);
  const blockAddress = first - model.dailyReadCapacity * core.DAILY_READ_SIZE.value;
  let end = first;
  for (const [log, capacity] of capacities) {
    for (const column of [0, 1]) {
      const ring = core.meterRingAddress(meter, log, column);
      if (ring > 0) end = Math.max(end, ring + 4 * capacity);
    }
  }
  return { blockAddress, blockSize: end - blockAddress };
}
