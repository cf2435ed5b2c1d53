// The world as the inspector sees it. The emulator's side is handed in by whoever puts the parts
// together, by shape: nothing here knows a fleet or a clock by name.

import type { Gateway } from '../gateway/gateway.ts';
import type { Clock } from '../gateway/protocol/clock.ts';
import type { Eui64 } from '../gateway/protocol/eui64.ts';
import type { Checked } from '../gateway/protocol/json-check.ts';
import type { ProfileSrv } from '../gateway/protocol/log-entries.ts';
import type { ReadSrv } from '../gateway/protocol/service-reference.ts';
import type { Tally } from '../gateway/protocol/tally.ts';
import type { Core } from '../gateway/s1sp/core.ts';
import type { MeterCommand, MeterRead, MeterReply } from '../gateway/s1sp/meter-network.ts';
import type { ClockControls } from '../gateway/server/clock-page.ts';

/** The clock, with the controls that its kind has. */
export interface WorldClock extends Clock, ClockControls {
  /**
   * Moves a clock that stands still to `ms`, everything due until then having happened, or to where
   * it is paused on the way. Rejects with a RangeError when `ms` has passed.
   */
  advanceTo(ms: number): Promise<void>;
}

/** A cohort: a range of devices, numbered and named one after the other. */
export interface WorldCohort {
  readonly name: string;
  readonly deviceType: string;
  readonly model: string;
  readonly wan: string;
  readonly firstDevice: number;
  readonly count: number;
  readonly firstDeviceId: Eui64;
}

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

/** Cumulative registers, Wh (of gas litres) and VArh. */
export interface WorldRegisters {
  readonly activeImportWh: number;
  readonly touWh: readonly number[];
  readonly secondaryImportWh?: number;
  readonly secondaryTouWh?: readonly number[];
  readonly activeExportWh: number;
  readonly reactiveImportVarh: number;
  readonly reactiveExportVarh: number;
}

/** The meters. Looking at them changes nothing anywhere. */
export interface WorldMeters {
  /** What the meter would reply at `nowSeconds`, of what it holds itself. */
  look(read: MeterRead, nowSeconds: number): MeterReply;
  /** The same with the faults of the log over it, as whoever asks would get it. */
  lookAsRead(read: MeterRead, nowSeconds: number): MeterReply;
  /** Its registers at the stamp `halfHour`. */
  registers(device: number, halfHour: number): WorldRegisters;
  /** Its bytes. Valid until the next look. */
  image(device: number, nowSeconds: number): MeterImage;
  isReal(device: number): boolean;
  /** Bytes of all banks together, taken or reserved. */
  readonly memoryBytes: number;
  /** Told of every command that a meter processes; undefined: nobody is. */
  onCommand(told: ((command: MeterCommand, reply: MeterReply) => void) | undefined): void;
  // What follows changes a meter.
  /** Writes its logs out and brings them up to date; false where there is no room left. */
  makeReal(device: number, nowSeconds: number): boolean;
  /** False where its log holds no such half hour. */
  setEntry(
    device: number,
    srv: ProfileSrv,
    halfHour: number,
    value: number,
    column: number,
  ): boolean;
  /** False where its log holds no such read; an `amount` below 0 takes the read out. */
  setDailyRead(device: number, day: number, register: number, amount: number): boolean;
}

/** Faults made on purpose. What a fault may say is the emulator's affair. */
export interface WorldFaults {
  list(): readonly object[];
  /** Adds a fault as data, or says what is wrong with it. */
  add(fault: unknown): Checked<object>;
  /** False where there is no such fault. */
  remove(id: string): boolean;
  /** How many there were. */
  clear(): number;
}

/** Who may ask, as far as others may know of it: never the token itself. */
export interface WorldParty {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly status: string;
  readonly hasToken: boolean;
}

/** What is in a snapshot file. */
export interface SnapshotView {
  readonly file: string;
  readonly bytes: number;
  /** Virtual time, ISO 8601. */
  readonly now: string;
  readonly containsReadings: boolean;
  /** Answers with readings that waited for their Parties and are not in it. */
  readonly answersLeftOut: number;
}

/** Snapshots of the whole world. Both reject with a `SnapshotError` that says how to go on. */
export interface WorldSnapshots {
  /** `file` is on the gateway's machine. */
  save(file: string, withReadings: boolean): Promise<SnapshotView>;
  /** Has the world of a file take this one's place, as soon as the answer is on its way. */
  load(file: string): Promise<SnapshotView>;
}

export interface World {
  readonly seed: number;
  readonly clock: WorldClock;
  readonly cohorts: readonly WorldCohort[];
  readonly meters: WorldMeters;
  readonly gateway: Pick<
    Gateway,
    | 'cache'
    | 'devices'
    | 'cohortCounts'
    | 'inFlight'
    | 'activeSchedules'
    | 'armedBy'
    | 'observe'
    | 'isObserved'
  >;
  readonly tally: Tally;
  readonly faults?: WorldFaults;
  readonly snapshots?: WorldSnapshots;
  readonly parties?: readonly WorldParty[];
}

/** Of each log that the monitor names, the SRV that reads it. */
export const LOGS = {
  import: '4.8.1',
  export: '4.8.3',
  reactive: '4.8.2',
  daily: '4.6.1',
} as const satisfies Record<string, ReadSrv>;
export type LogName = keyof typeof LOGS;

/** Virtual time in whole seconds. */
export function nowSecondsOf(world: World): number {
  return Math.floor(world.clock.nowMs() / 1000);
}
