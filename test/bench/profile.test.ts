import { expect, test } from 'vitest';
import {
  type CpuProfile,
  frameName,
  samplesIn,
  wasmFunctionNames,
} from '../../bench/cpu-profile.ts';
import { groupOf } from '../../bench/path-groups.ts';

const at = (functionName: string, url = '') => ({ functionName, url });
const node = (id: number, callFrame: ReturnType<typeof at>, children: number[] = []) => ({
  id,
  callFrame,
  children,
});

/** (root) calls `mine`, which calls a native function; and `theirs`; a sample each 100 µs. */
const PROFILE: CpuProfile = {
  nodes: [
    node(1, at('(root)'), [2, 4]),
    node(2, at('mine', 'file:///a.js'), [3]),
    node(3, at('write')),
    node(4, at('theirs', 'file:///b.js')),
  ],
  startTime: 1000,
  samples: [2, 3, 4, 1, 2],
  timeDeltas: [0, 100, 100, 100, 100],
};
const byFile = ({ url }: { url: string }) => (url === '' ? undefined : url.slice(-4));

test('samples count for the function, a native one for its caller, the root for the rest', () => {
  const samples = samplesIn(PROFILE, { fromMicros: 0, toMicros: 2000 }, byFile, 'rest');
  expect(Object.fromEntries(samples)).toEqual({ 'a.js': 3, 'b.js': 1, rest: 1 });
});

test('a window has its first microsecond and not its last', () => {
  const samples = samplesIn(PROFILE, { fromMicros: 1100, toMicros: 1300 }, byFile, 'rest');
  expect(Object.fromEntries(samples)).toEqual({ 'a.js': 1, 'b.js': 1 });
});

test('functions of a module are counted in the order of its text, imports first', () => {
  const wat = [
    '(module',
    ' (type $0 (func (param i32)))',
    ' (import "env" "abort" (func $~lib/abort (param i32)))',
    ' (export "find" (func $assembly/directory/find))',
    ' (func $assembly/hits/answer (param $0 i32)',
    '  call $assembly/directory/find',
    ' )',
    ' (func $assembly/directory/find',
    ' )',
    ')',
  ].join('\n');
  expect(wasmFunctionNames(wat)).toEqual([
    '~lib/abort',
    'assembly/hits/answer',
    'assembly/directory/find',
  ]);
});

test('a function is called by its file and its name', () => {
  expect(frameName(at('encode', 'file:///x/dist/gateway/wire/json.js'))).toBe('json.js encode');
  expect(frameName(at('writev'))).toBe('writev');
  expect(frameName(at('', 'node:net'))).toBe('node:net (anonymous)');
});

const WASM = [
  'assembly/directory/findSlot',
  'assembly/hit-answer/putColumn',
  'assembly/hit-msgpack/putArrayHead',
  'assembly/hit-msgpack/readMap',
];

test.each([
  ['(idle)', '', 'idle'],
  ['(garbage collector)', '', 'garbage collector'],
  ['(program)', '', 'event loop'],
  ['onread', 'node:internal/stream_base_commons', 'socket'],
  ['#onFrame', 'file:///x/dist/gateway/server/connection.js', 'socket'],
  ['nowMs', 'file:///x/dist/gateway/server/real-time.js', undefined],
  ['write', 'node:buffer', undefined],
  ['writev', '', undefined],
  ['readMap', 'file:///x/dist/gateway/wire/msgpack-reader.js', 'read'],
  ['readLogQuickly', 'file:///x/dist/gateway/wire/request.js', 'read'],
  ['decode', 'file:///x/dist/gateway/wire/json.js', 'read'],
  ['encodeProfile', 'file:///x/dist/gateway/wire/json.js', 'encode'],
  ['formatStamp', 'file:///x/dist/gateway/wire/response.js', 'encode'],
  ['lookUpProfile', 'file:///x/dist/gateway/s1sp/cache-bank.js', 'look-up'],
  ['answer', 'file:///x/dist/gateway/hits/lane.js', 'look-up'],
  ['decide', 'file:///x/dist/gateway/handle.js', 'rest'],
  ['nowMs', 'file:///x/dist/emulator/running-clock.js', 'rest'],
  ['wasm-function[0]', 'wasm://wasm/0001', 'look-up'],
  ['wasm-function[1]', 'wasm://wasm/0001', 'encode'],
  ['wasm-function[2]', 'wasm://wasm/0001', 'encode'],
  ['wasm-function[3]', 'wasm://wasm/0001', 'read'],
  ['wasm-function[9]', 'wasm://wasm/0001', 'look-up'],
])('%s of %j is at the station %s', (functionName, url, group) => {
  expect(groupOf(at(functionName, url), WASM)).toBe(group);
});
