// Real time in the page: how often it asks, how long an answer took. The one place of it there.

/** Milliseconds from an arbitrary start; never moves backwards. */
export function nowMs(): number {
  return performance.now();
}

/** Milliseconds since the epoch by this machine's clock. */
export function wallMs(): number {
  return Date.now();
}

/** Calls `run` once, `ms` from now, unless the result is called before. */
export function after(ms: number, run: () => void): () => void {
  const timeout = setTimeout(run, ms);
  return () => clearTimeout(timeout);
}
