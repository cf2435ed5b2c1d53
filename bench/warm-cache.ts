// Warm cache, one SR a frame: the whole gateway, as `s1sp serve` starts it, beside a bare `ws`
// server that reads and writes as many bytes, at the same client in the same run.

import { alternate, type Contender } from './alternate.ts';
import type { Bench, BenchOptions, Finding, Row } from './finding.ts';
import type { Loaded } from './socket/client.ts';
import { Contest, type Rival } from './socket/contest.ts';
import type { Learnt } from './socket/course.ts';
import { CONNECTIONS, DEVICES, ENTRIES, type Format, IN_FLIGHT } from './socket/requests.ts';
import { ratios, spreadOf } from './statistics.ts';

/** Share of the bare echo that is to be reached. */
const TO_REACH: Record<Format, number> = { msgpack: 0.8, json: 0.45 };

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

async function compare(format: Format, { blocks, tell }: BenchOptions): Promise<Finding> {
  const contest = await Contest.open({ format, batch: 1 });
  try {
    const measured: Record<Rival, Loaded[]> = { gateway: [], echo: [] };
    const contender = (rival: Rival, name: string): Contender => ({
      name,
      unit: 'SR/s',
      async block(): Promise<number> {
        const loaded = await contest.load(rival);
        measured[rival].push(loaded);
        tell(`${format} ${rival}: ${Math.round(loaded.answersPerSecond)} SR/s`);
        return loaded.answersPerSecond;
      },
    });
    const rows = await alternate(
      [
        contender('gateway', 's1sp gateway, cached answers'),
        contender('echo', 'bare `ws` echo, corked'),
      ],
      blocks,
    );
    return finding(format, contest.learnt, rows, measured);
  } finally {
    await contest.end();
  }
}

function finding(
  format: Format,
  { requestBytes, answerBytes }: Learnt,
  rows: readonly Row[],
  measured: Record<Rival, readonly Loaded[]>,
): Finding {
  const [gateway, echo] = rows;
  const share = spreadOf(ratios(gateway?.blocks ?? [], echo?.blocks ?? [])).median;
  const serverNs = (rival: Rival) =>
    measured[rival].slice(-(gateway?.blocks.length ?? 0)).map((loaded) => loaded.serverNs);
  const medianNs = (rival: Rival) => spreadOf(serverNs(rival)).median;
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
      { what: 'gateway / echo, SR/s', unit: '', measured: share, atLeast: TO_REACH[format] },
      {
        what: 'echo / gateway, processor time',
        unit: '',
        measured: medianNs('echo') / medianNs('gateway'),
      },
      { what: 'client busy while the echo answers', unit: '', measured: busy, atMost: 0.95 },
    ],
  };
}
