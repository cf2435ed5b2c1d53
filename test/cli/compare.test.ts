// `s1sp compare` as a user runs it: two files, a table or JSON, exit codes.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleResult } from '../load/sample-result.ts';
import { run } from './built-program.ts';

let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 's1sp-compare-'));
  const a = sampleResult();
  const b = sampleResult({
    answeredRate: a.answeredRate * 0.9,
    settings: { ...a.settings, connections: 32 },
    outcomes: { ...a.outcomes, wrong: 2 },
  });
  const { seconds, ...damaged } = a;
  for (const [name, value] of Object.entries({ a, b, damaged, other: { format: 'k6/1' } })) {
    writeFileSync(join(directory, `${name}.json`), JSON.stringify(value));
  }
  writeFileSync(join(directory, 'text.json'), 'hello');
});

afterAll(() => rmSync(directory, { recursive: true }));

function compare(...args: string[]) {
  return run(['compare', ...args], { directory });
}

describe('s1sp compare', () => {
  test('prints an aligned table with change and direction, and what was not alike', async () => {
    const { code, stdout, stderr } = await compare('a.json', 'b.json');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^A {2}a\.json: 2026-11-23T09:00:00.000Z, 500 SR\/s planned for 30 s$/m);
    expect(stdout).toMatch(/^rate, SR\/s +500 +450 +-10\.0 % {2}worse$/m);
    expect(stdout).toMatch(/^wrong +0 +2 +new {2}worse$/m);
    expect(stdout).toMatch(/^p99\.9, ms +[\d,]+ +[\d,]+ +0\.0 %$/m);
    expect(stdout).toContain('  connections: 16 in A, 32 in B');
    const ends = stdout.split('\n').map((line) => / %(?= {2}|$)/.exec(line)?.index);
    expect(new Set(ends.filter((end) => end !== undefined)).size).toBe(2);
    expect(stdout.includes('\u001b')).toBe(false);
  });

  test('prints JSON with the same figures', async () => {
    const { code, stdout } = await compare('a.json', 'b.json', '--json');
    const { a, metrics } = JSON.parse(stdout);
    expect([code, a.file]).toEqual([0, 'a.json']);
    const rate = metrics.find(({ metric }: { metric: string }) => metric === 'rate');
    expect(rate.changePercent).toBeCloseTo(-10, 9);
    expect(rate.direction).toBe('worse');
  });

  test('exits 99 where a threshold fails, and says which', async () => {
    const thresholds = ['--threshold', 'p99<=+10%', '--threshold', 'rate>=-5%'];
    const { code, stdout } = await compare('a.json', 'b.json', ...thresholds);
    expect(code).toBe(99);
    expect(stdout).toMatch(/^met {5}p99<=\+10% {2}\(measured 0\)$/m);
    expect(stdout).toMatch(/^FAILED {2}rate>=-5% {2}\(measured -10\)$/m);
    expect((await compare('a.json', 'b.json', '--threshold', 'rate>=-15%')).code).toBe(0);
  });

  test.each([
    [['missing.json', 'b.json'], 'cannot read missing.json: ENOENT'],
    [['a.json', 'text.json'], 'text.json is not JSON'],
    [['a.json', 'other.json'], 'other.json is of format "k6/1", and this s1sp reads'],
    [['damaged.json', 'b.json'], 'damaged.json lacks /seconds; make one with s1sp load --out'],
    [['a.json', 'b.json', '--threshold', 'p98x<1ms'], '(did you mean p90?)'],
    [['a.json', 'b.json', '--treshold', 'p99<1ms'], 'Did you mean --threshold?'],
    [['a.json'], "missing required argument 'B'"],
  ])('%j exits 2 and says what is wrong', async (args, wrong) => {
    const { code, stdout, stderr } = await compare(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(wrong);
  });
});
