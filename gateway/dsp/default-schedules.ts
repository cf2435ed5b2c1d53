// The schedules that a fleet starts with: Daily, yesterday 00:00Z to today 00:00Z, for each cached
// SRV of each scheduled ESME [contract §2]. They are too many for objects: a bit each says whether
// it still stands, and the order in which they run is one sorted array.

import type { DeviceCohort, DeviceInventory, Party } from '../access/inventory.ts';
import type { Agenda } from '../agenda.ts';
import type { Clock, Timer } from '../protocol/clock.ts';
import { DAY_SECONDS, utcDay } from '../protocol/half-hours.ts';
import { WHOLE } from '../protocol/plain-entries.ts';
import { type Static, Type } from '../protocol/schema.ts';
import type { CachedSrv } from '../protocol/service-reference.ts';
import { contradiction } from '../snapshot-error.ts';
import type { Schedule } from './schedule.ts';
import { SPREAD_FROM_SECONDS, SPREAD_SECONDS, spreadSeconds } from './schedule-times.ts';

/** In the order of their bits and identifiers. */
export const DEFAULT_SRVS = ['4.6.1', '4.8.1', '4.8.3'] as const satisfies readonly CachedSrv[];

/** Who owns the schedules of an SRV on devices of a cohort; undefined: there are none. */
export type DefaultOwner = (srv: CachedSrv, cohort: DeviceCohort) => Party | undefined;

export const DEFAULTS_STATE = Type.Object({
  startDay: WHOLE,
  /** A byte for each device, base64. */
  standing: Type.String(),
  next: Type.Union([
    Type.Null(),
    Type.Object({
      day: WHOLE,
      seconds: Type.Integer({ minimum: 0, maximum: 86_399 }),
      place: WHOLE,
    }),
  ]),
});
export type DefaultsState = Static<typeof DEFAULTS_STATE>;

/** What running them takes after a snapshot. */
export interface DefaultRuns {
  readonly clock: Clock;
  readonly run: (schedule: Schedule, day: number) => void;
  readonly agenda: Agenda;
}

export class DefaultSchedules {
  readonly #inventory: DeviceInventory;
  readonly #ownerOf: DefaultOwner;
  #startDay: number;
  /** Bit k of a device's byte: its schedule for DEFAULT_SRVS[k] stands. */
  readonly #standing: Uint8Array;
  #order: RunOrder | undefined;
  /** The next second of a day at which some run; undefined when there are none. */
  #next: NextRuns | undefined;

  constructor(inventory: DeviceInventory, ownerOf: DefaultOwner, startSeconds: number) {
    this.#inventory = inventory;
    this.#ownerOf = ownerOf;
    this.#startDay = utcDay(startSeconds);
    this.#standing = new Uint8Array(inventory.deviceCount);
    const bits = new Map<DeviceCohort, number>();
    for (let device = 0; device < inventory.deviceCount; device++) {
      if (!inventory.startsScheduled(device)) continue;
      const cohort = inventory.cohortOf(device);
      let known = bits.get(cohort);
      if (known === undefined) {
        known = this.#bitsOf(cohort);
        bits.set(cohort, known);
      }
      this.#standing[device] = known;
    }
  }

  /** The schedules that devices of a cohort start with: those that somebody may have read. */
  #bitsOf(cohort: DeviceCohort): number {
    if (cohort.deviceStatus !== 'Commissioned') return 0;
    return DEFAULT_SRVS.reduce(
      (bits, srv, k) => (this.#ownerOf(srv, cohort) === undefined ? bits : bits | (1 << k)),
      0,
    );
  }

  /** Identifiers of default schedules run from 1 to this. */
  get lastId(): number {
    return this.#inventory.deviceCount * DEFAULT_SRVS.length;
  }

  /** Identifier of a device's standing schedule for an SRV, or 0. */
  standing(device: number, srv: CachedSrv): number {
    const k = DEFAULT_SRVS.indexOf(srv);
    return ((this.#standing[device] ?? 0) >> k) & 1 ? device * DEFAULT_SRVS.length + k + 1 : 0;
  }

  /** Whether any default schedule stands on the device; its identifier, or 0. */
  anyStanding(device: number): number {
    if ((this.#standing[device] ?? 0) === 0) return 0;
    return Math.max(...DEFAULT_SRVS.map((srv) => this.standing(device, srv)));
  }

  /** The schedule with this identifier, if it stands. */
  find(dspScheduleId: number): Schedule | undefined {
    const device = Math.floor((dspScheduleId - 1) / DEFAULT_SRVS.length);
    const k = (dspScheduleId - 1) % DEFAULT_SRVS.length;
    const srv = DEFAULT_SRVS[k];
    if (srv === undefined || device >= this.#inventory.deviceCount) return undefined;
    const owner = this.#ownerOf(srv, this.#inventory.cohortOf(device));
    if (owner === undefined || this.standing(device, srv) !== dspScheduleId) return undefined;
    const { high, low } = this.#inventory.eui64Of(device);
    return {
      dspScheduleId,
      owner,
      device,
      details: {
        scheduleFrequency: 'Daily',
        scheduleStartDay: this.#startDay,
        dspScheduledServiceReferenceVariant: srv,
        deviceHigh: high,
        deviceLow: low,
        startDateOffset: -1,
        startSeconds: 0,
        endDateOffset: 0,
        endSeconds: 0,
      },
    };
  }

  /** All that stand on a device. */
  ofDevice(device: number): Schedule[] {
    return DEFAULT_SRVS.flatMap((srv) => {
      const id = this.standing(device, srv);
      return (id === 0 ? undefined : this.find(id)) ?? [];
    });
  }

  /** Takes a schedule away for good. */
  remove(dspScheduleId: number): void {
    const device = Math.floor((dspScheduleId - 1) / DEFAULT_SRVS.length);
    const k = (dspScheduleId - 1) % DEFAULT_SRVS.length;
    this.#standing[device] = (this.#standing[device] ?? 0) & ~(1 << k);
  }

  /** Runs every standing schedule once a day at its device's time, from `clock`'s now on. */
  start(clock: Clock, run: (schedule: Schedule, day: number) => void): void {
    const order = this.#runOrder();
    this.#order = order;
    if (order.devices.length === 0) return;
    const now = Math.ceil(clock.nowMs() / 1000);
    const day = utcDay(now);
    const secondsToday = now - day * DAY_SECONDS;
    const first = order.seconds.findIndex((seconds) => seconds >= secondsToday);
    if (first < 0) this.#runFrom(clock, order, 0, day + 1, run);
    else this.#runFrom(clock, order, first, day, run);
  }

  #runFrom(
    clock: Clock,
    order: RunOrder,
    first: number,
    day: number,
    run: (schedule: Schedule, day: number) => void,
  ): void {
    const seconds = order.seconds[first] ?? 0;
    const timer = clock.schedule((day * DAY_SECONDS + seconds) * 1000, () => {
      let next = first;
      for (; next < order.devices.length && order.seconds[next] === seconds; next++) {
        for (const schedule of this.ofDevice(order.devices[next] ?? 0)) run(schedule, day);
      }
      const wraps = next === order.devices.length;
      this.#runFrom(clock, order, wraps ? 0 : next, wraps ? day + 1 : day, run);
    });
    this.#next = { day, seconds, timer };
  }

  state(): DefaultsState {
    const standing = Buffer.from(this.#standing).toString('base64');
    const { day, seconds, timer } = this.#next ?? {};
    const isSet = day !== undefined && seconds !== undefined && timer !== undefined;
    const next = isSet ? { day, seconds, place: timer.place } : null;
    return { startDay: this.#startDay, standing, next };
  }

  /** Takes a state over: of schedules that this inventory starts with, those that still stand. */
  restore({ startDay, standing, next }: DefaultsState, { clock, run, agenda }: DefaultRuns): void {
    const bits = Buffer.from(standing, 'base64');
    if (bits.length !== this.#standing.length) {
      throw contradiction(`it knows ${bits.length} devices, not ${this.#standing.length}`);
    }
    this.#startDay = startDay;
    this.#standing.forEach((bit, device) => {
      this.#standing[device] = bit & (bits[device] ?? 0);
    });
    this.#next?.timer.cancel();
    this.#next = undefined;
    const order = this.#order;
    if (next === null || order === undefined) return;
    const first = order.seconds.indexOf(next.seconds);
    if (first < 0) throw contradiction('a schedule runs at a time at which none does');
    agenda.add(next.place, () => this.#runFrom(clock, order, first, next.day, run));
  }

  /** Scheduled devices by the second of the day at which they run: a counting sort. */
  #runOrder(): RunOrder {
    const counts = new Uint32Array(SPREAD_SECONDS + 1);
    const spread = new Uint16Array(this.#standing.length);
    let scheduled = 0;
    this.#standing.forEach((bits, device) => {
      if (bits === 0) return;
      const { high, low } = this.#inventory.eui64Of(device);
      const place = spreadSeconds(high, low) - SPREAD_FROM_SECONDS;
      spread[device] = place;
      counts[place + 1] = (counts[place + 1] ?? 0) + 1;
      scheduled++;
    });
    for (let i = 1; i < counts.length; i++) counts[i] = (counts[i] ?? 0) + (counts[i - 1] ?? 0);
    const devices = new Uint32Array(scheduled);
    const seconds = new Uint16Array(scheduled);
    this.#standing.forEach((bits, device) => {
      if (bits === 0) return;
      const place = spread[device] ?? 0;
      const at = counts[place] ?? 0;
      counts[place] = at + 1;
      devices[at] = device;
      seconds[at] = place + SPREAD_FROM_SECONDS;
    });
    return { devices, seconds };
  }
}

interface NextRuns {
  readonly day: number;
  readonly seconds: number;
  readonly timer: Timer;
}

interface RunOrder {
  readonly devices: Uint32Array;
  /** Seconds after midnight, rising, one for each of `devices`. */
  readonly seconds: Uint16Array;
}
