import fc from 'fast-check';
import { pack } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../../../gateway/protocol/errors.ts';
import type { ServiceRequest } from '../../../gateway/protocol/service-request.ts';
import { jsonWire } from '../../../gateway/wire/json.ts';
import { msgpackWire } from '../../../gateway/wire/msgpack.ts';
import { readLogQuickly, readServiceRequest, requestIdOf } from '../../../gateway/wire/request.ts';
import { readBySchema } from '../../../gateway/wire/request-by-schema.ts';
import type { Wire } from '../../../gateway/wire/wire.ts';
import { anyMessage, bentBytes, bentMessage } from './hostile.ts';
import { CREATE_SCHEDULE, READ_DAY } from './messages.ts';

/** The request, or the refusal as text; anything else that is thrown fails the test. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return `${error.code} ${error.path} ${error.message}`;
    throw error;
  }
}

describe('the quick way', () => {
  test('gives what the schemas give, and gives nothing that they refuse', () => {
    let quick = 0;
    fc.assert(
      fc.property(bentMessage, (message) => {
        const slow = outcome(() => readBySchema(message));
        const read: ServiceRequest | undefined = readLogQuickly(message);
        if (read !== undefined) {
          quick++;
          expect(read).toEqual(slow);
        }
        expect(outcome(() => readServiceRequest(message))).toEqual(slow);
      }),
      { seed: 481, numRuns: 10_000 },
    );
    expect(quick).toBeGreaterThan(1000);
  });

  test('takes the ordinary read of each SRV', () => {
    for (const serviceReferenceVariant of ['4.6.1', '4.8.1', '4.8.2', '4.8.3']) {
      expect(readLogQuickly({ ...READ_DAY, serviceReferenceVariant })).toBeDefined();
    }
    expect(readLogQuickly({ ...READ_DAY, explain: true, commandVariant: 1 })).toBeDefined();
  });
});

describe.each<[string, Wire, (message: unknown) => Buffer]>([
  ['JSON', jsonWire, (message) => Buffer.from(JSON.stringify(message))],
  ['MessagePack', msgpackWire, (message) => pack(message)],
])('a hostile %s frame', (_name, wire, encode) => {
  const read = (frame: Buffer) =>
    outcome(() => {
      const message = wire.decode(frame);
      requestIdOf(message);
      return readServiceRequest(message);
    });

  test('with a bent message is refused by code or read, never a crash', () => {
    fc.assert(
      fc.property(fc.oneof(bentMessage, anyMessage), (message) => {
        read(encode(message));
      }),
      { seed: 461, numRuns: 20_000 },
    );
  });

  test('with bent bytes is refused by code or read, never a crash', () => {
    const frames = [READ_DAY, CREATE_SCHEDULE, [READ_DAY, READ_DAY]].map(encode);
    let malformed = 0;
    fc.assert(
      fc.property(bentBytes(frames), (frame) => {
        const answer = read(frame);
        if (typeof answer === 'string' && answer.startsWith('MALFORMED_FRAME')) malformed++;
      }),
      { seed: 483, numRuns: 20_000 },
    );
    expect(malformed).toBeGreaterThan(1000);
  });

  test('of random bytes is refused by code or read, never a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        read(Buffer.from(bytes));
      }),
      { seed: 482, numRuns: 20_000 },
    );
  });
});
