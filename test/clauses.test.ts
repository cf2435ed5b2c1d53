// docs/clauses.md stays true: every test that it names exists.

import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const PAGE = readFileSync(resolve(ROOT, 'docs/clauses.md'), 'utf8');

const sources = readdirSync(resolve(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('clauses.test.ts'))
  .map((name) => readFileSync(resolve(ROOT, 'test', name), 'utf8').replaceAll(/\s+/g, ' '))
  .join('\n');

/** Everything in backticks in the column that is headed `test`. */
function testsNamed(): string[] {
  const names: string[] = [];
  let column = -1;
  for (const line of PAGE.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    if (!line.startsWith('|')) column = -1;
    else if (cells.includes('test')) column = cells.indexOf('test');
    else if (column >= 0) names.push(...(cells[column]?.match(/(?<=`)[^`]+(?=`)/g) ?? []));
  }
  return names.filter((name) => name !== '; ');
}

test('names a fair number of tests', () => {
  expect(testsNamed().length).toBeGreaterThan(35);
});

test.each([...new Set(testsNamed())])('names a test that exists: %s', (name) => {
  expect(sources.includes(`'${name}'`), name).toBe(true);
});

test('leaves no row without a test', () => {
  let column = -1;
  const bare: string[] = [];
  for (const line of PAGE.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    if (!line.startsWith('|')) column = -1;
    else if (cells.includes('test')) column = cells.indexOf('test');
    else if (column >= 0 && !line.startsWith('| ---') && !cells[column]?.includes('`')) {
      bare.push(line);
    }
  }
  expect(bare).toEqual([]);
});
