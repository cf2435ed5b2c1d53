// The summary of a run for a terminal: what came of every SR, how long answers took, where they
// came from, and whether the generator kept up.

import type { Colors } from './colors.ts';
import { formatCount, formatMs, formatQuantity, formatShare } from './figures.ts';
import { hitShareOf, straysIn } from './metric.ts';
import type { Latency, LoadResult } from './result.ts';

type Row = readonly string[];

/** Lines of the summary, for a reader; `colors` may be none at all. */
export function summaryText(result: LoadResult, colors: Colors): string {
  const sections = [
    headline(result, colors),
    outcomeLines(result, colors),
    strayLines(result, colors),
    latencyLines(result),
    srvLines(result),
    gatewayLines(result),
    targetLines(result, colors),
    generatorLines(result, colors),
    scenarioLines(result),
    thresholdLines(result, colors),
    (result.remarks ?? []).map((remark) => `  ${remark}`),
  ];
  const told = sections.filter((lines) => lines.length > 0);
  return `${told.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headline(result: LoadResult, colors: Colors): string[] {
  const { gateway, measuredSeconds, interrupted } = result;
  const seconds = `${Math.round(measuredSeconds * 10) / 10} s`;
  const after = interrupted ? colors.yellow(`interrupted after ${seconds}`) : seconds;
  const rates: Row[] = [
    ['', 'planned', 'sent', 'answered'],
    ['SRs', ...[result.planned, result.sent, result.answered].map(formatCount)],
    [
      'a second',
      ...[result.plannedRate, result.sentRate, result.answeredRate].map((rate) =>
        formatCount(Math.round(rate)),
      ),
    ],
  ];
  const meters = formatCount(gateway.meters);
  return [colors.bold(`${gateway.url}, ${meters} meters, ${after}`), ...aligned(rates)];
}

function outcomeLines({ outcomes, answered, checked }: LoadResult, colors: Colors): string[] {
  const { right, wrong, stale, refused, timedOut, lost, notSent } = outcomes;
  const bad = (count: number): string =>
    count > 0 ? colors.red(formatCount(count)) : formatCount(count);
  const codes = Object.entries(refused);
  const refusals = codes.reduce((sum, [, count]) => sum + count, 0);
  const byCode = codes.map(([code, count]) => `${code} ${formatCount(count)}`).join(', ');
  return aligned([
    ['right', formatCount(right), checkedText(checked, answered)],
    ['wrong', bad(wrong)],
    ['stale', bad(stale)],
    ['refused', formatCount(refusals), byCode],
    ['timed out', bad(timedOut)],
    ['lost', bad(lost)],
    ['not sent', bad(notSent)],
  ]);
}

function strayLines(result: LoadResult, colors: Colors): string[] {
  const strays = straysIn(result);
  return strays.length === 0 ? [] : [colors.red(`no SR's answer: ${strays.join('; ')}`)];
}

function checkedText(checked: number, answered: number): string {
  if (answered === 0) return '';
  return checked === 0 ? 'none checked' : `${formatCount(checked)} checked against the seed`;
}

const LATENCY_COLUMNS = ['p50', 'p90', 'p99', 'p99.9', 'max'];

function latencyRow(name: string, latency: Latency): Row {
  const { count, p50Ms, p90Ms, p99Ms, p999Ms, maxMs } = latency;
  const texts = [p50Ms, p90Ms, p99Ms, p999Ms, maxMs].map((ms) =>
    count === 0 ? '–' : formatMs(ms),
  );
  return [name, ...texts];
}

function latencyLines({ latency, generator }: LoadResult): string[] {
  return aligned([
    ['latency, ms', ...LATENCY_COLUMNS],
    latencyRow('from the planned send time', latency.fromPlanned),
    latencyRow('from the actual send time', latency.fromSent),
    latencyRow('generator late by', generator.lateness),
  ]);
}

/** Where answers do not tell their origin, as in DUIS, nothing is said of hits. */
function srvLines(result: LoadResult): string[] {
  const isTold = hitShareOf(result) !== undefined;
  const rows = Object.entries(result.bySrv).map(([srv, { answered, hits, latency }]) => [
    srv,
    formatCount(answered),
    isTold ? formatCount(hits) : '–',
    isTold ? formatShare(answered === 0 ? 0 : hits / answered) : '–',
    formatMs(latency.p50Ms),
    formatMs(latency.p99Ms),
  ]);
  return rows.length === 0
    ? []
    : aligned([['SRV', 'answered', 'hits', 'hit share', 'p50 ms', 'p99 ms'], ...rows]);
}

function gatewayLines(result: LoadResult): string[] {
  const { cache, device, mixed } = result.served;
  const rows: Row[] = [
    ['served from', 'cache', 'device', 'mixed'],
    ['', ...[cache, device, mixed].map(formatCount)],
  ];
  const served = hitShareOf(result) === undefined ? [] : aligned(rows);
  if (result.gatewayCounts === undefined) return served;
  const { deviceReads, deviceReadsSaved, coalesced, wanBytes } = result.gatewayCounts;
  return [
    ...served,
    `WAN reads ${formatCount(deviceReads)}, saved ${formatCount(deviceReadsSaved)}, ` +
      `waited for another's ${formatCount(coalesced)}, WAN bytes ${formatCount(wanBytes)}`,
  ];
}

/** Target Response Times, where any was missed by role; else one line that says so. */
function targetLines({ targets = [] }: LoadResult, colors: Colors): string[] {
  const met = targets.reduce((sum, target) => sum + target.met, 0);
  const late = targets.filter(({ missed }) => missed > 0);
  if (met === 0 && late.length === 0) return [];
  if (late.length === 0) return [`Target Response Times: all ${formatCount(met)} met`];
  const rows = targets.map(({ srv, role, targetSeconds, met: inTime, missed }) => [
    `${srv} ${role}`,
    formatCount(targetSeconds),
    formatCount(inTime),
    missed > 0 ? colors.red(formatCount(missed)) : '0',
  ]);
  return aligned([['Target Response Times', 'target s', 'met', 'missed'], ...rows]);
}

function generatorLines({ generator }: LoadResult, colors: Colors): string[] {
  const { busyShare, warning } = generator;
  const busy = `generator busy ${formatShare(busyShare)} of the time`;
  return warning === undefined ? [busy] : [colors.yellow(warning)];
}

function scenarioLines({ scenario }: LoadResult): string[] {
  if (scenario === undefined) return [];
  const rows = scenario.rows.map(({ name, unit, withCache, withoutCache }) => [
    name,
    formatQuantity(withCache, unit),
    formatQuantity(withoutCache, unit),
  ]);
  return aligned([[scenario.name, 'with cache', 'without'], ...rows]);
}

function thresholdLines({ thresholds }: LoadResult, colors: Colors): string[] {
  return thresholds.map(({ text, measured, met }) => {
    const verdict = met ? colors.green('met') : colors.red('FAILED');
    return `threshold ${text}: ${Math.round(measured * 1000) / 1000} ${verdict}`;
  });
}

/** Columns below one another: names to the left, figures to the right. */
function aligned(rows: readonly Row[]): string[] {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => visibleLength(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const blank = ' '.repeat((widths[column] ?? 0) - visibleLength(cell));
        const isWords = column === 0 || (/[a-z]/i.test(cell) && column > 1 && row !== rows[0]);
        return isWords ? cell + blank : blank + cell;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** Without the codes that colour it. */
function visibleLength(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) === ESCAPE) at = text.indexOf('m', at);
    else length++;
  }
  return length;
}

const ESCAPE = 0x1b;
