// The stations of an answer that its meter gives, and which functions belong to which. Files are
// known by their rooms, the memory core's functions by the names they have in its sources.

import type { CallFrame } from '../cpu-profile.ts';

/** In the order of the way. */
export const STATIONS = [
  'read',
  'hall',
  's1sp',
  'wan',
  'clock',
  'meter',
  'encode',
  'garbage collector',
  'rest',
] as const;
export type Station = (typeof STATIONS)[number];

export const STATION_TITLES: Readonly<Record<Station, string>> = {
  read: "read: the request's bytes to a Service Request",
  hall: 'hall: access, who is in flight, what came of it, counting',
  s1sp: 'S1SP: look-up, shared reads, storing, memory core',
  wan: 'WAN: sessions, wake-ups, attempts, replies on their way back',
  clock: 'clock: its queue of timers, from instant to instant',
  meter: 'meter: its log computed and read',
  encode: "encode: the answer's bytes",
  'garbage collector': 'garbage collector',
  rest: 'rest: the bench itself, event loop',
};

/** The first that fits a file and, where one is named, a function. */
const RULES: readonly (readonly [Station, RegExp, RegExp?])[] = [
  ['rest', /\/bench\//],
  ['read', /\/gateway\/wire\/(?:msgpack-reader|request)/],
  ['read', /\/gateway\/wire\/msgpack\./, /^(?:decode|read)/],
  ['encode', /\/gateway\/wire\//],
  ['s1sp', /\/gateway\/(?:s1sp|hits)\//],
  ['hall', /\/gateway\//],
  ['clock', /\/emulator\/(?:clock|instants|timer-queue)\./],
  ['wan', /\/emulator\/(?:wan|asked|kept-reply|cohort-line|random)/],
  ['meter', /\/emulator\//],
];

const WASM_NUMBER = /^wasm-function\[(\d+)\]$/;
const METER_FUNCTION = /^assembly\/meter/;

/** The station of a function; undefined where it counts for its caller. */
export function stationOf(
  { functionName, url }: CallFrame,
  wasmNames: readonly string[],
): Station | undefined {
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (functionName === '(program)' || functionName === '(idle)') return 'rest';
  if (url.startsWith('wasm:')) {
    const number = WASM_NUMBER.exec(functionName)?.[1];
    const name = number === undefined ? functionName : (wasmNames[Number(number)] ?? '');
    return METER_FUNCTION.test(name) ? 'meter' : 's1sp';
  }
  return RULES.find(
    ([, file, name]) => file.test(url) && (name === undefined || name.test(functionName)),
  )?.[0];
}
