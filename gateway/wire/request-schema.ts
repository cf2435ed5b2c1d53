// The shape of a request message [contract §3], one schema for each SRV. The same objects check
// messages and are the JSON Schema of the documents. What a pattern cannot say (a date that is in
// the calendar, a counter of 64 bits, an end after its start) `request.ts` checks beside them.
//
// A description completes the sentence "must be …" of a refusal.

import { Compile, Type } from '../protocol/schema.ts';
import {
  READ_SRVS,
  type ReadSrv,
  SERVICE_REFERENCES,
  type Srv,
} from '../protocol/service-reference.ts';
import { SCHEDULE_FREQUENCIES } from '../protocol/service-request.ts';
import { REQUEST_ID_LENGTH_MAX } from './request-id.ts';

const EUI64 = '[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){7}';

/** DSPScheduleID [DUIS-XSD]. */
export const DSP_SCHEDULE_ID_MAX = 1_000_000_000_000;

/** StartDateOffset and EndDateOffset, days [DUIS-XSD]. */
export const DATE_OFFSET_MIN = -400;

/** Forms of a string whose values need more than their pattern. */
export const REQUEST_FORMS = {
  requestId:
    'originator:target:counter, two EUI-64s and an unsigned 64-bit decimal without leading zeros',
  deviceId: 'an EUI-64, eight two-digit hex groups joined by "-"',
  dateTime:
    'an ISO 8601 date and time that says its zone, ' +
    'from 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z',
  date: 'a date of the calendar, YYYY-MM-DD',
  time: 'a UTC time of day, such as 00:00:00Z',
} as const;

const requestId = Type.String({
  pattern: `^${EUI64}:${EUI64}:(0|[1-9][0-9]{0,19})$`,
  maxLength: REQUEST_ID_LENGTH_MAX,
  description: REQUEST_FORMS.requestId,
});

const deviceId = Type.String({
  pattern: `^${EUI64}$`,
  description: REQUEST_FORMS.deviceId,
});

const dateTime = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})$',
  description: REQUEST_FORMS.dateTime,
});

const date = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}$',
  description: REQUEST_FORMS.date,
});

const time = Type.String({
  pattern: '^\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z?$',
  description: REQUEST_FORMS.time,
});

const dateOffset = Type.Integer({
  minimum: DATE_OFFSET_MIN,
  maximum: 0,
  description: `an integer from ${DATE_OFFSET_MIN} to 0, days relative to the run`,
});

const dspScheduleId = Type.Integer({
  minimum: 0,
  maximum: DSP_SCHEDULE_ID_MAX,
  description: `an integer from 0 to ${DSP_SCHEDULE_ID_MAX}`,
});

const CLOSED = { additionalProperties: false };

const readLogPeriod = Type.Object(
  { startDateTime: dateTime, endDateTime: dateTime },
  { ...CLOSED, description: 'an object of startDateTime and endDateTime, both inclusive' },
);

const createSchedule = Type.Object(
  {
    scheduleFrequency: Type.Enum([...SCHEDULE_FREQUENCIES], {
      description: `one of ${SCHEDULE_FREQUENCIES.join(', ')}`,
    }),
    scheduleStartDate: date,
    scheduleEndDate: Type.Optional(date),
    scheduleExecutionStartTime: Type.Optional(time),
    dspScheduledServiceReferenceVariant: Type.Enum([...READ_SRVS], {
      description: `one of ${READ_SRVS.join(', ')}`,
    }),
    deviceId,
    startDateOffset: dateOffset,
    startTime: time,
    endDateOffset: dateOffset,
    endTime: time,
  },
  { ...CLOSED, description: 'an object that describes the schedule' },
);

const scheduleChoice = Type.Object(
  { dspScheduleId: Type.Optional(dspScheduleId), deviceId: Type.Optional(deviceId) },
  {
    ...CLOSED,
    minProperties: 1,
    maxProperties: 1,
    description: 'an object of either dspScheduleId or deviceId',
  },
);

/** The keys that every request has or may have. */
function header<const S extends Srv>(srv: S) {
  const { serviceReference } = SERVICE_REFERENCES[srv];
  return {
    requestId,
    serviceReferenceVariant: Type.Literal(srv, { description: `"${srv}"` }),
    serviceReference: Type.Optional(
      Type.Literal(serviceReference, {
        description: `"${serviceReference}", to agree with ${srv}`,
      }),
    ),
    commandVariant: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 9, description: 'an integer from 1 to 9' }),
    ),
    explain: Type.Optional(Type.Boolean({ description: 'true or false' })),
  };
}

const MESSAGE = { ...CLOSED, description: 'an object with the keys of a Service Request' };

/** What reaches a device can be future dated [domain §2.3]; only that takes executionDateTime. */
const executionDateTime = Type.Optional(dateTime);

const restrictAccessForChangeOfTenancy = Type.Object(
  { restrictionDateTime: dateTime },
  { ...CLOSED, description: 'an object of restrictionDateTime' },
);

function readLog<const S extends ReadSrv>(srv: S) {
  return Type.Object({ ...header(srv), readLogPeriod, executionDateTime }, MESSAGE);
}

/** The schema of each SRV's message. */
export const REQUEST_SCHEMAS = {
  '3.2': Type.Object(
    { ...header('3.2'), restrictAccessForChangeOfTenancy, executionDateTime },
    MESSAGE,
  ),
  '4.6.1': readLog('4.6.1'),
  '4.8.1': readLog('4.8.1'),
  '4.8.2': readLog('4.8.2'),
  '4.8.3': readLog('4.8.3'),
  '5.1': Type.Object({ ...header('5.1'), createSchedule }, MESSAGE),
  '5.2': Type.Object({ ...header('5.2'), readSchedule: scheduleChoice }, MESSAGE),
  '5.3': Type.Object({ ...header('5.3'), deleteSchedule: scheduleChoice }, MESSAGE),
};

/** The same schemas, compiled. */
export const REQUEST_CHECKS = {
  '3.2': Compile(REQUEST_SCHEMAS['3.2']),
  '4.6.1': Compile(REQUEST_SCHEMAS['4.6.1']),
  '4.8.1': Compile(REQUEST_SCHEMAS['4.8.1']),
  '4.8.2': Compile(REQUEST_SCHEMAS['4.8.2']),
  '4.8.3': Compile(REQUEST_SCHEMAS['4.8.3']),
  '5.1': Compile(REQUEST_SCHEMAS['5.1']),
  '5.2': Compile(REQUEST_SCHEMAS['5.2']),
  '5.3': Compile(REQUEST_SCHEMAS['5.3']),
};

/** One request message, for the documents and the HTTP API. */
export const SERVICE_REQUEST_SCHEMA = Type.Union(Object.values(REQUEST_SCHEMAS), {
  title: 'Service Request',
});
