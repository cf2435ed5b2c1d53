// The tables of the report page. Every number of a run that matters is here as text: a page that
// is printed, read aloud or opened without scripts says the same.

import { formatCount, formatMs, formatQuantity, formatShare } from './figures.ts';
import { html, type Markup } from './markup.ts';
import { hitShareOf, straysIn } from './metric.ts';
import type { Latency, LoadResult, Second } from './result.ts';
import { parseThreshold } from './threshold.ts';

/** More seconds than this are for the result file, not for eyes. */
const SECONDS_SHOWN_MAX = 600;

interface Row {
  /** The first cell names the row, the others are figures. */
  readonly cells: readonly (string | Markup)[];
  readonly kind?: 'bad' | 'part' | 'total';
}

/** A table under a heading of its own; scrolls by itself where the screen is narrow. */
export function table(
  title: string,
  columns: readonly string[],
  rows: readonly Row[],
  note?: string,
): Markup {
  const head = columns.map((column) => html`<th scope="col">${column}</th>`);
  const body = rows.map(({ cells: [name = '', ...figures], kind }) => {
    const shown = figures.map((figure) => html`<td>${figure}</td>`);
    return html`<tr class="${kind ?? 'plain'}"><th scope="row">${name}</th>${shown}</tr>\n`;
  });
  const noted = note === undefined ? undefined : html`<p class="note">${note}</p>`;
  return html`<section class="card"><h2>${title}</h2>${noted}
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table>
${columns.join('') === '' ? undefined : html`<thead><tr>${head}</tr></thead>`}
<tbody>${body}</tbody></table></div></section>
`;
}

/** Every SR that was planned is in exactly one row. */
export function outcomesTable(result: LoadResult): Markup {
  const { outcomes, planned, checked } = result;
  const row = (name: string, count: number, kind?: Row['kind']): Row => ({
    cells: [name, formatCount(count), planned === 0 ? '–' : formatShare(count / planned)],
    ...(kind !== undefined && { kind }),
  });
  const bad = (name: string, count: number): Row => row(name, count, count > 0 ? 'bad' : undefined);
  const refused = Object.entries(outcomes.refused);
  const refusedInAll = refused.reduce((sum, [, count]) => sum + count, 0);
  const looked =
    checked === 0
      ? 'No answer was recomputed: wrong and stale ones were not looked for.'
      : `${formatCount(checked)} answers were recomputed from the seed.`;
  const strays = straysIn(result);
  const note = strays.length === 0 ? looked : `${looked} No SR's answer: ${strays.join('; ')}.`;
  return table(
    'Outcomes',
    ['Outcome', 'SRs', 'of planned'],
    [
      row('Answered, right', outcomes.right),
      bad('Answered, wrong', outcomes.wrong),
      bad('Answered, stale', outcomes.stale),
      bad('Refused', refusedInAll),
      ...refused.map(([code, count]) => row(code, count, 'part')),
      bad('Timed out', outcomes.timedOut),
      bad('Connection lost', outcomes.lost),
      bad('Not sent', outcomes.notSent),
      row('Planned', planned, 'total'),
    ],
    note,
  );
}

const POINTS: readonly (readonly [string, (latency: Latency) => number])[] = [
  ['min', ({ minMs }) => minMs],
  ['mean', ({ meanMs }) => meanMs],
  ['p50', ({ p50Ms }) => p50Ms],
  ['p90', ({ p90Ms }) => p90Ms],
  ['p99', ({ p99Ms }) => p99Ms],
  ['p99.9', ({ p999Ms }) => p999Ms],
  ['max', ({ maxMs }) => maxMs],
];

export function latencyTable({ latency: { fromPlanned, fromSent } }: LoadResult): Markup {
  return table(
    'Latency, ms',
    ['', 'from planned', 'from sent'],
    POINTS.map(([name, of]) => ({
      cells: [name, latencyText(fromPlanned, of), latencyText(fromSent, of)],
    })),
    'From the planned send time a stall counts against every SR that had to wait for it; from ' +
      'the actual one it hides.',
  );
}

function latencyText(latency: Latency, of: (latency: Latency) => number): string {
  return latency.count === 0 ? '–' : formatMs(of(latency));
}

export function thresholdsTable({ thresholds }: LoadResult): Markup | undefined {
  if (thresholds.length === 0) return undefined;
  return table(
    'Thresholds',
    ['Threshold', 'measured', ''],
    thresholds.map(({ text, measured, met }) => ({
      cells: [text, measuredText(text, measured), met ? '✓ met' : '✗ failed'],
      ...(!met && { kind: 'bad' }),
    })),
  );
}

function measuredText(text: string, measured: number): string {
  const parsed = parseThreshold(text);
  const kind = 'threshold' in parsed ? parsed.threshold.metric.kind : 'count';
  if (kind === 'latency') return `${formatMs(measured)} ms`;
  return kind === 'share' ? formatShare(measured) : formatCount(measured);
}

export function generatorTable({ generator }: LoadResult): Markup {
  const { lateness, busyShare, isBottleneck } = generator;
  const late = POINTS.filter(([name]) => ['p50', 'p99', 'max'].includes(name));
  return table(
    'The generator itself',
    ['', 'measured'],
    [
      ...late.map(([name, of]) => ({
        cells: [`Late by, ${name}`, `${latencyText(lateness, of)} ms`],
      })),
      { cells: ['Busy', formatShare(busyShare)] },
    ],
    isBottleneck
      ? 'It did not keep up; see the warning above.'
      : 'It kept up: the latencies are those of the gateway.',
  );
}

export function servedTable(result: LoadResult): Markup | undefined {
  const isTold = hitShareOf(result) !== undefined;
  const rows = Object.entries(result.bySrv).map(([srv, { answered, hits, latency }]) => ({
    cells: [
      srv,
      formatCount(answered),
      answered === 0 || !isTold ? '–' : formatShare(hits / answered),
      latencyText(latency, ({ p50Ms }) => p50Ms),
      latencyText(latency, ({ p99Ms }) => p99Ms),
    ],
  }));
  if (rows.length === 0) return undefined;
  return table('By SRV', ['SRV', 'answered', 'from cache', 'p50, ms', 'p99, ms'], rows);
}

export function gatewayTable(result: LoadResult): Markup {
  const { served, gatewayCounts } = result;
  const origins =
    hitShareOf(result) === undefined
      ? []
      : [
          { cells: ['From the cache', formatCount(served.cache)] },
          { cells: ['From the meter', formatCount(served.device)] },
          { cells: ['From both', formatCount(served.mixed)] },
        ];
  const counts =
    gatewayCounts === undefined
      ? []
      : [
          { cells: ['Reads of a meter', formatCount(gatewayCounts.deviceReads)] },
          { cells: ['Reads of a meter saved', formatCount(gatewayCounts.deviceReadsSaved)] },
          { cells: ['Reads shared by several SRs', formatCount(gatewayCounts.coalesced)] },
          { cells: ['Bytes over the WAN', formatCount(gatewayCounts.wanBytes)] },
        ];
  return table(
    'Where answers came from',
    ['', 'count'],
    [...origins, ...counts],
    gatewayCounts === undefined ? "The gateway's own counters could not be read." : undefined,
  );
}

export function targetsTable({ targets }: LoadResult): Markup | undefined {
  if (targets === undefined || targets.length === 0) return undefined;
  return table(
    'Target Response Times',
    ['SRV and role', 'target, s', 'met', 'missed'],
    targets.map(({ srv, role, targetSeconds, met, missed }) => ({
      cells: [`${srv} ${role}`, formatCount(targetSeconds), formatCount(met), formatCount(missed)],
      ...(missed > 0 && { kind: 'bad' }),
    })),
  );
}

export function scenarioTable({ scenario }: LoadResult): Markup | undefined {
  if (scenario === undefined) return undefined;
  return table(
    `Scenario ${scenario.name}`,
    ['', 'with cache', 'without cache', 'saved'],
    scenario.rows.map(({ name, unit, withCache, withoutCache }) => ({
      cells: [
        unit === '' || unit === '£' ? name : `${name}, ${unit}`,
        formatQuantity(withCache, unit),
        formatQuantity(withoutCache, unit),
        withoutCache === 0 ? '–' : formatShare(1 - withCache / withoutCache),
      ],
    })),
  );
}

export function settingsTable({ settings, machine, gateway, version }: LoadResult): Markup {
  const rows: readonly (readonly [string, string])[] = [
    ...Object.entries(settings).map(([name, value]) => [name, String(value)] as const),
    ['gateway', gateway.url],
    ['meters of the gateway', formatCount(gateway.meters)],
    ['seed', String(gateway.seed)],
    ['virtual time at start', gateway.now],
    ['s1sp', version],
    ['Node', machine.node],
    ['machine', `${machine.cores} × ${machine.cpu}`],
  ];
  const shown = rows.map(([name, value]) => ({ cells: [name, value] }));
  return table('Settings', ['', ''], shown);
}

export function secondsTable({ seconds }: LoadResult): Markup {
  const figures = (second: Second): string[] => [
    ...[second.planned, second.sent, second.answered, second.hits, second.errors].map(formatCount),
    ...[second.p50Ms, second.p90Ms, second.p99Ms, second.maxMs].map(formatMs),
  ];
  const shown = seconds.slice(0, SECONDS_SHOWN_MAX).map((second) => ({
    cells: [`${second.atSeconds}${second.warmup ? ' (warm-up)' : ''}`, ...figures(second)],
  }));
  const columns = ['Second', 'planned', 'sent', 'answered', 'hits', 'errors'];
  return table(
    'Second by second',
    [...columns, 'p50, ms', 'p90, ms', 'p99, ms', 'max, ms'],
    shown,
    seconds.length > SECONDS_SHOWN_MAX
      ? `The first ${SECONDS_SHOWN_MAX} of ${seconds.length}; the result file has all.`
      : undefined,
  );
}
