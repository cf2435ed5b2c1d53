// Runs the built program as a user does: a process of its own, with its own stdout and stderr.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
/** A command that does not end by itself is ended, so that its test fails and not the whole run. */
const LONGEST_RUN_MS = 30_000;

const PROGRAM = resolve(ROOT, 'dist/cli/s1sp.js');

export interface Ended {
  /** Exit code, or null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  /** The next line of stdout; rejects when the process ends without one. */
  nextLine(): Promise<string>;
  readonly ended: Promise<Ended>;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly directory?: string;
}

/**
 * The environment of the tests without settings that whoever runs them may have, and as in CI,
 * where many programs colour what they print to a pipe.
 */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^S1SP_|_COLOR$/.test(name));
  return { ...Object.fromEntries(own), CI: 'true' };
}

/** Starts `s1sp` with `args`. */
export function start(args: readonly string[], options: RunOptions = {}): Started {
  if (!existsSync(PROGRAM)) throw new Error('dist/ is not built: npm run build');
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: options.directory ?? ROOT,
    env: { ...cleanEnvironment(), ...options.environment },
    timeout: LONGEST_RUN_MS,
    killSignal: 'SIGKILL',
  });
  child.stdin.end(options.input ?? '');
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.stderr += chunk;
  });
  const ended = once(child, 'close').then(
    ([code, signal]): Ended => ({ code, signal, stdout: text.stdout, stderr: text.stderr }),
  );
  return { process: child, nextLine: () => nextLine(child, text, ended), ended };
}

async function nextLine(
  child: ChildProcess,
  text: { stdout: string; stderr: string },
  ended: Promise<Ended>,
): Promise<string> {
  let over = false;
  const end = ended.then(() => {
    over = true;
  });
  while (!text.stdout.includes('\n')) {
    if (over) throw new Error(`it ended without a line: ${text.stderr}`);
    await Promise.race([once(child.stdout ?? child, 'data'), end]);
  }
  return text.stdout.slice(0, text.stdout.indexOf('\n'));
}

/** Runs `s1sp` with `args` to its end. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return start(args, options).ended;
}
