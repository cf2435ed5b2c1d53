// The page's elements. All text goes in as text, so that no name in the world, however hostile,
// becomes markup; attributes are plain strings, and none of them is a handler or a style.

export type Child = Node | string | number | undefined;
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element with attributes; true is an attribute without a value, false and undefined none. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, plain(value));
  }
  append(made, children);
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

/** The same for a drawing. */
export function drawn<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, plain(value));
  }
  append(made, children);
  return made;
}

function plain(value: string | number | true): string {
  return value === true ? '' : String(value);
}

function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child !== undefined) parent.append(typeof child === 'number' ? String(child) : child);
  }
}

export function button(label: string, run: () => void, attributes: Attributes = {}) {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', run);
  return made;
}

/** A form that is handled here and sent nowhere. */
export function form(run: () => void, attributes: Attributes, ...children: readonly Child[]) {
  const made = element('form', attributes, ...children);
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    run();
  });
  return made;
}

let labels = 0;

/** A control with its name above it. */
export function labelled(name: string, control: HTMLElement): HTMLElement {
  control.id = `control-${++labels}`;
  const label = element('label', { for: control.id }, name);
  return element('div', { class: 'field' }, label, control);
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export function select(choices: readonly Choice[], chosen?: string): HTMLSelectElement {
  const made = element('select');
  for (const { value, label } of choices) made.append(element('option', { value }, label));
  if (chosen !== undefined) made.value = chosen;
  return made;
}

export function card(title: string, ...children: readonly Child[]): HTMLElement {
  return element('section', { class: 'card' }, element('h2', {}, title), ...children);
}

/** Names with what they are; what is undefined is left out. */
export function definitions(pairs: readonly (readonly [string, Child])[]): HTMLDListElement {
  const made = element('dl', { class: 'pairs' });
  for (const [name, value] of pairs) {
    if (value === undefined || value === '') continue;
    made.append(element('div', {}, element('dt', {}, name), element('dd', {}, value)));
  }
  return made;
}

/** A table that scrolls in itself where it is too wide. The first cell of a row is its head. */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly Child[])[],
  options: { readonly className?: string } = {},
): HTMLElement {
  const head = element('tr', {}, ...heads.map((each) => element('th', { scope: 'col' }, each)));
  const body = rows.map((cells) => {
    const [first, ...rest] = cells;
    const values = rest.map((cell) => element('td', {}, cell));
    return element('tr', {}, element('th', { scope: 'row' }, first), ...values);
  });
  const whole = element(
    'table',
    { class: options.className },
    element('caption', { class: 'unseen' }, caption),
    element('thead', {}, head),
    element('tbody', {}, ...body),
  );
  const attributes = { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: 0 };
  return element('div', attributes, whole);
}
