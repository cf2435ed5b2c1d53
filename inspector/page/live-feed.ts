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
}

export interface Rates {
  readonly serviceRequests: number;
  readonly fromCache: number;
  readonly deviceReads: number;
  readonly deviceReadsSaved: number;
  /** Share of the cache's look-ups, 0 to 1; null without any. */
  readonly hitShare: number | null;
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
    // A gateway that was started anew counts from zero.
    const isNew = before !== undefined && before.live.serviceRequests > live.serviceRequests;
    if (isNew) this.#looks = [];
    const rates = before === undefined || isNew ? null : ratesBetween(before, atMs, live);
    const look = { atMs, live, rates };
    this.#looks = [...this.#looks, look].slice(-LOOKS_KEPT);
    return look;
  }
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
  };
}
