// A run of a schedule: reads the meter, which fills the cache, and delivers to the schedule's owner
// [DUIS DSP Schedules]. The answer has a ResponseID and no RequestID [domain R24].

import { checkDevice } from '../access/checks.ts';
import type { DeviceRegister } from '../access/device-register.ts';
import { type DueAnswer, type Judges, judge } from '../due-answer.ts';
import type { Clock } from '../protocol/clock.ts';
import { type Coming, tellOf } from '../protocol/coming.ts';
import { SIGNED, WHOLE, wordOf } from '../protocol/plain-entries.ts';
import { type Static, Type } from '../protocol/schema.ts';
import { USER_ROLES } from '../protocol/service-reference.ts';
import type { ServiceResponse } from '../protocol/service-response.ts';
import type { KnownWorld } from '../request-under-way.ts';
import type { HallLog } from '../responses.ts';
import type { ReadResult } from '../s1sp/log-question.ts';
import type { ComingAnswers } from '../s1sp/resumption.ts';
import type { S1sp } from '../s1sp/s1sp.ts';
import { contradiction } from '../snapshot-error.ts';
import { commandFailure } from './alerts.ts';
import type { Delivery } from './delivery.ts';
import { SCHEDULE_STATE, type Schedule, scheduleState } from './schedule.ts';
import { periodOfRun, runSeconds } from './schedule-times.ts';

export interface RunParts extends Judges {
  readonly clock: Clock;
  readonly inventory: DeviceRegister;
  readonly s1sp: S1sp;
  readonly delivery: Delivery;
  readonly log: HallLog;
}

/** A run that has begun and has not brought its answer. */
interface Run {
  readonly schedule: Schedule;
  readonly responseId: string;
  readonly due: DueAnswer;
}

export const RUNS_STATE = Type.Object({
  lastCounter: WHOLE,
  underWay: Type.Array(
    Type.Interface([SCHEDULE_STATE], {
      responseId: Type.String(),
      role: wordOf(USER_ROLES),
      sinceMs: SIGNED,
    }),
  ),
});
export type RunsState = Static<typeof RUNS_STATE>;

export class ScheduleRuns {
  readonly #parts: RunParts;
  #lastCounter = 0;
  readonly #underWay = new Set<Run>();

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** Starts one run; whatever comes of it reaches the owner. */
  readonly run = (schedule: Schedule, day: number): void => {
    const { s1sp, delivery, inventory } = this.#parts;
    const { details, device, dspScheduleId, owner } = schedule;
    const { deviceHigh: high, deviceLow: low } = details;
    const responseId = `${inventory.deviceId(device)}:${owner.id}:${this.#nextCounter()}`;
    const srv = details.dspScheduledServiceReferenceVariant;
    // What the owner may not ask now, the DCC does not ask for it [decision R7].
    const target = checkDevice(inventory, owner, srv, high, low);
    if (typeof target === 'string') {
      delivery.deliver(owner, this.#failure(dspScheduleId, responseId));
      return;
    }
    const question = {
      asker: responseId,
      target,
      srv,
      period: periodOfRun(details, day),
      explain: false,
    };
    const sinceMs = runSeconds(details, day) * 1000;
    const due: DueAnswer = { mode: 'scheduled', srv, role: target.role, sinceMs };
    this.#wait({ schedule, responseId, due }, () => s1sp.readScheduled(question));
  };

  /** Runs under way, in the order in which they began. */
  state(): RunsState {
    const underWay = [...this.#underWay].map(({ schedule, responseId, due }) => {
      return { ...scheduleState(schedule), responseId, role: due.role, sinceMs: due.sinceMs };
    });
    return { lastCounter: this.#lastCounter, underWay };
  }

  /** Takes a state over; the reads of its runs go on. */
  restore(
    { lastCounter, underWay }: RunsState,
    { reads }: ComingAnswers,
    { partyOf, targetOf }: KnownWorld,
  ): void {
    this.#lastCounter = lastCounter;
    for (const { dspScheduleId, ownerId, details, responseId, role, sinceMs, ...run } of underWay) {
      const { device } = targetOf(run.device);
      const schedule = { dspScheduleId, owner: partyOf(ownerId), device, details };
      const srv = details.dspScheduledServiceReferenceVariant;
      const due: DueAnswer = { mode: 'scheduled', srv, role, sinceMs };
      const read = reads.get(responseId);
      if (read === undefined) throw contradiction(`nobody reads a meter for ${responseId}`);
      this.#wait({ schedule, responseId, due }, () => read);
    }
  }

  #wait(run: Run, read: () => ReadResult | Coming<ReadResult>): void {
    const { delivery, log } = this.#parts;
    const { schedule, responseId, due } = run;
    const { dspScheduleId, owner } = schedule;
    this.#underWay.add(run);
    tellOf(read, {
      take: (result) => {
        this.#underWay.delete(run);
        const response = this.#response(schedule, responseId, result);
        judge(this.#parts, due, response);
        delivery.deliver(owner, response);
      },
      fail: (fault) => {
        this.#underWay.delete(run);
        log.error({ dspScheduleId, err: fault }, 'a run of a schedule failed');
      },
    });
  }

  #response(
    { dspScheduleId, details }: Schedule,
    responseId: string,
    result: ReadResult,
  ): ServiceResponse {
    const answered = {
      responseId,
      dspScheduleId,
      responseMs: this.#parts.clock.nowMs(),
      serviceReferenceVariant: details.dspScheduledServiceReferenceVariant,
    };
    if (!result.ok) return this.#failure(dspScheduleId, responseId);
    const { served, log } = result;
    return { kind: 'log', responseCode: 'I0', served, log, ...answered };
  }

  /** What the owner is told of a run that brought nothing. */
  #failure(dspScheduleId: number, responseId: string): ServiceResponse {
    const [deviceId = '', originator = '', counter = ''] = responseId.split(':');
    const commandRequestId = `${originator}:${deviceId}:${counter}`;
    return commandFailure({ commandRequestId, dspScheduleId, deviceId }, this.#parts.clock);
  }

  /** Rises with every run, and is the virtual time in ms as long as runs are that far apart. */
  #nextCounter(): number {
    this.#lastCounter = Math.max(this.#lastCounter + 1, Math.floor(this.#parts.clock.nowMs()));
    return this.#lastCounter;
  }
}
