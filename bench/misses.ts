// Misses: what it costs to answer from the meter when the WAN costs nothing, beside the hits that
// follow, and beside the meter's own part. In one process, at the hall's door, without a socket.

import { pack, unpack } from 'msgpackr';
import { ManualClock } from '../emulator/clock.ts';
import { type Fleet, openFleet } from '../emulator/fleet.ts';
import { defaultFleet } from '../emulator/fleet-file.ts';
import { Wan } from '../emulator/wan.ts';
import { readWanProfile } from '../emulator/wan-profiles.ts';
import { PartyTable } from '../gateway/access/parties.ts';
import { type Gateway, openGateway } from '../gateway/gateway.ts';
import type { Peer } from '../gateway/peer.ts';
import { formatEui64 } from '../gateway/protocol/eui64.ts';
import type { Checked } from '../gateway/protocol/json-check.ts';
import { Tally } from '../gateway/protocol/tally.ts';
import { msgpackWire } from '../gateway/wire/msgpack.ts';
import { alternate, WARM_UP_TURNS } from './alternate.ts';
import type { Bench, Finding } from './finding.ts';
import { spreadOf } from './statistics.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 9);
const PERIOD = { startDateTime: '2026-11-22T00:00:00Z', endDateTime: '2026-11-23T00:00:00Z' };
const START_SECONDS = Date.UTC(2026, 10, 22) / 1000;
const END_SECONDS = Date.UTC(2026, 10, 23) / 1000;
const ENTRIES = 49;

const DEVICES_A_BLOCK = 20_000;
/** As many as the warm-cache bench has in flight. */
const IN_FLIGHT = 512;
const DEVICE_HIGH = 0x90b3d51f;
const FIRST_DEVICE_LOW = 0x40000000;

/** Counts its answers and keeps one in a while. */
class CountingPeer implements Peer {
  readonly party = null;
  inFlight = 0;
  answers = 0;
  readonly samples: Buffer[] = [];

  send(frame: Buffer): void {
    if (this.answers++ % 997 === 0) this.samples.push(frame);
  }
}

interface World {
  readonly gateway: Gateway;
  readonly fleet: Fleet;
  readonly tally: Tally;
}

function openWorld(meters: number): World {
  const clock = new ManualClock(NOW_MS);
  const wan = checked(readWanProfile('none'));
  const fleet = checked(openFleet(defaultFleet(meters, { wan, scheduledShare: 1 }), { seed: 1 }));
  const tally = new Tally();
  const gateway = openGateway({
    clock,
    inventory: fleet,
    network: new Wan({ clock, meters: fleet, seed: 1 }),
    parties: new PartyTable(),
    tally,
    log: {
      debug() {},
      error(fields, message) {
        throw new Error(message, { cause: fields });
      },
      isLevelEnabled: () => false,
    },
    limits: { inFlight: IN_FLIGHT, inFlightPerConnection: IN_FLIGHT },
    cacheArming: 'same-srv',
    realNowMs: () => performance.now(),
  });
  return { gateway, fleet, tally };
}

function checked<T>(result: Checked<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.problems.join('\n'));
}

/** Asks for yesterday's import of `frames`, and says how long an answer took, ns. */
async function ask(
  { gateway, tally }: World,
  frames: readonly Buffer[],
  served: 'device' | 'cache',
): Promise<number> {
  const peer = new CountingPeer();
  const readsBefore = tally.deviceReads.get('4.8.1', 'ok', 'only');
  const started = process.hrtime.bigint();
  for (let first = 0; first < frames.length; first += IN_FLIGHT) {
    for (const frame of frames.slice(first, first + IN_FLIGHT)) {
      gateway.handle(frame, msgpackWire, peer);
    }
    while (peer.inFlight > 0) await turn();
  }
  const ns = Number(process.hrtime.bigint() - started) / frames.length;
  const reads = tally.deviceReads.get('4.8.1', 'ok', 'only') - readsBefore;
  if (peer.answers !== frames.length || reads !== (served === 'device' ? frames.length : 0)) {
    throw new Error(`${peer.answers} answers took ${reads} reads of meters`);
  }
  for (const sample of peer.samples) {
    const answer = unpack(sample);
    if (answer.served !== served || answer.profile.primaryValue.length !== ENTRIES) {
      throw new Error(`not ${ENTRIES} entries from the ${served}`);
    }
  }
  return ns;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The same reads, at the meter itself. */
function readMeters({ fleet }: World, first: number): number {
  let entries = 0;
  const started = process.hrtime.bigint();
  for (let device = first; device < first + DEVICES_A_BLOCK; device++) {
    const reply = fleet.readMeter(
      { device, srv: '4.8.1', startSeconds: START_SECONDS, endSeconds: END_SECONDS },
      NOW_MS / 1000,
    );
    if (reply.ok && 'profile' in reply) entries += reply.profile?.count ?? 0;
  }
  const ns = Number(process.hrtime.bigint() - started) / DEVICES_A_BLOCK;
  if (entries !== DEVICES_A_BLOCK * ENTRIES) throw new Error(`the meters gave ${entries} entries`);
  return ns;
}

function requestFrames(first: number): Buffer[] {
  return Array.from({ length: DEVICES_A_BLOCK }, (_, i) => {
    const deviceId = formatEui64(DEVICE_HIGH, FIRST_DEVICE_LOW + first + i);
    return pack({
      requestId: `90-B3-D5-1F-30-01-00-00:${deviceId}:1795424400000`,
      serviceReferenceVariant: '4.8.1',
      readLogPeriod: PERIOD,
    });
  });
}

export const misses: Bench = {
  name: 'misses',
  async run({ blocks, tell }): Promise<Finding[]> {
    // Every turn asks devices that nobody has asked before; some turns only warm up.
    const world = openWorld((blocks + WARM_UP_TURNS) * DEVICES_A_BLOCK);
    const hits: number[] = [];
    const meters: number[] = [];
    let first = 0;
    const [missed] = await alternate(
      [
        {
          name: 'misses: read from the meter, stored, answered',
          unit: 'ns/SR',
          async block() {
            const frames = requestFrames(first);
            const miss = await ask(world, frames, 'device');
            hits.push(await ask(world, frames, 'cache'));
            meters.push(readMeters(world, first));
            first += DEVICES_A_BLOCK;
            tell(`a miss ${Math.round(miss)} ns, a hit ${Math.round(hits.at(-1) ?? 0)} ns`);
            return miss;
          },
        },
      ],
      blocks,
    );
    if (missed === undefined) throw new Error('nothing was measured');
    const row = (contender: string, values: number[]) => ({
      contender,
      unit: 'ns/SR',
      blocks: values.slice(-blocks),
    });
    const rows = [
      missed,
      row('hits: the same requests again', hits),
      row('the meter alone: its log computed and read', meters),
    ];
    const [missNs = 0, hitNs = 0, meterNs = 0] = rows.map((each) => spreadOf(each.blocks).median);
    const perSecond = (ns: number) => Math.round(1e9 / ns);
    return [
      {
        title: 'Misses with `--wan none`',
        about: [
          `4.8.1 for all of yesterday, ${ENTRIES} entries, MessagePack, at the hall's door`,
          `without a socket, ${IN_FLIGHT} SRs at a time,`,
          `${DEVICES_A_BLOCK.toLocaleString('en-GB')} devices a block that were never asked`,
          'before. Asserted: as many reads of meters as misses and none for hits, one answer',
          `each, samples of them with ${ENTRIES} entries from where they ought to come.`,
        ],
        rows,
        bars: [
          { what: 'misses a second, one core', unit: 'SR/s', measured: perSecond(missNs) },
          { what: 'hits a second, one core', unit: 'SR/s', measured: perSecond(hitNs) },
          { what: "the meter's part of a miss", unit: '', measured: meterNs / missNs },
        ],
      },
    ];
  },
};
