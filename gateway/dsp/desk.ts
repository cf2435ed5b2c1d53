// The DSP's desk: Create, Read and Delete Schedule [DUIS 5.1, 5.2, 5.3]. A Party sees and removes
// its own schedules only [decision R25].

import { checkDevice } from '../access/checks.ts';
import type { DeviceRegister } from '../access/device-register.ts';
import type { Party } from '../access/inventory.ts';
import { mayAsk } from '../access/parties.ts';
import { DAY_SECONDS, utcDay } from '../protocol/half-hours.ts';
import type { ResponseCode } from '../protocol/response-codes.ts';
import type {
  CreateScheduleRequest,
  DeleteScheduleRequest,
  ReadScheduleRequest,
  ScheduleChoice,
  ScheduleDetails,
} from '../protocol/service-request.ts';
import type { DspSchedule } from '../protocol/service-response.ts';
import type { Schedule } from './schedule.ts';
import type { Schedules } from './schedules.ts';

export type ScheduleRequest = CreateScheduleRequest | ReadScheduleRequest | DeleteScheduleRequest;

/** What the desk answers: data with I0, or a bare code. */
export type DeskAnswer =
  | { readonly responseCode: 'I0'; readonly dspScheduleId: number }
  | { readonly responseCode: 'I0'; readonly dspSchedules: readonly DspSchedule[] }
  | { readonly responseCode: Exclude<ResponseCode, 'I0'> };

/** One ReadSchedule answer holds 1 to 99 schedules [DUIS-XSD]. */
export const SCHEDULES_READ_MAX = 99;

export class ScheduleDesk {
  readonly #schedules: Schedules;
  readonly #inventory: DeviceRegister;

  constructor(schedules: Schedules, inventory: DeviceRegister) {
    this.#schedules = schedules;
    this.#inventory = inventory;
  }

  /** Answers a request whose Party may send it and whose target is the DCC. */
  answer(party: Party, request: ScheduleRequest, nowSeconds: number): DeskAnswer {
    switch (request.serviceReferenceVariant) {
      case '5.1':
        return this.#create(party, request.createSchedule, nowSeconds);
      case '5.2':
        return this.#read(party, request.readSchedule);
      case '5.3':
        return this.#delete(party, request.deleteSchedule);
    }
  }

  #create(party: Party, details: ScheduleDetails, nowSeconds: number): DeskAnswer {
    const srv = details.dspScheduledServiceReferenceVariant;
    if (!mayAsk(party, srv)) return { responseCode: 'E2' };
    const { deviceHigh, deviceLow } = details;
    const target = checkDevice(this.#inventory, party, srv, deviceHigh, deviceLow);
    if (typeof target === 'string') return refused(target);
    if (!datesFit(details, utcDay(nowSeconds))) return { responseCode: 'E050101' };
    if (this.#schedules.ofDevice(party, target.device).length >= SCHEDULES_READ_MAX) {
      return { responseCode: 'E050101' };
    }
    const { dspScheduleId } = this.#schedules.create(party, target.device, details);
    return { responseCode: 'I0', dspScheduleId };
  }

  #read(party: Party, choice: ScheduleChoice): DeskAnswer {
    const schedules = this.#chosen(party, choice);
    if (schedules === undefined) return { responseCode: 'E19' };
    if (schedules.length === 0) return { responseCode: 'W050201' };
    const dspSchedules = schedules.map(({ dspScheduleId, details }) => ({
      dspScheduleId,
      ...details,
    }));
    return { responseCode: 'I0', dspSchedules };
  }

  #delete(party: Party, choice: ScheduleChoice): DeskAnswer {
    const schedules = this.#chosen(party, choice);
    if (schedules === undefined) return { responseCode: 'E19' };
    if (schedules.length === 0) return { responseCode: 'E050301' };
    for (const schedule of schedules) this.#schedules.remove(schedule);
    return { responseCode: 'I99' };
  }

  /** The Party's own schedules that a choice names; undefined when it names an unknown device. */
  #chosen(party: Party, choice: ScheduleChoice): Schedule[] | undefined {
    if ('dspScheduleId' in choice) {
      const schedule = this.#schedules.find(party, choice.dspScheduleId);
      return schedule === undefined ? [] : [schedule];
    }
    const device = this.#inventory.find(choice.deviceHigh, choice.deviceLow);
    return device < 0 ? undefined : this.#schedules.ofDevice(party, device);
  }
}

function refused(code: ResponseCode): DeskAnswer {
  return code === 'I0' ? { responseCode: 'E19' } : { responseCode: code };
}

/** Whether a schedule can ever be active, and reads a period that does not end before its start. */
function datesFit(details: ScheduleDetails, today: number): boolean {
  const { scheduleStartDay, scheduleEndDay = Number.POSITIVE_INFINITY } = details;
  const start = details.startDateOffset * DAY_SECONDS + details.startSeconds;
  const end = details.endDateOffset * DAY_SECONDS + details.endSeconds;
  return scheduleEndDay >= scheduleStartDay && scheduleEndDay >= today && end >= start;
}
