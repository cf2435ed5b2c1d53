// The S1SP's way to the meters. The emulator's WAN implements it; a test may do so in five lines.

import type { DailyRead, Profile } from '../protocol/log-entries.ts';
import type { DeviceFailureCode } from '../protocol/response-codes.ts';
import type { ReadSrv } from '../protocol/service-reference.ts';

/** One read of one meter's log. Both ends inclusive, whole UTC seconds. */
export interface MeterRead {
  /** Place of the device in the inventory. */
  readonly device: number;
  readonly srv: ReadSrv;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/**
 * What came back: the entries the meter holds in the period when it processed the read, or the
 * code of the failure. The arrays belong to the receiver.
 */
export type MeterReply =
  | { readonly ok: true; readonly profile: Profile | null }
  | { readonly ok: true; readonly dailyReadLog: DailyRead[] }
  | { readonly ok: false; readonly code: DeviceFailureCode };

export interface MeterNetwork {
  /** Never rejects: a meter that cannot be read is a reply with `ok: false`. */
  read(read: MeterRead): Promise<MeterReply>;
}
