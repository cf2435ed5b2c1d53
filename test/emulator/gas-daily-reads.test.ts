// When gas meters take their daily reads, and how they stamp them [AM 18.21(b), (c), (f)].

import { describe, expect, test } from 'vitest';
import { gasModelOf } from '../../emulator/meters/gas-models.ts';
import { METER_MODELS } from '../../emulator/meters/models.ts';
import { localMidnight } from '../../gateway/protocol/british-summer-time.ts';
import {
  DAY_SECONDS,
  dayOfDate,
  formatSeconds,
  parseDate,
  parseDateTime,
} from '../../gateway/protocol/half-hours.ts';
import type { CoreBuild } from '../../gateway/s1sp/core.ts';
import { COMMISSIONED, litres, only, openBank, stamps, sum } from './gas-bank.ts';

const BUILDS: CoreBuild[] = ['release', 'debug'];

describe('daily reads of gas', () => {
  test('are what the half hours before them add up to', () => {
    for (const name of ['gas', 'gas-2300-snapshot'] as const) {
      const bank = openBank(name);
      const now = '2023-11-05T12:00:00Z';
      for (const read of bank.readGasDailyReadLog(3, 0, 4e9, parseDateTime(now))) {
        const at = formatSeconds(read.timestamp);
        const used = litres(bank, 3, '2023-06-01T00:00:00Z', at, now);
        expect(read.gasActiveImportRegisterConsumption).toBe(used);
        expect(sum(read.tariffTOURegisterMatrix)).toBe(used);
      }
    }
  });

  test('are none before the first midnight after commissioning', () => {
    const bank = openBank();
    const early = formatSeconds(COMMISSIONED + DAY_SECONDS - 1);
    expect(stamps(bank, '2023-01-01T00:00:00Z', early, early)).toEqual([]);
    expect(stamps(bank, '2023-01-01T00:00:00Z', '2023-06-02T00:00:00Z', '2023-06-02T00:00:00Z')) //
      .toEqual(['2023-06-02T00:00:00Z']);
  });
});

describe('G1: a daily read recorded late is stamped late', () => {
  const esme = openBank('gas', { model: METER_MODELS['late-daily-read'] });
  const esmeStamps = (from: string, to: string, now: string) =>
    esme
      .readDailyReadLog(3, parseDateTime(from), parseDateTime(to), parseDateTime(now))
      .map(({ timestamp }) => formatSeconds(timestamp));
  const gas = openBank('gas-late-daily');
  const gsmeStamps = (from: string, to: string, now: string) => stamps(gas, from, to, now);

  test.each([
    ['ESME', esmeStamps],
    ['GSME', gsmeStamps],
  ])('by an %s, to the second and as it is', (_, stampsOf) => {
    const now = '2024-01-10T09:00:00Z';
    const [from, to] = ['2024-01-09T00:00:00Z', '2024-01-10T00:00:07Z'];
    expect(stampsOf(from, to, now)).toEqual(['2024-01-09T00:00:07Z', to]);
    expect(stampsOf(from, '2024-01-10T00:00:06Z', now)).toEqual(['2024-01-09T00:00:07Z']);
    expect(stampsOf(from, to, '2024-01-10T00:00:06Z')).toEqual(['2024-01-09T00:00:07Z']);
    expect(stampsOf(from, to, '2024-01-10T00:00:07Z')).toEqual(['2024-01-09T00:00:07Z', to]);
  });

  test('by a GSME that snapshots at 23:00Z as well', () => {
    const bank = openBank('gas-2300-snapshot-late-daily');
    expect(stamps(bank, '2024-06-30T00:00:00Z', '2024-07-01T00:00:00Z', '2024-07-01T10:00:00Z')) //
      .toEqual(['2024-06-30T23:00:07Z', '2024-07-01T00:00:00Z']);
  });
});

describe('G2: a GSME that snapshots at 23:00Z in BST', () => {
  test('stamps its daily reads so, and the others at 00:00Z', () => {
    const period = ['2024-07-01T12:00:00Z', '2024-07-03T12:00:00Z'] as const;
    expect(stamps(openBank('gas-2300-snapshot'), ...period, '2024-07-10T12:00:00Z')).toEqual([
      '2024-07-01T23:00:00Z',
      '2024-07-02T23:00:00Z',
    ]);
    expect(stamps(openBank('gas'), ...period, '2024-07-10T12:00:00Z')).toEqual([
      '2024-07-02T00:00:00Z',
      '2024-07-03T00:00:00Z',
    ]);
  });

  test('has taken a read at 23:00:00Z and not a second before', () => {
    const bank = openBank('gas-2300-snapshot');
    const period = ['2024-07-01T12:00:00Z', '2024-07-03T12:00:00Z'] as const;
    expect(stamps(bank, ...period, '2024-07-01T22:59:59Z')).toEqual([]);
    expect(stamps(bank, ...period, '2024-07-01T23:00:00Z')).toEqual(['2024-07-01T23:00:00Z']);
  });

  test.each(BUILDS)('begins every day from 2000 to 2050 at its local midnight (%s)', (build) => {
    const commissionedSeconds = dayOfDate(1999, 12, 1) * DAY_SECONDS;
    const bank = openBank('gas-2300-snapshot', { build, commissionedSeconds });
    for (let day = dayOfDate(2000, 1, 1); day < dayOfDate(2051, 1, 1); day += 31) {
      const last = localMidnight(day + 30);
      const reads = bank.readGasDailyReadLog(0, localMidnight(day), last, last);
      const wanted = Array.from({ length: 31 }, (_, i) => localMidnight(day + i));
      expect(reads.map(({ timestamp }) => timestamp)).toEqual(wanted);
    }
  });
});

describe('G3: before 23:00Z of a day in BST, 00:00Z of that day', () => {
  const bank = openBank('gas-2300-snapshot');
  const day = ['2024-06-30T00:00:00Z', '2024-07-01T00:00:00Z'] as const;

  test('is an entry of its own with what the 23:00Z entry has', () => {
    expect(stamps(bank, ...day, '2024-07-01T10:00:00Z')).toEqual([
      '2024-06-30T23:00:00Z',
      '2024-07-01T00:00:00Z',
    ]);
    const now = '2024-07-01T10:00:00Z';
    const { timestamp: _, ...early } = only(bank, '2024-06-30T23:00:00Z', now);
    const { timestamp, ...again } = only(bank, '2024-07-01T00:00:00Z', now);
    expect(again).toEqual(early);
    expect(formatSeconds(timestamp)).toBe('2024-07-01T00:00:00Z');
  });

  test.each([
    ['2024-06-30T23:00:00Z', false],
    ['2024-06-30T23:59:59Z', false],
    ['2024-07-01T00:00:00Z', true],
    ['2024-07-01T22:59:59Z', true],
    ['2024-07-01T23:00:00Z', false],
    ['2024-07-02T00:00:00Z', false],
  ])('when it is %s: %s', (now, there) => {
    expect(stamps(bank, ...day, now).includes('2024-07-01T00:00:00Z')).toBe(there);
  });

  test('only where the period includes it', () => {
    const now = '2024-07-01T10:00:00Z';
    expect(stamps(bank, day[0], '2024-06-30T23:59:59Z', now)).toEqual(['2024-06-30T23:00:00Z']);
    expect(stamps(bank, '2024-07-01T00:00:00Z', now, now)).toEqual(['2024-07-01T00:00:00Z']);
    expect(stamps(bank, '2024-07-01T00:00:01Z', now, now)).toEqual([]);
  });

  test('takes the place of the oldest of 31', () => {
    const all = (now: string) => stamps(bank, '2024-01-01T00:00:00Z', now, now);
    const [before, after] = [all('2024-07-01T10:00:00Z'), all('2024-07-01T23:00:00Z')];
    expect([before.length, before[0], before.at(-1)]).toEqual([
      31,
      '2024-06-01T23:00:00Z',
      '2024-07-01T00:00:00Z',
    ]);
    expect([after.length, after[0], after.at(-1)]).toEqual([
      31,
      '2024-06-01T23:00:00Z',
      '2024-07-01T23:00:00Z',
    ]);
  });

  test('is gone with the read that it repeats', () => {
    const real = openBank('gas-2300-snapshot');
    real.makeReal(3, parseDateTime('2024-07-01T10:00:00Z'));
    expect(stamps(real, ...day, '2024-07-01T10:00:00Z')).toHaveLength(2);
    real.eraseDailyRead(3, parseDate('2024-07-01'));
    expect(stamps(real, ...day, '2024-07-01T10:00:00Z')).toEqual([]);
  });

  test.each([
    [3599, ['2024-06-30T23:59:59Z', '2024-07-01T00:00:00Z']],
    [3600, ['2024-07-01T00:00:00Z']],
    [3607, ['2024-07-01T00:00:07Z']],
  ])('with a read %d s late is only where that read comes before it', (delay, wanted) => {
    const model = { ...gasModelOf('gas-2300-snapshot'), dailyReadDelaySeconds: delay };
    const now = '2024-07-01T10:00:00Z';
    expect(stamps(openBank('gas', { model }), '2024-06-30T12:00:00Z', now, now)).toEqual(wanted);
  });

  test('never of a meter that snapshots at 00:00Z', () => {
    expect(stamps(openBank('gas'), ...day, '2024-07-01T10:00:00Z')).toEqual([
      '2024-06-30T00:00:00Z',
      '2024-07-01T00:00:00Z',
    ]);
  });
});

describe('G4: local midnight decides', () => {
  const bank = openBank('gas-2300-snapshot');

  test('in spring: 2024-03-31 is stamped 00:00Z, the first 23:00Z is of that evening', () => {
    const now = '2024-04-10T12:00:00Z';
    expect(stamps(bank, '2024-03-30T00:00:00Z', '2024-04-02T12:00:00Z', now)).toEqual([
      '2024-03-30T00:00:00Z',
      '2024-03-31T00:00:00Z',
      '2024-03-31T23:00:00Z',
      '2024-04-01T23:00:00Z',
    ]);
  });

  test('in autumn: the last 23:00Z is of 2024-10-26, then comes 2024-10-28T00:00Z', () => {
    const now = '2024-11-10T12:00:00Z';
    expect(stamps(bank, '2024-10-25T12:00:00Z', '2024-10-29T00:00:00Z', now)).toEqual([
      '2024-10-25T23:00:00Z',
      '2024-10-26T23:00:00Z',
      '2024-10-28T00:00:00Z',
      '2024-10-29T00:00:00Z',
    ]);
  });

  test.each([
    ['2024-03-31T10:00:00Z', ['2024-03-30T00:00:00Z', '2024-03-31T00:00:00Z']],
    [
      '2024-04-01T10:00:00Z',
      ['2024-03-31T00:00:00Z', '2024-03-31T23:00:00Z', '2024-04-01T00:00:00Z'],
    ],
    ['2024-10-27T10:00:00Z', ['2024-10-26T23:00:00Z', '2024-10-27T00:00:00Z']],
    ['2024-10-28T10:00:00Z', ['2024-10-28T00:00:00Z']],
  ])('the extra entry at %s', (now, wanted) => {
    const today = Math.floor(parseDateTime(now) / DAY_SECONDS) * DAY_SECONDS;
    expect(stamps(bank, formatSeconds(today - DAY_SECONDS), now, now)).toEqual(wanted);
  });
});
