// What the DCC itself answers [DUIS-XSD ResponseMessage, DCCAlertMessage, domain §1.9, §1.10]:
// acknowledgements and refusals, schedules made and shown, and alerts. None carries a signature
// unless the gateway is told to sign everything.

import { formatEui64 } from '../../protocol/eui64.ts';
import { formatDate, formatTime } from '../../protocol/half-hours.ts';
import type { ResponseCode } from '../../protocol/response-codes.ts';
import { SERVICE_REFERENCES } from '../../protocol/service-reference.ts';
import type {
  AlertResponse,
  CodeResponse,
  CommandFailure,
  DspSchedule,
  DspScheduleRemoval,
  ScheduleResponse,
  UnservedResponse,
} from '../../protocol/service-response.ts';
import {
  CLOSE_BODY,
  type EnvelopeHeader,
  openEnvelope,
  references,
  referencesOf,
  responseIdTo,
  srElement,
} from './envelope.ts';
import { scheduledReadOf } from './grammar.ts';
import { escapeText } from './namespaces.ts';
import { DUIS_SRVS } from './srv-names.ts';

/**
 * Codes of a read that was acknowledged before it failed: the answer has a ResponseID, by which a
 * client tells it from an acknowledgement.
 */
const AFTER_ACKNOWLEDGEMENT: readonly ResponseCode[] = ['E20', 'E21'];

/** A bare code. */
export function codeAnswer(response: CodeResponse): string {
  const { requestId, responseCode, serviceReferenceVariant: srv, dspScheduleId } = response;
  const late = requestId !== undefined && AFTER_ACKNOWLEDGEMENT.includes(responseCode);
  const responseId = late ? responseIdTo(requestId) : response.responseId;
  const schedule = dspScheduleId === undefined ? '' : srElement('DSPScheduleID', dspScheduleId);
  return responseMessage({ ...response, responseId }, references(srv) + schedule);
}

/** The refusal of an SRV that nothing here serves. */
export function unservedAnswer(response: UnservedResponse): string {
  const { duisSrv } = response;
  return responseMessage(response, referencesOf(DUIS_SRVS.get(duisSrv) ?? duisSrv, duisSrv));
}

/** 5.1 with its DSPScheduleID, 5.2 with the schedules. */
export function scheduleAnswer(response: ScheduleResponse): string {
  const { dspSchedules, dspScheduleId, serviceReferenceVariant: srv } = response;
  const content =
    dspSchedules === undefined
      ? srElement('DSPScheduleID', dspScheduleId ?? 0)
      : srElement('DSPSchedulesRead', dspSchedules.map(schedule).join(''));
  return responseMessage(response, references(srv) + content);
}

function responseMessage(header: EnvelopeHeader, content: string): string {
  return `${openEnvelope(header)}${srElement('ResponseMessage', content)}${CLOSE_BODY}`;
}

/** DSPSchedules: the number, and what CreateSchedule said. */
function schedule(details: DspSchedule): string {
  const { scheduleEndDay: end, scheduleExecutionStartSeconds: execution } = details;
  const srv = details.dspScheduledServiceReferenceVariant;
  const read =
    srElement('StartDateOffset', details.startDateOffset) +
    srElement('StartTime', formatTime(details.startSeconds)) +
    srElement('EndDateOffset', details.endDateOffset) +
    srElement('EndTime', formatTime(details.endSeconds));
  const written =
    srElement('ScheduleFrequency', details.scheduleFrequency) +
    srElement('ScheduleStartDate', formatDate(details.scheduleStartDay)) +
    (end === undefined ? '' : srElement('ScheduleEndDate', formatDate(end))) +
    (execution === undefined
      ? ''
      : srElement('ScheduleExecutionStartTime', formatTime(execution))) +
    srElement('DSPScheduledServiceReference', SERVICE_REFERENCES[srv].serviceReference) +
    srElement('DSPScheduledServiceReferenceVariant', srv) +
    srElement('DeviceID', formatEui64(details.deviceHigh, details.deviceLow)) +
    srElement(scheduledReadOf(srv), read);
  return srElement(
    'DSPSchedules',
    srElement('DSPScheduleID', details.dspScheduleId) + srElement('DSPScheduleDetails', written),
  );
}

/** What nobody asked for; an alert has neither RequestID nor ResponseID. */
export function alertAnswer({
  responseCode,
  responseMs,
  dccAlertCode,
  dccAlert,
}: AlertResponse): string {
  const alert =
    'commandFailure' in dccAlert
      ? commandFailure(dccAlert.commandFailure)
      : scheduleRemoval(dccAlert.dspScheduleRemoval);
  const message = srElement('DCCAlertCode', dccAlertCode) + srElement('DCCAlert', alert);
  const envelope = openEnvelope({ responseCode, responseMs });
  return `${envelope}${srElement('DCCAlertMessage', message)}${CLOSE_BODY}`;
}

function commandFailure({ commandRequestId, dspScheduleId, deviceId }: CommandFailure): string {
  return srElement(
    'CommandFailure',
    srElement('CommandRequestID', escapeText(commandRequestId)) +
      (dspScheduleId === undefined ? '' : srElement('DSPScheduleID', dspScheduleId)) +
      srElement('DeviceID', deviceId),
  );
}

function scheduleRemoval({ deviceId, dspScheduleId }: DspScheduleRemoval): string {
  return srElement(
    'DSPScheduleRemoval',
    srElement('DeviceID', deviceId) + srElement('DSPScheduleID', dspScheduleId),
  );
}
