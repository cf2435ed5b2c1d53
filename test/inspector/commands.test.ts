import { describe, expect, test } from 'vitest';
import { METER, openInspected, TWIN } from './inspected.ts';

describe('meters', () => {
  test('are listed by the beginning of their identifier', async () => {
    const { tell } = openInspected();
    const { value, text } = await tell('meters 90-b3-d5-1f-50');
    expect(value).toEqual({
      count: 2,
      meters: [
        {
          deviceId: TWIN,
          device: 10,
          cohort: 'twins',
          deviceType: 'ESME',
          deviceStatus: 'Commissioned',
          isReal: false,
          isCached: false,
        },
        expect.objectContaining({ deviceId: '90-B3-D5-1F-50-00-00-01', device: 11 }),
      ],
    });
    expect(text).toContain(`${TWIN}  #10     twins`);
    expect((await tell('meters 90B3D51F50 1')).text).toContain('1 more meter');
    expect((await tell('meters 91')).value).toEqual({ count: 0, meters: [] });
    expect((await tell('meters #10')).value).toMatchObject({
      count: 1,
      meters: [{ deviceId: TWIN }],
    });
  });

  test.each([
    ['meters xyz', 'NOT_FOUND', '"xyz" does not begin an EUI-64'],
    ['meters 90 0', 'USAGE', 'COUNT is 1 to 1000'],
    ['meters 90 1 2', 'USAGE', 'too many words'],
  ])('are not listed by %s', async (line, code, message) => {
    expect(await openInspected().refuse(line)).toMatchObject({ code, message });
  });

  test('are named by a unique beginning, in any case, or by number', async () => {
    const { tell } = openInspected();
    for (const word of [METER, METER.toLowerCase(), '90B3D51F40000007', '#7']) {
      expect((await tell(`show ${word}`)).value).toMatchObject({ deviceId: METER });
    }
    expect((await tell('show 90-B3-D5-1F-50-00-00-01')).value).toMatchObject({ device: 11 });
  });

  test('that are not the only ones are named', async () => {
    const { refuse } = openInspected();
    expect(await refuse('show 90-B3-D5-1F-50')).toEqual({
      code: 'AMBIGUOUS',
      message: `"90-B3-D5-1F-50" begins 2 meters: ${TWIN}, 90-B3-D5-1F-50-00-00-01`,
      next: 'give more of the identifier, or #N by number',
    });
    expect((await refuse('show 90')).message).toMatch(/^"90" begins 14 meters: .* …$/);
  });

  test('that do not exist have a neighbour', async () => {
    const { refuse } = openInspected();
    expect(await refuse('show 90-B3-D5-1F-40-00-01')).toEqual({
      code: 'NOT_FOUND',
      message: 'no meter begins with "90-B3-D5-1F-40-00-01"',
      next: 'the nearest is 90-B3-D5-1F-40-00-00-09',
    });
    expect((await refuse('show #14')).next).toBe('meters are #0 to #13');
    expect((await refuse('show #x')).code).toBe('NOT_FOUND');
  });
});

describe('show', () => {
  test('tells what a meter is and how its registers stand', async () => {
    const { tell, fleet } = openInspected();
    const { value, text } = await tell(`show ${METER}`);
    const bank = fleet.cohorts[0]?.bank;
    expect(value).toMatchObject({
      deviceId: METER,
      model: 'single-element',
      wan: 'none',
      dateCommissioned: '2019-06-01',
      registersAt: '2026-11-23T09:00:00Z',
      registers: bank?.registers(7, 997_458),
      activeScheduleCount: 3,
      isReal: false,
      cached: { '4.6.1': 0, '4.8.1': 0, '4.8.3': 0 },
    });
    expect(text).toContain('computed: nobody has touched it');
  });

  test.each(['show', 'show #1 #2'])('wants one meter: %s', async (line) => {
    expect(await openInspected().refuse(line)).toMatchObject({ next: 'usage: show METER' });
  });
});

describe('log', () => {
  test('gives the entries that the meter gives', async () => {
    const { tell, fleet } = openInspected();
    const { value, text } = await tell(`log export ${METER} 2026-11-22`);
    const [start, end] = [997_392 * 1800, 997_440 * 1800];
    const profile = fleet.cohorts[0]?.bank.readProfile(7, '4.8.3', start, end, end);
    expect(value).toMatchObject({
      serviceReferenceVariant: '4.8.3',
      from: '2026-11-22T00:00:00Z',
      to: '2026-11-23T00:00:00Z',
      columns: ['activeEnergyExportedValue', 'reactiveEnergyExportedValue'],
      entries: Array.from({ length: 49 }, (_, row) => ({
        timestamp: expect.any(String),
        values: [profile?.columns[0]?.[row], profile?.columns[1]?.[row]],
      })),
    });
    expect(text.split('\n')).toHaveLength(51);
  });

  test('of a twin-element meter has two columns, and daily reads every register', async () => {
    const { tell } = openInspected();
    const twin = await tell(`log import ${TWIN}`);
    expect(twin.value).toMatchObject({ columns: ['primaryValue', 'secondaryValue'] });
    const { value } = await tell(`log daily ${METER} 2026-11-20..2026-11-22`);
    expect(value).toMatchObject({
      columns: [
        'elecActiveImportRegisterConsumption',
        ...[1, 2, 3, 4].map((n) => `tariffTOURegisterMatrixValue[${n}]`),
      ],
      entries: [{}, {}, {}],
    });
    const future = await tell('log daily #12 2030-01-01');
    expect(future.value).toMatchObject({ entries: [] });
    expect(future.text).toContain('no entries');
  });

  test('shows a gap', async () => {
    const { tell } = openInspected();
    await tell('poke #7 import[2026-11-22T00:30:00Z] gap');
    const { text, value } = await tell('log import #7 2026-11-22T00:00:00Z..2026-11-22T01:00:00Z');
    expect(text).toMatch(/2026-11-22T00:30:00Z +gap/);
    expect(value).toMatchObject({ entries: [{}, { values: [null] }, {}] });
  });

  test.each([
    ['log', 'a log and a METER are wanted'],
    ['log import', 'a log and a METER are wanted'],
    ['log gas #7', '"gas" is no log; known are import, export, reactive, daily'],
    ['log import #7 soon', '"soon" is no period'],
    ['log import #7 2026-11-23..2026-11-22', '"2026-11-23..2026-11-22" ends before it begins'],
    ['log import #7 2026-02-30', '"2026-02-30" is no period'],
    ['log import #7 today now', '"now" is a word too many'],
    ['log import #7 as-red', '"as-red" is no period'],
    ['log as-read', 'a log and a METER are wanted'],
  ])('is not read by %s', async (line, message) => {
    expect(await openInspected().refuse(line)).toMatchObject({ code: 'USAGE', message });
  });
});

describe('log as read', () => {
  const PERIOD = '2026-11-22T00:00:00Z..2026-11-22T01:30:00Z';

  test('has the faults of the log over it, beside what the meter holds', async () => {
    const { tell, faults } = openInspected();
    const gap = { who: METER, when: '2026-11-22T00:00:00Z..2026-11-22T00:30:00Z', what: 'gap' };
    await tell(`fault add ${JSON.stringify(gap)}`);
    const held = await tell(`log import #7 ${PERIOD}`);
    expect(held.value).toMatchObject({
      view: 'held',
      entries: [{}, { values: [345] }, {}, {}],
      changedByFaults: [{ timestamp: '2026-11-22T00:30:00Z', held: [345], asRead: [null] }],
    });
    expect(held.text).toMatch(/\nfaults change 1 entry for whoever reads: add as-read to see$/);
    const asRead = await tell(`log import #7 ${PERIOD} as-read`);
    expect(asRead.value).toMatchObject({
      view: 'as-read',
      entries: [{}, { values: [null] }, {}, {}],
    });
    expect(asRead.text).toMatch(
      /as read: 4 entries\n.*held\n.*\n2026-11-22T00:30:00Z +gap {2}345\n/,
    );
    expect(faults.list()).toMatchObject([{ hits: 0 }]);
  });

  test('names what a read does not get at all', async () => {
    const { tell } = openInspected();
    await tell(`fault add {"who":"${METER}","what":"gap"}`);
    const { text, value } = await tell(`log daily #7 as-read`);
    expect(value).toMatchObject({ entries: [], changedByFaults: [{ asRead: null }, {}] });
    expect(text).toContain('as read: no entries');
    expect(text).toContain('not there: 2026-11-22T00:00:00Z, 2026-11-23T00:00:00Z');
  });

  test('is the same without a fault of the log', async () => {
    const { tell } = openInspected();
    await tell(`fault add {"who":"${METER}","what":"silent"}`);
    const [held, asRead] = [await tell('log import #7'), await tell('log import #7 as-read')];
    expect(held.value).toMatchObject({ changedByFaults: [] });
    expect(asRead.value).toEqual({ ...(held.value as object), view: 'as-read' });
    expect(held.text).not.toContain('faults');
  });
});

describe('cache', () => {
  test('shows each entry with its age', async () => {
    const { tell, ask } = openInspected();
    await ask(7);
    await tell('clock advance 90m');
    const { value, text } = await tell(`cache ${METER}`);
    expect(value).toMatchObject({
      isCached: true,
      logs: [
        { serviceReferenceVariant: '4.6.1', isArmed: true, entries: [] },
        { serviceReferenceVariant: '4.8.1', isArmed: true },
        { serviceReferenceVariant: '4.8.3', isArmed: true, entries: [] },
      ],
    });
    expect(text).toContain('4.8.1  armed by a schedule  49 entries');
    expect(text).toMatch(/2026-11-22T00:30:00Z {2}\d+ +01:30:00 {2}23:30:00/);
  });

  test('shows daily reads and what is known to be absent', async () => {
    const { tell, ask } = openInspected();
    await tell('poke #7 import[2026-11-22T00:30:00Z] gap');
    await ask(7);
    await ask(7, '4.6.1');
    await ask(10, '4.6.1');
    const { text } = await tell('cache #7');
    expect(text).toMatch(/2026-11-22T00:30:00Z {2}absent {2}00:00:00/);
    expect(text).toContain('4.6.1  armed by a schedule  2 entries');
    const { value } = await tell('log daily #10 2026-11-22');
    const { value: cached } = await tell('cache #10');
    const daily = value as { entries: { values: number[] }[] };
    expect(cached).toMatchObject({
      logs: [{ entries: [{ values: daily.entries[0]?.values }, {}] }, {}, {}],
    });
  });

  test('has nothing of a meter that nobody asked', async () => {
    expect((await openInspected().tell('cache #7')).text).toContain('has no slot in the cache');
  });

  test('wants one meter', async () => {
    expect((await openInspected().refuse('cache')).message).toBe('one METER is wanted');
  });
});
