// Look-ups in the memory core at random among many cached ESMEs, beside a JS `Map`.

import { alternate } from './alternate.ts';
import type { ContenderName } from './cached-day/contenders.ts';
import { ENTRIES } from './cached-day/day.ts';
import type { HolderAsked, HolderTold } from './cached-day/holder.ts';
import { Child } from './child.ts';
import type { Bench, BenchOptions, Finding } from './finding.ts';
import { ratios, spreadOf } from './statistics.ts';

const CACHED = [100_000, 1_000_000];
/** A block of fewer would measure the clock. */
const LOOK_UPS_A_BLOCK = 50_000;

const NAMES = ['core', 'typed arrays'] as const satisfies ContenderName[];
const TITLES = {
  core: 'memory core (WASM)',
  'typed arrays': '`Map` of typed arrays (JS)',
};

/** A million keys and as many arrays do not fit Node's default heap on every machine. */
const HEAP = ['--max-old-space-size=4096'];

export const lookUps: Bench = {
  name: 'look-ups',
  async run(options): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const devices of CACHED) findings.push(await among(devices, options));
    return findings;
  },
};

async function among(devices: number, { blocks, tell }: BenchOptions): Promise<Finding> {
  const holders = NAMES.map((name) => ({
    name,
    child: new Child<HolderAsked, HolderTold>('cached-day/holder.js', HEAP),
  }));
  try {
    for (const { name, child } of holders) {
      const told = await child.ask({ fill: { name, devices, whole: false } });
      const filled = 'filled' in told ? told.filled : undefined;
      if (filled?.devices !== devices || filled.readings !== devices * ENTRIES) {
        throw new Error(`${name} holds ${filled?.devices} devices, ${filled?.readings} readings`);
      }
      tell(`${name} holds ${devices} devices`);
    }
    const rows = await alternate(
      holders.map(({ name, child }) => ({
        name: TITLES[name],
        unit: 'ns',
        async block() {
          const told = await child.ask({ lookUps: LOOK_UPS_A_BLOCK });
          if (!('lookUpNs' in told)) throw new Error('the holder misunderstood');
          tell(`${name}: ${Math.round(told.lookUpNs)} ns`);
          return told.lookUpNs;
        },
      })),
      blocks,
    );
    const [core, map] = rows.map((row) => row.blocks);
    const many = devices.toLocaleString('en-GB');
    return {
      title: `Look-ups among ${many} cached ESMEs`,
      about: [
        `One look-up of the ${ENTRIES} half hours of a day, of a device at random, from its`,
        'EUI-64 as text to the values copied out and their age checked; blocks of',
        `${LOOK_UPS_A_BLOCK.toLocaleString('en-GB')}. Asserted: each contender holds ${many}`,
        `devices with ${ENTRIES} readings, and each look-up finds ${ENTRIES}, the last of them`,
        'right.',
      ],
      rows,
      bars: [
        {
          what: '`Map` / core, time of a look-up',
          unit: '',
          measured: spreadOf(ratios(map ?? [], core ?? [])).median,
        },
        {
          what: 'core, look-ups a second',
          unit: '/s',
          measured: Math.round(1e9 / spreadOf(core ?? []).median),
        },
      ],
    };
  } finally {
    await Promise.all(holders.map(({ child }) => child.end()));
  }
}
