// The whole world as one file, and back: the monitor's `snapshot`. Files are on the gateway's
// machine, and so nothing is sent through the browser.

import type { Outcome } from '../outcome.ts';
import { card, element, form, labelled } from './element.ts';
import type { Look } from './live-feed.ts';
import type { Desk, View } from './view.ts';

export function snapshotView(desk: Desk): View {
  const saveName = element('input', { type: 'text', size: 34, spellcheck: 'false' });
  const loadName = element('input', { type: 'text', size: 34, spellcheck: 'false' });
  const readings = element('input', { type: 'checkbox', id: 'with-readings' });
  const saved = element('div', { class: 'outcome', role: 'status' });
  const loaded = element('div', { class: 'outcome', role: 'status' });

  async function save(): Promise<void> {
    const file = saveName.value.trim();
    if (file === '') return;
    const outcome = await run(`snapshot save ${file}${readings.checked ? ' with-readings' : ''}`);
    tell(saved, outcome);
    if (!outcome.ok) return;
    const start = element('code', {}, `s1sp serve --snapshot ${file}`);
    saved.append(element('p', {}, 'Whoever has the file goes on from here: ', start));
    if (loadName.value === '') loadName.value = file;
  }

  async function load(): Promise<void> {
    const file = loadName.value.trim();
    if (file === '') return;
    tell(loaded, await run(`snapshot load ${file}`));
    await desk.feed.look();
  }

  /** One command; meanwhile both buttons wait. */
  async function run(command: string): Promise<Outcome> {
    for (const each of buttons) each.disabled = true;
    const outcome = await desk.monitor.run(command);
    for (const each of buttons) each.disabled = false;
    return outcome;
  }

  const buttons = [
    element('button', { type: 'submit', class: 'primary' }, 'Save'),
    element('button', { type: 'submit' }, 'Load'),
  ] as const;
  const [saving, loading] = buttons;
  const where =
    'A file on the machine of the gateway; a name without a path is in the directory that the ' +
    'gateway was started in.';
  return {
    title: 'Snapshot',
    outlivesWorlds: true,
    node: element(
      'div',
      { class: 'view' },
      element('h1', {}, 'Snapshot'),
      element(
        'p',
        { class: 'lead' },
        'The whole world as one file: meters that were made real, schedules, clock, chance, ',
        'faults and what is under way. Send it to a colleague, who sees what you see.',
      ),
      element(
        'div',
        { class: 'stack' },
        card(
          'Save',
          form(
            () => void save(),
            { class: 'ask' },
            labelled('File', saveName),
            element(
              'label',
              { class: 'switch', for: 'with-readings' },
              readings,
              element('span', {}, 'with the readings that are cached'),
            ),
            saving,
          ),
          element(
            'p',
            { class: 'note' },
            `${where} Readings are left out unless you want them in.`,
          ),
          saved,
        ),
        card(
          'Load',
          form(() => void load(), { class: 'ask' }, labelled('File to load', loadName), loading),
          element(
            'p',
            { class: 'note' },
            'What the file holds takes the place of this world, and every connection is closed.',
          ),
          loaded,
        ),
      ),
    ),
    live({ live }: Look) {
      if (saveName.value === '') saveName.value = nameAt(live.now);
    },
  };
}

/** `world-2026-11-23-0900.s1sp` */
function nameAt(now: string): string {
  return `world-${now.slice(0, 10)}-${now.slice(11, 13)}${now.slice(14, 16)}.s1sp`;
}

function tell(place: HTMLElement, outcome: Outcome): void {
  const text = outcome.ok ? outcome.text : `${outcome.error.message}: ${outcome.error.next}`;
  place.replaceChildren(element('p', { class: outcome.ok ? 'good' : 'bad' }, text));
}
