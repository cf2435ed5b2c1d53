// A WAN over meters that answer at once with two entries, on a clock that the test moves.

import { ManualClock } from '../../emulator/clock.ts';
import { Wan, type WanMeters } from '../../emulator/wan.ts';
import { WAN_PROFILES, type WanProfile } from '../../emulator/wan-profiles.ts';
import { promised } from '../../gateway/protocol/coming.ts';
import type { MeterRead, MeterReply, MeterRestriction } from '../../gateway/s1sp/meter-network.ts';

export const NOON = Date.UTC(2026, 10, 23, 12);
export const NOON_SECONDS = NOON / 1000;

export const READ: MeterRead = { device: 7, srv: '4.8.1', startSeconds: 0, endSeconds: 86_400 };

/** Every message takes exactly its median, none is lost: 1,000 ms there, 2,000 ms back. */
export const EXACT: WanProfile = {
  ...WAN_PROFILES.typical,
  name: 'exact',
  requestMedianMs: 1000,
  requestSpread: 0,
  replyMedianMs: 2000,
  replySpread: 0,
  lossProbability: 0,
  attemptTimeoutMs: 5000,
  retries: 2,
  meterTimeoutMs: 12_000,
};

/** Meters that answer with two entries and note when they were asked. */
export class FakeMeters implements WanMeters {
  readonly wanProfiles: readonly WanProfile[];
  readonly processed: { device: number; nowSeconds: number }[] = [];

  constructor(...profiles: WanProfile[]) {
    this.wanProfiles = profiles;
  }

  cohortIndexOf(device: number): number {
    return device < 1_000_000 ? 0 : 1;
  }

  restrictMeter({ device }: MeterRestriction, nowSeconds: number): MeterReply {
    this.processed.push({ device, nowSeconds });
    return { ok: true, restricted: true };
  }

  readMeter(read: MeterRead, nowSeconds: number): MeterReply {
    this.processed.push({ device: read.device, nowSeconds });
    if (read.device === 666) throw new Error('a bug of the meter');
    const profile = { firstHalfHour: 0, count: 2, columns: [Uint32Array.of(212, 198)] };
    return { ok: true, profile };
  }
}

export function buildWan(profile: Partial<WanProfile>, seed = 1) {
  const clock = new ManualClock(NOON);
  const meters = new FakeMeters({ ...EXACT, ...profile });
  const wan = new Wan({ clock, meters, seed });
  return { clock, meters, wan, tally: wan.tally };
}

/** Asks, and notes what came and after how many ms; exactly one note to a read. */
export function ask(wan: Wan, clock: ManualClock, notes: string[], read: MeterRead): void {
  const askedMs = clock.nowMs();
  promised(wan.read(read)).then(
    (reply) => notes.push(`${reply.ok ? 'ok' : reply.code} ${clock.nowMs() - askedMs}`),
    (fault: Error) => notes.push(`fault: ${fault.message}`),
  );
}
