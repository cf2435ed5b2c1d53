// The records about one request, told as an explanation: what was asked, which rule decided with
// its clause, what was read from the meter for it, and what came of that.

import type { TraceRecord } from './trace.ts';

/** Records of one asker, oldest first, in lines for people. */
export function whyText(asker: string, records: readonly TraceRecord[]): string {
  const [first] = records;
  const about = [first?.srv ?? '', 'of', first?.deviceId ?? '', 'for', asker].join(' ');
  return [about, ...records.flatMap(linesOf)].join('\n');
}

/** What came of a read; not all that the cache is given does it keep. */
const OUTCOMES: Readonly<Record<string, string>> = {
  stored: 'given to the cache:',
  failed: 'the meter did not answer:',
  unarmed: 'not cached, for the last schedule had gone:',
};

function linesOf({ at, kind, srv, ...record }: TraceRecord): string[] {
  const { result, clause, rule, period = [], read = [], joined = [], outcome, what } = record;
  const time = `  ${at}  `;
  const stretch = period.join('..');
  if (result === undefined) {
    const came = OUTCOMES[outcome ?? ''] ?? outcome ?? kind;
    const words = [came, stretch, what ?? ''].filter((word) => word !== '');
    return [time + words.join(' ')];
  }
  const indent = ' '.repeat(time.length);
  const clauseText = clause ? ` [${clause}]` : '';
  const lines = [`${time}${result}${clauseText} asked for ${stretch}`, `${indent}${rule ?? ''}`];
  if (read.length > 0) lines.push(`${indent}from the meter: ${stretches(read)}`);
  if (joined.length > 0) lines.push(`${indent}from another's read: ${stretches(joined)}`);
  return lines;
}

function stretches(parts: readonly (readonly string[])[]): string {
  return parts.map((part) => part.join('..')).join(', ');
}
