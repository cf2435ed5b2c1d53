// The little of Markdown that the documents' tests need: tables, code blocks, links.

export interface Table {
  /** Text of the heading above the table. */
  readonly heading: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Text outside fenced code blocks, line by line; inside them an empty line. */
function prose(text: string): string[] {
  let fenced = false;
  return text.split('\n').map((line) => {
    const fence = /^\s*```/.test(line);
    if (fence) fenced = !fenced;
    return fence || fenced ? '' : line;
  });
}

export function cellsOf(line: string): string[] {
  return line
    .replaceAll(/^\s*\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

/** Whether a line is the one between a table's head and its rows. */
export function isRuler(line: string): boolean {
  return /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/.test(line);
}

/** Every table with the nearest heading before it. */
export function tablesOf(text: string): Table[] {
  const lines = prose(text);
  const tables: Table[] = [];
  let heading = '';
  for (const [at, line] of lines.entries()) {
    heading = /^#+ +(.*)$/.exec(line)?.[1] ?? heading;
    if (!isRuler(line)) continue;
    const end = lines.findIndex((later, place) => place > at && !later.trim().startsWith('|'));
    tables.push({
      heading,
      columns: cellsOf(lines[at - 1] ?? ''),
      rows: lines.slice(at + 1, end < 0 ? undefined : end).map(cellsOf),
    });
  }
  return tables;
}

/** What stands in backticks in a cell: `--port`, `--host`. */
export function codesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

/** The commands of all fenced blocks in `language`; continued lines joined, comments dropped. */
export function commandsOf(text: string, language: string): string[] {
  const blocks = text.matchAll(/^```(\S*)[^\n]*\n([\s\S]*?)^```/gm);
  return [...blocks]
    .filter((match) => match[1] === language)
    .flatMap((match) => (match[2] ?? '').replaceAll(/\\\n\s*/g, '').split('\n'))
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** Targets of links to files of this repository, without their fragment. */
export function relativeLinks(text: string): string[] {
  return [
    ...prose(text)
      .join('\n')
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .map((match) => (match[1] ?? '').replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}
