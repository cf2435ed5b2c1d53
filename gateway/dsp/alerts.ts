// DCC Alerts: what an owner is told when nobody waits for an answer [DUIS-XSD DCCAlertMessage].
// Which code goes with which body was not to be read anywhere, so the pairing is provisional.

import type { Clock } from '../protocol/clock.ts';
import type {
  AlertResponse,
  CommandFailure,
  DspScheduleRemoval,
} from '../protocol/service-response.ts';

/** The codes in use, provisional [domain §1.10]. */
export const DCC_ALERT_CODES = {
  /** No response to a scheduled or future dated command. */
  commandFailure: 'N13',
  /** The DCC took a schedule away, because its device went. */
  dspScheduleRemoval: 'N17',
} as const;

/** A scheduled or future dated command that brought no answer [decision "undelivered reads"]. */
export function commandFailure(failure: CommandFailure, clock: Clock): AlertResponse {
  return alert(DCC_ALERT_CODES.commandFailure, { commandFailure: failure }, clock);
}

export function dspScheduleRemoval(removal: DspScheduleRemoval, clock: Clock): AlertResponse {
  return alert(DCC_ALERT_CODES.dspScheduleRemoval, { dspScheduleRemoval: removal }, clock);
}

function alert(
  dccAlertCode: string,
  dccAlert: AlertResponse['dccAlert'],
  clock: Clock,
): AlertResponse {
  return { kind: 'alert', responseCode: 'I0', responseMs: clock.nowMs(), dccAlertCode, dccAlert };
}
