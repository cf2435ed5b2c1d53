import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WAN_PROFILES } from '../../emulator/wan-profiles.ts';
import { promised } from '../../gateway/protocol/coming.ts';
import type { MeterRead } from '../../gateway/s1sp/meter-network.ts';
import { ask, buildWan, NOON, READ } from './fake-wan.ts';

describe('chance', () => {
  const PROFILE = { ...WAN_PROFILES.typical, lossProbability: 0.3 };

  async function latencies(reads: readonly MeterRead[], seed: number) {
    const { clock, wan } = buildWan(PROFILE, seed);
    const took = new Map<string, string>();
    for (const read of reads) {
      promised(wan.read(read)).then((reply) => {
        const key = `${read.device} ${read.srv} ${read.startSeconds}`;
        took.set(key, `${reply.ok ? 'ok' : reply.code} ${clock.nowMs() - NOON}`);
      });
    }
    await clock.advanceTo(NOON + 60_000);
    return took;
  }

  const SRVS = ['4.6.1', '4.8.1', '4.8.3'] as const;
  const READS = Array.from({ length: 60 }, (_, i) => ({
    device: Math.floor(i / 6),
    srv: SRVS[i % 3] ?? '4.8.1',
    startSeconds: i % 6 < 3 ? 0 : 86_400,
    endSeconds: 172_800,
  }));

  test('does not depend on the order in which requests come in', async () => {
    const inOrder = await latencies(READS, 1);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(READS, { minLength: READS.length }),
        async (shuffled) => {
          expect([...(await latencies(shuffled, 1))].sort()).toEqual([...inOrder].sort());
        },
      ),
      { seed: 11, numRuns: 10 },
    );
  });

  test('differs by device, SRV, period and seed', async () => {
    const first = await latencies(READS, 1);
    expect(new Set(first.values()).size).toBeGreaterThan(55);
    expect([...(await latencies(READS, 2)).values()]).not.toEqual([...first.values()]);
  });

  test('draws the way there and the way back apart', async () => {
    const { clock, meters, wan } = buildWan({
      requestMedianMs: 2000,
      requestSpread: 1,
      replySpread: 1,
    });
    const notes: string[] = [];
    ask(wan, clock, notes, READ);
    while (meters.processed.length === 0) await clock.advanceBy(1);
    const thereMs = clock.nowMs() - NOON;
    await clock.advanceTo(NOON + 60_000);
    expect(Math.abs(Number(notes[0]?.slice(3)) - 2 * thereMs)).toBeGreaterThan(10);
  });

  test('differs by the time of asking', async () => {
    const { clock, wan } = buildWan(WAN_PROFILES.typical);
    const notes: string[] = [];
    ask(wan, clock, notes, READ);
    await clock.advanceTo(NOON + 60_000);
    ask(wan, clock, notes, READ);
    await clock.advanceTo(NOON + 120_000);
    expect(notes[0]).not.toBe(notes[1]);
  });
});

test('every read has exactly one answer, and the gauges end at zero', async () => {
  const profile = fc.record({
    requestMedianMs: fc.constantFrom(0, 1, 500, 5000),
    requestSpread: fc.constantFrom(0, 1),
    replyMedianMs: fc.constantFrom(0, 700, 5000),
    replySpread: fc.constantFrom(0, 1.5),
    lossProbability: fc.constantFrom(0, 0.2, 1),
    attemptTimeoutMs: fc.constantFrom(1, 900, 8000),
    retries: fc.integer({ min: 0, max: 3 }),
    meterTimeoutMs: fc.constantFrom(1, 1000, 20_000),
    capacity: fc.constantFrom(1, 3, 1000),
    waitingMax: fc.constantFrom(0, 4, 1000),
    smsWakeUps: fc.constantFrom(0, 2),
    smsMedianMs: fc.constantFrom(0, 300),
  });
  const gaps = fc.array(fc.constantFrom(0, 0, 1, 400, 3000), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(profile, gaps, async (drawn, waits) => {
      const { clock, wan, tally } = buildWan(drawn);
      const notes: string[] = [];
      for (const [device, wait] of waits.entries()) {
        await clock.advanceBy(wait);
        ask(wan, clock, notes, { ...READ, device });
      }
      await clock.advanceBy(60_000);
      expect(notes.length).toBe(waits.length);
      for (const note of notes) {
        expect(Number(note.split(' ')[1])).toBeLessThanOrEqual(drawn.meterTimeoutMs);
      }
      const { ok, E20, E21 } = tally.reads['4.8.1'];
      expect([ok + E20 + E21, tally.inFlight, tally.waiting]).toEqual([waits.length, 0, 0]);
    }),
    { seed: 5, numRuns: 100 },
  );
});
