// The day of market-wide half-hourly settlement, in miniature: each meter is asked for yesterday's
// half hours by its supplier, its distributor and so many meter data retrievers, spread over one
// morning. On a manual clock the night before is lived through as well, when schedules fill the
// cache. What the same day would have cost without a cache is counted by rule: every SR that was a
// hit, or waited for another's read, would have been a read of its own [domain §0, R15].

import type { Choice, Chooses } from './choice.ts';
import { gained, type MetricSums } from './gateway-counts.ts';
import type { LoadTime } from './real-time.ts';
import type { LoadResult, ScenarioRow } from './result.ts';

export const SCENARIO_NAMES = ['mhhs-day'] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** The gateway as a scenario sees it. */
export interface Stage {
  /** Virtual time, ms. */
  nowMs(): Promise<number>;
  /** Moves a manual clock; false where the clock moves by itself. */
  advanceTo(ms: number): Promise<boolean>;
  metrics(): Promise<MetricSums | undefined>;
}

const HALF_HOUR_MS = 1_800_000;
const DAY_MS = 86_400_000;
/** Schedules without a time of their own have run by then [domain §0, R22]. */
const MORNING_MS = 6.5 * 3_600_000;
/** Real time between two looks at the gateway. */
const LOOK_MS = 100;
/** After its morning a manual clock goes on at this pace until the last answer is there. */
const AFTERWARDS_STEP_MS = 1000;

const READS = 's1sp_device_reads_total';
const SAVED = 's1sp_device_reads_saved_total';
const WAKE_UPS = 's1sp_wan_wake_ups_total';
const COST = 's1sp_wan_wake_up_cost_pounds_total';
const BYTES = 's1sp_wan_bytes_total';

/** Begins at the next 06:30Z after `nowMs`. */
export function morningAfter(nowMs: number): number {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS + MORNING_MS;
  return today > nowMs ? today : today + DAY_MS;
}

export class SettlementDay {
  readonly #stage: Stage;
  readonly #time: LoadTime;
  readonly #curve = new Map<number, { withCache: number; withoutCache: number }>();
  #isManual = false;
  /** Reads of the night, all of them by schedules; undefined without one. */
  #nightReads: number | undefined;
  #first: MetricSums | undefined;
  #last: MetricSums | undefined;

  constructor(stage: Stage, time: LoadTime) {
    this.#stage = stage;
    this.#time = time;
  }

  /** Lives through the night on a manual clock, tells so; gives the virtual time then. */
  async night(tell: () => void = () => {}): Promise<number> {
    const nowMs = await this.#stage.nowMs();
    this.#first = this.#last = await this.#stage.metrics();
    this.#isManual = await this.#stage.advanceTo(nowMs);
    if (!this.#isManual) return nowMs;
    tell();
    const morningMs = morningAfter(nowMs);
    for (let atMs = nowMs; atMs < morningMs; ) {
      atMs = Math.min((Math.floor(atMs / HALF_HOUR_MS) + 1) * HALF_HOUR_MS, morningMs);
      await this.#stage.advanceTo(atMs);
      await this.#look(atMs);
    }
    if (this.#first !== undefined && this.#last !== undefined) {
      this.#nightReads = gained(this.#first, this.#last, READS);
    }
    return morningMs;
  }

  /**
   * The morning: moves a manual clock through `windowMs` of virtual time in `durationMs` of real
   * time, and looks at the gateway meanwhile, until `isOver`.
   */
  async morning(
    startMs: number,
    windowMs: number,
    durationMs: number,
    isOver: () => boolean,
  ): Promise<void> {
    const beganMs = this.#time.nowMs();
    let atMs = startMs;
    while (!isOver()) {
      await new Promise<void>((resolve) => {
        this.#time.after(LOOK_MS, resolve);
      });
      const share = Math.min(1, (this.#time.nowMs() - beganMs) / durationMs);
      if (!this.#isManual) atMs = await this.#stage.nowMs();
      else if (share < 1) atMs = Math.round(startMs + share * windowMs);
      else atMs += AFTERWARDS_STEP_MS;
      if (this.#isManual) await this.#stage.advanceTo(atMs);
      await this.#look(atMs);
    }
    await this.#look(atMs);
  }

  async #look(atMs: number): Promise<void> {
    const metrics = await this.#stage.metrics();
    if (metrics === undefined) return;
    if (this.#last !== undefined) {
      const reads = gained(this.#last, metrics, READS);
      const saved = gained(this.#last, metrics, SAVED);
      const end = Math.ceil(atMs / HALF_HOUR_MS) * HALF_HOUR_MS;
      const point = this.#curve.get(end) ?? { withCache: 0, withoutCache: 0 };
      point.withCache += reads;
      point.withoutCache += reads + saved;
      this.#curve.set(end, point);
    }
    this.#last = metrics;
  }

  /** Undefined where the gateway's metrics could not be read. */
  result(asked: number): LoadResult['scenario'] {
    if (this.#first === undefined || this.#last === undefined) return undefined;
    const [first, last] = [this.#first, this.#last];
    const curve = [...this.#curve]
      .sort(([a], [b]) => a - b)
      .map(([endMs, point]) => ({ at: new Date(endMs).toISOString(), ...point }));
    return {
      name: 'mhhs-day',
      rows: settlementRows(asked, this.#nightReads, (name) => gained(first, last, name)),
      curve,
    };
  }
}

/**
 * `of` gives what a counter has gained. A read without the cache costs what those with it did;
 * where the cache has answered everything nothing tells what that is, and those rows are left out.
 */
export function settlementRows(
  asked: number,
  nightReads: number | undefined,
  of: (name: string) => number,
): ScenarioRow[] {
  const reads = of(READS);
  const saved = of(SAVED);
  const without = reads + saved;
  const factor = reads === 0 ? 1 : without / reads;
  const isPriced = reads > 0 || saved === 0;
  const row = (name: string, unit: string, withCache: number): ScenarioRow => ({
    name,
    unit,
    withCache,
    withoutCache: withCache * factor,
  });
  return [
    { name: 'SRs asked', unit: 'SRs', withCache: asked, withoutCache: asked },
    { name: 'WAN reads', unit: 'reads', withCache: reads, withoutCache: without },
    ...(nightReads === undefined ? [] : [nightRow(nightReads)]),
    ...(isPriced
      ? [
          row('WAN traffic', 'bytes', of(BYTES)),
          row('SMS wake-ups', 'SMS', of(WAKE_UPS)),
          row('SMS cost', '£', of(COST)),
        ]
      : []),
  ];
}

/** Schedules run with and without a cache: they are what fills it. */
function nightRow(reads: number): ScenarioRow {
  const name = 'of them by schedules, at night';
  return { name, unit: 'reads', withCache: reads, withoutCache: reads };
}

/** Every kind of request to every device, once each, in an order without pattern. */
export class EveryPair implements Chooses {
  readonly choice: Choice = { kind: 0, device: 0 };
  readonly #devices: number;
  readonly #next: () => number;

  /** `next` gives the numbers from 0 to devices × kinds − 1, each once. */
  constructor(devices: number, next: () => number) {
    this.#devices = devices;
    this.#next = next;
  }

  drawGroup(): number {
    return 0;
  }

  draw(): Choice {
    const pair = this.#next();
    this.choice.kind = Math.floor(pair / this.#devices);
    this.choice.device = pair % this.#devices;
    return this.choice;
  }
}
