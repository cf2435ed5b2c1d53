// What a SMETS1 device answers [DUIS-XSD SMETS1ResponseMessage, MMC-XSD, domain §1.7]. The signed
// part inside is a document of its own: it declares its namespaces itself, so that the substring
// verifies without what surrounds it. Header, Body and ResponseMessage in it are DUIS's, all below
// them is MMC's.

import { DCC_ID, type DeviceSrv, SERVICE_REFERENCES } from '../../protocol/service-reference.ts';
import type { CodeResponse, LogResponse } from '../../protocol/service-response.ts';
import { formatResponseTime } from '../response.ts';
import {
  CLOSE_BODY,
  openEnvelope,
  partsOf,
  references,
  responseIdTo,
  srElement,
} from './envelope.ts';
import { type LogEntryBytes, logEntryBytes, NO_ENTRIES } from './log-entry-bytes.ts';
import { escapeText, RA_NAMESPACE, SCHEMA_VERSION, SR_NAMESPACE } from './namespaces.ts';

/** An answer from a device, in the order in which its text is written, hashed and signed. */
export interface Smets1Answer {
  /** Up to the signed part. */
  readonly before: string;
  /** The signed part up to its entries. */
  readonly opening: string;
  readonly entries: LogEntryBytes;
  /** From its entries to where its signature goes. */
  readonly closing: string;
  readonly after: string;
}

/** What the SMETSData of each SRV is called. */
const RESPONSES: Readonly<Record<DeviceSrv, string>> = {
  '3.2': 'RestrictAccessForChangeOfTenancyRsp',
  '4.6.1': 'RetrieveImportDailyReadLogRsp',
  '4.8.1': 'ReadActiveImportProfileDataRsp',
  '4.8.2': 'ReadReactiveImportProfileDataRsp',
  '4.8.3': 'ReadExportProfileDataRsp',
};

const TAG = 'sr:SMETS1SignedResponse';
const VERSION = `schemaVersion="${SCHEMA_VERSION}"`;

const XMLNS_RA = `xmlns:ra="${RA_NAMESPACE}"`;

/** The tag of the signed part as it is written, and as canonical XML has it inside a Response. */
export const SIGNED_TAG = `<${TAG} ${XMLNS_RA} xmlns:sr="${SR_NAMESPACE}" ${VERSION}>`;
export const SIGNED_TAG_INSIDE = `<${TAG} ${XMLNS_RA} ${VERSION}>`;
export const SIGNED_END = `</${TAG}>`;

/** A log that was read, or a command that a device has carried out. */
export function smets1Answer(response: LogResponse | CodeResponse): Smets1Answer {
  const { requestId, dspScheduleId, serviceReferenceVariant } = response;
  const srv = deviceSrv(serviceReferenceVariant);
  const responseId = response.responseId ?? responseIdTo(requestId ?? '');
  const schedule = dspScheduleId === undefined ? '' : srElement('DSPScheduleID', dspScheduleId);
  const name = RESPONSES[srv];
  return {
    before:
      openEnvelope({ ...response, responseId }) +
      `<sr:SMETS1ResponseMessage>${references(srv)}${schedule}`,
    opening:
      `<sr:SMETS1Response><sr:Header>${header(response, responseId, srv)}</sr:Header>` +
      `<sr:Body><sr:ResponseMessage><ra:SMETSData><ra:${name} MessageSuccess="true">`,
    entries: response.kind === 'log' ? logEntryBytes(response.log) : NO_ENTRIES,
    closing: `</ra:${name}></ra:SMETSData></sr:ResponseMessage></sr:Body></sr:SMETS1Response>`,
    after: `</sr:SMETS1ResponseMessage>${CLOSE_BODY}`,
  };
}

/** Only what reaches a device is answered by one. */
function deviceSrv(srv: LogResponse['serviceReferenceVariant']): DeviceSrv {
  if (srv === '5.1' || srv === '5.2' || srv === '5.3') throw new Error(`${srv} reaches no device`);
  return srv;
}

/**
 * The device answers the User who asked, or the DSP that asked for a schedule's owner; then the
 * owner is named beside it.
 */
function header(
  { requestId, responseMs }: LogResponse | CodeResponse,
  responseId: string,
  srv: DeviceSrv,
): string {
  const { first: device, second: user, counter } = partsOf(responseId);
  const scheduled = requestId === undefined;
  return (
    raElement('BusinessOriginatorID', device.toUpperCase()) +
    raElement('BusinessTargetID', scheduled ? DCC_ID : user.toUpperCase()) +
    raElement('OriginatorCounter', counter) +
    (scheduled
      ? raElement('SupplementaryRemotePartyID', user.toUpperCase()) +
        raElement('SupplementaryRemotePartyCounter', counter)
      : '') +
    raElement('ServiceReference', SERVICE_REFERENCES[srv].serviceReference) +
    raElement('ServiceReferenceVariant', srv) +
    raElement('Timestamp', formatResponseTime(responseMs))
  );
}

function raElement(name: string, value: string): string {
  return `<ra:${name}>${escapeText(value)}</ra:${name}>`;
}
