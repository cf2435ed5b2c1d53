// Looking on while the world runs: the trace, the breaks and the watches. It hangs on the gateway
// and on the meters only while somebody wants to know something; otherwise nothing of it is called,
// and a hit costs what it costs without an inspector.

import type { Observer } from '../gateway/gateway.ts';
import type { Timer } from '../gateway/protocol/clock.ts';
import { formatMs, formatSeconds, HALF_HOUR_SECONDS } from '../gateway/protocol/half-hours.ts';
import type { JournalEntry } from '../gateway/s1sp/journal.ts';
import type { MeterCommand, MeterReply } from '../gateway/s1sp/meter-network.ts';
import { CACHED_SRVS, cachedEntries, slotOf } from './cache-slot.ts';
import { memoryOf } from './device-memory.ts';
import { regionAt } from './memory-address.ts';
import { type AddressRange, fits, type Wanted, wantedText } from './points.ts';
import { commandRecord, lineOf, recordOf, Trace, type TraceRecord } from './trace.ts';
import { nowSecondsOf, type World } from './world.ts';

/** Records kept over all meters: a few megabytes. */
export const TRACE_RECORDS_MAX = 10_000;
/** Breaks and watches together: each is tried on every event. */
export const POINTS_MAX = 64;
/** Meters traced one by one; beyond, all can be. */
export const TRACED_METERS_MAX = 1000;

export interface Point {
  readonly id: number;
  readonly action: 'break' | 'watch';
  readonly wanted: Wanted;
  hits: number;
  /** Of a range: its bytes as last seen, in hexadecimal. */
  bytes?: string;
  /** The only one to be told; without it, all who listen. */
  readonly told?: Listener;
}

/** What listeners are told: a break or watch came true, or a traced record. */
export type InspectorEvent =
  | {
      readonly event: 'break' | 'watch';
      readonly id: number;
      readonly wanted: string;
      readonly record: TraceRecord;
    }
  | { readonly event: 'trace'; readonly record: TraceRecord };

export type Listener = (event: InspectorEvent) => void;

/** An event in one line. */
export function eventLine(event: InspectorEvent): string {
  if (event.event === 'trace') return lineOf(event.record);
  return `${event.event} ${event.id} (${event.wanted}): ${lineOf(event.record)}`;
}

export class Observatory {
  readonly trace = new Trace(TRACE_RECORDS_MAX);
  readonly #world: World;
  readonly #points = new Map<number, Point>();
  readonly #traced = new Set<number>();
  #tracesAll = false;
  readonly #listeners = new Set<Listener>();
  /** Of the meters whose expiries are asked for, the cached entries as last seen. */
  readonly #counted = new Map<number, number>();
  #lastId = 0;
  #attached = false;
  #tick: Timer | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** Tells `listener` of every event until the result is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  get points(): readonly Point[] {
    return [...this.#points.values()];
  }

  /** The new point; undefined where there are too many. */
  add(action: Point['action'], wanted: Wanted, told?: Listener): Point | undefined {
    if (this.#points.size >= POINTS_MAX) return undefined;
    const point: Point = { id: ++this.#lastId, action, wanted, hits: 0, ...(told && { told }) };
    if (wanted.range !== undefined) point.bytes = this.#bytes(wanted);
    this.#points.set(point.id, point);
    this.#attach();
    return point;
  }

  remove(id: number): boolean {
    const removed = this.#points.delete(id);
    this.#attach();
    return removed;
  }

  /** `all`, or the devices that are traced. */
  get traced(): 'all' | readonly number[] {
    return this.#tracesAll ? 'all' : [...this.#traced];
  }

  /** Begins or ends a trace; false where too many meters are traced one by one. */
  setTraced(device: number | 'all', on: boolean): boolean {
    if (device === 'all') {
      this.#tracesAll = on;
      if (!on) this.#traced.clear();
    } else if (!on) this.#traced.delete(device);
    else if (this.#traced.size >= TRACED_METERS_MAX) return false;
    else this.#traced.add(device);
    this.#attach();
    return true;
  }

  isTraced(device: number): boolean {
    return this.#tracesAll || this.#traced.has(device);
  }

  /** The inspector itself has changed a meter. */
  wrote(device: number, what: string): void {
    const { clock, gateway } = this.#world;
    const deviceId = gateway.devices.deviceId(device);
    this.#see({ at: formatMs(clock.nowMs()), kind: 'write', device, deviceId, what });
  }

  /** Hangs on the gateway and the meters, or lets go of them. */
  #attach(): void {
    const wanted = this.#tracesAll || this.#traced.size > 0 || this.#points.size > 0;
    if (wanted !== this.#attached) {
      this.#attached = wanted;
      const { gateway, meters, clock } = this.#world;
      gateway.observe(wanted ? this.#observer : undefined);
      const told = (command: MeterCommand, reply: MeterReply) => {
        const deviceId = gateway.devices.deviceId(command.device);
        this.#see(commandRecord(command, reply, clock.nowMs(), deviceId));
      };
      meters.onCommand(wanted ? told : undefined);
    }
    this.#setCounted();
    this.#setTick();
  }

  #setCounted(): void {
    const expiries = this.points.flatMap(({ wanted: { kind, device } }) =>
      kind === 'expire' && device !== undefined ? [device] : [],
    );
    const asked = new Set([...this.#traced, ...expiries]);
    for (const device of this.#counted.keys()) if (!asked.has(device)) this.#counted.delete(device);
    for (const device of asked) if (!this.#counted.has(device)) this.#count(device);
  }

  readonly #observer: Observer = {
    write: (entry: JournalEntry) => {
      this.#see(recordOf(entry, this.#world.gateway.devices.deviceId(entry.device)));
    },
    expired: (entries: number) => {
      if (entries === 0) return;
      for (const device of this.#counted.keys()) this.#seeExpired(device);
      const at = formatMs(this.#world.clock.nowMs());
      const what = 'reached 25 hours and were erased [decision R8]';
      this.#see({ at, kind: 'expire', device: undefined, entries, what });
    },
  };

  /** A sweep tells only how many it erased: of the meters asked for, the slot is counted anew. */
  #seeExpired(device: number): void {
    const before = this.#counted.get(device) ?? 0;
    const entries = before - this.#count(device);
    if (entries <= 0) return;
    const { clock, gateway } = this.#world;
    const at = formatMs(clock.nowMs());
    const deviceId = gateway.devices.deviceId(device);
    this.#see({ at, kind: 'expire', device, deviceId, entries, what: 'reached 25 hours' });
  }

  /** Entries that the cache knows of a device; remembered until the next event. */
  #count(device: number): number {
    const slot = slotOf(this.#world, device);
    const count = slot
      ? CACHED_SRVS.reduce((sum, srv) => sum + cachedEntries(slot, srv).length, 0)
      : 0;
    this.#counted.set(device, count);
    return count;
  }

  #see(record: TraceRecord): void {
    if (record.device !== undefined && this.#counted.has(record.device)) this.#count(record.device);
    if (record.device === undefined ? this.#tracesAll : this.isTraced(record.device)) {
      this.trace.add(record);
      this.#tell({ event: 'trace', record });
    }
    for (const point of [...this.#points.values()]) {
      if (fits(point.wanted, record)) this.#fire(point, record);
      else if (point.wanted.range !== undefined) this.#compare(point, record);
    }
  }

  #fire(point: Point, record: TraceRecord): void {
    point.hits++;
    if (point.action === 'break') this.#world.clock.pause();
    const wanted = wantedText(this.#world, point.wanted);
    const event = { event: point.action, id: point.id, wanted, record };
    if (point.told === undefined) this.#tell(event);
    else point.told(event);
  }

  /** Whether the bytes of a range have changed with what happened. */
  #compare(point: Point, record: TraceRecord): void {
    const { device } = point.wanted;
    if (record.device !== undefined && record.device !== device) return;
    const bytes = this.#bytes(point.wanted);
    if (bytes === point.bytes) return;
    point.bytes = bytes;
    this.#fire(point, record);
  }

  #bytes({ device, range }: Wanted): string {
    if (device === undefined || range === undefined) return '';
    return Buffer.from(rangeBytes(this.#world, device, range)).toString('hex');
  }

  #tell(event: InspectorEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Devices whose memory is watched: meters among them that are real go on by themselves. */
  #watched(): number[] {
    const devices = this.points.flatMap(({ wanted: { device, kind, range } }) => {
      return device !== undefined && (kind === 'write' || range !== undefined) ? [device] : [];
    });
    return [...new Set(devices)];
  }

  /**
   * A meter made real writes its half hours when it is next read. While one is watched it writes
   * them at the half hour, so that the watch sees it happen.
   */
  #setTick(): void {
    this.#tick?.cancel();
    this.#tick = undefined;
    if (this.#watched().length === 0) return;
    const { clock, meters } = this.#world;
    const next = Math.floor(nowSecondsOf(this.#world) / HALF_HOUR_SECONDS + 1) * HALF_HOUR_SECONDS;
    this.#tick = clock.schedule(next * 1000, () => {
      for (const device of this.#watched().filter((each) => meters.isReal(each))) {
        meters.makeReal(device, next);
        this.wrote(device, `logs continued to ${formatSeconds(next)}`);
      }
      this.#setTick();
    });
  }
}

/** The bytes of a range as they are; none of what is not there. */
function rangeBytes(world: World, device: number, { from, to }: AddressRange): Uint8Array {
  const memory = memoryOf(world, device);
  const region = regionAt(memory, from);
  if (region === undefined) return new Uint8Array();
  const start = from - region.address;
  return memory.bytesOf(region).slice(start, start + to - from + 1);
}
