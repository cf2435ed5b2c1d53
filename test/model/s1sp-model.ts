// A simple model of the S1SP and the DSP: what they must answer and what they must ask of meters
// that answer at once. Plain loops over plain lists; it shares with the gateway only words and, for
// schedules without a time, the spread over the night.

import { spreadSeconds } from '../../gateway/dsp/schedule-times.ts';
import { OracleRing } from '../oracle/cache.ts';

const DAY = 86_400;
const HALF_HOUR = 1800;

export type ModelSrv = '4.6.1' | '4.8.1' | '4.8.2' | '4.8.3';

export interface ModelSchedule {
  readonly id: number;
  readonly owner: string;
  readonly device: number;
  readonly srv: ModelSrv;
  readonly every: 'Daily' | 'Weekly' | 'Monthly';
  readonly startDay: number;
  readonly endDay: number | undefined;
  readonly execution: number | undefined;
  readonly startOffset: number;
  readonly startTime: number;
  readonly endOffset: number;
  readonly endTime: number;
}

export interface ModelRead {
  readonly device: number;
  readonly srv: ModelSrv;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** What the model's meters hold: asked by the model, and by the fake meters of the real gateway. */
export interface ModelMeters {
  /** Values at a half hour, or undefined for a gap. */
  entry(device: number, srv: ModelSrv, halfHour: number): number[] | undefined;
  /** Seconds after midnight at which the read of a day is stamped; undefined: there is none. */
  dailyLate(device: number, day: number): number | undefined;
  idOf(device: number): { high: number; low: number };
}

export interface ModelAnswer {
  readonly code: string;
  readonly served?: string;
  /** Half hours with their values, gaps left out. */
  readonly entries?: [number, number[]][];
  /** Stamps of daily reads, seconds. */
  readonly stamps?: number[];
}

export class S1spModel {
  now: number;
  readonly schedules: ModelSchedule[] = [];
  /** Reads of meters since the last look, in order. */
  reads: ModelRead[] = [];
  readonly #meters: ModelMeters;
  readonly #rings = new Map<string, OracleRing>();
  readonly #restrictions: { device: number; seconds: number }[] = [];
  readonly #gone = new Set<number>();

  constructor(meters: ModelMeters, now: number) {
    this.#meters = meters;
    this.now = now;
  }

  // --- what a User asks -----------------------------------------------------------------------

  read(device: number, srv: ModelSrv, start: number, end: number): ModelAnswer {
    if (this.#gone.has(device)) return { code: 'E5' };
    if (srv === '4.8.2' || !this.#armed(device, srv)) {
      this.reads.push({ device, srv, startSeconds: start, endSeconds: end });
      return this.#answer(device, srv, start, end, 'device');
    }
    const known = this.#fillFrom(device, srv, start, end);
    return this.#answer(device, srv, start, end, known);
  }

  create(schedule: ModelSchedule): void {
    this.schedules.push(schedule);
  }

  remove(id: number): void {
    const at = this.schedules.findIndex((schedule) => schedule.id === id);
    const [gone] = this.schedules.splice(at, 1);
    if (gone !== undefined) this.#purgeUnarmed(gone.device, gone.srv);
  }

  restrict(device: number, seconds: number): string {
    if (this.#gone.has(device)) return 'E5';
    this.#restrictions.push({ device, seconds });
    return 'I0';
  }

  decommission(device: number): number {
    this.#gone.add(device);
    const mine = this.schedules.filter((schedule) => schedule.device === device);
    for (const { id } of mine) this.remove(id);
    return mine.length;
  }

  recommission(device: number): void {
    this.#gone.delete(device);
  }

  // --- time -------------------------------------------------------------------------------------

  /** Moves on, running every schedule and every end of one in the order of time. */
  advance(to: number): void {
    for (;;) {
      let next: { at: number; act: () => void } | undefined;
      for (const schedule of this.schedules) {
        const at = this.#nextRun(schedule, to);
        if (at !== undefined && (next === undefined || at < next.at)) {
          next = { at, act: () => this.#run(schedule, at) };
        }
        const end = schedule.endDay === undefined ? undefined : (schedule.endDay + 1) * DAY;
        if (end !== undefined && end <= to && (next === undefined || end < next.at)) {
          next = { at: end, act: () => this.remove(schedule.id) };
        }
      }
      if (next === undefined) break;
      this.now = next.at;
      next.act();
      this.#ran.add(`${next.at}`);
    }
    this.now = to;
  }

  /** Runs that have happened: `schedule at second`. */
  readonly #ran = new Set<string>();

  #nextRun(schedule: ModelSchedule, to: number): number | undefined {
    const { high, low } = this.#meters.idOf(schedule.device);
    const execution = schedule.execution ?? spreadSeconds(high, low);
    for (let day = Math.floor(this.now / DAY); day * DAY + execution <= to; day++) {
      const at = day * DAY + execution;
      if (at < this.now || this.#ran.has(`${schedule.id} at ${at}`)) continue;
      if (day < schedule.startDay || day > (schedule.endDay ?? day)) continue;
      if (runsOn(schedule, day)) return at;
    }
    return undefined;
  }

  #run(schedule: ModelSchedule, at: number): void {
    this.#ran.add(`${schedule.id} at ${at}`);
    const { device, srv } = schedule;
    if (this.#gone.has(device)) return;
    const day = Math.floor(at / DAY);
    const start = (day + schedule.startOffset) * DAY + schedule.startTime;
    const end = (day + schedule.endOffset) * DAY + schedule.endTime;
    const wanted = srv === '4.8.2' ? undefined : this.#wanted(srv, start, end);
    if (wanted === undefined) {
      this.reads.push({ device, srv, startSeconds: start, endSeconds: end });
      return;
    }
    this.#retrieve(device, srv, wanted[0], wanted[1], end);
  }

  // --- the cache --------------------------------------------------------------------------------

  #armed(device: number, srv: ModelSrv): boolean {
    return this.schedules.some(
      (schedule) =>
        schedule.device === device &&
        schedule.srv === srv &&
        this.now >= schedule.startDay * DAY &&
        this.now < ((schedule.endDay ?? 1e9) + 1) * DAY,
    );
  }

  #purgeUnarmed(device: number, srv: ModelSrv): void {
    if (!this.#armed(device, srv)) this.#ring(device, srv).erase();
  }

  #ring(device: number, srv: ModelSrv): OracleRing {
    const key = `${device} ${srv}`;
    let ring = this.#rings.get(key);
    if (ring === undefined) {
      ring = srv === '4.6.1' ? new OracleRing(4, 1) : new OracleRing(97, 48);
      this.#rings.set(key, ring);
    }
    return ring;
  }

  /** First and last stamp (half hour or day) of a period that is not in the future. */
  #wanted(srv: ModelSrv, start: number, end: number): [number, number] | undefined {
    const last = Math.min(end, this.now);
    if (start > last) return undefined;
    const daily = srv === '4.6.1';
    const from = daily ? Math.floor(start / DAY) : Math.ceil(start / HALF_HOUR);
    const to = daily ? Math.floor(last / DAY) : Math.floor(last / HALF_HOUR);
    return from <= to ? [from, to] : undefined;
  }

  /** Reads what is missing, stores it, and says where the answer came from. */
  #fillFrom(device: number, srv: ModelSrv, start: number, end: number): string {
    const wanted = this.#wanted(srv, start, end);
    if (wanted === undefined) return 'cache';
    const [from, to] = wanted;
    const { known } = this.#ring(device, srv).lookUp(
      from,
      to,
      this.#through(srv, to, end),
      this.now,
    );
    const missing: [number, number][] = [];
    for (let stamp = from; stamp <= to; stamp++) {
      if (known.has(stamp)) continue;
      const last = missing.at(-1);
      if (last !== undefined && last[1] === stamp - 1) last[1] = stamp;
      else missing.push([stamp, stamp]);
    }
    for (const [a, b] of missing) this.#retrieve(device, srv, a, b, end);
    if (missing.length === 0) return 'cache';
    return known.size > 0 ? 'mixed' : 'device';
  }

  /** Until how many seconds after its midnight the last day is asked about. */
  #through(srv: ModelSrv, day: number, end: number): number {
    if (srv !== '4.6.1') return 0;
    return Math.min(Math.min(end, this.now) - day * DAY, DAY - 1);
  }

  #retrieve(device: number, srv: ModelSrv, from: number, to: number, end: number): void {
    const daily = srv === '4.6.1';
    const through = this.#through(srv, to, end);
    const startSeconds = from * (daily ? DAY : HALF_HOUR);
    const endSeconds = daily ? to * DAY + through : to * HALF_HOUR;
    this.reads.push({ device, srv, startSeconds, endSeconds });
    const answers = new Map<number, { values: number[]; late: number }>();
    for (let stamp = from; stamp <= to; stamp++) {
      if (daily) {
        const late = this.#meters.dailyLate(device, stamp);
        const inTime = late !== undefined && stamp * DAY + late <= Math.min(endSeconds, this.now);
        if (inTime) answers.set(stamp, { values: [0], late });
      } else {
        const values = this.#meters.entry(device, srv, stamp);
        if (values !== undefined) answers.set(stamp, { values, late: 0 });
      }
    }
    const ring = this.#ring(device, srv);
    ring.expire(this.now);
    ring.store(from, to, answers, through, this.now, daily ? Number.POSITIVE_INFINITY : 65_534);
  }

  // --- answers ----------------------------------------------------------------------------------

  #answer(device: number, srv: ModelSrv, start: number, end: number, served: string): ModelAnswer {
    const last = Math.min(end, this.now);
    if (srv === '4.6.1') {
      const stamps: number[] = [];
      for (let day = Math.floor(start / DAY); day <= Math.floor(last / DAY); day++) {
        const late = this.#meters.dailyLate(device, day);
        const stamp = day * DAY + (late ?? 0);
        if (late !== undefined && stamp >= start && stamp <= last) stamps.push(stamp);
      }
      return { code: 'I0', served, stamps };
    }
    const barred = Math.max(
      ...this.#restrictions
        .filter((each) => each.device === device && each.seconds <= this.now)
        .map((each) => each.seconds),
      Number.NEGATIVE_INFINITY,
    );
    const entries: [number, number[]][] = [];
    for (let h = Math.ceil(start / HALF_HOUR); h * HALF_HOUR <= last; h++) {
      const values = this.#meters.entry(device, srv, h);
      if (values !== undefined && h * HALF_HOUR > barred) entries.push([h, values]);
    }
    return { code: 'I0', served, entries };
  }
}

/** Whether a schedule that has started runs on a day, seen from its calendar. */
function runsOn({ every, startDay }: ModelSchedule, day: number): boolean {
  if (every === 'Daily') return true;
  if (every === 'Weekly') return (day - startDay) % 7 === 0;
  const date = (d: number) => new Date(d * DAY * 1000).getUTCDate();
  const wanted = date(startDay);
  // On the day of the month that it started on, or on the last day of a shorter month.
  return date(day) === wanted || (date(day + 1) === 1 && date(day) < wanted);
}
