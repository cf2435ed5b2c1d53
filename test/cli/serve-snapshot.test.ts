// Snapshots as a user has them: saved from one gateway, taken over by another process, loaded into
// one that runs.

import { statSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ended, run, type Started, start } from './built-program.ts';
import { place } from './snapshot-world.ts';

const SERVE = ['serve', '--port', '0', '--log-level', 'warn'];
const WORLD = ['--meters', '20', '--seed', '5', '--clock', 'manual', '--wan', 'none'];
const NOW = ['--now', '2026-11-23T09:00:00Z'];
const FIRST = '90-B3-D5-1F-40-00-00-00';

const gateways: Started[] = [];

async function serve(args: readonly string[]): Promise<{ ws: string; http: string; now: string }> {
  const gateway = start([...SERVE, ...args]);
  gateways.push(gateway);
  return JSON.parse(await gateway.nextLine());
}

function inspect(url: string, ...commands: string[]): Promise<Ended> {
  return run(['inspect', '--url', url, ...commands.flatMap((each) => ['-e', each])]);
}

/** A read's answer, whenever it came; the WAN has no delay, so that the clock may stand. */
async function read(url: string, device: string): Promise<string> {
  const { stdout } = await run(['send', '4.8.1', device, '--url', url, '--as', 'IS']);
  const { requestId: _, responseDateTime: __, ...answer } = JSON.parse(stdout);
  return JSON.stringify(answer);
}

const FILE = place('bug.s1sp');
let first: { ws: string; http: string; now: string };
let answer: string;

beforeAll(async () => {
  first = await serve([...WORLD, ...NOW]);
  answer = await read(first.ws, FIRST);
  await inspect(first.ws, `real ${FIRST}`, 'clock to 2026-11-23T12:00:00Z');
  const { code, stdout } = await inspect(first.ws, `snapshot save ${FILE} with-readings`);
  expect([code, stdout]).toEqual([0, expect.stringContaining('with cached readings')]);
}, 30_000);

afterAll(async () => {
  for (const { process } of gateways) process.kill('SIGKILL');
  await Promise.all(gateways.map(({ ended }) => ended));
});

test('a fresh process goes on from a file, with nothing else said', async () => {
  expect(statSync(FILE).mode & 0o777).toBe(0o600);
  const second = await serve(['--snapshot', FILE]);
  expect(second).toMatchObject({ now: '2026-11-23T12:00:00.000Z', meters: 20, seed: 5 });
  const { stdout } = await inspect(second.ws, 'clock', `show ${FIRST}`, `cache ${FIRST}`);
  expect(stdout).toContain('2026-11-23T12:00:00.000Z  manual');
  expect(stdout).toBe((await inspect(first.ws, 'clock', `show ${FIRST}`, `cache ${FIRST}`)).stdout);
  const again = await read(second.ws, FIRST);
  expect(JSON.parse(again)).toEqual({ ...JSON.parse(answer), served: 'cache' });
}, 60_000);

test('a gateway that runs changes worlds, on the same port', async () => {
  const second = await serve([...NOW, '--clock', 'manual']);
  const { code, stdout } = await inspect(second.ws, `snapshot load ${FILE}`);
  expect([code, stdout]).toEqual([0, expect.stringContaining('connect again')]);
  for (let tries = 0; tries < 50; tries++) {
    const status = await fetch(`${second.http}/api/v1/gateway`).catch(() => undefined);
    const now: { meters?: number; now?: string } = (await status?.json()) ?? {};
    if (now.meters === 20) {
      expect(now.now).toBe('2026-11-23T12:00:00.000Z');
      return;
    }
    await inspect(second.ws, 'clock');
  }
  throw new Error('it never had another world');
}, 60_000);

test('what contradicts it is refused with both named', async () => {
  const { code, stderr } = await run([...SERVE, '--snapshot', FILE, '--seed', '6']);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining(`--seed 6 contradicts --snapshot ${FILE}, which has seed 5`),
  ]);
});

test('a file that is none is refused by name', async () => {
  const { code, stderr } = await run([...SERVE, '--snapshot', 'package.json']);
  expect(code).toBe(2);
  expect(stderr).toContain('package.json is no snapshot of s1sp; `snapshot save` writes one');
});
