// A gateway without a port before a fleet with gas in it, on the manual clock and a WAN without
// delay. Every read that reaches a meter is on record.

import { ManualClock } from '../../emulator/clock.ts';
import { openFleet } from '../../emulator/fleet.ts';
import { checkFleet } from '../../emulator/fleet-file.ts';
import { Wan } from '../../emulator/wan.ts';
import { WAN_PROFILES } from '../../emulator/wan-profiles.ts';
import { PartyTable } from '../../gateway/access/parties.ts';
import { type Gateway, openGateway } from '../../gateway/gateway.ts';
import { parseDateTime } from '../../gateway/protocol/half-hours.ts';
import type { ReadSrv, UserRole } from '../../gateway/protocol/service-reference.ts';
import { Tally } from '../../gateway/protocol/tally.ts';
import type { MeterNetwork, MeterRead } from '../../gateway/s1sp/meter-network.ts';
import { Line, partyId, type Seen } from './small-world.ts';

/** One device of each kind, named as its cohort. */
export const KINDS = [
  ['esme', 'ESME', 'single-element'],
  ['esme-late', 'ESME', 'late-daily-read'],
  ['gsme', 'GSME', 'gas'],
  ['gpf', 'GPF', 'gas'],
  ['gsme-2300', 'GSME', 'gas-2300-snapshot'],
  ['gpf-2300', 'GPF', 'gas-2300-snapshot'],
  ['gsme-late', 'GSME', 'gas-late-daily'],
  ['gsme-resets', 'GSME', 'gas-resets-block-counters'],
  ['gsme-2300-resets', 'GSME', 'gas-2300-snapshot-resets-block-counters'],
  ['gsme-24', 'GSME', 'gas-24-hours'],
  ['gsme-2300-24', 'GSME', 'gas-2300-snapshot-24-hours'],
] as const;
export type Kind = (typeof KINDS)[number][0];

export type Period = readonly [string, string];

const COMMISSIONED = '2023-06-01';

/** Identifier of the device of a kind. */
export function gasDeviceId(kind: Kind): string {
  const place = KINDS.findIndex(([name]) => name === kind);
  return `90-B3-D5-1F-42-00-00-0${place.toString(16).toUpperCase()}`;
}

export class GasWorld {
  readonly clock: ManualClock;
  readonly gateway: Gateway;
  readonly tally = new Tally();
  readonly reads: MeterRead[] = [];
  /** Number of the read, from 0, that fails. */
  failing = -1;
  #counter = 1;

  constructor(now: string) {
    this.clock = new ManualClock(parseDateTime(now) * 1000);
    const cohorts = KINDS.map(([name, deviceType, model]) => ({
      name,
      deviceType,
      model,
      count: 1,
      firstDeviceId: gasDeviceId(name),
      commissioned: COMMISSIONED,
    }));
    const defaults = { wan: WAN_PROFILES.none, scheduledShare: 0 };
    const plans = checkFleet({ cohorts }, 'fleet.json', defaults);
    const fleet = plans.ok ? openFleet(plans.value, { seed: 1 }) : plans;
    if (!fleet.ok) throw new Error(fleet.problems.join('\n'));
    const wan = new Wan({ clock: this.clock, meters: fleet.value, seed: 1 });
    this.gateway = openGateway({
      clock: this.clock,
      inventory: fleet.value,
      network: this.#recorded(wan),
      parties: new PartyTable(),
      tally: this.tally,
      log: { debug() {}, error: fail, isLevelEnabled: () => false },
      limits: { inFlight: 1000, inFlightPerConnection: 1000 },
      cacheArming: 'same-srv',
      realNowMs: () => 0,
    });
  }

  /** One read, explained. */
  async ask(srv: ReadSrv, kind: Kind, role: UserRole, [start, end]: Period): Promise<Seen> {
    return await this.#say({
      requestId: this.#requestId(role, gasDeviceId(kind)),
      serviceReferenceVariant: srv,
      readLogPeriod: { startDateTime: start, endDateTime: end },
      explain: true,
    });
  }

  /** Daily, from yesterday 00:00Z to today 00:00Z unless it says otherwise. */
  async schedule(srv: ReadSrv, kind: Kind, role: UserRole, start: string, more: object = {}) {
    return await this.#say({
      requestId: this.#requestId(role, '90-B3-D5-1F-30-00-00-02'),
      serviceReferenceVariant: '5.1',
      createSchedule: {
        scheduleFrequency: 'Daily',
        scheduleStartDate: start,
        dspScheduledServiceReferenceVariant: srv,
        deviceId: gasDeviceId(kind),
        startDateOffset: -1,
        startTime: '00:00:00Z',
        endDateOffset: 0,
        endTime: '00:00:00Z',
        ...more,
      },
    });
  }

  async unschedule(role: UserRole, dspScheduleId: number): Promise<Seen> {
    return await this.#say({
      requestId: this.#requestId(role, '90-B3-D5-1F-30-00-00-02'),
      serviceReferenceVariant: '5.3',
      deleteSchedule: { dspScheduleId },
    });
  }

  async #say(message: object): Promise<Seen> {
    const line = new Line(this.gateway, null);
    line.say(message);
    while (line.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
    const answer = line.only();
    line.hangUp();
    return answer;
  }

  #requestId(role: UserRole, target: string): string {
    return `${partyId(role)}:${target}:${this.#counter++}`;
  }

  #recorded(wan: Wan): MeterNetwork {
    return {
      read: (read) => {
        this.reads.push({ ...read });
        return this.reads.length - 1 === this.failing ? { ok: false, code: 'E20' } : wan.read(read);
      },
      restrict: (restriction) => wan.restrict(restriction),
    };
  }
}

function fail(fields: object): never {
  throw new Error(JSON.stringify(fields));
}

/** Stamps of a profile's entries; null ones are not. */
export function profileStamps({ profile }: Seen): string[] {
  if (profile === undefined || profile === null) return [];
  const first = Date.parse(profile.firstTimestamp);
  return (profile.primaryValue ?? []).flatMap((value, row) => {
    const stamp = new Date(first + row * 1_800_000).toISOString().replace('.000', '');
    return value === null ? [] : [stamp];
  });
}
