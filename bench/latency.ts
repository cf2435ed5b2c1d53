// One SR in flight: how long the whole gateway takes to answer from its cache, beside a bare `ws`
// echo of the same bytes. What is left over is what the machine needs to wake two processes.

import { alternate } from './alternate.ts';
import type { Bench, BenchOptions, Finding } from './finding.ts';
import { type Percentiles, percentileRows } from './percentiles.ts';
import { Contest, type Rival } from './socket/contest.ts';
import { CONNECTIONS, DEVICES, ENTRIES } from './socket/requests.ts';
import { spreadOf } from './statistics.ts';

/** Enough for a p99.9 of twenty. */
const SRS_A_BLOCK = 20_000;

const P50_BEYOND_ECHO_MAX_MICROS = 15;
const P99_TIMES_ECHO_MAX = 2;

const NAMES: Record<Rival, string> = {
  gateway: 's1sp gateway, cached answers',
  echo: 'bare `ws` echo, corked',
};

export const latency: Bench = {
  name: 'latency',
  async run({ blocks, tell }: BenchOptions): Promise<Finding[]> {
    const contest = await Contest.open({ format: 'msgpack', batch: 1 });
    const measured: Record<Rival, Percentiles[]> = { gateway: [], echo: [] };
    try {
      await alternate(
        (['gateway', 'echo'] as const).map((rival) => ({
          name: NAMES[rival],
          unit: 'µs',
          async block() {
            const percentiles = await contest.latency(rival, SRS_A_BLOCK);
            if (percentiles.count !== SRS_A_BLOCK) throw new Error('not every SR was timed');
            measured[rival].push(percentiles);
            const { p50, p99 } = percentiles;
            tell(`${rival}: p50 ${p50.toFixed(1)} µs, p99 ${p99.toFixed(1)} µs`);
            return p50;
          },
        })),
        blocks,
      );
      return [finding(measured.gateway.slice(-blocks), measured.echo.slice(-blocks), contest)];
    } finally {
      await contest.end();
    }
  },
};

function finding(
  gateway: readonly Percentiles[],
  echo: readonly Percentiles[],
  { learnt }: Contest,
): Finding {
  const block = (compare: (mine: Percentiles, theirs: Percentiles) => number) =>
    spreadOf(
      gateway.flatMap((mine, i) => {
        const theirs = echo[i];
        return theirs === undefined ? [] : [compare(mine, theirs)];
      }),
    ).median;
  return {
    title: 'One SR in flight, from its sending to its answer',
    about: [
      `4.8.1 for all of yesterday, MessagePack, ${ENTRIES} entries, ${learnt.requestBytes} B in`,
      `and ${Math.round(learnt.answerBytes)} B out on average, one after another over one`,
      `connection; blocks of ${SRS_A_BLOCK.toLocaleString('en-GB')}, each a histogram. A row has`,
      `the blocks' figures for one percentile; ${DEVICES / CONNECTIONS} devices are asked.`,
      'Asserted: as in the warm cache, of every answer.',
    ],
    rows: [...percentileRows(NAMES.gateway, gateway), ...percentileRows(NAMES.echo, echo)],
    bars: [
      {
        what: 'gateway − echo, p50',
        unit: 'µs',
        measured: block((mine, theirs) => mine.p50 - theirs.p50),
        atMost: P50_BEYOND_ECHO_MAX_MICROS,
      },
      {
        what: 'gateway / echo, p99',
        unit: '',
        measured: block((mine, theirs) => mine.p99 / theirs.p99),
        atMost: P99_TIMES_ECHO_MAX,
      },
    ],
  };
}
