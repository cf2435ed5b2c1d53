// redis-benchmark, Redis's own load generator: how it is called, and its CSV read back.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What is called, and how: its connections, pipeline, requests and keys. */
export interface Called {
  readonly port: number;
  readonly connections: number;
  readonly pipeline: number;
  readonly requests: number;
  /** Keys `key:000000000000` upward. */
  readonly keys: number;
}

/** Digits of the number that redis-benchmark writes in place of `__rand_int__`. */
const KEY_DIGITS = 12;

/** The key of that number as redis-benchmark asks for it. */
export function keyOf(place: number): string {
  return `key:${String(place).padStart(KEY_DIGITS, '0')}`;
}

/** GETs of keys at random; requests a second. */
export async function benchmarkGet(called: Called): Promise<number> {
  const { port, connections, pipeline, requests, keys } = called;
  const numbers = { p: port, c: connections, P: pipeline, n: requests, r: keys };
  const flags = Object.entries(numbers).flatMap(([flag, value]) => [`-${flag}`, String(value)]);
  const command = ['GET', 'key:__rand_int__'];
  const run = promisify(execFile);
  const { stdout } = await run('redis-benchmark', [
    '-h',
    '127.0.0.1',
    ...flags,
    '--csv',
    ...command,
  ]);
  return requestsPerSecond(stdout, command.join(' '));
}

/** The rate of a test in what `redis-benchmark --csv` prints, with its heading or without. */
export function requestsPerSecond(csv: string, test: string): number {
  const lines = csv.trim().split(/\r?\n/).map(cellsOf);
  const heading = lines.find(([first]) => first === 'test');
  const column = heading?.indexOf('rps') ?? 1;
  const rate = Number(lines.find(([name]) => name === test)?.[column]);
  if (!(rate > 0)) throw new Error(`redis-benchmark gave no rate of ${test}: ${csv}`);
  return rate;
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"/g)].map(([, cell]) => cell ?? '');
}
