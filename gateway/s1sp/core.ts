// The door to the memory core: compiles the one .wasm once, and makes instances of it. Each
// instance is a bank with a memory of its own, of cache slots or of meters, never both.
//
// The AssemblyScript loader instantiates; no other file knows of it. The types are those that asc
// generates from the exported verbs.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { instantiateSync } from '@assemblyscript/loader';
import type { instantiate } from '../../build/core.js';

/** The exported verbs and constants of one instance. */
export type Core = Awaited<ReturnType<typeof instantiate>>;

/** `release` runs; `debug` has the assertions and is for tests. */
export type CoreBuild = 'release' | 'debug';

const FILES = { release: '#core.wasm', debug: '#core.debug.wasm' } as const;
const compiled = new Map<CoreBuild, WebAssembly.Module>();

/** A fresh instance with an empty memory. */
export function instantiateCore(build: CoreBuild = 'release'): Core {
  let module = compiled.get(build);
  if (module === undefined) {
    module = new WebAssembly.Module(coreBytes(build));
    compiled.set(build, module);
  }
  return instantiateSync<Core>(module).exports;
}

/** Tells one build of the memory core from another, and with it what its memory means. */
export function coreFingerprint(build: CoreBuild = 'release'): string {
  return createHash('sha256').update(coreBytes(build)).digest('hex');
}

function coreBytes(build: CoreBuild) {
  return readFileSync(createRequire(import.meta.url).resolve(FILES[build]));
}

/**
 * A view on part of a bank's memory. `memory.grow` would detach it without a word, which is why a
 * bank grows only in its init verb and views are made after that.
 */
export function viewU32(core: Core, address: number, count: number): Uint32Array {
  return new Uint32Array(core.memory.buffer, address, count);
}
