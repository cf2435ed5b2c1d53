// When a DSP Schedule runs and what period it reads [DUIS-XSD CreateSchedule]. Everything is UTC;
// days are numbered since the epoch.

import { DAY_SECONDS, dayOfDate } from '../protocol/half-hours.ts';
import type {
  ReadLogPeriod,
  ScheduleDetails,
  ScheduleFrequency,
} from '../protocol/service-request.ts';

/** Runs without an execution time are spread over this stretch of the day [decision R23]. */
export const SPREAD_FROM_SECONDS = 1800;
export const SPREAD_SECONDS = 6 * 3600;

/** Seconds after midnight at which a device's schedules run when they do not say. */
export function spreadSeconds(deviceHigh: number, deviceLow: number): number {
  let hash = Math.imul(deviceLow ^ Math.imul(deviceHigh, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return SPREAD_FROM_SECONDS + (((hash ^ (hash >>> 16)) >>> 0) % SPREAD_SECONDS);
}

/** Days between runs of the frequencies that count days, months of those that count months. */
const STEPS: Readonly<Record<ScheduleFrequency, { days: number } | { months: number }>> = {
  Daily: { days: 1 },
  Weekly: { days: 7 },
  Monthly: { months: 1 },
  Quarterly: { months: 3 },
  'Half-Yearly': { months: 6 },
  Yearly: { months: 12 },
};

function executionSeconds(details: ScheduleDetails): number {
  const { deviceHigh, deviceLow } = details;
  return details.scheduleExecutionStartSeconds ?? spreadSeconds(deviceHigh, deviceLow);
}

/**
 * Day of run `n` (from 0). Months are counted from the start date, so that a schedule of the 31st
 * runs on the last day of shorter months and on the 31st again afterwards.
 */
function runDay(details: ScheduleDetails, n: number): number {
  const step = STEPS[details.scheduleFrequency];
  if ('days' in step) return details.scheduleStartDay + n * step.days;
  const start = new Date(details.scheduleStartDay * DAY_SECONDS * 1000);
  const month = start.getUTCMonth() + n * step.months;
  const year = start.getUTCFullYear() + Math.floor(month / 12);
  const first = dayOfDate(year, (month % 12) + 1, 1);
  const next = dayOfDate(year + Math.floor(((month % 12) + 1) / 12), ((month + 1) % 12) + 1, 1);
  return Math.min(first + start.getUTCDate() - 1, next - 1);
}

/** First day, at or after `seconds`, on which a schedule runs; undefined after its end date. */
export function nextRunDay(details: ScheduleDetails, seconds: number): number | undefined {
  const step = STEPS[details.scheduleFrequency];
  const stepDaysMax = 'days' in step ? step.days : step.months * 31;
  const execution = executionSeconds(details);
  const daysAhead = (seconds - execution) / DAY_SECONDS - details.scheduleStartDay;
  let n = Math.max(Math.floor(daysAhead / stepDaysMax), 0);
  while (runDay(details, n) * DAY_SECONDS + execution < seconds) n++;
  const day = runDay(details, n);
  return day > (details.scheduleEndDay ?? Number.POSITIVE_INFINITY) ? undefined : day;
}

/** Second at which the run of a day starts. */
export function runSeconds(details: ScheduleDetails, day: number): number {
  return day * DAY_SECONDS + executionSeconds(details);
}

/** What the run of a day reads: offsets are days relative to the day of the run [decision R22]. */
export function periodOfRun(details: ScheduleDetails, day: number): ReadLogPeriod {
  return {
    startSeconds: (day + details.startDateOffset) * DAY_SECONDS + details.startSeconds,
    endSeconds: (day + details.endDateOffset) * DAY_SECONDS + details.endSeconds,
  };
}

/** Second at which a schedule is no longer active: the end of its end date. */
export function endSeconds({ scheduleEndDay }: ScheduleDetails): number {
  return scheduleEndDay === undefined
    ? Number.POSITIVE_INFINITY
    : (scheduleEndDay + 1) * DAY_SECONDS;
}

/** Active from its start date 00:00Z to the end of its end date [decision R4]. */
export function isActive(details: ScheduleDetails, nowSeconds: number): boolean {
  return nowSeconds >= details.scheduleStartDay * DAY_SECONDS && nowSeconds < endSeconds(details);
}
