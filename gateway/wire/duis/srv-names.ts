// Every Service Reference Variant that DUIS knows [DUIS-XSD, the same in V5.1 and V5.4]. A request
// for one that nothing here serves is still a valid document, and gets a Response with a code.

import { SERVICE_REFERENCES, type Srv } from '../../protocol/service-reference.ts';

/** Variants by Service Reference; a Service Reference without variants is its own. */
const VARIANTS: Readonly<Record<string, readonly number[]>> = {
  '1.1': [1, 2],
  '1.2': [1, 2],
  '4.1': [1, 2, 3, 4],
  '4.4': [2, 3, 4, 5],
  '4.6': [1, 2],
  '4.8': [1, 2, 3],
  '4.11': [1, 2],
  '4.12': [1, 2],
  '6.2': [1, 2, 3, 4, 5, 7, 8, 9, 10],
  '6.4': [1, 2],
  '6.14': [1, 2, 3],
  '6.15': [1, 2],
  '6.18': [1, 2],
  '6.20': [1, 2],
  '6.24': [1, 2],
  '8.1': [1],
  '8.7': [1, 2],
  '8.8': [1, 2],
  '8.12': [1, 2],
  '8.14': [1, 2, 3, 4],
};

const WITHOUT_VARIANTS =
  '1.5 1.6 1.7 2.1 2.2 2.3 2.5 3.1 3.2 3.3 3.4 3.5 4.2 4.3 4.10 4.13 4.14 4.15 4.16 4.17 4.18 ' +
  '5.1 5.2 5.3 6.5 6.6 6.7 6.8 6.11 6.12 6.13 6.17 6.21 6.22 6.23 6.25 6.26 6.27 6.28 6.29 6.30 ' +
  '6.31 6.32 7.1 7.2 7.3 7.4 7.5 7.6 7.7 7.8 7.9 7.10 7.11 7.12 7.13 7.14 7.15 7.16 8.2 8.3 8.4 ' +
  '8.5 8.6 8.9 8.11 8.13 9.1 11.1 11.2 11.3 11.4 12.1 12.2 14.1';

/** Service Reference of each SRV of DUIS. */
export const DUIS_SRVS: ReadonlyMap<string, string> = new Map([
  ...WITHOUT_VARIANTS.split(' ').map((srv) => [srv, srv] as const),
  ...Object.entries(VARIANTS).flatMap(([reference, variants]) =>
    variants.map((variant) => [`${reference}.${variant}`, reference] as const),
  ),
]);

/** What CreateSchedule may have read [DUIS-XSD DSPScheduledServiceReferenceVariant]. */
export const SCHEDULABLE_SRVS: ReadonlySet<string> = new Set(
  '4.2 4.6.1 4.6.2 4.8.1 4.8.2 4.8.3 4.10 4.12.1 4.12.2 4.14 4.15 4.16 4.17 14.1'.split(' '),
);

export function isServed(srv: string): srv is Srv {
  return Object.hasOwn(SERVICE_REFERENCES, srv);
}

/** What is wrong between a variant and the Service Reference beside it, and which of them is. */
export interface Disagreement {
  readonly of: 'reference' | 'variant';
  readonly message: string;
}

/** Whether a variant is one of DUIS, and its Service Reference is its own. */
export function disagreement(
  reference: string,
  variant: string,
  of: 'request' | 'schedule',
): Disagreement | undefined {
  const expected = DUIS_SRVS.get(variant);
  if (expected === undefined || (of === 'schedule' && !SCHEDULABLE_SRVS.has(variant))) {
    const what = of === 'request' ? 'a Service Reference Variant' : 'an SRV that can be scheduled';
    return { of: 'variant', message: `must be ${what} of DUIS` };
  }
  if (reference === expected) return undefined;
  return { of: 'reference', message: `must be "${expected}", to agree with ${variant}` };
}
