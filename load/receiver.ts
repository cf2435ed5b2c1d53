// What comes back to a run: each answer finds its request by its counter, is checked, and is
// counted. Answers that nobody waits for (of schedules, or after the time-out) are only counted
// apart.

import { type Answer, codeOf, counterOf, isRecord, READERS, type ReadAnswers } from './answers.ts';
import type { Check, Verdict } from './check.ts';
import type { RequestKind } from './choice.ts';
import type { Health } from './health.ts';
import type { InFlight } from './in-flight.ts';
import type { Line } from './line.ts';
import type { LoadRecord, Served } from './record.ts';
import type { LoadFormat, Requests } from './requests.ts';

export interface ReceiverParts {
  readonly format: LoadFormat;
  readonly kinds: readonly RequestKind[];
  readonly requests: Requests;
  readonly record: LoadRecord;
  readonly health: Health;
  readonly inFlight: InFlight;
  readonly check: Check | undefined;
  /** Checks one answer in so many; 0 checks none. */
  readonly checkEvery: number;
  /** Virtual time of the gateway at the start, ms since the epoch. */
  readonly virtualMs: number;
  /** ms since the start of the run. */
  nowMs(): number;
  lineOf(number: number): Line | undefined;
}

/** Faults that are told in words; of more there is only the count. */
const FAULTS_TOLD_MAX = 5;

const UNCHECKED: Verdict = { kind: 'unchecked' };

export class Receiver {
  /** Frames that have come in. */
  frames = 0;
  /** Answers that no request waited for: of schedules, alerts, after a time-out. */
  unasked = 0;
  /** The first faults in words. */
  readonly faults: string[] = [];
  /** Why connections were lost, and how many of them. */
  readonly closeReasons = new Map<string, number>();
  /** The latest virtual time that an answer told, ms since the epoch. */
  virtualMs: number;
  readonly #parts: ReceiverParts;
  readonly #read: ReadAnswers;
  #untilChecked = 1;

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
    this.#read = READERS[parts.format];
    this.virtualMs = parts.virtualMs;
  }

  /** Takes one frame. */
  take(bytes: Buffer): void {
    this.frames++;
    const nowMs = this.#parts.nowMs();
    const value = this.#read(bytes);
    if (Array.isArray(value)) for (const answer of value) this.#takeAnswer(answer, nowMs);
    else if (value !== undefined) this.#takeAnswer(value, nowMs);
  }

  #takeAnswer(value: unknown, nowMs: number): void {
    const { inFlight, record } = this.#parts;
    const answer: Answer = isRecord(value) ? value : {};
    const row = inFlight.rowOf(counterOf(answer));
    if (row < 0) {
      this.unasked++;
      return;
    }
    const code = codeOf(answer);
    const verdict = code === 'I0' ? this.#judge(answer, row) : UNCHECKED;
    if ('fault' in verdict && this.faults.length < FAULTS_TOLD_MAX) {
      this.faults.push(`${verdict.kind}: ${answer.requestId}: ${verdict.fault}`);
    }
    const { kinds, lineOf } = this.#parts;
    const kind = kinds[inFlight.kinds[row] ?? 0];
    record.answer({
      srv: kind?.srv ?? '4.8.1',
      plannedMs: inFlight.plannedMs[row] ?? 0,
      sentMs: inFlight.sentMs[row] ?? 0,
      nowMs,
      code,
      served: servedOf(answer),
      verdict: verdict.kind,
    });
    const line = lineOf(inFlight.lines[row] ?? 0);
    if (line !== undefined) line.inFlight--;
    inFlight.free(row);
  }

  #judge(answer: Answer, row: number): Verdict {
    const { check, checkEvery, health } = this.#parts;
    if (check === undefined || checkEvery === 0 || --this.#untilChecked > 0) return UNCHECKED;
    this.#untilChecked = checkEvery;
    return health.timed(() => this.#judgeNow(check, answer, row));
  }

  #judgeNow(check: Check, answer: Answer, row: number): Verdict {
    const { inFlight, kinds, requests } = this.#parts;
    const kind = kinds[inFlight.kinds[row] ?? 0];
    if (kind === undefined) return UNCHECKED;
    const { high, low } = requests.deviceAt(inFlight.devices[row] ?? 0);
    const { srv, partyId } = kind;
    const virtualMs = inFlight.virtualMs[row] ?? 0;
    const verdict = check.judge(answer, { partyId, high, low, srv, virtualMs });
    const responseMs = check.responseMs(answer);
    if (responseMs > this.virtualMs) this.virtualMs = responseMs;
    return verdict;
  }

  /** A connection has gone: what was in flight on it has no answer. */
  lose(line: Line, reason: string): void {
    const { inFlight } = this.#parts;
    this.closeReasons.set(reason, (this.closeReasons.get(reason) ?? 0) + 1);
    inFlight.forEach(line.number, (row) => this.#end(row, 'lost'));
  }

  /** The run was interrupted: nothing more is waited for. */
  loseAll(): void {
    this.#parts.inFlight.forEach(undefined, (row) => this.#end(row, 'lost'));
  }

  /** What was sent before `beforeMs` has waited too long. */
  timeOut(beforeMs: number): void {
    this.#parts.inFlight.forEachSentBefore(beforeMs, (row) => this.#end(row, 'timedOut'));
  }

  #end(row: number, how: 'lost' | 'timedOut'): void {
    const { inFlight, record, lineOf } = this.#parts;
    record.unanswer(how, inFlight.plannedMs[row] ?? 0, 1);
    const line = lineOf(inFlight.lines[row] ?? 0);
    if (line !== undefined) line.inFlight--;
    inFlight.free(row);
  }
}

function servedOf({ served }: Answer): Served | undefined {
  return served === 'cache' || served === 'device' || served === 'mixed' ? served : undefined;
}
