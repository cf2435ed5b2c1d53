// Rules G1 to G11 by the answers that a Party gets, real gas meters behind the gateway.
// Over 300 lines because the rules are one list.

import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DeviceCohort } from '../../gateway/access/inventory.ts';
import { DAY_SECONDS, parseDateTime } from '../../gateway/protocol/half-hours.ts';
import { exceedsMeter, slicesOf } from '../../gateway/s1sp/gas-reads.ts';
import { GasWorld, type Kind, type Period, profileStamps } from './gas-world.ts';
import type { Seen } from './small-world.ts';

interface GasRead {
  timestamp: string;
  gasActiveImportRegisterConsumption: number;
  tariffBlockCounterMatrix: number[];
}

async function dailyReads(now: string, kind: Kind, period: Period): Promise<GasRead[]> {
  const role = kind.startsWith('esme') ? 'IS' : 'GS';
  const answer = await new GasWorld(now).ask('4.6.1', kind, role, period);
  expect(answer).toMatchObject({ responseCode: 'I0', served: 'device' });
  return answer.dailyReadLog as never;
}

async function dailyStamps(now: string, kind: Kind, period: Period): Promise<string[]> {
  return (await dailyReads(now, kind, period)).map(({ timestamp }) => timestamp);
}

/** m³ of the half hours behind `from` up to `to`. */
async function cubicMetres(kind: Kind, from: string, to: string): Promise<number> {
  const world = new GasWorld('2024-07-10T12:00:00Z');
  const start = new Date(Date.parse(from) + 1_800_000).toISOString();
  const { profile } = await world.ask('4.8.1', kind, 'GS', [start, to]);
  const litres = (profile?.primaryValue ?? []).map((value) => Math.round(1000 * (value ?? 0)));
  return litres.reduce((sum, value) => sum + value, 0) / 1000;
}

test.each<[Kind]>([['esme-late'], ['gsme-late']])(
  'G1: late stamps of %s are shown as is',
  async (kind) => {
    const now = '2024-01-10T09:00:00Z';
    expect(await dailyStamps(now, kind, ['2024-01-09T00:00:00Z', '2024-01-10T09:00:00Z'])).toEqual([
      '2024-01-09T00:00:07Z',
      '2024-01-10T00:00:07Z',
    ]);
    expect(await dailyStamps(now, kind, ['2024-01-09T00:00:00Z', '2024-01-10T00:00:00Z'])).toEqual([
      '2024-01-09T00:00:07Z',
    ]);
  },
);

test.each<[Kind]>([['gsme-2300'], ['gpf-2300']])('G2: %s stamps 23:00:00Z in BST', async (kind) => {
  const period = ['2024-06-10T12:00:00Z', '2024-06-12T12:00:00Z'] as const;
  expect(await dailyStamps('2024-07-01T10:00:00Z', kind, period)).toEqual([
    '2024-06-10T23:00:00Z',
    '2024-06-11T23:00:00Z',
  ]);
});

test('G3: at 10:00Z in BST today has a 00:00Z entry equal to the 23:00Z one', async () => {
  const period = ['2024-06-30T00:00:00Z', '2024-07-01T00:00:00Z'] as const;
  const reads = await dailyReads('2024-07-01T10:00:00Z', 'gsme-2300', period);
  expect(reads.map(({ timestamp }) => timestamp)).toEqual([
    '2024-06-30T23:00:00Z',
    '2024-07-01T00:00:00Z',
  ]);
  const [early, again] = reads.map(({ timestamp: _, ...counted }) => counted);
  expect(again).toEqual(early);
  expect(await dailyStamps('2024-07-01T22:59:59Z', 'gsme-2300', period)).toHaveLength(2);
  expect(await dailyStamps('2024-07-01T23:00:00Z', 'gsme-2300', period)).toEqual([
    '2024-06-30T23:00:00Z',
  ]);
});

test('G4: outside BST stamps are 00:00Z, and local midnight decides at the changes', async () => {
  const march = ['2024-03-30T00:00:00Z', '2024-04-01T23:00:00Z'] as const;
  expect(await dailyStamps('2024-04-10T12:00:00Z', 'gsme-2300', march)).toEqual([
    '2024-03-30T00:00:00Z',
    '2024-03-31T00:00:00Z',
    '2024-03-31T23:00:00Z',
    '2024-04-01T23:00:00Z',
  ]);
  const october = ['2024-10-25T00:00:00Z', '2024-10-29T00:00:00Z'] as const;
  expect(await dailyStamps('2024-11-10T12:00:00Z', 'gsme-2300', october)).toEqual([
    '2024-10-25T23:00:00Z',
    '2024-10-26T23:00:00Z',
    '2024-10-28T00:00:00Z',
    '2024-10-29T00:00:00Z',
  ]);
});

describe('G5: on the last day of a billing period', () => {
  test.each<[Kind]>([['gsme-resets'], ['gsme-2300-resets']])(
    '%s shows zeros outside BST',
    async (kind) => {
      const at = '2024-02-01T00:00:00Z';
      const [read] = await dailyReads('2024-02-01T09:00:00Z', kind, [at, at]);
      expect(read?.tariffBlockCounterMatrix).toEqual([0, 0, 0, 0]);
      expect(read?.gasActiveImportRegisterConsumption).toBeGreaterThan(0);
    },
  );

  test.each<[Kind, string]>([
    ['gsme-resets', '2024-07-01T00:00:00Z'],
    ['gsme-2300-resets', '2024-06-30T23:00:00Z'],
  ])('%s shows 23 of the 24 hours in BST', async (kind, at) => {
    const [read] = await dailyReads('2024-07-01T23:30:00Z', kind, [at, at]);
    const shown = read?.tariffBlockCounterMatrix.reduce((sum, value) => sum + value, 0);
    const most = await cubicMetres(kind, '2024-06-01T00:00:00Z', '2024-06-30T23:00:00Z');
    const all = await cubicMetres(kind, '2024-06-01T00:00:00Z', '2024-07-01T00:00:00Z');
    expect(shown).toBeCloseTo(most, 6);
    expect(all).toBeGreaterThan(most);
  });

  test('any other meter shows the whole period', async () => {
    const at = '2024-07-01T00:00:00Z';
    const [read] = await dailyReads('2024-07-01T09:00:00Z', 'gsme', [at, at]);
    const shown = read?.tariffBlockCounterMatrix.reduce((sum, value) => sum + value, 0);
    expect(shown).toBeCloseTo(await cubicMetres('gsme', '2024-06-01T00:00:00Z', at), 6);
  });
});

describe('G6: without any LogEntry the answer is a success without any', () => {
  test.each<[string, Kind, Period]>([
    ['later than DateCommissioned', 'gsme', ['2024-02-01T00:00:00Z', '2024-02-02T00:00:00Z']],
    ['later than DateCommissioned', 'gpf', ['2024-02-01T00:00:00Z', '2024-02-02T00:00:00Z']],
    ['between two stamps', 'gsme', ['2023-07-01T00:00:01Z', '2023-07-01T00:29:59Z']],
    ['before DateCommissioned', 'gsme', ['2023-01-01T00:00:00Z', '2023-01-02T00:00:00Z']],
    ['on DateCommissioned', 'gpf', ['2023-06-01T00:00:00Z', '2023-06-01T00:00:00Z']],
  ])('for a period %s, of a %s', async (_, kind, period) => {
    const answer = await new GasWorld('2024-01-10T09:00:00Z').ask('4.8.1', kind, 'GS', period);
    expect(answer).toMatchObject({
      responseCode: 'I0',
      served: 'device',
      profile: null,
      why: { clause: 'AM 18.22(a)', deviceReads: 1 },
    });
    expect(answer.why?.rule).toContain('G6');
  });
});

describe('a GSME that gives 24 hours at a time', () => {
  const NOW = '2024-07-10T12:00:00Z';
  const THREE_DAYS: Period = ['2024-06-30T00:00:00Z', '2024-07-03T00:00:00Z'];

  function span(answer: Seen): (string | undefined)[] {
    const stamps = profileStamps(answer);
    return [stamps[0], stamps.at(-1)];
  }

  test('G7: a long period ends at 23:00Z of the day before in BST, whole up to there', async () => {
    const world = new GasWorld(NOW);
    await world.schedule('4.8.1', 'gsme-24', 'GS', '2024-01-01');
    const answer = await world.ask('4.8.1', 'gsme-24', 'GS', THREE_DAYS);
    expect(span(answer)).toEqual(['2024-06-30T00:00:00Z', '2024-07-02T23:00:00Z']);
    expect(profileStamps(answer)).toHaveLength(3 * 48 - 1);
    expect(answer.why).toMatchObject({ clause: 'AM 18.22(f)', deviceReads: 3 });
    for (const { startSeconds, endSeconds } of world.reads) {
      expect(endSeconds - startSeconds).toBeLessThanOrEqual(DAY_SECONDS);
    }
    const days = ['2024-06-30', '2024-07-01', '2024-07-02', '2024-07-03'];
    const single: (number | null)[] = [];
    for (const [i, day] of days.slice(0, 3).entries()) {
      const period = [`${day}T00:00:00Z`, `${days[i + 1]}T00:00:00Z`] as const;
      const { profile } = await world.ask('4.8.1', 'gsme-24', 'GS', period);
      single.push(...(profile?.primaryValue ?? []).slice(0, 48));
    }
    expect(answer.profile?.primaryValue).toEqual(single.slice(0, 3 * 48 - 1));
  });

  test('G7: outside BST it ends at 00:00Z of the day of its end', async () => {
    const world = new GasWorld('2024-01-10T12:00:00Z');
    await world.schedule('4.8.1', 'gsme-2300-24', 'GS', '2023-12-01');
    const ends = async (end: string) =>
      span(await world.ask('4.8.1', 'gsme-2300-24', 'GS', ['2024-01-01T00:00:00Z', end]));
    expect(await ends('2024-01-03T00:00:00Z')).toEqual([
      '2024-01-01T00:00:00Z',
      '2024-01-03T00:00:00Z',
    ]);
    expect(await ends('2024-01-03T18:00:00Z')).toEqual([
      '2024-01-01T00:00:00Z',
      '2024-01-03T00:00:00Z',
    ]);
  });

  test.each([
    ['2024-03-31T00:00:00Z', '2024-03-31T00:00:00Z'],
    ['2024-04-01T00:00:00Z', '2024-03-31T23:00:00Z'],
    ['2024-10-27T00:00:00Z', '2024-10-26T23:00:00Z'],
    ['2024-10-28T00:00:00Z', '2024-10-28T00:00:00Z'],
  ])('G7: with the end %s the last LogEntry is %s', async (end, last) => {
    const world = new GasWorld('2024-12-01T12:00:00Z');
    await world.schedule('4.8.1', 'gsme-24', 'GS', '2024-01-01');
    const start = new Date(Date.parse(end) - 3 * 86_400_000).toISOString();
    expect(span(await world.ask('4.8.1', 'gsme-24', 'GT', [start, end]))[1]).toBe(last);
  });

  test('G7: stamps begin where the active schedule does', async () => {
    const world = new GasWorld(NOW);
    await world.schedule('4.8.1', 'gsme-24', 'GT', '2024-07-02');
    const answer = await world.ask('4.8.1', 'gsme-24', 'GS', THREE_DAYS);
    expect(span(answer)).toEqual(['2024-07-02T00:00:00Z', '2024-07-02T23:00:00Z']);
    await world.schedule('4.8.1', 'gsme-24', 'GS', '2024-07-01');
    const more = await world.ask('4.8.1', 'gsme-24', 'GS', THREE_DAYS);
    expect(span(more)).toEqual(['2024-07-01T00:00:00Z', '2024-07-02T23:00:00Z']);
  });

  test('G7: the run of a schedule over two days is read in slices as well', async () => {
    const world = new GasWorld('2024-07-10T05:00:00Z');
    const twoDays = { startDateOffset: -2, scheduleExecutionStartTime: '06:00:00Z' };
    await world.schedule('4.8.1', 'gsme-24', 'GS', '2024-07-01', twoDays);
    await world.clock.advanceTo(parseDateTime('2024-07-10T07:00:00Z') * 1000);
    const periods = world.reads.map((read) => [read.startSeconds, read.endSeconds]);
    expect(periods).toEqual([
      ['2024-07-08T00:00:00Z', '2024-07-08T23:30:00Z'].map(parseDateTime),
      ['2024-07-09T00:00:00Z', '2024-07-09T23:00:00Z'].map(parseDateTime),
    ]);
    expect(world.gateway.delivery.waiting).toBe(1);
  });

  test('G8: exactly 24 hours are a normal read, a second more is not', async () => {
    const world = new GasWorld(NOW);
    const day = await world.ask('4.8.1', 'gsme-24', 'GS', [
      '2024-07-01T00:00:00Z',
      '2024-07-02T00:00:00Z',
    ]);
    expect(span(day)).toEqual(['2024-07-01T00:00:00Z', '2024-07-02T00:00:00Z']);
    expect(day.why?.rule).toContain('R2');
    const longer = await world.ask('4.8.1', 'gsme-24', 'GS', [
      '2024-07-01T00:00:00Z',
      '2024-07-02T00:00:01Z',
    ]);
    expect(longer.profile).toBeNull();
    expect(world.reads).toHaveLength(1);
  });

  test('G9: without a schedule a long period is an empty success, nothing is read', async () => {
    const world = new GasWorld(NOW);
    const empty = { responseCode: 'I0', profile: null, served: 'device' };
    const why = { clause: 'AM 18.22(f)', deviceReads: 0 };
    const read = () => world.ask('4.8.1', 'gsme-24', 'GS', THREE_DAYS);
    expect(await read()).toMatchObject({ ...empty, why });
    await world.schedule('4.6.1', 'gsme-24', 'GS', '2024-01-01');
    await world.schedule('4.8.1', 'gsme-2300-24', 'GS', '2024-01-01');
    await world.schedule('4.8.1', 'gsme-24', 'GS', '2024-07-11');
    expect(await read()).toMatchObject(empty);
    const { dspScheduleId = 0 } = await world.schedule('4.8.1', 'gsme-24', 'GS', '2024-01-01');
    expect((await read()).profile).not.toBeNull();
    await world.unschedule('GS', dspScheduleId);
    expect(await read()).toMatchObject({ ...empty, why });
    expect(world.reads).toHaveLength(3);
  });

  test('G9: with the end date of its schedule the stamps are gone', async () => {
    const world = new GasWorld('2024-07-09T12:00:00Z');
    await world.schedule('4.8.1', 'gsme-24', 'GS', '2024-01-01', { scheduleEndDate: '2024-07-09' });
    const read = () => world.ask('4.8.1', 'gsme-24', 'GS', THREE_DAYS);
    expect((await read()).profile).not.toBeNull();
    await world.clock.advanceTo(parseDateTime('2024-07-10T00:00:00Z') * 1000);
    expect((await read()).profile).toBeNull();
  });

  test.each<[Kind]>([['gsme'], ['gpf']])(
    'G10: a %s without the limit answers in full',
    async (kind) => {
      const world = new GasWorld(NOW);
      const answer = await world.ask('4.8.1', kind, 'GS', THREE_DAYS);
      expect(span(answer)).toEqual(THREE_DAYS);
      expect(world.reads).toHaveLength(1);
    },
  );

  test.each([
    ['GSME', true],
    ['GPF', false],
    ['ESME', false],
  ] as const)('G10: of an inventory that sets the limit on a %s: %s', (deviceType, limited) => {
    const cohort: DeviceCohort = {
      name: 'G',
      deviceType,
      deviceStatus: 'Commissioned',
      commissionedDay: 19_000,
      twinElement: false,
      readHoursMax: 24,
    };
    const target = { device: 0, high: 0, low: 0, cohort };
    const period = { startSeconds: 0, endSeconds: DAY_SECONDS + 1 };
    const question = { asker: '', target, srv: '4.8.1', period, explain: false } as const;
    expect(exceedsMeter(question)).toBe(limited);
  });

  test('G10: daily reads of one with the limit are whole', async () => {
    const world = new GasWorld(NOW);
    const answer = await world.ask('4.6.1', 'gsme-24', 'GS', ['2024-06-01T00:00:00Z', NOW]);
    expect(answer.dailyReadLog).toHaveLength(31);
  });

  test('G11: nothing is stored, so the same question is read again', async () => {
    const world = new GasWorld(NOW);
    await world.schedule('4.8.1', 'gsme-24', 'GS', '2024-01-01');
    const first = await world.ask('4.8.1', 'gsme-24', 'GS', THREE_DAYS);
    const second = await world.ask('4.8.1', 'gsme-24', 'OU', THREE_DAYS);
    expect(second.profile).toEqual(first.profile);
    expect(world.reads).toHaveLength(6);
    expect(world.gateway.cache.banks()).toEqual([]);
    expect(world.tally.deviceReads.get('4.8.1', 'ok', 'only')).toBe(6);
  });

  test('G11: a slice that fails fails the answer', async () => {
    const world = new GasWorld(NOW);
    await world.schedule('4.8.1', 'gsme-24', 'GS', '2024-01-01');
    world.failing = 1;
    const answer = await world.ask('4.8.1', 'gsme-24', 'GS', THREE_DAYS);
    expect(answer.responseCode).toBe('E20');
    expect(answer).not.toHaveProperty('profile');
  });
});

describe('G11: slices', () => {
  const now = parseDateTime('2024-01-10T12:10:00Z');

  test('are of at most 48 stamps, one after the other, without a gap', () => {
    const start = parseDateTime('2024-01-01T00:10:00Z');
    const slices = slicesOf({ startSeconds: start, endSeconds: now }, 0, now);
    expect(slices[0]?.from).toBe(Math.ceil(start / 1800));
    expect(slices.at(-1)?.to).toBe(parseDateTime('2024-01-10T00:00:00Z') / 1800);
    slices.forEach(({ from, to }, i) => {
      expect(to - from).toBeLessThan(48);
      if (i > 0) expect(from).toBe((slices[i - 1]?.to ?? 0) + 1);
    });
    expect(slices).toHaveLength(9);
  });

  test('of all time are no more than the log can hold', () => {
    const slices = slicesOf({ startSeconds: 0, endSeconds: 253_402_300_799 }, 0, now);
    expect(slices).toHaveLength(397);
    expect(slices.at(-1)?.to).toBe(Math.floor(now / 1800));
    expect((slices.at(-1)?.to ?? 0) - (slices[0]?.from ?? 0) + 1).toBe(19_056);
  });

  test('are none without a schedule, or with one that begins later', () => {
    const period = { startSeconds: now - 3 * DAY_SECONDS, endSeconds: now };
    expect(slicesOf(period, Number.POSITIVE_INFINITY, now)).toEqual([]);
    expect(slicesOf(period, now + 1, now)).toEqual([]);
  });
});

test('G12: no clause that nobody here has read is cited in the gateway or the emulator', () => {
  const unread = /18\.17|18\.21\([adg-j]\)|18\.22\(g\)|18\.23\(e\)|18\.24\(e\)/;
  const root = resolve(import.meta.dirname, '../..');
  const cited = ['assembly', 'emulator', 'gateway'].flatMap((room) =>
    readdirSync(resolve(root, room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => ({ name, text: readFileSync(resolve(root, room, name), 'utf8') })),
  );
  expect(cited.length).toBeGreaterThan(50);
  expect(cited.filter(({ text }) => unread.test(text)).map(({ name }) => name)).toEqual([]);
});
