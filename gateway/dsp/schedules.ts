// The DSP's schedules: kept, fired on the clock, removed [DUIS 5.1 to 5.3]. They arm the S1SP's
// cache [AM 18.21(k), 18.22(h), 18.24(f)]: it may hold data of an SRV of a device as long as an
// active schedule matches, and is erased the moment that the last one goes [decision R9].

import type { DeviceInventory, Party } from '../access/inventory.ts';
import type { Agenda } from '../agenda.ts';
import type { Clock, Timer } from '../protocol/clock.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { DAY_SECONDS } from '../protocol/half-hours.ts';
import { WHOLE } from '../protocol/plain-entries.ts';
import { type Static, Type } from '../protocol/schema.ts';
import type { CachedSrv, ReadSrv } from '../protocol/service-reference.ts';
import type { ScheduleDetails } from '../protocol/service-request.ts';
import type { KnownWorld } from '../request-under-way.ts';
import {
  DEFAULT_SRVS,
  DEFAULTS_STATE,
  type DefaultOwner,
  DefaultSchedules,
} from './default-schedules.ts';
import { EndDates } from './end-dates.ts';
import { scheduleState as createdState, SCHEDULE_STATE, type Schedule } from './schedule.ts';
import { endSeconds, isActive, nextRunDay, runSeconds } from './schedule-times.ts';

/** Schedules that Parties may create in all: about half a kilobyte each. */
const CREATED_MAX = 1_000_000;

/** Whether a schedule arms its own SRV only, or every cached SRV of its device [decision R4]. */
export type CacheArming = 'same-srv' | 'any-srv';

interface Created extends Schedule {
  timer: Timer | undefined;
  /** Day of the run that the timer is set for; undefined: for the end of its end date. */
  nextDay: number | undefined;
}

export const SCHEDULES_STATE = Type.Object({
  lastId: WHOLE,
  defaults: DEFAULTS_STATE,
  created: Type.Array(
    Type.Interface([SCHEDULE_STATE], { nextDay: Type.Union([WHOLE, Type.Null()]), place: WHOLE }),
    { maxItems: CREATED_MAX },
  ),
});
export type SchedulesState = Static<typeof SCHEDULES_STATE>;

export interface SchedulesParts {
  readonly clock: Clock;
  readonly inventory: DeviceInventory;
  readonly defaultOwner: DefaultOwner;
  readonly cacheArming: CacheArming;
  /** A schedule is due; `day` is the day of the run. */
  readonly run: (schedule: Schedule, day: number) => void;
  /** No active schedule arms this SRV of the device any more. */
  readonly disarmed: (device: number, srv: CachedSrv) => void;
}

export class Schedules {
  readonly #parts: SchedulesParts;
  readonly #defaults: DefaultSchedules;
  readonly #created = new Map<number, Created>();
  readonly #byDevice = new Map<number, Created[]>();
  readonly #endDates = new EndDates();
  #lastId: number;

  constructor(parts: SchedulesParts) {
    this.#parts = parts;
    const { inventory, defaultOwner, clock } = parts;
    this.#defaults = new DefaultSchedules(inventory, defaultOwner, clock.nowMs() / 1000);
    this.#lastId = this.#defaults.lastId;
    this.#defaults.start(clock, parts.run);
  }

  /** The active schedule that arms an SRV of a device: its identifier, or 0. */
  armedBy(device: number, srv: CachedSrv): number {
    const anySrv = this.#parts.cacheArming === 'any-srv';
    const standing = anySrv
      ? this.#defaults.anyStanding(device)
      : this.#defaults.standing(device, srv);
    if (standing !== 0) return standing;
    const now = this.#parts.clock.nowMs() / 1000;
    const active = this.#byDevice.get(device)?.find(({ details }) => {
      const fits = anySrv || details.dspScheduledServiceReferenceVariant === srv;
      return fits && isActive(details, now);
    });
    return active?.dspScheduleId ?? 0;
  }

  /**
   * Since when the active schedules for an SRV of a device reach back together, UTC seconds: all of
   * them are active now, so from the first start on there is no gap. Infinity without one.
   */
  activeSince(device: number, srv: ReadSrv): number {
    const active = this.activeOn(device).filter(({ details }) => {
      return details.dspScheduledServiceReferenceVariant === srv;
    });
    return Math.min(...active.map(({ details }) => details.scheduleStartDay * DAY_SECONDS));
  }

  /** Every schedule that is active on a device, whoever owns it, by rising identifier. */
  activeOn(device: number): Schedule[] {
    const now = this.#parts.clock.nowMs() / 1000;
    return this.#allOf(device).filter(({ details }) => isActive(details, now));
  }

  /** The end date of a schedule has passed, and its cache may not have been erased yet. */
  get isOneOver(): boolean {
    return this.#endDates.earliest * 1000 <= this.#parts.clock.nowMs();
  }

  /** Keeps a new schedule and returns it. A run whose time has passed is skipped [decision R23]. */
  create(owner: Party, device: number, details: ScheduleDetails): Schedule {
    if (this.#created.size >= CREATED_MAX) {
      throw new ProtocolError('BUSY', `the DSP keeps ${CREATED_MAX} created schedules at most`);
    }
    const schedule: Created = {
      dspScheduleId: ++this.#lastId,
      owner,
      device,
      details,
      timer: undefined,
      nextDay: undefined,
    };
    this.#keep(schedule);
    this.#setTimer(schedule, Math.ceil(this.#parts.clock.nowMs() / 1000));
    return schedule;
  }

  #keep(schedule: Created): void {
    const { device, details } = schedule;
    this.#created.set(schedule.dspScheduleId, schedule);
    this.#endDates.add(endSeconds(details));
    const onDevice = this.#byDevice.get(device);
    if (onDevice === undefined) this.#byDevice.set(device, [schedule]);
    else onDevice.push(schedule);
  }

  state(): SchedulesState {
    const created = [...this.#created.values()].map((schedule) => ({
      ...createdState(schedule),
      nextDay: schedule.nextDay ?? null,
      place: schedule.timer?.place ?? 0,
    }));
    return { lastId: this.#lastId, defaults: this.#defaults.state(), created };
  }

  /** Takes a state over, into schedules that nobody has touched. */
  restore(state: SchedulesState, agenda: Agenda, { partyOf, targetOf }: KnownWorld): void {
    const { clock, run } = this.#parts;
    this.#defaults.restore(state.defaults, { clock, run, agenda });
    this.#lastId = state.lastId;
    for (const { nextDay, place, ...carried } of state.created) {
      const { dspScheduleId, details, ownerId } = carried;
      const { device } = targetOf(carried.device);
      const owner = partyOf(ownerId);
      const schedule: Created = {
        ...{ dspScheduleId, owner, device, details, timer: undefined },
        nextDay: nextDay ?? undefined,
      };
      this.#keep(schedule);
      agenda.add(place, () => this.#setTimerFor(schedule));
    }
  }

  /** A Party's own schedule by its identifier. */
  find(owner: Party, dspScheduleId: number): Schedule | undefined {
    const schedule = this.#created.get(dspScheduleId) ?? this.#defaults.find(dspScheduleId);
    return schedule?.owner === owner ? schedule : undefined;
  }

  /** A Party's own schedules on a device, by rising identifier [decision R25]. */
  ofDevice(owner: Party, device: number): Schedule[] {
    return this.#allOf(device).filter((schedule) => schedule.owner === owner);
  }

  /** Takes a schedule away; the cache is erased at once unless another schedule still arms it. */
  remove({ dspScheduleId, device }: Schedule): void {
    const created = this.#created.get(dspScheduleId);
    const armed = this.#armedSrvs(device);
    if (created === undefined) this.#defaults.remove(dspScheduleId);
    else this.#forget(created);
    this.#reportDisarmed(device, armed);
  }

  /** Takes every schedule of a device away, whoever owns it, and returns them. */
  removeAllOf(device: number): Schedule[] {
    const removed = this.#allOf(device);
    for (const schedule of removed) this.remove(schedule);
    return removed;
  }

  #allOf(device: number): Schedule[] {
    return [...this.#defaults.ofDevice(device), ...(this.#byDevice.get(device) ?? [])];
  }

  #forget(created: Created): void {
    created.timer?.cancel();
    this.#created.delete(created.dspScheduleId);
    this.#endDates.remove(endSeconds(created.details));
    const left = this.#byDevice.get(created.device)?.filter((other) => other !== created) ?? [];
    if (left.length === 0) this.#byDevice.delete(created.device);
    else this.#byDevice.set(created.device, left);
  }

  #armedSrvs(device: number): CachedSrv[] {
    return DEFAULT_SRVS.filter((srv) => this.armedBy(device, srv) !== 0);
  }

  #reportDisarmed(device: number, armedBefore: readonly CachedSrv[]): void {
    for (const srv of armedBefore) {
      if (this.armedBy(device, srv) === 0) this.#parts.disarmed(device, srv);
    }
  }

  /**
   * Sets a schedule's timer to its next run at or after a second, or to the end of its end date.
   */
  #setTimer(schedule: Created, fromSeconds: number): void {
    schedule.nextDay = nextRunDay(schedule.details, fromSeconds);
    this.#setTimerFor(schedule);
  }

  #setTimerFor(schedule: Created): void {
    const { clock, run } = this.#parts;
    const { details, nextDay: day } = schedule;
    if (day !== undefined) {
      const due = runSeconds(details, day);
      schedule.timer = clock.schedule(due * 1000, () => {
        this.#setTimer(schedule, due + 1);
        run(schedule, day);
      });
      return;
    }
    schedule.timer = clock.schedule(endSeconds(details) * 1000, () => this.#end(schedule));
  }

  /** The end date has passed: the schedule armed its SRV until this instant. */
  #end(schedule: Created): void {
    const { device, details } = schedule;
    const srv = details.dspScheduledServiceReferenceVariant;
    this.#forget(schedule);
    const armed = this.#parts.cacheArming === 'any-srv' ? [...DEFAULT_SRVS] : [srv];
    this.#reportDisarmed(
      device,
      armed.filter((each): each is CachedSrv => each !== '4.8.2'),
    );
  }
}
