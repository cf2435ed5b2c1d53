import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROBLEMS_MAX, readHalfHourlyCsv } from '../../emulator/half-hourly-csv.ts';
import { parseDate, parseDateTime } from '../../gateway/protocol/half-hours.ts';
import { NO_ENTRY } from '../../gateway/protocol/log-entries.ts';

const NARROW = ',KWH/hh (per half hour) ';
const WIDE = 'LCLid,stdorToU,DateTime,KWH/hh (per half hour) ';
const FIRST = parseDateTime('2012-10-12T00:30:00Z') / 1800;

const csv = (...lines: string[]): string => `${lines.join('\n')}\n`;

describe('one household', () => {
  test('a stamp is the start of its interval, so the entry bears the end', () => {
    const { recording, report } = readHalfHourlyCsv(
      csv(NARROW, '2012-10-12 00:00:00,0.082', '2012-10-12 00:30:00,1.5'),
    );
    expect(recording).toEqual({ firstHalfHour: FIRST, wh: Uint32Array.of(82, 1500) });
    expect(report).toEqual({
      households: [],
      rows: 2,
      entries: 2,
      nulls: 0,
      duplicates: 0,
      conflicts: 0,
      offGrid: 0,
      unreadable: 0,
      gaps: 0,
      firstHalfHour: FIRST,
      lastHalfHour: FIRST + 1,
      problems: [],
    });
  });

  test('kWh are rounded each to the nearest Wh', () => {
    const values = ['0.0004', '0.0006', '0.1234', '0.9996', '1e-2', '.5', '2.'];
    const rows = values.map((v, i) => `2012-10-12 0${i}:00:00,${v}`);
    const { recording } = readHalfHourlyCsv(csv(NARROW, ...rows));
    const wh = [...recording.wh].filter((value) => value !== NO_ENTRY);
    expect(wh).toEqual([0, 1, 123, 1000, 10, 500, 2000]);
  });

  test('rows in any order, Windows line ends, a byte order mark, no last line end', () => {
    const text = `\ufeff${NARROW}\r\n2012-10-12 00:30:00,0.002\r\n2012-10-12 00:00:00,0.001`;
    expect([...readHalfHourlyCsv(text).recording.wh]).toEqual([1, 2]);
  });

  test('a half hour without a row, or with Null, is a gap; ends without a reading are cut', () => {
    const { recording, report } = readHalfHourlyCsv(
      csv(
        NARROW,
        '2012-10-11 00:00:00,Null',
        '2012-10-12 00:00:00,0.001',
        '2012-10-12 00:30:00,Null',
        '2012-10-12 01:30:00,0.004',
        '2012-10-12 02:00:00,',
      ),
    );
    expect(recording.firstHalfHour).toBe(FIRST);
    expect([...recording.wh]).toEqual([1, NO_ENTRY, NO_ENTRY, 4]);
    expect(report).toMatchObject({ rows: 5, entries: 2, nulls: 3, gaps: 2, unreadable: 0 });
  });

  test('a repeated row is counted, a contradicting one reported too, and the first stands', () => {
    const { recording, report } = readHalfHourlyCsv(
      csv(
        NARROW,
        '2012-10-12 00:00:00,0.001',
        '2012-10-12 00:00:00,0.001',
        '2012-10-12 00:00:00,0.009',
      ),
    );
    expect([...recording.wh]).toEqual([1]);
    expect(report).toMatchObject({ rows: 3, entries: 1, duplicates: 1, conflicts: 1 });
    expect(report.problems).toEqual([
      { line: 4, reason: 'conflict', text: '2012-10-12 00:00:00,0.009' },
    ]);
  });

  test('a stamp off the half hour is counted and reported, never rounded', () => {
    const { recording, report } = readHalfHourlyCsv(
      csv(NARROW, '2012-10-12 00:00:00,0.001', '2012-12-19 12:37:27,0.5', '2012-10-12 00:30:01,1'),
    );
    expect([...recording.wh]).toEqual([1]);
    expect(report).toMatchObject({ entries: 1, offGrid: 2, unreadable: 0 });
    expect(report.problems.map(({ line, reason }) => [line, reason])).toEqual([
      [3, 'offGrid'],
      [4, 'offGrid'],
    ]);
  });

  test.each([
    ['no date', 'soon,0.1'],
    ['a day that the calendar lacks', '2012-02-30 00:00:00,0.1'],
    ['the day before the month', '12/10/2012 00:00:00,0.1'],
    ['a stamp before 1970', '1969-12-31 23:30:00,0.1'],
    ['a number that is none', '2012-10-12 00:00:00,0.1kWh'],
    ['hexadecimal', '2012-10-12 00:00:00,0x10'],
    ['less than nothing', '2012-10-12 00:00:00,-0.001'],
    ['130 kW', '2012-10-12 00:00:00,65.001'],
    ['one cell', '2012-10-12 00:00:00'],
  ])('a row with %s is unreadable, with its line', (_, row) => {
    const { report } = readHalfHourlyCsv(csv(NARROW, '2012-10-12 05:00:00,65.000', row));
    expect(report).toMatchObject({ rows: 2, entries: 1, unreadable: 1 });
    expect(report.problems).toEqual([{ line: 3, reason: 'unreadable', text: row }]);
  });

  test('the list of problems is bounded, the count is not', () => {
    const rows = Array<string>(50).fill('x,1');
    const { report } = readHalfHourlyCsv(csv(NARROW, '2012-10-12 00:00:00,1', ...rows));
    expect([report.unreadable, report.problems.length]).toEqual([50, PROBLEMS_MAX]);
  });
});

describe('the wide form', () => {
  const TWO = csv(
    WIDE,
    'MAC000002,Std,2012-10-12 00:00:00.0000000, 0.001 ',
    'MAC000003,ToU,2012-10-12 00:00:00.0000000, 0.030 ',
    'MAC000002,Std,2012-10-12 00:30:00.0000000,Null',
    'MAC000002,Std,2012-10-12 01:00:00.0000000, 0.003 ',
    'MAC000002,Std,2012-12-19 12:37:27.0000000,Null',
  );

  test('gives the household asked for, and names those that are there', () => {
    const { recording, report } = readHalfHourlyCsv(TWO, 'MAC000002');
    expect([...recording.wh]).toEqual([1, NO_ENTRY, 3]);
    expect(report).toMatchObject({
      households: ['MAC000002', 'MAC000003'],
      rows: 4,
      entries: 2,
      nulls: 1,
      offGrid: 1,
      gaps: 1,
    });
    expect([...readHalfHourlyCsv(TWO, 'MAC000003').recording.wh]).toEqual([30]);
  });

  test('needs no choice where there is one household', () => {
    const { report } = readHalfHourlyCsv(csv(WIDE, 'MAC000002,Std,2012-10-12 00:00:00,0.001'));
    expect(report.households).toEqual(['MAC000002']);
  });

  test('says who is there when none was chosen, or one that is not', () => {
    expect(() => readHalfHourlyCsv(TWO)).toThrow('choose one of MAC000002, MAC000003');
    expect(() => readHalfHourlyCsv(TWO, 'MAC9')).toThrow(
      'no household MAC9 in the file, which holds MAC000002, MAC000003',
    );
    expect(() => readHalfHourlyCsv(csv(NARROW, '2012-10-12 00:00:00,1'), 'MAC1')).toThrow(
      'names no households',
    );
  });
});

describe('a file that cannot be read at all', () => {
  test.each([
    ['an empty file', '', 'the file is empty'],
    ['blank lines', '\n\n', 'the file is empty'],
    ['a header only', `${NARROW}\n`, 'no readings in the 0 rows'],
    ['no stamps', 'LCLid,KWH/hh\nA,1\n', 'no column "DateTime" among "LCLid", "KWH/hh"'],
    ['no energy', ',gas\n2012-10-12 00:00:00,1\n', 'no column "KWH/hh (per half hour)" among'],
    ['only Null', csv(NARROW, '2012-10-12 00:00:00,Null'), 'no readings in the 1 rows'],
    [
      'a century',
      csv(NARROW, '2012-10-12 00:00:00,1', '2112-10-12 00:00:00,1'),
      'are 36524 days apart',
    ],
  ])('%s says so', (_, text, message) => {
    expect(() => readHalfHourlyCsv(text)).toThrow(message);
  });
});

const REAL = resolve(import.meta.dirname, '../../../shared/half-hourly/lcl-MAC000060.csv');

describe.skipIf(!existsSync(REAL))('the real household MAC000060', () => {
  const text = existsSync(REAL) ? readFileSync(REAL, 'utf8') : csv(NARROW, '2012-01-01 00:00:00,1');
  const { recording, report } = readHalfHourlyCsv(text);
  const entryOf = (iso: string): number =>
    recording.wh[parseDateTime(iso) / 1800 - recording.firstHalfHour] ?? Number.NaN;

  test('has 19,200 rows, every one an entry but for what the report counts', () => {
    const { rows, entries, nulls, duplicates, conflicts, offGrid, unreadable } = report;
    expect(rows).toBe(19_200);
    expect(entries + nulls + duplicates + conflicts + offGrid + unreadable).toBe(19_200);
    expect([nulls, conflicts, offGrid, unreadable]).toEqual([0, 0, 0, 0]);
    expect(report.problems).toEqual([]);
  });

  test('adds up to the kWh of the file, each row rounded', () => {
    const rows = text.trim().split('\n').slice(1);
    const wh = rows.map((row) => Math.round(Number(row.split(',')[1]) * 1000));
    const total = recording.wh.reduce((sum, value) => sum + (value === NO_ENTRY ? 0 : value), 0);
    expect(total).toBe(wh.reduce((a, b) => a + b, 0));
    expect(entryOf('2011-12-10T00:30:00Z')).toBe(82);
    expect(entryOf('2011-12-10T01:00:00Z')).toBe(30);
  });

  test('lacks exactly the three days 2012-10-18, 2012-12-12 and 2012-12-29', () => {
    const missing = ['2012-10-18', '2012-12-12', '2012-12-29'].flatMap((date) =>
      Array.from({ length: 48 }, (_, i) => parseDate(date) * 48 + 1 + i),
    );
    const gaps = [...recording.wh].flatMap((value, i) =>
      value === NO_ENTRY ? [recording.firstHalfHour + i] : [],
    );
    expect(gaps).toEqual(missing);
    expect(report.gaps).toBe(144);
  });
});
