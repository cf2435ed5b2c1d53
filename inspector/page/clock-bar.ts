// Virtual time at the top of every view, and its controls: the monitor's commands of the same
// names, so that the page and a script do the same.

import { isBritishSummerTime } from '../../gateway/protocol/british-summer-time.ts';
import { button, element, form, labelled } from './element.ts';
import type { Live } from './live-feed.ts';
import type { Desk } from './view.ts';

export class ClockBar {
  readonly node: HTMLElement;
  readonly #desk: Desk;
  readonly #time = element('time', { class: 'now' });
  readonly #state = element('span', { class: 'badge' });
  readonly #summer = element('span', { class: 'badge bst', hidden: true }, 'BST');
  readonly #told = element('p', { class: 'told', role: 'status' });
  readonly #hold: HTMLButtonElement;
  readonly #speed = element('input', { type: 'text', size: 7, placeholder: 'x60' });
  #isPaused = false;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#hold = button('Pause', () => this.#toggle());
    this.#summer.title = 'British Summer Time: clocks in Britain are an hour ahead of UTC';
    const more = this.#more();
    const toggle = button(
      'More',
      () => {
        const isOpen = more.classList.toggle('open');
        toggle.setAttribute('aria-expanded', String(isOpen));
      },
      { class: 'more-toggle', 'aria-expanded': 'false', 'aria-controls': 'clock-more' },
    );
    this.node = element(
      'div',
      { class: 'clock-bar' },
      element('div', { class: 'clock-face' }, this.#time, this.#summer, this.#state),
      element(
        'div',
        { class: 'controls' },
        this.#hold,
        button('+½ h', () => this.#run('step 1'), { title: 'To the next half hour, and hold' }),
        toggle,
      ),
      more,
      this.#told,
    );
  }

  /** Shows the time of a look. */
  show({ now, clock, isPaused, speed }: Live): void {
    this.#isPaused = isPaused;
    this.#time.textContent = `${now.slice(0, 10)} ${now.slice(11, 19)} UTC`;
    this.#time.dateTime = now;
    this.#summer.hidden = !isBritishSummerTime(Date.parse(now) / 1000);
    const isManual = clock === 'manual';
    const moving = speed === 1 ? 'running' : `running, ×${speed}`;
    this.#state.textContent = isManual ? 'manual' : isPaused ? 'paused' : moving;
    this.#state.classList.toggle('warn', isPaused && !isManual);
    const label = isPaused ? 'Resume' : 'Pause';
    if (this.#hold.textContent !== label) this.#hold.textContent = label;
    this.#hold.classList.toggle('primary', isPaused);
    this.#hold.hidden = isManual;
    this.#speed.disabled = isManual;
  }

  #more(): HTMLElement {
    const steps = element('input', { type: 'number', min: 1, max: 10_000, value: 48, size: 5 });
    const ahead = element('input', { type: 'text', size: 6, value: '25h' });
    const target = element('input', {
      type: 'text',
      size: 20,
      placeholder: '2026-10-25T01:00:00Z',
    });
    const speed = this.#speed;
    const asks = (name: string, input: HTMLInputElement, label: string, command: string) =>
      form(
        () => void this.#run(`${command} ${input.value.trim()}`),
        { class: 'ask' },
        labelled(name, input),
        element('button', { type: 'submit' }, label),
      );
    return element(
      'div',
      { class: 'more', id: 'clock-more' },
      asks('Half hours', steps, 'Step', 'step'),
      asks('Advance by', ahead, 'Advance', 'clock advance'),
      asks('Lead to', target, 'Go', 'clock to'),
      asks('Speed', speed, 'Set', 'clock speed'),
    );
  }

  /** The gateway answers again: what was said of its silence no longer holds. */
  returned(): void {
    if (this.#told.classList.contains('bad')) this.#tell('', true);
  }

  #tell(text: string, isGood: boolean): void {
    this.#told.textContent = text;
    this.#told.classList.toggle('bad', !isGood);
  }

  #toggle(): void {
    void this.#run(this.#isPaused ? 'clock resume' : 'clock pause');
  }

  /** Runs a command, and says what came of it; while it runs the bar is busy. */
  async #run(command: string): Promise<void> {
    this.node.setAttribute('aria-busy', 'true');
    this.#tell(`${command} …`, true);
    const outcome = await this.#desk.monitor.run(command);
    this.node.removeAttribute('aria-busy');
    const { ok } = outcome;
    const text = outcome.ok ? outcome.text : `${outcome.error.message}: ${outcome.error.next}`;
    this.#tell(text, ok);
    await this.#desk.feed.look();
  }
}
