// One answer to a Service Request: how it went, where it came from, why, its figures, and the whole
// of it as it came.

import uPlot from 'uplot';
import { HALF_HOUR_SECONDS } from '../../gateway/protocol/half-hours.ts';
import { drawChart } from '../../page/chart.ts';
import type { ChartSpec } from '../../page/chart-spec.ts';
import { type Child, definitions, element } from './element.ts';
import { count, instant, unitOf } from './figures.ts';

type Plain = Readonly<Record<string, unknown>>;

const CHART_HEIGHT_PX = 150;
/** More half hours than a chart of this width can tell apart are left to the text. */
const CHARTED_MAX = 1500;

export function answerCard(answer: Plain, tookMs: number, isGas: boolean): HTMLElement {
  const { responseCode, served, why, error, responseDateTime } = answer;
  const code = typeof responseCode === 'string' ? responseCode : 'no code';
  const isGood = code.startsWith('I');
  const badges: Child[] = [
    element('span', { class: `badge ${isGood ? 'good' : 'bad'}` }, code),
    ' ',
    typeof served === 'string'
      ? element('span', { class: `badge served-${served}` }, `from ${placeOf(served)}`)
      : undefined,
    ' ',
    element('span', { class: 'note' }, `in ${tookMs < 10 ? tookMs.toFixed(1) : count(tookMs)} ms`),
  ];
  const node = element(
    'article',
    { class: 'card answer', 'data-served': typeof served === 'string' ? served : 'none' },
    element('h2', {}, 'Answer ', ...badges),
    element('p', { class: 'note' }, `at ${text(responseDateTime)}`),
    isPlain(error) ? definitions(pairsOf(error)) : undefined,
    isPlain(why) ? definitions(pairsOf(why)) : undefined,
  );
  const spec = profileSpec(answer, isGas);
  if (spec !== undefined) {
    const label = { role: 'group', 'aria-label': 'Half hours of the answer' };
    const host = element('div', { class: 'chart small', ...label });
    node.append(host);
    drawWhenShown(host, spec);
  }
  node.append(
    element(
      'details',
      {},
      element('summary', {}, 'The message as it came'),
      element('pre', { class: 'scroll', tabindex: 0 }, JSON.stringify(answer, null, 2)),
    ),
  );
  return node;
}

/** A chart takes its width from its host, which has none until it is in the page. */
function drawWhenShown(host: HTMLElement, spec: ChartSpec): void {
  const waiting = new ResizeObserver(() => {
    if (host.clientWidth === 0) return;
    waiting.disconnect();
    drawChart(uPlot, host, spec);
  });
  waiting.observe(host);
}

function placeOf(served: string): string {
  if (served === 'cache') return 'the cache';
  return served === 'device' ? 'the device' : 'cache and device';
}

const WORDS: Readonly<Record<string, string>> = {
  clause: 'Clause',
  rule: 'Rule',
  cachedAt: 'Cached at',
  ageSeconds: 'Age',
  expiresAt: 'Expires at',
  filledBy: 'Filled by',
  dspScheduleId: 'Armed by schedule',
  deviceReads: 'Reads of the meter',
  code: 'Error',
  message: 'Because',
  path: 'Where',
};

function pairsOf(plain: Plain): [string, Child][] {
  return Object.entries(plain).map(([key, value]) => {
    const isAge = key === 'ageSeconds' && typeof value === 'number';
    const shown = isAge ? `${count(value)} s of 90,000 s` : text(value);
    const isId = key === 'filledBy';
    const node = isId ? element('span', { class: 'mono' }, shown) : shown;
    return [WORDS[key] ?? key, /At$/.test(key) ? `${instant(shown)} UTC` : node];
  });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is asked of a gas meter is answered in m³ [DUIS]. */
function measureOf(columns: readonly string[], isGas: boolean): string {
  if (isGas) return 'm³';
  return [...new Set(columns.map((name) => unitOf(name, isGas)))].join(', ');
}

/** The half hours of a profile as a chart; undefined for an answer without any. */
function profileSpec({ profile }: Plain, isGas: boolean): ChartSpec | undefined {
  if (!isPlain(profile) || typeof profile.firstTimestamp !== 'string') return undefined;
  const first = Date.parse(profile.firstTimestamp) / 1000;
  const columns = Object.entries(profile).flatMap(([name, values]) => {
    return Array.isArray(values) ? [{ name, values }] : [];
  });
  const length = columns[0]?.values.length ?? 0;
  if (length === 0 || length > CHARTED_MAX) return undefined;
  return {
    axis: 'instant',
    unit: 'count',
    measure: measureOf(
      columns.map(({ name }) => name),
      isGas,
    ),
    heightPx: CHART_HEIGHT_PX,
    x: Array.from({ length }, (_, at) => first + at * HALF_HOUR_SECONDS),
    extent: { from: first - HALF_HOUR_SECONDS, to: first + (length - 1) * HALF_HOUR_SECONDS },
    series: columns.map(({ name, values }, column) => ({
      label: name,
      colour: column === 0 ? 'bar' : 'sent',
      ...(column === 0 && { bars: true, fill: 'bar-fill' }),
      values: values.map((value) => (typeof value === 'number' ? value : null)),
    })),
  };
}
