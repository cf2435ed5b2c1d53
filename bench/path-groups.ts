// The stations of a cached answer's way, and which functions belong to which. Files are known by
// their rooms, the memory core's functions by the names they have in its sources.

import type { CallFrame } from './cpu-profile.ts';

/** In the order of the way. */
export const GROUPS = [
  'socket',
  'read',
  'look-up',
  'encode',
  'rest',
  'garbage collector',
  'event loop',
] as const;
export type Group = (typeof GROUPS)[number];

export const GROUP_TITLES: Readonly<Record<Group, string>> = {
  socket: 'socket: frames in and out, the calls of the kernel',
  read: "read: the request's bytes to a Service Request",
  'look-up': 'look-up: S1SP, hit lane, cache bank, memory core',
  encode: "encode: the answer's bytes",
  rest: 'rest: hall, access, counting',
  'garbage collector': 'garbage collector',
  'event loop': 'event loop, outside of JS and WASM',
};

/** The first that fits a file and, where one is named, a function. */
const RULES: readonly (readonly [Group | 'caller', RegExp, RegExp?])[] = [
  ['caller', /\/gateway\/server\/real-time\./],
  ['socket', /\/gateway\/server\/|\/node_modules\/ws\//],
  ['socket', /^node:(?:net|events|stream|internal\/(?:stream|process|timers))/],
  ['read', /\/gateway\/wire\/(?:msgpack-reader|request)/],
  ['read', /\/gateway\/wire\/(?:json|msgpack)\./, /^(?:decode|read)/],
  ['encode', /\/gateway\/wire\//],
  ['look-up', /\/gateway\/(?:s1sp|hits)\//],
  ['rest', /\/(?:gateway|emulator|cli)\//],
];

/** What the profiler calls a process that has nothing to do. */
export const IDLE = '(idle)';

const WASM_NUMBER = /^wasm-function\[(\d+)\]$/;
/** What the memory core does beside looking things up, by the names of its functions. */
const WASM_RULES: readonly (readonly [Group, RegExp])[] = [
  ['encode', /^assembly\/(?:hit-answer\/|hit-\w+\/put)/],
  ['read', /^assembly\/hit-(?:json|msgpack|request|text)\//],
];

/** The group of a function; undefined where it counts for its caller; `idle` is no work. */
export function groupOf(
  { functionName, url }: CallFrame,
  wasmNames: readonly string[],
): Group | 'idle' | undefined {
  if (functionName === IDLE) return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (functionName === '(program)') return 'event loop';
  if (url.startsWith('wasm:')) {
    const number = WASM_NUMBER.exec(functionName)?.[1];
    const name = number === undefined ? functionName : (wasmNames[Number(number)] ?? '');
    return WASM_RULES.find(([, names]) => names.test(name))?.[0] ?? 'look-up';
  }
  const rule = RULES.find(
    ([, file, name]) => file.test(url) && (name === undefined || name.test(functionName)),
  );
  return rule === undefined || rule[0] === 'caller' ? undefined : rule[0];
}
