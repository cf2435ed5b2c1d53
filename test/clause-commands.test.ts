// Every command of docs/clauses.md is run, and shows what the page says of it. The gateways and
// `s1sp send` run in this process: a process for each of a hundred commands would take minutes.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { type Assembled, assemble } from '../cli/assemble.ts';
import { buildProgram } from '../cli/program.ts';
import { SERVE_SETTINGS } from '../cli/settings.ts';
import { resolveSettings } from '../cli/sources.ts';
import { type Demonstration, rowsOf, wordsOf } from './docs/demonstrations.ts';

const ROOT = resolve(import.meta.dirname, '..');
const HTTP = 'http://127.0.0.1:7681';

interface Gateway {
  readonly ws: string;
  readonly http: string;
}

const running: Assembled[] = [];
const shared = new Map<string, Promise<Gateway>>();
afterAll(() => Promise.all(running.map((gateway) => gateway.drain())));

/** What `npm start -- FLAGS` starts, on a free port. */
async function start(flags: string): Promise<Gateway> {
  const values: Record<string, string | true> = { port: '0', logLevel: 'silent' };
  const words = wordsOf(flags);
  for (const [at, word] of words.entries()) {
    if (!word.startsWith('--')) continue;
    const key = word.slice(2).replaceAll(/-[a-z]/g, (part) => part.slice(1).toUpperCase());
    expect(Object.keys(SERVE_SETTINGS)).toContain(key);
    const next = words[at + 1];
    values[key] = next === undefined || next.startsWith('--') ? true : next;
  }
  const given = { flags: values, environment: {}, directory: ROOT };
  const gateway = await assemble(resolveSettings(SERVE_SETTINGS, given).values);
  running.push(gateway);
  return gateway.ready as Gateway & object;
}

/** Runs one command against a gateway and gives what it prints. */
async function output(command: string, { ws, http }: Gateway): Promise<string> {
  const [program, ...args] = wordsOf(command);
  if (program === 'curl') return await curl(args, http);
  if (program === 'node') {
    return (await promisify(execFile)(process.execPath, [...args, ws], { cwd: ROOT })).stdout;
  }
  expect([program, args.shift()]).toEqual(['npx', 's1sp']);
  const shown: string[] = [];
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown.push(String(text));
    return true;
  });
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    await buildProgram().parseAsync([...args, '--url', ws], { from: 'user' });
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
    process.exitCode = undefined;
  }
  return shown.join('');
}

/** The little of curl that the page uses: -X, -H, -d and an address. */
async function curl(args: string[], http: string): Promise<string> {
  const flag = (name: string) => {
    const at = args.indexOf(name);
    return at < 0 ? undefined : args.splice(at, 2)[1];
  };
  const [header, body, method] = [flag('-H'), flag('-d'), flag('-X')];
  const [address = '', ...more] = args;
  expect([more, address.startsWith(`${HTTP}/`)]).toEqual([[], true]);
  const [name = '', value = ''] = header?.split(': ') ?? [];
  const answer = await fetch(address.replace(HTTP, http), {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: header === undefined ? {} : { [name]: value },
    ...(body !== undefined && { body }),
  });
  return await answer.text();
}

async function show({ steps }: Demonstration, gateway: Gateway): Promise<void> {
  for (const { command, sees } of steps) {
    const seen = (await output(command, gateway)).replaceAll(/\s/g, '');
    for (const text of sees) expect(seen, command).toContain(text.replaceAll(/\s/g, ''));
  }
}

const ROWS = rowsOf(readFileSync(resolve(ROOT, 'docs/clauses.md'), 'utf8'));

test('there are as many demonstrations as the page has rows with tests', () => {
  expect(ROWS.length).toBeGreaterThan(30);
});

describe('the commands beside a clause show what is said of them', () => {
  test.each(ROWS.map((row) => [row.name, row] as const))('%s', async (_, row) => {
    const { demonstrations, shares } = row;
    expect(demonstrations.length).toBeGreaterThan(0);
    for (const [i, demonstration] of demonstrations.entries()) {
      const { gateway } = demonstration;
      const known = shares && i === 0 ? shared.get(gateway) : undefined;
      const started = known ?? start(gateway);
      if (shares && i === 0) shared.set(gateway, started);
      await show(demonstration, await started);
    }
  });
});
