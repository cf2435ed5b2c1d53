// One gateway: its rooms put together around a clock, an inventory and a way to the meters. It
// opens no port; `server/` does, and a test may do without.

import { DeviceRegister } from './access/device-register.ts';
import type { DeviceInventory, DeviceStatus } from './access/inventory.ts';
import type { PartyTable } from './access/parties.ts';
import { ReplayProtection } from './access/replay.ts';
import { type CohortCount, CohortCounts } from './cohort-counts.ts';
import { DeviceRequests, type DeviceRooms } from './device-requests.ts';
import { dspScheduleRemoval } from './dsp/alerts.ts';
import { Delivery, type ResponsePost } from './dsp/delivery.ts';
import { ScheduleDesk } from './dsp/desk.ts';
import { FutureDated } from './dsp/future-dated.ts';
import { ScheduleRuns } from './dsp/runs.ts';
import type { Schedule } from './dsp/schedule.ts';
import { type CacheArming, Schedules } from './dsp/schedules.ts';
import { type Handle, openHall } from './handle.ts';
import { Asides } from './hits/asides.ts';
import { HitLane } from './hits/lane.ts';
import { InFlight, type InFlightLimits } from './in-flight.ts';
import type { Peer } from './peer.ts';
import type { Clock } from './protocol/clock.ts';
import type { CachedSrv } from './protocol/service-reference.ts';
import type { Tally } from './protocol/tally.ts';
import { TargetResponseTimes } from './protocol/target-response-times.ts';
import type { HallLog } from './responses.ts';
import { DataCache } from './s1sp/data-cache.ts';
import type { JournalEntry, JournalWriter } from './s1sp/journal.ts';
import type { MeterNetwork } from './s1sp/meter-network.ts';
import type { S1spParts } from './s1sp/retrieval.ts';
import { S1sp } from './s1sp/s1sp.ts';
import {
  type GatewayState,
  type HoldingRooms,
  type Restoring,
  restoreGateway,
  type SavedGateway,
  type Saving,
  saveGateway,
} from './snapshot.ts';

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
  /** Devices to a bank of the cache, an even number; absent: as many as there is room for. */
  readonly cacheSlotsABank?: number;
  readonly realNowMs: () => number;
  /** Absent: those that are built in. */
  readonly targets?: TargetResponseTimes;
  /** The way to Parties that have a responseUrl; without it their answers wait in outboxes. */
  readonly responsePost?: ResponsePost;
  /** Every decision about a read, for those who judge the cache rules. */
  readonly journal?: JournalWriter;
}

/** Who looks on at the S1SP: an inspector, while it has a reason to. */
export interface Observer extends JournalWriter {
  /** So many cached entries, of whatever devices, have reached 25 hours and were erased. */
  expired(entries: number): void;
}

export interface Gateway {
  readonly handle: Handle;
  /** The short cut for hits; undefined where each request has to be seen. */
  readonly hits: HitLane | undefined;
  readonly cache: DataCache;
  readonly inFlight: InFlight;
  readonly delivery: Delivery;
  readonly futureDated: FutureDated;
  /** The inventory as it stands. */
  readonly devices: DeviceRegister;
  /** What was asked of each cohort and answered, in the order of the inventory's ranges. */
  cohortCounts(): CohortCount[];
  /** Every schedule that is active on a device, whoever owns it, by rising identifier. */
  activeSchedules(device: number): Schedule[];
  /** The active schedule that arms the cache for an SRV of a device: its identifier, or 0. */
  armedBy(device: number, srv: CachedSrv): number;
  /** Changes a device's status; one that is gone loses its schedules, and with them its cache. */
  setDeviceStatus(device: number, status: DeviceStatus): void;
  /** Tells `observer` of every decision from now on; undefined: nobody, which costs nothing. */
  observe(observer: Observer | undefined): void;
  /** Somebody is told of every hit: who serves hits past the hall leaves them to it meanwhile. */
  readonly isObserved: boolean;
  /** A connection has closed: nothing is delivered to it any more. */
  left(peer: Peer): void;
  /** All that it holds, copied at once. Throws a `SnapshotError` where that cannot be. */
  save(saving: Saving): SavedGateway;
  /** Takes over what another held, while nobody has asked it anything. */
  restore(state: GatewayState, into: Restoring): void;
}

/** Statuses of a device that will not come back: the DCC removes its schedules [decision R9]. */
const GONE: readonly DeviceStatus[] = ['Decommissioned', 'Withdrawn'];

export function openGateway(parts: GatewayParts): Gateway {
  const { clock, network, parties, tally, log } = parts;
  const asides = new Asides();
  const inventory = new DeviceRegister(parts.inventory, asides);
  const cache = new DataCache(inventory, clock, parts.cacheSlotsABank);
  const delivery = new Delivery(parts.responsePost, () => tally.rejected('answer_dropped'));
  const futureDated = new FutureDated(clock, asides);
  const inFlight = new InFlight(parts.limits, futureDated, asides);
  const s1spParts: S1spParts = {
    clock,
    network,
    cache,
    tally,
    journal: parts.journal,
    cotReturnCached: parts.cotReturnCached ?? false,
    restricted: (high, low) => asides.add(high, low),
    isArmed: (device, srv) => schedules.armedBy(device, srv) !== 0,
    activeSince: (device, srv) => schedules.activeSince(device, srv),
  };
  const s1sp = new S1sp(s1spParts);
  const { targets = new TargetResponseTimes() } = parts;
  const runs = new ScheduleRuns({ clock, inventory, s1sp, delivery, log, tally, targets });
  const schedules = new Schedules({
    clock,
    inventory,
    cacheArming: parts.cacheArming,
    defaultOwner: (srv, cohort) => parties.scheduleOwner(srv, cohort),
    run: runs.run,
    disarmed: (device, srv) => {
      const { high, low } = inventory.eui64Of(device);
      cache.purge({ device, high, low, cohort: inventory.cohortOf(device) }, srv);
      s1spParts.journal?.write({ atMs: clock.nowMs(), device, srv, purged: true });
    },
  });
  const deviceRooms: DeviceRooms = {
    clock,
    inventory,
    s1sp,
    delivery,
    inFlight,
    tally,
    targets,
    log,
    futureDated,
    armedBy: (device, srv) => schedules.armedBy(device, srv),
    realNowMs: parts.realNowMs,
  };
  const requests = new DeviceRequests(deviceRooms);
  const cohorts = new CohortCounts(inventory.ranges);
  const replayProtection = parts.replayProtection ? new ReplayProtection() : undefined;
  const handle = openHall({
    ...deviceRooms,
    requests,
    cohorts,
    parties,
    ...(replayProtection && { replayProtection }),
    desk: new ScheduleDesk(schedules, inventory),
  });
  const hits = new HitLane({
    clock,
    cohorts,
    parties,
    cache,
    delivery,
    tally,
    log,
    asides,
    realNowMs: parts.realNowMs,
    admits: (peer) => inFlight.hasRoomFor(peer),
    isClosed: () => s1spParts.journal !== undefined || schedules.isOneOver,
  });
  const holding: HoldingRooms = {
    ...{ parties, devices: inventory, replayProtection, schedules, runs, s1sp, cache },
    ...{ inFlight, futureDated, requests, delivery },
  };
  return {
    handle,
    // A counter that has to rise is looked at request by request.
    hits: parts.replayProtection ? undefined : hits,
    cache,
    inFlight,
    delivery,
    futureDated,
    devices: inventory,
    cohortCounts: () => cohorts.read(),
    activeSchedules: (device) => schedules.activeOn(device),
    armedBy: (device, srv) => schedules.armedBy(device, srv),
    setDeviceStatus(device, status) {
      inventory.setStatus(device, status);
      if (!GONE.includes(status)) return;
      const deviceId = inventory.deviceId(device);
      for (const { dspScheduleId, owner } of schedules.removeAllOf(device)) {
        delivery.deliver(owner, dspScheduleRemoval({ deviceId, dspScheduleId }, clock));
      }
    },
    observe(observer) {
      s1spParts.journal = writers(parts.journal, observer);
      cache.onExpired = observer && ((entries) => observer.expired(entries));
    },
    get isObserved() {
      return s1spParts.journal !== undefined;
    },
    left: (peer) => delivery.left(peer),
    save: (saving) => saveGateway(holding, saving),
    restore: (state, into) => restoreGateway(holding, state, into),
  };
}

/** One writer for both of two, either of which may be missing. */
function writers(
  first: JournalWriter | undefined,
  second: JournalWriter | undefined,
): JournalWriter | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return {
    write(entry: JournalEntry) {
      first.write(entry);
      second.write(entry);
    },
  };
}
