// The figures of a live view: plain counters that are kept anyway, read when somebody asks. Rates
// are the reader's to make, from two looks and the real time between them.

import { formatMs } from '../gateway/protocol/half-hours.ts';
import type { World } from './world.ts';

export function liveView({ clock, gateway, tally }: World) {
  let serviceRequests = 0;
  let fromCache = 0;
  tally.answers.forEach(([, , served], count) => {
    serviceRequests += count;
    if (served === 'cache') fromCache += count;
  });
  let lookups = 0;
  let hits = 0;
  tally.cacheLookups.forEach(([, result], count) => {
    lookups += count;
    if (result === 'hit') hits += count;
  });
  const banks = gateway.cache.banks();
  return {
    now: formatMs(clock.nowMs()),
    clock: clock.kind,
    isPaused: clock.isPaused,
    speed: clock.speed,
    serviceRequests,
    fromCache,
    cacheLookups: lookups,
    cacheHits: hits,
    deviceReads: sum(tally.deviceReads),
    deviceReadsSaved: sum(tally.savedReads),
    coalesced: tally.coalescedReads,
    inFlight: gateway.inFlight.count,
    cacheEntries: banks.reduce((all, { entries }) => all + entries, 0),
    cachedMeters: banks.reduce((all, { devices }) => all + devices, 0),
    isObserved: gateway.isObserved,
    /** In the order in which the fleet lists them. */
    cohorts: gateway.cohortCounts(),
  };
}

interface Summed {
  forEach(visit: (labels: readonly [string, string, string], count: number) => void): void;
}

function sum(counts: Summed): number {
  let all = 0;
  counts.forEach((_, count) => {
    all += count;
  });
  return all;
}

/** The cohorts, and what all of them come to. */
export function fleetView(world: World) {
  const { cohorts, gateway, meters, seed } = world;
  const { devices } = gateway;
  return {
    seed,
    meters: devices.deviceCount,
    memoryBytes: meters.memoryBytes,
    cohorts: cohorts.map(({ name, deviceType, model, wan, firstDevice, count }) => ({
      ...{ name, deviceType, model, wan, count },
      firstDeviceId: devices.deviceId(firstDevice),
      lastDeviceId: devices.deviceId(firstDevice + count - 1),
    })),
  };
}
