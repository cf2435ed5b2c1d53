/**
 * Virtual time as the gateway sees it. The emulator implements it; the gateway owns it.
 *
 * Everything of the smart metering world reads this clock: meters, WAN, schedules, cache ages and
 * `responseDateTime`. Sockets, heartbeat, drain and measured latencies live in real time instead.
 */
export interface Clock {
  /** Virtual time in milliseconds since the Unix epoch, UTC. Never moves backwards. */
  nowMs(): number;
  /**
   * Calls `run` once when virtual time reaches `atMs` (at once, but never synchronously, when that
   * has passed). Timers due at the same millisecond run in the order they were set.
   */
  schedule(atMs: number, run: () => void): Timer;
  /**
   * Sets the call of a timer of this clock anew, as if it were scheduled now: one that has run runs
   * again, and one that has not runs at `atMs` instead. Whoever waits often needs one timer only.
   */
  reschedule(timer: Timer, atMs: number): void;
}

/**
 * Virtual time ends here, 2100-01-01T00:00:00Z: the memory core counts seconds in 32 bits, and adds
 * 25 hours to them.
 */
export const LATEST_CLOCK_MS = Date.UTC(2100, 0, 1);

/** A pending call on a {@link Clock}. */
export interface Timer {
  /** Of two calls due at the same millisecond the one with the lower number runs first. */
  readonly place: number;
  /** Forgets the call; harmless when it has run already. */
  cancel(): void;
}
