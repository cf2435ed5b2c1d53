// What the figures of a run depend on, beside the program itself.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import type { Facts } from './page.ts';
import { redisVersion } from './redis/version.ts';

/** Root of the checkout; benches run from `dist/bench`. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** Libraries that a figure may hang on. */
const LIBRARIES = ['ws', 'msgpackr', 'lru-cache', 'assemblyscript'];

const NOT_INSTALLED = 'not installed';

export function machineFacts(blocks: number): Facts {
  const [cpu] = cpus();
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  return [
    ['date', new Date().toISOString().slice(0, 10)],
    ['commit', commit()],
    ['processor', `${cpu?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`],
    ['memory', `${memoryGib} GiB`],
    ['system', `${process.platform} ${process.arch}`],
    ['Node', `${process.version}, V8 ${process.versions.v8}`],
    ...LIBRARIES.map((name) => [name, version(name)] as const),
    ['redis-server', redisVersion() ?? NOT_INSTALLED],
    ['blocks of each contender', String(blocks)],
  ];
}

function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim();
    const changed = git('status', '--porcelain', '--', ':!docs/benchmarks.md') !== '';
    return git('rev-parse', '--short', 'HEAD') + (changed ? ' with changes' : '');
  } catch {
    return 'not a git checkout';
  }
}

function version(name: string): string {
  try {
    const file = resolve(ROOT, 'node_modules', name, 'package.json');
    const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'));
    return version;
  } catch {
    return NOT_INSTALLED;
  }
}
