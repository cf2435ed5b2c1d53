// A gateway without a port, ten ESMEs without an emulator: a fake way to the meters of which a test
// sees every read, on the manual clock. Values are a plain function of device and stamp.
// Over 300 lines because the fake world is one piece.

import { ManualClock } from '../../emulator/clock.ts';
import type {
  DeviceCohort,
  DeviceInventory,
  DeviceRange,
  Party,
} from '../../gateway/access/inventory.ts';
import { PartyTable } from '../../gateway/access/parties.ts';
import type { ResponsePost } from '../../gateway/dsp/delivery.ts';
import type { CacheArming } from '../../gateway/dsp/schedules.ts';
import { type Gateway, openGateway } from '../../gateway/gateway.ts';
import type { Peer } from '../../gateway/peer.ts';
import { arriving, type Coming } from '../../gateway/protocol/coming.ts';
import { formatEui64 } from '../../gateway/protocol/eui64.ts';
import {
  DAY_SECONDS,
  HALF_HOUR_SECONDS,
  parseDateTime,
} from '../../gateway/protocol/half-hours.ts';
import type { DailyRead, Profile } from '../../gateway/protocol/log-entries.ts';
import { NO_ENTRY, PROFILE_COLUMNS } from '../../gateway/protocol/log-entries.ts';
import type { ReadSrv, UserRole } from '../../gateway/protocol/service-reference.ts';
import { USER_ROLES } from '../../gateway/protocol/service-reference.ts';
import { Tally } from '../../gateway/protocol/tally.ts';
import type { TargetResponseTimes } from '../../gateway/protocol/target-response-times.ts';
import { Journal } from '../../gateway/s1sp/journal.ts';
import type {
  MeterNetwork,
  MeterRead,
  MeterReply,
  MeterRestriction,
} from '../../gateway/s1sp/meter-network.ts';
import { jsonWire } from '../../gateway/wire/json.ts';

const HIGH = 0x90b3d51f;
const FIRST_LOW = 0x40000000;

/** Wh of a half hour; never absent unless a test says so. */
export function wh(device: number, halfHour: number, column = 0): number {
  return ((halfHour * 7 + device * 131 + column * 57) % 900) + 1;
}

/** The first device is `90-B3-D5-1F-40-00-00-00`. */
export function deviceId(device: number): string {
  return formatEui64(HIGH, FIRST_LOW + device);
}

export function partyId(role: UserRole): string {
  return `90-B3-D5-1F-30-01-00-0${USER_ROLES.indexOf(role)}`;
}

export interface WorldOptions {
  readonly now?: string;
  /** Which devices start with the three default schedules; none unless said. */
  readonly scheduled?: (device: number) => boolean;
  readonly cacheArming?: CacheArming;
  readonly cotReturnCached?: boolean;
  readonly replayProtection?: boolean;
  readonly cacheSlotsABank?: number;
  readonly responsePost?: ResponsePost;
  readonly cohort?: (device: number) => Partial<DeviceCohort>;
  /** All devices are one range; otherwise the first four are told from the rest. */
  readonly oneCohort?: boolean;
  readonly parties?: readonly Party[];
  readonly targets?: TargetResponseTimes;
  /** Without one the short cut for hits is open. */
  readonly journal?: boolean;
  /** Virtual time that a meter takes to answer. */
  readonly meterMs?: number;
  /** Seconds after midnight of the daily reads. */
  readonly dailyLate?: number;
  readonly limits?: { inFlight: number; inFlightPerConnection: number };
}

type Json = Record<string, unknown>;

/** What a test sees of one answer. */
export interface Seen extends Json {
  requestId?: string;
  responseId?: string;
  responseCode: string | null;
  responseDateTime?: string;
  served?: string;
  profile?: { firstTimestamp: string; primaryValue?: (number | null)[] } & Json;
  dailyReadLog?: (Json & { timestamp: string; elecActiveImportRegisterConsumption: number })[];
  error?: { code: string; message: string; path?: string; retryAfterMs?: number };
  why?: Json & { rule: string; deviceReads: number };
  dspScheduleId?: number;
  dspSchedules?: (Json & { dspScheduleId: number })[];
}

export class World {
  readonly clock: ManualClock;
  readonly gateway: Gateway;
  readonly tally = new Tally();
  readonly journal = new Journal(100_000);
  /** Every read that reached a meter, in order. */
  readonly reads: MeterRead[] = [];
  /** Every change of tenancy that a meter took; this world's meters delete nothing themselves. */
  readonly restrictions: MeterRestriction[] = [];
  /** Stamps (half hours) at which a device has no entry. */
  readonly absent = new Set<string>();
  /** The next reads fail with this code. */
  failing: 'E20' | 'E21' | undefined;
  readonly #options: WorldOptions;
  #counter = 1000;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.clock = new ManualClock(parseDateTime(options.now ?? '2026-11-23T09:00:00Z') * 1000);
    this.gateway = openGateway({
      clock: this.clock,
      inventory: this.#inventory(),
      network: this.#network(),
      parties: new PartyTable(options.parties),
      tally: this.tally,
      ...(options.journal !== false && { journal: this.journal }),
      log: { debug() {}, error: (fields) => this.faults.push(fields), isLevelEnabled: () => false },
      limits: options.limits ?? { inFlight: 1000, inFlightPerConnection: 1000 },
      cacheArming: options.cacheArming ?? 'same-srv',
      cotReturnCached: options.cotReturnCached ?? false,
      replayProtection: options.replayProtection ?? false,
      ...(options.cacheSlotsABank && { cacheSlotsABank: options.cacheSlotsABank }),
      ...(options.targets !== undefined && { targets: options.targets }),
      ...(options.responsePost !== undefined && { responsePost: options.responsePost }),
      realNowMs: () => 0,
    });
  }

  /** What the gateway logged as faults of its own; a test expects none. */
  readonly faults: object[] = [];

  connect(party: Party | null = null): Line {
    return new Line(this.gateway, party);
  }

  /** Moves the clock by seconds and lets everything due happen. */
  async pass(seconds: number): Promise<void> {
    await this.clock.advanceBy(seconds * 1000);
  }

  async until(time: string): Promise<void> {
    await this.clock.advanceTo(parseDateTime(time) * 1000);
  }

  nextRequestId(target: string, role: UserRole): string {
    return `${partyId(role)}:${target}:${this.#counter++}`;
  }

  /** A read of yesterday, as `role`, over a line of its own; resolves with its answer. */
  async read(
    srv: ReadSrv,
    device: number,
    role: UserRole,
    period: readonly [string, string] = ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'],
    more: Json = {},
  ): Promise<Seen> {
    const line = this.connect();
    const message = this.request(srv, device, role, period, more);
    line.say(message);
    await this.pass(0);
    for (let waited = 0; waited < 600; waited++) {
      const mine = line.answers.filter(({ requestId }) => requestId === message.requestId);
      if (mine[0] !== undefined && mine.length === 1) return mine[0];
      if (mine.length > 1) throw new Error(`${mine.length} answers instead of one`);
      await this.pass(1);
    }
    throw new Error('no answer within ten minutes');
  }

  request(
    srv: ReadSrv,
    device: number,
    role: UserRole,
    [startDateTime, endDateTime]: readonly [string, string],
    more: Json = {},
  ): Json {
    return {
      requestId: this.nextRequestId(deviceId(device), role),
      serviceReferenceVariant: srv,
      readLogPeriod: { startDateTime, endDateTime },
      ...more,
    };
  }

  /** 5.1, 5.2 or 5.3, answered at once. */
  desk(srv: '5.1' | '5.2' | '5.3', role: UserRole, body: Json): Seen {
    const line = this.connect();
    const requestId = this.nextRequestId('90-B3-D5-1F-30-00-00-02', role);
    line.say({ requestId, serviceReferenceVariant: srv, ...body });
    line.hangUp();
    const [answer] = line.answers.filter((each) => each.requestId === requestId);
    if (answer === undefined) throw new Error('the DSP did not answer at once');
    return answer;
  }

  /** Daily, yesterday midnight to today midnight. */
  schedule(srv: ReadSrv, device: number, role: UserRole, more: Json = {}): Seen {
    return this.desk('5.1', role, {
      createSchedule: {
        scheduleFrequency: 'Daily',
        scheduleStartDate: '2026-11-23',
        dspScheduledServiceReferenceVariant: srv,
        deviceId: deviceId(device),
        startDateOffset: -1,
        startTime: '00:00:00Z',
        endDateOffset: 0,
        endTime: '00:00:00Z',
        ...more,
      },
    });
  }

  #inventory(): DeviceInventory {
    const { cohort = () => ({}), scheduled = () => false, oneCohort } = this.#options;
    const cohorts = Array.from(
      { length: 10 },
      (_, device): DeviceCohort => ({
        name: 'S1SP-A',
        deviceType: 'ESME',
        deviceStatus: 'Commissioned',
        commissionedDay: 18_048,
        twinElement: false,
        ...cohort(device),
      }),
    );
    return {
      deviceCount: cohorts.length,
      ranges: this.#ranges(cohorts, oneCohort ? [0] : [0, 4]),
      find: (high, low) => (high === HIGH && low - FIRST_LOW < 10 ? low - FIRST_LOW : -1),
      eui64Of: (device) => ({ high: HIGH, low: FIRST_LOW + device }),
      deviceId,
      cohortOf: (device) => cohorts[device] ?? fail(),
      startsScheduled: scheduled,
    };
  }

  /** Ranges that begin where `edges` say, and where devices with a second element do or end. */
  #ranges(cohorts: readonly DeviceCohort[], edges: readonly number[]): DeviceRange[] {
    const isTwin = (device: number) => cohorts[device]?.twinElement;
    const starts = [...cohorts.keys()].filter((device) => {
      return edges.includes(device) || isTwin(device) !== isTwin(device - 1);
    });
    return starts.map((firstDevice, i) => ({
      firstDevice,
      count: (starts[i + 1] ?? cohorts.length) - firstDevice,
      firstDeviceId: { high: HIGH, low: FIRST_LOW + firstDevice },
    }));
  }

  #network(): MeterNetwork {
    return {
      restrict: (restriction) =>
        later((resolve) => {
          const { failing } = this;
          if (failing === undefined) this.restrictions.push(restriction);
          const { meterMs = 0 } = this.#options;
          const answer = () =>
            resolve(
              failing === undefined ? { ok: true, restricted: true } : { ok: false, code: failing },
            );
          if (meterMs === 0) answer();
          else this.clock.schedule(this.clock.nowMs() + meterMs, answer);
        }),
      read: (read) =>
        later((resolve) => {
          this.reads.push({ ...read });
          const answer = () => resolve(this.#reply(read));
          const { meterMs = 0 } = this.#options;
          if (meterMs === 0) answer();
          else this.clock.schedule(this.clock.nowMs() + meterMs, answer);
        }),
    };
  }

  #reply({ device, srv, startSeconds, endSeconds }: MeterRead): MeterReply {
    if (this.failing !== undefined) return { ok: false, code: this.failing };
    const now = Math.floor(this.clock.nowMs() / 1000);
    return srv === '4.6.1'
      ? { ok: true, dailyReadLog: this.dailyReads(device, startSeconds, Math.min(endSeconds, now)) }
      : { ok: true, profile: this.profile(device, srv, startSeconds, Math.min(endSeconds, now)) };
  }

  profile(
    device: number,
    srv: Exclude<ReadSrv, '4.6.1'>,
    start: number,
    end: number,
  ): Profile | null {
    const stamps: number[] = [];
    const oldest = Math.floor(this.clock.nowMs() / 1000 / HALF_HOUR_SECONDS) - 19_055;
    const first = Math.max(Math.ceil(start / HALF_HOUR_SECONDS), oldest);
    for (let h = first; h * HALF_HOUR_SECONDS <= end; h++) {
      if (!this.absent.has(`${device}/${h}`)) stamps.push(h);
    }
    const [from, to] = [stamps[0], stamps.at(-1)];
    if (from === undefined || to === undefined) return null;
    const count = to - from + 1;
    const names = srv === '4.8.1' ? ['primaryValue'] : PROFILE_COLUMNS[srv];
    const columns = names.map((_, column) =>
      Uint32Array.from({ length: count }, (__, i) =>
        this.absent.has(`${device}/${from + i}`) ? NO_ENTRY : wh(device, from + i, column),
      ),
    );
    return { firstHalfHour: from, count, columns };
  }

  dailyReads(device: number, start: number, end: number): DailyRead[] {
    const { dailyLate = 0 } = this.#options;
    const reads: DailyRead[] = [];
    const oldest = Math.floor(this.clock.nowMs() / 1000 / DAY_SECONDS) - 30;
    for (let day = Math.max(Math.floor(start / DAY_SECONDS), oldest); ; day++) {
      const timestamp = day * DAY_SECONDS + dailyLate;
      if (timestamp > end) return reads;
      if (timestamp < start || this.absent.has(`${device}/day ${day}`)) continue;
      reads.push({
        timestamp,
        elecActiveImportRegisterConsumption: day * 1000 + device,
        tariffTOURegisterMatrixValue: [day, 2, 3, 4],
      });
    }
  }
}

function fail(): never {
  throw new Error('no such device');
}

/** One connection: what it says and what it is told. */
export class Line implements Peer {
  readonly party: Party | null;
  isRemote = false;
  isOpen = true;
  inFlight = 0;
  readonly frames: Buffer[] = [];
  readonly #gateway: Gateway;

  constructor(gateway: Gateway, party: Party | null) {
    this.#gateway = gateway;
    this.party = party;
  }

  send(frame: Buffer): void {
    this.frames.push(Buffer.from(frame));
  }

  say(message: unknown): void {
    this.sayBytes(JSON.stringify(message));
  }

  sayBytes(text: string): void {
    this.#gateway.handle(Buffer.from(text), jsonWire, this);
  }

  hangUp(): void {
    this.isOpen = false;
    this.#gateway.left(this);
  }

  /** Every answer so far, those of arrays one by one. */
  get answers(): Seen[] {
    return this.frames.flatMap((frame) => JSON.parse(frame.toString()) as Seen | Seen[]);
  }

  only(): Seen {
    const [first, ...rest] = this.answers;
    if (first === undefined || rest.length > 0) {
      throw new Error(`${rest.length + (first ? 1 : 0)} answers instead of one`);
    }
    return first;
  }
}

function later(begin: (resolve: (reply: MeterReply) => void) => void): Coming<MeterReply> {
  return arriving(new Promise<MeterReply>(begin));
}
