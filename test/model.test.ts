// 100,000 random operations on the gateway and on a simple model of it, side by side: requests,
// schedules, changes of tenancy, devices that go and come back, and a clock that jumps over the
// weekends on which British clocks change. Answers and reads of meters are the same throughout.

import { describe, expect, test } from 'vitest';
import { openStream } from '../emulator/random.ts';
import { formatDate, formatSeconds, formatTime } from '../gateway/protocol/half-hours.ts';
import type { UserRole } from '../gateway/protocol/service-reference.ts';
import { deviceId, partyId, type Seen, World } from './gateway/small-world.ts';
import { type ModelMeters, type ModelSrv, S1spModel } from './model/s1sp-model.ts';

const DAY = 86_400;
const RUNS = 50;
const OPERATIONS = 2000;
const DEVICES = 6;
const SRVS = ['4.8.1', '4.8.1', '4.8.3', '4.6.1', '4.8.2'] as const;

/** Who may ask each SRV. */
const ROLES: Readonly<Record<ModelSrv, readonly UserRole[]>> = {
  '4.6.1': ['IS', 'MDR'],
  '4.8.1': ['IS', 'ED', 'OU', 'MDR'],
  '4.8.2': ['IS', 'ED', 'OU'],
  '4.8.3': ['ES', 'ED', 'OU', 'MDR'],
};

/** The Saturdays before the clocks change, and an ordinary day. */
const STARTS = ['2026-03-28T00:10:00Z', '2026-10-24T00:10:00Z', '2026-06-17T09:00:00Z'] as const;

class Run {
  readonly world: World;
  readonly model: S1spModel;
  readonly meters: ModelMeters;
  readonly log: string[] = [];
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = openStream(seed);
    const now = STARTS[seed % STARTS.length] ?? STARTS[0];
    const dailyLate = seed % 2 === 0 ? 0 : 7;
    this.world = new World({ now, dailyLate });
    const { world } = this;
    // A few gaps, the same for the fake meters and the model.
    const first = Math.floor(Date.parse(now) / 1_800_000) - 400;
    for (let i = 0; i < 60; i++) {
      world.absent.add(`${this.below(DEVICES)}/${first + this.below(3000)}`);
    }
    for (let i = 0; i < 6; i++) {
      const day = Math.floor(first / 48) + this.below(60);
      world.absent.add(`${this.below(DEVICES)}/day ${day}`);
    }
    this.meters = {
      entry(device, srv, h) {
        const profile = world.profile(device, srv as '4.8.1', h * 1800, h * 1800);
        return profile?.columns.map((column) => column[0] ?? 0);
      },
      dailyLate: (device, day) => {
        const held = world.dailyReads(device, day * DAY, day * DAY + dailyLate).length > 0;
        return held ? dailyLate : undefined;
      },
      idOf: (device) => ({ high: 0x90b3d51f, low: 0x40000000 + device }),
    };
    this.model = new S1spModel(this.meters, Date.parse(now) / 1000);
  }

  below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  async step(): Promise<void> {
    const kind = this.below(100);
    if (kind < 70) await this.#read();
    else if (kind < 80) this.#create();
    else if (kind < 86) this.#remove();
    else if (kind < 88) await this.#restrict();
    else if (kind < 90) this.#status();
    else await this.#advance();
    const reads = this.world.reads.map(({ device, srv, startSeconds, endSeconds }) => ({
      device,
      srv,
      startSeconds,
      endSeconds,
    }));
    this.world.reads.length = 0;
    const expected = this.model.reads;
    this.model.reads = [];
    // Runs of the same second have no order; everything else does.
    const order = kind < 90 ? (list: object[]) => list : inOrder;
    this.same('reads of meters', order(reads), order(expected));
  }

  same(what: string, seen: unknown, expected: unknown): void {
    if (JSON.stringify(seen) === JSON.stringify(expected)) return;
    expect(seen, `${what} after\n${this.log.slice(-12).join('\n')}`).toEqual(expected);
    throw new Error(`${what} differ in form`);
  }

  #period(): [number, number] {
    const { now } = this.model;
    const midnight = Math.floor(now / DAY) * DAY;
    const start = this.pick([
      midnight - DAY,
      midnight - DAY,
      midnight,
      midnight - 2 * DAY + this.below(3 * DAY),
      midnight - this.below(9) * DAY,
    ]);
    const length = this.pick([DAY, DAY, 0, 1800 * this.below(96), this.below(3 * DAY), 6 * DAY]);
    return [start, start + length];
  }

  async #read(): Promise<void> {
    const srv = this.pick(SRVS);
    const device = this.below(DEVICES);
    const [start, end] = this.#period();
    const role = this.pick(ROLES[srv]);
    this.log.push(`read ${srv} of ${device}, ${formatSeconds(start)}..${formatSeconds(end)}`);
    const period = [formatSeconds(start), formatSeconds(end)] as const;
    const seen = await this.world.read(srv, device, role, period);
    const expected = this.model.read(device, srv, start, end);
    this.same('the answer', plain(seen), {
      code: expected.code,
      served: expected.served,
      entries: expected.entries,
      stamps: expected.stamps,
    });
  }

  #create(): void {
    const srv = this.pick(SRVS);
    const role = this.pick(ROLES[srv]);
    const device = this.below(DEVICES);
    const today = Math.floor(this.model.now / DAY);
    const startDay = today + this.below(4) - 2;
    const endDay = this.below(2) === 0 ? undefined : Math.max(startDay, today) + this.below(4);
    const execution = this.below(4) === 0 ? undefined : 1 + this.below(DAY - 1);
    const every = this.pick(['Daily', 'Daily', 'Weekly', 'Monthly'] as const);
    const [startOffset, endOffset] = this.pick([
      [-1, 0],
      [-1, 0],
      [-2, -1],
      [0, 0],
    ] as const);
    const startTime = this.pick([0, 0, 1800 * this.below(20)]);
    const endTime = startOffset === endOffset ? DAY - 1 : this.pick([0, 0, this.below(DAY)]);
    this.log.push(`create ${every} ${srv} of ${device} from day ${startDay} to ${endDay}`);
    const seen = this.world.schedule(srv, device, role, {
      scheduleFrequency: every,
      scheduleStartDate: formatDate(startDay),
      ...(endDay !== undefined && { scheduleEndDate: formatDate(endDay) }),
      ...(execution !== undefined && { scheduleExecutionStartTime: formatTime(execution) }),
      startDateOffset: startOffset,
      startTime: formatTime(startTime),
      endDateOffset: endOffset,
      endTime: formatTime(endTime),
    });
    if (seen.responseCode === 'E5') return;
    expect(seen.responseCode).toBe('I0');
    this.model.create({
      id: seen.dspScheduleId ?? 0,
      owner: partyId(role),
      device,
      srv,
      every,
      startDay,
      endDay,
      execution,
      startOffset,
      startTime,
      endOffset,
      endTime,
    });
  }

  #remove(): void {
    const [schedule] = [this.model.schedules[this.below(this.model.schedules.length || 1)]];
    if (schedule === undefined) return;
    const owner = (Object.values(ROLES).flat() as UserRole[]).find(
      (role) => partyId(role) === schedule.owner,
    );
    this.log.push(`remove schedule ${schedule.id} of ${schedule.srv} on ${schedule.device}`);
    const body = { deleteSchedule: { dspScheduleId: schedule.id } };
    expect(this.world.desk('5.3', owner ?? 'IS', body).responseCode).toBe('I99');
    this.model.remove(schedule.id);
  }

  async #restrict(): Promise<void> {
    const device = this.below(DEVICES);
    const seconds = this.model.now - 2 * DAY + this.below(3 * DAY);
    this.log.push(`restrict ${device} at ${formatSeconds(seconds)}`);
    const line = this.world.connect();
    line.say({
      requestId: this.world.nextRequestId(deviceId(device), 'IS'),
      serviceReferenceVariant: '3.2',
      restrictAccessForChangeOfTenancy: { restrictionDateTime: formatSeconds(seconds) },
    });
    await this.world.pass(0);
    const own = line.answers.find((answer) => answer.requestId !== undefined);
    line.hangUp();
    this.same('the answer', own?.responseCode, this.model.restrict(device, seconds));
  }

  #status(): void {
    const device = this.below(DEVICES);
    this.log.push(`device ${device} goes, and often comes back`);
    this.world.gateway.setDeviceStatus(device, 'Decommissioned');
    this.model.decommission(device);
    if (this.below(4) === 0) return;
    this.world.gateway.setDeviceStatus(device, 'Commissioned');
    this.model.recommission(device);
  }

  async #advance(): Promise<void> {
    const seconds = this.pick([
      this.below(60),
      this.below(7200),
      this.below(DAY),
      25 * 3600 - 1 + this.below(3),
      2 * DAY,
    ]);
    this.log.push(`advance by ${seconds} s from ${formatSeconds(this.model.now)}`);
    await this.world.pass(seconds);
    this.model.advance(this.model.now + seconds);
  }
}

function inOrder(list: object[]): string[] {
  return list.map((each) => JSON.stringify(each, Object.keys(each).sort())).sort();
}

/** An answer in the model's form. */
function plain(seen: Seen) {
  const { responseCode: code, served, profile, dailyReadLog } = seen;
  if (code !== 'I0') return { code };
  if (dailyReadLog !== undefined) {
    const stamps = dailyReadLog.map(({ timestamp }) => Date.parse(timestamp) / 1000);
    return { code, served, entries: undefined, stamps };
  }
  const columns = [
    profile?.primaryValue ??
      profile?.reactiveEnergyImportedValue ??
      profile?.activeEnergyExportedValue,
    profile?.reactiveEnergyExportedValue,
  ].filter((column) => column !== undefined) as (number | null)[][];
  const first = profile ? Date.parse(profile.firstTimestamp) / 1_800_000 : 0;
  const entries: [number, number[]][] = [];
  columns[0]?.forEach((value, row) => {
    if (value !== null) entries.push([first + row, columns.map((column) => column[row] ?? 0)]);
  });
  return { code, served, entries };
}

describe('100,000 operations on the gateway and on its model', () => {
  test.each(Array.from({ length: RUNS }, (_, seed) => seed))(
    'do the same, run %i',
    async (seed) => {
      const run = new Run(seed);
      for (let i = 0; i < OPERATIONS; i++) await run.step();
      expect(run.world.faults).toEqual([]);
      run.world.clock.close();
    },
  );
});
