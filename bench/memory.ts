// Memory of a cached ESME: what the core's layout says it takes, and what the process grew by;
// beside it the same day in JS and in Redis.

import { alternate } from './alternate.ts';
import { CONTENDERS, type ContenderName } from './cached-day/contenders.ts';
import { ENTRIES } from './cached-day/day.ts';
import type { HolderAsked, HolderTold } from './cached-day/holder.ts';
import { Child } from './child.ts';
import { type Bench, type BenchOptions, type Finding, notInstalled, type Row } from './finding.ts';
import { REDIS_SHAPES, type RedisShape, redisDays } from './redis/day.ts';
import { redisVersion } from './redis/version.ts';
import { spreadOf } from './statistics.ts';

const DEVICES = 200_000;
/** What a single-element ESME may take, all of its logs together [design.md, the cache slot]. */
const BYTES_MAX = 1024;
const HEAP = ['--max-old-space-size=4096'];
/** A read of import and one of export for each half hour, and the two daily reads. */
const READINGS = 2 * ENTRIES + 2;

const TITLES: Record<ContenderName, string> = {
  core: 'memory core (WASM)',
  'typed arrays': '`Map` of typed arrays (JS)',
  'plain arrays': '`Map` of plain arrays (JS)',
};

const REDIS_TITLES: Record<RedisShape, string> = {
  string: 'Redis, a string an ESME',
  hash: 'Redis, a hash an ESME',
};

export const memory: Bench = {
  name: 'memory',
  async run({ blocks, tell }: BenchOptions): Promise<Finding[]> {
    let bytesEach = Number.NaN;
    const measure = async (name: ContenderName): Promise<number> => {
      const child = new Child<HolderAsked, HolderTold>('cached-day/holder.js', HEAP);
      try {
        const told = await child.ask({ fill: { name, devices: DEVICES, whole: true } });
        if (!('filled' in told)) throw new Error('the holder misunderstood');
        const { devices, readings, residentBytes } = told.filled;
        claim(name, devices, readings / devices);
        if (name === 'core') bytesEach = told.filled.bytesEach;
        tell(`${name}: ${Math.round(residentBytes / devices)} B`);
        return residentBytes / devices;
      } finally {
        await child.end();
      }
    };
    const usages: Record<RedisShape, number[]> = { string: [], hash: [] };
    const measureRedis = async (shape: RedisShape): Promise<number> => {
      const { devices, readingsEach, usageEach, usedBytes } = await redisDays(shape, DEVICES);
      claim(shape, devices, readingsEach);
      usages[shape].push(usageEach);
      tell(`redis ${shape}: ${Math.round(usedBytes / devices)} B`);
      return usedBytes / devices;
    };
    const shapes = redisVersion() === undefined ? [] : REDIS_SHAPES;
    const rows = await alternate(
      [
        ...CONTENDERS.map((name) => ({
          name: TITLES[name],
          unit: 'B',
          block: () => measure(name),
        })),
        ...shapes.map((shape) => ({
          name: `${REDIS_TITLES[shape]}, \`used_memory\``,
          unit: 'B',
          block: () => measureRedis(shape),
        })),
      ],
      blocks,
    );
    const redisRows = shapes.map((shape) => ({
      contender: `${REDIS_TITLES[shape]}, \`MEMORY USAGE\``,
      unit: 'B',
      blocks: usages[shape].slice(-blocks),
    }));
    const absent = shapes.length > 0 ? [] : Object.values(REDIS_TITLES).map(notInstalled);
    return [finding([...rows, ...redisRows, ...absent], bytesEach)];
  },
};

/** Stops the run where a contender does not hold what it claims. */
function claim(name: string, devices: number, readingsEach: number): void {
  if (devices === DEVICES && readingsEach === READINGS) return;
  throw new Error(`${name} holds ${devices} devices and ${readingsEach} readings of each`);
}

function finding(rows: readonly Row[], bytesEach: number): Finding {
  const many = DEVICES.toLocaleString('en-GB');
  return {
    title: 'Memory of a cached ESME',
    about: [
      `Yesterday whole: ${ENTRIES} half hours of import, ${ENTRIES} of active and reactive`,
      'export, two daily reads with four TOU registers. Resident memory of a process of its',
      `own before and after storing ${many} ESMEs, divided by them. Asserted: each contender`,
      `counts ${many} devices and ${READINGS} readings of each. The core also keeps the age`,
      'of each entry and has room for today; the `Map` keeps one age for all and yesterday',
      'only; Redis keeps no age, its values are MessagePack, in the hash a field for each log, and',
      'what it takes is its own account.',
    ],
    rows,
    bars: [
      {
        what: 'core, slot of a single-element ESME',
        unit: 'B',
        measured: bytesEach,
        atMost: BYTES_MAX,
      },
      {
        what: 'core, resident, with its directory and expiry wheel',
        unit: 'B',
        measured: spreadOf(rows[0]?.blocks ?? []).median,
      },
    ],
  };
}
