import { expect, test } from 'vitest';
import { stationOf } from '../../bench/in-flight/stations.ts';

const WASM = ['assembly/cache/store', 'assembly/meter-log/read'];

test.each([
  ['readLogQuickly', 'file:///s1sp/dist/gateway/wire/request.js', 'read'],
  ['decode', 'file:///s1sp/dist/gateway/wire/msgpack.js', 'read'],
  ['encode', 'file:///s1sp/dist/gateway/wire/msgpack.js', 'encode'],
  ['land', 'file:///s1sp/dist/gateway/s1sp/flights.js', 's1sp'],
  ['end', 'file:///s1sp/dist/gateway/in-flight.js', 'hall'],
  ['begin', 'file:///s1sp/dist/emulator/asked.js', 'wan'],
  ['runRound', 'file:///s1sp/dist/emulator/timer-queue.js', 'clock'],
  ['readMeter', 'file:///s1sp/dist/emulator/fleet.js', 'meter'],
  ['send', 'file:///s1sp/dist/bench/in-flight/world.js', 'rest'],
  ['wasm-function[0]', 'wasm://wasm/00', 's1sp'],
  ['wasm-function[1]', 'wasm://wasm/00', 'meter'],
  ['(garbage collector)', '', 'garbage collector'],
  ['(idle)', '', 'rest'],
  ['slice', 'node:buffer', undefined],
])('time in %s of %s counts for %s', (functionName, url, station) => {
  expect(stationOf({ functionName, url }, WASM)).toBe(station);
});
