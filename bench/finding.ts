// What a bench hands back: rows of blocks, the bars they are held against, and what they were
// measured on. `page.ts` makes the document of it.

/** One contender and what each of its blocks came to. */
export interface Row {
  readonly contender: string;
  /** Such as `SR/s`, `ns`, `MiB`. */
  readonly unit: string;
  readonly blocks: readonly number[];
  /** Why the contender did not take part, such as `not installed`; then there are no blocks. */
  readonly skipped?: string;
}

/** A contender that this machine does not have: the table names it and says so. */
export function notInstalled(contender: string): Row {
  return { contender, unit: '', blocks: [], skipped: 'not installed' };
}

/** Something that the project promises. */
export interface Bar {
  readonly what: string;
  readonly unit: string;
  readonly measured: number;
  /** What has to be reached; without it the figure is reported only. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Finding {
  readonly title: string;
  /** One sentence each: what was measured, and what was asserted of it. */
  readonly about: readonly string[];
  readonly rows: readonly Row[];
  readonly bars: readonly Bar[];
}

/** How a bench is run. */
export interface BenchOptions {
  /** Turns of each contender. */
  readonly blocks: number;
  /** Told what is going on, a line at a time. */
  readonly tell: (line: string) => void;
}

export interface Bench {
  /** What `--only` calls it. */
  readonly name: string;
  run(options: BenchOptions): Promise<Finding[]>;
}

/** Whether a bar is reached; undefined where there is nothing to reach. */
export function isReached({ measured, atLeast, atMost }: Bar): boolean | undefined {
  if (atLeast === undefined && atMost === undefined) return undefined;
  return measured >= (atLeast ?? measured) && measured <= (atMost ?? measured);
}
