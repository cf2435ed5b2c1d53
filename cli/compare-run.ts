// What `s1sp compare` does: two files in, a table or JSON out.

import { readFileSync } from 'node:fs';
import { type Colors, colorsFor } from '../load/colors.ts';
import { type ComparedMetric, type Comparison, compareResults } from '../load/compare.ts';
import { formatChange, formatCount, formatMs, formatShare } from '../load/figures.ts';
import type { Metric } from '../load/metric.ts';
import type { LoadResult } from '../load/result.ts';
import { readResult } from '../load/result-file.ts';
import { parseComparedThreshold, type Threshold } from '../load/threshold.ts';
import { CommandError, EXIT_CODES } from './exit-codes.ts';

export interface CompareFlags {
  readonly threshold: readonly string[];
  readonly json?: boolean;
}

export function compare(fileA: string, fileB: string, flags: CompareFlags): void {
  const texts = flags.threshold.flatMap((list) => list.split(',').map((text) => text.trim()));
  const thresholds = texts.filter((text) => text !== '').map(readThreshold);
  const [a, b] = [readFile(fileA), readFile(fileB)];
  const comparison = compareResults(a, b, thresholds);
  if (flags.json) {
    const of = (file: string, { startedAt, version }: LoadResult) => ({ file, startedAt, version });
    const shown = { a: of(fileA, a), b: of(fileB, b), ...comparison };
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  } else {
    const runs = [runLine('A', fileA, a), runLine('B', fileB, b)];
    process.stdout.write(
      `${[...runs, '', ...linesOf(comparison, colorsFor(process.stdout))].join('\n')}\n`,
    );
  }
  if (comparison.thresholds.some(({ met }) => !met)) process.exitCode = EXIT_CODES.threshold;
}

function readThreshold(text: string): Threshold {
  const parsed = parseComparedThreshold(text);
  if ('problem' in parsed) throw new CommandError('usage', `--threshold ${parsed.problem}`);
  return parsed.threshold;
}

function readFile(name: string): LoadResult {
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError('usage', `cannot read ${name}: ${reason}`, error);
  }
  const read = readResult(text);
  if ('problem' in read) throw new CommandError('usage', `${name} ${read.problem}`);
  return read.result;
}

function runLine(letter: string, file: string, result: LoadResult): string {
  const seconds = formatCount(result.measuredSeconds);
  const rate = formatCount(result.plannedRate);
  return `${letter}  ${file}: ${result.startedAt}, ${rate} SR/s planned for ${seconds} s`;
}

const HEADINGS = ['', 'A', 'B', 'change', ''];

/** Colours go around what is padded already: they have no width on the screen. */
const COLOURS = { better: 'green', worse: 'red', same: 'dim', neither: 'dim' } as const;

function linesOf(comparison: Comparison, colors: Colors): string[] {
  const rows = comparison.metrics.map(cellsOf);
  const widths = HEADINGS.map((_, column) =>
    Math.max(...[HEADINGS, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 || column === cells.length - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const table = comparison.metrics.map((metric, at) =>
    colors[COLOURS[metric.direction]](line(rows[at] ?? [])),
  );
  return [line(HEADINGS), ...table, ...remarksOf(comparison, colors)];
}

const UNIT_NAMES: Readonly<Record<Metric['kind'], string>> = {
  latency: ', ms',
  rate: ', SR/s',
  count: '',
  share: '',
};

function cellsOf({ metric, kind, a, b, changePercent, direction }: ComparedMetric): string[] {
  const change = changePercent ?? (a === 0 && b !== null ? Number.POSITIVE_INFINITY : undefined);
  return [
    metric + UNIT_NAMES[kind],
    formatMeasured(kind, a),
    formatMeasured(kind, b),
    change === undefined ? '' : formatChange(change),
    direction === 'better' || direction === 'worse' ? direction : '',
  ];
}

function formatMeasured(kind: Metric['kind'], value: number | null): string {
  if (value === null) return 'unknown';
  if (kind === 'latency') return formatMs(value);
  return kind === 'share' ? formatShare(value) : formatCount(value);
}

function remarksOf({ unlike, warnings, thresholds }: Comparison, colors: Colors): string[] {
  return [
    ...(unlike.length > 0 ? ['', 'Not alike, so the change may not be the gateway:'] : []),
    ...unlike.map(({ what, a, b }) => `  ${what}: ${a} in A, ${b} in B`),
    ...(warnings.length > 0 ? [''] : []),
    ...warnings.map((sentence) => colors.yellow(`Note: ${sentence}`)),
    ...(thresholds.length > 0 ? [''] : []),
    ...thresholds.map(({ text, measured, met }) => {
      const value = measured === null ? 'not to be measured' : `measured ${rounded(measured)}`;
      const told = `${met ? 'met    ' : 'FAILED '} ${text}  (${value})`;
      return met ? colors.green(told) : colors.red(told);
    }),
  ];
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}
