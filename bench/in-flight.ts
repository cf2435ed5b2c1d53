// SRs in flight: what the gateway adds to the WAN's delay, and where the time of an answer goes.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { WARM_UP_TURNS } from './alternate.ts';
import { Child } from './child.ts';
import { type CpuProfile, samplesIn, wasmFunctionNames } from './cpu-profile.ts';
import type { Bench, BenchOptions, Finding } from './finding.ts';
import type { InFlightAsked } from './in-flight/holder.ts';
import { STATION_TITLES, STATIONS, type Station, stationOf } from './in-flight/stations.ts';
import { type Block, IN_FLIGHT } from './in-flight/world.ts';
import { ROOT } from './machine.ts';
import { ENTRIES } from './miss-world.ts';
import { percentileRows } from './percentiles.ts';
import { spreadOf } from './statistics.ts';

const ANSWERS_A_BLOCK = 20_000;
const OVERHEAD_P99_MAX_MS = 1;
const SAMPLED_EVERY_MICROS = 200;

const WORLD = [
  '4.8.1 for all of yesterday, MessagePack, WAN `typical`;',
  `${IN_FLIGHT.toLocaleString('en-GB')} SRs are in flight all the time, because every answer`,
  'asks for a device that was never asked; its slot in the cache has been used before.',
];

export const inFlight: Bench = {
  name: 'in-flight',
  async run(options: BenchOptions): Promise<Finding[]> {
    return [overhead(await blocksOf(options, [])), await profiled(options)];
  },
};

/** Blocks of a world in a process of its own, whose Node has the flags of this one and `flags`. */
async function blocksOf({ blocks, tell }: BenchOptions, flags: string[]): Promise<Block[]> {
  const execArgv = [...process.execArgv, ...flags];
  const child = new Child<InFlightAsked, Block | 'filled'>('in-flight/holder.js', execArgv);
  const measured: Block[] = [];
  try {
    await child.ask({ fill: (blocks + WARM_UP_TURNS) * ANSWERS_A_BLOCK });
    for (let turn = -WARM_UP_TURNS; turn < blocks; turn++) {
      const block = await child.ask({ answers: ANSWERS_A_BLOCK });
      if (block === 'filled') throw new Error('a holder misunderstood');
      const { late, answersASecond } = block;
      tell(`p99 ${Math.round(late.p99)} µs, ${Math.round(answersASecond)} SR/s`);
      if (turn >= 0) measured.push(block);
    }
  } finally {
    await child.end();
  }
  return measured;
}

function overhead(measured: readonly Block[]): Finding {
  const median = (of: (block: Block) => number) => spreadOf(measured.map(of)).median;
  return {
    title: "Beyond the WAN's delay, 50,000 in flight",
    about: [
      ...WORLD,
      "Measured: from the instant at which the meter's reply is due to its answer, in real time,",
      'with the collector of garbage; a backlog is carried on to the next instant.',
      'Asserted: the number in flight at every millisecond, as many reads of meters as answers,',
      `samples with ${ENTRIES} entries from the device.`,
    ],
    rows: percentileRows(
      'answer after its reply is due',
      measured.map(({ late }) => late),
    ),
    bars: [
      {
        what: "overhead beyond the WAN's delay, p99",
        unit: 'ms',
        measured: median(({ late }) => late.p99) / 1000,
        atMost: OVERHEAD_P99_MAX_MS,
      },
      { what: 'answers a second', unit: 'SR/s', measured: median((b) => b.answersASecond) },
      { what: 'busy share of the core', unit: '', measured: median((b) => b.busyShare) },
    ],
  };
}

async function profiled(options: BenchOptions): Promise<Finding> {
  const directory = mkdtempSync(join(tmpdir(), 's1sp-in-flight-'));
  try {
    const where = [`--cpu-prof-dir=${directory}`, '--cpu-prof-name=gateway'];
    const how = ['--cpu-prof', `--cpu-prof-interval=${SAMPLED_EVERY_MICROS}`];
    const measured = await blocksOf(options, [...how, ...where]);
    const profile: CpuProfile = JSON.parse(readFileSync(join(directory, 'gateway'), 'utf8'));
    return {
      title: 'Where the time of an answer by its meter goes, 50,000 in flight',
      about: [
        ...WORLD,
        'Under the profiler of V8, a sample every',
        `${SAMPLED_EVERY_MICROS} µs: real time of the gateway's thread, shared out by the samples`,
        "met at each station of an answer's way; native functions count for whoever called them.",
        'The profiler itself makes everything slower than in the bench above: what counts are the',
        'shares.',
      ],
      rows: stations(profile, measured),
      bars: [],
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function stations(profile: CpuProfile, measured: readonly Block[]): Finding['rows'] {
  const wasmNames = wasmFunctionNames(readFileSync(resolve(ROOT, 'build/core.wat'), 'utf8'));
  const shares = measured.map((block) => {
    const samples = samplesIn(profile, block, (frame) => stationOf(frame, wasmNames), 'rest');
    const all = STATIONS.reduce((sum, station) => sum + (samples.get(station) ?? 0), 0);
    return (station: Station) => (samples.get(station) ?? 0) / all;
  });
  const ns = ({ fromMicros, toMicros, answers }: Block) =>
    ((toMicros - fromMicros) * 1000) / answers;
  return [
    ...STATIONS.map((station) => ({
      contender: STATION_TITLES[station],
      unit: 'ns/SR',
      blocks: measured.map((block, i) => (shares[i]?.(station) ?? Number.NaN) * ns(block)),
    })),
    { contender: 'all of them', unit: 'ns/SR', blocks: measured.map(ns) },
  ];
}
