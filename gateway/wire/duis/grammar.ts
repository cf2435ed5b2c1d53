// The Requests that are served, element by element in the order of their schema [DUIS-XSD Request,
// domain §1.3 to §1.5], and where each value goes in the plain message that JSON spells as well
// [contract §3]. The surprise is that a Body and a CreateSchedule end in an element whose name a
// value before it decides.

import type { ReadSrv, Srv } from '../../protocol/service-reference.ts';
import { DS_NAMESPACE, SR_NAMESPACE } from './namespaces.ts';
import { isServed } from './srv-names.ts';

/** How the text of an element becomes the value of a key. */
export type LeafForm = 'text' | 'integer' | 'date' | 'time';

export interface ElementRule {
  readonly name: string;
  readonly namespace: string;
  readonly optional: boolean;
  /** JSON Pointer of the element's value in the plain message; none: accepted and ignored. */
  readonly pointer?: string;
  /** The same as keys, outermost first. */
  readonly keys: readonly string[];
  /** Set on elements that hold text. */
  readonly form?: LeafForm;
  /** A variant, which the Service Reference before it has to agree with. */
  readonly agrees?: 'request' | 'schedule';
  /** Children in their order; of a `choice` exactly one. */
  readonly children?: readonly ElementRule[];
  readonly choice?: true;
  /** The last child, named by what came before it. */
  readonly chosen?: (values: HeaderValues) => Chosen;
  /** Whatever is inside is nobody's business here. */
  readonly skipped?: true;
}

/** Values that decide about an element to come. */
export interface HeaderValues {
  readonly serviceReferenceVariant: string;
  readonly scheduledSrv: string;
}

/** The element to come; `unserved`: any, because the SRV is one of DUIS and not of ours. */
export type Chosen = ElementRule | 'unserved';

type Options = Partial<ElementRule>;

function element(name: string, options: Options): ElementRule {
  const keys = options.pointer === undefined ? [] : options.pointer.split('/').slice(1);
  return { name, namespace: SR_NAMESPACE, optional: false, keys, ...options };
}

function leaf(name: string, pointer: string, options: Options = {}): ElementRule {
  return element(name, { form: 'text', pointer, ...options });
}

/** A Service Reference: read for nothing but to agree with the variant after it. */
function reference(name: string): ElementRule {
  return element(name, { form: 'text' });
}

function branch(
  name: string,
  children: readonly ElementRule[],
  options: Options = {},
): ElementRule {
  return element(name, { children, ...options });
}

/** Accepted by name and ignored: nothing here depends on it. */
function ignored(name: string, namespace = SR_NAMESPACE): ElementRule {
  return element(name, { namespace, optional: true, skipped: true });
}

const OPTIONAL = { optional: true };

const executionDateTime = leaf('ExecutionDateTime', '/executionDateTime', OPTIONAL);

const readLogPeriod = branch(
  'ReadLogPeriod',
  [
    leaf('StartDateTime', '/readLogPeriod/startDateTime'),
    leaf('EndDateTime', '/readLogPeriod/endDateTime'),
  ],
  { pointer: '/readLogPeriod' },
);

const readLog = [executionDateTime, readLogPeriod];
const readLogForParty = [...readLog, ignored('KAPublicSecurityCredentials')];

const SCHEDULED_READS: Readonly<Record<ReadSrv, string>> = {
  '4.6.1': 'DSPRetrieveImportDailyReadLog',
  '4.8.1': 'DSPReadActiveImportProfileData',
  '4.8.2': 'DSPReadReactiveImportProfileData',
  '4.8.3': 'DSPReadExportProfileData',
};

/** The element of CreateSchedule that says what is read. */
export function scheduledReadOf(srv: ReadSrv): string {
  return SCHEDULED_READS[srv];
}

function scheduledRead(srv: ReadSrv): ElementRule {
  const integer = { form: 'integer' } as const;
  const time = { form: 'time' } as const;
  return branch(SCHEDULED_READS[srv], [
    leaf('StartDateOffset', '/createSchedule/startDateOffset', integer),
    leaf('StartTime', '/createSchedule/startTime', time),
    leaf('EndDateOffset', '/createSchedule/endDateOffset', integer),
    leaf('EndTime', '/createSchedule/endTime', time),
  ]);
}

const SCHEDULED_READ_RULES: Readonly<Record<ReadSrv, ElementRule>> = {
  '4.6.1': scheduledRead('4.6.1'),
  '4.8.1': scheduledRead('4.8.1'),
  '4.8.2': scheduledRead('4.8.2'),
  '4.8.3': scheduledRead('4.8.3'),
};

function isScheduledHere(srv: string): srv is ReadSrv {
  return Object.hasOwn(SCHEDULED_READS, srv);
}

function scheduledReadFor({ scheduledSrv: srv }: HeaderValues): Chosen {
  return isScheduledHere(srv) ? SCHEDULED_READ_RULES[srv] : 'unserved';
}

const createSchedule = branch(
  'CreateSchedule',
  [
    leaf('ScheduleFrequency', '/createSchedule/scheduleFrequency'),
    leaf('ScheduleStartDate', '/createSchedule/scheduleStartDate', { form: 'date' }),
    leaf('ScheduleEndDate', '/createSchedule/scheduleEndDate', { form: 'date', ...OPTIONAL }),
    leaf('ScheduleExecutionStartTime', '/createSchedule/scheduleExecutionStartTime', {
      form: 'time',
      ...OPTIONAL,
    }),
    ignored('KAPublicSecurityCredential'),
    reference('DSPScheduledServiceReference'),
    leaf(
      'DSPScheduledServiceReferenceVariant',
      '/createSchedule/dspScheduledServiceReferenceVariant',
      { agrees: 'schedule' },
    ),
    leaf('DeviceID', '/createSchedule/deviceId'),
  ],
  { pointer: '/createSchedule', chosen: scheduledReadFor },
);

function scheduleChoice(name: string, pointer: string): ElementRule {
  const children = [
    leaf('DSPScheduleID', `${pointer}/dspScheduleId`, { form: 'integer' }),
    leaf('DeviceID', `${pointer}/deviceId`),
  ];
  return branch(name, children, { pointer, choice: true });
}

/** The Body's element of each SRV. */
export const BODIES: Readonly<Record<Srv, ElementRule>> = {
  '3.2': branch(
    'RestrictAccessForChangeOfTenancy',
    [
      executionDateTime,
      leaf('RestrictionDateTime', '/restrictAccessForChangeOfTenancy/restrictionDateTime'),
    ],
    { pointer: '/restrictAccessForChangeOfTenancy' },
  ),
  '4.6.1': branch('RetrieveImportDailyReadLog', readLogForParty),
  '4.8.1': branch('ReadActiveImportProfileData', readLogForParty),
  '4.8.2': branch('ReadReactiveImportProfileData', readLog),
  '4.8.3': branch('ReadExportProfileData', readLog),
  '5.1': createSchedule,
  '5.2': scheduleChoice('ReadSchedule', '/readSchedule'),
  '5.3': scheduleChoice('DeleteSchedule', '/deleteSchedule'),
};

function bodyFor({ serviceReferenceVariant: srv }: HeaderValues): Chosen {
  return isServed(srv) ? BODIES[srv] : 'unserved';
}

const header = branch('Header', [
  leaf('RequestID', '/requestId'),
  ignored('FirstInSequence'),
  ignored('PrecedingServiceRequestID'),
  leaf('CommandVariant', '/commandVariant', { form: 'integer' }),
  reference('ServiceReference'),
  leaf('ServiceReferenceVariant', '/serviceReferenceVariant', { agrees: 'request' }),
]);

/** The whole document. */
export const REQUEST = branch('Request', [
  header,
  branch('Body', [], { chosen: bodyFor }),
  ignored('Signature', DS_NAMESPACE),
]);

/** The element of an SRV that is not served, whatever it is called. */
export const UNSERVED = ignored('');

/** Element paths of the JSON Pointers of one SRV's message, for refusals that name the place. */
export function elementPaths(srv: string, scheduledSrv: string): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  const walk = (rule: ElementRule, parent: string): void => {
    const path = `${parent}/${rule.name}`;
    if (rule.pointer) paths.set(rule.pointer, path);
    for (const child of rule.children ?? []) walk(child, path);
  };
  walk(header, '/Request');
  if (isServed(srv)) walk(BODIES[srv], '/Request/Body');
  if (isScheduledHere(scheduledSrv)) {
    walk(SCHEDULED_READ_RULES[scheduledSrv], '/Request/Body/CreateSchedule');
  }
  return paths;
}
