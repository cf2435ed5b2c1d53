// The rules of the house, held against the repository as it stands; and each rule held against an
// offence planted for it, because a checker that finds nothing looks just like a tidy house.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SourceFile } from './tidy/imports.ts';
import { RULES } from './tidy/rules.ts';
import { codeOf, headerComment, importsOf } from './tidy/source.ts';

const ROOT = resolve(import.meta.dirname, '..');
const ROOMS = ['assembly', 'gateway', 'emulator', 'load', 'inspector', 'page'].concat([
  'cli',
  'bench',
  'test',
]);

/** Everything git tracks, or would with the next `git add`. */
function listed(): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean);
}

const paths = [...new Set(listed())].filter((path) => existsSync(resolve(ROOT, path)));

function isSource(path: string): boolean {
  return path.endsWith('.ts') && ROOMS.includes(path.split('/')[0] ?? '');
}

/** Sources and package.json with their text, every other file by its name alone. */
const files: readonly SourceFile[] = paths.map((path) => ({
  path,
  text: isSource(path) || path === 'package.json' ? readFileSync(resolve(ROOT, path), 'utf8') : '',
}));

test('the sources are there to be judged', () => {
  const judged = files.filter(({ path, text }) => isSource(path) && text.length > 0);
  expect(judged.length).toBeGreaterThan(20);
  expect(judged.map(({ path }) => path)).toContain('gateway/protocol/clock.ts');
});

describe('in this repository', () => {
  test.each(RULES)('$says', ({ finds }) => {
    expect(finds(files)).toEqual([]);
  });
});

describe('the checker finds an offence and no innocent', () => {
  test.each(RULES)('$says', ({ finds, planted, innocent }) => {
    const found = finds(planted).join('\n');
    // A circle is found once, whatever files it runs through.
    for (const { path } of planted) expect(found).toContain(path);
    expect(finds(planted).length).toBeGreaterThan(0);
    expect(finds(innocent)).toEqual([]);
  });

  test('offences planted together are found one by one', () => {
    for (const { planted, finds, says } of RULES) {
      if (says.startsWith('no file imports itself')) continue;
      for (const offence of planted) expect(finds([offence]), offence.text).not.toEqual([]);
    }
  });
});

describe('the scanner', () => {
  test('blanks comments and keeps lines and columns in place', () => {
    expect(codeOf("a; // b 'c'\nd /* e\n f */ g", 'kept')).toBe('a;         \nd     \n      g');
  });

  test('does not take the slashes of a URL in a string for a comment', () => {
    expect(codeOf("open('ws://a'); b();", 'kept')).toBe("open('ws://a'); b();");
    expect(codeOf("open('ws://a'); b();", 'emptied')).toBe("open('      '); b();");
  });

  test('does not take a quote in a regular expression for a string', () => {
    expect(codeOf("if (/['\"]/.test(a)) b('c');", 'emptied')).toBe("if (/    /.test(a)) b(' ');");
  });

  test('takes a division for a division', () => {
    expect(codeOf("a / b; 'x' / c", 'emptied')).toBe("a / b; ' ' / c");
  });

  test('finds imports over several lines, exports, side effects and dynamic ones', () => {
    const text = [
      "import a, {\n  type B,\n} from './b.ts';",
      "import './side.ts';",
      "export * from './c.ts';",
      "const d = await import('./d.ts');",
      "// import e from './e.ts';",
    ].join('\n');
    expect(importsOf(text)).toEqual(['./b.ts', './side.ts', './c.ts', './d.ts']);
  });

  test('takes the first comment as the header, behind a shebang too', () => {
    expect(headerComment('#!/usr/bin/env node\n// One.\n// Two.\n\ncode // three')).toBe(
      '// One.\n// Two.\n',
    );
    expect(headerComment('/**\n * One.\n */\ncode')).toBe('/**\n * One.\n */');
    expect(headerComment('code\n// late')).toBe('');
  });
});
