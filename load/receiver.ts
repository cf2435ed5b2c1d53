// What comes back to a run: each answer finds its request by its counter, is checked, and is
// counted. One whose bytes have been found right before is right, and is not decoded again. Answers
// that no request waits for are counted apart, but for those that schedules have made.

import type { ReadSrv } from '../gateway/protocol/service-reference.ts';
import { READ_SRVS } from '../gateway/protocol/service-reference.ts';
import { type Answer, type AnswerReader, codeOf, counterOf, isRecord, READERS } from './answers.ts';
import type { ArmedSample } from './armed.ts';
import type { Check, Verdict } from './check.ts';
import type { RequestKind } from './choice.ts';
import type { Devices } from './devices.ts';
import type { Health } from './health.ts';
import type { InFlight } from './in-flight.ts';
import { KnownAnswers, type Served } from './known-answers.ts';
import type { Line } from './line.ts';
import { printable } from './printable.ts';
import type { LoadRecord } from './record.ts';
import type { LoadFormat } from './requests.ts';

export interface ReceiverParts {
  readonly format: LoadFormat;
  readonly kinds: readonly RequestKind[];
  readonly devices: Devices;
  readonly record: LoadRecord;
  readonly health: Health;
  readonly inFlight: InFlight;
  readonly check: Check | undefined;
  readonly armed?: ArmedSample;
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

type Why = Readonly<Record<string, unknown>>;

const UNCHECKED: Verdict = { kind: 'unchecked' };

export class Receiver {
  /** Reads of sockets so far. */
  reads = 0;
  /** The first faults in words. */
  readonly faults: string[] = [];
  /** Why connections were lost, and how many of them. */
  readonly closeReasons = new Map<string, number>();
  /** The latest virtual time that an answer told, ms since the epoch. */
  virtualMs: number;
  readonly #parts: ReceiverParts;
  readonly #reader: AnswerReader;
  readonly #known: KnownAnswers | undefined;
  #untilChecked = 1;
  #nowMs = 0;
  /** Number of the connection over which came what is taken now. */
  #line = 0;

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
    this.#reader = READERS[parts.format];
    // No two documents of DUIS are alike: each has a signature of its own.
    this.#known = parts.format === 'duis' ? undefined : new KnownAnswers();
    this.virtualMs = parts.virtualMs;
  }

  /** Bytes have come in: what is taken until the next call came with them. */
  read(): void {
    this.reads++;
    this.#nowMs = this.#parts.nowMs();
  }

  /** Takes one frame that came over the connection of a number, `bytes` from `start` to `end`. */
  take(line: number, bytes: Buffer, start: number, end: number): void {
    this.#line = line;
    const first = this.#reader.enter(bytes, start);
    if (first < 0) {
      if (this.#takeAt(bytes, start, end) !== end) throw new Error('more behind the answer');
      return;
    }
    let at = this.#reader.next(bytes, first);
    for (let left = this.#reader.count(bytes, start); left > 0 && at >= 0; left--) {
      if (at >= end) throw new Error('an array that is cut short');
      at = this.#reader.next(bytes, this.#takeAt(bytes, at, end));
    }
  }

  /** Takes one answer; gives where it ends. */
  #takeAt(bytes: Buffer, at: number, end: number): number {
    const knownEnd = this.#takeKnown(bytes, at, end);
    if (knownEnd >= 0) return knownEnd;
    const { value, end: readEnd } = this.#reader.read(bytes, at, end);
    if (value !== undefined) {
      if (!isRecord(value)) throw new Error('an answer that is no object');
      this.#takeAnswer(value, bytes, at, readEnd);
    }
    return readEnd;
  }

  /** Takes an answer whose bytes are known already; −1 where they are not. */
  #takeKnown(bytes: Buffer, at: number, end: number): number {
    const known = this.#known;
    if (known === undefined) return -1;
    const { inFlight, kinds, checkEvery } = this.#parts;
    const row = inFlight.rowOf(known.counterAt(bytes, at, end));
    if (row < 0 || inFlight.lines[row] !== this.#line || inFlight.explained[row] === 1) return -1;
    const kind = kinds[inFlight.kinds[row] as number];
    if (kind === undefined) return -1;
    const subject = subjectOf(inFlight.devices[row] as number, kind);
    const answerEnd = known.find(bytes, at, end, subject, kind.partyId);
    if (answerEnd < 0) return -1;
    const isDue = checkEvery > 0 && this.#untilChecked <= 1;
    const isEarly = known.responseMs < (inFlight.virtualMs[row] as number);
    if (isDue && (isEarly || !known.isRight)) return -1;
    if (checkEvery > 0) this.#untilChecked = isDue ? checkEvery : this.#untilChecked - 1;
    if (known.responseMs > this.virtualMs) this.virtualMs = known.responseMs;
    this.#record(row, kind.srv, 'I0', known.served, isDue ? 'right' : 'unchecked');
    return answerEnd;
  }

  #takeAnswer(answer: Answer, bytes: Buffer, start: number, end: number): void {
    const { inFlight, kinds } = this.#parts;
    const code = codeOf(answer);
    const row = inFlight.rowOf(counterOf(answer));
    const kind = kinds[inFlight.kinds[row] ?? 0];
    if (row < 0 || kind === undefined) {
      this.#takeStray(answer, code);
      return;
    }
    const verdict = code === 'I0' ? this.#judge(answer, row, kind) : UNCHECKED;
    if ('fault' in verdict) {
      this.#tell(`${verdict.kind}: ${answer.requestId}: ${verdict.fault}`);
    } else if (code === 'I0') {
      this.#learn(answer, row, kind, verdict.kind === 'right', bytes, start, end);
    }
    if (verdict.kind === 'right' && isRecord(answer.why))
      this.#sample(answer, answer.why, row, kind);
    this.#record(row, kind.srv, code, servedOf(answer), verdict.kind);
  }

  /** What a schedule has made, and an alert, have no RequestID and no error [contract §3]. */
  #takeStray(answer: Answer, code: string): void {
    const { inFlight, record } = this.#parts;
    if (typeof answer.requestId === 'string') {
      record.strays[inFlight.strayOf(counterOf(answer))]++;
    } else if (isRecord(answer.error)) {
      record.unaddress(code);
      this.#tell(`an error without a RequestID: ${code}: ${answer.error.message}`);
    }
  }

  /** Has a hit of the measured part looked into, if it tells its `why`. */
  #sample({ served, requestId }: Answer, why: Why, row: number, { srv }: RequestKind): void {
    const { armed, record, inFlight, devices } = this.#parts;
    if (armed === undefined || served !== 'cache') return;
    if (!record.isMeasured(inFlight.plannedMs[row] as number)) return;
    const deviceId = devices.id(inFlight.devices[row] as number);
    armed.take({ deviceId, srv, dspScheduleId: why.dspScheduleId }, (fault) => {
      record.turnStale();
      this.#tell(`stale: ${requestId}: ${fault}`);
    });
  }

  #tell(fault: string): void {
    if (this.faults.length < FAULTS_TOLD_MAX) this.faults.push(printable(fault));
  }

  #record(
    row: number,
    srv: ReadSrv,
    code: string,
    served: Served | undefined,
    verdict: Verdict['kind'],
  ): void {
    const { inFlight, record, lineOf } = this.#parts;
    const plannedMs = inFlight.plannedMs[row] as number;
    const sentMs = inFlight.sentMs[row] as number;
    record.answer({ srv, plannedMs, sentMs, nowMs: this.#nowMs, code, served, verdict });
    const line = lineOf(inFlight.lines[row] as number);
    if (line !== undefined) line.inFlight--;
    inFlight.free(row);
  }

  /** An answer with a `why` is another each time; one of an unfinished period may grow. */
  #learn(
    { requestId, responseDateTime: time, served, why }: Answer,
    row: number,
    kind: RequestKind,
    isRight: boolean,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    const { inFlight, check, devices } = this.#parts;
    if (this.#known === undefined || why !== undefined) return;
    const device = inFlight.devices[row] as number;
    if (typeof requestId !== 'string' || typeof time !== 'string') return;
    const origin = servedOf({ served });
    if (origin === undefined) return;
    if (!requestId.startsWith(`${kind.partyId}:${devices.id(device)}:`)) return;
    if (check !== undefined && !check.isSettledAt(check.responseMs({ responseDateTime: time })))
      return;
    const told = { requestId, time, served: origin, isRight };
    this.#known.learn(bytes, start, end, subjectOf(device, kind), told);
  }

  #judge(answer: Answer, row: number, kind: RequestKind): Verdict {
    const { check, checkEvery, health, inFlight } = this.#parts;
    if (check === undefined || checkEvery === 0) return UNCHECKED;
    const isDue = --this.#untilChecked <= 0;
    if (isDue) this.#untilChecked = checkEvery;
    // Few enough have been asked why that none of them is passed over: only they tell an age.
    else if (inFlight.explained[row] !== 1) return UNCHECKED;
    return health.timed(() => this.#judgeNow(check, answer, row, kind));
  }

  #judgeNow(check: Check, answer: Answer, row: number, { srv, partyId }: RequestKind): Verdict {
    const { inFlight, devices } = this.#parts;
    const { high, low } = devices.at(inFlight.devices[row] ?? 0);
    const virtualMs = inFlight.virtualMs[row] ?? 0;
    const strange = this.#strangeness(answer, row);
    const verdict = strange ?? check.judge(answer, { partyId, high, low, srv, virtualMs });
    const responseMs = check.responseMs(answer);
    if (responseMs > this.virtualMs) this.virtualMs = responseMs;
    return verdict;
  }

  /** What is wrong with an answer whatever it holds. */
  #strangeness(answer: Answer, row: number): Verdict | undefined {
    const { inFlight, format } = this.#parts;
    if (inFlight.lines[row] !== this.#line) {
      return { kind: 'wrong', fault: 'it came over another connection than the request went' };
    }
    // Documents of DUIS tell neither.
    if (format === 'duis') return undefined;
    if (servedOf(answer) === undefined) {
      return { kind: 'wrong', fault: `served ${JSON.stringify(answer.served)}` };
    }
    if (inFlight.explained[row] === 1 && !isRecord(answer.why)) {
      return { kind: 'wrong', fault: 'no why, although it was asked for' };
    }
    return undefined;
  }

  /** A connection has gone: what was in flight on it has no answer. */
  lose(line: Line, reason: string, unreadable: boolean): void {
    const { inFlight, record } = this.#parts;
    if (unreadable) record.strays.unreadable++;
    const told = printable(reason);
    this.closeReasons.set(told, (this.closeReasons.get(told) ?? 0) + 1);
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
    if (how === 'timedOut') inFlight.freeTimedOut(row);
    else inFlight.free(row);
  }
}

/** What was asked, whoever asked it, as one number. */
function subjectOf(device: number, { srv }: RequestKind): number {
  return device * READ_SRVS.length + READ_SRVS.indexOf(srv);
}

function servedOf({ served }: Answer): Served | undefined {
  return served === 'cache' || served === 'device' || served === 'mixed' ? served : undefined;
}
