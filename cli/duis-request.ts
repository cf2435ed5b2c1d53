// A request message as a DUIS document, for `s1sp send --format duis` [domain §1.3, §1.4].
// Unsigned: the gateway takes both. Every value has been read before it comes here, so nothing
// needs escaping.

import { SERVICE_REFERENCES, type Srv } from '../gateway/protocol/service-reference.ts';
import type { Message } from './answers.ts';

const NAMESPACE = 'http://www.dccinterface.co.uk/ServiceUserGateway';

const BODIES = {
  '4.6.1': 'RetrieveImportDailyReadLog',
  '4.8.1': 'ReadActiveImportProfileData',
  '4.8.2': 'ReadReactiveImportProfileData',
  '4.8.3': 'ReadExportProfileData',
  '5.2': 'ReadSchedule',
  '5.3': 'DeleteSchedule',
} as const;

type BuiltSrv = keyof typeof BODIES;

function isBuilt(srv: unknown): srv is BuiltSrv {
  return typeof srv === 'string' && Object.hasOwn(BODIES, srv);
}

function element(name: string, content: string): string {
  return `<sr:${name}>${content}</sr:${name}>`;
}

/** The document; undefined for a message that this command does not build. */
export function duisRequest(message: Message): string | undefined {
  const { serviceReferenceVariant: srv, requestId } = message;
  if (!isBuilt(srv)) return undefined;
  const { serviceReference, commandVariant } = SERVICE_REFERENCES[srv satisfies Srv];
  const header = [
    element('RequestID', String(requestId)),
    element('CommandVariant', String(commandVariant)),
    element('ServiceReference', serviceReference),
    element('ServiceReferenceVariant', srv),
  ].join('');
  const body = element(BODIES[srv], contentOf(message));
  const request = element('Header', header) + element('Body', body);
  return `<sr:Request xmlns:sr="${NAMESPACE}" schemaVersion="5.4">${request}</sr:Request>`;
}

function contentOf(message: Message): string {
  const { readLogPeriod, readSchedule, deleteSchedule } = message;
  if (isRecord(readLogPeriod)) {
    const { startDateTime, endDateTime } = readLogPeriod;
    const start = element('StartDateTime', String(startDateTime));
    return element('ReadLogPeriod', start + element('EndDateTime', String(endDateTime)));
  }
  const choice = isRecord(readSchedule) ? readSchedule : deleteSchedule;
  return isRecord(choice) ? element('DeviceID', String(choice.deviceId)) : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
