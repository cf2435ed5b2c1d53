// From the start of the built program to its ready line, and the memory that it holds then.

import { alternate } from './alternate.ts';
import { residentBytes, type Started, startNode, startS1sp } from './child.ts';
import type { Bar, Bench, Finding, Row } from './finding.ts';
import { spreadOf } from './statistics.ts';

interface Fleet {
  readonly meters: number;
  readonly secondsMax: number;
  readonly mibMax?: number;
}

const FLEETS: readonly Fleet[] = [
  { meters: 10_000, secondsMax: 1 },
  { meters: 1_000_000, secondsMax: 5, mibMax: 2048 },
];

const MIB = 2 ** 20;
const BARE_NODE = ['-e', 'console.log("{}"); setInterval(() => {}, 1000)'];

interface Begun {
  readonly seconds: number;
  readonly mib: number;
}

async function begin(starting: Promise<Started>, meters?: number): Promise<Begun> {
  const started = await starting;
  try {
    const line: { ready?: boolean; meters?: number } = JSON.parse(started.line);
    if (meters !== undefined && (line.ready !== true || line.meters !== meters)) {
      throw new Error(`not ready with ${meters} meters: ${started.line}`);
    }
    return { seconds: started.readyMs / 1000, mib: residentBytes(started.pid) / MIB };
  } finally {
    await started.end();
  }
}

export const start: Bench = {
  name: 'start',
  async run({ blocks, tell }): Promise<Finding[]> {
    const begun = FLEETS.map((): Begun[] => []);
    const contenders = FLEETS.map(({ meters }, i) => ({
      name: `\`s1sp serve --meters ${meters}\``,
      unit: 's',
      async block() {
        const args = ['serve', '--port', '0', '--log-level', 'error'];
        const one = await begin(startS1sp([...args, '--meters', String(meters)]), meters);
        begun[i]?.push(one);
        tell(`${meters} meters: ${one.seconds.toFixed(2)} s, ${Math.round(one.mib)} MiB`);
        return one.seconds;
      },
    }));
    const bare = {
      name: 'bare Node that prints a line',
      unit: 's',
      block: async () => (await begin(startNode(BARE_NODE))).seconds,
    };
    const rows = await alternate([...contenders, bare], blocks);
    const memory = FLEETS.map(
      ({ meters }, i): Row => ({
        contender: `${meters.toLocaleString('en-GB')} meters, resident when ready`,
        unit: 'MiB',
        blocks: begun[i]?.slice(-blocks).map(({ mib }) => mib) ?? [],
      }),
    );
    return [
      {
        title: 'Start',
        about: [
          'From the start of the process of the built program to its ready line, every ESME with',
          'its three default schedules, and the resident memory at that moment. Asserted: the line',
          'says ready and the number of meters.',
        ],
        rows: [...rows, ...memory],
        bars: FLEETS.flatMap((fleet, i) => barsOf(fleet, rows[i], memory[i])),
      },
    ];
  },
};

function barsOf({ meters, secondsMax, mibMax }: Fleet, time?: Row, memory?: Row): Bar[] {
  const what = `ready with ${meters.toLocaleString('en-GB')} meters`;
  const median = (row?: Row) => spreadOf(row?.blocks ?? []).median;
  const bars: Bar[] = [{ what, unit: 's', measured: median(time), atMost: secondsMax }];
  if (mibMax !== undefined) {
    bars.push({ what: `${what}, resident`, unit: 'MiB', measured: median(memory), atMost: mibMax });
  }
  return bars;
}
