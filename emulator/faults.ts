// The faults that hold now: a small set that may be changed while the world runs, each with a count
// of what it hit. FaultNetwork and FaultMeters ask it; without faults they pass everything on.

import type { Checked } from '../gateway/protocol/json-check.ts';
import { SIGNED, WHOLE } from '../gateway/protocol/plain-entries.ts';
import { type Static, Type } from '../gateway/protocol/schema.ts';
import { contradiction } from '../gateway/snapshot-error.ts';
import { type FaultKind, isLinkFault } from './fault-kind.ts';
import {
  checkOneFault,
  FAULTS_MAX,
  type Fault,
  type FaultGround,
  type FaultText,
  readFaultPlan,
} from './fault-plan.ts';

/** What all faults of a kind have hit since the world was opened, those that have gone too. */
interface KindCount {
  hits: number;
}

/** A fault that holds. */
export interface RunningFault {
  readonly id: number;
  readonly fault: Fault;
  readonly ofKind: KindCount;
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

export const RUNNING_STATE = Type.Object({
  id: WHOLE,
  /** As it was written; it is checked as any other when it is taken over. */
  text: Type.Object({}),
  hits: WHOLE,
  lastHitMs: Type.Optional(SIGNED),
});
export type RunningState = Static<typeof RUNNING_STATE>;

export const FAULTS_STATE = Type.Object({
  lastId: WHOLE,
  running: Type.Array(RUNNING_STATE, { maxItems: FAULTS_MAX }),
});
export type FaultsState = Static<typeof FAULTS_STATE>;

export class Faults {
  readonly #ground: FaultGround;
  #running: readonly RunningFault[] = [];
  #links: readonly RunningFault[] = [];
  #logs: readonly RunningFault[] = [];
  #lastId = 0;
  readonly #kinds = new Map<FaultKind, KindCount>();

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

  /** Of each kind that has hit something, how often since the world was opened. */
  hitsByKind(): ReadonlyMap<FaultKind, number> {
    const hit = [...this.#kinds].filter(([, { hits }]) => hits > 0);
    return new Map(hit.map(([kind, { hits }]) => [kind, hits]));
  }

  #kindOf({ what: { kind } }: Fault): KindCount {
    const known = this.#kinds.get(kind) ?? { hits: 0 };
    this.#kinds.set(kind, known);
    return known;
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

  /** All of them with what they did. */
  state(): FaultsState {
    return { lastId: this.#lastId, running: this.#running.map(runningState) };
  }

  /** Takes a state over in place of what holds. */
  restore({ lastId, running }: FaultsState): void {
    this.#lastId = lastId;
    this.#set(running.map((state) => this.revive(state)));
  }

  /** A fault of a state; one that holds no longer may still be due to a request under way. */
  revive({ id, text, hits, lastHitMs }: RunningState): RunningFault {
    const known = this.#running.find((running) => running.id === id);
    if (known !== undefined) return known;
    const checked = checkOneFault(text, `fault ${id}`, this.#ground);
    if (!checked.ok) throw contradiction(checked.problems.join('; '));
    const { value: fault } = checked;
    return { id, fault, ofKind: this.#kindOf(fault), hits, lastHitMs };
  }

  /** Sets the counts back to those of a state, and those of kinds to 0. */
  recount({ running }: FaultsState): void {
    for (const kind of this.#kinds.values()) kind.hits = 0;
    for (const { id, hits, lastHitMs } of running) {
      const known = this.#running.find((each) => each.id === id);
      if (known !== undefined) Object.assign(known, { hits, lastHitMs });
    }
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
      const ofKind = this.#kindOf(fault);
      return { id: ++this.#lastId, fault, ofKind, hits: 0, lastHitMs: undefined };
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

/** Counts that a fault has hit something at virtual time `atMs`. */
export function noteHit(running: RunningFault, atMs: number): void {
  running.hits++;
  running.ofKind.hits++;
  running.lastHitMs = atMs;
}

export function runningState({ id, fault, hits, lastHitMs }: RunningFault): RunningState {
  return { id, text: fault.text, hits, ...(lastHitMs !== undefined && { lastHitMs }) };
}

function viewOf({ id, fault, hits, lastHitMs }: RunningFault): FaultView {
  return { id, ...fault.text, hits, ...(lastHitMs !== undefined && { lastHitMs }) };
}

function tooMany(source: string): Checked<never> {
  return { ok: false, problems: [`${source}: there may be ${FAULTS_MAX} faults at a time`] };
}
