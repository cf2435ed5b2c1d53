// How a bank of meters is laid out: what it is of, and the one instance of the memory core sized
// for it. Nothing grows afterwards.

import { NO_ENTRY } from '../gateway/protocol/log-entries.ts';
import type { Core, CoreBuild } from '../gateway/s1sp/core.ts';
import type { Recording } from './half-hourly-csv.ts';
import type { GasTraits, Model } from './meters/models.ts';

const DAY_SECONDS = 86_400;

/** Meters of a bank that can be made real unless told otherwise: at 135 KB each, 34 MB at most. */
const REAL_METERS_DEFAULT = 256;

export interface MeterBankOptions {
  readonly model: Model;
  readonly meterCount: number;
  /** Unsigned 32-bit. */
  readonly seed: number;
  /** Fleet-wide number of the bank's first meter: decides who lives there. */
  readonly firstMeter: number;
  /** UTC midnight. */
  readonly commissionedSeconds: number;
  /** Share of homes with generation, 0 to 1. */
  readonly solarShare: number;
  /** Replayed by every meter instead of its household. */
  readonly recording?: Recording;
  /** Meters that can be made real at the same time; their memory is reserved, not used. */
  readonly realMeterCount?: number;
  readonly build?: CoreBuild;
}

/** An unsigned 32-bit number. */
export function isWord(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= NO_ENTRY;
}

/** Sizes the instance's memory and gives it its recording. */
export function layOut(core: Core, options: MeterBankOptions): void {
  const { model, meterCount, recording } = options;
  const { gas } = model;
  const commissionedDay = options.commissionedSeconds / DAY_SECONDS;
  const realMeterCount = options.realMeterCount ?? Math.min(meterCount, REAL_METERS_DEFAULT);
  const words = { meterCount, realMeterCount, commissionedDay, seed: options.seed };
  for (const [name, value] of Object.entries({ ...words, firstMeter: options.firstMeter })) {
    if (!isWord(value)) throw new RangeError(`${name} cannot be ${value}`);
  }
  const modelStatus = core.setMeterModel(
    model.activeImportCapacity,
    model.reactiveImportCapacity,
    model.exportCapacity,
    model.dailyReadCapacity,
    model.dailyReadDelaySeconds,
    model.twinElement ? 1 : 0,
  );
  if (modelStatus < 0 || (gas !== undefined && setGas(core, gas) < 0)) {
    throw new RangeError(`no meter can be of the model ${model.name}`);
  }
  const status = core.initMeters(
    meterCount,
    realMeterCount,
    options.seed,
    options.firstMeter,
    commissionedDay,
    options.solarShare,
    recording?.firstHalfHour ?? 0,
    recording?.wh.length ?? 0,
  );
  if (status === core.NO_MEMORY.value) {
    throw new RangeError(`${meterCount} meters do not fit one bank of 2 GiB`);
  }
  if (status < 0) throw new RangeError(`no bank of ${meterCount} meters with such options`);
  for (const wh of recording?.wh ?? []) {
    if (core.appendRecorded(wh) < 0) throw new RangeError('the recording is too large to count');
  }
}

function setGas(core: Core, gas: GasTraits): number {
  const { snapshotsAt2300, resetsBlockCounters, billingDay } = gas;
  if (!isWord(billingDay)) return core.OUT_OF_RANGE.value;
  return core.setGasModel(snapshotsAt2300 ? 1 : 0, resetsBlockCounters ? 1 : 0, billingDay);
}
