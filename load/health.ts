// How the generator itself is doing [contract §8]: how late it plans what it sends, and how busy it
// is. Above its limits a run measures the generator and not the gateway, and has to say so.

import { formatMs } from './figures.ts';
import { LatencyRecord } from './latency.ts';
import type { LoadTime } from './real-time.ts';
import type { GeneratorHealth } from './result.ts';

/** Busier than this, answers wait for the generator to read them. */
const BUSY_SHARE_MAX = 0.9;
/** Of a shorter time that share says nothing: a first SR alone keeps a program busy. */
const JUDGED_MS_MIN = 1000;
/** Later than this, what was meant to be a steady rate comes in bursts; */
const LATENESS_P99_MS_MAX = 20;
/** but beside answers that take so much longer, it shows in no figure. */
const LATENESS_SHARE_MAX = 0.1;
/** Busy with less processor time than this share of it: others had the processor meanwhile. */
const PROCESSOR_SHARE_MIN = 0.75;
/** One check in so many is timed. Prime, so as not to keep step with batches. */
const TIMED_EVERY = 61;
/** Of the busy time; beyond it the check is named as the cause. */
const CHECK_SHARE_TOLD = 0.3;

/** Readings of the clocks at one moment, all in ms. */
interface Reading {
  readonly nowMs: number;
  /** Asleep, and turning the event loop with nothing to do. */
  readonly restMs: number;
  readonly processorMs: number;
  readonly checkMs: number;
}

export class Health {
  readonly lateness = new LatencyRecord();
  readonly #time: LoadTime;
  #started: Reading;
  #stopped: Reading | undefined;
  #idleMs = 0;
  #untilTimed = TIMED_EVERY;
  #checkMs = 0;

  constructor(time: LoadTime) {
    this.#time = time;
    this.#started = this.#read();
  }

  /** Forgets what was before: the measured part begins. */
  restart(): void {
    this.#started = this.#read();
  }

  /** Nothing more is sent: who waits for the last answers is not busy, and never late. */
  stop(): void {
    this.#stopped = this.#read();
  }

  #read(): Reading {
    const restMs = this.#time.asleepMs() + this.#idleMs;
    const [nowMs, processorMs] = [this.#time.nowMs(), this.#time.processorMs()];
    return { nowMs, restMs, processorMs, checkMs: this.#checkMs };
  }

  /** What the measured part took of each. */
  get #spent(): Reading {
    const [from, to] = [this.#started, this.#stopped ?? this.#read()];
    return {
      nowMs: to.nowMs - from.nowMs,
      restMs: to.restMs - from.restMs,
      processorMs: to.processorMs - from.processorMs,
      checkMs: to.checkMs - from.checkMs,
    };
  }

  /** So many ms of turning the event loop found nothing to do. */
  idle(ms: number): void {
    this.#idleMs += ms;
  }

  /** Runs a check, and times some of them. */
  timed<T>(check: () => T): T {
    if (--this.#untilTimed > 0) return check();
    this.#untilTimed = TIMED_EVERY;
    const before = this.#time.nowMs();
    const result = check();
    this.#checkMs += (this.#time.nowMs() - before) * TIMED_EVERY;
    return result;
  }

  /** Share of the time since the measured part began, 0 to 1. */
  get busyShare(): number {
    const { nowMs: elapsedMs, restMs } = this.#spent;
    return elapsedMs > 0 ? Math.min(1, Math.max(0, 1 - restMs / elapsedMs)) : 0;
  }

  /** `latencyP50Ms`: what half of the answers took at most. */
  result(latencyP50Ms: number): GeneratorHealth {
    const busyShare = Math.round(this.busyShare * 1000) / 1000;
    const lateness = this.lateness.result();
    const warning = this.#warning(busyShare, lateness.p99Ms, latencyP50Ms * LATENESS_SHARE_MAX);
    return {
      lateness,
      busyShare,
      isBottleneck: warning !== undefined,
      ...(warning !== undefined && { warning }),
    };
  }

  #warning(busyShare: number, latenessP99Ms: number, tolerableMs: number): string | undefined {
    if (busyShare > BUSY_SHARE_MAX && this.#spent.nowMs >= JUDGED_MS_MIN) {
      const percent = Math.round(busyShare * 100);
      const cure = this.#cure(busyShare);
      return (
        `The generator was busy ${percent} % of the time, so the rate is its own limit; ` +
        `${cure}.`
      );
    }
    if (latenessP99Ms > Math.max(LATENESS_P99_MS_MAX, tolerableMs)) {
      const late = formatMs(latenessP99Ms);
      return (
        `The generator was more than ${late} ms late with 1 % of what it planned, so latencies ` +
        'from the planned time are partly its own; leave it a processor core to itself.'
      );
    }
    return undefined;
  }

  #cure(busyShare: number): string {
    const { nowMs: elapsedMs, processorMs, checkMs } = this.#spent;
    const busyMs = elapsedMs * busyShare;
    if (processorMs < busyMs * PROCESSOR_SHARE_MIN) {
      return 'most of that it waited for a processor: leave it a core to itself';
    }
    const checkShare = Math.min(1, checkMs / busyMs);
    return checkShare > CHECK_SHARE_TOLD
      ? `checking answers took ${Math.round(checkShare * 100)} % of that: try --check 1/10`
      : 'try --batch 16, or several s1sp load at a time';
  }
}
