// A load result as a run of half a minute might leave it: hits in a fraction of a millisecond,
// misses over the WAN, a stall of the gateway at its middle. All of it follows from the seed.

import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { logNormal, openStream } from '../../emulator/random.ts';
import { type Latency, type LoadResult, RESULT_FORMAT, type Second } from '../../load/result.ts';

const WARMUP_SECONDS = 2;
const MEASURED_SECONDS = 30;
const RATE = 500;
/** In this second of the run the gateway stands still for most of it. */
const STALL_AT_SECONDS = 17;
const HIT_CHANCE = 0.93;

/** The summary and histogram of latencies in ms. */
export function latencyOf(valuesMs: readonly number[]): Latency {
  const histogram = build({ numberOfSignificantValueDigits: 3 });
  for (const ms of valuesMs) histogram.recordValue(Math.max(1, Math.round(ms * 1000)));
  const at = (percentile: number): number =>
    valuesMs.length === 0 ? 0 : histogram.getValueAtPercentile(percentile) / 1000;
  return {
    count: valuesMs.length,
    minMs: at(0),
    meanMs: valuesMs.length === 0 ? 0 : histogram.mean / 1000,
    p50Ms: at(50),
    p90Ms: at(90),
    p99Ms: at(99),
    p999Ms: at(99.9),
    maxMs: at(100),
    hdr: encodeIntoCompressedBase64(histogram),
  };
}

/** A result with `changes` put over it. */
export function sampleResult(changes: Partial<LoadResult> = {}, seed = 1): LoadResult {
  const next = openStream(seed);
  const fromPlanned: number[] = [];
  const fromSent: number[] = [];
  const lateness: number[] = [];
  const bySrv = new Map<string, { hits: number; ms: number[] }>();
  const seconds: Second[] = [];
  let hitsInAll = 0;
  for (let atSeconds = 0; atSeconds < WARMUP_SECONDS + MEASURED_SECONDS; atSeconds++) {
    const warmup = atSeconds < WARMUP_SECONDS;
    const own: number[] = [];
    let hits = 0;
    for (let sr = 0; sr < RATE; sr++) {
      const hit = next() < (warmup ? HIT_CHANCE * (atSeconds / WARMUP_SECONDS) : HIT_CHANCE);
      const stallMs = atSeconds === STALL_AT_SECONDS ? Math.max(0, 620 - sr * 2) : 0;
      const sentMs = logNormal(hit ? 0.38 : 1150, hit ? 0.35 : 0.5, next(), next()) + stallMs / 4;
      const lateMs = logNormal(0.06, 0.6, next(), next());
      const srv = ['4.8.1', '4.8.1', '4.8.1', '4.6.1', '4.8.3'][Math.floor(next() * 5)] ?? '4.8.1';
      own.push(sentMs + lateMs + stallMs);
      hits += hit ? 1 : 0;
      if (warmup) continue;
      fromPlanned.push(sentMs + lateMs + stallMs);
      fromSent.push(sentMs);
      lateness.push(lateMs);
      const of = bySrv.get(srv) ?? { hits: 0, ms: [] };
      of.ms.push(sentMs + lateMs);
      of.hits += hit ? 1 : 0;
      bySrv.set(srv, of);
    }
    if (!warmup) hitsInAll += hits;
    seconds.push(secondOf(atSeconds, warmup, own, hits));
  }
  return {
    ...counts(hitsInAll),
    ...measured(fromPlanned, fromSent, lateness, bySrv, seconds),
    ...changes,
  };
}

function secondOf(atSeconds: number, warmup: boolean, ms: readonly number[], hits: number): Second {
  const { p50Ms, p90Ms, p99Ms, maxMs } = latencyOf(ms);
  const stalled = atSeconds === STALL_AT_SECONDS;
  return {
    atSeconds,
    warmup,
    planned: RATE,
    sent: RATE,
    answered: stalled ? RATE - 3 : RATE,
    hits,
    errors: stalled ? 9 : 0,
    ...{ p50Ms, p90Ms, p99Ms, maxMs },
  };
}

function measured(
  fromPlanned: readonly number[],
  fromSent: readonly number[],
  lateness: readonly number[],
  bySrv: ReadonlyMap<string, { readonly hits: number; readonly ms: readonly number[] }>,
  seconds: readonly Second[],
) {
  return {
    latency: { fromPlanned: latencyOf(fromPlanned), fromSent: latencyOf(fromSent) },
    bySrv: Object.fromEntries(
      [...bySrv]
        .sort(([one], [other]) => one.localeCompare(other))
        .map(([srv, { hits, ms }]) => [srv, { answered: ms.length, hits, latency: latencyOf(ms) }]),
    ),
    seconds,
    generator: { lateness: latencyOf(lateness), busyShare: 0.34, isBottleneck: false },
  };
}

type Counted = Omit<LoadResult, 'latency' | 'bySrv' | 'seconds' | 'generator'>;

function counts(hits: number): Counted {
  const planned = MEASURED_SECONDS * RATE;
  const failed = 9;
  return {
    format: RESULT_FORMAT,
    version: '0.1.0',
    startedAt: '2026-11-23T09:00:00.000Z',
    machine: { node: 'v20.20.2', cpu: 'Example CPU @ 3.00GHz', cores: 2 },
    gateway: {
      url: 'ws://127.0.0.1:7681/sr',
      meters: 10_000,
      seed: 1,
      now: '2026-11-23T09:00:00.000Z',
    },
    settings: { rate: '500', duration: '30s', warmup: '2s', connections: 16, check: 'all' },
    measuredSeconds: MEASURED_SECONDS,
    interrupted: false,
    planned,
    sent: planned,
    answered: planned - 3,
    checked: planned - failed,
    plannedRate: RATE,
    sentRate: RATE,
    answeredRate: (planned - 3) / MEASURED_SECONDS,
    outcomes: {
      right: planned - failed,
      wrong: 0,
      stale: 0,
      refused: { E20: 4, BUSY: 2 },
      timedOut: 3,
      lost: 0,
      notSent: 0,
    },
    strays: { late: 0, repeated: 0, unknown: 0, unaddressed: {}, unreadable: 0 },
    served: { cache: hits, device: planned - failed - hits - 20, mixed: 20 },
    gatewayCounts: {
      deviceReads: planned - hits - 60,
      deviceReadsSaved: hits + 60,
      coalesced: 60,
      wanBytes: 482_113,
    },
    thresholds: [
      { text: 'rate>=490', measured: (planned - 3) / MEASURED_SECONDS, met: true },
      { text: 'wrong==0', measured: 0, met: true },
    ],
    targets: [
      { srv: '4.6.1', role: 'IS', targetSeconds: 30, met: 2987, missed: 0 },
      { srv: '4.8.1', role: 'MDR', targetSeconds: 30, met: 8990, missed: 4 },
    ],
  };
}

/** A day of settlement, as `--scenario` adds it. */
export function sampleScenario(): NonNullable<LoadResult['scenario']> {
  return {
    name: 'mhhs-day',
    rows: [
      { name: 'WAN reads', unit: '', withCache: 10_214, withoutCache: 30_112 },
      { name: 'SMS wake-ups', unit: '', withCache: 1021, withoutCache: 3011 },
      { name: 'cost of wake-ups', unit: '£', withCache: 40.84, withoutCache: 120.44 },
    ],
    curve: Array.from({ length: 48 }, (_, halfHour) => {
      const morning = Math.exp(-(((halfHour - 14) / 5) ** 2));
      return {
        at: `2026-11-23T${String(Math.floor(halfHour / 2)).padStart(2, '0')}:${
          halfHour % 2 === 0 ? '00' : '30'
        }:00Z`,
        withCache: Math.round(60 + 800 * morning),
        withoutCache: Math.round(90 + 2600 * morning),
      };
    }),
  };
}
