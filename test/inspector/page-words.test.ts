// The page's words, without a browser: its addresses, the chart of a day, and the messages that its
// form writes.

import { describe, expect, test } from 'vitest';
import { parseDate } from '../../gateway/protocol/half-hours.ts';
import { jsonWire } from '../../gateway/wire/json.ts';
import { dayFigures, daySpec, summerNote } from '../../inspector/page/day-chart.ts';
import { bytes, dayName, instant, share } from '../../inspector/page/figures.ts';
import { type Chosen, requestMessage } from '../../inspector/page/request-message.ts';
import { meterAddress, routeOf } from '../../inspector/page/route.ts';
import { METER } from './inspected.ts';

describe('an address of the page', () => {
  test.each([
    ['', { view: 'fleet' }],
    ['#', { view: 'fleet' }],
    ['#/nowhere', { view: 'fleet' }],
    ['#/meter', { view: 'fleet' }],
    ['#/faults', { view: 'faults' }],
    ['#/monitor', { view: 'monitor' }],
    ['#/snapshot', { view: 'snapshot' }],
    [`#/faults/${METER}`, { view: 'faults', who: METER }],
    [`#/meters/${METER}/cache`, { view: 'meter', deviceId: METER, tab: 'cache' }],
    [`#/meter/${METER}`, { view: 'meter', deviceId: METER, tab: 'day' }],
    [`#/meter/${METER}/memory`, { view: 'meter', deviceId: METER, tab: 'memory' }],
    [`#/meter/${METER}/nonsense`, { view: 'meter', deviceId: METER, tab: 'day' }],
    ['#/meter/%237/cache', { view: 'meter', deviceId: '#7', tab: 'cache' }],
    ['#/meter/%zz', { view: 'meter', deviceId: '%zz', tab: 'day' }],
  ])('%s leads to its view', (hash, route) => {
    expect(routeOf(hash)).toEqual(route);
  });

  test('of a meter leads back to it, whatever it is called', () => {
    for (const deviceId of [METER, '#7', 'a/b', '%']) {
      expect(routeOf(meterAddress(deviceId, 'journal'))).toMatchObject({
        deviceId,
        tab: 'journal',
      });
      expect(routeOf(meterAddress(deviceId))).toMatchObject({ deviceId, tab: 'day' });
    }
  });
});

const day = (date: string) => parseDate(date);
const row = (timestamp: string, ...values: (number | null)[]) => ({ timestamp, values });

describe('the chart of a day', () => {
  const log = {
    day: day('2026-11-22'),
    columns: ['primaryValue'],
    entries: [
      row('2026-11-22T00:00:00Z', 1000),
      row('2026-11-22T00:30:00Z', 212),
      row('2026-11-22T01:00:00Z', null),
      row('2026-11-22T01:30:00Z', 198),
    ],
  };

  test('has all half hours of the day, and a place for those the log has not', () => {
    const { x, series, extent } = daySpec(log);
    expect(x).toHaveLength(49);
    expect(series[0]?.values.slice(0, 6)).toEqual([1000, 212, null, 198, null, null]);
    const first = Date.parse('2026-11-22T00:00:00Z') / 1000;
    expect(extent).toEqual({ from: first - 1800, to: first + 86_400 });
  });

  test('shades a gap as long as its half hour, and what is to come not', () => {
    const end = Date.parse('2026-11-22T01:00:00Z') / 1000;
    expect(daySpec(log).shaded).toEqual([{ from: end - 1800, to: end, colour: 'gap' }]);
  });

  test('tells its sum without the midnight that begins it, and names its gaps', () => {
    const { sentences, rows } = dayFigures(log);
    expect(sentences[0]).toBe(
      '4 half hours from 2026-11-22 00:00 to 2026-11-22 01:30; in the day primaryValue 410 Wh.',
    );
    expect(sentences[1]).toBe('1 gap, shaded: 01:00.');
    expect(rows).toEqual([
      ['2026-11-22 00:00', '1,000'],
      ['2026-11-22 00:30', '212'],
      ['2026-11-22 01:00', 'gap'],
      ['2026-11-22 01:30', '198'],
    ]);
  });

  test('of a gas meter counts litres', () => {
    expect(dayFigures({ ...log, isGas: true }).sentences[0]).toMatch(/primaryValue 410 l\.$/);
    expect([daySpec(log).measure, daySpec({ ...log, isGas: true }).measure]).toEqual(['Wh', 'l']);
    const columns = ['activeEnergyExportedValue', 'reactiveEnergyExportedValue'];
    expect(daySpec({ ...log, columns }).measure).toBe('Wh, VArh');
  });

  test('of a day of which nothing is held says so', () => {
    const { sentences, rows } = dayFigures({ ...log, entries: [] });
    expect([sentences, rows]).toEqual([['The log holds nothing of this day.'], []]);
  });

  test.each([
    ['2026-03-28', undefined, undefined],
    ['2026-03-29', 'go forward at 01:00 UTC', ['01:00', '24:00']],
    ['2026-03-30', 'British Summer Time', ['00:00', '24:00']],
    ['2026-10-24', 'British Summer Time', ['00:00', '24:00']],
    ['2026-10-25', 'go back at 01:00 UTC', ['00:00', '01:00']],
    ['2026-10-26', undefined, undefined],
  ])('on %s marks British Summer Time as it is', (date, note, shaded) => {
    const start = day(date) * 86_400;
    if (note === undefined) expect(summerNote(day(date))).toBeUndefined();
    else expect(summerNote(day(date))).toContain(note);
    const { shaded: parts = [] } = daySpec({ day: day(date), columns: [], entries: [] });
    const clock = (seconds: number) => `${String((seconds - start) / 3600).padStart(2, '0')}:00`;
    expect(parts.map(({ from, to }) => [clock(from), clock(to)])).toEqual(
      shaded === undefined ? [] : [shaded],
    );
  });
});

describe('the message of the form', () => {
  const chosen: Chosen = {
    srv: '4.8.1',
    originatorId: '90-B3-D5-1F-30-01-00-00',
    deviceId: METER,
    counter: 1000,
    fromDay: day('2026-11-22'),
    toDay: day('2026-11-22'),
    explain: true,
  };

  test('asks for midnight to midnight, both included', () => {
    expect(requestMessage(chosen)).toEqual({
      requestId: `90-B3-D5-1F-30-01-00-00:${METER}:1000`,
      serviceReferenceVariant: '4.8.1',
      readLogPeriod: {
        startDateTime: '2026-11-22T00:00:00Z',
        endDateTime: '2026-11-23T00:00:00Z',
      },
      explain: true,
    });
  });

  test.each(['3.2', '4.6.1', '4.8.1', '4.8.2', '4.8.3', '5.1', '5.2', '5.3'] as const)(
    'of %s is one that the gateway understands',
    (srv) => {
      const frame = Buffer.from(JSON.stringify(requestMessage({ ...chosen, srv })));
      const request = jsonWire.read(jsonWire.decode(frame));
      expect(request).toMatchObject({ serviceReferenceVariant: srv, explain: true });
    },
  );
});

test('figures are written as people read them', () => {
  expect(instant('2026-11-22T00:30:00Z')).toBe('2026-11-22 00:30');
  expect(instant('2026-11-22T00:30:07.500Z')).toBe('2026-11-22 00:30:07');
  expect([bytes(2 ** 20), bytes(1.5 * 2 ** 30)]).toEqual(['1 MiB', '1.5 GiB']);
  expect(share(0.2421)).toBe('24.2 %');
  expect(dayName(day('2026-11-22'))).toBe('Sunday 2026-11-22');
});
