// What a run has counted. Every SR that was planned ends in exactly one outcome; what was planned
// in the warm-up shows in its seconds and nowhere else [contract §8].

import type { ReadSrv } from '../gateway/protocol/service-reference.ts';
import type { Served } from './known-answers.ts';
import { LatencyRecord } from './latency.ts';
import type { LoadResult, Outcomes, Second, Strays } from './result.ts';

/** How an SR ended, other than by an answer. */
export type Unanswered = 'timedOut' | 'lost' | 'notSent';

/** An answer as it is counted. Times are ms since the start of the run. */
export interface Answered {
  readonly srv: ReadSrv;
  readonly plannedMs: number;
  readonly sentMs: number;
  readonly nowMs: number;
  /** `I0`, or a refusal. */
  readonly code: string;
  readonly served: Served | undefined;
  readonly verdict: 'right' | 'wrong' | 'stale' | 'unchecked';
}

interface OpenSecond {
  planned: number;
  sent: number;
  answered: number;
  hits: number;
  errors: number;
  /** Planned and without outcome yet. */
  open: number;
  readonly latency: LatencyRecord;
}

export type Recorded = Pick<
  LoadResult,
  | 'planned'
  | 'sent'
  | 'answered'
  | 'checked'
  | 'outcomes'
  | 'strays'
  | 'served'
  | 'latency'
  | 'bySrv'
  | 'seconds'
>;

export class LoadRecord {
  planned = 0;
  sent = 0;
  answered = 0;
  checked = 0;
  right = 0;
  wrong = 0;
  stale = 0;
  readonly unanswered: { [Name in Unanswered]: number } = { timedOut: 0, lost: 0, notSent: 0 };
  readonly refused = new Map<string, number>();
  readonly served = { cache: 0, device: 0, mixed: 0 };
  readonly strays = { late: 0, repeated: 0, unknown: 0, unreadable: 0 };
  readonly unaddressed = new Map<string, number>();
  /** Since it was last looked at, the warm-up included: for the eyes only. */
  readonly live = { answered: 0, hits: 0, errors: 0, latency: LatencyRecord.coarse() };
  readonly fromSent = new LatencyRecord();
  /** End of the measured part, ms since the start of the run; Infinity while that is open. */
  measuredUntilMs = Number.POSITIVE_INFINITY;
  /** Answers that came while the measured part lasted, to whichever SR, and when the last did. */
  came = 0;
  lastCameMs = 0;
  readonly #bySrv = new Map<
    ReadSrv,
    { answered: number; hits: number; readonly latency: LatencyRecord }
  >();
  readonly #warmupMs: number;
  readonly #open = new Map<number, OpenSecond>();
  readonly #closed = new Map<number, Second>();
  /** The second that was looked for last, most often that of the next SR too. */
  #latestAt = -1;
  #latest: OpenSecond | undefined;
  /** Histograms of seconds that are over, to be used again. */
  readonly #spare: LatencyRecord[] = [];

  constructor(warmupMs: number) {
    this.#warmupMs = warmupMs;
  }

  isMeasured(plannedMs: number): boolean {
    return plannedMs >= this.#warmupMs;
  }

  plan(plannedMs: number, count: number): void {
    const second = this.#secondOf(plannedMs);
    second.planned += count;
    second.open += count;
    if (this.isMeasured(plannedMs)) this.planned += count;
  }

  send(plannedMs: number, count: number): void {
    this.#secondOf(plannedMs).sent += count;
    if (this.isMeasured(plannedMs)) this.sent += count;
  }

  answer(answered: Answered): void {
    const { plannedMs, nowMs, code, served, verdict } = answered;
    const second = this.#secondOf(plannedMs);
    const latencyMs = nowMs - plannedMs;
    second.answered++;
    second.latency.add(latencyMs);
    this.live.answered++;
    this.live.latency.add(latencyMs);
    if (served === 'cache') {
      second.hits++;
      this.live.hits++;
    }
    if (code !== 'I0' || verdict === 'wrong' || verdict === 'stale') {
      second.errors++;
      this.live.errors++;
    }
    second.open--;
    if (this.isMeasured(nowMs) && nowMs <= this.measuredUntilMs) {
      this.came++;
      this.lastCameMs = nowMs;
    }
    if (this.isMeasured(plannedMs)) this.#measure(answered, latencyMs);
  }

  #measure({ srv, sentMs, nowMs, code, served, verdict }: Answered, latencyMs: number): void {
    this.answered++;
    this.fromSent.add(nowMs - sentMs);
    let row = this.#bySrv.get(srv);
    if (row === undefined) {
      row = { answered: 0, hits: 0, latency: new LatencyRecord() };
      this.#bySrv.set(srv, row);
    }
    row.answered++;
    row.latency.add(latencyMs);
    if (served !== undefined) this.served[served]++;
    if (served === 'cache') row.hits++;
    if (code !== 'I0') {
      this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
      return;
    }
    if (verdict !== 'unchecked') this.checked++;
    if (verdict === 'wrong') this.wrong++;
    else if (verdict === 'stale') this.stale++;
    else this.right++;
  }

  /** An answer of the measured part that was counted as right turns out to be stale. */
  turnStale(): void {
    this.right--;
    this.stale++;
  }

  unanswer(how: Unanswered, plannedMs: number, count: number): void {
    const second = this.#secondOf(plannedMs);
    second.errors += count;
    this.live.errors += count;
    second.open -= count;
    if (this.isMeasured(plannedMs)) this.unanswered[how] += count;
  }

  /** Counted anew from where the warm-up ends, so that no second is half warm-up. */
  #numberOf(plannedMs: number): number {
    if (!this.isMeasured(plannedMs)) return Math.floor(plannedMs / 1000);
    return Math.ceil(this.#warmupMs / 1000) + Math.floor((plannedMs - this.#warmupMs) / 1000);
  }

  #secondOf(plannedMs: number): OpenSecond {
    const at = this.#numberOf(plannedMs);
    if (at === this.#latestAt && this.#latest !== undefined) return this.#latest;
    let second = this.#open.get(at);
    if (second === undefined) {
      const latency = this.#spare.pop() ?? LatencyRecord.coarse();
      second = { planned: 0, sent: 0, answered: 0, hits: 0, errors: 0, open: 0, latency };
      this.#open.set(at, second);
    }
    this.#latestAt = at;
    this.#latest = second;
    return second;
  }

  /** Closes the seconds before the one of `plannedMs` in which all is settled. */
  closeSecondsBefore(plannedMs: number): void {
    const current = this.#numberOf(plannedMs);
    for (const [at, second] of this.#open) {
      if (second.open > 0 || at >= current) continue;
      this.#closed.set(at, this.#figures(at, second));
      this.#open.delete(at);
      if (at === this.#latestAt) this.#latest = undefined;
      second.latency.reset();
      this.#spare.push(second.latency);
    }
  }

  #figures(at: number, second: OpenSecond): Second {
    const { planned, sent, answered, hits, errors, latency } = second;
    const [p50Ms = 0, p90Ms = 0, p99Ms = 0] = latency.percentilesMs([50, 90, 99]);
    const warmupSeconds = this.#warmupMs / 1000;
    const warmup = at < Math.ceil(warmupSeconds);
    return {
      atSeconds: warmup ? at : warmupSeconds + at - Math.ceil(warmupSeconds),
      warmup,
      planned,
      sent,
      answered,
      hits,
      errors,
      p50Ms,
      p90Ms,
      p99Ms,
      maxMs: latency.maxMs,
    };
  }

  /** An error that does not tell which SR it is about. */
  unaddress(code: string): void {
    this.unaddressed.set(code, (this.unaddressed.get(code) ?? 0) + 1);
  }

  get outcomes(): Outcomes {
    const { right, wrong, stale } = this;
    return { right, wrong, stale, refused: mostFirst(this.refused), ...this.unanswered };
  }

  get #strays(): Strays {
    return { ...this.strays, unaddressed: mostFirst(this.unaddressed) };
  }

  result(): Recorded {
    const { planned, sent, answered, checked, outcomes, served } = this;
    const rows = [...this.#bySrv].sort(([a], [b]) => (a < b ? -1 : 1));
    const bySrv = rows.map(([srv, { answered: count, hits, latency }]) => [
      srv,
      { answered: count, hits, latency: latency.result() },
    ]);
    return {
      planned,
      sent,
      answered,
      checked,
      outcomes,
      strays: this.#strays,
      served: { ...served },
      latency: { fromPlanned: this.#fromPlanned().result(), fromSent: this.fromSent.result() },
      bySrv: Object.fromEntries(bySrv),
      seconds: this.#seconds(),
    };
  }

  /** Of all SRVs together. */
  #fromPlanned(): LatencyRecord {
    const all = new LatencyRecord();
    for (const { latency } of this.#bySrv.values()) all.merge(latency);
    return all;
  }

  #seconds(): Second[] {
    const open = [...this.#open].map(([at, second]) => this.#figures(at, second));
    return [...this.#closed.values(), ...open].sort((a, b) => a.atSeconds - b.atSeconds);
  }
}

function mostFirst(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}
