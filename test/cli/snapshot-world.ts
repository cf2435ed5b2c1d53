// A world as `s1sp serve` puts it together, without its port: saved, taken over by another,
// compared with a twin that nobody disturbed. Single-element and twin-element ESMEs, gas that is
// read in slices, a WAN that is slow, loses messages and has few sessions.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ServeSettings } from '../../cli/settings.ts';
import { readSnapshot, type Snapshot, takeSnapshot } from '../../cli/snapshot.ts';
import { openWorld, type ServedWorld } from '../../cli/world.ts';
import { packRealMeters } from '../../emulator/real-meters.ts';
import { formatSeconds, parseDateTime } from '../../gateway/protocol/half-hours.ts';
import type { UserRole } from '../../gateway/protocol/service-reference.ts';
import { imageOf } from '../../gateway/s1sp/cache-image.ts';
import { openLog } from '../../gateway/server/log.ts';
import { SnapshotError } from '../../gateway/snapshot-error.ts';
import { Line, partyId } from '../gateway/small-world.ts';

export const NOW = '2026-11-23T09:00:00Z';
export const DCC = '90-B3-D5-1F-30-00-00-02';

const directory = mkdtempSync(join(tmpdir(), 's1sp-snapshot-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));

/** A place for a file of a test. */
export function place(name: string): string {
  return join(directory, name);
}

const SLOW = {
  name: 'slow and narrow',
  requestMedianMs: 900,
  requestSpread: 0.6,
  replyMedianMs: 1400,
  replySpread: 0.6,
  lossProbability: 0.15,
  attemptTimeoutMs: 4000,
  retries: 2,
  meterTimeoutMs: 25_000,
  capacity: 4,
  waitingMax: 3,
  smsWakeUps: 1,
  smsMedianMs: 700,
  smsSpread: 0.5,
};

const FLEET = {
  cohorts: [
    { name: 'single', count: 5, firstDeviceId: '90-B3-D5-1F-40-00-00-00', schedules: 0.6 },
    {
      name: 'twin',
      count: 2,
      firstDeviceId: '90-B3-D5-1F-41-00-00-00',
      model: 'twin-element',
      schedules: 1,
    },
    {
      name: 'gas',
      count: 1,
      firstDeviceId: '90-B3-D5-1F-42-00-00-00',
      deviceType: 'GSME',
      model: 'gas-24-hours',
      schedules: 1,
    },
  ].map((cohort) => ({ ...cohort, wan: SLOW })),
};
const FLEET_FILE = place('fleet.json');
writeFileSync(FLEET_FILE, JSON.stringify(FLEET));

export const DEVICES = 8;
export const GAS_DEVICE = 7;

export function settings(more: Partial<ServeSettings> = {}): ServeSettings {
  return {
    port: 0,
    host: '127.0.0.1',
    meters: 10_000,
    fleet: FLEET_FILE,
    seed: 7,
    now: parseDateTime(NOW) * 1000,
    clock: { kind: 'manual' },
    wan: 'typical',
    schedules: 1,
    faults: undefined,
    snapshot: undefined,
    parties: undefined,
    targets: undefined,
    maxInFlight: 1000,
    maxInFlightPerConnection: 1000,
    cacheArming: 'same-srv',
    cotReturnCached: false,
    replayProtection: false,
    signingKey: undefined,
    signResponses: false,
    inspector: 'off',
    readyFile: undefined,
    logLevel: 'silent',
    ...more,
  };
}

const log = openLog('silent');

/** Lets both go on for a while in small steps, and holds each step's answers together. */
export async function expectSame(one: Asked, other: Asked, seconds = 60): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    await one.pass(1);
    await other.pass(1);
    expect(other.heard()).toEqual(one.heard());
  }
  expect(other.memory()).toEqual(one.memory());
}

/** A busy world: cached, real, waiting, on its way. */
export async function busy(): Promise<Asked> {
  const asked = Asked.open();
  const now = asked.world.clock.nowMs() / 1000;
  asked.world.fleet.cohorts[0]?.bank.makeReal(2, now);
  for (const device of [1, 3, 5]) asked.read('4.8.1', device, 'IS', device);
  await asked.pass(40);
  asked.read('4.8.3', 1, 'ES', 10);
  asked.read('4.8.1', 1, 'IS', 11, { executionDateTime: '2026-11-23T10:00:00Z' });
  return asked;
}

/** What somebody is told of a fault, and what to do. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (fault) {
    if (fault instanceof SnapshotError) return `${fault.message}; ${fault.next}`;
    throw fault;
  }
  return 'nothing was wrong';
}

/** A world and whoever asks it: one line, on which everything that comes is kept. */
export class Asked {
  readonly world: ServedWorld;
  readonly line: Line;
  #taken = 0;

  constructor(world: ServedWorld) {
    this.world = world;
    this.line = new Line(world.gateway, null);
  }

  static open(more: Partial<ServeSettings> = {}): Asked {
    return new Asked(openWorld(settings(more), log));
  }

  /** What came since the last look, as text. */
  heard(): string[] {
    const frames = this.line.frames.slice(this.#taken);
    this.#taken = this.line.frames.length;
    return frames.map(String);
  }

  deviceId(device: number): string {
    return this.world.fleet.deviceId(device);
  }

  say(srv: string, target: string, role: UserRole, counter: number, body: object): void {
    const requestId = `${partyId(role)}:${target}:${counter}`;
    this.line.say({ requestId, serviceReferenceVariant: srv, ...body });
  }

  /** Asks for the half hours, or reads, of the whole day before this one. */
  read(srv: string, device: number, role: UserRole, counter: number, more: object = {}): void {
    const today = Math.floor(this.world.clock.nowMs() / 86_400_000) * 86_400;
    const readLogPeriod = {
      startDateTime: formatSeconds(today - 86_400),
      endDateTime: formatSeconds(today),
    };
    this.say(srv, this.deviceId(device), role, counter, { readLogPeriod, ...more });
  }

  async pass(seconds: number): Promise<void> {
    const { clock } = this.world;
    await clock.advanceTo(clock.nowMs() + seconds * 1000);
  }

  async until(time: string): Promise<void> {
    await this.world.clock.advanceTo(parseDateTime(time) * 1000);
  }

  async save(withReadings = true): Promise<Buffer> {
    return (await takeSnapshot(this.world, withReadings)).bytes;
  }

  /** The same world in another's memory; this one's line hangs up, as all do. */
  async moved(withReadings = true): Promise<Asked> {
    const bytes = await this.save(withReadings);
    this.hangUp();
    return restored(readSnapshot('test', bytes));
  }

  hangUp(): void {
    this.line.hangUp();
    this.world.clock.close();
  }

  /** Goes on over a new line, as after a snapshot. */
  reconnected(): Asked {
    this.line.hangUp();
    return new Asked(this.world);
  }

  /** Every byte that says what is cached and what meters hold, and what waits. */
  memory(): unknown {
    const { fleet, gateway, faults } = this.world;
    return {
      cache: gateway.cache.banks().map(({ core }) => {
        const { words, regions } = imageOf(core);
        return { words, regions: regions.map((bytes) => bytes.toString('base64')) };
      }),
      meters: fleet.cohorts.map(({ bank }) => packRealMeters(bank).toString('base64')),
      faults: faults.list(),
      waiting: gateway.futureDated.page(100),
      outboxes: gateway.delivery.state(true),
      inFlight: gateway.inFlight.count,
    };
  }
}

export function restored(snapshot: Snapshot, more: Partial<ServeSettings> = {}): Asked {
  return new Asked(openWorld(settings({ now: undefined, ...more }), log, snapshot));
}
