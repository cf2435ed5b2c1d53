// The fleet at a glance: what the gateway does now, how the last two minutes were, the cohorts, and
// the way to any meter.

import uPlot from 'uplot';
import { type Chart, drawChart } from '../../page/chart.ts';
import type { ChartSpec } from '../../page/chart-spec.ts';
import type { fleetView as fleetOf } from '../live.ts';
import type { MeterSummary } from '../meter-view.ts';
import { get, troubleText } from './api.ts';
import { button, card, element, form, labelled, table } from './element.ts';
import { bytes, count, share } from './figures.ts';
import type { Look, Rates } from './live-feed.ts';
import { LOOKS_KEPT } from './live-feed.ts';
import { meterAddress } from './route.ts';
import type { Desk, View } from './view.ts';

type Fleet = ReturnType<typeof fleetOf>;

const CHART_HEIGHT_PX = 150;

/** A chart of the last two minutes. */
interface Trend {
  readonly id: string;
  readonly title: string;
  readonly unit: ChartSpec['unit'];
  readonly lines: readonly Line[];
}

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly fill?: string;
  of(look: Look): number | null;
}

const rate = (of: (rates: Rates) => number | null) => (look: Look) =>
  look.rates === null ? null : of(look.rates);

const TRENDS: readonly Trend[] = [
  {
    id: 'rate',
    title: 'Service Requests a second',
    unit: 'count',
    lines: [
      {
        ...{ label: 'answered', colour: 'sent' },
        of: rate(({ serviceRequests }) => serviceRequests),
      },
      {
        ...{ label: 'from the cache', colour: 'answered', fill: 'answered-fill' },
        of: rate(({ fromCache }) => fromCache),
      },
    ],
  },
  {
    id: 'hits',
    title: 'Cache look-ups that hit',
    unit: 'share',
    lines: [
      {
        ...{ label: 'hits', colour: 'hits', fill: 'hits-fill' },
        of: rate(({ hitShare }) => hitShare),
      },
    ],
  },
  {
    id: 'reads',
    title: 'WAN reads a second',
    unit: 'count',
    lines: [
      { ...{ label: 'made', colour: 'wan' }, of: rate(({ deviceReads }) => deviceReads) },
      {
        ...{ label: 'saved', colour: 'hits', fill: 'hits-fill' },
        of: rate(({ deviceReadsSaved }) => deviceReadsSaved),
      },
    ],
  },
  {
    id: 'in-flight',
    title: 'In flight',
    unit: 'count',
    lines: [
      {
        ...{ label: 'waiting', colour: 'sent', fill: 'shade' },
        of: ({ live }) => live.inFlight,
      },
    ],
  },
];

export function fleetView(desk: Desk): View {
  const tiles = new Tiles();
  const charts = TRENDS.map((trend) => new TrendChart(trend));
  const cohorts = card('Cohorts', element('p', { class: 'note' }, 'Asking the gateway …'));
  const finder = new MeterFinder();
  void get<Fleet>('fleet').then((answer) => {
    cohorts.replaceChildren(
      element('h2', {}, 'Cohorts'),
      ...(answer.ok ? cohortRows(answer.value) : [element('p', {}, troubleText(answer))]),
    );
  });
  const node = element(
    'div',
    { class: 'view' },
    element('h1', {}, 'Fleet'),
    tiles.node,
    element('div', { class: 'grid' }, ...charts.map((chart) => chart.node)),
    element('div', { class: 'stack after' }, cohorts, finder.node),
  );
  return {
    title: 'Fleet',
    node,
    live(look) {
      tiles.show(look);
      for (const chart of charts) chart.show(desk.feed.looks);
    },
    close() {
      for (const chart of charts) chart.close();
    },
  };
}

class Tiles {
  readonly node = element('dl', { class: 'tiles' });
  readonly #parts = new Map<string, { figure: HTMLElement; beside: HTMLElement }>();

  show({ live, rates }: Look): void {
    const reads = live.deviceReads + live.deviceReadsSaved;
    const hits = live.cacheLookups === 0 ? '–' : share(live.cacheHits / live.cacheLookups);
    const perSecond = rates === null ? '–' : count(rates.serviceRequests);
    this.#put(
      'Service Requests',
      `${perSecond}`,
      `a second; ${count(live.serviceRequests)} in all`,
    );
    this.#put('Cache hits', hits, `of ${count(live.cacheLookups)} look-ups`);
    this.#put('WAN reads saved', count(live.deviceReadsSaved), `of ${count(reads)}`);
    this.#put('In flight', count(live.inFlight), `${count(live.coalesced)} reads were shared`);
    const entries = `${count(live.cacheEntries)} entries`;
    this.#put('Meters in the cache', count(live.cachedMeters), entries);
  }

  #put(name: string, figure: string, beside: string): void {
    let parts = this.#parts.get(name);
    if (parts === undefined) {
      parts = {
        figure: element('dd', { class: 'figure' }),
        beside: element('dd', { class: 'beside' }),
      };
      this.#parts.set(name, parts);
      this.node.append(element('div', {}, element('dt', {}, name), parts.figure, parts.beside));
    }
    if (parts.figure.textContent !== figure) parts.figure.textContent = figure;
    if (parts.beside.textContent !== beside) parts.beside.textContent = beside;
  }
}

class TrendChart {
  readonly node: HTMLElement;
  readonly #trend: Trend;
  readonly #host: HTMLElement;
  #chart: Chart | undefined;

  constructor(trend: Trend) {
    this.#trend = trend;
    const { id, title } = trend;
    const titled = { role: 'group', 'aria-labelledby': `${id}-title` };
    this.#host = element('div', { class: 'chart small', 'data-chart': id, ...titled });
    this.node = element(
      'figure',
      {},
      element('figcaption', {}, element('h2', { id: `${id}-title` }, title)),
      this.#host,
    );
  }

  show(looks: readonly Look[]): void {
    const { unit, lines } = this.#trend;
    const last = looks.at(-1)?.atMs ?? 0;
    const spec: ChartSpec = {
      axis: 'seconds',
      unit,
      heightPx: CHART_HEIGHT_PX,
      extent: { from: 1 - LOOKS_KEPT, to: 0 },
      group: 'fleet',
      x: looks.map(({ atMs }) => (atMs - last) / 1000),
      series: lines.map(({ of, ...line }) => ({ ...line, values: looks.map(of) })),
    };
    if (this.#chart === undefined) this.#chart = drawChart(uPlot, this.#host, spec);
    else this.#chart.show(spec);
  }

  close(): void {
    this.#chart?.close();
  }
}

function cohortRows({ cohorts, meters, memoryBytes, seed }: Fleet): HTMLElement[] {
  const rows = cohorts.map((cohort) => [
    cohort.name,
    cohort.deviceType,
    cohort.model,
    cohort.wan,
    count(cohort.count),
    meterLink(cohort.firstDeviceId),
    meterLink(cohort.lastDeviceId),
  ]);
  const heads = ['Cohort', 'Type', 'Model', 'WAN', 'Meters', 'First', 'Last'];
  const memory = `${bytes(memoryBytes)} of memory reserved`;
  const about = `${count(meters)} meters of seed ${seed}, ${memory}.`;
  return [
    table('Cohorts of the fleet', heads, rows, { className: 'texts' }),
    element('p', { class: 'note' }, about),
  ];
}

function meterLink(deviceId: string): HTMLElement {
  return element('a', { href: meterAddress(deviceId), class: 'mono' }, deviceId);
}

interface Found {
  readonly count: number;
  readonly meters: readonly MeterSummary[];
  readonly nextCursor?: string;
}

const FOUND_AT_A_TIME = 10;

/** Meters by the beginning of their identifier, some at a time. */
class MeterFinder {
  readonly node: HTMLElement;
  readonly #prefix = element('input', { type: 'search', size: 24, spellcheck: 'false' });
  readonly #result = element('div', { 'aria-live': 'polite' });

  constructor() {
    this.#prefix.placeholder = '90-B3-D5-1F-40';
    this.node = card(
      'Meters',
      form(
        () => void this.#find(''),
        { class: 'ask', role: 'search' },
        labelled('Identifier begins with', this.#prefix),
        element('button', { type: 'submit' }, 'Find'),
      ),
      this.#result,
    );
    void this.#find('');
  }

  async #find(cursor: string): Promise<void> {
    const query = new URLSearchParams({ limit: String(FOUND_AT_A_TIME) });
    const prefix = this.#prefix.value.trim();
    if (prefix !== '') query.set('prefix', prefix);
    if (cursor !== '') query.set('cursor', cursor);
    const answer = await get<Found>(`meters?${query}`);
    if (!answer.ok) {
      this.#result.replaceChildren(element('p', { class: 'bad' }, troubleText(answer)));
      return;
    }
    const { meters, nextCursor, count: all } = answer.value;
    const from = Number(cursor) + 1;
    const shown = meters.length === 0 ? 'None.' : `${from} to ${from + meters.length - 1} of`;
    const said = element(
      'p',
      { class: 'note' },
      meters.length === 0 ? shown : `${shown} ${count(all)}`,
    );
    const pages = element('p', { class: 'controls' });
    if (from > 1) pages.append(button('First', () => void this.#find('')));
    if (nextCursor !== undefined) pages.append(button('Next', () => void this.#find(nextCursor)));
    this.#result.replaceChildren(said, meters.length === 0 ? '' : meterRows(meters), pages);
  }
}

function meterRows(meters: readonly MeterSummary[]): HTMLElement {
  const rows = meters.map((meter) => [
    meterLink(meter.deviceId),
    meter.cohort,
    meter.deviceType,
    meter.deviceStatus,
    meter.isReal ? 'in memory' : 'computed',
    meter.isCached ? 'has a slot' : '–',
  ]);
  const heads = ['Meter', 'Cohort', 'Type', 'Status', 'Logs', 'Cache'];
  return table('Meters', heads, rows, { className: 'texts' });
}
