// A gateway without a port before real meters behind a WAN, with faults around both, on the manual
// clock. Without faults in it the same world stands without the decorators.

import { ManualClock } from '../../emulator/clock.ts';
import { FaultMeters } from '../../emulator/fault-meters.ts';
import { FaultNetwork } from '../../emulator/fault-network.ts';
import { Faults } from '../../emulator/faults.ts';
import { type Fleet, openFleet } from '../../emulator/fleet.ts';
import { checkFleet } from '../../emulator/fleet-file.ts';
import { Wan } from '../../emulator/wan.ts';
import type { WanProfile } from '../../emulator/wan-profiles.ts';
import { PartyTable } from '../../gateway/access/parties.ts';
import { type Gateway, openGateway } from '../../gateway/gateway.ts';
import { parseDateTime } from '../../gateway/protocol/half-hours.ts';
import type { ReadSrv, UserRole } from '../../gateway/protocol/service-reference.ts';
import { Tally } from '../../gateway/protocol/tally.ts';
import { EXACT } from '../emulator/fake-wan.ts';
import { Line, partyId, type Seen } from './small-world.ts';

export const SEED = 7;
export const YESTERDAY = ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'] as const;
export type Period = readonly [string, string];

/** Twenty ESMEs, ten in each cohort, then one GSME. */
const COHORTS = [
  { name: 'north', count: 10, firstDeviceId: '90-B3-D5-1F-40-00-00-00' },
  { name: 'south', count: 10, firstDeviceId: '90-B3-D5-1F-41-00-00-00' },
  {
    name: 'gas',
    count: 1,
    firstDeviceId: '90-B3-D5-1F-42-00-00-00',
    deviceType: 'GSME',
    model: 'gas',
  },
];

export function openTestFleet(wan: WanProfile = EXACT, scheduledShare = 0): Fleet {
  const plans = checkFleet({ cohorts: COHORTS }, 'fleet.json', { wan, scheduledShare });
  const fleet = plans.ok ? openFleet(plans.value, { seed: SEED }) : plans;
  if (!fleet.ok) throw new Error(fleet.problems.join('\n'));
  return fleet.value;
}

export interface FaultWorldOptions {
  readonly now?: string;
  readonly wan?: WanProfile;
  /** Share of the meters with the default schedules. */
  readonly scheduled?: number;
  /** Faults from the start; undefined: the decorators are not there at all. */
  readonly faults?: readonly object[];
}

/** An answer, and how many virtual ms it took. */
export interface Timed extends Seen {
  readonly tookMs: number;
}

export class FaultWorld {
  readonly clock: ManualClock;
  readonly fleet: Fleet;
  readonly gateway: Gateway;
  readonly tally = new Tally();
  readonly faults: Faults;
  readonly wan: Wan;
  readonly network: FaultNetwork;
  readonly mistakes: object[] = [];
  #counter = 1;

  constructor({ now = '2026-11-23T09:00:00Z', wan, scheduled = 0, faults }: FaultWorldOptions) {
    this.clock = new ManualClock(parseDateTime(now) * 1000);
    const { clock, tally } = this;
    const fleet = openTestFleet(wan, scheduled);
    this.fleet = fleet;
    this.faults = new Faults({ fleet, seed: SEED });
    for (const fault of faults ?? []) this.add(fault);
    const onBytes = (direction: 'out' | 'in', size: number) => tally.wanBytes(direction, size);
    const meters = faults === undefined ? fleet : new FaultMeters(fleet, this.faults);
    this.wan = new Wan({ clock, meters, seed: SEED, onBytes });
    this.network = new FaultNetwork({
      clock,
      wan: this.wan,
      meters,
      faults: this.faults,
      onBytes,
    });
    this.gateway = openGateway({
      clock,
      inventory: fleet,
      network: faults === undefined ? this.wan : this.network,
      parties: new PartyTable(),
      tally,
      log: {
        debug() {},
        error: (fields) => this.mistakes.push(fields),
        isLevelEnabled: () => false,
      },
      limits: { inFlight: 10_000, inFlightPerConnection: 10_000 },
      cacheArming: 'same-srv',
      realNowMs: () => 0,
    });
  }

  /** Adds a fault and gives its id. */
  add(fault: object): number {
    const added = this.faults.add(fault);
    if (!added.ok) throw new Error(added.problems.join('\n'));
    return added.value.id;
  }

  hits(id: number): number {
    return this.faults.list().find((fault) => fault.id === id)?.hits ?? -1;
  }

  message(srv: string, device: number, role: UserRole, body: object): object {
    const requestId = `${partyId(role)}:${this.fleet.deviceId(device)}:${this.#counter++}`;
    return { requestId, serviceReferenceVariant: srv, ...body };
  }

  /** One read over a line of its own; its one answer, within ten virtual minutes. */
  async read(
    srv: ReadSrv,
    device: number,
    [startDateTime, endDateTime]: Period = YESTERDAY,
    role: UserRole = srv === '4.8.2' ? 'ED' : srv === '4.8.3' ? 'ES' : 'IS',
  ): Promise<Timed> {
    const readLogPeriod = { startDateTime, endDateTime };
    return await this.say(this.message(srv, device, role, { readLogPeriod }));
  }

  async say(message: object): Promise<Timed> {
    const line = new Line(this.gateway, null);
    const askedMs = this.clock.nowMs();
    line.say(message);
    await this.clock.advanceBy(0);
    for (let waited = 0; waited < 600 && line.frames.length === 0; waited++) {
      await this.clock.advanceBy(1000);
    }
    line.hangUp();
    const answer = line.only();
    const answeredMs = Date.parse(answer.responseDateTime ?? '');
    return { ...answer, tookMs: answeredMs - askedMs };
  }

  async until(time: string): Promise<void> {
    await this.clock.advanceTo(parseDateTime(time) * 1000);
  }
}
