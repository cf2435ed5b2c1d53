// What can go wrong, a row each: faults of the way to the meter, which are of one request, and
// faults of what a meter has recorded, which are of one entry of its log whoever asks for it.

import type { JsonCheck, NumberRange } from '../gateway/protocol/json-check.ts';

interface Kind {
  readonly of: 'link' | 'log';
  /** Its one parameter, where it has one. */
  readonly parameter?: string;
  /** What the parameter is when it is left out. */
  readonly fallback?: number;
  readonly range?: NumberRange;
}

/** Nothing is put off longer than a day. */
const DELAY: NumberRange = { min: 0, max: 86_400 };

/** As in the example of [AM 18.21(b)]. */
const LATE_READ_SECONDS = 7;

const DAY_MINUTES = 1440;

/** A year: no S1SP waits longer for a log to be completed. */
const FILLED_HOURS_MAX = 8784;

/** The most that an `xs:int` of the schema says [MMC-XSD]. */
const VALUE_MAX = 2_147_483_647;

export const FAULT_KINDS = {
  /** The meter does not answer: E21 when all attempts have been made. */
  silent: { of: 'link' },
  /** The meter takes so long to answer; past the meter timeout, E21. */
  slow: { of: 'link', parameter: 'delaySeconds', fallback: 10, range: DELAY },
  /** The meter does what it was told, and its reply is lost at every attempt: E21. */
  'lost-reply': { of: 'link' },
  /** The reply comes again so much later; the S1SP has had it. */
  'duplicate-reply': { of: 'link', parameter: 'delaySeconds', fallback: 2, range: DELAY },
  /** No session can be opened, E20; replies on their way are lost, E21. */
  'wan-down': { of: 'link' },
  /** No session is opened, E20; replies on their way still arrive. */
  maintenance: { of: 'link' },
  /** Nothing was recorded; it may be filled in later. */
  gap: { of: 'log', parameter: 'filledAfterHours', range: { min: 0, max: FILLED_HOURS_MAX } },
  /** A daily read is taken, and stamped, so long after its midnight [AM 18.21(b)]. */
  'late-daily-read': {
    of: 'log',
    parameter: 'delaySeconds',
    fallback: LATE_READ_SECONDS,
    range: { min: 1, max: 86_399, whole: true },
  },
  /** The meter's clock is ahead, below 0 behind: so are its stamps. */
  'wrong-clock': {
    of: 'log',
    parameter: 'offsetMinutes',
    fallback: 60,
    range: { min: -DAY_MINUTES, max: DAY_MINUTES, whole: true },
  },
  /** A value of the entry is something else; unless said, one that no meter can have counted. */
  'corrupted-entry': {
    of: 'log',
    parameter: 'value',
    range: { min: 0, max: VALUE_MAX, whole: true },
  },
} as const satisfies Record<string, Kind>;

export type FaultKind = keyof typeof FAULT_KINDS;

export const FAULT_KIND_NAMES = Object.keys(FAULT_KINDS) as readonly FaultKind[];

/** Meters stamp whole half hours by their own clocks, so half hours are what a clock is off by. */
const CLOCK_STEP_MINUTES = 30;

/** One thing that goes wrong, and by how much. */
export interface FaultWhat {
  readonly kind: FaultKind;
  /** The kind's parameter, or its default; undefined for a kind without. */
  readonly amount: number | undefined;
}

/** Reads `"silent"` or `{"slow": {"delaySeconds": 30}}`; undefined when something was refused. */
export function checkFaultWhat(
  check: JsonCheck,
  value: unknown,
  at: string,
): FaultWhat | undefined {
  if (value === undefined) return check.refuse(at, 'missing');
  if (typeof value !== 'object' || value === null) {
    const kind = check.oneOf(value, at, FAULT_KIND_NAMES);
    return kind && { kind, amount: kindOf(kind).fallback };
  }
  const given = check.object(value, at, FAULT_KIND_NAMES);
  if (given === undefined) return undefined;
  const count = Object.keys(value).length;
  if (count !== 1) {
    return check.refuse(at, `one kind of fault with its parameters, not ${count}`);
  }
  const name = FAULT_KIND_NAMES.find((kind) => kind in given);
  // An unknown kind has been refused as a key.
  if (name === undefined) return undefined;
  return checkAmount(check, name, given[name], `${at}/${name}`);
}

function checkAmount(
  check: JsonCheck,
  kind: FaultKind,
  value: unknown,
  at: string,
): FaultWhat | undefined {
  const { parameter, fallback, range } = kindOf(kind);
  const given = check.object(value, at, parameter === undefined ? [] : [parameter]);
  if (given === undefined) return undefined;
  const written = parameter === undefined ? undefined : given[parameter];
  if (written === undefined || range === undefined) return { kind, amount: fallback };
  const amount = check.number(written, `${at}/${parameter}`, range);
  if (amount === undefined) return undefined;
  if (kind === 'wrong-clock' && (amount === 0 || amount % CLOCK_STEP_MINUTES !== 0)) {
    const rule = `whole half hours and not 0: a meter stamps no less`;
    return check.refuse(`${at}/${parameter}`, `${amount} minutes; a clock is off by ${rule}`);
  }
  return { kind, amount };
}

function kindOf(kind: FaultKind): Kind {
  return FAULT_KINDS[kind];
}

/** Whether it is a fault of the way to the meter, and not of what the meter recorded. */
export function isLinkFault(kind: FaultKind): boolean {
  return FAULT_KINDS[kind].of === 'link';
}
