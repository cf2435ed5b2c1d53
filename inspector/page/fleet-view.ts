// The fleet at a glance: what the gateway does now, how the last two minutes were, the cohorts, and
// the way to any meter.

import uPlot from 'uplot';
import { type Chart, drawChart } from '../../page/chart.ts';
import type { ChartSpec } from '../../page/chart-spec.ts';
import { get, troubleText } from './api.ts';
import { CohortPanel, type Fleet } from './cohort-panel.ts';
import { element } from './element.ts';
import { count, share } from './figures.ts';
import type { Look, Rates } from './live-feed.ts';
import { LOOKS_KEPT } from './live-feed.ts';
import { MeterFinder } from './meter-finder.ts';
import { meterAddress } from './route.ts';
import type { Desk, View } from './view.ts';

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
  const cohorts = new CohortPanel();
  const finder = new MeterFinder();
  const about = element('p', { class: 'lead' });
  void get<Fleet>('fleet').then((answer) => {
    if (!answer.ok) {
      cohorts.fail(troubleText(answer));
      return;
    }
    about.replaceChildren(...leadOf(answer.value));
    cohorts.show(answer.value);
  });
  const node = element(
    'div',
    { class: 'view' },
    element('h1', {}, 'Fleet'),
    about,
    tiles.node,
    cohorts.node,
    element('div', { class: 'grid' }, ...charts.map((chart) => chart.node)),
    element('div', { class: 'stack after' }, finder.node),
  );
  return {
    title: 'Fleet',
    node,
    live(look) {
      tiles.show(look);
      cohorts.live(look);
      for (const chart of charts) chart.show(desk.feed.looks);
    },
    close() {
      for (const chart of charts) chart.close();
    },
  };
}

/** What this is, and what to do with it. */
function leadOf({ meters, cohorts }: Fleet): (string | Node)[] {
  const first = cohorts[0]?.firstDeviceId ?? '';
  const link = (href: string, text: string) => element('a', { href }, text);
  return [
    `An emulated SMETS1 Service Provider: ${count(meters)} meters, and a gateway that caches what `,
    'they are asked. ',
    link(meterAddress(first), 'Look inside a meter'),
    ', ',
    link(meterAddress(first, 'request'), 'send it a Service Request'),
    ', ',
    link('#/faults', 'break something'),
    ', or put it under load: ',
    element('code', {}, `s1sp load --url ${lineAddress()}`),
  ];
}

/** Where Service Requests go. */
function lineAddress(): string {
  const { protocol, host } = location;
  return `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/sr`;
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
      follows: true,
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
