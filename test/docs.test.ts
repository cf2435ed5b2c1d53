// Documents that cannot rot: their tables are compared with the constants they describe, their
// links are followed, and their commands are run.

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import { EXIT_CODES } from '../cli/exit-codes.ts';
import { LOAD_SETTINGS } from '../cli/load-settings.ts';
import { buildProgram } from '../cli/program.ts';
import { SEND_SETTINGS, SERVE_SETTINGS, SETTING_KEYS } from '../cli/settings.ts';
import { flagOf, type Setting, variableOf } from '../cli/sources.ts';
import { ERROR_CODES } from '../gateway/protocol/errors.ts';
import { instantiateCore } from '../gateway/s1sp/core.ts';
import { LIMITS } from '../gateway/server/limits.ts';
import packageJson from '../package.json' with { type: 'json' };
import { run, type Started, start } from './cli/built-program.ts';
import { codesIn, commandsOf, relativeLinks, type Table, tablesOf } from './docs/markdown.ts';

const ROOT = resolve(import.meta.dirname, '..');
const PAGES = ['README.md', ...readdirSync(resolve(ROOT, 'docs')).map((name) => `docs/${name}`)];

function page(path: string): string {
  return readFileSync(resolve(ROOT, path), 'utf8');
}

/** `SlotHeader` is `SLOT_HEADER`. */
function constantCase(name: string): string {
  return name
    .replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`)
    .replaceAll(/\W+/g, '_')
    .toUpperCase();
}

describe('docs/memory.md', () => {
  const text = page('docs/memory.md');
  const structs = tablesOf(text).filter(({ columns }) => columns[0] === 'offset');
  const core = new Map(
    Object.entries(instantiateCore()).flatMap(([name, value]) =>
      value instanceof WebAssembly.Global ? [[name, Number(value.value)] as const] : [],
    ),
  );

  test.each(structs)('$heading lies in memory as its table says', ({ heading, rows }) => {
    const struct = constantCase(heading);
    let end = 0;
    for (const [offset, size, field] of rows) {
      expect(core.get(`OFF_${struct}_${constantCase(field ?? '')}`), field).toBe(Number(offset));
      expect(Number(offset), `${field} follows on what is before it`).toBe(end);
      end = Number(offset) + Number(size);
    }
    expect(core.get(`${struct}_SIZE`) ?? end).toBe(end);
  });

  test('every offset that the core exports has a row, or is called by its name', () => {
    const inTables = structs.flatMap(({ heading, rows }) =>
      rows.map((row) => `OFF_${constantCase(heading)}_${constantCase(row[2] ?? '')}`),
    );
    const offsets = [...core.keys()].filter((name) => name.startsWith('OFF_'));
    expect(offsets.length).toBeGreaterThan(30);
    const untold = offsets.filter((name) => !inTables.includes(name) && !text.includes(name));
    expect(untold).toEqual([]);
  });
});

describe('docs/protocol.md', () => {
  function tableOf(firstColumn: string): Table {
    const tables = tablesOf(page('docs/protocol.md'));
    const found = tables.find(({ columns }) => codesOrText(columns[0]) === firstColumn);
    if (found === undefined) throw new Error(`no table whose first column is ${firstColumn}`);
    return found;
  }

  test('tells of every error code and of no other', () => {
    const told = tableOf('error.code').rows.flatMap(([code]) => codesIn(code ?? ''));
    expect(told.sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });

  test('tells of every limit with its value', () => {
    const { rows } = tableOf('limit');
    const told = rows.map(([name, value]) => [codesIn(name ?? '')[0], plainNumber(value ?? '')]);
    expect(Object.fromEntries(told)).toEqual(LIMITS);
  });
});

function codesOrText(cell: string | undefined): string {
  return (cell ?? '').replaceAll('`', '');
}

/** `262,144 bytes` and `262144` alike. */
function plainNumber(text: string): number {
  return Number(/^[\d,]+/.exec(text)?.[0].replaceAll(',', ''));
}

describe('docs/operations.md', () => {
  const tables = tablesOf(page('docs/operations.md'));

  test.each([
    ['s1sp serve', SERVE_SETTINGS],
    ['s1sp send', SEND_SETTINGS],
    ['s1sp load', LOAD_SETTINGS],
  ])('tells of every setting of %s with its variable and default', (heading, settings) => {
    const table = tables.find((found) => codesOrText(found.heading) === heading);
    const expected = Object.entries<Setting<unknown>>(settings).map(([key, setting]) => [
      flagOf(key),
      variableOf(key),
      setting.fallback ?? setting.unset ?? 'none',
    ]);
    expect(table?.rows.map((row) => row.slice(0, 3).map(codesOrText))).toEqual(expected);
  });

  test('tells of every exit code', () => {
    const table = tables.find(({ columns }) => columns[0] === 'exit code');
    expect(table?.rows.map(([code]) => Number(code))).toEqual(Object.values(EXIT_CODES));
  });
});

describe('links', () => {
  test.each(PAGES)('of %s to files of the project lead somewhere', (path) => {
    const dead = relativeLinks(page(path)).filter(
      (target) => !existsSync(resolve(ROOT, dirname(path), target)),
    );
    expect(dead).toEqual([]);
  });
});

describe('commands', () => {
  const program = buildProgram();

  test.each(PAGES)('of %s are known, down to the flags', (path) => {
    const complaints = commandsOf(page(path), 'sh').flatMap((line) => whatIsWrong(line, program));
    expect(complaints).toEqual([]);
  });

  test.each([
    ['npx s1sp sned a', 'no command sned'],
    ['npx s1sp serve --prot 1', 'no flag --prot'],
    ['S1SP_PROT=1 npx s1sp serve', 'no variable S1SP_PROT'],
    ['npm run lint', 'no script lint'],
    ['apt-get install s1sp', 'unheard of'],
  ])('a document that said "%s" would be found out', (line, reason) => {
    expect(whatIsWrong(line, program).join()).toContain(reason);
  });
});

/** Programs of the system that a document may call. */
const SYSTEM = ['cd', 'curl', 'git', 'kill', 'node', 'echo', 'cat'];
const NPM = ['ci', 'start', 'cit', 'test', 'install'];

function whatIsWrong(line: string, program: Command): string[] {
  return line.split(/\s*(?:&&|\|)\s*/).flatMap((part) => {
    const words = part.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
    const settings = words.filter((word) => /^\w+=/.test(word));
    const [first, ...rest] = words.filter((word) => !settings.includes(word));
    const keys = [...SETTING_KEYS, 'config'];
    const wrong = settings
      .map((word) => word.replace(/=.*/, ''))
      .filter((name) => !keys.map(variableOf).includes(name))
      .map((name) => `no variable ${name}: ${line}`);
    if (first === 'npx' && rest[0] === 's1sp') {
      return [...wrong, ...wrongArguments(rest.slice(1), program, line)];
    }
    if (first === 'npm') {
      const script = rest[0] === 'run' ? (rest[1] ?? '') : undefined;
      if (script !== undefined && !(script in packageJson.scripts)) {
        return [...wrong, `no script ${script}: ${line}`];
      }
      return script !== undefined || NPM.includes(rest[0] ?? '') ? wrong : [...wrong, line];
    }
    return SYSTEM.includes(first ?? '') ? wrong : [...wrong, `unheard of: ${line}`];
  });
}

function wrongArguments(words: readonly string[], program: Command, line: string): string[] {
  const [name = '', ...rest] = words;
  const command = name.startsWith('-')
    ? program
    : program.commands.find((known) => known.name() === name);
  if (command === undefined) return [`no command ${name}: ${line}`];
  const flags = [...(command === program ? words : rest)].filter((word) => word.startsWith('--'));
  const known = command.options.map((option) => option.long);
  return flags
    .map((word) => word.replace(/=.*/, ''))
    .filter((word) => !known.includes(word) && word !== '--help')
    .map((word) => `no flag ${word}: ${line}`);
}

describe('a walk through the README', () => {
  const commands = commandsOf(page('README.md'), 'sh');
  const gateways: Started[] = [];
  afterAll(async () => {
    for (const { process } of gateways) process.kill('SIGKILL');
    await Promise.all(gateways.map(({ ended }) => ended));
  });

  async function serve(args: readonly string[]): Promise<{ ws: string; http: string }> {
    const gateway = start(['serve', '--port', '0', '--log-level', 'warn', ...args]);
    gateways.push(gateway);
    return JSON.parse(await gateway.nextLine());
  }

  test('npx finds the program in a clone', async () => {
    const { stdout } = await promisify(execFile)('npx', ['--offline', 's1sp', '--version'], {
      cwd: ROOT,
    });
    expect(stdout.trim()).toBe(packageJson.version);
  });

  test('every s1sp send of it is answered by what npm start runs', async () => {
    expect(packageJson.scripts.start).toMatch(/\bnode [-=\w ]*dist\/cli\/s1sp\.js serve$/);
    const sends = commands.filter((line) => line.startsWith('npx s1sp send '));
    expect(sends.length).toBeGreaterThan(0);
    // An afternoon: in the morning's window schedules answer too, and send says so on stderr.
    const { ws } = await serve(['--now', '2026-11-23T14:50:40Z']);
    for (const line of sends) {
      const args = line.split(/\s+/).slice(2);
      const { code, stdout, stderr } = await run([...args, '--url', ws]);
      expect([code, stderr], line).toEqual([0, '']);
      if (args.includes('duis')) expect(stdout).toContain('<sr:ResponseCode>I0</sr:ResponseCode>');
      else expect(JSON.parse(stdout), line).toMatchObject({ responseCode: 'I0' });
    }
  });

  test('each s1sp load of it and of docs/load.md that leaves a file runs, shortened', async () => {
    const told = [...commands, ...commandsOf(page('docs/load.md'), 'sh')];
    const loads = told.filter((line) => /^npx s1sp load .*--(html|out)\b/.test(line));
    expect(loads).toHaveLength(4);
    const { ws } = await serve(['--meters', '1000', '--wan', 'none']);
    const directory = mkdtempSync(join(tmpdir(), 's1sp-docs-'));
    for (const line of loads) {
      const words = (line.match(/'[^']*'|\S+/g) ?? []).slice(2);
      const args = words.map((word) => word.replaceAll("'", ''));
      const files = args.flatMap((flag, at) =>
        flag === '--html' || flag === '--out' ? [flag, join(directory, args[at + 1] ?? '')] : [],
      );
      const isDay = args.includes('--scenario');
      const short = isDay ? ['--meters', '30'] : ['--count', '100', '--warmup', '0'];
      const ends = ['--duration', '500ms', ...short, ...files, '--url', ws];
      const { code, stdout } = await run([...args, ...ends]);
      // How fast it goes depends on the machine.
      expect([0, EXIT_CODES.threshold], line).toContain(code);
      expect(stdout, line).toMatch(/^right +[1-9]/m);
      for (const file of files.filter((_, at) => at % 2 === 1)) {
        expect(existsSync(file), line).toBe(true);
      }
    }
    rmSync(directory, { recursive: true });
  });

  test('the answer it shows is the one that comes on that day', async () => {
    const shown = /"primaryValue": \[([\d, ]+), "… 49 in all"\]/.exec(page('README.md'))?.[1] ?? '';
    const values = shown.split(', ').map(Number);
    expect(values).toHaveLength(8);
    const now = ['--now', '2026-11-23T14:50:40Z', '--clock', 'manual', '--wan', 'none'];
    const { ws } = await serve(now);
    const asked = ['send', '4.8.1', '90-B3-D5-1F-40-00-00-07', '--url', ws];
    const { profile } = JSON.parse((await run(asked)).stdout);
    expect(profile).toMatchObject({ firstTimestamp: '2026-11-22T00:00:00Z', intervalMinutes: 30 });
    expect(profile.primaryValue.slice(0, 8)).toEqual(values);
    expect(profile.primaryValue).toHaveLength(49);
  });

  test('the metrics of docs/operations.md are those of the page', async () => {
    const { http } = await serve(['--wan', 'none']);
    const text = await (await fetch(`${http}/metrics`)).text();
    const there = [...text.matchAll(/^# TYPE (\w+)/gm)].map((match) => match[1]);
    const told = page('docs/operations.md').matchAll(/`(s1sp_[a-z_]+)`/g);
    expect([...new Set([...told].map((match) => match[1]))].sort()).toEqual(there.sort());
  });
});
