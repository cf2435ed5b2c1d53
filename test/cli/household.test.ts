// A real household behind a meter: what `s1sp send` answers for a day of it is that day of the
// file.

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run, type Started, start } from './built-program.ts';

const FILE = resolve(import.meta.dirname, '../../../shared/half-hourly/lcl-MAC000060.csv');
const DEVICE = '90-B3-D5-1F-41-00-00-00';
const HALF_HOUR_MS = 1_800_000;

/** Wh by the end of the half hour, read here without the project's own reader. */
function readFile(): Map<number, number> {
  const [, ...lines] = readFileSync(FILE, 'utf8').trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [start = '', kwh = ''] = line.split(',');
      const end = Date.parse(`${start.replace(' ', 'T')}Z`) + HALF_HOUR_MS;
      return [end, Math.round(Number(kwh) * 1000)];
    }),
  );
}

interface Answer {
  responseCode: string;
  profile: { firstTimestamp: string; primaryValue: (number | null)[] } | null;
}

describe.skipIf(!existsSync(FILE))('the replayed household (needs ../shared/half-hourly)', () => {
  const file = existsSync(FILE) ? readFile() : new Map<number, number>();
  let serve: Started;
  let url = '';

  beforeAll(async () => {
    const example = ['--fleet', 'examples/household-fleet.json', '--port', '0'];
    serve = start(['serve', ...example, '--clock', 'x100', '--now', '2013-01-15T12:00:00Z']);
    url = (JSON.parse(await serve.nextLine()) as { ws: string }).ws;
  });

  afterAll(async () => {
    serve.process.kill('SIGTERM');
    expect((await serve.ended).code).toBe(0);
  });

  async function send(...period: string[]): Promise<Answer> {
    const ended = await run(['send', '4.8.1', DEVICE, ...period, '--url', url]);
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    return JSON.parse(ended.stdout) as Answer;
  }

  test.each(['2012-01-01', '2012-07-14', '2012-03-25', '2012-10-28', '2013-01-14'])(
    '%s is that day of the file, in Wh',
    async (day) => {
      const { profile } = await send('--day', day);
      const midnight = Date.parse(`${day}T00:00:00Z`);
      const stamps = Array.from({ length: 49 }, (_, i) => midnight + i * HALF_HOUR_MS);
      expect(profile?.firstTimestamp).toBe(`${day}T00:00:00Z`);
      expect(profile?.primaryValue).toEqual(stamps.map((stamp) => file.get(stamp) ?? null));
      expect(profile?.primaryValue.filter((value) => value !== null)).toHaveLength(49);
    },
  );

  test.each(['2012-10-18', '2012-12-12', '2012-12-29'])('%s is missing: a gap', async (day) => {
    const { profile } = await send('--day', day);
    const midnight = Date.parse(`${day}T00:00:00Z`);
    // Only the midnight that ends the day before has an entry.
    expect(profile).toMatchObject({
      firstTimestamp: `${day}T00:00:00Z`,
      primaryValue: [file.get(midnight)],
    });
  });

  test('a gap inside a period is null, between the days on both sides', async () => {
    const { profile } = await send('--period', '2012-12-11T12:00:00Z..2012-12-13T12:00:00Z');
    const first = Date.parse('2012-12-11T12:00:00Z');
    const expected = Array.from({ length: 97 }, (_, i) => file.get(first + i * HALF_HOUR_MS));
    expect(profile?.primaryValue).toEqual(expected.map((value) => value ?? null));
    expect(profile?.primaryValue.filter((value) => value === null)).toHaveLength(48);
  });
});
