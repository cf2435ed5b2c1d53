// Faults made on purpose: those that hold, with how often each has struck, and a form to add one,
// ready-made or as data.

import type { FaultPreset } from '../fault-presets.ts';
import { get, post, remove, troubleText } from './api.ts';
import { button, type Child, card, element, form, labelled, select } from './element.ts';
import { FaultChoice } from './fault-choice.ts';
import { count, instant } from './figures.ts';
import { meterLink } from './meter-finder.ts';
import type { Desk, View } from './view.ts';

/** As the gateway lists it; what it may say is the emulator's affair. */
type Fault = Readonly<Record<string, unknown>> & { readonly id: number };

/** `who`: the meter that somebody wants to have a fault; '' for none in particular. */
export function faultsView(desk: Desk, who = ''): View {
  return new FaultsView(desk, who);
}

class FaultsView implements View {
  readonly title = 'Faults';
  readonly node: HTMLElement;
  readonly #desk: Desk;
  readonly #body = element('tbody');
  readonly #list: HTMLElement;
  readonly #none = element(
    'p',
    { class: 'empty' },
    'No fault holds: every meter does as it should.',
  );
  readonly #clear = button('Remove all', () => void this.#drop(''));
  readonly #preset = element('select');
  readonly #text = element('textarea', { rows: 8, spellcheck: 'false' });
  readonly #trouble = element('p', { class: 'bad', role: 'alert' });
  #presets: readonly FaultPreset[] = [];
  #shown = '';

  constructor(desk: Desk, who: string) {
    this.#desk = desk;
    const heads = ['Number', 'What', 'Who', 'When', 'SRV', 'Chance', 'Struck', ''];
    this.#list = element(
      'div',
      { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Faults that hold' },
      element(
        'table',
        { class: 'texts' },
        element(
          'thead',
          {},
          element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head))),
        ),
        this.#body,
      ),
    );
    const choice = new FaultChoice(who, (fault) => {
      this.#preset.value = '';
      this.#write(fault);
    });
    this.#write(choice.fault);
    this.#preset.addEventListener('change', () => this.#choose());
    const adding = form(
      () => void this.#add(),
      { class: 'card' },
      element('h2', {}, 'Make one'),
      choice.node,
      element('div', { class: 'ask' }, labelled('Or a ready-made plan', this.#preset)),
      labelled('As data, which may say more: one fault, or a list', this.#text),
      element(
        'p',
        { class: 'note' },
        'Faults of the link act on requests, faults of the log on what a read gets. Without ',
        '`when` a fault holds at once and until it is removed; `npx s1sp serve --faults FILE ',
        '--dry-run` tells ahead what a plan hits.',
      ),
      element(
        'p',
        { class: 'controls' },
        element('button', { type: 'submit', class: 'primary' }, 'Add'),
      ),
      this.#trouble,
    );
    this.node = element(
      'div',
      { class: 'view' },
      element('h1', {}, 'Faults'),
      element(
        'div',
        { class: 'stack' },
        card('Faults that hold', this.#none, this.#list, this.#clear),
        adding,
      ),
    );
    void this.#fetchPresets();
  }

  live(): void {
    void this.#refresh();
  }

  async #fetchPresets(): Promise<void> {
    const answer = await get<{ presets: readonly FaultPreset[] }>('fault-presets');
    this.#presets = answer.ok ? answer.value.presets : [];
    const choices = this.#presets.map(({ name }) => ({ value: name, label: name }));
    const own = { value: '', label: 'none' };
    this.#preset.replaceChildren(...select([own, ...choices]).children);
    this.#preset.value = '';
  }

  #choose(): void {
    const preset = this.#presets.find(({ name }) => name === this.#preset.value);
    if (preset === undefined) return;
    const [only, ...more] = preset.faults;
    this.#write(more.length === 0 ? only : preset.faults);
  }

  #write(faults: unknown): void {
    this.#text.value = JSON.stringify(faults, null, 2);
  }

  async #refresh(): Promise<void> {
    const answer = await get<{ faults: readonly Fault[] }>('faults');
    if (!answer.ok) {
      this.#trouble.textContent = troubleText(answer);
      return;
    }
    const { faults } = answer.value;
    this.#none.hidden = faults.length > 0;
    this.#list.hidden = faults.length === 0;
    this.#clear.hidden = faults.length === 0;
    const ids = faults.map(({ id }) => id).join();
    if (ids !== this.#shown) {
      this.#shown = ids;
      this.#body.replaceChildren(...faults.map((fault) => this.#row(fault)));
    }
    faults.forEach((fault, at) => {
      const cell = this.#body.children[at]?.querySelector('.struck');
      if (cell) cell.textContent = struckText(fault);
    });
  }

  #row(fault: Fault): HTMLElement {
    const { id, name, what, who, when, srv, p } = fault;
    const named = element(
      'td',
      {},
      element('code', {}, plain(what)),
      name === undefined ? undefined : element('div', { class: 'hint' }, plain(name)),
    );
    const label = `Remove fault ${id}`;
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, String(id)),
      named,
      element('td', {}, whoOf(who)),
      element('td', {}, when === undefined ? 'always' : plain(when)),
      element('td', {}, srv === undefined ? 'all' : plain(srv)),
      element('td', {}, p === undefined ? '1' : plain(p)),
      element('td', { class: 'struck' }),
      element(
        'td',
        {},
        button('Remove', () => void this.#drop(`/${id}`), { 'aria-label': label }),
      ),
    );
  }

  /** Adds what the text says, one fault after another; stops at the first that is none. */
  async #add(): Promise<void> {
    const faults = readFaults(this.#text.value);
    this.#trouble.textContent = typeof faults === 'string' ? faults : '';
    if (typeof faults === 'string') return;
    let added = 0;
    for (const fault of faults) {
      const answer = await post<Fault>('faults', fault);
      if (!answer.ok) {
        this.#trouble.textContent = troubleText(answer);
        break;
      }
      added++;
    }
    if (added > 0) this.#desk.say(`${added} ${added === 1 ? 'fault' : 'faults'} added`);
    await this.#refresh();
  }

  async #drop(which: string): Promise<void> {
    const answer = await remove<object>(`faults${which}`);
    this.#trouble.textContent = answer.ok ? '' : troubleText(answer);
    this.#desk.say(which === '' ? 'All faults removed' : 'Fault removed');
    await this.#refresh();
    // The button that was pressed has gone with its row.
    if (!this.node.contains(document.activeElement)) this.#text.focus();
  }
}

function struckText({ hits, lastHitMs }: Fault): string {
  const times = `${count(Number(hits ?? 0))}×`;
  if (typeof lastHitMs !== 'number') return times;
  return `${times}, last ${instant(new Date(lastHitMs).toISOString())}`;
}

/** Whom a fault is about; a meter by itself leads to it. */
function whoOf(who: unknown): Child {
  if (who === undefined) return 'all';
  const isMeter = typeof who === 'string' && /^([0-9a-f]{2}-){7}[0-9a-f]{2}$/i.test(who);
  return isMeter ? meterLink(who) : plain(who);
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function readFaults(text: string): readonly unknown[] | string {
  try {
    const value: unknown = JSON.parse(text);
    const isPlan = typeof value === 'object' && value !== null && 'faults' in value;
    const faults = isPlan ? value.faults : value;
    return Array.isArray(faults) ? faults : [faults];
  } catch (cause) {
    return `This is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
