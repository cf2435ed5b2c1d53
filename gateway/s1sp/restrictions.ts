// Changes of tenancy in force: from the moment that a RestrictionDateTime comes, half hours stamped
// at or before it are no longer given out [AM 18.22(e), 18.23(d), 18.24(d); decision R18 to R21].

import { HALF_HOUR_SECONDS } from '../protocol/half-hours.ts';
import { type Profile, trimmed } from '../protocol/log-entries.ts';
import { SIGNED, WHOLE } from '../protocol/plain-entries.ts';
import { type Static, Type } from '../protocol/schema.ts';
import type { LogAnswer } from '../protocol/service-response.ts';

/** Restrictions to come that are kept of one device; the latest of them win in the end anyway. */
const TO_COME_MAX = 32;

export const RESTRICTIONS_STATE = Type.Array(
  Type.Object({ device: WHOLE, times: Type.Array(SIGNED, { maxItems: TO_COME_MAX }) }),
);
export type RestrictionsState = Static<typeof RESTRICTIONS_STATE>;

export class Restrictions {
  /** RestrictionDateTimes of a device, UTC seconds, rising. */
  readonly #times = new Map<number, number[]>();

  /** Keeps a restriction, past or to come. Past ones that a later one has overtaken are dropped. */
  add(device: number, restrictionSeconds: number, nowSeconds: number): void {
    const times = [...(this.#times.get(device) ?? []), restrictionSeconds].sort((a, b) => a - b);
    const overtaken = times.filter((time) => time <= nowSeconds).length - 1;
    this.#times.set(device, times.slice(Math.max(overtaken, times.length - TO_COME_MAX, 0)));
  }

  /** RestrictionDateTimes by device. */
  state(): RestrictionsState {
    return [...this.#times].map(([device, times]) => ({ device, times: [...times] }));
  }

  /** Takes a state over. */
  restore(state: RestrictionsState): void {
    for (const { device, times } of state) this.#times.set(device, [...times]);
  }

  /** Devices that have had one. */
  devices(): Iterable<number> {
    return this.#times.keys();
  }

  /** No device has had any. */
  get isEmpty(): boolean {
    return this.#times.size === 0;
  }

  /** The latest restriction of a device that has come, UTC seconds; undefined without one. */
  inForce(device: number, nowSeconds: number): number | undefined {
    return this.#times.get(device)?.findLast((time) => time <= nowSeconds);
  }
}

/** A log without the half hours stamped at or before a restriction; daily reads stay. */
export function withoutRestricted(log: LogAnswer, restrictionSeconds: number): LogAnswer {
  if (log.srv === '4.6.1' || log.profile === null) return log;
  const first = Math.floor(restrictionSeconds / HALF_HOUR_SECONDS) + 1;
  return { ...log, profile: rowsFrom(log.profile, first) };
}

function rowsFrom(profile: Profile, first: number): Profile | null {
  const skipped = Math.max(first - profile.firstHalfHour, 0);
  if (skipped === 0) return profile;
  return trimmed({
    firstHalfHour: profile.firstHalfHour + skipped,
    count: Math.max(profile.count - skipped, 0),
    columns: profile.columns.map((column) => column.subarray(skipped, profile.count)),
  });
}
