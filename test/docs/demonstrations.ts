// The command column of docs/clauses.md, taken apart: which gateway to start, what to type, and
// what is to be seen of it.

import { cellsOf, isRuler } from './markdown.ts';

export interface Step {
  readonly command: string;
  /** What its output has in it, white space aside. */
  readonly sees: readonly string[];
}

/** One gateway, and what is asked of it. */
export interface Demonstration {
  /** Flags behind `npm start --`, or '' for none. */
  readonly gateway: string;
  readonly steps: readonly Step[];
}

export interface Row {
  readonly name: string;
  readonly line: string;
  /** Whether the first gateway is that of the whole table, still running from row to row. */
  readonly shares: boolean;
  readonly demonstrations: readonly Demonstration[];
}

const START = /^npm start(?: -- (.*))?$/;
const PROGRAMS = /^(?:npx|curl|node) /;

/** The rows of every table that has a command column. */
export function rowsOf(page: string): Row[] {
  const rows: Row[] = [];
  const lines = page.split('\n');
  let column = -1;
  let gateway = '';
  let shares = false;
  for (const [at, line] of lines.entries()) {
    if (line.startsWith('#')) gateway = '';
    if (!line.startsWith('|')) {
      column = -1;
      const start = START.exec(/`(npm start[^`]*)`/.exec(line)?.[1] ?? '');
      if (start !== null) gateway = start[1] ?? '';
      if (start !== null) shares = /speak to/.test(`${lines[at - 1]} ${line}`);
      continue;
    }
    const cells = cellsOf(line);
    if (isRuler(lines[at + 1] ?? '')) column = cells.indexOf('command');
    else if (column >= 0 && !isRuler(line)) {
      const demonstrations = demonstrationsOf(cells[column] ?? '', gateway);
      const own = /^`npm start/.test(cells[column] ?? '');
      const name = `${cells[0]}, ${cells[1]}`.replaceAll('`', '');
      rows.push({ name, line, shares: shares && !own, demonstrations });
    }
  }
  return rows;
}

function demonstrationsOf(cell: string, gateway: string): Demonstration[] {
  const found: { gateway: string; steps: { command: string; sees: string[] }[] }[] = [
    { gateway, steps: [] },
  ];
  for (const [token, code] of cell.matchAll(/`([^`]+)`|\bagain\b/g)) {
    const demonstration = found.at(-1);
    const last = demonstration?.steps.at(-1);
    const start = START.exec(code ?? '');
    if (start !== null) found.push({ gateway: start[1] ?? '', steps: [] });
    else if (token === 'again')
      demonstration?.steps.push({ command: last?.command ?? '', sees: [] });
    else if (PROGRAMS.test(code ?? ''))
      demonstration?.steps.push({ command: code ?? '', sees: [] });
    else if (last === undefined) throw new Error(`"${code}" is seen of no command: ${cell}`);
    else last.sees.push(code ?? '');
  }
  return found.filter(({ steps }) => steps.length > 0);
}

/** The words of a command line; quotes hold words together and go. */
export function wordsOf(command: string): string[] {
  const words = command.match(/(?:'[^']*'|"[^"]*"|\S)+/g) ?? [];
  return words.map((word) => word.replaceAll(/^(['"])(.*)\1$/g, '$2'));
}
