// docs/inspect.md and docs/protocol.md against the commands and the pages that they tell of.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GATEWAY_OPERATIONS } from '../../inspector/api/gateway-operations.ts';
import { inspectorOperations } from '../../inspector/api/inspector-operations.ts';
import { COMMANDS } from '../../inspector/monitor.ts';
import { openInspected } from '../inspector/inspected.ts';
import { codesIn, tablesOf } from './markdown.ts';

const DOCS = resolve(import.meta.dirname, '../../docs');

/** Rows of the tables with these first columns. */
function rowsOf(page: string, ...columns: string[]): (readonly string[])[] {
  const tables = tablesOf(readFileSync(resolve(DOCS, page), 'utf8')).filter((found) =>
    columns.every((name, at) => found.columns[at] === name),
  );
  return tables.flatMap(({ rows }) => [...rows]).map((row) => row.map(unescaped));
}

function unescaped(cell: string): string {
  return cell.replaceAll('\\|', '|');
}

describe('docs/inspect.md', () => {
  const rows = rowsOf('inspect.md', 'command', 'what it does', 'example');

  test('tells of every command what its help says', () => {
    const told = rows.map(([usage = '', does, example = '']) => [
      codesIn(usage),
      does,
      ...codesIn(example),
    ]);
    expect(told).toEqual(COMMANDS.map(({ usage, does, example }) => [usage, does, example]));
  });

  test('has examples that work, one after the other', async () => {
    const { tell, ask } = openInspected();
    await tell('trace #7 on');
    await ask(7);
    for (const { name, example } of COMMANDS) {
      expect(example.split(/[ /]/)[0]).toBe(name);
      // A gateway of this test keeps no snapshots.
      if (name !== 'snapshot') await tell(example);
    }
  });
});

describe('docs/protocol.md', () => {
  test('tells of every page of the API with its methods', () => {
    const operations = [...GATEWAY_OPERATIONS, ...inspectorOperations(openInspected().monitor)];
    const told = rowsOf('protocol.md', 'path', 'methods').flatMap(([paths = '', methods = '']) =>
      codesIn(paths).flatMap((path) => methods.split(', ').map((method) => `${method} ${path}`)),
    );
    const there = operations.map(({ method, path }) => `${method} ${path}`);
    expect(told.filter((each) => each.includes(' /api/')).sort()).toEqual(there.sort());
  });
});
