// Misses: what it costs to answer from the meter when the WAN costs nothing, beside the hits that
// follow, and beside the meter's own part. In one process, at the hall's door, without a socket.

import { unpack } from 'msgpackr';
import { ManualClock } from '../emulator/clock.ts';
import type { Peer } from '../gateway/peer.ts';
import { msgpackWire } from '../gateway/wire/msgpack.ts';
import { alternate, WARM_UP_TURNS } from './alternate.ts';
import type { Bench, BenchOptions, Finding } from './finding.ts';
import {
  DEVICES_A_BLOCK,
  ENTRIES,
  forget,
  type MissWorld,
  NOW_MS,
  openMissWorld,
  requestFrames,
} from './miss-world.ts';
import { spreadOf } from './statistics.ts';

const START_SECONDS = Date.UTC(2026, 10, 22) / 1000;
const END_SECONDS = Date.UTC(2026, 10, 23) / 1000;

/** As many as the warm-cache bench has in flight. */
const IN_FLIGHT = 512;
/** On one core. */
const MISSES_A_SECOND_MIN = 120_000;

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

/** Asks for yesterday's import of `frames`, and says how long an answer took, ns. */
async function ask(
  { gateway, tally }: MissWorld,
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
function readMeters({ fleet }: MissWorld, first: number): number {
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

async function missesAtOnce({ blocks, tell }: BenchOptions): Promise<Finding> {
  // Every turn asks devices of its own: once in slots that were never used, then, forgotten, again,
  // which is what is reported first. Some turns only warm up.
  const world = openMissWorld({
    meters: (blocks + WARM_UP_TURNS) * DEVICES_A_BLOCK,
    wan: 'none',
    clock: new ManualClock(NOW_MS),
    inFlight: IN_FLIGHT,
  });
  const firsts: number[] = [];
  const hits: number[] = [];
  const meters: number[] = [];
  let first = 0;
  const [missed] = await alternate(
    [
      {
        name: 'misses: read from the meter, stored, answered',
        unit: 'ns/SR',
        async block() {
          const frames = requestFrames(first, DEVICES_A_BLOCK);
          firsts.push(await ask(world, frames, 'device'));
          hits.push(await ask(world, frames, 'cache'));
          forget(world, first, DEVICES_A_BLOCK);
          const miss = await ask(world, frames, 'device');
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
    row('misses of devices that were never stored: memory is taken for their slots', firsts),
  ];
  const [missNs = 0, hitNs = 0, meterNs = 0] = rows.map((each) => spreadOf(each.blocks).median);
  const perSecond = (ns: number) => Math.round(1e9 / ns);
  return {
    title: 'Misses with `--wan none`',
    about: [
      `4.8.1 for all of yesterday, ${ENTRIES} entries, MessagePack, at the hall's door`,
      `without a socket, ${IN_FLIGHT} SRs at a time,`,
      `${DEVICES_A_BLOCK.toLocaleString('en-GB')} devices a block, of which nothing is cached any`,
      'more: their slots have been used before, as on every day of a service but its first. On',
      'that day the system has memory to give besides, which virtual machines do slowly.',
      'Asserted: as many reads of meters as misses and none for hits, one answer each, samples of',
      `them with ${ENTRIES} entries from where they ought to come.`,
    ],
    rows,
    bars: [
      {
        what: 'misses a second, one core',
        unit: 'SR/s',
        measured: perSecond(missNs),
        atLeast: MISSES_A_SECOND_MIN,
      },
      { what: 'hits a second, one core', unit: 'SR/s', measured: perSecond(hitNs) },
      { what: "the meter's part of a miss", unit: '', measured: meterNs / missNs },
    ],
  };
}

export const misses: Bench = {
  name: 'misses',
  async run(options): Promise<Finding[]> {
    return [await missesAtOnce(options)];
  },
};
