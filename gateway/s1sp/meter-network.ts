// The S1SP's way to the meters. The emulator's WAN implements it; a test may do so in five lines.

import type { Coming } from '../protocol/coming.ts';
import type { DailyRead, GasDailyRead, Profile } from '../protocol/log-entries.ts';
import type { DeviceFailureCode } from '../protocol/response-codes.ts';
import type { ReadSrv, RestrictSrv } from '../protocol/service-reference.ts';

/** One read of one meter's log. Both ends inclusive, whole UTC seconds. */
export interface MeterRead {
  /** Place of the device in the inventory. */
  readonly device: number;
  readonly srv: ReadSrv;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/**
 * Restrict Access for Change of Tenancy [DUIS 3.2]: what this does to a meter's logs is its model's
 * affair.
 */
export interface MeterRestriction {
  readonly device: number;
  readonly srv: RestrictSrv;
  /** RestrictionDateTime, whole UTC seconds; past or future. */
  readonly restrictionSeconds: number;
}

export type MeterCommand = MeterRead | MeterRestriction;

/**
 * What came back: the entries the meter holds in the period when it processed the read, or the
 * code of the failure. The arrays belong to the receiver.
 */
export type MeterReply =
  | { readonly ok: true; readonly profile: Profile | null }
  | { readonly ok: true; readonly dailyReadLog: DailyRead[] }
  | { readonly ok: true; readonly gasDailyReadLog: GasDailyRead[] }
  | { readonly ok: true; readonly restricted: true }
  | { readonly ok: false; readonly code: DeviceFailureCode };

/** Of a command under way its number in a snapshot; undefined: it cannot be carried over. */
export type NumberOf = (command: MeterCommand) => number | undefined;

/** A command under way, and the reply to come to it. */
export interface Carried<Command = MeterCommand> {
  readonly command: Command;
  readonly reply: Coming<MeterReply>;
}

/** By its number a command that a snapshot has carried over. */
export type ReplyTo = (command: number) => Carried;

export interface MeterNetwork {
  /**
   * A reply that takes no time at all is there at once. A meter that cannot be read is a reply with
   * `ok: false`; only a bug goes wrong. Once its reply is in, `read` may be written over with
   * another: who keeps it for longer copies it.
   */
  read(read: MeterRead): MeterReply | Coming<MeterReply>;
  /** As above; a meter that took the restriction replies `restricted`. */
  restrict(restriction: MeterRestriction): MeterReply | Coming<MeterReply>;
}
