import fc from 'fast-check';
import { Packr, unpack } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../../../gateway/protocol/errors.ts';
import { NESTING_DEPTH_MAX, readMsgpack } from '../../../gateway/wire/msgpack-reader.ts';

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

function refusal(frame: Buffer): string {
  try {
    readMsgpack(frame);
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'MALFORMED_FRAME') return error.message;
    throw error;
  }
  throw new Error('the frame was not refused');
}

describe('reads', () => {
  test.each<[string, string, unknown]>([
    ['a positive fixint', '7f', 127],
    ['a negative fixint', 'e0', -32],
    ['nil', 'c0', null],
    ['false', 'c2', false],
    ['true', 'c3', true],
    ['uint 8', 'cc ff', 255],
    ['uint 16', 'cd ffff', 65_535],
    ['uint 32', 'ce ffffffff', 4_294_967_295],
    ['uint 64 that a number holds', 'cf 001fffffffffffff', 9_007_199_254_740_991],
    ['uint 64 beyond that', 'cf ffffffffffffffff', 18_446_744_073_709_551_615n],
    ['int 8', 'd0 80', -128],
    ['int 16', 'd1 8000', -32_768],
    ['int 32', 'd2 80000000', -2_147_483_648],
    ['int 64', 'd3 ffffffffffffffff', -1],
    ['int 64 beyond a number', 'd3 8000000000000000', -9_223_372_036_854_775_808n],
    ['float 32', 'ca 3fc00000', 1.5],
    ['float 64', 'cb 3ff8000000000000', 1.5],
    ['an empty string', 'a0', ''],
    ['a fixstr', 'a3 613a62', 'a:b'],
    ['str 8', 'd9 02 c3a9', 'é'],
    ['str 16', 'da 0001 61', 'a'],
    ['str 32', 'db 00000001 61', 'a'],
    ['a fixarray', '92 01 c0', [1, null]],
    ['array 16', 'dc 0001 01', [1]],
    ['array 32', 'dd 00000001 01', [1]],
    ['a fixmap', '81 a161 01', { a: 1 }],
    ['map 16', 'de 0001 a161 01', { a: 1 }],
    ['map 32', 'df 00000001 a161 01', { a: 1 }],
    ['bin 8', 'c4 01 07', Uint8Array.of(7)],
    ['bin 16', 'c5 0001 07', Uint8Array.of(7)],
    ['bin 32', 'c6 00000001 07', Uint8Array.of(7)],
    ['fixext 1, type and all', 'd4 72 07', Uint8Array.of(0x72, 7)],
    ['fixext 16', `d8 01 ${'00'.repeat(16)}`, Uint8Array.of(1, ...new Array(16).fill(0))],
    ['ext 8', 'c7 01 05 07', Uint8Array.of(5, 7)],
    ['ext 32', 'c9 00000001 05 07', Uint8Array.of(5, 7)],
  ])('%s', (_name, bytes, value) => {
    expect(readMsgpack(hex(bytes))).toEqual(value);
  });

  test('the last of two values of one key', () => {
    expect(readMsgpack(hex('82 a161 01 a161 02'))).toEqual({ a: 2 });
  });

  test('__proto__ as a key like any other', () => {
    const message = readMsgpack(hex('81 a9 5f5f70726f746f5f5f 81 a161 01'));
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    expect(Object.keys(Object(message))).toEqual(['__proto__']);
  });

  test('what another library wrote, whatever it is', () => {
    const packr = new Packr({ useRecords: false });
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 300 }));
    const number = fc.oneof(fc.double(), fc.maxSafeInteger(), fc.integer(), fc.nat(70_000));
    const leaf = fc.oneof(text, number, fc.boolean(), fc.constant(null));
    const value = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('node')),
        fc.dictionary(
          text.filter((key) => key !== '__proto__'),
          tie('node'),
          { noNullPrototype: true },
        ),
      ),
    })).node;
    fc.assert(
      fc.property(value, (message) => {
        const bytes = Buffer.from(packr.pack(message));
        expect(readMsgpack(bytes)).toEqual(unpack(bytes));
      }),
      { seed: 256, numRuns: 2000 },
    );
  });

  test('as deep as is allowed and no deeper', () => {
    const nested = (depth: number) => Buffer.concat([Buffer.alloc(depth, 0x91), hex('c0')]);
    expect(Array.isArray(readMsgpack(nested(NESTING_DEPTH_MAX)))).toBe(true);
    expect(refusal(nested(NESTING_DEPTH_MAX + 1))).toContain('nested deeper');
  });

  test('strings that look alike in the bytes it tells them apart by', () => {
    const texts = ['2026-11-22T00:00:00Z', '2026-11-22T00:00:01Z', '2025-11-22T00:00:00Z'];
    for (const text of [...texts, ...texts]) {
      expect(readMsgpack(Buffer.from(new Packr().pack(text)))).toBe(text);
    }
  });
});

describe('refuses', () => {
  test.each([
    ['nothing at all', ''],
    ['a marker that does not exist', 'c1'],
    ['bytes after the message', 'c0 c0'],
    ['a string that is cut short', 'a3 6162'],
    ['a string of 4 GiB', 'db ffffffff 61'],
    ['bytes of 4 GiB', 'c6 ffffffff 61'],
    ['an extension of 4 GiB', 'c9 ffffffff 61'],
    ['an array of four milliards', 'dd ffffffff c0'],
    ['a map of four milliards', 'df ffffffff c0'],
    ['a number that is cut short', 'cb 3ff8'],
    ['a map without its last value', '81 a161'],
    ['a key that is a number', '81 01 01'],
    ['a key that is nil', '81 c0 01'],
    ['a string that is not UTF-8', 'a2 c328'],
    ['half a surrogate', 'a3 eda080'],
    ['an array within an array that both promise too much', 'dc ffff dc ffff'],
  ])('%s', (_name, bytes) => {
    expect(refusal(hex(bytes))).toMatch(/^not MessagePack: /);
  });

  test('a nesting bomb of a whole frame', () => {
    expect(refusal(Buffer.alloc(262_144, 0x91))).toContain('nested deeper');
    expect(refusal(Buffer.alloc(262_144, 0x81))).toMatch(/nested|key/);
  });

  test('every frame that ends early, at every byte', () => {
    const whole = hex('82 a161 cd0102 a162 93 d902c3a9 cb3ff8000000000000 d1ffff');
    expect(readMsgpack(whole)).toEqual({ a: 258, b: ['é', 1.5, -1] });
    for (let size = 0; size < whole.length; size++) {
      expect(refusal(whole.subarray(0, size))).toContain('the frame ends inside');
    }
  });

  test('and then reads the next frame as if nothing had happened', () => {
    refusal(hex('91 91 91'));
    expect(readMsgpack(hex('81 a161 01'))).toEqual({ a: 1 });
  });
});
