// A DSP Schedule as the DSP keeps it [DUIS 5.1], and as plain data for snapshot files.

import type { Party } from '../access/inventory.ts';
import { WHOLE, WORD, wordOf } from '../protocol/plain-entries.ts';
import { type Static, Type } from '../protocol/schema.ts';
import { READ_SRVS } from '../protocol/service-reference.ts';
import { SCHEDULE_FREQUENCIES, type ScheduleDetails } from '../protocol/service-request.ts';

export interface Schedule {
  readonly dspScheduleId: number;
  readonly owner: Party;
  readonly device: number;
  readonly details: ScheduleDetails;
}

const OFFSET = Type.Integer({ minimum: -400, maximum: 0 });
const TIME_OF_DAY = Type.Integer({ minimum: 0, maximum: 86_400 });

export const DETAILS_STATE = Type.Object({
  scheduleFrequency: wordOf(SCHEDULE_FREQUENCIES),
  scheduleStartDay: WHOLE,
  scheduleEndDay: Type.Optional(WHOLE),
  scheduleExecutionStartSeconds: Type.Optional(TIME_OF_DAY),
  dspScheduledServiceReferenceVariant: wordOf(READ_SRVS),
  deviceHigh: WORD,
  deviceLow: WORD,
  startDateOffset: OFFSET,
  startSeconds: TIME_OF_DAY,
  endDateOffset: OFFSET,
  endSeconds: TIME_OF_DAY,
});

export const SCHEDULE_STATE = Type.Object({
  dspScheduleId: WHOLE,
  ownerId: Type.String(),
  device: WHOLE,
  details: DETAILS_STATE,
});
export type ScheduleState = Static<typeof SCHEDULE_STATE>;

export function scheduleState({ dspScheduleId, owner, device, details }: Schedule): ScheduleState {
  return { dspScheduleId, ownerId: owner.id, device, details };
}
