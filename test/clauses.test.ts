// docs/clauses.md stays true: every clause of the source is there, every test that it names exists,
// every rule has a test named after it, and no cell is empty. `clause-commands.test.ts` runs what
// the page says to type.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { codesIn, tablesOf } from './docs/markdown.ts';

const ROOT = resolve(import.meta.dirname, '..');
const PAGE = readFileSync(resolve(ROOT, 'docs/clauses.md'), 'utf8');
const SOURCE = resolve(ROOT, '../shared/mp256-modification-report.txt');

const sources = readdirSync(resolve(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.endsWith('clauses.test.ts'))
  .map((name) => readFileSync(resolve(ROOT, 'test', name), 'utf8').replaceAll(/\s+/g, ' '))
  .join('\n');

const tables = tablesOf(PAGE).filter(({ columns }) => columns.includes('test'));

/** The cells of a column in every table that has it. */
function column(name: string): string[] {
  return tables.flatMap(({ columns, rows }) => {
    const at = columns.indexOf(name);
    return at < 0 ? [] : rows.map((row) => row[at] ?? '');
  });
}

/** Tests that the text between the tables names: all else in backticks there is a command. */
const inProse = codesIn(
  PAGE.split('\n')
    .filter((line) => !line.startsWith('|'))
    .join(' '),
).filter((code) => !code.startsWith('npm '));

const testsNamed = [...column('test').flatMap(codesIn), ...inProse];

test('names a fair number of tests', () => {
  expect(testsNamed.length).toBeGreaterThan(60);
});

test.each([...new Set(testsNamed)])('names a test that exists: %s', (name) => {
  expect(sources.includes(`'${name}'`), name).toBe(true);
});

test('leaves no cell empty, and no table without commands', () => {
  for (const { columns } of tables) expect(columns).toContain('command');
  const bare = tables.flatMap(({ rows }) => rows.filter((row) => row.some((cell) => cell === '')));
  expect(bare).toEqual([]);
});

describe('a test is named after', () => {
  // A name is the first string of a call that expects nothing: `test('R10, R16: …')`.
  const ruled = [...sources.matchAll(/(?<!\.to\w+)\(\s*'((?:[RG]\d+, )*[RG]\d+): /g)];
  const named = new Set(ruled.flatMap((match) => (match[1] ?? '').split(', ')));
  const rules = [
    ...Array.from({ length: 25 }, (_, i) => `R${i + 1}`),
    ...Array.from({ length: 11 }, (_, i) => `G${i + 1}`),
  ];

  test.each(rules)('%s', (rule) => {
    expect(named.has(rule)).toBe(true);
  });

  test.each(rules)('%s, and the page tells of it', (rule) => {
    expect(column('test').some((cell) => new RegExp(`\\b${rule}\\b`).test(cell))).toBe(true);
  });
});

/** Labels of Appendix AM 18.21 to 18.24 as the source has them, such as `18.21(e)(ii)`. */
function labelsOf(text: string): string[] {
  const labels: string[] = [];
  let clause = '';
  let letter = '';
  for (const line of text.slice(text.lastIndexOf('Amend Section 18')).split('\n')) {
    clause = /^\s*(18\.2[1-4]) /.exec(line)?.[1] ?? clause;
    if (/^\s*18\.2[1-4] /.test(line)) letter = '';
    const found = /^\s*\((\w+)\) /.exec(line)?.[1];
    if (found === undefined) continue;
    const next = letter === '' ? 'a' : String.fromCharCode(letter.charCodeAt(0) + 1);
    // (i) is a letter of its own behind (h), and a number of the clause before it anywhere else.
    if (found === next) letter = found;
    labels.push(found === next ? `${clause}(${letter})` : `${clause}(${letter})(${found})`);
  }
  return labels;
}

/** The source without its line ends and its "(with its DUIS meaning)". */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/ \(with (?:its|their) \w+ meanings?\)/g, '');
}

describe.skipIf(!existsSync(SOURCE))('of the source', () => {
  const text = existsSync(SOURCE) ? readFileSync(SOURCE, 'utf8') : '';
  const labels = labelsOf(text);

  test('every clause is read', () => {
    expect(labels.slice(0, 8)).toEqual([
      '18.21(a)',
      '18.21(b)',
      '18.21(c)',
      '18.21(d)',
      '18.21(e)',
      '18.21(e)(i)',
      '18.21(e)(ii)',
      '18.21(f)',
    ]);
    expect(labels).toHaveLength(13 + 8 + 5 + 6);
  });

  test.each(labels)('%s is on the page', (label) => {
    expect(PAGE).toContain(label);
  });

  test('every clause that is neither unread nor "Not Used" stands beside a test', () => {
    const told = column('clause').join();
    const [, unread = ''] = PAGE.split('## Unread');
    const missing = labels.filter((label) => !told.includes(label) && !unread.includes(label));
    expect(missing).toEqual([]);
  });

  test('what the page puts in quotation marks stands there', () => {
    const quoted = [...column('clause'), ...column('what it says')].flatMap((cell) =>
      [...cell.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? ''),
    );
    expect(quoted.length).toBeGreaterThan(15);
    expect(quoted.filter((words) => !plain(text).includes(words))).toEqual([]);
  });
});
