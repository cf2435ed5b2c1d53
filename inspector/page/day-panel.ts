// A meter's day: its half hours as bars, each from the stamp before to its own, with gaps and
// British Summer Time shaded; and beside it identity, registers and schedules.

import uPlot from 'uplot';
import {
  DAY_SECONDS,
  formatDate,
  HALF_HOUR_SECONDS,
  parseDate,
} from '../../gateway/protocol/half-hours.ts';
import { type Chart, drawChart } from '../../page/chart.ts';
import type { logView } from '../meter-view.ts';
import { get, troubleText } from './api.ts';
import { type DayLog, dayFigures, daySpec, faultNote, summerNote } from './day-chart.ts';
import { button, element, labelled, select, table } from './element.ts';
import { count, dayName, instant, unitOf } from './figures.ts';
import type { Look } from './live-feed.ts';
import { MeterCards } from './meter-cards.ts';
import { isGas, type Meter, type Panel } from './view.ts';

type Log = ReturnType<typeof logView>;

const LOG_CHOICES = [
  { value: 'import', label: 'Active import, 4.8.1' },
  { value: 'export', label: 'Export, 4.8.3' },
  { value: 'reactive', label: 'Reactive import, 4.8.2' },
  { value: 'daily', label: 'Daily reads, 4.6.1' },
];

const GAS_LOGS = ['import', 'daily'];

const VIEW_CHOICES = [
  { value: 'as-read', label: 'a read gets it' },
  { value: 'held', label: 'the meter holds it' },
];

/** Daily reads are shown of so many days up to the chosen one. */
const DAYS_OF_READS = 31;

export function dayPanel(deviceId: string): Panel {
  return new DayPanel(deviceId);
}

class DayPanel implements Panel {
  readonly node: HTMLElement;
  readonly #deviceId: string;
  readonly #log = select(LOG_CHOICES, 'import');
  readonly #view = select(VIEW_CHOICES, 'as-read');
  readonly #date = element('input', { type: 'date' });
  readonly #title = element('h2', { id: 'day-title' }, 'The day');
  readonly #host = element('div', { class: 'chart', 'data-chart': 'day', role: 'group' });
  readonly #notes = element('div', { class: 'notes', 'aria-live': 'polite' });
  readonly #details = element('details', { hidden: true });
  readonly #cards = new MeterCards();
  #isGas = false;
  #chart: Chart | undefined;
  #shown = '';

  constructor(deviceId: string) {
    this.#deviceId = deviceId;
    this.#host.setAttribute('aria-labelledby', 'day-title');
    for (const control of [this.#log, this.#view, this.#date]) {
      control.addEventListener('change', () => void this.#show());
    }
    const controls = element(
      'div',
      { class: 'ask' },
      labelled('Log', this.#log),
      labelled('As', this.#view),
      labelled('Day', this.#date),
      element(
        'div',
        { class: 'controls' },
        button('‹ Day before', () => this.#turn(-1)),
        button('Day after ›', () => this.#turn(1)),
      ),
    );
    const title = element('figcaption', {}, this.#title);
    const { identity, registers, schedules } = this.#cards;
    this.node = element(
      'div',
      { class: 'grid' },
      element('figure', { class: 'wide' }, title, controls, this.#host, this.#notes, this.#details),
      element('div', { class: 'stack' }, identity, schedules),
      element('div', { class: 'stack' }, registers),
    );
  }

  live(meter: Meter, { live }: Look): void {
    this.#cards.show(meter);
    this.#setGas(isGas(meter));
    if (this.#date.value === '') this.#date.value = yesterdayOf(live.now);
    // A day that is not over grows with each half hour.
    const halfHour = Math.floor(Date.parse(live.now) / 1000 / HALF_HOUR_SECONDS);
    const state = `${halfHour} ${meter.isReal}`;
    if (this.#shown === state) return;
    this.#shown = state;
    void this.#show();
  }

  close(): void {
    this.#chart?.close();
  }

  /** Of gas there are no logs of export and reactive energy. */
  #setGas(isOfGas: boolean): void {
    if (isOfGas === this.#isGas) return;
    this.#isGas = isOfGas;
    const choices = LOG_CHOICES.filter(({ value }) => !isOfGas || GAS_LOGS.includes(value));
    const { value } = this.#log;
    this.#log.replaceChildren(...select(choices).children);
    this.#log.value = choices.some((each) => each.value === value) ? value : 'import';
  }

  #turn(by: number): void {
    const day = parseDate(this.#date.value);
    if (Number.isNaN(day)) return;
    this.#date.value = formatDate(day + by);
    void this.#show();
  }

  async #show(): Promise<void> {
    const day = parseDate(this.#date.value);
    if (Number.isNaN(day)) return;
    const isDaily = this.#log.value === 'daily';
    this.#title.textContent = isDaily
      ? `The ${DAYS_OF_READS} days to ${formatDate(day)}`
      : dayName(day);
    const from = isDaily ? day - DAYS_OF_READS + 1 : day;
    const period = `${formatDate(from)}T00:00:00Z..${formatDate(day + 1)}T00:00:00Z`;
    const query = new URLSearchParams({ period, view: this.#view.value });
    const path = `meters/${encodeURIComponent(this.#deviceId)}/log/${this.#log.value}?${query}`;
    const answer = await get<Log>(path);
    const refusal = refusalOf(answer);
    this.#host.hidden = isDaily || refusal !== undefined;
    this.#details.hidden = refusal !== undefined;
    if (!answer.ok || refusal !== undefined) {
      this.#notes.replaceChildren(element('p', { class: 'bad' }, refusal));
    } else if (isDaily) this.#showReads(answer.value);
    else this.#showDay({ day, isGas: this.#isGas, ...answer.value });
  }

  #showReads(log: Log): void {
    const faults = faultNote(log);
    this.#note([`${count(log.entries.length)} daily reads.`, ...(faults ? [faults] : [])]);
    this.#details.open = true;
    this.#tell('The daily reads', dailyTable(log, this.#isGas ? 'l' : 'Wh'));
  }

  #showDay(log: DayLog & Log): void {
    const spec = daySpec(log);
    if (this.#chart === undefined) this.#chart = drawChart(uPlot, this.#host, spec);
    else this.#chart.show(spec);
    const { sentences, rows } = dayFigures(log);
    const faults = faultNote(log);
    this.#note([...sentences, ...(faults ? [faults] : [])], summerNote(log.day));
    const units = log.columns.map((name) => `${name}, ${unitOf(name, this.#isGas)}`);
    const heads = ['Stamp (UTC)', ...units];
    this.#tell('The figures half hour by half hour', table('Half hours of the day', heads, rows));
  }

  #note(sentences: readonly string[], summer?: string): void {
    this.#notes.replaceChildren(
      ...sentences.map((text) => element('p', { class: 'note' }, text)),
      ...(summer === undefined ? [] : [element('p', { class: 'note bst-note' }, summer)]),
    );
  }

  /** The figures as a table; whoever has unfolded it finds the next one unfolded. */
  #tell(summary: string, figures: HTMLElement): void {
    this.#details.replaceChildren(element('summary', {}, summary), figures);
  }
}

/** Why a log is not shown; undefined: it is. */
function refusalOf(answer: Awaited<ReturnType<typeof get<Log>>>): string | undefined {
  if (!answer.ok) return troubleText(answer);
  const { responseCode } = answer.value;
  return responseCode === undefined ? undefined : `the meter refuses: ${responseCode}`;
}

function yesterdayOf(now: string): string {
  return formatDate(Math.floor(Date.parse(now) / 1000 / DAY_SECONDS) - 1);
}

function dailyTable({ columns, entries }: Log, unit: string): HTMLElement {
  const rows = [...entries]
    .reverse()
    .map(({ timestamp, values }) => [
      instant(timestamp),
      ...columns.map((_, at) => count(Number(values[at] ?? 0))),
    ]);
  const heads = columns.map((column) => `${shortened(column)}, ${unit}`);
  return table('Daily reads', ['Stamp (UTC)', ...heads], rows);
}

/** `elecActiveImportRegisterConsumption` is wider than its figures. */
function shortened(column: string): string {
  return column
    .replace(/ActiveImportRegisterConsumption$/, ' register')
    .replace(/tariffTOURegisterMatrixValue/i, 'TOU ')
    .replace(/tariffBlockCounterMatrixValue/i, 'block ');
}
