// The ready-made plans under examples/faults: each loads against the default fleet, and does what
// its name says.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../emulator/clock.ts';
import { FaultMeters } from '../../emulator/fault-meters.ts';
import { FaultNetwork } from '../../emulator/fault-network.ts';
import { Faults } from '../../emulator/faults.ts';
import { openFleet } from '../../emulator/fleet.ts';
import { defaultFleet } from '../../emulator/fleet-file.ts';
import { Wan } from '../../emulator/wan.ts';
import { WAN_PROFILES } from '../../emulator/wan-profiles.ts';
import { promised } from '../../gateway/protocol/coming.ts';
import { parseDateTime } from '../../gateway/protocol/half-hours.ts';
import { type DailyRead, NO_ENTRY } from '../../gateway/protocol/log-entries.ts';
import type { MeterReply } from '../../gateway/s1sp/meter-network.ts';

const FOLDER = resolve(import.meta.dirname, '../../examples/faults');
const METERS = 400;
const MINUTE_MS = 60_000;

/** What each meter of the default fleet answers under a preset, asked for yesterday. */
async function under(preset: string, now: string, srv: '4.6.1' | '4.8.1') {
  const clock = new ManualClock(parseDateTime(now) * 1000);
  const fleet = openFleet(defaultFleet(METERS, { wan: WAN_PROFILES.none, scheduledShare: 1 }), {
    seed: 1,
  });
  if (!fleet.ok) throw new Error(fleet.problems.join());
  const faults = new Faults({ fleet: fleet.value, seed: 1 });
  const loaded = faults.load(resolve(FOLDER, `${preset}.json`));
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
  const meters = new FaultMeters(fleet.value, faults);
  const wan = new Wan({ clock, meters, seed: 1 });
  const network = new FaultNetwork({ clock, wan, meters, faults });
  const midnight = Math.floor(parseDateTime(now) / 86_400) * 86_400;
  const startMs = clock.nowMs();
  const answers: { device: number; reply: MeterReply; tookMs: number }[] = [];
  const asked = Array.from({ length: METERS }, async (_, device) => {
    const period = { startSeconds: midnight - 86_400, endSeconds: midnight + 7200 };
    const reply = await promised(network.read({ device, srv, ...period }));
    answers.push({ device, reply, tookMs: clock.nowMs() - startMs });
  });
  await clock.advanceBy(10 * MINUTE_MS);
  await Promise.all(asked);
  const codes = answers.map(({ reply }) => (reply.ok ? 'I0' : reply.code));
  const count = (code: string) => codes.filter((each) => each === code).length;
  const values = answers.map(({ reply }) => ('profile' in reply && reply.profile) || undefined);
  const reads = answers.flatMap(({ reply }): DailyRead[] =>
    'dailyReadLog' in reply ? reply.dailyReadLog : [],
  );
  return { answers, count, values, reads, network };
}

const NOW = '2026-11-23T12:00:00Z';
const SUMMER = '2026-07-01T12:00:00Z';

/** By preset, what shows that it does what it says. */
const SHOWN: Readonly<Record<string, () => Promise<void>>> = {
  async 'silent-meters'() {
    const { count } = await under('silent-meters', NOW, '4.8.1');
    expect(count('E21')).toBeGreaterThan(METERS * 0.025);
    expect(count('E21')).toBeLessThan(METERS * 0.1);
    expect(count('I0')).toBe(METERS - count('E21'));
  },
  async 'slow-meters'() {
    const { answers } = await under('slow-meters', NOW, '4.8.1');
    const slow = answers.filter(({ tookMs }) => tookMs === 20_000).length;
    expect(slow).toBeGreaterThan(METERS * 0.025);
    expect(slow).toBeLessThan(METERS * 0.1);
    expect(answers.every(({ reply }) => reply.ok)).toBe(true);
  },
  async 'lost-replies'() {
    const { count } = await under('lost-replies', NOW, '4.8.1');
    expect(count('E21')).toBeGreaterThan(METERS * 0.05);
    expect(count('E21')).toBeLessThan(METERS * 0.15);
  },
  async 'duplicate-replies'() {
    const { count, network } = await under('duplicate-replies', NOW, '4.8.1');
    expect(count('I0')).toBe(METERS);
    expect(network.duplicates).toBeGreaterThan(METERS * 0.13);
    expect(network.duplicates).toBeLessThan(METERS * 0.27);
  },
  async 'wan-down'() {
    expect((await under('wan-down', '2026-11-23T03:59:59Z', '4.8.1')).count('E20')).toBe(METERS);
    expect((await under('wan-down', '2026-11-23T04:00:00Z', '4.8.1')).count('I0')).toBe(METERS);
  },
  async 'maintenance-window'() {
    const inside = await under('maintenance-window', '2026-11-17T20:00:00Z', '4.8.1');
    expect(inside.count('E20')).toBe(METERS);
    const later = await under('maintenance-window', '2026-11-24T20:00:00Z', '4.8.1');
    expect(later.count('I0')).toBe(METERS);
  },
  async 'gaps-in-the-morning'() {
    const { values } = await under('gaps-in-the-morning', NOW, '4.8.1');
    const gaps = values.flatMap((profile) => {
      const rows = [...(profile?.columns[0] ?? [])];
      return rows.flatMap((value, row) => (value === NO_ENTRY ? [row] : []));
    });
    expect(Math.min(...gaps)).toBe(13);
    expect(Math.max(...gaps)).toBe(18);
    expect(gaps.length).toBeGreaterThan(METERS * 0.2 * 6 * 0.35);
    expect(gaps.length).toBeLessThan(METERS * 0.2 * 6 * 0.65);
  },
  async 'missed-midnights'() {
    const { reads } = await under('missed-midnights', NOW, '4.6.1');
    const missed = 2 * METERS - reads.length;
    expect(missed).toBeGreaterThan(2 * METERS * 0.02);
    expect(missed).toBeLessThan(2 * METERS * 0.08);
  },
  async 'bst-late-daily-reads'() {
    const seconds = async (now: string) => {
      const { reads } = await under('bst-late-daily-reads', now, '4.6.1');
      return new Set(reads.map(({ timestamp }) => timestamp % 86_400));
    };
    expect(await seconds(SUMMER)).toEqual(new Set([3600]));
    expect(await seconds(NOW)).toEqual(new Set([0]));
  },
  async 'bst-off-by-one-hour'() {
    const off = async (now: string) => {
      const { reads } = await under('bst-off-by-one-hour', now, '4.6.1');
      return reads.filter(({ timestamp }) => timestamp % 86_400 === 3600).length / 2;
    };
    expect(await off(SUMMER)).toBeGreaterThan(METERS * 0.06);
    expect(await off(SUMMER)).toBeLessThan(METERS * 0.14);
    expect(await off(NOW)).toBe(0);
  },
  async 'corrupted-entries'() {
    const { values } = await under('corrupted-entries', NOW, '4.8.1');
    const all = values.flatMap((profile) => [...(profile?.columns[0] ?? [])]);
    const absurd = all.filter((value) => value > 65_534).length;
    expect(absurd).toBeGreaterThan(5);
    expect(absurd).toBeLessThan(50);
  },
  async 'bad-morning'() {
    const { count, answers } = await under('bad-morning', '2026-11-23T06:00:00Z', '4.8.1');
    expect(count('E21')).toBeGreaterThan(METERS * 0.01);
    const slow = answers.filter(({ tookMs }) => tookMs === 12_000).length;
    expect(slow).toBeGreaterThan(METERS * 0.2);
  },
};

describe('examples/faults', () => {
  const presets = readdirSync(FOLDER).map((file) => basename(file, '.json'));

  test.each(presets)('%s does what it says', async (preset) => {
    const shown = SHOWN[preset];
    if (shown === undefined) throw new Error(`nothing shows what ${preset} does`);
    await shown();
  });

  test('docs/faults.md tells of every preset', () => {
    const text = readFileSync(resolve(FOLDER, '../../docs/faults.md'), 'utf8');
    expect(
      presets.filter((preset) => !text.includes(`(../examples/faults/${preset}.json)`)),
    ).toEqual([]);
  });
});
