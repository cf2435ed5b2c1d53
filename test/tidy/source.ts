// Source text without what only looks like code: comments, and on request the insides of strings.
// A scanner by hand, since neither the compiler nor the linter here has an API to ask.

/** What may stand before a `/` that begins a regular expression. */
const BEFORE_REGEX = /(?:^|[=(,:[!&|?{};+\n]|\breturn)\s*$/;

/** One thing at the start of the text: a comment, a string, a template, or none of them. */
const COMMENT = /^(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/)/;
const STRING = /^(?:'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")/;
const TEMPLATE = /^`(?:\\[\s\S]|[^`\\])*`/;
const REGEX = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\//;

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

/** `text` with comments blanked, line by line in place; strings keep only their quotes if asked. */
export function codeOf(text: string, strings: 'kept' | 'emptied'): string {
  let code = '';
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at, at + 20_000);
    const comment = COMMENT.exec(rest)?.[0];
    const quoted = (STRING.exec(rest) ?? TEMPLATE.exec(rest))?.[0];
    const regex = BEFORE_REGEX.test(code.slice(-40)) ? REGEX.exec(rest)?.[0] : undefined;
    const found = comment ?? quoted ?? regex ?? rest.slice(0, 1);
    if (comment !== undefined) code += blank(comment);
    else if (found.length === 1 || strings === 'kept') code += found;
    else code += found.slice(0, 1) + blank(found.slice(1, -1)) + found.slice(-1);
    at += found.length;
  }
  return code;
}

/** The first comment of a file, which says what the file is. */
export function headerComment(text: string): string {
  const match = /^(?:#![^\n]*\n)?\s*((?:\/\/[^\n]*\n?)+|\/\*[\s\S]*?\*\/)/.exec(text);
  return match?.[1] ?? '';
}

/** Specifiers of every `import` and `export … from` of the text, in order. */
export function importsOf(text: string): string[] {
  const code = codeOf(text, 'kept');
  const found = code.matchAll(
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/gm,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? '');
}
