import { describe, expect, test } from 'vitest';
import { readServiceRequest } from '../../../gateway/wire/request.ts';
import { CREATE_SCHEDULE, refusal } from './messages.ts';

describe('the schedules of the DSP', () => {
  test('5.1 becomes days and seconds, with the command variant 8', () => {
    expect(readServiceRequest(CREATE_SCHEDULE)).toMatchObject({
      serviceReferenceVariant: '5.1',
      commandVariant: 8,
      createSchedule: {
        scheduleFrequency: 'Daily',
        scheduleStartDay: Date.UTC(2026, 10, 22) / 86_400_000,
        dspScheduledServiceReferenceVariant: '4.8.1',
        deviceHigh: 0x90b3d51f,
        deviceLow: 0x40000007,
        startDateOffset: -1,
        startSeconds: 0,
        endDateOffset: 0,
        endSeconds: 0,
      },
    });
  });

  test('5.1 without an end or an execution time has neither key', () => {
    const request = readServiceRequest(CREATE_SCHEDULE);
    const body = 'createSchedule' in request ? Object.keys(request.createSchedule) : [];
    expect(body).toHaveLength(9);
    expect(body).not.toContain('scheduleEndDay');
    expect(body).not.toContain('scheduleExecutionStartSeconds');
  });

  test('5.1 takes an end and an execution time', () => {
    const createSchedule = {
      ...CREATE_SCHEDULE.createSchedule,
      scheduleEndDate: '2026-11-23',
      scheduleExecutionStartTime: '01:30:00Z',
    };
    expect(readServiceRequest({ ...CREATE_SCHEDULE, createSchedule })).toMatchObject({
      createSchedule: {
        scheduleEndDay: Date.UTC(2026, 10, 23) / 86_400_000,
        scheduleExecutionStartSeconds: 5400,
      },
    });
  });

  test.each([
    ['scheduleFrequency', 'daily'],
    ['scheduleStartDate', '2026-02-29'],
    ['scheduleStartDate', '2026-11-22Z'],
    ['scheduleEndDate', '22.11.2026'],
    ['scheduleExecutionStartTime', '24:00:00Z'],
    ['dspScheduledServiceReferenceVariant', '5.1'],
    ['deviceId', '90-B3-D5-1F-40-00-00'],
    ['startDateOffset', 1],
    ['startDateOffset', -401],
    ['endDateOffset', -0.5],
    ['startTime', '00:00:00+01:00'],
    ['endTime', '00:00'],
  ])('5.1 refuses %s %j', (key, value) => {
    const createSchedule = { ...CREATE_SCHEDULE.createSchedule, [key]: value };
    expect(refusal({ ...CREATE_SCHEDULE, createSchedule }).path).toBe(`/createSchedule/${key}`);
  });

  test.each([-400, 0])('5.1 takes an offset of %d days', (startDateOffset) => {
    const createSchedule = { ...CREATE_SCHEDULE.createSchedule, startDateOffset };
    const request = readServiceRequest({ ...CREATE_SCHEDULE, createSchedule });
    expect(request).toMatchObject({ createSchedule: { startDateOffset } });
  });

  const { requestId } = CREATE_SCHEDULE;

  test.each([
    ['5.2', 'readSchedule'],
    ['5.3', 'deleteSchedule'],
  ])('%s names a schedule or a device, and exactly one', (serviceReferenceVariant, body) => {
    const message = { requestId, serviceReferenceVariant };
    const deviceId = '90-B3-D5-1F-40-00-00-07';
    expect(readServiceRequest({ ...message, [body]: { dspScheduleId: 0 } })).toMatchObject({
      commandVariant: 8,
      [body]: { dspScheduleId: 0 },
    });
    expect(readServiceRequest({ ...message, [body]: { deviceId } })).toMatchObject({
      [body]: { deviceHigh: 0x90b3d51f, deviceLow: 0x40000007 },
    });
    expect(refusal({ ...message, [body]: {} }).path).toBe(`/${body}`);
    expect(refusal({ ...message, [body]: { dspScheduleId: 1, deviceId } }).path).toBe(`/${body}`);
  });

  test('a dspScheduleId has at most twelve zeros', () => {
    const message = { requestId, serviceReferenceVariant: '5.3' };
    const deleteSchedule = { dspScheduleId: 1_000_000_000_000 };
    expect(readServiceRequest({ ...message, deleteSchedule })).toMatchObject({ deleteSchedule });
    const beyond = { dspScheduleId: 1_000_000_000_001 };
    const { path } = refusal({ ...message, deleteSchedule: beyond });
    expect(path).toBe('/deleteSchedule/dspScheduleId');
  });
});
