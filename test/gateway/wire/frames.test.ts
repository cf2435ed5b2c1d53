import { unpack } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../../../gateway/protocol/errors.ts';
import { jsonWire } from '../../../gateway/wire/json.ts';
import { msgpackWire } from '../../../gateway/wire/msgpack.ts';
import { plainResponse } from '../../../gateway/wire/response.ts';
import { PROFILE_ANSWER } from './messages.ts';

describe('a batch', () => {
  test.each([0, 1, 2, 15, 16, 300])('of %d answers is one array of them', (count) => {
    const answers = Array.from({ length: count }, () => PROFILE_ANSWER);
    const plain = answers.map(plainResponse);
    const json = jsonWire.join(answers.map((answer) => jsonWire.encode(answer)));
    const msgpack = msgpackWire.join(answers.map((answer) => msgpackWire.encode(answer)));
    expect(json.toString()).toBe(JSON.stringify(plain));
    expect(unpack(msgpack)).toEqual(plain);
  });
});

describe('a JSON frame', () => {
  test.each(['', '{', '{"a":1}x', 'undefined', '\u{feff}{}', "{'a':1}", '[1,]'])(
    'of %j is malformed',
    (text) => {
      expect(() => jsonWire.decode(Buffer.from(text))).toThrow(/^not JSON: /);
    },
  );

  test('that nests as deep as a frame is long is read or refused, and the next is read', () => {
    const deep = Buffer.from('['.repeat(131_072) + ']'.repeat(131_072));
    expect(Array.isArray(jsonWire.decode(deep))).toBe(true);
    expect(() => jsonWire.decode(Buffer.from('['.repeat(262_144)))).toThrow(ProtocolError);
    expect(jsonWire.decode(Buffer.from('{"a":1}'))).toEqual({ a: 1 });
  });

  test('keeps its own bytes out of what it refuses', () => {
    const refused = () => jsonWire.decode(Buffer.from(`{"token":"${'s'.repeat(100_000)}`));
    expect(refused).toThrow(/^.{0,200}$/s);
  });
});
