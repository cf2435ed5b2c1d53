// What the gateway writes as XML is read back as the same answer that JSON gives.

import { describe, expect, test } from 'vitest';
import { NO_ENTRY } from '../../gateway/protocol/log-entries.ts';
import { READ_SRVS } from '../../gateway/protocol/service-reference.ts';
import type { LogAnswer, LogResponse } from '../../gateway/protocol/service-response.ts';
import { nextTurn } from '../../gateway/server/real-time.ts';
import { openDuisWire } from '../../gateway/wire/duis.ts';
import { plainResponse } from '../../gateway/wire/response.ts';
import { READERS } from '../../load/answers.ts';
import { logOf, NOW_MS } from './small-run.ts';

const wire = openDuisWire({ log: { debug() {}, isLevelEnabled: () => false }, nextTurn });
const requestId = '90-B3-D5-1F-30-01-00-00:90-B3-D5-1F-40-00-00-03:1795424400000';

function responseOf(log: LogAnswer): LogResponse {
  const answered = { requestId, responseMs: NOW_MS, served: 'device' } as const;
  return { kind: 'log', responseCode: 'I0', serviceReferenceVariant: log.srv, ...answered, log };
}

function read(bytes: Buffer): unknown {
  return READERS.duis.read(bytes, 0, bytes.length).value;
}

function readBack(log: LogAnswer): unknown {
  return read(wire.encode(responseOf(log)));
}

/** XML does not tell where an answer came from. */
function expectedOf(log: LogAnswer): unknown {
  const { served: _, ...rest } = plainResponse(responseOf(log));
  return rest;
}

describe('an answer in DUIS XML', () => {
  test.each(READ_SRVS)('to %s says what JSON says', (srv) => {
    expect(readBack(logOf(3, srv))).toEqual(expectedOf(logOf(3, srv)));
  });

  test('leaves null where the meter has no entry', () => {
    const columns = [Uint32Array.of(1, NO_ENTRY, 3)];
    const log: LogAnswer = { srv: '4.8.1', profile: { firstHalfHour: 900_000, count: 3, columns } };
    expect(readBack(log)).toEqual(expectedOf(log));
    expect(readBack(log)).toMatchObject({ profile: { primaryValue: [1, null, 3] } });
  });

  test('without entries is a profile of null', () => {
    const log: LogAnswer = { srv: '4.8.3', profile: null };
    expect(readBack(log)).toEqual(expectedOf(log));
  });

  test('of gas has cubic metres', () => {
    const profile = { firstHalfHour: 900_000, count: 2, columns: [Uint32Array.of(1234, 7)] };
    const log: LogAnswer = { srv: '4.8.1', fuel: 'gas', profile };
    expect(readBack(log)).toMatchObject({ profile: { primaryValue: [1.234, 0.007] } });
  });

  test('is none while it is only an acknowledgement', () => {
    const acknowledged = wire.encode({
      kind: 'code',
      requestId,
      responseCode: 'I99',
      responseMs: NOW_MS,
      serviceReferenceVariant: '4.8.1',
    });
    expect(read(acknowledged)).toBeUndefined();
  });

  test('may be a refusal, or the JSON error object', () => {
    const refused = wire.encode({
      kind: 'code',
      requestId,
      responseCode: 'E4',
      responseMs: NOW_MS,
      serviceReferenceVariant: '4.8.1',
    });
    expect(read(refused)).toMatchObject({ requestId, responseCode: 'E4' });
    const error = '{"requestId":null,"responseCode":null,"error":{"code":"BUSY","message":""}}';
    expect(read(Buffer.from(error))).toMatchObject({ error: { code: 'BUSY' } });
  });
});
