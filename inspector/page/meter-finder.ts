// The way to any meter: those whose identifier begins with what is typed, some at a time.

import type { MeterSummary } from '../meter-view.ts';
import { get, troubleText } from './api.ts';
import { button, card, element, form, labelled, table } from './element.ts';
import { count } from './figures.ts';
import { meterAddress } from './route.ts';

export function meterLink(deviceId: string): HTMLElement {
  return element('a', { href: meterAddress(deviceId), class: 'mono' }, deviceId);
}

interface Found {
  readonly count: number;
  readonly meters: readonly MeterSummary[];
  readonly nextCursor?: string;
}

const FOUND_AT_A_TIME = 10;

/** Meters by the beginning of their identifier, some at a time. */
export class MeterFinder {
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
