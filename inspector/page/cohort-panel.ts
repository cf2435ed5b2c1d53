// The cohorts of the fleet, each with what it is asked now.

import type { fleetView as fleetOf } from '../live.ts';
import { card, element } from './element.ts';
import { bytes, count, share } from './figures.ts';
import type { Look } from './live-feed.ts';
import { meterLink } from './meter-finder.ts';

export type Fleet = ReturnType<typeof fleetOf>;
type Cohort = Fleet['cohorts'][number];

const LIVE_HEADS = ['SR/s', 'Cached', 'In flight', 'Answered'] as const;
const HEADS = ['Cohort', ...LIVE_HEADS, 'Meters', 'Kind', 'WAN', 'First meter'];

export class CohortPanel {
  readonly node = card('Cohorts', element('p', { class: 'note' }, 'Asking the gateway …'));
  /** By cohort, the cells of {@link LIVE_HEADS}. */
  #cells: readonly (readonly HTMLElement[])[] = [];
  #look: Look | undefined;

  show({ cohorts, meters, memoryBytes, seed }: Fleet): void {
    this.#cells = cohorts.map(() => LIVE_HEADS.map(() => element('td', { class: 'number' }, '–')));
    const rows = cohorts.map((cohort, place) => rowOf(cohort, this.#cells[place] ?? []));
    const heads = HEADS.map((head, at) => {
      const isNumber = at > 0 && at <= LIVE_HEADS.length + 1;
      return element('th', { scope: 'col', class: isNumber ? 'number' : undefined }, head);
    });
    const about = `${count(meters)} meters of seed ${seed}, ${bytes(memoryBytes)} of memory.`;
    const table = element(
      'table',
      { class: 'texts' },
      element('thead', {}, element('tr', {}, ...heads)),
      element('tbody', {}, ...rows),
    );
    const around = { role: 'region', tabindex: 0, 'aria-label': 'Cohorts of the fleet' };
    this.node.replaceChildren(
      element('h2', {}, 'Cohorts'),
      element('div', { class: 'scroll tall', ...around }, table),
      element('p', { class: 'note' }, about),
    );
    if (this.#look !== undefined) this.live(this.#look);
  }

  fail(trouble: string): void {
    const again = element('p', { class: 'bad' }, trouble);
    this.node.replaceChildren(element('h2', {}, 'Cohorts'), again);
  }

  live(look: Look): void {
    this.#look = look;
    const { live, rates } = look;
    this.#cells.forEach((cells, place) => {
      const cohort = live.cohorts[place];
      const rate = rates?.cohorts[place];
      const cacheShare = rate?.cacheShare ?? null;
      const texts = [
        rate === undefined ? '–' : count(rate.answered),
        cacheShare === null ? '–' : share(cacheShare),
        count(cohort?.inFlight ?? 0),
        count(cohort?.answered ?? 0),
      ];
      cells.forEach((cell, at) => {
        const text = texts[at] ?? '';
        if (cell.textContent !== text) cell.textContent = text;
      });
    });
  }
}

function rowOf(cohort: Cohort, cells: readonly HTMLElement[]): HTMLElement {
  const { name, deviceType, model, wan } = cohort;
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    ...cells,
    element('td', { class: 'number' }, count(cohort.count)),
    element('td', {}, `${deviceType} ${model}`),
    element('td', {}, wan),
    element('td', {}, meterLink(cohort.firstDeviceId)),
  );
}
