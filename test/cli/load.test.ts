import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandError, EXIT_CODES, type ExitName } from '../../cli/exit-codes.ts';
import { buildProgram } from '../../cli/program.ts';
import { readResult } from '../../load/result-file.ts';
import { run, type Started, start } from './built-program.ts';

const directory = mkdtempSync(join(tmpdir(), 's1sp-load-'));
let gateway: Started | undefined;
let url = '';

beforeAll(async () => {
  gateway = start([
    'serve',
    '--port',
    '0',
    '--meters',
    '50',
    '--wan',
    'none',
    '--log-level',
    'warn',
  ]);
  url = JSON.parse(await gateway.nextLine()).ws;
});

afterAll(async () => {
  gateway?.process.kill('SIGTERM');
  await gateway?.ended;
  rmSync(directory, { recursive: true });
});

/** In this process, for nothing is sent: how the command ends, and in which words. */
async function refusalOf(args: readonly string[], address = 'ws://127.0.0.1:9') {
  const program = buildProgram();
  const command = program.commands.find((known) => known.name() === 'load');
  command?.configureOutput({ writeErr: () => {} });
  const fault: unknown = await program
    .parseAsync(['node', 's1sp', 'load', ...args, '--url', address])
    .catch((error: unknown) => error);
  if (fault instanceof CommandError) return { exit: fault.exit, message: fault.message };
  if (fault instanceof CommanderError) return { exit: 'usage', message: fault.message };
  throw fault;
}

describe('load', () => {
  test('sends exactly so many, finds every answer right, and writes what it found', async () => {
    const out = join(directory, 'result.json');
    const html = join(directory, 'report.html');
    const thresholds = ['--threshold', 'wrong==0,lost==0', '--threshold', 'rate>=1'];
    const sent = ['--count', '2000', '--rate', 'max', '--warmup', '0', ...thresholds];
    const { code, stdout, stderr } = await run([
      ...['load', '--url', url, ...sent, '--out', out, '--html', html],
    ]);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('fault')]);
    expect(stdout).toMatch(/^right +2,000 +2,000 checked against the seed$/m);
    expect(stdout).toMatch(/^threshold wrong==0: 0 met$/m);
    const read = readResult(readFileSync(out, 'utf8'));
    if (!('result' in read)) throw new Error(read.problem);
    const { planned, sent: left, answered, checked, outcomes, served, interrupted } = read.result;
    expect([planned, left, answered, checked, interrupted]).toEqual([
      2000,
      2000,
      2000,
      2000,
      false,
    ]);
    expect(outcomes).toMatchObject({ right: 2000, wrong: 0, stale: 0, refused: {} });
    expect(served.cache).toBeGreaterThan(1700);
    expect(read.result.gatewayCounts?.deviceReadsSaved).toBeGreaterThan(0);
    expect(readFileSync(html, 'utf8')).toContain('<!doctype html>');
  });

  test('in DUIS XML the values are checked, too', async () => {
    const sent = ['--count', '40', '--rate', 'max', '--warmup', '0', '--format', 'duis', '--json'];
    const { code, stdout } = await run(['load', '--url', url, ...sent]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ checked: 40, outcomes: { right: 40 } });
  });

  test('interrupted, still sums up, and exits 130', async () => {
    const load = start(['load', '--url', url, '--rate', '500', '--warmup', '0']);
    await new Promise<void>((resolve) => {
      load.process.stderr?.on('data', (chunk) => {
        if (String(chunk).includes('SR/s')) resolve();
      });
    });
    load.process.kill('SIGINT');
    const { code, stdout } = await load.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('interrupted after');
    expect(stdout).toMatch(/^right +\d/m);
  });

  test('says that faults are made on purpose, as long as they are', async () => {
    const faults = `${url.replace(/^ws(.*)\/sr$/, 'http$1')}/api/v1/faults`;
    const asJson = { 'Content-Type': 'application/json' };
    const added = { method: 'POST', headers: asJson, body: '{"what":"silent","p":0}' };
    expect((await fetch(faults, added)).ok).toBe(true);
    const sent = ['load', '--url', url, '--count', '10', '--rate', 'max', '--warmup', '0'];
    const remarks = async () => JSON.parse((await run([...sent, '--json'])).stdout).remarks;
    expect(await remarks()).toEqual([
      '1 fault is made on purpose in the gateway: entries that it changed count as wrong',
    ]);
    await fetch(faults, { method: 'DELETE' });
    expect(await remarks()).toBeUndefined();
  });

  test('has failed where nothing was right, as of devices that nobody knows', async () => {
    const devices = ['--first-device', '90-B3-D5-1F-40-FF-00-00', '--meters', '5'];
    const sent = ['--count', '10', '--rate', 'max', '--warmup', '0', '--json', ...devices];
    const { code, stdout } = await run(['load', '--url', url, ...sent]);
    expect(JSON.parse(stdout)).toMatchObject({ answered: 10, outcomes: { right: 0 } });
    expect(code).toBe(1);
  });

  test('exits 99 where a threshold fails', async () => {
    const sent = ['--count', '10', '--rate', 'max', '--warmup', '0', '--threshold', 'rate<1'];
    const { code, stdout } = await run(['load', '--url', url, ...sent]);
    expect(code).toBe(99);
    expect(stdout).toMatch(/^threshold rate<1: .* FAILED$/m);
  });

  test('where nobody listens, says what to do', async () => {
    const { exit, message } = await refusalOf([]);
    expect([exit, EXIT_CODES[exit as ExitName]]).toEqual(['unreachable', 3]);
    expect(message).toContain('no gateway at http://127.0.0.1:9');
    expect(message).toContain('npm start');
  });

  test.each([
    [['--rate', 'fast'], '--rate: "fast" is not allowed'],
    [['--rte', '5'], '(Did you mean --rate?)'],
    [['--mix', '4.8.9=1'], '--mix: "4.8.9=1"'],
    [['--format', 'jsn'], '(did you mean json?)'],
    [['--check', '1/0'], '--check: "1/0"'],
    [['--timeout', '31m'], '--timeout: "31m" is not allowed'],
    [['--threshold', 'wrnog==0'], '--threshold: wrnog==0'],
    [['--rate', 'max', '--batch', '65'], '--batch: 65 SRs of a frame are more than --in-flight 64'],
    [['--in-flight', '8', '--batch', '9'], 'more than --in-flight 8'],
    [['--batch', '2', '--format', 'duis'], '--batch: a DUIS frame holds one document'],
    [['--scenario', 'mhhs-day', '--rate', '5'], '--rate: --scenario mhhs-day plans that itself'],
    [['--parties', 'gone.json'], 'gone.json'],
    [['--out', '/gone/result.json'], '/gone/result.json'],
    [['--html', directory], 'it is a directory'],
    [['--out', 'same', '--html', 'same'], 'is the file of --out; name another'],
    [
      ['--period', '2026-11-23T00:00:00Z..2026-11-22T00:00:00Z'],
      '--period: it ends before it starts',
    ],
  ])('%j is refused before anything is sent', async (args, reason) => {
    const message = expect.stringContaining(reason);
    expect(await refusalOf(args)).toEqual({ exit: 'usage', message });
  });

  test('a fleet file of another gateway is refused', async () => {
    const { exit, message } = await refusalOf(
      ['--fleet', 'examples/change-of-tenancy-fleet.json'],
      url,
    );
    expect(exit).toBe('usage');
    expect(message).toContain('name the file that the gateway was started with');
  });

  test('its help says what a threshold may name', () => {
    let help = '';
    const command = buildProgram().commands.find((known) => known.name() === 'load');
    command?.configureOutput({
      writeOut: (text) => {
        help += text;
      },
    });
    command?.outputHelp();
    expect(help).toContain('Metrics of --threshold:');
  });
});

describe('load of a gateway of other Parties and of gas', () => {
  const PARTIES = {
    parties: [
      { id: '90-B3-D5-1F-30-01-00-00', name: 'Open', roles: ['IS'], status: 'active' },
      {
        ...{ id: '90-B3-D5-1F-30-01-00-07', name: 'Closed', roles: ['MDR'], status: 'active' },
        token: 'a-token-of-its-own',
      },
      {
        ...{ id: '90-B3-D5-1F-30-01-00-02', name: 'Gas', roles: ['GS'], status: 'active' },
        token: 'a-token-that-is-never-shown',
      },
      {
        ...{ id: '90-B3-D5-1F-30-01-00-01', name: 'Export', roles: ['ES'], status: 'active' },
        token: 'another-token-of-its-own',
      },
    ],
  };
  const FLEET = {
    cohorts: [
      { name: 'gas', deviceType: 'GSME', count: 5, firstDeviceId: '90-B3-D5-1F-41-00-00-00' },
      { name: 'more', deviceType: 'ESME', count: 5, firstDeviceId: '90-B3-D5-1F-42-00-00-00' },
      { name: 'less', deviceType: 'ESME', count: 2, firstDeviceId: '90-B3-D5-1F-43-00-00-00' },
    ].map((cohort) => ({
      ...{ model: cohort.deviceType === 'GSME' ? 'gas' : 'single-element', wan: 'none' },
      ...{ commissioned: '2019-06-01', ...cohort },
    })),
  };
  const parties = join(directory, 'parties.json');
  const fleet = join(directory, 'fleet.json');
  let other: Started | undefined;
  let address = '';

  beforeAll(async () => {
    writeFileSync(parties, JSON.stringify(PARTIES));
    writeFileSync(fleet, JSON.stringify(FLEET));
    const args = ['--port', '0', '--log-level', 'warn', '--parties', parties, '--fleet', fleet];
    other = start(['serve', ...args]);
    address = JSON.parse(await other.nextLine()).ws;
  });
  afterAll(async () => {
    other?.process.kill('SIGTERM');
    await other?.ended;
  });

  test('each Party that may ask does so with its token, and gas is left out', async () => {
    const sent = ['--count', '300', '--rate', 'max', '--warmup', '0', '--connections', '2'];
    const known = ['--parties', parties, '--fleet', fleet, '--mix', '4.8.1=1,4.6.1=1', '--json'];
    const { code, stdout } = await run(['load', '--url', address, ...sent, ...known]);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ checked: 300, outcomes: { right: 300, refused: {} } });
    expect(result.remarks).toEqual(["not asked: 5 of the gateway's devices, which are gas"]);
    const asked = result.targets.map(({ srv, role }: { srv: string; role: string }) => srv + role);
    expect(asked.sort()).toEqual(['4.6.1IS', '4.6.1MDR', '4.8.1IS', '4.8.1MDR']);
  });

  test('connections of its own do not make a Party ask for more than the mix has', async () => {
    const sent = ['--count', '1000', '--rate', 'max', '--warmup', '0', '--connections', '3'];
    const known = ['--parties', parties, '--fleet', fleet, '--mix', '4.8.1=9,4.8.3=1', '--json'];
    const { stdout } = await run(['load', '--url', address, ...sent, ...known]);
    const { bySrv, outcomes } = JSON.parse(stdout);
    expect(outcomes.right).toBe(1000);
    expect(bySrv['4.8.3'].answered).toBeGreaterThan(60);
    expect(bySrv['4.8.3'].answered).toBeLessThan(140);
  });

  test('a token that is wrong is refused in the words of the gateway', async () => {
    const wrong = join(directory, 'wrong.json');
    const [open, closed] = PARTIES.parties;
    writeFileSync(wrong, JSON.stringify({ parties: [open, { ...closed, token: 'another' }] }));
    const known = ['--parties', wrong, '--fleet', fleet, '--connections', '2'];
    const { exit, message } = await refusalOf(known, address);
    expect(exit).toBe('failed');
    expect(message).toMatch(/the gateway refused the connection: 401/);
  });

  test('as many connections as tokens are needed', async () => {
    const known = ['--parties', parties, '--fleet', fleet, '--connections', '2'];
    const { exit, message } = await refusalOf(known, address);
    expect(exit).toBe('usage');
    expect(message).toContain('--connections: 3 are needed, one for each token of --parties');
  });
});
