// The counters of the gateway, asked for once a second while somebody looks: a page that is hidden
// asks nothing. Rates are made here, from two looks and the real time between them.

import type { liveView } from '../live.ts';
import { get } from './api.ts';
import { after, nowMs } from './real-time.ts';

export type Live = ReturnType<typeof liveView>;

/** One look, and what has happened in a second since the one before it. */
export interface Look {
  readonly atMs: number;
  readonly live: Live;
  /** Null of the first look, and of one after a pause. */
  readonly rates: Rates | null;
  /** It is of another world than the look before: time or counts lie behind those. */
  readonly isNew: boolean;
}

export interface Rates {
  readonly serviceRequests: number;
  readonly fromCache: number;
  readonly deviceReads: number;
  readonly deviceReadsSaved: number;
  /** Share of the cache's look-ups, 0 to 1; null without any. */
  readonly hitShare: number | null;
  /** In the order of the fleet's. */
  readonly cohorts: readonly CohortRates[];
}

export interface CohortRates {
  readonly answered: number;
  /** Share of the answers, 0 to 1; null without any. */
  readonly cacheShare: number | null;
}

const EVERY_MS = 1000;
/** Two minutes of looks. */
export const LOOKS_KEPT = 121;
/** Two looks further apart than this have nobody looking between them. */
const PAUSE_MS = 5 * EVERY_MS;

export class LiveFeed {
  #looks: Look[] = [];
  readonly #told: (look: Look | undefined) => void;
  #cancel: (() => void) | undefined;
  #isAsking = false;

  /** `told` of each look; undefined: the gateway does not answer. */
  constructor(told: (look: Look | undefined) => void) {
    this.#told = told;
    document.addEventListener('visibilitychange', () => void this.look());
  }

  /** The latest looks, oldest first. */
  get looks(): readonly Look[] {
    return this.#looks;
  }

  /** Looks now, and from then on once a second. */
  async look(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    if (document.hidden || this.#isAsking) return;
    this.#isAsking = true;
    const answer = await get<Live>('live');
    this.#isAsking = false;
    this.#cancel = after(EVERY_MS, () => void this.look());
    this.#told(answer.ok ? this.#keep(answer.value) : undefined);
  }

  #keep(live: Live): Look {
    const atMs = nowMs();
    const before = this.#looks.at(-1);
    const isNew = before !== undefined && isBehind(live, before.live);
    if (isNew) this.#looks = [];
    const rates = before === undefined || isNew ? null : ratesBetween(before, atMs, live);
    const look = { atMs, live, rates, isNew };
    this.#looks = [...this.#looks, look].slice(-LOOKS_KEPT);
    return look;
  }
}

/** A gateway that was started anew counts from zero, and a snapshot may be of earlier. */
function isBehind(live: Live, before: Live): boolean {
  return live.serviceRequests < before.serviceRequests || live.now < before.now;
}

function ratesBetween(before: Look, atMs: number, live: Live): Rates | null {
  const seconds = (atMs - before.atMs) / 1000;
  if (seconds <= 0 || seconds * 1000 > PAUSE_MS) return null;
  const since = (count: (live: Live) => number) => count(live) - count(before.live);
  const rate = (count: (live: Live) => number) => since(count) / seconds;
  const lookups = since(({ cacheLookups }) => cacheLookups);
  return {
    serviceRequests: rate(({ serviceRequests }) => serviceRequests),
    fromCache: rate(({ fromCache }) => fromCache),
    deviceReads: rate(({ deviceReads }) => deviceReads),
    deviceReadsSaved: rate(({ deviceReadsSaved }) => deviceReadsSaved),
    hitShare: lookups === 0 ? null : since(({ cacheHits }) => cacheHits) / lookups,
    cohorts: live.cohorts.map(({ answered, fromCache }, place) => {
      const then = before.live.cohorts[place];
      const answers = answered - (then?.answered ?? 0);
      const hits = fromCache - (then?.fromCache ?? 0);
      return { answered: answers / seconds, cacheShare: answers === 0 ? null : hits / answers };
    }),
  };
}
