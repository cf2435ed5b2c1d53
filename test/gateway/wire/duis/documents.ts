// Request documents to bend, a wire that reads and writes them, and an independent parser that
// reads what it wrote.

import { createRequire } from 'node:module';
import { ProtocolError } from '../../../../gateway/protocol/errors.ts';
import { SERVICE_REFERENCES, type Srv } from '../../../../gateway/protocol/service-reference.ts';
import type { ServiceResponse } from '../../../../gateway/protocol/service-response.ts';
import { nextTurn } from '../../../../gateway/server/real-time.ts';
import { developmentSigner } from '../../../../gateway/wire/duis/signature.ts';
import { type DuisParts, openDuisWire } from '../../../../gateway/wire/duis.ts';
import { requestIdOf } from '../../../../gateway/wire/request.ts';
import type { Wire } from '../../../../gateway/wire/wire.ts';

export const SR = 'http://www.dccinterface.co.uk/ServiceUserGateway';
export const DCC = '90-B3-D5-1F-30-00-00-02';
export const USER = '90-B3-D5-1F-30-01-00-00';
export const DEVICE = '90-B3-D5-1F-40-00-00-07';

/** One key for all tests: making it is the slow part. */
export const SIGNER = developmentSigner();

export const QUIET = { debug() {}, isLevelEnabled: () => false };

export function openWire(parts: Partial<DuisParts> = {}): Wire {
  return openDuisWire({ signer: SIGNER, nextTurn, log: QUIET, ...parts });
}

const WIRE = openWire();

export function written(response: ServiceResponse): string {
  return WIRE.encode(response).toString();
}

export const PERIOD =
  '<sr:ReadLogPeriod><sr:StartDateTime>2026-11-22T00:00:00.00Z</sr:StartDateTime>' +
  '<sr:EndDateTime>2026-11-23T00:00:00.00Z</sr:EndDateTime></sr:ReadLogPeriod>';

export const CREATE_SCHEDULE =
  '<sr:CreateSchedule><sr:ScheduleFrequency>Daily</sr:ScheduleFrequency>' +
  '<sr:ScheduleStartDate>2026-11-24</sr:ScheduleStartDate>' +
  '<sr:DSPScheduledServiceReference>4.8</sr:DSPScheduledServiceReference>' +
  '<sr:DSPScheduledServiceReferenceVariant>4.8.1</sr:DSPScheduledServiceReferenceVariant>' +
  `<sr:DeviceID>${DEVICE}</sr:DeviceID>` +
  '<sr:DSPReadActiveImportProfileData><sr:StartDateOffset>-1</sr:StartDateOffset>' +
  '<sr:StartTime>00:00:00.00Z</sr:StartTime><sr:EndDateOffset>0</sr:EndDateOffset>' +
  '<sr:EndTime>00:00:00.00Z</sr:EndTime></sr:DSPReadActiveImportProfileData>' +
  '</sr:CreateSchedule>';

export const BODIES: Readonly<Record<Srv, string>> = {
  '3.2':
    '<sr:RestrictAccessForChangeOfTenancy>' +
    '<sr:RestrictionDateTime>2026-11-20T15:45:32.00Z</sr:RestrictionDateTime>' +
    '</sr:RestrictAccessForChangeOfTenancy>',
  '4.6.1': `<sr:RetrieveImportDailyReadLog>${PERIOD}</sr:RetrieveImportDailyReadLog>`,
  '4.8.1': `<sr:ReadActiveImportProfileData>${PERIOD}</sr:ReadActiveImportProfileData>`,
  '4.8.2': `<sr:ReadReactiveImportProfileData>${PERIOD}</sr:ReadReactiveImportProfileData>`,
  '4.8.3': `<sr:ReadExportProfileData>${PERIOD}</sr:ReadExportProfileData>`,
  '5.1': CREATE_SCHEDULE,
  '5.2': '<sr:ReadSchedule><sr:DSPScheduleID>123</sr:DSPScheduleID></sr:ReadSchedule>',
  '5.3': `<sr:DeleteSchedule><sr:DeviceID>${DEVICE}</sr:DeviceID></sr:DeleteSchedule>`,
};

export interface Bend {
  readonly requestId?: string;
  readonly commandVariant?: string;
  readonly reference?: string;
  readonly variant?: string;
  readonly body?: string;
  readonly root?: string;
  readonly after?: string;
}

/** A right document of an SRV, but for what is said otherwise. */
export function requestXml(srv: Srv, bend: Bend = {}): string {
  const { commandVariant: usual, serviceReference } = SERVICE_REFERENCES[srv];
  const target = usual === 8 ? DCC : DEVICE;
  const {
    requestId = `${USER}:${target}:1000`,
    commandVariant = String(usual),
    reference = serviceReference,
    variant = srv,
    body = BODIES[srv],
    root = `xmlns:sr="${SR}" schemaVersion="5.4"`,
    after = '',
  } = bend;
  return (
    `<sr:Request ${root}><sr:Header><sr:RequestID>${requestId}</sr:RequestID>` +
    `<sr:CommandVariant>${commandVariant}</sr:CommandVariant>` +
    `<sr:ServiceReference>${reference}</sr:ServiceReference>` +
    `<sr:ServiceReferenceVariant>${variant}</sr:ServiceReferenceVariant></sr:Header>` +
    `<sr:Body>${body}</sr:Body>${after}</sr:Request>`
  );
}

interface Parsed {
  readonly header: Readonly<Record<string, unknown>>;
  readonly body: Tree;
}

/** Elements without prefixes, leaves as text, several of a name as a list. */
export type Tree = { readonly [name: string]: Tree | Tree[] | string | undefined };

const { parseDuis }: { parseDuis(mode: 'simplified', xml: string): Parsed } = createRequire(
  import.meta.url,
)('@smartdcc/duis-parser');

/** A document as the independent client reads it. */
export function parsed(xml: string): Parsed {
  return parseDuis('simplified', xml);
}

/** The element at a path such as `a/b`, as a list whether there is none, one or several. */
export function elementsAt(tree: Tree, path: string): (Tree | string)[] {
  let found: (Tree | string)[] = [tree];
  for (const name of path.split('/')) {
    found = found.flatMap((node) => {
      const child = typeof node === 'string' ? undefined : node[name];
      return child === undefined ? [] : Array.isArray(child) ? child : [child];
    });
  }
  return found;
}

/** Where the SMETSData of a device's answer lies. */
export const SMETS_DATA =
  'SMETS1ResponseMessage/SMETS1SignedResponse/SMETS1Response/Body/ResponseMessage/SMETSData';

export interface Refusal {
  readonly code: string;
  readonly path: string | undefined;
  readonly message: string;
  readonly requestId: string | null;
}

/** How a document is refused, and the RequestID that the refusal would go to. */
export function refusal(xml: string): Refusal {
  let value: unknown;
  try {
    value = WIRE.decode(Buffer.from(xml));
    WIRE.read(value);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, path, message } = error;
    return { code, path, message, requestId: requestIdOf(value) };
  }
  throw new Error('the document was not refused');
}

/** The children of a device's answer, with its parsed header. */
export function logRead(xml: string) {
  const { header, body } = parsed(xml);
  const [data] = elementsAt(body, SMETS_DATA);
  const [inner] = elementsAt(
    body,
    SMETS_DATA.replace('/Body/ResponseMessage/SMETSData', '/Header'),
  );
  if (typeof data !== 'object' || typeof inner !== 'object') throw new Error('no SMETSData');
  const [name = ''] = Object.keys(data);
  return { header, body, inner, name, data, entries: elementsAt(data, `${name}/LogEntry`) };
}
