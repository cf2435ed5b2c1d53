// The monitor's prompt in the page: every command of `s1sp inspect`, and what breaks, watches and
// traces have to tell.

import { element, form } from './element.ts';
import type { Desk, View } from './view.ts';

/** Entries that stay above the prompt. */
const ENTRIES_MAX = 200;
/** Lines that come back with the arrow keys. */
const HISTORY_MAX = 100;

/** Outlives the view: who comes back finds what was typed. */
const history: string[] = [];

export function monitorView(desk: Desk): View {
  const output = element('div', {
    ...{ class: 'console', role: 'log', 'aria-live': 'polite', tabindex: 0 },
    'aria-label': 'What the monitor said',
  });
  const input = element('input', {
    ...{ type: 'text', class: 'prompt', spellcheck: 'false', autocomplete: 'off' },
    ...{ autocapitalize: 'off', 'aria-label': 'Command', placeholder: 'help' },
  });
  let back = 0;

  function add(text: string, className: string): void {
    output.append(element('pre', { class: className }, text));
    while (output.children.length > ENTRIES_MAX) output.firstElementChild?.remove();
    output.scrollTop = output.scrollHeight;
  }

  async function run(): Promise<void> {
    const line = input.value.trim();
    if (line === '') return;
    input.value = '';
    back = 0;
    history.push(line);
    if (history.length > HISTORY_MAX) history.shift();
    add(`› ${line}`, 'typed');
    const outcome = await desk.monitor.run(line);
    if (outcome.ok) add(outcome.text, 'said');
    else add(`${outcome.error.message}\n  ${outcome.error.next}`, 'bad');
    await desk.feed.look();
  }

  input.addEventListener('keydown', (event) => {
    const by = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    back = Math.min(Math.max(back + by, 0), history.length);
    input.value = back === 0 ? '' : (history.at(-back) ?? '');
  });
  add('The prompt of `s1sp inspect`. Type help for its commands; ↑ brings lines back.', 'hint');
  const stop = desk.monitor.listen((_event, text) => add(`! ${text}`, 'event'));
  return {
    title: 'Monitor',
    outlivesWorlds: true,
    node: element(
      'div',
      { class: 'view' },
      element('h1', {}, 'Monitor'),
      element(
        'section',
        { class: 'card console-card' },
        output,
        form(
          () => void run(),
          { class: 'ask prompt-line' },
          input,
          element('button', { type: 'submit', class: 'primary' }, 'Run'),
        ),
      ),
    ),
    live({ isNew }) {
      if (isNew)
        add('This is another world: breaks, watches and traces of before are gone.', 'event');
      desk.monitor.stayOpen();
    },
    close: stop,
  };
}
