// The walks of a document, taken apart: sections whose `sh` blocks start a gateway and talk to it,
// and whose `text` blocks are what is to be seen of the commands before them.

export interface Leg {
  readonly commands: readonly string[];
  /** All of the output of the commands; `…` stands for anything on a line, or for lines. */
  readonly sees: string;
}

export interface Walk {
  readonly heading: string;
  readonly legs: readonly Leg[];
}

/** The sections whose first command starts a gateway in the background. */
export function walksOf(page: string): Walk[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((section) => ({ heading: section.split('\n')[0] ?? '', legs: legsOf(section) }))
    .filter(({ legs }) => SERVES.test(legs[0]?.commands[0] ?? ''));
}

/** `npx s1sp serve FLAGS &`. */
export const SERVES = /^npx s1sp serve (.*) &$/;

function legsOf(section: string): Leg[] {
  const legs: Leg[] = [];
  let commands: string[] = [];
  for (const [, language, text = ''] of section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    if (language === 'sh') commands.push(...text.trimEnd().split('\n'));
    if (language !== 'text') continue;
    legs.push({ commands, sees: text });
    commands = [];
  }
  if (commands.length > 0) legs.push({ commands, sees: '' });
  return legs;
}

const LEFT_OUT = '…';

/**
 * Where an output is not what is shown of it, in words; undefined where it is. `…` on a line of its
 * own stands for the lines until the one that follows or the end, elsewhere for any characters.
 */
export function difference(shown: string, seen: string): string | undefined {
  const lines = seen.trimEnd().split('\n');
  let isLeftOut = false;
  for (const line of shown.trimEnd().split('\n')) {
    if (line === LEFT_OUT) {
      isLeftOut = true;
      continue;
    }
    const pattern = patternOf(line);
    const skipped = isLeftOut ? lines.findIndex((each) => pattern.test(each)) : 0;
    const found = lines[skipped];
    if (found === undefined || !pattern.test(found)) return `"${found}" instead of "${line}"`;
    lines.splice(0, skipped + 1);
    isLeftOut = false;
  }
  return lines.length === 0 || isLeftOut ? undefined : `"${lines[0]}" comes after the end`;
}

function patternOf(line: string): RegExp {
  const plain = line.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${plain.replaceAll(LEFT_OUT, '.*')}$`);
}
