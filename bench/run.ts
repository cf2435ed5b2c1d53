// `npm run bench`: runs every bench, prints what came of it, and writes docs/benchmarks.md. With
// `--only` nothing is written unless `--out` says where, because the document is of one run.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { batches } from './batches.ts';
import type { Bench, Finding } from './finding.ts';
import { isReached } from './finding.ts';
import { growth } from './growth.ts';
import { hits } from './hits.ts';
import { inFlight } from './in-flight.ts';
import { inspector } from './inspector.ts';
import { latency } from './latency.ts';
import { lookUps } from './look-ups.ts';
import { machineFacts, ROOT } from './machine.ts';
import { memory } from './memory.ts';
import { misses } from './misses.ts';
import { page, section } from './page.ts';
import { profile } from './profile.ts';
import { start } from './start.ts';
import { warmCache } from './warm-cache.ts';
import { wires } from './wires.ts';

/** In the order of the document: what a socket sees, what is behind it, how it grows. */
const BENCHES: readonly Bench[] = [
  warmCache,
  batches,
  latency,
  inspector,
  profile,
  wires,
  hits,
  lookUps,
  memory,
  growth,
  start,
  misses,
  inFlight,
];
const BLOCKS_DEFAULT = 12;

const USAGE = `npm run bench -- [--only NAME]... [--blocks N] [--out FILE]
  NAME    ${BENCHES.map(({ name }) => name).join(', ')}
  N       turns of each contender (default ${BLOCKS_DEFAULT}; 10 at least for a table to keep)
  FILE    where the document goes (default docs/benchmarks.md, and nowhere with --only)
--profile is --only profile: where the time of a cached answer goes, in ns.
`;

interface Arguments {
  readonly benches: readonly Bench[];
  readonly blocks: number;
  /** Path of the document; undefined: none is written. */
  readonly out: string | undefined;
}

/** What was asked for, or undefined with the reason on stderr. */
function readArguments(): Arguments | undefined {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        profile: { type: 'boolean' },
        blocks: { type: 'string' },
        out: { type: 'string' },
      },
    });
    const { only = [], blocks = String(BLOCKS_DEFAULT), out } = values;
    if (values.profile) only.push(profile.name);
    const unknown = only.find((name) => BENCHES.every((bench) => bench.name !== name));
    if (unknown !== undefined) throw new Error(`there is no bench "${unknown}"`);
    if (!/^[1-9]\d{0,3}$/.test(blocks)) throw new Error(`--blocks ${blocks} is no number of turns`);
    const all = only.length === 0;
    return {
      benches: BENCHES.filter(({ name }) => all || only.includes(name)),
      blocks: Number(blocks),
      out: out !== undefined ? resolve(out) : all ? resolve(ROOT, 'docs/benchmarks.md') : undefined,
    };
  } catch (fault) {
    process.stderr.write(`${fault instanceof Error ? fault.message : fault}\n${USAGE}`);
    return undefined;
  }
}

async function run({ benches, blocks, out }: Arguments): Promise<number> {
  const findings: Finding[] = [];
  for (const bench of benches) {
    const tell = (line: string) => process.stderr.write(`${bench.name}: ${line}\n`);
    const found = await bench.run({ blocks, tell });
    for (const finding of found) process.stdout.write(`${section(finding)}\n\n`);
    findings.push(...found);
  }
  if (out !== undefined) {
    writeFileSync(out, page(machineFacts(blocks), findings));
    process.stderr.write(`written: ${out}\n`);
  }
  const missed = findings.flatMap(({ bars }) => bars).filter((bar) => isReached(bar) === false);
  for (const { what } of missed) process.stderr.write(`not reached: ${what}\n`);
  return missed.length === 0 ? 0 : 1;
}

const asked = readArguments();
process.exit(asked === undefined ? 2 : await run(asked));
