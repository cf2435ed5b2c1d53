// Real time, for what is about sockets and not about meters: heartbeat, deadlines, drain, and the
// latency that `s1sp_response_seconds` shows [contract §2]. The one place of it in the gateway.

/** A call that is still to come. */
export interface RealTimer {
  /** Forgets the call; harmless when it has run already. */
  cancel(): void;
}

/** Real time as the server sees it; a test may turn it by hand. */
export interface RealTime {
  /** Milliseconds, with a fraction, from an arbitrary start; never moves backwards. */
  nowMs(): number;
  /** Calls `run` once, `ms` from now. Keeps the process alive until then. */
  after(ms: number, run: () => void): RealTimer;
  /** Calls `run` every `ms`. Keeps no process alive. */
  every(ms: number, run: () => void): RealTimer;
}

/** Fulfilled in the next turn of the event loop, when everybody else has had theirs. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

export const realTime: RealTime = {
  nowMs: () => performance.now(),
  after(ms, run) {
    const timeout = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timeout) };
  },
  every(ms, run) {
    const interval = setInterval(run, ms);
    interval.unref();
    return { cancel: () => clearInterval(interval) };
  },
};
