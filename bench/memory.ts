// Memory of a cached ESME: what the core's layout says it takes, and what the process grew by.

import { alternate } from './alternate.ts';
import { CONTENDERS, type ContenderName } from './cached-day/contenders.ts';
import { ENTRIES } from './cached-day/day.ts';
import type { HolderAsked, HolderTold } from './cached-day/holder.ts';
import { Child } from './child.ts';
import type { Bench, Finding } from './finding.ts';
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

export const memory: Bench = {
  name: 'memory',
  async run({ blocks, tell }): Promise<Finding[]> {
    let bytesEach = Number.NaN;
    const measure = async (name: ContenderName): Promise<number> => {
      const child = new Child<HolderAsked, HolderTold>('cached-day/holder.js', HEAP);
      try {
        const told = await child.ask({ fill: { name, devices: DEVICES, whole: true } });
        if (!('filled' in told)) throw new Error('the holder misunderstood');
        const { devices, readings, residentBytes } = told.filled;
        if (devices !== DEVICES || readings !== DEVICES * READINGS) {
          throw new Error(`${name} holds ${devices} devices and ${readings} readings`);
        }
        if (name === 'core') bytesEach = told.filled.bytesEach;
        tell(`${name}: ${Math.round(residentBytes / devices)} B`);
        return residentBytes / devices;
      } finally {
        await child.end();
      }
    };
    const rows = await alternate(
      CONTENDERS.map((name) => ({ name: TITLES[name], unit: 'B', block: () => measure(name) })),
      blocks,
    );
    const many = DEVICES.toLocaleString('en-GB');
    return [
      {
        title: 'Memory of a cached ESME',
        about: [
          `Yesterday whole: ${ENTRIES} half hours of import, ${ENTRIES} of active and reactive`,
          'export, two daily reads with four TOU registers. Resident memory of a process of its',
          `own before and after storing ${many} ESMEs, divided by them. Asserted: each contender`,
          `counts ${many} devices and ${READINGS} readings of each. The core also keeps the age`,
          'of each entry and has room for today; the `Map` keeps one age for all and yesterday',
          'only.',
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
      },
    ];
  },
};
