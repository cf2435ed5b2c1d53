// A meter's reply as plain data for snapshot files, and back.

import { type PlainReply, plainProfile, profileOf } from '../protocol/plain-entries.ts';
import type { MeterReply } from './meter-network.ts';

export function plainReply(reply: MeterReply): PlainReply {
  if (!('profile' in reply)) return reply;
  return { ok: true, profile: reply.profile && plainProfile(reply.profile) };
}

export function replyOf(plain: PlainReply): MeterReply {
  if (!('profile' in plain)) return plain;
  return { ok: true, profile: plain.profile && profileOf(plain.profile) };
}

/** Whether a reply says what a meter has counted. */
export function holdsReadings(reply: MeterReply): boolean {
  return reply.ok && !('restricted' in reply);
}
