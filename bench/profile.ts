// Where the time of a cached answer goes: the gateway's process under the profiler of V8 while it
// is streamed at, its samples put together by the stations of the way, in ns an SR.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { WARM_UP_TURNS } from './alternate.ts';
import { type CpuProfile, frameName, samplesIn, wasmFunctionNames } from './cpu-profile.ts';
import type { Bench, BenchOptions, Finding, Row } from './finding.ts';
import { ROOT } from './machine.ts';
import { GROUP_TITLES, GROUPS, type Group, groupOf, IDLE } from './path-groups.ts';
import type { Loaded } from './socket/client.ts';
import { Contest } from './socket/contest.ts';
import { BATCH, type Format } from './socket/requests.ts';

/** Often enough for thousands of samples a block, seldom enough to disturb little. */
const SAMPLED_EVERY_MICROS = 200;
/** Functions that are named while the bench runs. */
const TOLD = 15;

const WAYS: readonly { readonly format: Format; readonly batch: number; readonly title: string }[] =
  [
    { format: 'msgpack', batch: 1, title: 'MessagePack, one SR a frame' },
    { format: 'msgpack', batch: BATCH, title: `MessagePack, ${BATCH} SRs a frame` },
    { format: 'json', batch: 1, title: 'JSON, one SR a frame' },
  ];

export const profile: Bench = {
  name: 'profile',
  async run(options: BenchOptions): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const way of WAYS) findings.push(await follow(way, options));
    return findings;
  },
};

async function follow(
  { format, batch, title }: (typeof WAYS)[number],
  { blocks, tell }: BenchOptions,
): Promise<Finding> {
  const directory = mkdtempSync(join(tmpdir(), 's1sp-profile-'));
  try {
    const flags = ['--cpu-prof', `--cpu-prof-dir=${directory}`, '--cpu-prof-name=gateway'];
    const nodeFlags = [...flags, `--cpu-prof-interval=${SAMPLED_EVERY_MICROS}`];
    const contest = await Contest.open({ format, batch, nodeFlags });
    const loads: Loaded[] = [];
    try {
      for (let turn = -WARM_UP_TURNS; turn < blocks; turn++) {
        const loaded = await contest.load('gateway');
        if (turn >= 0) loads.push(loaded);
      }
    } finally {
      await contest.end();
    }
    const cpuProfile: CpuProfile = JSON.parse(readFileSync(join(directory, 'gateway'), 'utf8'));
    const wasmNames = wasmFunctionNames(readFileSync(resolve(ROOT, 'build/core.wat'), 'utf8'));
    for (const line of busiest(cpuProfile, loads, wasmNames)) tell(`${title}: ${line}`);
    return {
      title: `Where the time of a cached answer goes, ${title}`,
      about: [
        'The warm cache under the profiler of V8, a sample every',
        `${SAMPLED_EVERY_MICROS} µs: the processor time of the process, shared out by the samples`,
        "met at each station of an answer's way; native functions count for whoever called them.",
        'The profiler itself makes everything slower than in the benches above: what counts are',
        'the shares.',
      ],
      rows: stations(cpuProfile, loads, wasmNames),
      bars: [],
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The process's own time, shared out by the samples of each group. */
function stations(
  cpuProfile: CpuProfile,
  loads: readonly Loaded[],
  wasmNames: readonly string[],
): Row[] {
  const shares = loads.map((load) => {
    const samples = samplesIn(cpuProfile, load, (frame) => groupOf(frame, wasmNames), 'rest');
    const all = GROUPS.reduce((sum, group) => sum + (samples.get(group) ?? 0), 0);
    return (group: Group) => (samples.get(group) ?? 0) / all;
  });
  return [
    ...GROUPS.map((group) => ({
      contender: GROUP_TITLES[group],
      unit: 'ns/SR',
      blocks: loads.map(({ serverNs }, i) => (shares[i]?.(group) ?? Number.NaN) * serverNs),
    })),
    {
      contender: 'all of them: processor time',
      unit: 'ns/SR',
      blocks: loads.map(({ serverNs }) => serverNs),
    },
  ];
}

/** The functions that were met most often, natives apart, over all blocks. */
function busiest(
  cpuProfile: CpuProfile,
  loads: readonly Loaded[],
  wasmNames: readonly string[],
): string[] {
  const counts = new Map<string, number>();
  for (const load of loads) {
    for (const [name, samples] of samplesIn(cpuProfile, load, frameName, '')) {
      if (name !== IDLE) counts.set(name, (counts.get(name) ?? 0) + samples);
    }
  }
  const all = [...counts.values()].reduce((sum, samples) => sum + samples, 0);
  return [...counts]
    .sort(([, mine], [, others]) => others - mine)
    .slice(0, TOLD)
    .map(([name, samples]) => {
      const percent = ((100 * samples) / all).toFixed(1).padStart(4);
      return `${percent} % ${wasmNamed(name, wasmNames)}`;
    });
}

function wasmNamed(name: string, wasmNames: readonly string[]): string {
  return name.replace(/\S+ wasm-function\[(\d+)\]/, (found, number) => {
    return wasmNames[Number(number)] ?? found;
  });
}
