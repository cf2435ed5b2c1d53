// What a run shows of itself while it runs, on stderr: on a terminal a few lines that are redrawn,
// elsewhere a plain line each second [contract §8].

import type { Colors } from './colors.ts';
import { formatCount, formatMs, formatShare } from './figures.ts';
import type { Plan } from './plan.ts';
import type { Run } from './run.ts';

/** The state of a run at a moment, and how it differs from the moment before. */
export interface Glimpse {
  readonly elapsedSeconds: number;
  /** Before and after the part that is measured. */
  readonly phase: 'warm-up' | 'measured' | 'waiting for the last answers';
  /** 0 to 1. */
  readonly progress: number;
  /** Answers a second since the glimpse before. */
  readonly rate: number;
  /** Of the answers since then; undefined where there were none. */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  readonly hitShare: number | undefined;
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
      phase: this.#phase(elapsedMs),
      progress: this.#progress(elapsedMs),
      rate: seconds > 0 ? live.answered / seconds : 0,
      p50Ms: live.answered === 0 ? undefined : live.latency.percentileMs(50),
      p99Ms: live.answered === 0 ? undefined : live.latency.percentileMs(99),
      hitShare: live.answered === 0 ? undefined : live.hits / live.answered,
      errors: this.#errors,
      inFlight,
      waiting,
    };
    this.#beforeMs = elapsedMs;
    live.answered = live.hits = live.errors = 0;
    live.latency.reset();
    return glimpse;
  }

  #phase(elapsedMs: number): Glimpse['phase'] {
    if (elapsedMs < this.#plan.warmupMs) return 'warm-up';
    return this.#run.isSending ? 'measured' : 'waiting for the last answers';
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
  const { progress, phase, elapsedSeconds } = glimpse;
  const done = Math.round(progress * BAR_LENGTH);
  const bar = colors.cyan(FULL.repeat(done)) + colors.dim(EMPTY.repeat(BAR_LENGTH - done));
  const told = phase === 'measured' ? '' : colors.yellow(` ${phase}`);
  const errors = glimpse.errors > 0 ? colors.red(formatCount(glimpse.errors)) : '0';
  return [
    `  ${bar} ${elapsedSeconds.toFixed(0)} s${told}`,
    `  ${colors.bold(formatCount(Math.round(glimpse.rate)))} SR/s   ` +
      `p50 ${latencyText(glimpse.p50Ms)}   p99 ${latencyText(glimpse.p99Ms)}`,
    `  hits ${shareText(glimpse.hitShare)}   errors ${errors}`,
    `  in flight ${formatCount(glimpse.inFlight)}   waiting ${formatCount(glimpse.waiting)}`,
  ].join('\n');
}

/** One line for a log. */
export function plainLine(glimpse: Glimpse): string {
  const phase = glimpse.phase === 'measured' ? '' : ` (${glimpse.phase})`;
  return (
    `${glimpse.elapsedSeconds.toFixed(0)} s${phase}: ${Math.round(glimpse.rate)} SR/s, ` +
    `p50 ${latencyText(glimpse.p50Ms)}, p99 ${latencyText(glimpse.p99Ms)}, ` +
    `hits ${shareText(glimpse.hitShare)}, errors ${glimpse.errors}, ` +
    `in flight ${glimpse.inFlight}, waiting ${glimpse.waiting}`
  );
}

const UNKNOWN = '–';

function latencyText(ms: number | undefined): string {
  return ms === undefined ? UNKNOWN : `${formatMs(ms)} ms`;
}

function shareText(share: number | undefined): string {
  return share === undefined ? UNKNOWN : formatShare(share);
}
