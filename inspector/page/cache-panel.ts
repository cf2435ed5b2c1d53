// The cache's slot of a meter: each entry with its age against the 25 hours after which it is
// erased [AM 18.21(k), 18.22(h), 18.24(f)].

import type { cacheView } from '../meter-view.ts';
import { get, troubleText } from './api.ts';
import { element } from './element.ts';
import { count, instant } from './figures.ts';
import type { Panel } from './view.ts';

type Cache = ReturnType<typeof cacheView>;
type CacheLog = Cache['logs'][number];
type CachedRow = CacheLog['entries'][number];

const NAMES: Readonly<Record<string, string>> = {
  '4.6.1': 'Daily reads, 4.6.1',
  '4.8.1': 'Active import, 4.8.1',
  '4.8.3': 'Export, 4.8.3',
};

/** What the values of an entry are. */
const VALUES: Readonly<Record<string, string>> = {
  '4.6.1': 'Register · TOU 1 to 4, Wh',
  '4.8.1': 'Import, Wh',
  '4.8.3': 'Export, Wh · reactive, VArh',
};

export function cachePanel(deviceId: string): Panel {
  const node = element('div', { class: 'stack' });
  const logs = NAMES_IN_ORDER.map((srv) => new LogCard(srv));
  node.append(...logs.map((log) => log.node));
  let isAsking = false;
  return {
    node,
    async live(_meter, _look, hasMoved) {
      if (isAsking || !hasMoved) return;
      isAsking = true;
      const answer = await get<Cache>(`meters/${encodeURIComponent(deviceId)}/cache`);
      isAsking = false;
      for (const log of logs) log.show(answer.ok ? answer.value : troubleText(answer));
    },
  };
}

const NAMES_IN_ORDER = ['4.8.1', '4.8.3', '4.6.1'];

/** One ring of the slot. */
class LogCard {
  readonly node: HTMLElement;
  readonly #srv: string;
  readonly #about = element('p', { class: 'note' });
  readonly #body = element('tbody');
  readonly #scroll: HTMLElement;
  #shown = '';

  constructor(srv: string) {
    this.#srv = srv;
    const title = `cache-${srv}`;
    const heads = [
      'Stamp (UTC)',
      VALUES[srv] ?? 'Values',
      'Age',
      'Of 25 h',
      'Cached at',
      'Expires at',
    ];
    this.#scroll = element(
      'div',
      { class: 'scroll tall', role: 'region', tabindex: 0, 'aria-labelledby': title },
      element(
        'table',
        {},
        element(
          'thead',
          {},
          element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head))),
        ),
        this.#body,
      ),
    );
    this.node = element(
      'section',
      { class: 'card', 'data-srv': srv },
      element('h2', { id: title }, NAMES[srv] ?? srv),
      this.#about,
      this.#scroll,
    );
  }

  show(cache: Cache | string): void {
    if (typeof cache === 'string') {
      this.#about.textContent = cache;
      return;
    }
    const log = cache.logs.find(({ serviceReferenceVariant }) => {
      return serviceReferenceVariant === this.#srv;
    });
    if (log === undefined) return;
    this.#about.textContent = aboutOf(log);
    this.#scroll.hidden = log.entries.length === 0;
    const state = log.entries.map(({ timestamp, cachedAt }) => timestamp + cachedAt).join();
    // The rows stay as long as the entries do: only their ages go on.
    if (state !== this.#shown) {
      this.#shown = state;
      this.#body.replaceChildren(...log.entries.map(rowOf));
    }
    log.entries.forEach((entry, at) => {
      const row = this.#body.children[at];
      if (row !== undefined) age(row, entry);
    });
  }
}

function aboutOf({ isArmed, entries }: CacheLog): string {
  const armed = isArmed
    ? 'A DSP Schedule arms the cache for this SRV.'
    : 'No DSP Schedule arms the cache for this SRV, so nothing is kept.';
  if (entries.length === 0) {
    return `${armed} Nothing is cached${isArmed ? ': the next read of the meter is kept' : ''}.`;
  }
  const oldest = Math.max(...entries.map(({ ageSeconds }) => ageSeconds));
  return `${armed} ${count(entries.length)} entries, the oldest ${hours(oldest)} old.`;
}

function rowOf({ timestamp, values, cachedAt, expiresAt }: CachedRow): HTMLElement {
  const shown = values === null ? 'none: known to be absent' : values.map(count).join(' · ');
  const bar = element('progress', { max: 1, value: 0 });
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, instant(timestamp)),
    element('td', {}, shown),
    element('td', { class: 'age' }),
    element('td', { class: 'bar-cell' }, bar),
    element('td', {}, instant(cachedAt)),
    element('td', {}, instant(expiresAt)),
  );
}

function age(row: Element, { ageSeconds, cachedAt, expiresAt }: CachedRow): void {
  const text = row.querySelector('.age');
  const bar = row.querySelector('progress');
  if (text === null || bar === null) return;
  const allSeconds = (Date.parse(expiresAt) - Date.parse(cachedAt)) / 1000;
  const part = ageSeconds / allSeconds;
  text.textContent = hours(ageSeconds);
  bar.value = part;
  bar.setAttribute('aria-label', `${Math.round(100 * part)} % of 25 hours`);
  bar.classList.toggle('late', part >= LATE);
}

/** The last tenth of its life. */
const LATE = 0.9;

/** `24:59:59` */
function hours(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}
