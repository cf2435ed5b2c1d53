import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  NO_ENTRY,
  PROFILE_COLUMNS,
  type ProfileSrv,
} from '../../../gateway/protocol/log-entries.ts';
import type { LogResponse } from '../../../gateway/protocol/service-response.ts';
import { jsonWire } from '../../../gateway/wire/json.ts';
import { msgpackWire } from '../../../gateway/wire/msgpack.ts';
import { asProfileResponse, plainResponse } from '../../../gateway/wire/response.ts';
import { expectFaithful } from './faithful.ts';
import { PROFILE_ANSWER, REQUEST_ID } from './messages.ts';

const NINE = Date.UTC(2026, 10, 23, 9);

function profileAnswer(
  srv: ProfileSrv,
  columns: Uint32Array[],
  requestId = REQUEST_ID,
): LogResponse {
  const profile = { firstHalfHour: 996_000, count: columns[0]?.length ?? 0, columns };
  return { ...PROFILE_ANSWER, requestId, serviceReferenceVariant: srv, log: { srv, profile } };
}

describe('a profile', () => {
  test('in JSON is the example of the contract', () => {
    expect(jsonWire.encode(PROFILE_ANSWER).toString()).toBe(
      `{"requestId":"${REQUEST_ID}","responseCode":"I0",` +
        '"responseDateTime":"2026-11-23T09:00:00.000Z","serviceReferenceVariant":"4.8.1",' +
        '"served":"cache","profile":{"firstTimestamp":"2026-11-22T00:00:00Z",' +
        '"intervalMinutes":30,"primaryValue":[212,198,null,305]}}',
    );
  });

  test('in MessagePack is these bytes', () => {
    const text = (value: string) => Buffer.from(value).toString('hex');
    expect(msgpackWire.encode(PROFILE_ANSWER).toString('hex')).toBe(
      `86a9${text('requestId')}d934${text(REQUEST_ID)}ac${text('responseCode')}a2${text('I0')}` +
        `b0${text('responseDateTime')}b8${text('2026-11-23T09:00:00.000Z')}` +
        `b7${text('serviceReferenceVariant')}a5${text('4.8.1')}` +
        `a6${text('served')}a5${text('cache')}a7${text('profile')}` +
        `83ae${text('firstTimestamp')}b4${text('2026-11-22T00:00:00Z')}` +
        `af${text('intervalMinutes')}1eac${text('primaryValue')}94ccd4ccc6c0cd0131`,
    );
  });

  test.each([
    0,
    9,
    10,
    99,
    100,
    127,
    128,
    255,
    256,
    999,
    65_535,
    65_536,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 2,
    NO_ENTRY,
  ])('carries the value %d', (value) => {
    expectFaithful(profileAnswer('4.8.1', [Uint32Array.of(value, 1, value)]));
  });

  test('carries a value that no meter has as null', () => {
    const { profile } = plainResponse(profileAnswer('4.8.2', [Uint32Array.of(NO_ENTRY)]));
    expect(profile).toMatchObject({ reactiveEnergyImportedValue: [null] });
  });

  test.each([1, 15, 16, 17, 49, 255, 256, 4464, 19_056])('carries %d entries', (count) => {
    const column = Uint32Array.from({ length: count }, (_, i) => (i * 7919) % 70_000);
    expectFaithful(profileAnswer('4.8.1', [column, column]));
  });

  test('carries 19,056 of the longest values in two columns', () => {
    const column = new Uint32Array(19_056).fill(2 ** 32 - 2);
    expectFaithful(profileAnswer('4.8.3', [column, column]));
  });

  test('without an entry is null', () => {
    const none: LogResponse = { ...PROFILE_ANSWER, log: { srv: '4.8.1', profile: null } };
    expect(plainResponse(none)).toMatchObject({ profile: null });
    expectFaithful(none);
    expectFaithful(profileAnswer('4.8.1', [new Uint32Array(0)]));
  });

  test('takes no more of a column than it counts', () => {
    const columns = [Uint32Array.of(1, 2, 3)];
    const profile = { firstHalfHour: 996_000, count: 2, columns };
    const answer: LogResponse = { ...PROFILE_ANSWER, log: { srv: '4.8.1', profile } };
    expect(plainResponse(answer)).toMatchObject({ profile: { primaryValue: [1, 2] } });
    expectFaithful(answer);
  });

  test.each([
    'a "quoted" one',
    'back\\slash',
    'tab\tand\u0000nul',
    'Zähler',
    '電力量計',
    '🔌',
    '',
    'x'.repeat(31),
    'x'.repeat(32),
    'é'.repeat(127),
    'é'.repeat(128),
    '電'.repeat(128),
  ])('echoes the requestId %j', (requestId) => {
    expectFaithful(profileAnswer('4.8.1', [Uint32Array.of(1)], requestId));
  });

  test('is written the same way by hand as by the library, whatever it holds', () => {
    const srv = fc.constantFrom<ProfileSrv>('4.8.1', '4.8.2', '4.8.3');
    const value = fc.oneof(fc.nat(1000), fc.nat(2 ** 31 - 1), fc.constant(NO_ENTRY));
    const column = fc.uint32Array({ minLength: 1, maxLength: 100 });
    const served = fc.constantFrom('cache' as const, 'device' as const, 'mixed' as const);
    fc.assert(
      fc.property(
        srv,
        column,
        value,
        served,
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.nat(2_000_000),
        fc.nat(86_400_000),
        (variant, entries, odd, from, requestId, firstHalfHour, ms) => {
          const columns = PROFILE_COLUMNS[variant].map((_, place) =>
            entries.map((entry, i) => (i % 5 === place ? odd : entry % 3000)),
          );
          const answer: LogResponse = {
            ...profileAnswer(variant, columns, requestId),
            served: from,
            responseMs: NINE + ms,
            log: { srv: variant, profile: { firstHalfHour, count: entries.length, columns } },
          };
          expect(asProfileResponse(answer)).not.toBeNull();
          expectFaithful(answer);
        },
      ),
      { seed: 18_960, numRuns: 2000 },
    );
  });

  test('belongs to the caller: the next answer leaves its bytes alone', () => {
    const first = msgpackWire.encode(PROFILE_ANSWER);
    const copy = Buffer.from(first);
    msgpackWire.encode(profileAnswer('4.8.1', [new Uint32Array(100).fill(7)]));
    jsonWire.encode(profileAnswer('4.8.1', [new Uint32Array(100).fill(7)]));
    expect(first.equals(copy)).toBe(true);
  });
});
