// A small world for the inspector's tests: real meters, a real gateway and cache, no port, on the
// manual clock. Ten single-element ESMEs, two with a second element, two of gas.

import { createHash } from 'node:crypto';
import { inspectedWorld } from '../../cli/inspected-world.ts';
import { ManualClock, openClock, type RealTime } from '../../emulator/clock.ts';
import type { CohortPlan } from '../../emulator/cohort-plan.ts';
import { FaultMeters } from '../../emulator/fault-meters.ts';
import { Faults } from '../../emulator/faults.ts';
import { type Fleet, openFleet } from '../../emulator/fleet.ts';
import { defaultFleet } from '../../emulator/fleet-file.ts';
import { gasModelOf } from '../../emulator/meters/gas-models.ts';
import { METER_MODELS } from '../../emulator/meters/models.ts';
import { Wan } from '../../emulator/wan.ts';
import { WAN_PROFILES } from '../../emulator/wan-profiles.ts';
import { PartyTable } from '../../gateway/access/parties.ts';
import { type Gateway, openGateway } from '../../gateway/gateway.ts';
import type { Peer } from '../../gateway/peer.ts';
import { parseDateTime } from '../../gateway/protocol/half-hours.ts';
import type { ReadSrv } from '../../gateway/protocol/service-reference.ts';
import { Tally } from '../../gateway/protocol/tally.ts';
import { jsonWire } from '../../gateway/wire/json.ts';
import { Monitor } from '../../inspector/monitor.ts';
import type { Outcome } from '../../inspector/outcome.ts';
import type { World, WorldClock } from '../../inspector/world.ts';

export const NOW = '2026-11-23T09:00:00Z';
export const METER = '90-B3-D5-1F-40-00-00-07';
/** #7, single-element; #10, twin-element; #12, gas. */
export const TWIN = '90-B3-D5-1F-50-00-00-00';
export const GAS = '90-B3-D5-1F-60-00-00-00';

export interface Inspected {
  readonly clock: ManualClock;
  readonly fleet: Fleet;
  readonly readMeters: FaultMeters;
  readonly gateway: Gateway;
  readonly tally: Tally;
  readonly faults: Faults;
  readonly world: World;
  readonly monitor: Monitor;
  /** Runs a line that has to succeed. */
  tell(line: string): Promise<{ text: string; value: unknown }>;
  /** Runs a line that has to be refused. */
  refuse(line: string): Promise<{ code: string; message: string; next: string }>;
  /** Yesterday's half hours as the first Party that may ask; gives the requestId and the answer. */
  ask(device: number, srv?: ReadSrv): Promise<{ requestId: string; served: string }>;
}

function plans(): CohortPlan[] {
  const defaults = { wan: WAN_PROFILES.none, scheduledShare: 1 };
  const [first] = defaultFleet(10, defaults);
  if (first === undefined) throw new Error('no default fleet');
  const high = first.firstDeviceId.high;
  return [
    first,
    {
      ...first,
      name: 'twins',
      count: 2,
      model: METER_MODELS['twin-element'],
      firstDeviceId: { high, low: 0x5000_0000 },
    },
    {
      ...first,
      name: 'gas',
      deviceType: 'GSME',
      count: 2,
      model: gasModelOf('gas'),
      firstDeviceId: { high, low: 0x6000_0000 },
    },
  ];
}

export function openInspected(
  clock: ManualClock | WorldClock = new ManualClock(parseDateTime(NOW) * 1000),
): Inspected {
  const opened = openFleet(plans(), { seed: 1 });
  if (!opened.ok) throw new Error(opened.problems.join());
  const fleet = opened.value;
  const tally = new Tally();
  const faults = new Faults({ fleet, seed: 1 });
  const readMeters = new FaultMeters(fleet, faults);
  const gateway = openGateway({
    clock,
    inventory: fleet,
    network: new Wan({ clock, meters: readMeters, seed: 1 }),
    parties: new PartyTable(),
    tally,
    log: { debug() {}, error() {}, isLevelEnabled: () => false },
    limits: { inFlight: 1000, inFlightPerConnection: 1000 },
    cacheArming: 'same-srv',
    realNowMs: () => 0,
  });
  const world = inspectedWorld({ seed: 1, clock, fleet, readMeters, gateway, tally, faults });
  const monitor = new Monitor(world);
  let counter = 1000;
  const run = (line: string): Promise<Outcome> => monitor.run(line);
  return {
    clock: clock as ManualClock,
    fleet,
    readMeters,
    gateway,
    tally,
    faults,
    world,
    monitor,
    async tell(line) {
      const outcome = await run(line);
      if (!outcome.ok) throw new Error(`${line}: ${JSON.stringify(outcome.error)}`);
      return outcome;
    },
    async refuse(line) {
      const outcome = await run(line);
      if (outcome.ok) throw new Error(`${line}: ${outcome.text}`);
      return outcome.error;
    },
    async ask(device, srv = '4.8.1') {
      const party = `90-B3-D5-1F-30-01-00-0${srv === '4.8.2' ? 0 : 7}`;
      const requestId = `${party}:${fleet.deviceId(device)}:${counter++}`;
      const frames: Buffer[] = [];
      const peer: Peer = { party: null, inFlight: 0, send: (frame) => void frames.push(frame) };
      const readLogPeriod = {
        startDateTime: '2026-11-22T00:00:00Z',
        endDateTime: '2026-11-23T00:00:00Z',
      };
      const message = { requestId, serviceReferenceVariant: srv, readLogPeriod };
      gateway.handle(Buffer.from(JSON.stringify(message)), jsonWire, peer);
      for (let turn = 0; frames.length === 0 && turn < 100; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      const { served } = JSON.parse(String(frames[0]));
      return { requestId, served };
    },
  };
}

/** A running clock on a machine whose time stands still until told. */
export function runningClock(): { clock: WorldClock; pass(ms: number): void } {
  let monotonic = 0;
  const sleeps: { atMs: number; run: () => void }[] = [];
  const real: RealTime = {
    wallMs: () => parseDateTime(NOW) * 1000,
    monotonicMs: () => monotonic,
    after(ms, run) {
      const sleep = { atMs: monotonic + ms, run };
      sleeps.push(sleep);
      return () => void sleeps.splice(sleeps.indexOf(sleep), 1);
    },
    soon: (run) => void setImmediate(run),
  };
  const clock = openClock({ kind: 'scaled', speed: 60 }, parseDateTime(NOW) * 1000, real);
  return {
    clock,
    pass(ms) {
      monotonic += ms;
      for (const { atMs, run } of [...sleeps]) if (atMs <= monotonic) run();
    },
  };
}

/** Every byte of every bank, and every counter, as one text to compare. */
export function stateOf({ fleet, gateway, tally }: Inspected): string {
  const cores = [
    ...fleet.cohorts.map(({ bank }) => bank.core),
    ...gateway.cache.banks().map(({ core }) => core),
  ];
  const hash = createHash('sha256');
  for (const { memory } of cores) hash.update(new Uint8Array(memory.buffer));
  const counts: unknown[] = [];
  const counted = [tally.answers, tally.cacheLookups, tally.deviceReads, tally.savedReads];
  for (const each of counted) {
    each.forEach((labels, count) => {
      counts.push([labels, count]);
    });
  }
  const banks = gateway.cache.banks();
  const cache = banks.map(({ entries, devices, core }) => [
    entries,
    devices,
    core.nextExpirySeconds(),
  ]);
  return JSON.stringify([hash.digest('hex'), counts, cache, gateway.inFlight.count]);
}
