import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProtocolError } from '../../../../gateway/protocol/errors.ts';
import type { Srv } from '../../../../gateway/protocol/service-reference.ts';
import { requestIdOf } from '../../../../gateway/wire/request.ts';
import { bentBytes } from '../hostile.ts';
import { openWire, requestXml } from './documents.ts';

const wire = openWire();
const SRVS: Srv[] = ['3.2', '4.6.1', '4.8.1', '4.8.2', '4.8.3', '5.1', '5.2', '5.3'];

/** `read`, or the code of the refusal; anything else that is thrown fails the test. */
function outcome(frame: Buffer): string {
  try {
    const value = wire.decode(frame);
    requestIdOf(value);
    wire.read(value);
    return 'read';
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

const TOKENS = [
  '<',
  '>',
  '</',
  '/>',
  '"',
  "'",
  '=',
  '&',
  '&lt;',
  '&#0;',
  '&#x41;',
  '&x;',
  '<!--',
  '-->',
  '<?',
  '?>',
  '<![CDATA[',
  ']]>',
  '<!DOCTYPE a>',
  'sr:',
  'xmlns:sr=""',
  'xmlns:__proto__="x"',
  '__proto__',
  '<sr:Header>',
  '</sr:Header>',
  '<sr:RequestID/>',
  'constructor',
  ' ',
  '\n',
  '\u{0}',
  '\u{feff}',
  '￿',
  '4.8.1',
  '5.1',
  '11.2',
  '9999999999999999999',
  '-1',
  '2026-02-30T00:00:00Z',
  'é',
  '🔌',
];

/** A right document with pieces of XML dropped, put in, or copied from elsewhere. */
const bentXml = fc
  .tuple(
    fc.constantFrom(...SRVS),
    fc.array(
      fc.record({
        at: fc.nat(),
        drop: fc.oneof(fc.constant(0), fc.nat(12)),
        from: fc.nat(),
        copy: fc.oneof(fc.constant(0), fc.nat(40)),
        token: fc.oneof(fc.constantFrom('', ' ', '<!-- -->'), fc.constantFrom(...TOKENS)),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([srv, changes]) => {
    let xml = requestXml(srv);
    for (const { at, drop, from, copy, token } of changes) {
      const place = at % (xml.length + 1);
      const start = from % (xml.length + 1);
      const copied = copy < 20 ? '' : xml.slice(start, start + copy - 20);
      xml = xml.slice(0, place) + token + copied + xml.slice(place + drop);
    }
    return Buffer.from(xml);
  });

test('a bent document is read or refused by code, never a crash', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(bentXml, (frame) => {
      const code = outcome(frame);
      seen.set(code, (seen.get(code) ?? 0) + 1);
    }),
    { seed: 541, numRuns: 10_000 },
  );
  expect([...seen.keys()].sort()).toEqual(['INVALID_REQUEST', 'MALFORMED_FRAME', 'read']);
  for (const count of seen.values()) expect(count).toBeGreaterThan(100);
});

test('a document with bent bytes is read or refused by code, never a crash', () => {
  fc.assert(
    fc.property(bentBytes(SRVS.map((srv) => Buffer.from(requestXml(srv)))), (frame) => {
      outcome(frame);
    }),
    { seed: 542, numRuns: 10_000 },
  );
});

test('random bytes are refused as malformed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(outcome(Buffer.from(bytes))).toBe('MALFORMED_FRAME');
    }),
    { seed: 543, numRuns: 5000 },
  );
});
