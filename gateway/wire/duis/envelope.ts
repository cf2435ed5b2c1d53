// What surrounds every answer [DUIS-XSD Response, domain §1.6]: header, codes and identifiers. The
// text is canonical XML already: namespaces at the root in the order of their prefixes, no white
// space, no empty-element tags.

import type { Srv } from '../../protocol/service-reference.ts';
import { SERVICE_REFERENCES } from '../../protocol/service-reference.ts';
import { formatResponseTime } from '../response.ts';
import { escapeText, SCHEMA_VERSION, SR_NAMESPACE } from './namespaces.ts';

/** Before the root element, and no part of what is signed. */
export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

export interface EnvelopeHeader {
  readonly requestId?: string | undefined;
  readonly responseId?: string | undefined;
  readonly responseCode: string;
  readonly responseMs: number;
}

/** From the root's tag to behind the Body's. */
export function openEnvelope(header: EnvelopeHeader): string {
  const { requestId, responseId, responseCode, responseMs } = header;
  return (
    `<sr:Response xmlns:sr="${SR_NAMESPACE}" schemaVersion="${SCHEMA_VERSION}"><sr:Header>` +
    (requestId === undefined ? '' : srElement('RequestID', escapeText(requestId))) +
    (responseId === undefined ? '' : srElement('ResponseID', escapeText(responseId))) +
    `<sr:ResponseCode>${responseCode}</sr:ResponseCode>` +
    `<sr:ResponseDateTime>${formatResponseTime(responseMs)}</sr:ResponseDateTime>` +
    '</sr:Header><sr:Body>'
  );
}

/** From the end of the Body to before the root's end, where an outer signature goes. */
export const CLOSE_BODY = '</sr:Body>';
export const CLOSE_ENVELOPE = '</sr:Response>';

export function srElement(name: string, value: string | number): string {
  return `<sr:${name}>${value}</sr:${name}>`;
}

/** ServiceReference and ServiceReferenceVariant. */
export function references(srv: Srv): string {
  return referencesOf(SERVICE_REFERENCES[srv].serviceReference, srv);
}

export function referencesOf(reference: string, variant: string): string {
  return srElement('ServiceReference', reference) + srElement('ServiceReferenceVariant', variant);
}

/** Characters of `originator:` and of `originator:target:`. */
const TARGET_AT = 24;
const COUNTER_AT = 48;

/** The three parts of a RequestID or a ResponseID, as they were written. */
export function partsOf(id: string): { first: string; second: string; counter: string } {
  return {
    first: id.slice(0, TARGET_AT - 1),
    second: id.slice(TARGET_AT, COUNTER_AT - 1),
    counter: id.slice(COUNTER_AT),
  };
}

/** ResponseID of an answer: originator and target change places [domain §1.6]. */
export function responseIdTo(requestId: string): string {
  const { first, second, counter } = partsOf(requestId);
  return `${second}:${first}:${counter}`;
}
