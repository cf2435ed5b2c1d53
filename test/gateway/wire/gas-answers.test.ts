// Gas goes out in m³, the same in every format; what is litres inside has three decimals.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cubicMetres, NO_ENTRY } from '../../../gateway/protocol/log-entries.ts';
import type { LogResponse } from '../../../gateway/protocol/service-response.ts';
import { jsonWire } from '../../../gateway/wire/json.ts';
import { asProfileResponse, plainResponse } from '../../../gateway/wire/response.ts';
import { expectFaithful } from './faithful.ts';
import { PROFILE_ANSWER, REQUEST_ID } from './messages.ts';

function gasProfile(litres: Uint32Array): LogResponse {
  const profile = { firstHalfHour: 996_000, count: litres.length, columns: [litres] };
  return { ...PROFILE_ANSWER, served: 'device', log: { srv: '4.8.1', fuel: 'gas', profile } };
}

describe('a gas profile', () => {
  test('is in m³, null where there is no entry', () => {
    const answer = gasProfile(Uint32Array.of(0, 1, 212, 1000, NO_ENTRY, 12_345));
    expect(jsonWire.encode(answer).toString()).toContain(
      '"primaryValue":[0,0.001,0.212,1,null,12.345]',
    );
    expectFaithful(answer);
  });

  test('is not written by the quick writers, which know Wh', () => {
    expect(asProfileResponse(PROFILE_ANSWER)).not.toBeNull();
    expect(asProfileResponse(gasProfile(Uint32Array.of(1)))).toBeNull();
  });

  test('G6: without an entry is null, and I0', () => {
    const log = { srv: '4.8.1', fuel: 'gas', profile: null } as const;
    const answer: LogResponse = { ...PROFILE_ANSWER, log };
    expect(plainResponse(answer)).toMatchObject({ responseCode: 'I0', profile: null });
    expectFaithful(answer);
  });

  test('is the same in both formats, whatever it holds', () => {
    const litres = fc.oneof(fc.nat(5000), fc.nat(2 ** 32 - 2), fc.constant(NO_ENTRY));
    const columns = fc.array(litres, { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(columns, (values) => expectFaithful(gasProfile(Uint32Array.from(values)))),
      { seed: 18_210, numRuns: 500 },
    );
  });

  test('has values that three decimals spell exactly, up to the largest register', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 42), (litres) => {
        const text = cubicMetres(litres).toFixed(3);
        expect(BigInt(text.replace('.', ''))).toBe(BigInt(litres));
      }),
      { seed: 18_210, numRuns: 5000 },
    );
  });
});

test('a gas daily read has the names of the MMC, in its order, in m³', () => {
  const read = {
    timestamp: Date.UTC(2024, 5, 30, 23) / 1000,
    gasActiveImportRegisterConsumption: 1_234_567,
    tariffBlockCounterMatrix: [40_000, 1, 0, 0],
    tariffTOURegisterMatrix: [1_000_000, 234_567, 0, 0],
  };
  const answer: LogResponse = {
    ...PROFILE_ANSWER,
    serviceReferenceVariant: '4.6.1',
    served: 'device',
    log: { srv: '4.6.1', fuel: 'gas', dailyReadLog: [read] },
  };
  expect(jsonWire.encode(answer).toString()).toBe(
    `{"requestId":"${REQUEST_ID}","responseCode":"I0",` +
      '"responseDateTime":"2026-11-23T09:00:00.000Z","serviceReferenceVariant":"4.6.1",' +
      '"served":"device","dailyReadLog":[{"timestamp":"2024-06-30T23:00:00Z",' +
      '"gasActiveImportRegisterConsumption":1234.567,"tariffBlockCounterMatrix":[40,0.001,0,0],' +
      '"tariffTOURegisterMatrix":[1000,234.567,0,0]}]}',
  );
  expectFaithful(answer);
});
