// What is reported of a row of blocks: the median and the quartiles, which one bad block does not
// move, and the extremes, which show that there was one.

export interface Spread {
  readonly min: number;
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
  readonly max: number;
  readonly blocks: number;
}

/** The value below which `share` (0 to 1) of `sorted` lies, between neighbours in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Throws a RangeError for no values at all: a bench that measured nothing must not look fine. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('there is no block to report');
  const sorted = [...values].sort((a, b) => a - b);
  return {
    min: quantile(sorted, 0),
    lower: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    upper: quantile(sorted, 0.75),
    max: quantile(sorted, 1),
    blocks: sorted.length,
  };
}

/** Block by block the quotient of two contenders that took turns: noise they shared cancels out. */
export function ratios(values: readonly number[], others: readonly number[]): number[] {
  if (values.length !== others.length) throw new RangeError('the contenders had unequal turns');
  return values.map((value, i) => value / (others[i] ?? Number.NaN));
}
