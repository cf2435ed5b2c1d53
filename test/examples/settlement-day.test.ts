// The day of settlement comes to what the README shows.

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const SCRIPT = resolve(ROOT, 'examples/settlement-day.js');

async function settle(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...args]);
  return stdout;
}

/** The cells of a row of the table. */
function row(table: string, name: string): string[] {
  const line = table.split('\n').find((each) => each.trim().startsWith(name)) ?? '';
  return line.trim().slice(name.length).trim().split(/ {2,}/);
}

test('the report of the README is that of the day', async () => {
  const shown = /```text\n([^`]*WAN reads[^`]*)```/.exec(
    readFileSync(resolve(ROOT, 'README.md'), 'utf8'),
  )?.[1];
  expect(await settle()).toBe(shown);
});

test('without SMS a day needs no wake-up and misses no target', async () => {
  const table = await settle('4', '--wan', 'none');
  expect(row(table, 'Service Requests answered')).toEqual(['12', '12']);
  expect(row(table, 'from the cache')).toEqual(['12', '0']);
  expect(row(table, 'WAN reads')).toEqual(['4', '12', '67 %']);
  expect(row(table, 'SMS wake-ups')).toEqual(['0', '0']);
  expect(row(table, 'their cost')).toEqual(['£0.00', '£0.00']);
  expect(row(table, 'Target Response Times missed')).toEqual(['0', '0']);
});

test.each([['0'], ['ten'], ['1', '2']])('%s meters are a mistake of usage', async (...args) => {
  await expect(settle(...args)).rejects.toMatchObject({ code: 2 });
});
