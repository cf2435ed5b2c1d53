// An answer that a Party is due, and whether it came within its Target Response Time [domain §2.4].
// What access control refuses is not due at all; a meter that gave nothing has missed its target.

import type { Srv, UserRole } from './protocol/service-reference.ts';
import type { ServiceResponse } from './protocol/service-response.ts';
import type { Tally } from './protocol/tally.ts';
import type { Mode, TargetResponseTimes } from './protocol/target-response-times.ts';

export interface DueAnswer {
  readonly mode: Mode;
  readonly srv: Srv;
  /** The first of the Party's roles that may ask this. */
  readonly role: UserRole;
  /** Virtual time in ms: of acceptance, or at which the request was to run. */
  readonly sinceMs: number;
}

type Brought = Extract<ServiceResponse, { kind: 'log' | 'schedule' | 'code' }>;

/** What judging takes. */
export interface Judges {
  readonly targets: TargetResponseTimes;
  readonly tally: Tally;
}

/** Whether it brings what was asked for: refusals, E20, E21, alerts and faults do not. */
export function brings(response: ServiceResponse): response is Brought {
  const { kind } = response;
  if (kind === 'code') return !response.responseCode.startsWith('E');
  return kind === 'log' || kind === 'schedule';
}

/** Judges a final answer, and counts it. */
export function judge({ targets, tally }: Judges, due: DueAnswer, response: ServiceResponse): void {
  const { mode, srv, role, sinceMs } = due;
  const result = brings(response)
    ? targets.judge(mode, srv, role, response.responseMs - sinceMs)
    : 'missed';
  tally.targets.add(srv, role, result, 1);
}
