// The walks of docs/inspect.md are walked. The gateways and `s1sp` run in this process: a process
// for each of thirty commands would take a minute.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import type { Assembled } from '../../cli/assemble.ts';
import { buildProgram } from '../../cli/program.ts';
import { started } from '../../cli/serve.ts';
import { SERVE_SETTINGS } from '../../cli/settings.ts';
import { resolveSettings } from '../../cli/sources.ts';
import { wordsOf } from './demonstrations.ts';
import { difference, SERVES, type Walk, walksOf } from './walks.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const HTTP = 'http://127.0.0.1:7681';
const WALKS = walksOf(readFileSync(resolve(ROOT, 'docs/inspect.md'), 'utf8'));

interface Gateway {
  readonly ws: string;
  readonly http: string;
}

/** Where the file of the last walk goes. */
const directory = mkdtempSync(resolve(tmpdir(), 'inspect-walks-'));
const HERE = /(?<= )bug\.s1sp/;
afterAll(() => rmSync(directory, { recursive: true }));

const running: Assembled[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((gateway) => gateway.drain()));
});

async function serve(flags: readonly string[]): Promise<Gateway> {
  const values: Record<string, string> = { port: '0', logLevel: 'silent' };
  for (let at = 0; at < flags.length; at += 2)
    values[flags[at]?.slice(2) ?? ''] = flags[at + 1] ?? '';
  for (const key of Object.keys(values)) expect(Object.keys(SERVE_SETTINGS)).toContain(key);
  const given = { flags: values, environment: {}, directory: ROOT };
  const gateway = await started(resolveSettings(SERVE_SETTINGS, given));
  running.push(gateway);
  return gateway.ready as Gateway & object;
}

/** What a command prints, on stdout and on stderr. */
async function output(command: string, { ws, http }: Gateway): Promise<string> {
  const [program, ...args] = wordsOf(command);
  if (program === 'curl') return await (await fetch((args[0] ?? '').replace(HTTP, http))).text();
  expect([program, args.shift()]).toEqual(['npx', 's1sp']);
  const shown: string[] = [];
  const write = (text: unknown) => shown.push(String(text)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(write),
  );
  try {
    await buildProgram().parseAsync([...args, '--url', ws], { from: 'user' });
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
  }
  return shown.join('');
}

async function walk({ legs }: Walk): Promise<void> {
  let gateway: Gateway | undefined;
  for (const { commands, sees } of legs) {
    let seen = '';
    for (const written of commands) {
      const command = written.replace(HERE, (file) => resolve(directory, file));
      const flags = SERVES.exec(command)?.[1];
      if (flags !== undefined) gateway = await serve(wordsOf(flags));
      else if (command === 'kill %1') await running.shift()?.drain();
      else if (gateway !== undefined) seen += await output(command, gateway);
    }
    seen = seen.replaceAll(`${directory}/`, '');
    expect(difference(sees, seen), commands.join('\n')).toBeUndefined();
  }
}

describe('docs/inspect.md', () => {
  test('walks through what people come with', () => {
    expect(WALKS.map(({ heading }) => heading)).toEqual([
      'Why did this read hit the meter?',
      'Watch a ring wrap',
      'A BST weekend',
      'A silent meter',
      'Share a bug as a file',
    ]);
  });

  test.each(WALKS.map((each) => [each.heading, each] as const))('%s', async (_, each) => {
    await walk(each);
  });
});

describe('what a walk shows', () => {
  test.each([
    ['a\nb\n', 'a\nb\n', true],
    ['a\n', 'a\nb\n', false],
    ['a…c\n', 'abbc\n', true],
    ['a…c\n', 'ab\nc\n', false],
    ['a\n…\nc\n', 'a\nb\nb\nc\n', true],
    ['a\n…\nc\n', 'a\nc\n', true],
    ['a\n…\nc\n', 'a\nb\n', false],
    ['a\n…\n', 'a\nb\nc\n', true],
    ['a.c\n', 'abc\n', false],
  ])('%j of %j: %j', (shown, seen, fits) => {
    expect(difference(shown, seen) === undefined).toBe(fits);
  });
});
