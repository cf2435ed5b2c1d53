// A chart in the browser, drawn with uPlot from a ChartSpec: follows the width of its host and the
// colour scheme, and answers to the arrow keys as it does to the mouse. Runs in any page that has
// uPlot; the colours come from the custom properties of that page's style sheet.

import type uPlot from 'uplot';
import { type Colour, nameParts, shadeParts } from './chart-marks.ts';
import type { ChartAxis, ChartSeries, ChartSpec } from './chart-spec.ts';

const HEIGHT_PX = 260;
const NARROW_HEIGHT_PX = 220;
const NARROW_WIDTH_PX = 480;
const AXIS_FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
/** Room for `10,000` beside the plot. */
const AXIS_WIDTH_PX = 58;
const AXIS_HEIGHT_PX = 32;
/** Of the width between two stamps. */
const BAR_SHARE = 0.82;

const NUMBERS = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 4 });

/** uPlot's two kinds of axis. */
const LINEAR = 1;
const LOGARITHMIC = 3;

/** A chart that is drawn. */
export interface Chart {
  /** Shows other figures; series of the same names keep whether they are hidden. */
  show(spec: ChartSpec): void;
  /** Lets go of the page. */
  close(): void;
}

/** Draws `spec` into `host` and keeps it drawn as the page changes. */
export function drawChart(Plot: typeof uPlot, host: HTMLElement, first: ChartSpec): Chart {
  let spec = first;
  const said = document.createElement('p');
  said.className = 'unseen';
  said.setAttribute('aria-live', 'polite');
  let plot = build(Plot, host, spec);
  host.after(said);
  follow(plot, spec);
  const redraw = (): void => {
    plot.destroy();
    plot = build(Plot, host, spec);
    follow(plot, spec);
  };
  const closing = new AbortController();
  const { signal } = closing;
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', redraw, { signal });
  const resizing = new ResizeObserver(() => {
    if (host.clientWidth !== plot.width && host.clientWidth > 0) plot.setSize(sizeOf(host, spec));
  });
  resizing.observe(host);
  host.tabIndex = 0;
  const pressed = (event: KeyboardEvent): void => {
    const to = event.target === host ? keyTarget(event.key, plot, spec) : undefined;
    if (to === undefined) return;
    event.preventDefault();
    moveCursor(plot, spec, to);
    said.textContent = sentenceAt(spec, to);
  };
  host.addEventListener('keydown', pressed, { signal });
  return {
    show(next) {
      const isAlike = formOf(next) === formOf(spec);
      spec = next;
      if (!isAlike) redraw();
      else {
        plot.setData(dataOf(spec));
        follow(plot, spec);
      }
    },
    close() {
      closing.abort();
      resizing.disconnect();
      plot.destroy();
      said.remove();
    },
  };
}

/** Shows the last figures in the legend, unless somebody points at others. */
function follow(plot: uPlot, { follows, x }: ChartSpec): void {
  if (follows !== true || x.length === 0 || (plot.cursor.left ?? -1) >= 0) return;
  plot.setLegend({ idx: x.length - 1 });
}

/** All of a spec but its figures. */
function formOf({ x: _, series, ...form }: ChartSpec): string {
  return JSON.stringify([form, series.map(({ values: _values, ...each }) => each)]);
}

function dataOf(spec: ChartSpec): uPlot.AlignedData {
  return [[...spec.x], ...spec.series.map(({ values }) => [...values])];
}

function build(Plot: typeof uPlot, host: HTMLElement, spec: ChartSpec): uPlot {
  const style = getComputedStyle(host);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const options = optionsOf(Plot, spec, colour, sizeOf(host, spec));
  const plot = new Plot(options, dataOf(spec), host);
  makeLegendReachable(plot);
  return plot;
}

function sizeOf(host: HTMLElement, { heightPx = HEIGHT_PX }: ChartSpec): Size {
  const width = host.clientWidth;
  const height = width < NARROW_WIDTH_PX ? Math.min(heightPx, NARROW_HEIGHT_PX) : heightPx;
  return { width, height };
}

type Size = { readonly width: number; readonly height: number };

function optionsOf(Plot: typeof uPlot, spec: ChartSpec, colour: Colour, size: Size) {
  const axis = {
    stroke: colour('muted'),
    font: AXIS_FONT,
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { stroke: colour('grid'), width: 1, size: 5 },
  };
  const bands = spec.bands?.map(({ upper, lower, fill }) => ({
    series: [upper + 1, lower + 1] satisfies uPlot.Band.Bounds,
    fill: colour(fill),
  }));
  const options: uPlot.Options = {
    ...size,
    scales: {
      x: {
        time: false,
        distr: spec.axis === 'one-in' ? LOGARITHMIC : LINEAR,
        range: rangeOfX(spec),
      },
      y: spec.unit === 'ms' ? { distr: LOGARITHMIC } : { range: rangeFromZero(spec) },
    },
    axes: [
      {
        ...axis,
        size: AXIS_HEIGHT_PX,
        values: (_, splits) => splits.map((x) => xText(spec.axis, x)),
        ...xSplits(spec),
      },
      {
        ...axis,
        size: AXIS_WIDTH_PX,
        values: (_, splits) => splits.map((y) => (y === null ? '' : yText(spec, y))),
      },
    ],
    series: [
      { label: X_LABELS[spec.axis], value: (_, x) => (x === null ? '–' : xText(spec.axis, x)) },
      ...spec.series.map((series) => seriesOptions(Plot, series, spec, colour)),
    ],
    ...(bands !== undefined && { bands }),
    cursor: {
      y: false,
      points: { size: 7 },
      ...(spec.group !== undefined && { sync: { key: spec.group } }),
    },
    hooks: {
      drawClear: [(plot) => shadeParts(plot, spec, colour)],
      draw: [(plot) => nameParts(plot, spec, AXIS_FONT, colour('muted'))],
    },
  };
  return options;
}

function seriesOptions(
  Plot: typeof uPlot,
  series: ChartSeries,
  spec: ChartSpec,
  colour: Colour,
): uPlot.Series {
  const bars = series.bars ? Plot.paths.bars?.({ size: [BAR_SHARE], align: -1 }) : undefined;
  return {
    label: series.label,
    stroke: colour(series.colour),
    width: 1.75,
    // A line of one point would not be seen.
    points: { show: (plot) => plot.data[0].length === 1 },
    value: (_, y) => (y === null || y === undefined ? '–' : yText(spec, y, 'with unit')),
    ...(spec.axis === 'one-in' && { spanGaps: true }),
    ...(series.dashed && { dash: [6, 4] }),
    ...(bars !== undefined && { paths: bars, width: 1 }),
    ...(series.fill !== undefined && { fill: colour(series.fill) }),
  };
}

const X_LABELS: Readonly<Record<ChartAxis, string>> = {
  seconds: 'Second',
  instant: 'UTC',
  'one-in': 'Percentile',
};

function xText(axis: ChartAxis, x: number): string {
  if (axis === 'seconds') return `${NUMBERS.format(x)} s`;
  if (axis === 'instant') return new Date(x * 1000).toISOString().slice(11, 16);
  return `${Number((100 * (1 - 1 / x)).toPrecision(x < 50 ? 3 : 3 + Math.log10(x)))} %`;
}

function yText(spec: ChartSpec, y: number, form: 'bare' | 'with unit' = 'bare'): string {
  const { unit, measure = unit === 'ms' ? 'ms' : '' } = spec;
  if (unit === 'share') return `${NUMBERS.format(y * 100)} %`;
  return NUMBERS.format(y) + (measure !== '' && form === 'with unit' ? ` ${measure}` : '');
}

/** A percentile axis is marked at 50, 90, 99, 99.9 … %. */
function xSplits({ axis, x }: ChartSpec): Pick<uPlot.Axis, 'splits' | 'filter' | 'incrs'> {
  if (axis === 'instant') return { incrs: [1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200] };
  if (axis === 'seconds') return {};
  const decades = Math.floor(Math.log10(x.at(-1) ?? 1));
  const marks = [2, ...Array.from({ length: decades }, (_, power) => 10 ** (power + 1))];
  return { splits: () => marks, filter: (_, splits) => splits };
}

function rangeOfX({ extent }: ChartSpec) {
  // A chart that is zoomed into shows what was asked for; uPlot hands that in.
  return (_: uPlot, least: number | null, most: number | null): uPlot.Range.MinMax => {
    if (extent !== undefined && isWhole(_, least, most)) return [extent.from, extent.to];
    return [least ?? 0, most === least ? (most ?? 0) + 1 : (most ?? 1)];
  };
}

/** Whether the x axis is to show all there is. */
function isWhole(plot: uPlot, least: number | null, most: number | null): boolean {
  const [x] = plot.data;
  return x.length === 0 || (least === x[0] && most === x.at(-1));
}

/** Counts and shares start at zero, or a small change would look like a large one. */
function rangeFromZero({ unit, reach = 1 }: ChartSpec) {
  return (_: uPlot, _least: number | null, most: number | null): uPlot.Range.MinMax =>
    unit === 'share' ? [0, 1] : [0, Math.max(most ?? 0, reach) * 1.08];
}

/** uPlot hides a series by a click on its name; the keyboard may do so too. */
function makeLegendReachable(plot: uPlot): void {
  for (const [at, row] of [...plot.root.querySelectorAll('.u-series')].entries()) {
    const name = row.querySelector('th');
    if (at === 0 || name === null) continue;
    name.tabIndex = 0;
    name.setAttribute('role', 'button');
    name.setAttribute('aria-pressed', 'true');
    name.addEventListener('click', () => {
      name.setAttribute('aria-pressed', String(plot.series[at]?.show ?? true));
    });
    name.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      name.click();
    });
  }
}

/** Where a key moves the cursor, as a place in `x`; undefined for a key that is not ours. */
function keyTarget(key: string, plot: uPlot, { x }: ChartSpec): number | undefined {
  const last = x.length - 1;
  const at = plot.cursor.idx ?? undefined;
  if (key === 'ArrowRight') return at === undefined ? 0 : Math.min(at + 1, last);
  if (key === 'ArrowLeft') return at === undefined ? last : Math.max(at - 1, 0);
  if (key === 'Home') return 0;
  return key === 'End' ? last : undefined;
}

function moveCursor(plot: uPlot, { x }: ChartSpec, at: number): void {
  plot.setCursor({ left: plot.valToPos(x[at] ?? 0, 'x'), top: plot.over.clientHeight / 2 });
}

function sentenceAt(spec: ChartSpec, at: number): string {
  const { axis, x, series } = spec;
  const values = series.map(({ label, values }) => {
    const value = values[at] ?? null;
    return `${label} ${value === null ? 'none' : yText(spec, value, 'with unit')}`;
  });
  return `${X_LABELS[axis]} ${xText(axis, x[at] ?? 0)}: ${values.join(', ')}`;
}
