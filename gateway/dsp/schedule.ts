// A DSP Schedule as the DSP keeps it [DUIS 5.1].

import type { Party } from '../access/inventory.ts';
import type { ScheduleDetails } from '../protocol/service-request.ts';

export interface Schedule {
  readonly dspScheduleId: number;
  readonly owner: Party;
  readonly device: number;
  readonly details: ScheduleDetails;
}
