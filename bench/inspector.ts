// What the inspector costs a gateway at saturation: nothing while nobody looks, and little while
// its page is open. Two gateways without an inspector say how far two runs of the same are apart.

import { once } from 'node:events';
import { WebSocket } from 'ws';
import { alternate, type Contender } from './alternate.ts';
import type { Bench, BenchOptions, Finding, Row } from './finding.ts';
import type { Loaded } from './socket/client.ts';
import { Contest } from './socket/contest.ts';
import { CONNECTIONS, DEVICES, IN_FLIGHT } from './socket/requests.ts';
import { ratios, spreadOf } from './statistics.ts';

/** As often as the page asks. */
const LOOKS_EVERY_MS = 1000;
/** What an inspector may take, unless two gateways without one are further apart. */
const IDLE_LOSS_MAX = 0.02;
const LIVE_LOSS_MAX = 0.05;

const OFF = ['--inspector', 'off'];

export const inspector: Bench = {
  name: 'inspector',
  async run(options: BenchOptions): Promise<Finding[]> {
    const contests: Contest[] = [];
    const open = async (gatewayFlags: readonly string[]) => {
      const contest = await Contest.open({ format: 'msgpack', batch: 1, gatewayFlags });
      contests.push(contest);
      return contest;
    };
    try {
      const [off, twin, on] = [await open(OFF), await open(OFF), await open([])];
      return [finding(await measure({ off, twin, on }, options))];
    } finally {
      for (const contest of contests) await contest.end();
    }
  },
};

interface Gateways {
  readonly off: Contest;
  readonly twin: Contest;
  readonly on: Contest;
}

/** The rows of SR/s, and behind them those of processor time. */
async function measure(
  { off, twin, on }: Gateways,
  { blocks, tell }: BenchOptions,
): Promise<Row[]> {
  const processor: Row[] = [];
  const contender = (name: string, load: () => Promise<Loaded>): Contender => {
    const times: number[] = [];
    processor.push({ contender: `${name}: processor time`, unit: 'ns/SR', blocks: times });
    return {
      name,
      unit: 'SR/s',
      async block() {
        const { answersPerSecond, serverNs } = await load();
        tell(`${name}: ${Math.round(answersPerSecond)} SR/s`);
        times.push(serverNs);
        // The turns to warm up come first.
        if (times.length > blocks) times.shift();
        return answersPerSecond;
      },
    };
  };
  const rows = await alternate(
    [
      contender('`--inspector off`', () => off.load('gateway')),
      contender('`--inspector off`, another', () => twin.load('gateway')),
      contender('inspector on, nobody looks', () => on.load('gateway')),
      contender('inspector on, its page open', () => watched(on.http, () => on.load('gateway'))),
    ],
    blocks,
  );
  return [...rows, ...processor];
}

/** What a page costs while it is open: the counters once a second, and the monitor's WebSocket. */
async function watched<T>(http: string, run: () => Promise<T>): Promise<T> {
  const monitor = new WebSocket(`${http.replace('http', 'ws')}/inspect`);
  await once(monitor, 'open');
  const looks = [look(http)];
  const timer = setInterval(() => looks.push(look(http)), LOOKS_EVERY_MS);
  try {
    const result = await run();
    looks.push(look(http));
    const counts = await Promise.all(looks);
    const [first = 0, last = 0] = [counts[0], counts.at(-1)];
    if (last <= first) throw new Error(`the page saw ${last - first} SRs go by`);
    if (monitor.readyState !== WebSocket.OPEN) throw new Error('the page lost its connection');
    return result;
  } finally {
    clearInterval(timer);
    monitor.close();
  }
}

/** The counter of answers, as the page asks for it. */
async function look(http: string): Promise<number> {
  const answer = await fetch(`${http}/api/v1/live`);
  if (!answer.ok) throw new Error(`the page got ${answer.status}`);
  const { serviceRequests }: { serviceRequests: number } = JSON.parse(await answer.text());
  return serviceRequests;
}

function finding(rows: readonly Row[]): Finding {
  const [off = [], twin = [], idle = [], live = []] = rows.map(({ blocks }) => blocks);
  const share = (some: readonly number[], all: readonly number[]) =>
    spreadOf(ratios(some, all)).median;
  const [offNs = [], , idleNs = [], liveNs = []] = rows.slice(-4).map(({ blocks }) => blocks);
  const apart = spreadOf(ratios(twin, off));
  // How far two gateways that are the same are apart in this run, and from turn to turn.
  const noise = Math.max(Math.abs(1 - apart.median), (apart.upper - apart.lower) / 2);
  return {
    title: 'The inspector, unused and looking on',
    about: [
      '4.8.1 for all of yesterday from the cache, MessagePack, one SR a frame, over',
      `${CONNECTIONS} connections with ${IN_FLIGHT} SRs in flight each, among`,
      `${DEVICES.toLocaleString('en-GB')} meters. The open page is its WebSocket and a look at all`,
      'counters once a second, at least twice a block. Asserted: answers as in the warm cache;',
      'every look is answered and has counted on. To be reached are 98 % while nobody looks and',
      '95 % while the page is open, or less by what two gateways without an inspector are apart.',
    ],
    rows,
    bars: [
      { what: 'without / another without, SR/s', unit: '', measured: apart.median },
      {
        what: 'nobody looks / without, SR/s',
        unit: '',
        measured: share(idle, off),
        atLeast: 1 - Math.max(IDLE_LOSS_MAX, noise),
      },
      {
        what: 'page open / nobody looks, SR/s',
        unit: '',
        measured: share(live, idle),
        atLeast: 1 - Math.max(LIVE_LOSS_MAX, noise),
      },
      {
        what: 'without / nobody looks, processor time',
        unit: '',
        measured: share(offNs, idleNs),
      },
      {
        what: 'nobody looks / page open, processor time',
        unit: '',
        measured: share(idleNs, liveNs),
      },
    ],
  };
}
