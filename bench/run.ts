// `npm run bench`: runs every bench, prints what came of it, and writes docs/benchmarks.md. With
// `--only` nothing is written, because the document is of one run.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench, Finding } from './finding.ts';
import { isReached } from './finding.ts';
import { lookUps } from './look-ups.ts';
import { machineFacts, ROOT } from './machine.ts';
import { memory } from './memory.ts';
import { misses } from './misses.ts';
import { page, section } from './page.ts';
import { start } from './start.ts';
import { warmCache } from './warm-cache.ts';
import { wires } from './wires.ts';

const BENCHES: readonly Bench[] = [warmCache, wires, lookUps, memory, start, misses];
const BLOCKS_DEFAULT = 12;

const USAGE = `npm run bench -- [--only NAME]... [--blocks N]
  NAME    ${BENCHES.map(({ name }) => name).join(', ')}
  N       turns of each contender (default ${BLOCKS_DEFAULT}; 10 at least for a table to keep)
`;

interface Arguments {
  readonly benches: readonly Bench[];
  readonly blocks: number;
}

/** What was asked for, or undefined with the reason on stderr. */
function readArguments(): Arguments | undefined {
  try {
    const { values } = parseArgs({
      options: { only: { type: 'string', multiple: true }, blocks: { type: 'string' } },
    });
    const { only = [], blocks = String(BLOCKS_DEFAULT) } = values;
    const unknown = only.find((name) => BENCHES.every((bench) => bench.name !== name));
    if (unknown !== undefined) throw new Error(`there is no bench "${unknown}"`);
    if (!/^[1-9]\d{0,3}$/.test(blocks)) throw new Error(`--blocks ${blocks} is no number of turns`);
    const benches = BENCHES.filter(({ name }) => only.length === 0 || only.includes(name));
    return { benches, blocks: Number(blocks) };
  } catch (fault) {
    process.stderr.write(`${fault instanceof Error ? fault.message : fault}\n${USAGE}`);
    return undefined;
  }
}

async function run({ benches, blocks }: Arguments): Promise<number> {
  const findings: Finding[] = [];
  for (const bench of benches) {
    const tell = (line: string) => process.stderr.write(`${bench.name}: ${line}\n`);
    const found = await bench.run({ blocks, tell });
    for (const finding of found) process.stdout.write(`${section(finding)}\n\n`);
    findings.push(...found);
  }
  if (benches.length === BENCHES.length) {
    const file = resolve(ROOT, 'docs/benchmarks.md');
    writeFileSync(file, page(machineFacts(blocks), findings));
    process.stderr.write(`written: ${file}\n`);
  }
  const missed = findings.flatMap(({ bars }) => bars).filter((bar) => isReached(bar) === false);
  for (const { what } of missed) process.stderr.write(`not reached: ${what}\n`);
  return missed.length === 0 ? 0 : 1;
}

const asked = readArguments();
process.exit(asked === undefined ? 2 : await run(asked));
