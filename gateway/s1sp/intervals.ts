// Stretches of stamps (half hours, or days), both ends inclusive.

export interface Interval {
  readonly from: number;
  readonly to: number;
}

/**
 * The stretches of `whole` that no interval of `covered` covers, rising. `covered` in any order.
 */
export function gapsIn(whole: Interval, covered: readonly Interval[]): Interval[] {
  const gaps: Interval[] = [];
  let next = whole.from;
  for (const { from, to } of [...covered].sort((a, b) => a.from - b.from)) {
    if (to < next) continue;
    if (from > whole.to) break;
    if (from > next) gaps.push({ from: next, to: from - 1 });
    next = to + 1;
  }
  if (next <= whole.to) gaps.push({ from: next, to: whole.to });
  return gaps;
}

/** What two intervals have in common, or undefined. */
export function overlap(a: Interval, b: Interval): Interval | undefined {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.to, b.to);
  return from <= to ? { from, to } : undefined;
}

/** Rising stamps as the fewest intervals. */
export function intervalsOf(stamps: readonly number[]): Interval[] {
  const intervals: { from: number; to: number }[] = [];
  for (const stamp of stamps) {
    const last = intervals.at(-1);
    if (last !== undefined && stamp === last.to + 1) last.to = stamp;
    else intervals.push({ from: stamp, to: stamp });
  }
  return intervals;
}
