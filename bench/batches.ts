// Warm cache, 64 SRs a frame, beside what anybody would take for a cache: a Redis that holds the
// same answers and is asked for them at the same pipeline, by its own load generator. The bare echo
// of the same frames stands beside both, as the ceiling of the socket.

import { alternate, type Contender } from './alternate.ts';
import { processorSeconds } from './child.ts';
import { type Bar, type Bench, type BenchOptions, type Finding, notInstalled } from './finding.ts';
import { benchmarkGet, keyOf } from './redis/redis-benchmark.ts';
import { RedisServer } from './redis/server.ts';
import { redisVersion } from './redis/version.ts';
import type { Loaded } from './socket/client.ts';
import { Contest, type Rival } from './socket/contest.ts';
import type { Learnt } from './socket/course.ts';
import { BATCH, CONNECTIONS, DEVICES, ENTRIES } from './socket/requests.ts';
import { ratios, spreadOf } from './statistics.ts';

/** Times Redis's GETs that are to be reached. */
const TIMES_REDIS = 1.3;
/** Busier than this, a client is what is measured. */
const CLIENT_BUSY_MAX = 0.95;
/** More than a second's worth. */
const GETS_A_BLOCK = 2_000_000;

const NAMES = {
  gateway: `s1sp gateway, ${BATCH} SRs a frame`,
  echo: 'bare `ws` echo of the same frames, corked',
  redis: `redis-server, GET of the same answers, pipeline ${BATCH}`,
};

export const batches: Bench = {
  name: 'batches',
  async run({ blocks, tell }: BenchOptions): Promise<Finding[]> {
    const contest = await Contest.open({ format: 'msgpack', batch: BATCH });
    const version = redisVersion();
    const redis = version === undefined ? undefined : await RedisServer.start();
    try {
      await redis?.fill(DEVICES, setAnswer(contest.learnt));
      const redisNs: number[] = [];
      const measured: Record<Rival, Loaded[]> = { gateway: [], echo: [] };
      const contenders: Contender[] = (['gateway', 'echo'] as const).map((rival) => ({
        name: NAMES[rival],
        unit: 'SR/s',
        async block() {
          const loaded = await contest.load(rival);
          measured[rival].push(loaded);
          tell(`${rival}: ${Math.round(loaded.answersPerSecond)} SR/s`);
          return loaded.answersPerSecond;
        },
      }));
      if (redis !== undefined) {
        const block = async () => {
          const { rate, serverNs } = await getAll(redis);
          redisNs.push(serverNs);
          tell(`redis: ${Math.round(rate)} GET/s`);
          return rate;
        };
        contenders.push({ name: NAMES.redis, unit: 'GET/s', block });
      }
      const rows = await alternate(contenders, blocks);
      const processorTime = (contender: string, ns: readonly number[]) => ({
        contender: `${contender}, processor time`,
        unit: 'ns',
        blocks: ns.slice(-blocks),
      });
      const ns = (rival: Rival) => measured[rival].map(({ serverNs }) => serverNs);
      return [
        {
          title: `Warm cache, MessagePack, ${BATCH} SRs a frame`,
          about: about(contest.learnt, version),
          rows: [
            ...rows,
            ...(redis === undefined ? [notInstalled(NAMES.redis)] : []),
            processorTime('s1sp gateway', ns('gateway')),
            processorTime('bare `ws` echo', ns('echo')),
            ...(redis === undefined ? [] : [processorTime('redis-server', redisNs)]),
          ],
          bars: barsOf(
            rows.map((row) => row.blocks),
            measured,
            redisNs,
          ),
        },
      ];
    } finally {
      await Promise.all([contest.end(), redis?.end()]);
    }
  },
};

/** Every device's answer, in the order of the connections. */
function setAnswer({ answers }: Learnt): (place: number) => (string | Uint8Array)[] {
  const values = answers.flat();
  return (place) => ['SET', keyOf(place), values[place] ?? Buffer.alloc(0)];
}

async function getAll(redis: RedisServer): Promise<{ rate: number; serverNs: number }> {
  const hitsBefore = await redis.info('keyspace_hits');
  const missesBefore = await redis.info('keyspace_misses');
  const secondsBefore = processorSeconds(redis.pid);
  const rate = await benchmarkGet({
    port: redis.port,
    connections: CONNECTIONS,
    pipeline: BATCH,
    requests: GETS_A_BLOCK,
    keys: DEVICES,
  });
  const seconds = processorSeconds(redis.pid) - secondsBefore;
  const hits = (await redis.info('keyspace_hits')) - hitsBefore;
  const misses = (await redis.info('keyspace_misses')) - missesBefore;
  if (hits < GETS_A_BLOCK || misses !== 0) throw new Error(`redis: ${hits} hits, ${misses} misses`);
  return { rate, serverNs: (seconds / hits) * 1e9 };
}

function about({ requestBytes, answerBytes }: Learnt, version: string | undefined): string[] {
  const devices = DEVICES.toLocaleString('en-GB');
  const ofGateway = [
    `4.8.1 for all of yesterday, ${ENTRIES} entries, ${requestBytes} B a request and`,
    `${Math.round(answerBytes)} B an answer on average, over ${CONNECTIONS} connections with one`,
    `array of ${BATCH} on its way each, among ${devices} devices in an order without pattern.`,
    'Asserted: every answer is a hit with all its entries when it is learnt; in the blocks every',
    'array has exactly the size of its learnt answers, and samples of them all of their content.',
  ];
  if (version === undefined) return ofGateway;
  return [
    ...ofGateway,
    `Redis ${version} holds the answers of these devices, their very bytes, and keeps nothing on`,
    'disk; `redis-benchmark` asks it for keys at random, over as many connections with',
    `${BATCH} GETs on their way each. Asserted: Redis counts as many hits and no miss.`,
  ];
}

function barsOf(
  [gateway = [], echo = [], redis]: readonly (readonly number[])[],
  measured: Readonly<Record<Rival, readonly Loaded[]>>,
  redisNs: readonly number[],
): Bar[] {
  const busy = (rival: Rival) => ({
    what: `client busy while the ${rival} answers`,
    unit: '',
    measured: spreadOf(measured[rival].map(({ clientBusy }) => clientBusy)).median,
    atMost: CLIENT_BUSY_MAX,
  });
  const share = spreadOf(ratios(gateway, echo)).median;
  const bars: Bar[] = [
    { what: 'gateway / echo, SR/s', unit: '', measured: share },
    busy('gateway'),
    busy('echo'),
  ];
  if (redis === undefined) return bars;
  const timesRedis = spreadOf(ratios(gateway, redis)).median;
  const gatewayNs = spreadOf(measured.gateway.map(({ serverNs }) => serverNs)).median;
  const what = 'gateway / redis-server, SR/s';
  return [
    { what, unit: '', measured: timesRedis, atLeast: TIMES_REDIS },
    {
      what: 'redis-server / gateway, processor time',
      unit: '',
      measured: spreadOf(redisNs).median / gatewayNs,
    },
    ...bars,
  ];
}
