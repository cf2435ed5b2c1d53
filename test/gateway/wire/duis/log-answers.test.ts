import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cubicMetres, NO_ENTRY } from '../../../../gateway/protocol/log-entries.ts';
import type { LogAnswer, LogResponse } from '../../../../gateway/protocol/service-response.ts';
import { plainResponse } from '../../../../gateway/wire/response.ts';
import { PROFILE_ANSWER } from '../messages.ts';
import { DCC, DEVICE, elementsAt, logRead, type Tree, USER, written } from './documents.ts';
import { anyLogResponse } from './random-answers.ts';
import { expectValid } from './schemas.ts';

const NAMES = {
  '4.6.1': 'RetrieveImportDailyReadLogRsp',
  '4.8.1': 'ReadActiveImportProfileDataRsp',
  '4.8.2': 'ReadReactiveImportProfileDataRsp',
  '4.8.3': 'ReadExportProfileDataRsp',
} as const;

const upper = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** Entries as a client of JSON would have written them into a list, in the same words. */
function expectedEntries(log: LogAnswer): unknown[] {
  if (log.srv === '4.6.1') {
    const fuel = log.fuel === 'gas' ? 'Gas' : 'Electricity';
    const plain = plainResponse({ ...PROFILE_ANSWER, serviceReferenceVariant: '4.6.1', log });
    const rows = plain.dailyReadLog as Record<string, unknown>[];
    return rows.map(({ timestamp, ...values }) => ({
      Timestamp: timestamp,
      [fuel]: Object.fromEntries(
        Object.entries(values).flatMap(([name, value]) =>
          Array.isArray(value) && value.length === 0
            ? []
            : [[upper(name), valueOrMatrix(value, fuel)]],
        ),
      ),
    }));
  }
  const { profile, srv, fuel } = log;
  if (profile === null) return [];
  const names = {
    '4.8.1': ['PrimaryValue', 'SecondaryValue'],
    '4.8.2': ['ReactiveEnergyImportedValue'],
    '4.8.3': ['ActiveEnergyExportedValue', 'ReactiveEnergyExportedValue'],
  }[srv];
  return Array.from({ length: profile.count }, (_, row) => row)
    .filter((row) => profile.columns[0]?.[row] !== NO_ENTRY)
    .map((row) => {
      const Timestamp = new Date((profile.firstHalfHour + row) * 1_800_000)
        .toISOString()
        .replace('.000Z', 'Z');
      const values = Object.fromEntries(
        profile.columns.map((column, place) => {
          const value = column[row] ?? NO_ENTRY;
          return [names[place], fuel === 'gas' ? cubicMetres(value).toFixed(3) : String(value)];
        }),
      );
      if (srv !== '4.8.1') return { Timestamp, ...values };
      return { Timestamp, [fuel === 'gas' ? 'Gas' : 'Electricity']: values };
    });
}

function valueOrMatrix(value: unknown, fuel: string): unknown {
  const text = (number: unknown) => (fuel === 'Gas' ? Number(number).toFixed(3) : String(number));
  if (!Array.isArray(value)) return text(value);
  const cells = value.map((cell, place) => ({ '#text': text(cell), '@_index': String(place + 1) }));
  return cells.length === 1 ? cells[0] : cells;
}

describe('a log', () => {
  test('is valid, and the independent parser reads equal values back', () => {
    let entriesRead = 0;
    fc.assert(
      fc.property(anyLogResponse, (response) => {
        const xml = written(response);
        expectValid(xml);
        const { name, entries } = logRead(xml);
        expect(name).toBe(NAMES[response.log.srv]);
        expect(entries).toEqual(expectedEntries(response.log));
        entriesRead += entries.length;
      }),
      { seed: 181, numRuns: 400 },
    );
    expect(entriesRead).toBeGreaterThan(5000);
  });

  test('says who asked, and that it went well', () => {
    const { header, inner, body, data } = logRead(written(PROFILE_ANSWER));
    expect(header).toMatchObject({
      type: 'response',
      requestId: {
        originatorId: USER.toLowerCase(),
        targetId: DEVICE.toLowerCase(),
        counter: 1000n,
      },
      responseId: {
        originatorId: DEVICE.toLowerCase(),
        targetId: USER.toLowerCase(),
        counter: 1000n,
      },
      responseCode: 'I0',
    });
    expect(inner).toEqual({
      BusinessOriginatorID: DEVICE,
      BusinessTargetID: USER,
      OriginatorCounter: '1000',
      ServiceReference: '4.8',
      ServiceReferenceVariant: '4.8.1',
      Timestamp: '2026-11-23T09:00:00.000Z',
    });
    expect(elementsAt(body, 'SMETS1ResponseMessage/ServiceReferenceVariant')).toEqual(['4.8.1']);
    expect(elementsAt(data, 'ReadActiveImportProfileDataRsp/@_MessageSuccess')).toEqual(['true']);
  });

  test('that a schedule had read names the schedule, the DCC, and its owner beside it', () => {
    const { requestId: _, ...answer } = PROFILE_ANSWER;
    const scheduled: LogResponse = {
      ...answer,
      responseId: `${DEVICE}:${USER}:77`,
      dspScheduleId: 12,
    };
    const xml = written(scheduled);
    expectValid(xml);
    const { header, inner, body } = logRead(xml);
    expect(header.requestId).toBeUndefined();
    expect(header.responseId).toMatchObject({ counter: 77n });
    expect(elementsAt(body, 'SMETS1ResponseMessage/DSPScheduleID')).toEqual(['12']);
    expect(inner).toMatchObject({
      BusinessOriginatorID: DEVICE,
      BusinessTargetID: DCC,
      OriginatorCounter: '77',
      SupplementaryRemotePartyID: USER,
      SupplementaryRemotePartyCounter: '77',
    });
  });

  test('has no entry where the meter has none', () => {
    const { entries } = logRead(written(PROFILE_ANSWER));
    expect(elementsAt({ e: entries as Tree[] }, 'e/Timestamp')).toEqual([
      '2026-11-22T00:00:00Z',
      '2026-11-22T00:30:00Z',
      '2026-11-22T01:30:00Z',
    ]);
  });

  test.each(['4.8.1', '4.8.2', '4.8.3'] as const)('of %s without entries is valid', (srv) => {
    const empty = { ...PROFILE_ANSWER, serviceReferenceVariant: srv, log: { srv, profile: null } };
    expectValid(written(empty));
    expect(logRead(written(empty)).entries).toEqual([]);
  });
});

describe('what the schema has no room for', () => {
  const long = (srv: '4.8.1' | '4.8.2' | '4.8.3', count: number): LogResponse => ({
    ...PROFILE_ANSWER,
    serviceReferenceVariant: srv,
    log: {
      srv,
      profile: {
        firstHalfHour: 1_000_000,
        count,
        columns: [Uint32Array.from({ length: count }, (_, row) => (row === 5 ? NO_ENTRY : row))],
      },
    },
  });

  test.each([
    ['4.8.1', 19_056],
    ['4.8.2', 4464],
    ['4.8.3', 4464],
  ] as const)('%s: of more than %d entries the newest go out', (srv, most) => {
    for (const [count, entries, oldest] of [
      [most, most - 1, 0],
      [most + 1, most, 0],
      [most + 2, most, 1],
      [most + 7, most, 7],
    ] as const) {
      const xml = written(long(srv, count));
      expectValid(xml);
      expect(xml.split('<ra:LogEntry>')).toHaveLength(entries + 1);
      const first = new Date((1_000_000 + oldest) * 1_800_000).toISOString().replace('.000', '');
      expect(xml.indexOf(first)).toBeGreaterThan(0);
    }
  });

  test('4.6.1: of more than 31 daily reads the newest go out', () => {
    const dailyReadLog = Array.from({ length: 33 }, (_, day) => ({
      timestamp: day * 86_400,
      elecActiveImportRegisterConsumption: day,
      tariffTOURegisterMatrixValue: [],
    }));
    const log = { srv: '4.6.1', dailyReadLog } as const;
    const xml = written({ ...PROFILE_ANSWER, serviceReferenceVariant: '4.6.1', log });
    expectValid(xml);
    const { entries } = logRead(xml);
    expect(entries).toHaveLength(31);
    expect(entries[0]).toMatchObject({ Timestamp: '1970-01-03T00:00:00Z' });
  });
});
