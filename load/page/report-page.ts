// The script of the report page, in the browser: draws each chart of the page's data into the
// element that names it. The page is complete without it but for the charts.

import type uPlotClass from 'uplot';
import { drawChart } from '../../page/chart.ts';
import type { ChartSpec } from '../../page/chart-spec.ts';

/** Put there by uPlot's own script, which stands before this one. */
declare const uPlot: typeof uPlotClass;

const text = document.getElementById('chart-data')?.textContent ?? '{}';
const specs: Readonly<Record<string, ChartSpec>> = JSON.parse(text);

for (const host of document.querySelectorAll<HTMLElement>('[data-chart]')) {
  const spec = specs[host.dataset.chart ?? ''];
  if (spec !== undefined) drawChart(uPlot, host, spec);
}
