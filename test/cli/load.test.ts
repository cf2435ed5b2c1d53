import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

  test('exits 99 where a threshold fails', async () => {
    const sent = ['--count', '10', '--rate', 'max', '--warmup', '0', '--threshold', 'rate<1'];
    const { code, stdout } = await run(['load', '--url', url, ...sent]);
    expect(code).toBe(99);
    expect(stdout).toMatch(/^threshold rate<1: .* FAILED$/m);
  });

  test('exits 3 where nobody listens, and says what to do', async () => {
    const { code, stdout, stderr } = await run(['load', '--url', 'ws://127.0.0.1:9']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('no gateway at http://127.0.0.1:9');
    expect(stderr).toContain('npm start');
  });

  test.each([
    [['--rate', 'fast'], '--rate: "fast" is not allowed'],
    [['--rte', '5'], '(Did you mean --rate?)'],
    [['--mix', '4.8.9=1'], '--mix: "4.8.9=1"'],
    [['--format', 'jsn'], '(did you mean json?)'],
    [['--check', '1/0'], '--check: "1/0"'],
    [['--threshold', 'wrnog==0'], '--threshold: wrnog==0'],
    [['--batch', '65'], '--batch: 65 SRs of a frame are more than --in-flight 64'],
    [['--batch', '2', '--format', 'duis'], '--batch: a DUIS frame holds one document'],
    [['--scenario', 'mhhs-day', '--rate', '5'], '--rate: --scenario mhhs-day plans that itself'],
    [['--parties', 'gone.json'], 'gone.json'],
  ])('%j exits 2 before anything is sent', async (args, reason) => {
    const { code, stdout, stderr } = await run(['load', ...args, '--url', 'ws://127.0.0.1:9']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(reason);
  });

  test('a fleet file of another gateway is refused', async () => {
    const fleet = 'examples/household-fleet.json';
    const { code, stderr } = await run(['load', '--url', url, '--fleet', fleet]);
    expect(code).toBe(2);
    expect(stderr).toContain('name the file that the gateway was started with');
  });
});
