// A fault plan as a user writes it [docs/faults.md]: `{ "faults": [ { when, who, srv, what, p } ]
// }`, checked as a whole before any of it holds.
//
// Chance is a hash of the seed, of what the fault says, and of what it may hit: adding or removing
// another fault changes nothing, and a higher `p` hits all that a lower one hit.

import { type Checked, JsonCheck, readJson } from '../gateway/protocol/json-check.ts';
import { type DeviceSrv, READ_SRVS } from '../gateway/protocol/service-reference.ts';
import { checkFaultWhat, type FaultWhat, isLinkFault } from './fault-kind.ts';
import { checkFaultTarget, type FaultFleet, type FaultTarget } from './fault-target.ts';
import { type FaultWindow, parseFaultWindow } from './fault-window.ts';
import { chanceAt, mix, mixWide } from './random.ts';

/** Every read looks at every fault, so there are not to be too many of them. */
export const FAULTS_MAX = 64;

/** SRVs that a fault can be limited to: those that reach a device. */
const FAULT_SRVS: readonly DeviceSrv[] = [...READ_SRVS, '3.2'];

/** Names are shown in lists and carried in snapshots. */
const NAME_LENGTH_MAX = 200;

const FAULT_KEYS = ['name', 'when', 'who', 'srv', 'what', 'p'] as const;

/** A fault as it was written, every key that was left out left out. */
export type FaultText = Readonly<Partial<Record<(typeof FAULT_KEYS)[number], unknown>>>;

/** One fault, ready to be asked whether it hits. */
export interface Fault {
  readonly text: FaultText;
  readonly name: string | undefined;
  /** Undefined: always. */
  readonly window: FaultWindow | undefined;
  readonly target: FaultTarget;
  /** Undefined: whatever reaches a device. */
  readonly srvs: ReadonlySet<DeviceSrv> | undefined;
  readonly what: FaultWhat;
  readonly p: number;
  /** All its chance follows from this. */
  readonly hash: number;
}

/** What is needed to make sense of a fault: the devices there are, and the seed. */
export interface FaultGround {
  readonly fleet: FaultFleet;
  /** Unsigned 32-bit. */
  readonly seed: number;
}

/** Whether a fault may hit this device with this SRV, whenever. */
export function concerns(fault: Fault, device: number, srv: DeviceSrv): boolean {
  if (fault.p === 0 || fault.srvs?.has(srv) === false) return false;
  return fault.target.includes(device, fault.hash);
}

/** Whether `p` lets a fault hit `thing` of a device: a hash of a request, a stamp. */
export function strikes({ p, hash }: Fault, device: number, thing: number): boolean {
  return p === 1 || chanceAt(mixWide(mix(hash, device), thing), STRIKE_DRAW) < p;
}

/** Apart from the draw by which a share of the devices is picked. */
const STRIKE_DRAW = 1;

/** Reads a file of faults: all of them, or all that is wrong. */
export function readFaultPlan(file: string, ground: FaultGround): Checked<Fault[]> {
  const json = readJson(file);
  return json.ok ? checkFaultPlan(json.value, file, ground) : json;
}

/** Checks what a file of faults says; `file` is named in the problems. */
export function checkFaultPlan(
  value: unknown,
  file: string,
  ground: FaultGround,
): Checked<Fault[]> {
  const check = new JsonCheck(file);
  const top = check.object(value, '', ['faults']);
  const list = top && check.list(top.faults, '/faults', 0, FAULTS_MAX);
  const faults = list?.flatMap((item, i) => checkFault(check, item, `/faults/${i}`, ground) ?? []);
  return check.result(faults);
}

/** Checks one fault by itself; `source` is named in the problems instead of a file. */
export function checkOneFault(value: unknown, source: string, ground: FaultGround): Checked<Fault> {
  const check = new JsonCheck(source);
  return check.result(checkFault(check, value, '', ground));
}

function checkFault(
  check: JsonCheck,
  value: unknown,
  at: string,
  { fleet, seed }: FaultGround,
): Fault | undefined {
  const text = check.object(value, at, FAULT_KEYS);
  if (text === undefined) return undefined;
  const name = text.name === undefined ? '' : checkFaultName(check, text.name, `${at}/name`);
  const window = checkWindow(check, text.when, `${at}/when`);
  const target = checkFaultTarget(check, text.who, `${at}/who`, fleet);
  const what = checkFaultWhat(check, text.what, `${at}/what`);
  const srvs = checkSrvs(check, text.srv, `${at}/srv`, what);
  const p = text.p === undefined ? 1 : check.number(text.p, `${at}/p`, { min: 0, max: 1 });
  if (!target || !what || srvs === undefined || p === undefined) return undefined;
  return {
    text,
    name: name === '' ? undefined : name,
    window: window ?? undefined,
    target,
    srvs: srvs ?? undefined,
    what,
    p,
    hash: hashOf(seed, [text.name, text.when, text.who, text.srv, what.kind]),
  };
}

/** Null for no window, undefined when something was refused. */
function checkWindow(check: JsonCheck, value: unknown, at: string): FaultWindow | null | undefined {
  if (value === undefined) return null;
  const text = check.text(value, at);
  if (text === undefined) return undefined;
  const window = parseFaultWindow(text);
  return typeof window === 'string' ? check.refuse(at, window) : window;
}

/** Null for all SRVs, undefined when something was refused. */
function checkSrvs(
  check: JsonCheck,
  value: unknown,
  at: string,
  what: FaultWhat | undefined,
): ReadonlySet<DeviceSrv> | null | undefined {
  if (value === undefined) return null;
  const isList = Array.isArray(value);
  const items = isList ? check.list(value, at, 1, FAULT_SRVS.length) : [value];
  const srvs = items?.map((item, i) => {
    const place = isList ? `${at}/${i}` : at;
    const srv = check.oneOf(item, place, FAULT_SRVS);
    if (srv !== undefined && what !== undefined && !suits(what, srv)) {
      check.refuse(place, `${what.kind} does nothing to ${srv}`);
    }
    return srv;
  });
  return srvs && new Set(srvs.filter((srv) => srv !== undefined));
}

function checkFaultName(check: JsonCheck, value: unknown, at: string): string | undefined {
  const name = check.text(value, at);
  if (name === undefined || name.length <= NAME_LENGTH_MAX) return name;
  return check.refuse(at, `${name.length} characters; allowed are up to ${NAME_LENGTH_MAX}`);
}

/** Whether a kind of fault can be seen in the answers to an SRV. */
export function suits({ kind }: FaultWhat, srv: DeviceSrv): boolean {
  if (kind === 'late-daily-read') return srv === '4.6.1';
  return isLinkFault(kind) || srv !== '3.2';
}

function hashOf(seed: number, parts: readonly unknown[]): number {
  let hash = mixWide(0, seed);
  for (const letter of JSON.stringify(parts)) hash = mix(hash, letter.codePointAt(0) ?? 0);
  return hash;
}
