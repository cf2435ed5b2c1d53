// Random frames for the short cut and for the hall: mostly questions that the cache can answer, in
// any spelling, among them everything that the short cut has to leave alone.

import fc from 'fast-check';
import { Packr, pack } from 'msgpackr';
import { deviceId, partyId } from '../small-world.ts';
import { frameOf } from './stream.ts';

const shortMaps = new Packr({ useRecords: false, variableMapSize: true });

type Period = readonly [string, string];
const YESTERDAY: Period = ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'];

/** Of ten, about `weight` are of the usual kind. */
function mostly<T>(weight: number, usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>) {
  return fc.oneof({ weight, arbitrary: usual }, { weight: 10 - weight, arbitrary: rare });
}

const period: fc.Arbitrary<Period> = mostly(
  6,
  fc.constant(YESTERDAY),
  fc.constantFrom<Period>(
    ['2026-11-22T12:00:00Z', '2026-11-22T18:30:00Z'],
    ['2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z'],
    ['2026-11-22T00:00:01Z', '2026-11-22T23:59:59Z'],
    ['2026-11-22T12:00:01Z', '2026-11-22T12:29:59Z'],
    ['2026-11-22T12:00:00Z', '2026-11-24T12:00:00Z'],
    ['2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00Z'],
    ['2026-11-22T01:00:00+01:00', '2026-11-23T00:00:00Z'],
    ['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'],
    ['2026-11-23T00:00:00Z', '2026-11-22T00:00:00Z'],
    ['2026-11-25T00:00:00Z', '2026-11-26T00:00:00Z'],
    ['2026-02-29T00:00:00Z', '2026-11-23T00:00:00Z'],
    ['1969-12-31T00:00:00Z', '2026-11-23T00:00:00Z'],
    ['1970-01-01T00:00:00Z', '9999-12-31T23:59:59Z'],
    ['2026-11-22T24:00:00Z', '2026-11-23T00:00:00Z'],
    ['', 'x'],
  ),
);

const counter = mostly(
  9,
  fc.nat(10_000_000).map(String),
  fc.constantFrom('0', '7', '00', '9'.repeat(19), '18446744073709551615', '18446744073709551616'),
);

const requestId = fc
  .record({
    role: fc.constantFrom(
      'IS' as const,
      'ES' as const,
      'ED' as const,
      'MDR' as const,
      'RSA' as const,
    ),
    device: mostly(8, fc.nat(6), fc.nat(11)),
    counter,
    change: mostly(9, fc.constant(''), fc.constantFrom('lower', 'broken', 'stranger')),
  })
  .map(({ role, device, counter, change }) => {
    const text = `${partyId(role)}:${deviceId(device)}:${counter}`;
    if (change === 'lower') return text.toLowerCase();
    if (change === 'broken') return text.replace('-', '_');
    return change === 'stranger' ? text.replace('30-01', '30-77') : text;
  });

const extras = mostly(
  9,
  fc.constant({}),
  fc.constantFrom<object>(
    { explain: true },
    { explain: false },
    { commandVariant: 1 },
    { commandVariant: 2 },
    { serviceReference: '4.8' },
    { executionDateTime: '2026-11-24T00:00:00Z' },
    { surprise: 1 },
  ),
);

const read = fc
  .record({
    requestId,
    srv: mostly(8, fc.constantFrom('4.8.1', '4.8.3'), fc.constantFrom('4.6.1', '4.8.2', '9.9')),
    period,
    extras,
    turned: fc.boolean(),
  })
  .map(({ requestId, srv, period: [startDateTime, endDateTime], extras, turned }) => {
    const message = {
      requestId,
      serviceReferenceVariant: srv,
      readLogPeriod: turned ? { endDateTime, startDateTime } : { startDateTime, endDateTime },
      ...extras,
    };
    return turned ? Object.fromEntries(Object.entries(message).reverse()) : message;
  });

const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: read },
  { weight: 3, arbitrary: fc.array(read, { minLength: 1, maxLength: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>([], {}, [[]], 7, null) },
);

const spelling = fc.constantFrom('json', 'spaced json', 'msgpack', 'short msgpack');

function spell(value: unknown, how: string): Buffer {
  if (how === 'json') return Buffer.from(JSON.stringify(value));
  if (how === 'spaced json') return Buffer.from(` ${JSON.stringify(value, null, '\t')}\r\n`);
  return how === 'msgpack' ? pack(value) : shortMaps.pack(value);
}

/** A place in a message, as a share of it, and what becomes of the bytes there. */
const damage = fc.record({
  where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  how: fc.constantFrom('cut', 'change', 'insert', 'remove', 'double'),
  /** Text stays UTF-8; anything else the library would refuse. */
  text: fc.constantFrom(...Buffer.from('\0\t\n "\\,:{}[]07ZzT+-.\x7f')),
  marker: fc.constantFrom(
    ...[0x00, 0x20, 0x80, 0x82, 0x83, 0x90, 0x91, 0xa0, 0xc0, 0xc1, 0xc4, 0xc7],
    ...[0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xff],
  ),
});

type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

/** Now and then a few bytes of a message are not as they should be. */
const damages = mostly(8, fc.constant(undefined), damage);

function framed(value: unknown, spelling: string, wrong: Damage | undefined): Buffer {
  const binary = spelling.endsWith('msgpack');
  const message = spell(value, spelling);
  if (wrong === undefined) return frameOf(message, binary);
  const { where, how, text, marker } = wrong;
  const at = Math.floor(where * message.length);
  const byte = Buffer.of(binary ? marker : text);
  const before = message.subarray(0, at);
  const behind = message.subarray(at);
  const damaged = {
    cut: [message.subarray(0, at + 1)],
    change: [before, byte, behind.subarray(1)],
    insert: [before, byte, behind],
    remove: [before, message.length > 1 ? behind.subarray(1) : behind],
    double: [before, behind.subarray(0, 12), behind],
  }[how];
  return frameOf(Buffer.concat(damaged ?? [message]), binary);
}

const single = fc
  .record({ value, spelling, damages })
  .map(({ value, spelling, damages }) => framed(value, spelling, damages));

/** One request again and again, of other devices: in frames of their own, or in an array. */
const alike = fc
  .record({
    read,
    spelling,
    asked: fc.array(fc.record({ device: fc.nat(6), counter: fc.integer({ min: 10, max: 99 }) }), {
      minLength: 2,
      maxLength: 12,
    }),
    inArray: fc.boolean(),
    damages: fc.array(damages, { minLength: 12, maxLength: 12 }),
  })
  .map(({ read, spelling, asked, inArray, damages }) => {
    const originator = String(Object(read).requestId).slice(0, 23);
    const reads = asked.map(({ device, counter }) => ({
      ...read,
      requestId: `${originator}:${deviceId(device)}:${counter}`,
    }));
    if (inArray) return framed(reads, spelling, damages[0]);
    return Buffer.concat(reads.map((each, i) => framed(each, spelling, damages[i])));
  });

/** A frame as its bytes, or several that belong together. */
export const frame: fc.Arbitrary<Buffer> = mostly(8, single, alike);

/** Something else that happens between two reads of the socket. */
export type Event =
  | { readonly what: 'pass'; readonly seconds: number }
  | { readonly what: 'schedule' | 'unschedule' | 'tenancy'; readonly device: number }
  | { readonly what: 'status'; readonly device: number; readonly inService: boolean };

export const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('pass' as const),
      seconds: fc.constantFrom(0, 1, 2, 1800, 36_000, 89_999, 90_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constantFrom('schedule' as const, 'unschedule' as const, 'tenancy' as const),
      device: fc.nat(6),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('status' as const),
      device: fc.nat(6),
      inService: fc.boolean(),
    }),
  },
);
