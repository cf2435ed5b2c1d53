// A fault out of a few choices: whose, what, when and how often. It is written as the data that is
// then added, so that whoever chooses sees what a plan says.

import { element, labelled, select } from './element.ts';

/** What goes wrong, by the name that a plan has for it [docs/faults.md]. */
const KINDS: Readonly<Record<string, string>> = {
  silent: 'does not answer',
  slow: 'answers 10 s later',
  'lost-reply': 'loses its reply',
  'duplicate-reply': 'replies twice',
  'wan-down': 'cannot be reached',
  maintenance: 'is in maintenance',
  gap: 'has no entry',
  'late-daily-read': 'takes its daily read late',
  'wrong-clock': 'has a clock an hour ahead',
  'corrupted-entry': 'holds an absurd value',
};

export class FaultChoice {
  readonly node: HTMLElement;
  readonly #who = element('input', { type: 'text', size: 25, spellcheck: 'false' });
  readonly #what = select(
    Object.entries(KINDS).map(([value, label]) => ({ value, label: `${value}: ${label}` })),
  );
  readonly #when = element('input', { type: 'text', size: 16, spellcheck: 'false' });
  readonly #chance = element('input', {
    ...{ type: 'number', min: 0, max: 100, step: 'any', value: 100 },
  });

  /** `who`: the meter that it begins with, '' for all. `chosen` is told of every choice. */
  constructor(who: string, chosen: (fault: object) => void) {
    this.#who.value = who;
    this.#who.placeholder = 'all';
    this.#when.placeholder = 'always';
    this.#who.title = 'A meter, the beginning of identifiers, a cohort, or a share such as 0.05';
    this.#when.title = 'Such as 06:00Z..09:00Z, every day';
    for (const control of [this.#who, this.#what, this.#when, this.#chance]) {
      control.addEventListener('input', () => chosen(this.fault));
    }
    this.node = element(
      'div',
      { class: 'ask' },
      labelled('Meter, cohort or share', this.#who),
      labelled('What goes wrong', this.#what),
      labelled('When', this.#when),
      labelled('How often, %', this.#chance),
    );
  }

  /** As a plan says it. */
  get fault(): object {
    const who = this.#who.value.trim();
    const when = this.#when.value.trim();
    const p = this.#chance.valueAsNumber / 100;
    return {
      ...(who !== '' && { who: /^[01](\.\d+)?$/.test(who) ? Number(who) : who }),
      what: this.#what.value,
      ...(when !== '' && { when }),
      ...(p !== 1 && !Number.isNaN(p) && { p }),
    };
  }
}
