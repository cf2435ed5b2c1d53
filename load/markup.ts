// HTML by tagged template: whatever is put in is escaped unless it is markup itself, so that a
// hostile name in a result file stays text wherever it lands, in an attribute too.

export class Markup {
  readonly text: string;

  /** Takes `text` as it is: only for what this project wrote. */
  constructor(text: string) {
    this.text = text;
  }
}

export type Inserted = string | number | Markup | readonly Markup[] | undefined;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `html` + a template; an attribute's value must stand in quotes. */
export function html(parts: TemplateStringsArray, ...inserted: readonly Inserted[]): Markup {
  const texts = inserted.map((value, at) => `${textOf(value)}${parts[at + 1] ?? ''}`);
  return new Markup((parts[0] ?? '') + texts.join(''));
}

/** JSON for a script element that is data: no text in it can end the element. */
export function scriptData(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'));
}

function textOf(value: Inserted): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return String(value).replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
