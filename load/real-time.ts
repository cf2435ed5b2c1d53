// Real time for the load tester, and how busy its event loop is: the one place of both in load/.
// Everything else takes a LoadTime, so that a test turns it by hand.

import { performance } from 'node:perf_hooks';

/** A call that is still to come. */
export interface LoadTimer {
  cancel(): void;
}

export interface LoadTime {
  /** Milliseconds, with a fraction, from an arbitrary start; never moves backwards. */
  nowMs(): number;
  /** Milliseconds since the epoch. */
  wallMs(): number;
  /** Calls `run` once, `ms` from now. */
  after(ms: number, run: () => void): LoadTimer;
  /** Calls `run` in the next turn of the event loop, when the sockets have had theirs. */
  soon(run: () => void): void;
  /** Milliseconds for which the event loop has slept so far, for lack of anything to do. */
  asleepMs(): number;
  /** Milliseconds of processor time that the process has had so far. */
  processorMs(): number;
}

export const loadTime: LoadTime = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(ms, run) {
    const timeout = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timeout) };
  },
  soon(run) {
    setImmediate(run);
  },
  asleepMs: () => performance.eventLoopUtilization().idle,
  processorMs() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};
