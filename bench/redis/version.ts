// Whether this machine has a Redis to measure beside.

import { spawnSync } from 'node:child_process';

/** The version of redis-server; undefined when it, or redis-benchmark, is not installed. */
export function redisVersion(): string | undefined {
  const [server, benchmark] = ['redis-server', 'redis-benchmark'].map((program) =>
    spawnSync(program, ['--version'], { encoding: 'utf8' }),
  );
  if (server?.status !== 0 || benchmark?.status !== 0) return undefined;
  return /\bv=(\S+)/.exec(server.stdout)?.[1] ?? 'unknown';
}
