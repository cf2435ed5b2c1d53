// Messages and answers that several tests of the wire start from.

import { ProtocolError } from '../../../gateway/protocol/errors.ts';
import { NO_ENTRY } from '../../../gateway/protocol/log-entries.ts';
import type { LogResponse } from '../../../gateway/protocol/service-response.ts';
import { readServiceRequest } from '../../../gateway/wire/request.ts';

export const REQUEST_ID = '90-B3-D5-1F-30-01-00-00:90-B3-D5-1F-40-00-00-07:1000';

export const READ_DAY = {
  requestId: REQUEST_ID,
  serviceReferenceVariant: '4.8.1',
  readLogPeriod: {
    startDateTime: '2026-11-22T00:00:00Z',
    endDateTime: '2026-11-23T00:00:00Z',
  },
};

export const CREATE_SCHEDULE = {
  requestId: '90-B3-D5-1F-30-01-00-00:90-B3-D5-1F-30-00-00-02:1001',
  serviceReferenceVariant: '5.1',
  createSchedule: {
    scheduleFrequency: 'Daily',
    scheduleStartDate: '2026-11-22',
    dspScheduledServiceReferenceVariant: '4.8.1',
    deviceId: '90-b3-d5-1f-40-00-00-07',
    startDateOffset: -1,
    startTime: '00:00:00Z',
    endDateOffset: 0,
    endTime: '00:00:00.00Z',
  },
};

/** The contract's own example: four half hours from the cache, one of them without an entry. */
export const PROFILE_ANSWER: LogResponse = {
  kind: 'log',
  requestId: REQUEST_ID,
  responseCode: 'I0',
  responseMs: Date.UTC(2026, 10, 23, 9),
  serviceReferenceVariant: '4.8.1',
  served: 'cache',
  log: {
    srv: '4.8.1',
    profile: {
      firstHalfHour: Date.UTC(2026, 10, 22) / 1_800_000,
      count: 4,
      columns: [Uint32Array.of(212, 198, NO_ENTRY, 305)],
    },
  },
};

/** How a message is refused; anything but `INVALID_REQUEST` fails the test. */
export function refusal(message: unknown): { path: string | undefined; message: string } {
  try {
    readServiceRequest(message);
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.code !== 'INVALID_REQUEST') throw error;
    return { path: error.path, message: error.message };
  }
  throw new Error('the message was not refused');
}
