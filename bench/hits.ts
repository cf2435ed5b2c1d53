// Look-up and encoding together, without a gateway around them: from a request for what is cached
// to the bytes of its answer, in the memory core and in what JS offers in its place.

import { alternate } from './alternate.ts';
import { ANSWERERS, type AnswererName } from './cached-day/answerers.ts';
import type { AnsweringAsked, AnsweringTold } from './cached-day/answering.ts';
import { ENTRIES } from './cached-day/day.ts';
import { Child } from './child.ts';
import type { Bench, BenchOptions, Finding } from './finding.ts';
import { IN_FLIGHT } from './socket/requests.ts';
import { ratios, spreadOf } from './statistics.ts';

const DEVICES = 1_000_000;
const ANSWERS_A_BLOCK = 50_000;
/** Answers whose bytes are compared between all contenders. */
const COMPARED = 10_000;
const TIMES_THE_BETTER = 3;

/** A million keys and their values do not fit Node's default heap on every machine. */
const HEAP = ['--max-old-space-size=6144'];

const TITLES: Record<AnswererName, string> = {
  core: 'memory core (WASM)',
  'typed arrays': '`Map` of typed arrays (JS), the same encoder',
  'lru-cache': '`lru-cache` of objects (JS), msgpackr',
};

export const hits: Bench = {
  name: 'hits',
  async run({ blocks, tell }: BenchOptions): Promise<Finding[]> {
    const children = ANSWERERS.map((name) => ({
      name,
      child: new Child<AnsweringAsked, AnsweringTold>('cached-day/answering.js', HEAP),
    }));
    try {
      const digests: string[] = [];
      for (const { name, child } of children) {
        const told = await child.ask({ fill: { name, devices: DEVICES } });
        if (!('filled' in told) || told.filled !== DEVICES) throw new Error(`${name} is not full`);
        const compared = await child.ask({ digest: COMPARED });
        if ('digest' in compared) digests.push(compared.digest);
        tell(`${name} holds ${DEVICES} devices`);
      }
      if (digests.length !== ANSWERERS.length || new Set(digests).size !== 1) {
        throw new Error(`the contenders answer differently: ${digests}`);
      }
      const bytes = ANSWERERS.map((): number[] => []);
      const rows = await alternate(
        children.map(({ name, child }, i) => ({
          name: TITLES[name],
          unit: 'ns',
          async block() {
            const told = await child.ask({ answers: ANSWERS_A_BLOCK });
            if (!('answered' in told)) throw new Error('an answerer misunderstood');
            const { ns } = told.answered;
            bytes[i]?.push(told.answered.bytes);
            tell(`${name}: ${Math.round(ns)} ns`);
            return ns;
          },
        })),
        blocks,
      );
      if (new Set(bytes.map(String)).size !== 1) throw new Error('answers of different sizes');
      return [finding(rows, (bytes[0]?.[0] ?? Number.NaN) / ANSWERS_A_BLOCK)];
    } finally {
      await Promise.all(children.map(({ child }) => child.end()));
    }
  },
};

function finding(rows: Finding['rows'], bytes: number): Finding {
  const [core = [], ...others] = rows.map((row) => row.blocks);
  const times = others.map((other) => spreadOf(ratios(other, core)).median);
  const many = DEVICES.toLocaleString('en-GB');
  return {
    title: `Look-up and encoding among ${many} cached ESMEs`,
    about: [
      `A request for a device at random, answered with ${Math.round(bytes)} B of MessagePack,`,
      `${ENTRIES} entries; blocks of ${ANSWERS_A_BLOCK.toLocaleString('en-GB')}. The core is given`,
      `frames as they come from a socket, ${IN_FLIGHT} a read, and its time holds unmasking and`,
      'reading them; the others are given RequestIDs, and theirs holds nothing but look-up and',
      `encoding. Asserted: each contender holds ${many} devices, the same`,
      `${COMPARED.toLocaleString('en-GB')} requests are answered with the same bytes by all, and`,
      'all further ones with as many.',
    ],
    rows,
    bars: [
      {
        what: 'the better of JS / core, time of an answer',
        unit: '',
        measured: Math.min(...times),
        atLeast: TIMES_THE_BETTER,
      },
      {
        what: 'core, answers a second',
        unit: '/s',
        measured: Math.round(1e9 / spreadOf(core).median),
      },
    ],
  };
}
