// The message of a Service Request as a client would write it [contract §3], out of a few choices.
// It stays text that can be changed before it is sent.

import { formatDate } from '../../gateway/protocol/half-hours.ts';
import { READ_SRVS, type Srv } from '../../gateway/protocol/service-reference.ts';

/** The DCC, to which 5.x are addressed. */
const DCC = '90-B3-D5-1F-30-00-00-02';

export interface Chosen {
  readonly srv: Srv;
  /** EUI-64 of who asks. */
  readonly originatorId: string;
  readonly deviceId: string;
  readonly counter: number;
  /** UTC days since the epoch, the last one included. */
  readonly fromDay: number;
  readonly toDay: number;
  readonly explain: boolean;
}

export function requestMessage(chosen: Chosen): Readonly<Record<string, unknown>> {
  const { srv, originatorId, deviceId, counter, explain } = chosen;
  const isOfDevice = !srv.startsWith('5.');
  return {
    requestId: `${originatorId}:${isOfDevice ? deviceId : DCC}:${counter}`,
    serviceReferenceVariant: srv,
    ...bodyOf(chosen),
    ...(explain && { explain: true }),
  };
}

function bodyOf({ srv, deviceId, fromDay, toDay }: Chosen): Readonly<Record<string, unknown>> {
  const startDateTime = `${formatDate(fromDay)}T00:00:00Z`;
  if (READ_SRVS.some((read) => read === srv)) {
    const endDateTime = `${formatDate(toDay + 1)}T00:00:00Z`;
    return { readLogPeriod: { startDateTime, endDateTime } };
  }
  if (srv === '3.2') {
    return { restrictAccessForChangeOfTenancy: { restrictionDateTime: startDateTime } };
  }
  if (srv === '5.1') return { createSchedule: scheduleOf(deviceId, toDay + 1) };
  return { [srv === '5.2' ? 'readSchedule' : 'deleteSchedule']: { deviceId } };
}

/** Every day yesterday's half hours. */
function scheduleOf(deviceId: string, startDay: number): Readonly<Record<string, unknown>> {
  return {
    scheduleFrequency: 'Daily',
    scheduleStartDate: formatDate(startDay),
    scheduleExecutionStartTime: '02:00:00Z',
    dspScheduledServiceReferenceVariant: '4.8.1',
    deviceId,
    startDateOffset: -1,
    startTime: '00:00:00Z',
    endDateOffset: 0,
    endTime: '00:00:00Z',
  };
}
