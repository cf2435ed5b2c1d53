// All that a gateway holds as plain data, and back into one that was opened anew: schedules, device
// statuses, requests under way and waiting, outboxes, and with readings the cache. A restored
// gateway is the saved one with every connection closed: who asked on one is not there any more.
//
// Without readings nothing leaves it that a meter has counted: the cache is empty afterwards,
// though armed as before, and answers with readings that waited for their Parties are gone.

import { type DeviceRegister, STATUSES_STATE } from './access/device-register.ts';
import type { PartyTable } from './access/parties.ts';
import { COUNTERS_STATE, type ReplayProtection } from './access/replay.ts';
import type { Agenda } from './agenda.ts';
import type { DeviceRequests } from './device-requests.ts';
import { type Delivery, OUTBOXES_STATE } from './dsp/delivery.ts';
import { FUTURE_DATED_STATE, type FutureDated } from './dsp/future-dated.ts';
import { RUNS_STATE, type ScheduleRuns } from './dsp/runs.ts';
import { SCHEDULES_STATE, type Schedules } from './dsp/schedules.ts';
import type { InFlight } from './in-flight.ts';
import { Compile, type Static, Type } from './protocol/schema.ts';
import {
  type KnownWorld,
  REQUEST_UNDER_WAY,
  requestOf,
  requestState,
} from './request-under-way.ts';
import type { CacheImage } from './s1sp/cache-image.ts';
import { CACHE_BANK_STATE, type DataCache, type Target } from './s1sp/data-cache.ts';
import type { NumberOf, ReplyTo } from './s1sp/meter-network.ts';
import type { S1sp } from './s1sp/s1sp.ts';
import { S1SP_STATE } from './s1sp/s1sp-state.ts';
import { contradiction } from './snapshot-error.ts';

const GATEWAY_STATE = Type.Object({
  statuses: STATUSES_STATE,
  counters: COUNTERS_STATE,
  schedules: SCHEDULES_STATE,
  runs: RUNS_STATE,
  s1sp: S1SP_STATE,
  requests: Type.Array(REQUEST_UNDER_WAY),
  futureDated: FUTURE_DATED_STATE,
  outboxes: OUTBOXES_STATE,
  cacheBanks: Type.Array(CACHE_BANK_STATE),
});
export type GatewayState = Static<typeof GATEWAY_STATE>;

/** What of a file claims to be a gateway's state; throws where it is none. */
export function readGatewayState(value: unknown): GatewayState {
  // Compiled when a file is read: most gateways start without one.
  const check = Compile(GATEWAY_STATE);
  if (check.Check(value)) return value;
  const [first] = check.Errors(value);
  throw contradiction(`${first?.instancePath || 'the gateway'} ${first?.message ?? 'is no state'}`);
}

/** The rooms that hold something. */
export interface HoldingRooms {
  readonly parties: PartyTable;
  readonly devices: DeviceRegister;
  readonly replayProtection: ReplayProtection | undefined;
  readonly schedules: Schedules;
  readonly runs: ScheduleRuns;
  readonly s1sp: S1sp;
  readonly cache: DataCache;
  readonly inFlight: InFlight;
  readonly futureDated: FutureDated;
  readonly requests: DeviceRequests;
  readonly delivery: Delivery;
}

export interface Saving {
  readonly withReadings: boolean;
  /** Number of a command under way at the network. */
  readonly numberOf: NumberOf;
}

export interface SavedGateway {
  readonly state: GatewayState;
  readonly images: readonly CacheImage[];
  /** Answers with readings that are left out. */
  readonly answersLeftOut: number;
}

export interface Restoring {
  readonly images: readonly CacheImage[];
  readonly replyTo: ReplyTo;
  readonly agenda: Agenda;
}

/** Copies what a gateway holds, at once. Throws a `SnapshotError` where that cannot be. */
export function saveGateway(rooms: HoldingRooms, { withReadings, numberOf }: Saving): SavedGateway {
  const { cache, delivery, s1sp } = rooms;
  const kept = withReadings ? cache.state() : { banks: [], images: [] };
  const state: GatewayState = {
    statuses: rooms.devices.state(),
    counters: rooms.replayProtection?.state() ?? [],
    schedules: rooms.schedules.state(),
    runs: rooms.runs.state(),
    s1sp: s1sp.state({ numberOf, withReadings, cache }),
    requests: rooms.inFlight.underWay().map(requestState),
    futureDated: rooms.futureDated.state(),
    outboxes: delivery.state(withReadings),
    cacheBanks: kept.banks,
  };
  // What is only being written any more has had its meter's reply.
  const asked = new Set(state.s1sp.inquiries.map((inquiry) => askerOf(inquiry)));
  const requests = state.requests.filter(({ request }) => asked.has(request.requestId.text));
  const answersLeftOut = withReadings ? 0 : delivery.waitingReadings;
  return { state: { ...state, requests }, images: kept.images, answersLeftOut };
}

function askerOf(inquiry: GatewayState['s1sp']['inquiries'][number]): string {
  return inquiry.kind === 'restriction' ? inquiry.asker : inquiry.question.asker;
}

/** Takes a state over into a gateway that nobody has asked anything yet. */
export function restoreGateway(rooms: HoldingRooms, state: GatewayState, into: Restoring): void {
  const { agenda, replyTo, images } = into;
  const known = knownTo(rooms);
  for (const { device, status } of state.statuses) {
    rooms.devices.setStatus(known.targetOf(device).device, status);
  }
  rooms.replayProtection?.restore(state.counters, known.partyOf);
  rooms.schedules.restore(state.schedules, agenda, known);
  rooms.cache.restore(state.cacheBanks, images, agenda, known.targetOf);
  const coming = rooms.s1sp.restore(state.s1sp, { targetOf: known.targetOf, replyTo });
  rooms.delivery.restore(state.outboxes, known.partyOf);
  rooms.runs.restore(state.runs, coming, known);
  for (const request of state.requests) {
    rooms.requests.resume(requestOf(request, known), coming);
  }
  rooms.futureDated.restore(state.futureDated);
  for (const { place, executionMs, arrival, ...request } of state.futureDated.waiting) {
    const underWay = requestOf(request, known);
    agenda.add(place, () => rooms.requests.wait(underWay, executionMs, arrival));
  }
}

function knownTo({ parties, devices }: HoldingRooms): KnownWorld {
  return {
    partyOf(id) {
      const party = parties.find(id);
      if (party === undefined) throw contradiction(`it speaks of a Party ${id} that is not there`);
      return party;
    },
    targetOf(device): Target {
      if (device >= devices.deviceCount) throw contradiction(`it speaks of a device ${device}`);
      const { high, low } = devices.eui64Of(device);
      return { device, high, low, cohort: devices.cohortOf(device) };
    },
  };
}
