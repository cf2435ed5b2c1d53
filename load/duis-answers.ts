// A DUIS Response to a log read, as JSON's answer would say it. Read by its leaves, the elements
// that hold text, in the order in which they come: the gateway's XML is held against the schemas
// elsewhere, and a full parse of each answer would make the generator the bottleneck.

import { formatSeconds, HALF_HOUR_SECONDS, parseDateTime } from '../gateway/protocol/half-hours.ts';

type Values = Record<string, number | number[]>;

interface Entry {
  readonly values: Values;
  seconds: number;
}

/** Whether a document is no more than the I99 ahead of an answer. */
export function isAcknowledgement(text: string): boolean {
  return text.includes('ResponseCode>I99<');
}

/** The Response as a plain answer; what its schedules made has no `requestId`. */
export function readDuisAnswer(text: string): Record<string, unknown> {
  const answer: Record<string, unknown> = {};
  const entries: Entry[] = [];
  let inSignature = false;
  forEachElement(text, (name, value) => {
    if (name === 'Signature') inSignature = true;
    else if (name === 'LogEntry') entries.push({ values: {}, seconds: Number.NaN });
    else if (value !== undefined && !inSignature) takeLeaf(answer, entries.at(-1), name, value);
  });
  const srv = answer.serviceReferenceVariant;
  if (answer.responseCode !== 'I0') return answer;
  if (srv === '4.6.1') answer.dailyReadLog = entries.map(dailyRead);
  else answer.profile = profileOf(entries);
  return answer;
}

/** Header elements and the answer's keys for them. */
const HEADERS: Readonly<Record<string, string>> = {
  RequestID: 'requestId',
  ResponseCode: 'responseCode',
  ResponseDateTime: 'responseDateTime',
  ServiceReferenceVariant: 'serviceReferenceVariant',
};

function takeLeaf(
  answer: Record<string, unknown>,
  entry: Entry | undefined,
  name: string,
  value: string,
): void {
  if (entry === undefined) {
    const key = HEADERS[name];
    if (key !== undefined) answer[key] ??= value;
    return;
  }
  if (name === 'Timestamp') {
    entry.seconds = parseDateTime(value);
    return;
  }
  const key = name.charAt(0).toLowerCase() + name.slice(1);
  const known = entry.values[key];
  if (!name.includes('Matrix')) entry.values[key] = Number(value);
  else if (Array.isArray(known)) known.push(Number(value));
  else entry.values[key] = [Number(value)];
}

/** Calls `visit` for each element in order: its name without prefix, its text if it is a leaf. */
function forEachElement(
  text: string,
  visit: (name: string, value: string | undefined) => void,
): void {
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const end = text.indexOf('>', at);
    if (end < 0) return;
    const first = text.charCodeAt(at + 1);
    if (first === SLASH || first === QUESTION || first === EXCLAMATION) continue;
    const next = text.indexOf('<', end);
    const isLeaf = text.charCodeAt(next + 1) === SLASH && text.charCodeAt(end - 1) !== SLASH;
    visit(nameIn(text, at + 1, end), isLeaf ? text.slice(end + 1, next) : undefined);
  }
}

const SLASH = 0x2f;
const QUESTION = 0x3f;
const EXCLAMATION = 0x21;

function nameIn(text: string, start: number, end: number): string {
  const space = text.indexOf(' ', start);
  const nameEnd = space >= 0 && space < end ? space : end;
  const tag = text.slice(start, nameEnd);
  return tag.slice(tag.indexOf(':') + 1);
}

function dailyRead({ seconds, values }: Entry): Record<string, unknown> {
  return { timestamp: formatSeconds(seconds), ...values };
}

/** Columns from the first entry to the last; a half hour without an entry is null. */
function profileOf(entries: readonly Entry[]): Record<string, unknown> | null {
  const [first] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined) return null;
  const count = 1 + (last.seconds - first.seconds) / HALF_HOUR_SECONDS;
  const profile: Record<string, unknown> = {
    firstTimestamp: formatSeconds(first.seconds),
    intervalMinutes: HALF_HOUR_SECONDS / 60,
  };
  if (!(count >= entries.length && count <= ENTRIES_MAX)) return { ...profile, entries: count };
  for (const name of Object.keys(first.values)) {
    const column: unknown[] = new Array(count).fill(null);
    for (const { seconds, values } of entries) {
      column[(seconds - first.seconds) / HALF_HOUR_SECONDS] = values[name] ?? null;
    }
    profile[name] = column;
  }
  return profile;
}

/** The schema's own limit for a log of half hours is 19,056. */
const ENTRIES_MAX = 100_000;
