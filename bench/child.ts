// Processes that a run starts: children that answer questions, and the program itself. All of them
// end with the run, however it ends.

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './machine.ts';

const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

function keep(child: ChildProcess): void {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

type Reply<Told> = { readonly told: Told; readonly fault?: undefined } | { readonly fault: string };

/** A process of its own that answers one question at a time. */
export class Child<Asked, Told> {
  readonly #process: ChildProcess;

  /** `file` is the built module's path within `dist/bench`; `execArgv` goes to its Node. */
  constructor(file: string, execArgv: readonly string[] = []) {
    this.#process = fork(resolve(import.meta.dirname, file), {
      serialization: 'advanced',
      execArgv: [...execArgv],
    });
    keep(this.#process);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Rejects with what the child threw, or when it ended instead of answering. */
  async ask(question: Asked & object): Promise<Told> {
    const ended = new AbortController();
    const { signal } = ended;
    try {
      this.#process.send(question);
      const reply: Reply<Told> = await Promise.race([
        once(this.#process, 'message', { signal }).then(([message]) => message),
        once(this.#process, 'exit', { signal }).then(([code]) => {
          throw new Error(`a child of the bench ended with ${code}`);
        }),
      ]);
      if (reply.fault !== undefined) throw new Error(reply.fault);
      return reply.told;
    } finally {
      ended.abort();
    }
  }

  async end(): Promise<void> {
    await endProcess(this.#process);
  }
}

/** Makes this process a child that answers every question by `answer`. */
export function answerQuestions<Asked, Told>(
  answer: (question: Asked) => Told | Promise<Told>,
): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', async (question: Asked) => {
    let reply: Reply<Told>;
    try {
      reply = { told: await answer(question) };
    } catch (fault) {
      reply = { fault: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) };
    }
    process.send?.(reply);
  });
}

/** A program that prints a line when it is ready. */
export interface Started {
  readonly pid: number;
  readonly line: string;
  /** From the start of the process to the line, ms. */
  readonly readyMs: number;
  end(): Promise<void>;
}

/** Starts Node with `args` and waits for the first line on stdout. */
export function startNode(args: readonly string[]): Promise<Started> {
  return startProgram(process.execPath, args, () => true);
}

/** Starts `s1sp` as `npm start` does: `npm run bench` has the same flags for Node. */
export function startS1sp(
  args: readonly string[],
  nodeFlags: readonly string[] = [],
): Promise<Started> {
  return startNode([...process.execArgv, ...nodeFlags, 'dist/cli/s1sp.js', ...args]);
}

/** Starts a program and waits for the line on stdout that says that it is ready. */
export async function startProgram(
  program: string,
  args: readonly string[],
  isReady: (line: string) => boolean,
): Promise<Started> {
  const startedMs = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: ROOT });
  keep(child);
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (isReady(line)) resolve(line);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)));
  });
  return {
    pid: child.pid ?? 0,
    line,
    readyMs: performance.now() - startedMs,
    end: () => endProcess(child),
  };
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const GIVEN_IN_KIB = 1024;

/** Resident memory of a process now, bytes; NaN where the system does not tell. */
export function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * GIVEN_IN_KIB;
  } catch {
    return Number.NaN;
  }
}

/** Ticks of the clock that Linux counts processor time in, per second. */
const TICKS_A_SECOND = 100;

/** Processor time that a process has taken so far, seconds; NaN where the system does not tell. */
export function processorSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
  } catch {
    return Number.NaN;
  }
}
