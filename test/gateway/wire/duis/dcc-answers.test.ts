import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtocolError } from '../../../../gateway/protocol/errors.ts';
import { RESPONSE_CODES, type ResponseCode } from '../../../../gateway/protocol/response-codes.ts';
import { SERVICE_REFERENCES, type Srv } from '../../../../gateway/protocol/service-reference.ts';
import type { CodeResponse } from '../../../../gateway/protocol/service-response.ts';
import { DUIS_SRVS } from '../../../../gateway/wire/duis/srv-names.ts';
import { jsonWire } from '../../../../gateway/wire/json.ts';
import { plainResponse } from '../../../../gateway/wire/response.ts';
import { REQUEST_ID } from '../messages.ts';
import { DEVICE, elementsAt, logRead, parsed, type Tree, written } from './documents.ts';
import { anyAlert, anyId, anySchedule } from './random-answers.ts';
import { expectValid } from './schemas.ts';

const SRVS: Srv[] = ['3.2', '4.6.1', '4.8.1', '4.8.2', '4.8.3', '5.1', '5.2', '5.3'];
const CODES: ResponseCode[] = [];
for (const code in RESPONSE_CODES) CODES.push(code as ResponseCode);

function code(
  srv: Srv,
  responseCode: ResponseCode,
  more: Partial<CodeResponse> = {},
): CodeResponse {
  return {
    kind: 'code',
    requestId: REQUEST_ID,
    responseCode,
    responseMs: Date.UTC(2026, 10, 23, 9),
    serviceReferenceVariant: srv,
    ...more,
  };
}

describe('what the DCC answers itself', () => {
  test.each(SRVS)('a code to %s is valid and told by the parser', (srv) => {
    for (const responseCode of CODES) {
      const xml = written(code(srv, responseCode === 'I0' ? 'I99' : responseCode));
      expectValid(xml);
      expect(elementsAt(parsed(xml).body, 'ResponseMessage')).toEqual([
        {
          ServiceReference: SERVICE_REFERENCES[srv].serviceReference,
          ServiceReferenceVariant: srv,
        },
      ]);
    }
  });

  test('an acknowledgement has no ResponseID, a read that failed after one has', () => {
    expect(parsed(written(code('4.8.1', 'I99'))).header).toMatchObject({ responseCode: 'I99' });
    expect(parsed(written(code('4.8.1', 'I99'))).header.responseId).toBeUndefined();
    expect(parsed(written(code('4.8.1', 'E4'))).header.responseId).toBeUndefined();
    for (const failure of ['E20', 'E21'] as const) {
      expect(parsed(written(code('4.8.1', failure))).header).toMatchObject({
        requestId: { counter: 1000n },
        responseId: { originatorId: DEVICE.toLowerCase() },
      });
    }
  });

  test('3.2 that a device carried out is the answer of the device', () => {
    const xml = written(code('3.2', 'I0'));
    expectValid(xml);
    const { name, data } = logRead(xml);
    expect(name).toBe('RestrictAccessForChangeOfTenancyRsp');
    expect(elementsAt(data, `${name}/@_MessageSuccess`)).toEqual(['true']);
  });

  test('5.1 has the number of the schedule', () => {
    const xml = written({
      ...code('5.1', 'I0'),
      kind: 'schedule',
      responseCode: 'I0',
      dspScheduleId: 7,
    });
    expectValid(xml);
    expect(elementsAt(parsed(xml).body, 'ResponseMessage/DSPScheduleID')).toEqual(['7']);
  });

  test('5.2 has one to 99 schedules, equal to what JSON shows', () => {
    fc.assert(
      fc.property(fc.array(anySchedule, { minLength: 1, maxLength: 99 }), (dspSchedules) => {
        const response = {
          ...code('5.2', 'I0'),
          kind: 'schedule',
          responseCode: 'I0',
          dspSchedules,
        } as const;
        const xml = written(response);
        expectValid(xml);
        const read = elementsAt(parsed(xml).body, 'ResponseMessage/DSPSchedulesRead/DSPSchedules');
        expect(read).toEqual(
          (plainResponse(response).dspSchedules as Record<string, string>[]).map(asDuis),
        );
      }),
      { seed: 52, numRuns: 60 },
    );
  });

  test('an alert is valid and has neither RequestID nor ResponseID', () => {
    fc.assert(
      fc.property(anyAlert, (alert) => {
        const xml = written(alert);
        expectValid(xml);
        const { header, body } = parsed(xml);
        expect([header.requestId, header.responseId]).toEqual([undefined, undefined]);
        const [message] = elementsAt(body, 'DCCAlertMessage');
        const { dccAlertMessage } = plainResponse(alert);
        expect(lowered(message)).toEqual(lowered(JSON.parse(JSON.stringify(dccAlertMessage))));
      }),
      { seed: 13, numRuns: 200 },
    );
  });

  test('the refusal of an SRV that nothing here serves is valid for every SRV of DUIS', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DUIS_SRVS.keys()), anyId, (duisSrv, requestId) => {
        const response = {
          kind: 'unserved',
          requestId,
          responseCode: 'E11',
          responseMs: 0,
          duisSrv,
        } as const;
        expectValid(written(response));
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});

/** A schedule as JSON shows it, in the elements of DUIS. */
function asDuis(plain: Record<string, string | undefined>): Tree {
  const srv = plain.dspScheduledServiceReferenceVariant ?? '';
  const read = {
    '4.6.1': 'RetrieveImportDailyReadLog',
    '4.8.1': 'ReadActiveImportProfileData',
    '4.8.2': 'ReadReactiveImportProfileData',
    '4.8.3': 'ReadExportProfileData',
  }[srv];
  const optional = (name: string, value: string | undefined) =>
    value === undefined ? {} : { [name]: value };
  return {
    DSPScheduleID: String(plain.dspScheduleId),
    DSPScheduleDetails: {
      ScheduleFrequency: plain.scheduleFrequency,
      ScheduleStartDate: plain.scheduleStartDate,
      ...optional('ScheduleEndDate', plain.scheduleEndDate),
      ...optional('ScheduleExecutionStartTime', plain.scheduleExecutionStartTime),
      DSPScheduledServiceReference: srv.slice(0, 3),
      DSPScheduledServiceReferenceVariant: srv,
      DeviceID: plain.deviceId,
      [`DSP${read}`]: {
        StartDateOffset: String(plain.startDateOffset),
        StartTime: plain.startTime,
        EndDateOffset: String(plain.endDateOffset),
        EndTime: plain.endTime,
      },
    },
  };
}

/** Names without regard to case, leaves as text: what the two spellings have in common. */
function lowered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.toLowerCase(), lowered(inner)]),
  );
}

test('what DUIS has no code for is the JSON error object, byte for byte', () => {
  const error = new ProtocolError('INVALID_REQUEST', 'no', { path: '/Request' });
  for (const requestId of [REQUEST_ID, null]) {
    const response = { kind: 'error', requestId, error } as const;
    expect(written(response)).toBe(jsonWire.encode(response).toString());
  }
});
