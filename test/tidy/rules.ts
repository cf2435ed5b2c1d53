// The rules of the house, each a pure function from files to offences. Planted offences are spelled
// in pieces, so that a search for the real thing over the repository finds none here.

import { importCircles, type SourceFile, wrongWayImports } from './imports.ts';
import { codeOf, headerComment } from './source.ts';

export interface Rule {
  /** A sentence stating the rule; the name of its test. */
  readonly says: string;
  /** What offends, as `path:line: what` or similar. */
  finds(files: readonly SourceFile[]): string[];
  /** Files that must be found out. */
  readonly planted: readonly SourceFile[];
  /** Files that look like it and are innocent. */
  readonly innocent: readonly SourceFile[];
}

const LINES_MAX = 300;
const COLUMNS_MAX = 100;
const SCRIPTS_MAX = 10;

/** Drawers: a file is a word of the domain, and these are none. */
const DRAWERS = /^(?:utils?|helpers?|common|misc|managers?|abstract|types|services?|base)$/;
/** Words that may begin a name of DUIS (`service-request`) but may not be what a file is. */
const DRAWERS_AT_THE_END_ONLY = ['service', 'services', 'base', 'types'];

/** Real time and chance live here and nowhere else, but for the tests of these very files. */
const REAL_TIME = [
  'emulator/clock.ts',
  'emulator/random.ts',
  'gateway/server/real-time.ts',
  'load/real-time.ts',
  'inspector/page/real-time.ts',
];

function file(path: string, text: string): SourceFile {
  return { path, text };
}

/** Offences line by line: `pattern` in the code of each file, comments and strings left out. */
function inCode(
  files: readonly SourceFile[],
  pattern: RegExp,
  applies: (path: string) => boolean,
): string[] {
  return files
    .filter(({ path }) => applies(path))
    .flatMap(({ path, text }) => matchingLines(path, codeOf(text, 'emptied'), pattern));
}

function matchingLines(path: string, text: string, pattern: RegExp): string[] {
  return text
    .split('\n')
    .map((line, at) => ({ found: pattern.exec(line)?.[0], at }))
    .filter(({ found }) => found !== undefined)
    .map(({ found, at }) => `${path}:${at + 1}: ${found?.trim()}`);
}

function isDrawer(path: string): boolean {
  const names = path.split('/').map((name) => name.replace(/(?:\.test)?\.\w+$/, ''));
  return names.some((name) => {
    const words = name.toLowerCase().split(/[-_.]/);
    return words.some(
      (word, at) =>
        DRAWERS.test(word) && (at === words.length - 1 || !DRAWERS_AT_THE_END_ONLY.includes(word)),
    );
  });
}

function scriptCount(text: string): number {
  const { scripts = {} }: { scripts?: object } = JSON.parse(text);
  return Object.keys(scripts).length;
}

const LONG = 'x\n'.repeat(LINES_MAX + 1);
const UNFINISHED = ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'];
const LOOSE_TYPE = /(?:[:<|&,]|\bas|\bextends)\s*any\b(?!\s*[:=(.'])|\bas unknown as\b/;

export const RULES: readonly Rule[] = [
  {
    says: 'imports go one way: cli → load, inspector → emulator → gateway → build, and to page',
    finds: wrongWayImports,
    planted: [
      file('gateway/handle.ts', "import { Wan } from '../emulator/wan.ts';"),
      file('emulator/wan.ts', "import type {\n  Port,\n} from '../cli/settings.ts';"),
      file('gateway/s1sp/a.ts', "export { b } from '../../test/b.ts';"),
      file('load/run.ts', "const { cli } = await import('../cli/s1sp.ts');"),
      file('page/chart.ts', "import type { Second } from '../load/result.ts';"),
      file('inspector/page/a.ts', "import { b } from '../../load/b.ts';"),
    ],
    innocent: [
      file('cli/a.ts', "import { b } from '../load/b.ts';"),
      file('load/page/a.ts', "import { drawChart } from '../../page/chart.ts';"),
      file('gateway/a.ts', "import c from '../build/core.js';\n// from '../emulator/wan.ts'"),
      file('bench/a.ts', "import d from '../cli/d.ts';\nimport ws from 'ws';"),
      file('test/a.test.ts', "import e from '../bench/e.ts';"),
    ],
  },
  {
    says: 'no file imports itself by way of others',
    finds: importCircles,
    planted: [
      file('gateway/a.ts', "import './b.ts';"),
      file('gateway/b.ts', "import { c } from './deep/c.ts';"),
      file('gateway/deep/c.ts', "import type { A } from '../a.ts';"),
    ],
    innocent: [
      file('gateway/a.ts', "import './b.ts';\nimport './c.ts';"),
      file('gateway/b.ts', "import './c.ts';"),
      file('gateway/c.ts', ''),
    ],
  },
  {
    says: 'a file of more than 300 lines says why in its header',
    finds: (files) =>
      files
        .filter(({ text }) => text.trimEnd().split('\n').length > LINES_MAX)
        .filter(({ text }) => !headerComment(text).includes('Over 300 lines because'))
        .map(({ path }) => path),
    planted: [file('cli/a.ts', LONG), file('cli/b.ts', `${LONG}// Over 300 lines because late`)],
    innocent: [
      file('cli/a.ts', 'x\n'.repeat(LINES_MAX)),
      file('cli/b.ts', `// All of it.\n// Over 300 lines because it is one table.\n${LONG}`),
    ],
  },
  {
    says: 'typebox comes by way of gateway/protocol/schema.ts, which the build makes one file',
    finds: (files) =>
      files
        .filter(({ path }) => path !== 'gateway/protocol/schema.ts')
        .flatMap(({ path, text }) => matchingLines(path, text, /from 'typebo[x]/)),
    planted: [
      file('cli/a.ts', `import Type from 'type${'box'}';`),
      file('load/b.ts', `import { Compile } from 'type${'box'}/compile';`),
    ],
    innocent: [file('gateway/protocol/schema.ts', `export { Type } from 'type${'box'}';`)],
  },
  {
    says: 'no line is longer than 100 columns',
    finds: (files) =>
      files
        .filter(({ path }) => path.endsWith('.ts'))
        .flatMap(({ path, text }) => matchingLines(path, text, /^.{101,}$/)),
    planted: [file('cli/a.ts', `\n${'x'.repeat(COLUMNS_MAX + 1)}`)],
    innocent: [file('cli/a.ts', `${'x'.repeat(COLUMNS_MAX)}\n${'y'.repeat(COLUMNS_MAX)}`)],
  },
  {
    says: 'a file is named by a word of the domain and not after a drawer',
    finds: (files) => files.map(({ path }) => path).filter(isDrawer),
    planted: ['cli/utils.ts', 'load/http-helper.ts', 'gateway/common/a.ts', 'a/meter-service.ts']
      .concat(['emulator/base.ts', 'gateway/wire-types.ts', 'cli/abstract-command.ts'])
      .concat(['test/util.test.ts', 'a/session.manager.ts'])
      .map((path) => file(path, '')),
    innocent: ['gateway/protocol/service-request.ts', 'cli/database.ts', 'a/commonwealth.ts']
      .concat(['a/prototypes.ts', 'a/base64.ts'])
      .map((path) => file(path, '')),
  },
  {
    says: 'real time and chance are read in the clock, the dice and the sockets only',
    finds: (files) => [
      ...inCode(
        files,
        /\bDate\.now\b|\bset(?:Timeout|Interval)\b|\bMath\.random\b|\bperformance\.now\b/,
        (path) => !REAL_TIME.includes(path) && !path.startsWith('bench/'),
      ),
      // A test may wait for a turn of the event loop, which is no length of time.
      ...inCode(
        files,
        /\bsetImmediate\b/,
        (path) => !REAL_TIME.includes(path) && !/^(?:bench|test)\//.test(path),
      ),
    ],
    planted: [
      file('gateway/a.ts', 'const at = Date.now();'),
      file('emulator/wan.ts', "const url = 'ws://a'; setTimeout(run, 1);"),
      file('test/a.test.ts', 'const die = Math.random();'),
      file('cli/a.ts', 'const split = /[/"]/; const t = performance.now();'),
      file('gateway/b.ts', 'setImmediate(run);'),
    ],
    innocent: [
      file('emulator/clock.ts', 'Date.now()'),
      file('gateway/a.ts', "// no Date.now\nconst why = 'setTimeout'; /* Math.random */"),
      file('bench/a.ts', 'performance.now()'),
      file('test/a.test.ts', 'setImmediate(run);'),
    ],
  },
  {
    says: 'types are not talked out of their meaning outside assembly',
    finds: (files) => [
      ...inCode(files, LOOSE_TYPE, (path) => !path.startsWith('assembly/')),
      ...files
        .filter(({ path }) => !path.startsWith('assembly/'))
        .flatMap(({ path, text }) => matchingLines(path, text, /^\s*\/\/ ?@ts-(?:ignore|nocheck)/)),
    ],
    planted: [
      file('cli/a.ts', `let a${': an'}y;`),
      file('cli/b.ts', `b as un${'known as B'};`),
      file('cli/c.ts', `// @ts-${'ignore'}\nc();`),
      file('cli/d.ts', `const d = new Map<string, an${'y'}>();`),
      file('cli/e.ts', `const e = f as an${'y'};`),
    ],
    innocent: [
      file('assembly/a.ts', `// @ts-${'ignore'}\n@inline`),
      file('cli/a.ts', '// as any reader sees\nconst all = { any: 1, many: [1] };'),
      file('cli/b.ts', 'b as unknown; c as B;'),
    ],
  },
  {
    says: 'nothing is left for later in the code',
    finds: (files) =>
      files.flatMap(({ path, text }) =>
        matchingLines(path, text, new RegExp(`\\b(?:${UNFINISHED.join('|')})\\b`)),
      ),
    planted: UNFINISHED.map((word) => file('cli/a.ts', `\n// ${word}: later`)),
    innocent: [file('cli/a.ts', 'const todo = 1; // to do')],
  },
  {
    says: 'no test is singled out or skipped, except by skipIf',
    finds: (files) =>
      inCode(files, /\b(?:it|test|describe)(?:\.\w+)*\.(?:only|skip|todo)\b/, (path) =>
        path.startsWith('test/'),
      ),
    planted: ['only', 'skip', 'to' + 'do'].map((word) =>
      file('test/a.test.ts', `test.${word}('a', () => {});`),
    ),
    innocent: [file('test/a.test.ts', "test.skipIf(absent)('needs .only', () => {});")],
  },
  {
    says: 'nothing that is built is committed',
    finds: (files) =>
      files
        .map(({ path }) => path)
        .filter((path) =>
          /^(?:build|dist|coverage|node_modules)\/|\.(?:wasm|wat|tgz|map|tsbuildinfo)$/.test(path),
        ),
    planted: ['build/core.js', 'dist/cli/s1sp.js', 'assembly/core.wasm', 's1sp-0.1.0.tgz'].map(
      (path) => file(path, ''),
    ),
    innocent: [file('docs/build.md', ''), file('gateway/distance.ts', '')],
  },
  {
    says: 'there are at most ten npm scripts',
    finds: (files) =>
      files
        .filter(({ path, text }) => path === 'package.json' && scriptCount(text) > SCRIPTS_MAX)
        .map(({ path, text }) => `${path} has ${scriptCount(text)} scripts`),
    planted: [file('package.json', `{"scripts":{${numbered(SCRIPTS_MAX + 1)}}}`)],
    innocent: [file('package.json', `{"scripts":{${numbered(SCRIPTS_MAX)}}}`)],
  },
];

function numbered(count: number): string {
  return Array.from({ length: count }, (_, at) => `"s${at}":"x"`).join();
}
