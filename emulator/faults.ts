// The faults that hold now: a small set that may be changed while the world runs, each with a count
// of what it hit. FaultNetwork and FaultMeters ask it; without faults they pass everything on.

import type { Checked } from '../gateway/protocol/json-check.ts';
import { isLinkFault } from './fault-kind.ts';
import {
  checkOneFault,
  FAULTS_MAX,
  type Fault,
  type FaultGround,
  type FaultText,
  readFaultPlan,
} from './fault-plan.ts';

/** A fault that holds. */
export interface RunningFault {
  readonly id: number;
  readonly fault: Fault;
  /** Requests that it hit, of a fault of the log entries given out; each as often as it did. */
  hits: number;
  lastHitMs: number | undefined;
}

/** What is shown of a fault: as it was written, and what it did. */
export interface FaultView extends FaultText {
  readonly id: number;
  readonly hits: number;
  /** Virtual time of the latest hit, ms since the epoch; absent before the first. */
  readonly lastHitMs?: number;
}

export class Faults {
  readonly #ground: FaultGround;
  #running: readonly RunningFault[] = [];
  #links: readonly RunningFault[] = [];
  #logs: readonly RunningFault[] = [];
  #lastId = 0;

  constructor(ground: FaultGround) {
    this.#ground = ground;
  }

  /** Those of the way to the meters, in the order in which they were added. */
  get links(): readonly RunningFault[] {
    return this.#links;
  }

  /** Those of what the meters recorded. */
  get logs(): readonly RunningFault[] {
    return this.#logs;
  }

  /** All of them, in the order in which they were added. */
  list(): FaultView[] {
    return this.#running.map(viewOf);
  }

  /** Adds one fault, written as in a file; `source` names where it came from in the problems. */
  add(value: unknown, source: string = 'fault'): Checked<FaultView> {
    const checked = checkOneFault(value, source, this.#ground);
    if (!checked.ok) return checked;
    const [added] = this.#take([checked.value]);
    return added === undefined ? tooMany(source) : { ok: true, value: viewOf(added) };
  }

  /** Adds what a file says: all of it, or nothing. */
  load(file: string): Checked<FaultView[]> {
    const plan = readFaultPlan(file, this.#ground);
    if (!plan.ok) return plan;
    const added = this.#take(plan.value);
    const all = added.length === plan.value.length;
    return all ? { ok: true, value: added.map(viewOf) } : tooMany(file);
  }

  /** False where there is no such fault. What it did to requests under way stays done. */
  remove(id: number): boolean {
    const left = this.#running.filter((running) => running.id !== id);
    if (left.length === this.#running.length) return false;
    this.#set(left);
    return true;
  }

  /** Ends all faults; how many there were. */
  clear(): number {
    const count = this.#running.length;
    this.#set([]);
    return count;
  }

  /** All of `faults`, or none where they are too many. */
  #take(faults: readonly Fault[]): RunningFault[] {
    if (this.#running.length + faults.length > FAULTS_MAX) return [];
    const added = faults.map((fault) => {
      return { id: ++this.#lastId, fault, hits: 0, lastHitMs: undefined };
    });
    this.#set([...this.#running, ...added]);
    return added;
  }

  #set(running: readonly RunningFault[]): void {
    this.#running = running;
    this.#links = running.filter(({ fault }) => isLinkFault(fault.what.kind));
    this.#logs = running.filter(({ fault }) => !isLinkFault(fault.what.kind));
  }
}

/** Counts that a fault has hit `count` things at virtual time `atMs`. */
export function noteHit(running: RunningFault, atMs: number, count: number = 1): void {
  running.hits += count;
  running.lastHitMs = atMs;
}

function viewOf({ id, fault, hits, lastHitMs }: RunningFault): FaultView {
  return { id, ...fault.text, hits, ...(lastHitMs !== undefined && { lastHitMs }) };
}

function tooMany(source: string): Checked<never> {
  return { ok: false, problems: [`${source}: there may be ${FAULTS_MAX} faults at a time`] };
}
