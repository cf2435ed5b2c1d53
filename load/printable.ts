// Text that a gateway sent, for a terminal: a control character could move its cursor, colour it or
// worse.

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** The text with control characters spelled out, `\u001b`. */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
