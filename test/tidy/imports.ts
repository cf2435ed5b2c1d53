// Which file imports which, and which room may import which [design: rooms].

import { posix } from 'node:path';
import { importsOf } from './source.ts';

export interface SourceFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What each room may import beside itself. `test` may import anything and is not listed. */
const REACH: Readonly<Record<string, readonly string[]>> = {
  assembly: [],
  build: [],
  // What the pages in a browser share, the report's and the inspector's: charts and style.
  page: [],
  gateway: ['build'],
  emulator: ['gateway', 'build'],
  load: ['page', 'emulator', 'gateway', 'build'],
  inspector: ['page', 'emulator', 'gateway', 'build'],
  cli: ['load', 'inspector', 'emulator', 'gateway', 'build'],
  bench: ['cli', 'load', 'inspector', 'emulator', 'gateway', 'assembly', 'build'],
};

function roomOf(path: string): string {
  return path.split('/')[0] ?? '';
}

/** Files of the repository that `file` imports, as paths from its root. */
function importedFiles(file: SourceFile): string[] {
  return importsOf(file.text)
    .map((specifier) => specifier.replace(/^#core\b/, '/build/core'))
    .filter((specifier) => specifier.startsWith('.') || specifier.startsWith('/build/'))
    .map((specifier) =>
      specifier.startsWith('/')
        ? specifier.slice(1)
        : posix.join(posix.dirname(file.path), specifier),
    );
}

/** Imports from a room that the importing room may not know. */
export function wrongWayImports(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const room = roomOf(file.path);
    const reach = REACH[room];
    if (reach === undefined) return [];
    return importedFiles(file)
      .filter((target) => roomOf(target) !== room && !reach.includes(roomOf(target)))
      .map((target) => `${file.path} imports ${target}`);
  });
}

/** Circles of imports, each as the path walked; type-only imports count as well. */
export function importCircles(files: readonly SourceFile[]): string[] {
  const edges = new Map(files.map((file) => [file.path, importedFiles(file)]));
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) circles.push([...trail.slice(start), path].join(' → '));
    if (start >= 0 || done.has(path)) return;
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return circles;
}
