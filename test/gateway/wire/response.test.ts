import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../../../gateway/protocol/errors.ts';
import type { ServiceResponse } from '../../../gateway/protocol/service-response.ts';
import { jsonWire } from '../../../gateway/wire/json.ts';
import { plainResponse } from '../../../gateway/wire/response.ts';
import { expectFaithful } from './faithful.ts';
import { PROFILE_ANSWER, REQUEST_ID } from './messages.ts';

const NINE = Date.UTC(2026, 10, 23, 9);

describe('any other answer', () => {
  const answered = { requestId: REQUEST_ID, responseMs: NINE };

  test('of daily reads rises by timestamp and has no empty keys', () => {
    const read = {
      timestamp: Date.UTC(2026, 10, 22, 0, 0, 7) / 1000,
      elecActiveImportRegisterConsumption: 1_234_567,
      tariffTOURegisterMatrixValue: [1_000_000, 234_567],
    };
    const answer: ServiceResponse = {
      ...PROFILE_ANSWER,
      serviceReferenceVariant: '4.6.1',
      log: { srv: '4.6.1', dailyReadLog: [read] },
    };
    expect(jsonWire.encode(answer).toString()).toContain(
      '"served":"cache","dailyReadLog":[{"timestamp":"2026-11-22T00:00:07Z",' +
        '"elecActiveImportRegisterConsumption":1234567,' +
        '"tariffTOURegisterMatrixValue":[1000000,234567]}]}',
    );
    expectFaithful(answer);
  });

  test('made by a schedule begins with dspScheduleId and responseId', () => {
    const { requestId: _, ...rest } = PROFILE_ANSWER;
    const responseId = '90-B3-D5-1F-40-00-00-07:90-B3-D5-1F-30-01-00-00:5';
    const answer: ServiceResponse = { ...rest, responseId, dspScheduleId: 42 };
    expect(Object.keys(plainResponse(answer))).toEqual([
      'dspScheduleId',
      'responseId',
      'responseCode',
      'responseDateTime',
      'serviceReferenceVariant',
      'served',
      'profile',
    ]);
    expectFaithful(answer);
  });

  test('with an explanation ends with why', () => {
    const why = { clause: 'AM 18.22(h)', rule: 'R6', deviceReads: 0, ageSeconds: 3600 };
    const answer: ServiceResponse = { ...PROFILE_ANSWER, why };
    expect(Object.keys(plainResponse(answer)).at(-1)).toBe('why');
    expect(plainResponse(answer)).toMatchObject({ why });
    expectFaithful(answer);
  });

  test('to 5.1 carries the number of the schedule', () => {
    const answer: ServiceResponse = {
      ...answered,
      kind: 'schedule',
      responseCode: 'I0',
      serviceReferenceVariant: '5.1',
      dspScheduleId: 1_000_000_000_000,
    };
    expect(plainResponse(answer)).toEqual({
      requestId: REQUEST_ID,
      responseCode: 'I0',
      responseDateTime: '2026-11-23T09:00:00.000Z',
      serviceReferenceVariant: '5.1',
      dspScheduleId: 1_000_000_000_000,
    });
    expectFaithful(answer);
  });

  test('to 5.2 shows schedules as createSchedule takes them', () => {
    const schedule = {
      dspScheduleId: 7,
      scheduleFrequency: 'Daily' as const,
      scheduleStartDay: Date.UTC(2026, 10, 22) / 86_400_000,
      dspScheduledServiceReferenceVariant: '4.8.1' as const,
      deviceHigh: 0x90b3d51f,
      deviceLow: 0x40000007,
      startDateOffset: -1,
      startSeconds: 0,
      endDateOffset: 0,
      endSeconds: 1800,
    };
    const ending = { ...schedule, scheduleEndDay: schedule.scheduleStartDay + 1 };
    const answer: ServiceResponse = {
      ...answered,
      kind: 'schedule',
      responseCode: 'I0',
      serviceReferenceVariant: '5.2',
      dspSchedules: [schedule, { ...ending, scheduleExecutionStartSeconds: 5400 }],
    };
    const shown = {
      dspScheduleId: 7,
      scheduleFrequency: 'Daily',
      scheduleStartDate: '2026-11-22',
      dspScheduledServiceReferenceVariant: '4.8.1',
      deviceId: '90-B3-D5-1F-40-00-00-07',
      startDateOffset: -1,
      startTime: '00:00:00Z',
      endDateOffset: 0,
      endTime: '00:30:00Z',
    };
    expect(plainResponse(answer).dspSchedules).toEqual([
      shown,
      { ...shown, scheduleEndDate: '2026-11-23', scheduleExecutionStartTime: '01:30:00Z' },
    ]);
    expectFaithful(answer);
  });

  test('that is a bare code has nothing beside it', () => {
    const answer: ServiceResponse = {
      ...answered,
      kind: 'code',
      responseCode: 'E19',
      serviceReferenceVariant: '4.8.1',
    };
    expect(jsonWire.encode(answer).toString()).toBe(
      `{"requestId":"${REQUEST_ID}","responseCode":"E19",` +
        '"responseDateTime":"2026-11-23T09:00:00.000Z","serviceReferenceVariant":"4.8.1"}',
    );
    expectFaithful(answer);
  });

  test('that is an error has a null responseCode and only the details there are', () => {
    const error = new ProtocolError('INVALID_REQUEST', 'no', { path: '/x' });
    const answer: ServiceResponse = { kind: 'error', requestId: null, error };
    expect(jsonWire.encode(answer).toString()).toBe(
      '{"requestId":null,"responseCode":null,' +
        '"error":{"code":"INVALID_REQUEST","message":"no","path":"/x"}}',
    );
    const busy = new ProtocolError('BUSY', 'later', { retryAfterMs: 100 });
    expect(plainResponse({ kind: 'error', requestId: 'x', error: busy }).error).toEqual({
      code: 'BUSY',
      message: 'later',
      retryAfterMs: 100,
    });
    expectFaithful(answer);
  });
});
