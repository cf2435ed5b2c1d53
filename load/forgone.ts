// What a run that has lost its last connection was still to send: planned, and not sent.

import type { Plan } from './plan.ts';
import type { LoadRecord } from './record.ts';

/** Of a plan: frames of an open loop, and SRs of the measured part of a closed one. */
export interface SentSoFar {
  readonly frames: number;
  readonly measured: number;
}

/** Notes the rest of the plan; what a closed loop had left is planned for the end, at `endedMs`. */
export function forgo(plan: Plan, record: LoadRecord, sent: SentSoFar, endedMs: number): void {
  const note = (atMs: number, count: number) => {
    record.plan(atMs, count);
    record.unanswer('notSent', atMs, count);
  };
  if (plan.closed) {
    const left = plan.measured - sent.measured;
    // A closed loop that its duration ends has no plan of what was to come.
    if (Number.isFinite(left) && left > 0) note(Math.max(endedMs, plan.warmupMs), left);
    return;
  }
  for (let frame = sent.frames; frame < plan.frames; frame++) {
    note(plan.atMs(frame), plan.sizeOf(frame));
  }
}
