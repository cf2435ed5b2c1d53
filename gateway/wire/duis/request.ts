// A Request document to a Service Request: the plain message passes the same checks as JSON's, and
// a refusal names the element instead of the key [contract §5].

import { ProtocolError } from '../../protocol/errors.ts';
import type { ServiceRequest, UnservedRequest } from '../../protocol/service-request.ts';
import { readServiceRequest } from '../request.ts';
import { invalidRequest, mustBe } from '../request-fault.ts';
import { parseRequestId } from '../request-id.ts';
import { REQUEST_FORMS } from '../request-schema.ts';
import type { DuisDocument, Plain } from './document.ts';
import { elementPaths } from './grammar.ts';

/** Throws `INVALID_REQUEST` with the path of the element that is at fault. */
export function readDuisRequest(document: DuisDocument): ServiceRequest | UnservedRequest {
  const { fault, plain, unservedSrv } = document;
  if (fault !== undefined) throw fault;
  try {
    return unservedSrv === undefined ? readServiceRequest(plain) : unserved(plain, unservedSrv);
  } catch (error) {
    throw error instanceof ProtocolError ? inElements(error, document) : error;
  }
}

function unserved({ requestId: text, commandVariant }: Plain, duisSrv: string): UnservedRequest {
  const requestId = typeof text === 'string' ? parseRequestId(text) : undefined;
  if (requestId === undefined) throw mustBe('/requestId', REQUEST_FORMS.requestId);
  if (typeof commandVariant !== 'number' || commandVariant < 1 || commandVariant > 9) {
    throw mustBe('/commandVariant', 'an integer from 1 to 9');
  }
  return { requestId, commandVariant, duisSrv };
}

/** The same refusal, with elements where JSON has keys. */
function inElements(fault: ProtocolError, { plain, scheduledSrv }: DuisDocument): ProtocolError {
  const { path = '', message } = fault;
  const paths = elementPaths(String(plain.serviceReferenceVariant), scheduledSrv);
  const element = paths.get(path) ?? '/Request';
  return invalidRequest(element, path === '' ? message : message.replaceAll(path, element));
}
