import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { CommandError } from '../../cli/exit-codes.ts';
import { banner, notStarted } from '../../cli/serve.ts';
import { SERVE_SETTINGS } from '../../cli/settings.ts';
import { resolveSettings } from '../../cli/sources.ts';
import { type RunOptions, run, type Started, start } from './built-program.ts';

const QUICK = ['serve', '--port', '0', '--meters', '8', '--wan', 'none', '--log-level', 'warn'];
const NOW = '2026-11-23T09:00:00Z';

const directory = mkdtempSync(join(tmpdir(), 's1sp-serve-'));
afterAll(() => rmSync(directory, { recursive: true }));

const started: Started[] = [];
afterEach(async () => {
  for (const { process, ended } of started.splice(0)) {
    process.kill('SIGKILL');
    await ended;
  }
});

interface Ready {
  readonly ws: string;
  readonly http: string;
  readonly now: string;
}

async function textOf(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** Asks again and again; the time limit of the test is the limit. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

async function serve(args: readonly string[], options?: RunOptions) {
  const gateway = start([...QUICK, ...args], options);
  started.push(gateway);
  const line = await gateway.nextLine();
  const ready: Ready = JSON.parse(line);
  return { ...gateway, line, ready };
}

test('the ready line says where it is, what it serves and what time it is', async () => {
  const { ready } = await serve(['--now', NOW, '--clock', 'manual', '--seed', '7']);
  const port = Number(new URL(ready.http).port);
  expect(port).toBeGreaterThan(0);
  expect(ready).toEqual({
    ready: true,
    ws: `ws://127.0.0.1:${port}/sr`,
    http: `http://127.0.0.1:${port}`,
    meters: 8,
    firstDeviceId: '90-B3-D5-1F-40-00-00-00',
    lastDeviceId: '90-B3-D5-1F-40-00-00-07',
    now: '2026-11-23T09:00:00.000Z',
    seed: 7,
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends it with 0 and one line on stdout',
  async (signal) => {
    const { process, ended, line } = await serve([]);
    process.kill(signal);
    const { code, stdout } = await ended;
    expect([code, stdout]).toEqual([0, `${line}\n`]);
  },
);

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s while it drains ends it at once with %d', async (second, expected) => {
  // On a clock that stands still the meter never answers, so the drain has something to wait for.
  const { process, ended, ready } = await serve(['--clock', 'manual', '--wan', 'typical']);
  const asking = start(['send', '4.8.2', '90-B3-D5-1F-40-00-00-07', '--url', ready.ws]);
  started.push(asking);
  await until(async () => /^s1sp_in_flight 1$/m.test(await textOf(`${ready.http}/metrics`)));
  process.kill('SIGTERM');
  await until(async () => (await fetch(`${ready.http}/readyz`)).status === 503);
  process.kill(second);
  expect((await ended).code).toBe(expected);
  expect((await asking.ended).code).toBe(1);
});

test('the ready file holds the ready line, whole, and not that of the run before', async () => {
  const file = join(directory, 'ready.json');
  writeFileSync(file, 'old');
  const { line, process, ended } = await serve(['--ready-file', file]);
  process.kill('SIGTERM');
  await ended;
  expect(readFileSync(file, 'utf8')).toBe(`${line}\n`);
  expect(readdirSync(directory).filter((name) => name.startsWith('ready.json'))).toHaveLength(1);
});

test('a ready file that cannot be written exits 1 with its path', async () => {
  const file = join(directory, 'no', 'ready.json');
  const { code, stderr } = await run([...QUICK, '--ready-file', file]);
  expect(code).toBe(1);
  expect(stderr).toContain(`--ready-file: cannot write ${file}`);
});

test('a port in use exits 1, names it and says what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, stdout, stderr } = await run([...QUICK, '--port', String(port)]);
  other.close();
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain(`port ${port} of 127.0.0.1 is in use`);
  expect(stderr).toContain('--port');
});

test.each([
  ['--fleet', 'fleet.json'],
  ['--parties', 'parties.json'],
  ['--targets', 'targets.json'],
  ['--wan', 'wan.json'],
])('a broken file of %s exits 2 with its path', async (flag, name) => {
  const file = join(directory, name);
  writeFileSync(file, '{"unheardOf": 1}');
  for (const path of [file, join(directory, `no-${name}`)]) {
    const args = ['serve', '--port', '0', flag, path];
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout], stderr).toEqual([2, '']);
    expect(stderr).toContain(path);
    expect(stderr).not.toContain(' at ');
  }
});

test('send talks to it: a device, and its own yesterday', async () => {
  const { ready } = await serve(['--now', NOW, '--clock', 'manual']);
  const { code, stdout, stderr } = await run([
    ...['send', '4.8.1', '90-B3-D5-1F-40-00-00-07', '--explain', '--url', ready.http],
  ]);
  expect([code, stderr]).toEqual([0, '']);
  const answer = JSON.parse(stdout);
  expect(answer).toMatchObject({ responseCode: 'I0', served: 'device' });
  expect(answer.profile.firstTimestamp).toBe('2026-11-22T00:00:00Z');
  expect(answer.profile.primaryValue).toHaveLength(49);
});

describe('settings', () => {
  test('come from flag, variable and file, as --print-config shows without starting', async () => {
    const config = join(directory, 's1sp.json');
    writeFileSync(config, '{"seed": 3, "meters": 5, "max-in-flight": 9}');
    const { code, stdout, stderr } = await run(
      ['serve', '--port', '0', '--config', config, '--print-config', '--json'],
      { environment: { S1SP_SEED: '2', S1SP_PORT: '1', S1SP_HOTS: 'x' } },
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      port: { value: 0, source: 'flag', from: '--port' },
      seed: { value: 2, source: 'environment', from: 'S1SP_SEED' },
      meters: { value: 5, source: 'config', from: `meters in ${config}` },
      maxInFlight: { value: 9, source: 'config' },
      host: { value: '127.0.0.1', source: 'default' },
    });
    expect(stderr).toBe(
      's1sp: S1SP_HOTS is not a setting (did you mean S1SP_HOST?); it is ignored\n',
    );
  });

  test('that --config names by variable are read, and an unknown key exits 2', async () => {
    const config = join(directory, 'unknown.json');
    writeFileSync(config, '{"metres": 5}');
    const { code, stderr } = await run(['serve'], { environment: { S1SP_CONFIG: config } });
    expect(code).toBe(2);
    expect(stderr).toBe(`s1sp: ${config}: "metres" is not a setting (did you mean meters?)\n`);
  });

  test('of --fleet and --meters only one can be typed', async () => {
    const { code, stderr } = await run(['serve', '--fleet', 'f.json', '--meters', '5']);
    expect(code).toBe(2);
    expect(stderr).toContain('--fleet goes instead of --meters');
  });
});

describe('in words', () => {
  const { values } = resolveSettings(SERVE_SETTINGS, {
    flags: {},
    environment: {},
    directory: '/',
  });

  test.each([
    ['EADDRINUSE', 'port 7681 of 127.0.0.1 is in use'],
    ['EACCES', 'choose one above 1023'],
    ['EADDRNOTAVAIL', '127.0.0.1 is not an address of this machine'],
  ])('%s becomes a sentence and exit code 1', (code, sentence) => {
    const told = notStarted(Object.assign(new Error('listen'), { code }), values);
    expect(told).toBeInstanceOf(CommandError);
    expect(told).toMatchObject({ exit: 'failed', message: expect.stringContaining(sentence) });
  });

  test('any other failure stays what it is', () => {
    const fault = new Error('a bug');
    expect(notStarted(fault, values)).toBe(fault);
  });

  test('the banner has a line to paste', () => {
    const ready = {
      ws: 'ws://127.0.0.1:7681/sr',
      http: 'http://127.0.0.1:7681',
      firstDeviceId: '90-B3-D5-1F-40-00-00-00',
    };
    const text = banner(ready, 'loopback');
    expect(text).toContain(
      '    npx s1sp send 4.8.1 90-B3-D5-1F-40-00-00-00 --explain --url ws://127.0.0.1:7681/sr\n',
    );
    expect(text).toContain('  Look inside it: http://127.0.0.1:7681/\n');
    expect(banner(ready, 'off')).not.toContain('Look inside');
  });
});
