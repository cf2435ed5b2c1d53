// The composition root of `s1sp serve`: the emulated world, the gateway in front of it, and the
// port.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Fleet } from '../emulator/fleet.ts';
import { formatMs } from '../gateway/protocol/half-hours.ts';
import { openLog } from '../gateway/server/log.ts';
import { nextTurn } from '../gateway/server/real-time.ts';
import { openServer } from '../gateway/server/server.ts';
import { openInspector } from '../inspector/inspector.ts';
import { inspectedWorld } from './inspected-world.ts';
import type { ServeSettings } from './settings.ts';
import { openShelf } from './shelf.ts';
import type { Snapshot } from './snapshot.ts';
import { openWorld, type ServedWorld } from './world.ts';

/** A gateway that accepts connections. */
export interface Assembled {
  /** The ready line [contract §2]. */
  readonly ready: object;
  /** Stops accepting, answers what was accepted, closes. */
  drain(): Promise<void>;
}

/** A world behind its port. */
interface Open {
  readonly ready: object;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Puts everything together; rejects with a `CommandError` where a file is wrong, with a
 * `SnapshotError` where the snapshot is.
 */
export async function assemble(settings: ServeSettings, snapshot?: Snapshot): Promise<Assembled> {
  const log = openLog(settings.logLevel);
  let open = await openPort(openWorld(settings, log, snapshot), settings.port, replaceBy);
  let stopping = false;
  let replaced: Promise<void> = Promise.resolve();

  /** Closes the world that is served, and serves another on the same port. */
  function replaceBy(world: ServedWorld): void {
    replaced = replaced.then(async () => {
      // Whoever asked for it has the answer first.
      await nextTurn();
      if (stopping) return;
      const { port } = open;
      await open.close();
      open = await openPort(world, port, replaceBy);
    });
  }

  return {
    ready: open.ready,
    async drain() {
      stopping = true;
      await replaced;
      await open.close();
      log.info('stopped');
    },
  };
}

/** Opens a port before a world; a clock that ran when it was saved goes on. */
async function openPort(
  world: ServedWorld,
  port: number,
  replaceBy: (world: ServedWorld) => void,
): Promise<Open> {
  const { settings, log, clock, fleet, parties, tally, faults, readMeters } = world;
  const { duisWire, posts, targets, gateway } = world;
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
    hits: gateway.hits,
    tally,
    log,
    host: settings.host,
    port,
    clock,
    clockControls: clock,
    advanceTo: (ms: number) => clock.advanceTo(ms),
    readyLine,
    gateway,
    ...(settings.inspector !== 'off' && {
      inspector: openInspector(
        inspectedWorld({
          ...{ seed: settings.seed, clock, fleet, readMeters },
          ...{ gateway, tally, faults, parties, snapshots: openShelf(world, replaceBy) },
        }),
        {
          isPublic: settings.inspector === 'any',
          version: packageVersion(),
          failed: (fault) => log.error({ err: fault }, 'the inspector failed'),
        },
      ),
    }),
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
      faultHits: () => faults.hitsByKind(),
      wasmMemoryBytes: () => ({
        cache: sumOf(gateway.cache.banks(), (bank) => bank.core.memory.buffer.byteLength),
        meters: fleet.memoryBytes,
      }),
      targets,
      buildInfo: () => ({ version: packageVersion(), node: process.version }),
    },
  });
  tellOfCsv(fleet, log);
  if (world.resumes && clock.kind === 'running') clock.resume();
  log.info({ meters: fleet.deviceCount, ws: server.wsUrl }, 'accepting connections');
  return {
    ready: readyLine(),
    port: server.port,
    async close() {
      await server.drain();
      clock.close();
    },
  };
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
