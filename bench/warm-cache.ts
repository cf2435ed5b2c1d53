// Warm cache, one SR a frame: the whole gateway, as `s1sp serve` starts it, beside a bare `ws`
// server that reads and writes as many bytes, at the same client in the same run.

import { alternate, type Contender } from './alternate.ts';
import { Child, type Started, startNode } from './child.ts';
import type { Bench, BenchOptions, Finding, Row } from './finding.ts';
import type { ClientAsked, ClientTold, Learnt, LoadAsked, Loaded } from './socket/client.ts';
import type { EchoAsked } from './socket/echo.ts';
import { CONNECTIONS, DEVICES, ENTRIES, type Format, IN_FLIGHT, NOW } from './socket/requests.ts';
import { ratios, spreadOf } from './statistics.ts';

const BLOCK_MS = 1000;

/** Share of the bare echo that is to be reached. */
const TO_REACH: Record<Format, number | undefined> = { msgpack: 0.35, json: undefined };

export const warmCache: Bench = {
  name: 'warm-cache',
  async run(options: BenchOptions): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const format of ['msgpack', 'json'] as const) {
      findings.push(await compare(format, options));
    }
    return findings;
  },
};

const GATEWAY_FLAGS = ['--wan', 'none', '--clock', 'real', '--now', NOW, '--log-level', 'error'];

/** `s1sp serve` on a free port, in a process of its own. */
async function startGateway(): Promise<Started & { port: number }> {
  const meters = ['--meters', String(DEVICES), '--port', '0'];
  const started = await startNode(['dist/cli/s1sp.js', 'serve', ...meters, ...GATEWAY_FLAGS]);
  const { ws }: { ws: string } = JSON.parse(started.line);
  return { ...started, port: Number(new URL(ws).port) };
}

async function compare(format: Format, { blocks, tell }: BenchOptions): Promise<Finding> {
  const gateway = await startGateway();
  const client = new Child<ClientAsked, ClientTold>('socket/client.js');
  const echo = new Child<EchoAsked, { port: number }>('socket/echo.js');
  try {
    const learnt = await learn(client, gateway.port, format);
    const { port } = await echo.ask({ format, ...learnt });
    const measured: Record<'gateway' | 'echo', Loaded[]> = { gateway: [], echo: [] };
    const contender = (name: 'gateway' | 'echo', asked: Omit<LoadAsked, 'ms' | 'format'>) => ({
      name: name === 'gateway' ? 's1sp gateway, cached answers' : 'bare `ws` echo, corked',
      unit: 'SR/s',
      async block(): Promise<number> {
        const told = await client.ask({ load: { ...asked, format, ms: BLOCK_MS } });
        if (!('loaded' in told)) throw new Error('the client misunderstood');
        measured[name].push(told.loaded);
        tell(`${format} ${name}: ${Math.round(told.loaded.answersPerSecond)} SR/s`);
        return told.loaded.answersPerSecond;
      },
    });
    const contenders: Contender[] = [
      contender('gateway', { port: gateway.port, serverPid: gateway.pid, echo: false }),
      contender('echo', { port, serverPid: echo.pid, echo: true }),
    ];
    const rows = await alternate(contenders, blocks);
    return finding(format, learnt, rows, measured);
  } finally {
    await Promise.all([gateway.end(), echo.end(), client.end()]);
  }
}

async function learn(
  client: Child<ClientAsked, ClientTold>,
  port: number,
  format: Format,
): Promise<Learnt> {
  const told = await client.ask({ learn: { port, format } });
  if (!('learnt' in told)) throw new Error('the client misunderstood');
  return told.learnt;
}

function finding(
  format: Format,
  { requestBytes, answerBytes }: Learnt,
  rows: readonly Row[],
  measured: Record<'gateway' | 'echo', readonly Loaded[]>,
): Finding {
  const [gateway, echo] = rows;
  const share = spreadOf(ratios(gateway?.blocks ?? [], echo?.blocks ?? [])).median;
  const serverNs = (name: 'gateway' | 'echo') =>
    measured[name].slice(-(gateway?.blocks.length ?? 0)).map((loaded) => loaded.serverNs);
  const atLeast = TO_REACH[format];
  const medianNs = (name: 'gateway' | 'echo') => spreadOf(serverNs(name)).median;
  const busy = spreadOf(measured.echo.map(({ clientBusy }) => clientBusy)).median;
  return {
    title: `Warm cache, ${format === 'json' ? 'JSON' : 'MessagePack'}, one SR a frame`,
    about: [
      `4.8.1 for all of yesterday, ${ENTRIES} entries, ${requestBytes} B in and`,
      `${Math.round(answerBytes)} B out on average, over ${CONNECTIONS} connections with`,
      `${IN_FLIGHT} SRs in flight each, among ${DEVICES.toLocaleString('en-GB')} devices in an`,
      'order without pattern. Asserted: every answer is a hit with all its entries when it is',
      'learnt; in the blocks every answer has exactly the learnt size, and samples of it all of',
      'its content.',
    ],
    rows: [
      ...rows,
      { contender: 's1sp gateway, processor time', unit: 'ns/SR', blocks: serverNs('gateway') },
      { contender: 'bare `ws` echo, processor time', unit: 'ns/SR', blocks: serverNs('echo') },
    ],
    bars: [
      {
        what: 'gateway / echo, SR/s',
        unit: '',
        measured: share,
        ...(atLeast !== undefined && { atLeast }),
      },
      {
        what: 'echo / gateway, processor time',
        unit: '',
        measured: medianNs('echo') / medianNs('gateway'),
      },
      { what: 'client busy while the echo answers', unit: '', measured: busy, atMost: 0.95 },
    ],
  };
}
