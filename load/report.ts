// The report page: one HTML file with everything inside it, for a colleague who has neither s1sp
// nor a network [contract §8]. Its policy lets nothing in from outside and no script run but its
// own; the tables are there without any script.

import { formatCount, formatMs, formatShare } from './figures.ts';
import { html, Markup, scriptData } from './markup.ts';
import { hitShareOf } from './metric.ts';
import { type Chart, chartsOf } from './report-charts.ts';
import { hashSource, pageScript, plotScript, plotStyle } from './report-inline.ts';
import { REPORT_STYLE } from './report-style.ts';
import {
  gatewayTable,
  generatorTable,
  latencyTable,
  outcomesTable,
  scenarioTable,
  secondsTable,
  servedTable,
  settingsTable,
  targetsTable,
  thresholdsTable,
} from './report-tables.ts';
import type { LoadResult } from './result.ts';

/** The page as text. Throws where the program is not built (`npm run build`). */
export function reportPage(result: LoadResult): string {
  const charts = chartsOf(result);
  const style = `${plotStyle()}\n${REPORT_STYLE}`;
  const scripts = [plotScript(), pageScript()] as const;
  const specs = Object.fromEntries(charts.map(({ id, spec }) => [id, spec]));
  const page = html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(style, scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>s1sp load: ${headline(result)}</title>
<link rel="icon" href="data:,">
<style>${new Markup(style)}</style>
</head>
<body>
${head(result)}
<main>
${tiles(result)}
${scenarioTable(result)}
${summary(result)}
${chartGrid(charts)}
${more(result)}
</main>
<footer><p>Made by s1sp ${result.version}. Charts: uPlot (MIT). This page is complete in itself
and loads nothing.</p></footer>
<script type="application/json" id="chart-data">${scriptData(specs)}</script>
<script>${new Markup(scripts[0])}</script>
<script type="module">${new Markup(scripts[1])}</script>
</body>
</html>
`;
  return page.text;
}

function policy(style: string, scripts: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(hashSource).join(' ')}`,
    `style-src ${hashSource(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function headline({ plannedRate, measuredSeconds, scenario }: LoadResult): string {
  const run = `${formatCount(plannedRate)} SR/s for ${formatCount(measuredSeconds)} s`;
  return scenario === undefined ? run : `${scenario.name}, ${run}`;
}

function head(result: LoadResult): Markup {
  const { gateway, startedAt, interrupted, cutOff, generator } = result;
  const bottleneck = generator.warning ?? 'The generator could not keep up.';
  return html`<header>
<p class="over">s1sp load</p>
<h1>${headline(result)}</h1>
<p class="about">${gateway.url} · ${formatCount(gateway.meters)} meters, seed ${gateway.seed} ·
<time datetime="${startedAt}">${readable(startedAt)}</time></p>
${verdict(result)}
${interrupted ? warning('Interrupted.', 'The run was ended early.') : undefined}
${cutOff ? warning('Cut off.', 'No connection was left: the rest was not sent.') : undefined}
${generator.isBottleneck ? warning('The generator did not keep up.', bottleneck) : undefined}
</header>`;
}

function warning(what: string, sentence: string): Markup {
  return html`<p class="warning"><strong>${what}</strong> ${sentence}</p>`;
}

/** `2026-11-23 09:00:00 UTC` where it is a time, else the text as it is. */
function readable(time: string): string {
  const [, day, clock] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/.exec(time) ?? [];
  return day === undefined ? time : `${day} ${clock} UTC`;
}

function verdict({ thresholds }: LoadResult): Markup {
  const failed = thresholds.filter(({ met }) => !met).map(({ text }) => text);
  const [all, count] = [thresholds.length, failed.length];
  if (all === 0) return html`<p class="verdict">No thresholds were set.</p>`;
  if (count === 0) {
    const which = all === 1 ? 'The threshold is met.' : `All ${all} thresholds are met.`;
    return html`<p class="verdict good"><strong>✓ Passed.</strong> ${which}</p>`;
  }
  const which = `${count} of ${all} ${all === 1 ? 'threshold' : 'thresholds'} not met:`;
  return html`<p class="verdict bad"><strong>✗ Failed.</strong> ${which} ${failed.join(', ')}</p>`;
}

interface Tile {
  readonly name: string;
  readonly figure: string;
  readonly unit?: string;
  readonly beside: string;
  readonly bad?: boolean;
}

function tiles(result: LoadResult): Markup {
  const { latency, outcomes, checked, gatewayCounts: counts } = result;
  const hits = hitShareOf(result);
  const wrong = outcomes.wrong + outcomes.stale;
  const reads = counts === undefined ? 0 : counts.deviceReads + counts.deviceReadsSaved;
  const shown: readonly Tile[] = [
    {
      name: 'Answered',
      figure: formatCount(result.answeredRate),
      unit: 'SR/s',
      beside: `of ${formatCount(result.plannedRate)} planned`,
    },
    {
      name: 'p99, from planned',
      figure: latency.fromPlanned.count === 0 ? '–' : formatMs(latency.fromPlanned.p99Ms),
      unit: 'ms',
      beside: `p50 ${formatMs(latency.fromPlanned.p50Ms)} ms`,
    },
    {
      name: 'From the cache',
      figure: hits === undefined ? '–' : formatShare(hits),
      beside: hits === undefined ? 'not told' : `${formatCount(result.served.cache)} answers`,
    },
    {
      name: 'Wrong or stale',
      figure: checked === 0 ? '–' : formatCount(wrong),
      beside: checked === 0 ? 'not checked' : `of ${formatCount(checked)} checked`,
      bad: wrong > 0,
    },
    {
      name: 'WAN reads saved',
      figure: counts === undefined ? '–' : formatCount(counts.deviceReadsSaved),
      beside: reads === 0 ? 'not known' : `of ${formatCount(reads)}`,
    },
  ];
  return html`<dl class="tiles">${shown.map(tile)}</dl>`;
}

function tile({ name, figure, unit, beside, bad }: Tile): Markup {
  const measured = unit === undefined ? undefined : html` <span class="unit">${unit}</span>`;
  return html`<div class="${bad ? 'bad' : 'plain'}"><dt>${name}</dt>
<dd class="figure">${figure}${measured}</dd><dd class="beside">${beside}</dd></div>
`;
}

function summary(result: LoadResult): Markup {
  return html`<div class="grid">
<div class="stack">${outcomesTable(result)}${remarks(result)}${thresholdsTable(result)}</div>
<div class="stack">${latencyTable(result)}${generatorTable(result)}</div>
</div>`;
}

function remarks({ remarks: said = [] }: LoadResult): Markup | undefined {
  if (said.length === 0) return undefined;
  const items = said.map((remark) => html`<li>${remark}</li>`);
  return html`<section class="card"><h2>Remarks</h2><ul>${items}</ul></section>
`;
}

const WIDE_CHARTS = ['scenario', 'latency-over-time'];

function chartGrid(charts: readonly Chart[]): Markup | undefined {
  if (charts.length === 0) return undefined;
  const figures = charts.map(({ id, title, caption }) => {
    const shape = WIDE_CHARTS.includes(id) ? 'wide' : 'half';
    return html`<figure class="${shape}"><figcaption><h2 id="${id}-title">${title}</h2>
<p>${caption}</p></figcaption>
<div class="chart" data-chart="${id}" role="group" aria-labelledby="${id}-title"></div></figure>
`;
  });
  const without = warning('No charts:', 'they need JavaScript; the tables do not.');
  return html`<noscript>${without}</noscript>
<div class="grid">${figures}</div>
<p class="note">Drag over a chart to zoom in, double-click to see all of it. With the keyboard:
arrow keys move along a chart, Enter on a name hides its line.</p>`;
}

function more(result: LoadResult): Markup {
  const { seconds } = result;
  const targets = targetsTable(result);
  const [served, counts] = [servedTable(result), gatewayTable(result)];
  // So that the columns are about as long as each other.
  const [left, right] = targets === undefined ? [undefined, counts] : [counts, targets];
  return html`<div class="grid">
<div class="stack">${served}${left}</div>
<div class="stack">${right}</div>
</div>
<details class="settings"><summary>Settings of the run</summary>${settingsTable(result)}</details>
${seconds.length === 0 ? undefined : folded('The figures second by second', secondsTable(result))}`;
}

function folded(title: string, content: Markup): Markup {
  return html`<details><summary>${title}</summary>${content}</details>`;
}
