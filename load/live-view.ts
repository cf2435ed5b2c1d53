// What a run shows of itself while it runs, on stderr: on a terminal a few lines that are redrawn,
// elsewhere a plain line each second [contract §8].

import type pc from 'picocolors';
import { formatCount, formatMs, formatShare } from './figures.ts';
import type { Plan } from './plan.ts';
import type { Run } from './run.ts';

type Colors = ReturnType<typeof pc.createColors>;

/** The state of a run at a moment, and how it differs from the moment before. */
export interface Glimpse {
  readonly elapsedSeconds: number;
  readonly warmup: boolean;
  /** 0 to 1. */
  readonly progress: number;
  /** Answers a second since the glimpse before. */
  readonly rate: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly hitShare: number;
  /** Since the start. */
  readonly errors: number;
  readonly inFlight: number;
  readonly waiting: number;
}

/** Looks at a run again and again. */
export class Watch {
  readonly #run: Run;
  readonly #plan: Plan;
  #beforeMs = 0;
  #errors = 0;

  constructor(run: Run, plan: Plan) {
    this.#run = run;
    this.#plan = plan;
  }

  /** What has been since the look before. */
  look(): Glimpse {
    const { live } = this.#run.record;
    const { elapsedMs, inFlight, waiting } = this.#run;
    const seconds = (elapsedMs - this.#beforeMs) / 1000;
    this.#errors += live.errors;
    const glimpse = {
      elapsedSeconds: elapsedMs / 1000,
      warmup: elapsedMs < this.#plan.warmupMs,
      progress: this.#progress(elapsedMs),
      rate: seconds > 0 ? live.answered / seconds : 0,
      p50Ms: live.latency.percentileMs(50),
      p99Ms: live.latency.percentileMs(99),
      hitShare: live.answered === 0 ? 0 : live.hits / live.answered,
      errors: this.#errors,
      inFlight,
      waiting,
    };
    this.#beforeMs = elapsedMs;
    live.answered = live.hits = live.errors = 0;
    live.latency.reset();
    return glimpse;
  }

  #progress(elapsedMs: number): number {
    const { endMs, measured } = this.#plan;
    const byTime = Number.isFinite(endMs) ? elapsedMs / endMs : 0;
    const byCount = Number.isFinite(measured) ? this.#run.record.sent / measured : 0;
    return Math.min(1, Math.max(byTime, byCount));
  }
}

const BAR_LENGTH = 30;
const FULL = '█';
const EMPTY = '░';

/** Lines for a terminal. */
export function liveLines(glimpse: Glimpse, colors: Colors): string {
  const { progress, warmup, elapsedSeconds } = glimpse;
  const done = Math.round(progress * BAR_LENGTH);
  const bar = colors.cyan(FULL.repeat(done)) + colors.dim(EMPTY.repeat(BAR_LENGTH - done));
  const phase = warmup ? colors.yellow(' warm-up') : '';
  const errors = glimpse.errors > 0 ? colors.red(formatCount(glimpse.errors)) : '0';
  return [
    `  ${bar} ${elapsedSeconds.toFixed(0)} s${phase}`,
    `  ${colors.bold(formatCount(Math.round(glimpse.rate)))} SR/s   ` +
      `p50 ${formatMs(glimpse.p50Ms)} ms   p99 ${formatMs(glimpse.p99Ms)} ms`,
    `  hits ${formatShare(glimpse.hitShare)}   errors ${errors}   ` +
      `in flight ${formatCount(glimpse.inFlight)}   waiting ${formatCount(glimpse.waiting)}`,
  ].join('\n');
}

/** One line for a log. */
export function plainLine(glimpse: Glimpse): string {
  const phase = glimpse.warmup ? ' (warm-up)' : '';
  return (
    `${glimpse.elapsedSeconds.toFixed(0)} s${phase}: ${Math.round(glimpse.rate)} SR/s, ` +
    `p50 ${formatMs(glimpse.p50Ms)} ms, p99 ${formatMs(glimpse.p99Ms)} ms, ` +
    `hits ${formatShare(glimpse.hitShare)}, errors ${glimpse.errors}, ` +
    `in flight ${glimpse.inFlight}, waiting ${glimpse.waiting}`
  );
}
