// The chance of faults: `p` 0 is no fault, the same seed is the same faults, and one fault does not
// disturb another.

import { describe, expect, test } from 'vitest';
import { WAN_PROFILES } from '../../emulator/wan-profiles.ts';
import { FaultWorld, YESTERDAY } from './fault-world.ts';
import { Line } from './small-world.ts';

describe('chance', () => {
  const EVERY = [
    'silent',
    'slow',
    'lost-reply',
    'duplicate-reply',
    'wan-down',
    'maintenance',
    'gap',
    'late-daily-read',
    'wrong-clock',
    'corrupted-entry',
  ];
  const PERIODS = [YESTERDAY, ['2026-11-22T07:00:00Z', '2026-11-23T08:00:00Z']] as const;

  /** Every answer and everything delivered, as one text. */
  async function bytes(faults?: readonly object[]): Promise<string> {
    const wan = WAN_PROFILES.typical;
    const world = new FaultWorld({ wan, scheduled: 0.5, ...(faults && { faults }) });
    const line = new Line(world.gateway, null);
    for (let round = 0; round < 4; round++) {
      for (let device = 0; device < 20; device++) {
        for (const srv of ['4.8.1', '4.6.1'] as const) {
          const [startDateTime, endDateTime] = PERIODS[(device + round) % 2] ?? YESTERDAY;
          const readLogPeriod = { startDateTime, endDateTime };
          line.say(world.message(srv, device, round % 2 === 0 ? 'IS' : 'MDR', { readLogPeriod }));
        }
      }
      await world.clock.advanceBy(7 * 3_600_000);
    }
    line.hangUp();
    expect([world.mistakes, world.network.held]).toEqual([[], 0]);
    return line.frames.map(String).join('\n');
  }

  test('p 0 of every fault is byte for byte no plan at all', async () => {
    const none = await bytes();
    expect(await bytes(EVERY.map((what) => ({ what, p: 0 })))).toBe(none);
    expect(await bytes([])).toBe(none);
    expect(none.length).toBeGreaterThan(50_000);
  });

  test('p 0.5 is the same twice from the same seed, and is something', async () => {
    const half = ['silent', 'gap', 'slow', 'corrupted-entry'].map((what) => ({ what, p: 0.5 }));
    const first = await bytes(half);
    expect(await bytes(half)).toBe(first);
    expect(first).toContain('"E21"');
    expect(first).not.toBe(await bytes());
  });

  test('of one fault does not change with another beside it', async () => {
    const codes = async (faults: readonly object[]) => {
      const world = new FaultWorld({ faults, wan: WAN_PROFILES.none });
      const seen: unknown[] = [];
      for (let device = 0; device < 20; device++) {
        seen.push((await world.read('4.8.1', device, YESTERDAY)).responseCode);
        await world.until(`2026-11-23T10:${String(device).padStart(2, '0')}:00Z`);
      }
      return seen;
    };
    const down = { what: 'maintenance', p: 0.5 };
    const alone = await codes([down]);
    expect(new Set(alone)).toEqual(new Set(['I0', 'E20']));
    expect(await codes([{ what: 'gap', p: 0.3 }, down, { what: 'slow', p: 0.5 }])).toEqual(alone);
    const more = await codes([{ ...down, p: 0.8 }]);
    expect(alone.every((code, i) => code === 'I0' || more[i] === 'E20')).toBe(true);
  });
});
