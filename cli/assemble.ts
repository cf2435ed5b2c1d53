// The composition root of `s1sp serve`: the emulated world, the gateway in front of it, and the
// port.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ManualClock, openClock } from '../emulator/clock.ts';
import type { CohortPlan, FleetDefaults } from '../emulator/cohort-plan.ts';
import { type Fleet, openFleet } from '../emulator/fleet.ts';
import { defaultFleet, readFleetFile } from '../emulator/fleet-file.ts';
import { Wan } from '../emulator/wan.ts';
import { readWanProfile } from '../emulator/wan-profiles.ts';
import type { DeviceRegister } from '../gateway/access/device-register.ts';
import { PartyTable, readParties } from '../gateway/access/parties.ts';
import { openGateway } from '../gateway/gateway.ts';
import { formatDate, formatMs } from '../gateway/protocol/half-hours.ts';
import { type Checked, readJson } from '../gateway/protocol/json-check.ts';
import { Tally } from '../gateway/protocol/tally.ts';
import type { DeviceView } from '../gateway/server/device-page.ts';
import { openLog } from '../gateway/server/log.ts';
import { nextTurn, realTime } from '../gateway/server/real-time.ts';
import { ResponseOutbox } from '../gateway/server/response-post.ts';
import { openServer } from '../gateway/server/server.ts';
import { openSigner, type Signer } from '../gateway/wire/duis/signature.ts';
import { openDuisWire } from '../gateway/wire/duis.ts';
import { CommandError } from './exit-codes.ts';
import type { ServeSettings } from './settings.ts';

/** A gateway that accepts connections. */
export interface Assembled {
  /** The ready line [contract §2]. */
  readonly ready: object;
  /** Stops accepting, answers what was accepted, closes. */
  drain(): Promise<void>;
}

/** Puts everything together; rejects with a `CommandError` where a file is wrong. */
export async function assemble(settings: ServeSettings): Promise<Assembled> {
  const log = openLog(settings.logLevel);
  const clock = openClock(settings.clock, settings.now);
  const fleet = checked(openFleet(plansOf(settings), { seed: settings.seed }));
  const parties = partiesOf(settings);
  const tally = new Tally();
  const wan = new Wan({
    clock,
    meters: fleet,
    seed: settings.seed,
    onBytes: (direction, size) => tally.wanBytes(direction, size),
  });
  const duisWire = openDuisWire({ log, nextTurn, ...signerOf(settings) });
  const posts = new ResponseOutbox({ wire: duisWire, tally, realTime, log });
  const gateway = openGateway({
    clock,
    responsePost: posts,
    inventory: fleet,
    network: wan,
    parties,
    tally,
    log,
    limits: {
      inFlight: settings.maxInFlight,
      inFlightPerConnection: settings.maxInFlightPerConnection,
    },
    cacheArming: settings.cacheArming,
    cotReturnCached: settings.cotReturnCached,
    replayProtection: settings.replayProtection,
    realNowMs: realTime.nowMs,
  });
  const readyLine = () => ({
    ready: true,
    ws: server.wsUrl,
    http: server.httpUrl,
    meters: fleet.deviceCount,
    firstDeviceId: fleet.deviceId(0),
    lastDeviceId: fleet.deviceId(fleet.deviceCount - 1),
    now: formatMs(clock.nowMs()),
    seed: settings.seed,
  });
  const server = await openServer({
    handle: gateway.handle,
    tally,
    log,
    host: settings.host,
    port: settings.port,
    clock,
    ...(clock instanceof ManualClock && { advanceTo: (ms: number) => clock.advanceTo(ms) }),
    readyLine,
    device: ({ high, low }) => deviceView(gateway.devices, gateway.devices.find(high, low)),
    setDeviceStatus: ({ high, low }, status) =>
      gateway.setDeviceStatus(gateway.devices.find(high, low), status),
    authenticate: (token) => parties.authenticate(token),
    duis: {
      wire: duisWire,
      deliverDocument: (party, document) => gateway.delivery.deliverDocument(party, document),
    },
    async whenIdle() {
      await gateway.inFlight.drain();
      await posts.whenEmpty();
    },
    giveUp() {
      gateway.inFlight.giveUp();
      posts.giveUp();
    },
    closed: (peer) => gateway.left(peer),
    gauges: {
      cacheEntries: () => sumOf(gateway.cache.banks(), (bank) => bank.entries),
      cacheBytes: () => sumOf(gateway.cache.banks(), (bank) => bank.bytesInUse),
      inFlight: () => gateway.inFlight.count,
      wasmMemoryBytes: () => ({
        cache: sumOf(gateway.cache.banks(), (bank) => bank.core.memory.buffer.byteLength),
        meters: fleet.memoryBytes,
      }),
      buildInfo: () => ({ version: packageVersion(), node: process.version }),
    },
  });
  tellOfCsv(fleet, log);
  log.info({ meters: fleet.deviceCount, ws: server.wsUrl }, 'accepting connections');
  return {
    ready: readyLine(),
    async drain() {
      await server.drain();
      clock.close();
      log.info('stopped');
    },
  };
}

/** The key that signs DUIS XML: the user's, or none for one made for the occasion. */
function signerOf({ signingKey }: ServeSettings): { signer?: Signer } {
  if (signingKey === undefined) return {};
  try {
    return { signer: checked(openSigner(readFileSync(signingKey, 'utf8'))) };
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('usage', `--signing-key: cannot read ${signingKey}: ${reason}`, cause);
  }
}

/** What the device page shows; undefined for no device. */
function deviceView(devices: DeviceRegister, device: number): DeviceView | undefined {
  if (device < 0) return undefined;
  const { name, deviceType, commissionedDay } = devices.cohortOf(device);
  return {
    deviceId: devices.deviceId(device),
    deviceType,
    deviceStatus: devices.statusOf(device),
    dateCommissioned: formatDate(commissionedDay),
    cohort: name,
  };
}

/** The cohorts that the settings ask for. */
function plansOf(settings: ServeSettings): CohortPlan[] {
  const wan = checked(readWanProfile(settings.wan));
  const defaults: FleetDefaults = { wan, scheduledShare: settings.schedules };
  return settings.fleet === undefined
    ? defaultFleet(settings.meters, defaults)
    : checked(readFleetFile(settings.fleet, defaults));
}

function partiesOf({ parties: file }: ServeSettings): PartyTable {
  if (file === undefined) return new PartyTable();
  return checked(readParties(file, checked(readJson(file))));
}

/** What a file says, or the end of the command with everything that is wrong with it. */
function checked<T>(result: Checked<T>): T {
  if (result.ok) return result.value;
  throw new CommandError('usage', result.problems.join('\n'));
}

/** Whatever a recording had to leave out is told; nothing is guessed. */
function tellOfCsv(fleet: Fleet, log: ReturnType<typeof openLog>): void {
  for (const { cohort, file, household, report } of fleet.replayedCsvs) {
    log.info({ cohort, file, household, ...report }, 'replaying half-hourly readings');
  }
}

function packageVersion(): string {
  const file = createRequire(import.meta.url).resolve('#package');
  const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return version;
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
