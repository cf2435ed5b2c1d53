// What the inspector has seen, as records: each a message of a meter, a decision of the S1SP with
// its clause, or a change of memory. The trace keeps the latest of them, bounded over all meters.

import { formatMs, formatSeconds } from '../gateway/protocol/half-hours.ts';
import { READ_SRVS, type ReadSrv } from '../gateway/protocol/service-reference.ts';
import type { Interval } from '../gateway/s1sp/intervals.ts';
import type { Decision, JournalEntry } from '../gateway/s1sp/journal.ts';
import type { MeterCommand, MeterReply } from '../gateway/s1sp/meter-network.ts';
import { CLAUSES, RULES } from '../gateway/s1sp/why.ts';

/** What a break or a watch may wait for. */
export const EVENT_KINDS = [
  'read',
  'restrict',
  'write',
  'store',
  'hit',
  'expire',
  'erase',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** One thing that happened. Plain JSON. */
export interface TraceRecord {
  /** Virtual time, ISO 8601. */
  readonly at: string;
  /** A decision that is no hit has `decision`; a stored, failed or unarmed read `landed`. */
  readonly kind: EventKind | 'decision' | 'landed';
  /** Place in the inventory; undefined: of no one meter. */
  readonly device: number | undefined;
  readonly deviceId?: string;
  readonly srv?: string;
  /** RequestID, or `schedule N`. */
  readonly asker?: string;
  /** How a decision went: hit, partial, miss, … */
  readonly result?: Decision['result'];
  readonly clause?: string;
  readonly rule?: string;
  /** ISO 8601 times, both inclusive: asked for, read from the meter, waited for from others. */
  readonly period?: readonly string[];
  readonly read?: readonly (readonly string[])[];
  readonly joined?: readonly (readonly string[])[];
  readonly outcome?: string;
  readonly entries?: number;
  readonly what?: string;
}

function isReadSrv(srv: string): srv is ReadSrv {
  return READ_SRVS.some((known) => known === srv);
}

/** A stretch of half hours, days (4.6.1) or, of what is never cached, seconds, as two times. */
function times({ from, to }: Interval, srv: string, isSeconds: boolean): readonly string[] {
  const unit = isSeconds ? 1 : srv === '4.6.1' ? 86_400 : 1800;
  return [formatSeconds(from * unit), formatSeconds(to * unit)];
}

/** Decisions that the cache has no part in give their periods in seconds. */
const IN_SECONDS: readonly Decision['result'][] = ['no_schedule', 'uncacheable', 'sliced'];

/** An entry of the S1SP's journal as a record. */
export function recordOf(entry: JournalEntry, deviceId: string): TraceRecord {
  const { device, srv } = entry;
  const common = { at: formatMs(entry.atMs), device, deviceId, srv };
  if ('purged' in entry) return { ...common, kind: 'erase', what: 'the last schedule has gone' };
  if ('landed' in entry) {
    const { asker, outcome, landed } = entry;
    const kind = outcome === 'stored' ? 'store' : 'landed';
    return { ...common, kind, asker, outcome, period: times(landed, srv, false) };
  }
  const { asker, result, period, read, joined } = entry;
  const inSeconds = IN_SECONDS.includes(result) || !isReadSrv(srv);
  return {
    ...common,
    kind: result === 'hit' ? 'hit' : result === 'expired' ? 'expire' : 'decision',
    asker,
    result,
    clause: isReadSrv(srv) ? CLAUSES[srv] : '',
    rule: RULES[result],
    period: times(period, srv, inSeconds),
    read: read.map((stretch) => times(stretch, srv, inSeconds)),
    joined: joined.map((stretch) => times(stretch, srv, inSeconds)),
  };
}

/** A command that a meter has processed: a read, or a change of tenancy. */
export function commandRecord(
  command: MeterCommand,
  reply: MeterReply,
  nowMs: number,
  deviceId: string,
): TraceRecord {
  const { device, srv } = command;
  const outcome = reply.ok ? 'ok' : reply.code;
  const common = { at: formatMs(nowMs), device, deviceId, srv, outcome };
  if (command.srv === '3.2') {
    const what = `half hours up to ${formatSeconds(command.restrictionSeconds)} are restricted`;
    return { ...common, kind: 'restrict', what };
  }
  const { startSeconds, endSeconds } = command;
  return {
    ...common,
    kind: 'read',
    period: [formatSeconds(startSeconds), formatSeconds(endSeconds)],
    ...(reply.ok && { entries: entriesIn(reply) }),
  };
}

function entriesIn(reply: MeterReply & { ok: true }): number {
  if ('profile' in reply) return reply.profile?.count ?? 0;
  if ('dailyReadLog' in reply) return reply.dailyReadLog.length;
  return 'gasDailyReadLog' in reply ? reply.gasDailyReadLog.length : 0;
}

/** A record in one line. */
export function lineOf(record: TraceRecord): string {
  const { at, kind, deviceId, srv, asker, result, clause, rule, outcome, entries, what } = record;
  const { period, read = [], joined = [] } = record;
  const stretches = (word: string, parts: readonly (readonly string[])[]) =>
    parts.length === 0 ? '' : `${word} ${parts.map((part) => part.join('..')).join(', ')}`;
  const words = [
    at,
    kind.padEnd(8),
    deviceId ?? '',
    srv ?? '',
    period === undefined ? '' : period.join('..'),
    result === undefined || result === kind ? '' : result,
    outcome ?? '',
    entries === undefined ? '' : `${entries} entries`,
    what ?? '',
    stretches('reads', read),
    stretches('waits for', joined),
    clause ? `[${clause}]` : '',
    rule ?? '',
    asker === undefined ? '' : `for ${asker}`,
  ];
  return words.filter((word) => word !== '').join('  ');
}

/** The latest records, those of all meters together bounded. */
export class Trace {
  readonly #capacity: number;
  #records: TraceRecord[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(record: TraceRecord): void {
    this.#records.push(record);
    // Twice the capacity is let in before the older half goes, so that most additions move nothing.
    if (this.#records.length >= 2 * this.#capacity) this.#records = this.latest(this.#capacity);
  }

  /** The latest `count` records, oldest first, of one device or of all. */
  latest(count: number, device?: number): TraceRecord[] {
    const kept = this.#records.slice(-this.#capacity);
    const own = device === undefined ? kept : kept.filter((each) => each.device === device);
    return count === 0 ? [] : own.slice(-count);
  }

  /** Everything kept about one RequestID, oldest first. */
  ofAsker(asker: string): TraceRecord[] {
    const wanted = asker.toUpperCase();
    const kept = this.#records.slice(-this.#capacity);
    return kept.filter((record) => record.asker?.toUpperCase() === wanted);
  }
}
