// One gateway: its rooms put together around a clock, an inventory and a way to the meters. It
// opens no port; `server/` does, and a test may do without.

import { DeviceRegister } from './access/device-register.ts';
import { type DeviceInventory, type DeviceStatus, eui64Of } from './access/inventory.ts';
import type { PartyTable } from './access/parties.ts';
import { ReplayProtection } from './access/replay.ts';
import { dspScheduleRemoval } from './dsp/alerts.ts';
import { Delivery, type ResponsePost } from './dsp/delivery.ts';
import { ScheduleDesk } from './dsp/desk.ts';
import { FutureDated } from './dsp/future-dated.ts';
import { ScheduleRuns } from './dsp/runs.ts';
import { type CacheArming, Schedules } from './dsp/schedules.ts';
import { type Handle, openHall } from './handle.ts';
import { InFlight, type InFlightLimits } from './in-flight.ts';
import type { Peer } from './peer.ts';
import type { Clock } from './protocol/clock.ts';
import type { Tally } from './protocol/tally.ts';
import type { HallLog } from './responses.ts';
import { DataCache } from './s1sp/data-cache.ts';
import type { Journal } from './s1sp/journal.ts';
import type { MeterNetwork } from './s1sp/meter-network.ts';
import { S1sp } from './s1sp/s1sp.ts';

export interface GatewayParts {
  readonly clock: Clock;
  readonly inventory: DeviceInventory;
  readonly network: MeterNetwork;
  readonly parties: PartyTable;
  readonly tally: Tally;
  readonly log: HallLog;
  readonly limits: InFlightLimits;
  readonly cacheArming: CacheArming;
  readonly cotReturnCached?: boolean;
  readonly replayProtection?: boolean;
  readonly realNowMs: () => number;
  /** The way to Parties that have a responseUrl; without it their answers wait in outboxes. */
  readonly responsePost?: ResponsePost;
  /** Every decision about a read, for those who judge the cache rules. */
  readonly journal?: Journal;
}

export interface Gateway {
  readonly handle: Handle;
  readonly cache: DataCache;
  readonly inFlight: InFlight;
  readonly delivery: Delivery;
  /** The inventory as it stands. */
  readonly devices: DeviceRegister;
  /** Changes a device's status; one that is gone loses its schedules, and with them its cache. */
  setDeviceStatus(device: number, status: DeviceStatus): void;
  /** A connection has closed: nothing is delivered to it any more. */
  left(peer: Peer): void;
}

/** Statuses of a device that will not come back: the DCC removes its schedules [decision R9]. */
const GONE: readonly DeviceStatus[] = ['Decommissioned', 'Withdrawn'];

export function openGateway(parts: GatewayParts): Gateway {
  const { clock, network, parties, tally, log, journal } = parts;
  const inventory = new DeviceRegister(parts.inventory);
  const cache = new DataCache(inventory, clock);
  const delivery = new Delivery(parts.responsePost, () => tally.rejected('answer_dropped'));
  const inFlight = new InFlight(parts.limits);
  const s1sp = new S1sp({
    clock,
    network,
    cache,
    tally,
    journal,
    cotReturnCached: parts.cotReturnCached ?? false,
    isArmed: (device, srv) => schedules.armedBy(device, srv) !== 0,
    activeSince: (device, srv) => schedules.activeSince(device, srv),
  });
  const runs = new ScheduleRuns({ clock, inventory, s1sp, delivery, log });
  const schedules = new Schedules({
    clock,
    inventory,
    cacheArming: parts.cacheArming,
    defaultOwner: (srv, deviceType) => parties.scheduleOwner(srv, deviceType),
    run: runs.run,
    disarmed: (device, srv) => {
      journal?.write({ atMs: clock.nowMs(), device, srv, purged: true });
      const { high, low } = eui64Of(inventory, device);
      cache.purge({ device, high, low, cohort: inventory.cohortOf(device) }, srv);
    },
  });
  const handle = openHall({
    clock,
    parties,
    ...(parts.replayProtection && { replayProtection: new ReplayProtection() }),
    inventory,
    s1sp,
    delivery,
    inFlight,
    tally,
    log,
    desk: new ScheduleDesk(schedules, inventory),
    futureDated: new FutureDated(clock),
    armedBy: (device, srv) => schedules.armedBy(device, srv),
    realNowMs: parts.realNowMs,
  });
  return {
    handle,
    cache,
    inFlight,
    delivery,
    devices: inventory,
    setDeviceStatus(device, status) {
      inventory.setStatus(device, status);
      if (!GONE.includes(status)) return;
      const deviceId = inventory.deviceId(device);
      for (const { dspScheduleId, owner } of schedules.removeAllOf(device)) {
        delivery.deliver(owner, dspScheduleRemoval({ deviceId, dspScheduleId }, clock));
      }
    },
    left: (peer) => delivery.left(peer),
  };
}
