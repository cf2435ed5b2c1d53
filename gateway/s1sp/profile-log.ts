// Half-hourly import or export of one device over one period [AM 18.22(h), 18.24(f)].

import { firstStampFrom, HALF_HOUR_SECONDS, lastStampUntil } from '../protocol/half-hours.ts';
import { copied, NO_ENTRY, type Profile, trimmed } from '../protocol/log-entries.ts';
import type { ReadLogPeriod } from '../protocol/service-request.ts';
import type { LogAnswer } from '../protocol/service-response.ts';
import type { HalfHoursFound, LookUpResult } from './cache-bank.ts';
import type { CachedLog, LogMemory, LogReply } from './cached-log.ts';
import { DataCache, type Target } from './data-cache.ts';
import { type Interval, intervalsOf, overlap } from './intervals.ts';

const NOTHING: readonly Profile[] = [];

/** Stamps of a period that lie not in the future; undefined when there is none. */
function profileStamps(period: ReadLogPeriod, nowSeconds: number): Interval | undefined {
  const from = Math.max(firstStampFrom(period.startSeconds), 1);
  const to = lastStampUntil(Math.min(period.endSeconds, nowSeconds));
  return from <= to ? { from, to } : undefined;
}

export class ProfileLog implements CachedLog {
  readonly srv: '4.8.1' | '4.8.3';
  readonly wanted: Interval | undefined;
  readonly #cache: DataCache;
  readonly #target: Target;
  /** What the latest look-up found, if anything; its columns lie in the cache's own memory. */
  #found: HalfHoursFound | undefined;
  #kept: Profile | undefined;
  #taken: readonly Profile[] = NOTHING;

  constructor(
    cache: DataCache,
    target: Target,
    srv: '4.8.1' | '4.8.3',
    period: ReadLogPeriod,
    nowSeconds: number,
  ) {
    this.#cache = cache;
    this.#target = target;
    this.srv = srv;
    this.wanted = profileStamps(period, nowSeconds);
  }

  lookUp(wanted: Interval): LookUpResult {
    const found = this.#cache.lookUpProfile(this.#target, this.srv, wanted.from, wanted.to);
    const result = found?.result ?? 'miss';
    this.#found = result === 'hit' || result === 'partial' ? found : undefined;
    return result;
  }

  known(wanted: Interval): readonly Interval[] {
    if (this.#found === undefined) return [];
    return this.#found.result === 'hit' ? [wanted] : knownStretches(this.#found.profile);
  }

  keep(): void {
    if (this.#found !== undefined) this.#kept = copied(this.#found.profile);
  }

  forget(): void {
    this.#kept = undefined;
  }

  throughSeconds(): number {
    return 0;
  }

  periodOf(stretch: Interval): ReadLogPeriod {
    return {
      startSeconds: stretch.from * HALF_HOUR_SECONDS,
      endSeconds: stretch.to * HALF_HOUR_SECONDS,
    };
  }

  store(stretch: Interval, reply: LogReply): void {
    this.#cache.storeProfile(this.#target, this.srv, stretch.from, stretch.to, profileOf(reply));
  }

  take(stretch: Interval, reply: LogReply): void {
    const part = rowsWithin(profileOf(reply), stretch);
    if (part !== null) this.#taken = [...this.#taken, part];
  }

  answerFound(): LogAnswer {
    const { profile = null } = this.#found ?? {};
    return { srv: this.srv, profile: profile?.count === 0 ? null : profile };
  }

  /** A meter gives its entries from the first to the last, so that this takes no copy. */
  answerFrom(stretch: Interval, reply: LogReply): LogAnswer {
    const profile = rowsWithin(profileOf(reply), stretch);
    return { srv: this.srv, profile: profile && trimmed(profile) };
  }

  get memory(): LogMemory {
    const { srv } = this;
    const kept = this.#kept && { srv, profile: this.#kept };
    return { kept, taken: this.#taken.map((profile) => ({ srv, profile })) };
  }

  remember({ kept, taken }: LogMemory): void {
    this.#kept = (kept && entriesOf(kept)) ?? undefined;
    this.#taken = taken.flatMap((log) => entriesOf(log) ?? []);
  }

  answer(): LogAnswer {
    const parts = [this.#kept, this.#found?.profile, ...this.#taken];
    return { srv: this.srv, profile: joinProfiles(parts.filter((part) => part !== undefined)) };
  }
}

function entriesOf(log: LogAnswer): Profile | null {
  return log.srv === '4.6.1' ? null : log.profile;
}

function profileOf(reply: LogReply): Profile | null {
  return 'profile' in reply ? reply.profile : null;
}

function knownStretches(profile: Profile): Interval[] {
  const stamps: number[] = [];
  profile.columns[0]?.forEach((value, row) => {
    if (value !== DataCache.UNKNOWN) stamps.push(profile.firstHalfHour + row);
  });
  return intervalsOf(stamps);
}

/** The part of a profile within a stretch; null when nothing of it is. */
function rowsWithin(profile: Profile | null, stretch: Interval): Profile | null {
  if (profile === null) return null;
  const { firstHalfHour: first, count } = profile;
  if (first >= stretch.from && first + count - 1 <= stretch.to) return profile;
  const part = overlap(stretch, { from: first, to: first + count - 1 });
  if (part === undefined) return null;
  const { from, to } = part;
  return {
    firstHalfHour: from,
    count: to - from + 1,
    columns: profile.columns.map((column) => column.subarray(from - first, to - first + 1)),
  };
}

/**
 * One profile from the first entry to the last of several; later parts win. Null without entries.
 */
export function joinProfiles(parts: readonly Profile[]): Profile | null {
  let from = Number.POSITIVE_INFINITY;
  let to = 0;
  let width = 0;
  for (const part of parts) {
    const entries = entryBounds(part);
    width = Math.max(width, part.columns.length);
    if (entries === undefined) continue;
    from = Math.min(from, entries.from);
    to = Math.max(to, entries.to);
  }
  if (from > to) return null;
  const columns = Array.from({ length: width }, () => new Uint32Array(to - from + 1));
  for (const column of columns) column.fill(NO_ENTRY);
  for (const { firstHalfHour, columns: sources } of parts) {
    for (let c = 0; c < sources.length; c++) {
      overlay(columns[c] as Uint32Array, sources[c] as Uint32Array, firstHalfHour - from);
    }
  }
  return { firstHalfHour: from, count: to - from + 1, columns };
}

/** Puts the entries of a column into one that has room for them all; row 0 belongs at `offset`. */
function overlay(column: Uint32Array, source: Uint32Array, offset: number): void {
  for (let row = 0; row < source.length; row++) {
    const value = source[row] as number;
    if (isEntry(value)) column[offset + row] = value;
  }
}

function isEntry(value: number): boolean {
  return value < DataCache.UNKNOWN;
}

/** First and last stamp at which a profile has an entry. */
function entryBounds({ firstHalfHour, columns }: Profile): Interval | undefined {
  const first = columns[0]?.findIndex(isEntry) ?? -1;
  const last = columns[0]?.findLastIndex(isEntry) ?? -1;
  return first < 0 ? undefined : { from: firstHalfHour + first, to: firstHalfHour + last };
}
