// Whether what came from the cache was armed at all: an ESME without an active DSP Schedule for the
// SRV has nothing cached [AM 18.22(h)]. The answer cannot tell, so the gateway's page of the device
// is asked, for a sample of the hits: one at a time and so many in a run, lest the question be a
// load of its own.

import type { ReadSrv } from '../gateway/protocol/service-reference.ts';

/** The active DSP Schedules of a device. */
export interface ActiveSchedules {
  readonly dspScheduleIds: readonly number[];
  readonly srvs: readonly string[];
}

/** Undefined where the gateway does not tell, or not of all. */
export type ReadSchedules = (deviceId: string) => Promise<ActiveSchedules | undefined>;

/** A hit of the sample. */
export interface SampledHit {
  readonly deviceId: string;
  readonly srv: ReadSrv;
  /** The schedule that the answer names as the one that arms the cache. */
  readonly dspScheduleId: unknown;
}

export const SAMPLED_MAX = 500;

export class ArmedSample {
  /** Hits that were asked about. */
  asked = 0;
  readonly #read: ReadSchedules;
  #underWay: Promise<void> | undefined;

  constructor(read: ReadSchedules) {
    this.#read = read;
  }

  /** Asks about a hit, unless another is being asked about; `unarmed` is called if it had none. */
  take(hit: SampledHit, unarmed: (fault: string) => void): void {
    if (this.#underWay !== undefined || this.asked >= SAMPLED_MAX) return;
    this.asked++;
    this.#underWay = this.#read(hit.deviceId).then((schedules) => {
      this.#underWay = undefined;
      if (schedules !== undefined && !isArmed(hit, schedules)) {
        unarmed(`served from the cache without an active schedule for ${hit.srv}`);
      }
    });
  }

  /** Resolves when the last question has its answer. */
  async settled(): Promise<void> {
    await this.#underWay;
  }
}

/** With `--cache-arming any-srv` it is the schedule of another SRV that the answer names. */
function isArmed({ srv, dspScheduleId }: SampledHit, active: ActiveSchedules): boolean {
  return (
    active.srvs.includes(srv) || active.dspScheduleIds.some((known) => known === dspScheduleId)
  );
}
