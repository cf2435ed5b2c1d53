// One cohort's share of the WAN: the sessions that it carries, and the line of reads that wait for
// one. Whoever comes first is served first.

import { isInstant, type WanProfile } from './wan-profiles.ts';

/** Waiting reads that have been taken out are swept out of the list when they outnumber this. */
const SWEEP_AT = 1024;

/** One cohort's share of the WAN: its sessions and the line before them. */
export class CohortLine<Read> {
  readonly cohort: number;
  readonly profile: WanProfile;
  readonly instant: boolean;
  sessions = 0;
  #waiting: (Read | undefined)[] = [];
  #head = 0;

  constructor(profile: WanProfile, cohort: number) {
    this.cohort = cohort;
    this.profile = profile;
    this.instant = isInstant(profile);
  }

  get waitingCount(): number {
    return this.#waiting.length - this.#head;
  }

  push(read: Read): void {
    this.#waiting.push(read);
  }

  shift(): Read | undefined {
    const first = this.#waiting[this.#head];
    if (first === undefined) return undefined;
    this.#waiting[this.#head++] = undefined;
    if (this.#head >= SWEEP_AT && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return first;
  }
}
