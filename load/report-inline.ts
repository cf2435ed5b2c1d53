// What the report page carries inside itself, so that it opens anywhere and asks nobody: uPlot with
// its licence, and the page's own script. That script is TypeScript of this project as tsc leaves
// it in dist/; run from the sources (tests), it is taken from the last build. Its modules import
// only each other, so they become one by dropping the import lines.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';

/** In the order in which they need each other. */
const PAGE_MODULES = ['page/chart-marks.js', 'page/chart.js', 'load/page/report-page.js'];

const require = createRequire(import.meta.url);

/** uPlot as one classic script, its MIT notice kept. */
export function plotScript(): string {
  const script = require.resolve('uplot/dist/uPlot.iife.min.js');
  const licence = readFileSync(resolve(dirname(script), '../LICENSE'), 'utf8');
  return inlinable(`/*!\n${licence.trim()}\n*/\n${readFileSync(script, 'utf8').trim()}`);
}

export function plotStyle(): string {
  return readFileSync(require.resolve('uplot/dist/uPlot.min.css'), 'utf8').trim();
}

/** The page's own modules as one. */
export function pageScript(): string {
  const built = [resolve(import.meta.dirname, '..'), resolve(import.meta.dirname, '../dist')];
  const directory = built.find((path) => existsSync(resolve(path, 'load/page/report-page.js')));
  if (directory === undefined) throw new Error('dist/ is not built: npm run build');
  const modules = PAGE_MODULES.map((name) => readFileSync(resolve(directory, name), 'utf8'));
  return inlinable(modules.map(withoutImports).join('\n'));
}

function withoutImports(module: string): string {
  return module
    .replaceAll(/^import .*;\n/gm, '')
    .replaceAll(/^export \{\};?\n/gm, '')
    .replaceAll(/^export /gm, '');
}

/** As a source of a Content-Security-Policy: this text and no other. */
export function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function inlinable(script: string): string {
  if (/<\/script|<!--/i.test(script)) throw new Error('a script that would end its own element');
  return script;
}
