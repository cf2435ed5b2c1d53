// Growth: what a cached answer costs, and how much is resident, as ever more ESMEs are cached, from
// ten thousand to five million, which is several banks. Over WebSocket, and at the two doors that
// are behind it, the hall's and the short cut's.

import { alternate } from './alternate.ts';
import { ENTRIES } from './cached-day/day.ts';
import { Child } from './child.ts';
import type { Bench, BenchOptions, Finding, Row } from './finding.ts';
import type { StreamAsked, Streamed } from './growth/client.ts';
import type { Door, Filled, GrowthAsked, GrowthTold } from './growth/holder.ts';
import { SRS_A_QUESTIONNAIRE } from './growth/world.ts';
import { CONNECTIONS, IN_FLIGHT } from './socket/requests.ts';
import { ratios, spreadOf } from './statistics.ts';

const SIZES = [10_000, 100_000, 1_000_000, 5_000_000];
/** A read of import and one of export for each half hour, and the two daily reads. */
const READINGS = 2 * ENTRIES + 2;

const COST_TIMES_MAX = 2;
const GIB_MAX = 6;
const GIB = 2 ** 30;
const MIB = 2 ** 20;

const DOORS = ['hall', 'lane'] as const satisfies Door[];
const DOOR_TITLES: Record<Door, string> = { hall: 'by the hall', lane: 'by the short cut' };

/** What a door of the process costs is its own time; over WebSocket all that the gateway takes. */
const OVER_WEB_SOCKET = 'over WebSocket';
const BLOCK_MS = 1000;

interface Holder {
  readonly size: number;
  readonly client: Child<StreamAsked, Streamed>;
  readonly child: Child<GrowthAsked, GrowthTold>;
  readonly filled: Filled;
  /** Of each block. */
  readonly hitRates: number[];
}

export const growth: Bench = {
  name: 'growth',
  async run({ blocks, tell }: BenchOptions): Promise<Finding[]> {
    const holders: Holder[] = [];
    try {
      for (const size of SIZES) {
        const child = new Child<GrowthAsked, GrowthTold>('growth/holder.js', ['--expose-gc']);
        const client = new Child<StreamAsked, Streamed>('growth/client.js');
        const filled = await fill(child, size).catch(async (fault) => {
          await Promise.all([child.end(), client.end()]);
          throw fault;
        });
        holders.push({ size, child, client, filled, hitRates: [] });
        await connect({ size, child, client });
        const { seconds, banks } = filled;
        tell(`${size} ESMEs in ${banks} banks after ${seconds.toFixed(1)} s`);
      }
      const ask = async ({ size, child, hitRates }: Holder, door: Door): Promise<number> => {
        const told = await child.ask({ door });
        if (!('asked' in told)) throw new Error('a holder misunderstood');
        const { nsPerSr, hitRate } = told.asked;
        hitRates.push(hitRate);
        tell(`${size}, ${door}: ${Math.round(nsPerSr)} ns/SR, ${hitRate} hits`);
        return nsPerSr;
      };
      const stream = async ({ size, client }: Holder): Promise<number> => {
        const { serverNs, answersPerSecond } = await client.ask({ ms: BLOCK_MS });
        tell(`${size}, ${OVER_WEB_SOCKET}: ${Math.round(answersPerSecond)} SR/s`);
        return serverNs;
      };
      const contenders = (way: string, block: (holder: Holder) => Promise<number>) =>
        holders.map((holder) => ({
          name: `${count(holder.size)} ESMEs cached, ${way}`,
          unit: 'ns/SR',
          block: () => block(holder),
        }));
      const rows = await alternate(
        [
          ...contenders(OVER_WEB_SOCKET, stream),
          ...DOORS.flatMap((door) => contenders(DOOR_TITLES[door], (holder) => ask(holder, door))),
        ],
        blocks,
      );
      return [finding(holders, rows, blocks)];
    } finally {
      await Promise.all(holders.flatMap(({ child, client }) => [client.end(), child.end()]));
    }
  },
};

async function connect({ size, child, client }: Omit<Holder, 'filled' | 'hitRates'>) {
  const told = await child.ask({ listen: true });
  if (!('port' in told)) throw new Error('a holder misunderstood');
  await client.ask({ port: told.port, devices: size, serverPid: child.pid });
}

async function fill(child: Child<GrowthAsked, GrowthTold>, size: number): Promise<Filled> {
  const told = await child.ask({ fill: size });
  const filled = 'filled' in told ? told.filled : undefined;
  if (filled?.devices !== size || filled.readings !== size * READINGS) {
    throw new Error(`${size} ESMEs: ${filled?.devices} cached with ${filled?.readings} readings`);
  }
  return filled;
}

function finding(holders: readonly Holder[], rows: readonly Row[], blocks: number): Finding {
  const largest = count(SIZES.at(-1) ?? 0);
  const hitRates = holders.map(({ size, hitRates }) => ({
    contender: `${count(size)} ESMEs cached, hits of all answers`,
    unit: '',
    blocks: hitRates.slice(-blocks * DOORS.length),
  }));
  const resident = holders.map(({ size, filled }) => ({
    contender: `${count(size)} ESMEs cached, resident, ${banks(filled)}`,
    unit: 'MiB',
    blocks: [filled.residentBytes / MIB],
  }));
  const ways = [OVER_WEB_SOCKET, ...DOORS.map((door) => DOOR_TITLES[door])];
  const grown = ways.map((way, i) => {
    const [smallest, ...others] = rows.slice(i * SIZES.length, (i + 1) * SIZES.length);
    const times = ratios(others.at(-1)?.blocks ?? [], smallest?.blocks ?? []);
    return {
      what: `${largest} / ${count(SIZES[0] ?? 0)} ESMEs, time of an answer, ${way}`,
      unit: '',
      measured: spreadOf(times).median,
      // The short cut alone has no bar: over WebSocket it is judged as part of the way.
      ...(way !== DOOR_TITLES.lane && { atMost: COST_TIMES_MAX }),
    };
  });
  const all = holders.flatMap(({ hitRates }) => hitRates);
  return {
    title: 'Growth of the cache',
    about: [
      `4.8.1 for all of yesterday, ${ENTRIES} entries, MessagePack, of an ESME at random, the`,
      `default fleet behind it. Over WebSocket, ${CONNECTIONS} connections with ${IN_FLIGHT} SRs`,
      'in flight each: all processor time of the gateway. Two parts of the way, no socket: by',
      'the hall, from the bytes of a message to those of its answer, and by the short cut for',
      `hits, from a read of a socket to frames; blocks of ${count(SRS_A_QUESTIONNAIRE)}, each`,
      'after as many that are not timed. Every ESME has its whole day cached: import, export and',
      'daily reads. Resident is the whole process once it is full: cache, fleet and schedules.',
      `Asserted: as many ESMEs are cached as said, with ${READINGS} readings each; one answer to`,
      'each request; samples of them have the values of their own device.',
    ],
    rows: [...rows, ...hitRates, ...resident],
    bars: [
      ...grown,
      {
        what: `${largest} ESMEs, resident`,
        unit: 'GiB',
        measured: (holders.at(-1)?.filled.residentBytes ?? Number.NaN) / GIB,
        atMost: GIB_MAX,
      },
      { what: 'hits of all answers, the least', unit: '', measured: Math.min(...all), atLeast: 1 },
    ],
  };
}

function banks({ banks }: Filled): string {
  return banks === 1 ? 'one bank' : `${banks} banks`;
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}
