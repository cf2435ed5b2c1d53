// Source text without what only looks like code: comments, and on request the insides of strings.
// A scanner by hand, since neither the compiler nor the linter here has an API to ask.

/** What may stand before a `/` that begins a regular expression. */
const BEFORE_REGEX = /(?:^|[=(,:[!&|?{};+\n]|\breturn)\s*$/;

/** What may stand at a place: nothing special, a comment, a string or template, a regex. */
const PLAIN = /[^'"`/]+/y;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const QUOTED = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/y;
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\//y;

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

/** `text` with comments blanked, line by line in place; strings keep only their quotes if asked. */
export function codeOf(text: string, strings: 'kept' | 'emptied'): string {
  let code = '';
  for (let at = 0; at < text.length; ) {
    const plain = matchAt(PLAIN, text, at);
    const comment = plain === undefined ? matchAt(COMMENT, text, at) : undefined;
    const found = plain ?? comment ?? quotedAt(text, at, code) ?? text.charAt(at);
    if (comment !== undefined) code += blank(comment);
    else if (plain !== undefined || found.length === 1 || strings === 'kept') code += found;
    else code += found.slice(0, 1) + blank(found.slice(1, -1)) + found.slice(-1);
    at += found.length;
  }
  return code;
}

function quotedAt(text: string, at: number, before: string): string | undefined {
  const quoted = matchAt(QUOTED, text, at);
  if (quoted !== undefined) return quoted;
  return BEFORE_REGEX.test(before.slice(-40)) ? matchAt(REGEX, text, at) : undefined;
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
