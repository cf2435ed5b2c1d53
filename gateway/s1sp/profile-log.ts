// Half-hourly import or export of one device over one period [AM 18.22(h), 18.24(f)].

import { firstStampFrom, HALF_HOUR_SECONDS, lastStampUntil } from '../protocol/half-hours.ts';
import { NO_ENTRY, type Profile } from '../protocol/log-entries.ts';
import type { ReadLogPeriod } from '../protocol/service-request.ts';
import type { LogAnswer } from '../protocol/service-response.ts';
import type { CachedLog, Known, LogReply } from './cached-log.ts';
import { DataCache, type Target } from './data-cache.ts';
import { type Interval, intervalsOf, overlap } from './intervals.ts';

/** Stamps of a period that lie not in the future; undefined when there is none. */
export function profileStamps(period: ReadLogPeriod, nowSeconds: number): Interval | undefined {
  const from = Math.max(firstStampFrom(period.startSeconds), 1);
  const to = lastStampUntil(Math.min(period.endSeconds, nowSeconds));
  return from <= to ? { from, to } : undefined;
}

export class ProfileLog implements CachedLog {
  readonly srv: '4.8.1' | '4.8.3';
  readonly wanted: Interval | undefined;
  readonly #cache: DataCache;
  readonly #target: Target;
  readonly #taken: Profile[] = [];
  #known: Profile | undefined;
  #kept: Profile | undefined;

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

  lookUp(wanted: Interval): Known {
    const found = this.#cache.lookUpProfile(this.#target, this.srv, wanted.from, wanted.to);
    this.#known = found?.profile;
    if (found === undefined) return { result: 'miss', stamps: [] };
    const stamps = found.result === 'hit' ? [wanted] : knownStretches(found.profile);
    return { result: found.result, stamps };
  }

  keep(): void {
    if (this.#known === undefined) return;
    const { firstHalfHour, count, columns } = this.#known;
    this.#kept = { firstHalfHour, count, columns: columns.map((column) => column.slice()) };
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
    const profile = 'profile' in reply ? reply.profile : null;
    this.#cache.storeProfile(this.#target, this.srv, stretch.from, stretch.to, profile);
  }

  take(stretch: Interval, reply: LogReply): void {
    const profile = 'profile' in reply ? reply.profile : null;
    const part = profile === null ? undefined : rowsWithin(profile, stretch);
    if (part !== undefined) this.#taken.push(part);
  }

  answer(): LogAnswer {
    const parts = [this.#kept, this.#known, ...this.#taken].filter((part) => part !== undefined);
    return { srv: this.srv, profile: joinProfiles(parts) };
  }
}

function knownStretches(profile: Profile): Interval[] {
  const stamps: number[] = [];
  profile.columns[0]?.forEach((value, row) => {
    if (value !== DataCache.UNKNOWN) stamps.push(profile.firstHalfHour + row);
  });
  return intervalsOf(stamps);
}

/** The part of a profile within a stretch. */
function rowsWithin(profile: Profile, stretch: Interval): Profile | undefined {
  const { firstHalfHour: first, count } = profile;
  const part = overlap(stretch, { from: first, to: first + count - 1 });
  if (part === undefined) return undefined;
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
  const bounds = parts.flatMap((profile) => entryBounds(profile) ?? []);
  if (bounds.length === 0) return null;
  const from = Math.min(...bounds.map((part) => part.from));
  const to = Math.max(...bounds.map((part) => part.to));
  const width = Math.max(...parts.map(({ columns }) => columns.length));
  const columns = Array.from({ length: width }, () => new Uint32Array(to - from + 1));
  for (const column of columns) column.fill(NO_ENTRY);
  for (const part of parts) {
    part.columns.forEach((source, c) => {
      source.forEach((value, row) => {
        const at = part.firstHalfHour + row - from;
        const column = columns[c];
        if (isEntry(value) && column !== undefined) column[at] = value;
      });
    });
  }
  return { firstHalfHour: from, count: to - from + 1, columns };
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
