// What the gateway has done so far, in plain counters [contract §4]. Counting an answer costs a few
// array cells and builds no string; `server/metrics.ts` reads them when somebody asks.

import { ERROR_CODES, type ErrorCode } from './errors.ts';
import { RESPONSE_CODES, type ResponseCode } from './response-codes.ts';
import {
  DEVICE_SRVS,
  type DeviceSrv,
  READ_SRVS,
  type ReadSrv,
  SERVICE_REFERENCES,
  type Srv,
  USER_ROLES,
} from './service-reference.ts';
import type { Served } from './service-response.ts';
import { TARGET_RESULTS } from './target-response-times.ts';

export const TALLIED_SRVS = [...keysOf(SERVICE_REFERENCES), 'unknown'] as const;
export type TalliedSrv = Srv | 'unknown';

export const TALLIED_CODES = [...keysOf(RESPONSE_CODES), ...keysOf(ERROR_CODES)] as const;
export type TalliedCode = ResponseCode | ErrorCode;

export const TALLIED_SERVED = ['cache', 'device', 'mixed', 'none'] as const;
export type TalliedServed = Served | 'none';

export const CACHE_RESULTS = ['hit', 'miss', 'partial', 'expired', 'no_schedule'] as const;
export type CacheResult = (typeof CACHE_RESULTS)[number];

export const READ_OUTCOMES = ['ok', 'E20', 'E21'] as const;
export type ReadOutcome = (typeof READ_OUTCOMES)[number];

export const WAN_DIRECTIONS = ['out', 'in'] as const;
export type WanDirection = (typeof WAN_DIRECTIONS)[number];

/** Error codes, refusals at the upgrade, and answers whose connection had gone. */
export const REJECTIONS = [
  ...keysOf(ERROR_CODES),
  'path',
  'host',
  'origin',
  'subprotocol',
  'token',
  'handshake',
  'connections',
  'draining',
  'answer_dropped',
] as const;
export type Rejection = (typeof REJECTIONS)[number];

/** Why a WebSocket closed, as this side saw it. */
export const CLOSE_REASONS = [
  'peer',
  'abnormal',
  'frame_too_large',
  'protocol_error',
  'slow_consumer',
  'heartbeat',
  'draining',
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

/**
 * Upper bounds of the histogram's buckets, seconds: a cached answer takes tens of microseconds, a
 * SMETS1 read may take 16 s [domain §2.4], a meter that does not answer longer.
 */
export const RESPONSE_SECONDS_BUCKETS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  16, 30, 60,
] as const;

function keysOf<K extends string>(table: Readonly<Record<K, unknown>>): K[] {
  const keys: K[] = [];
  for (const key in table) keys.push(key);
  return keys;
}

const ONLY = ['only'] as const;
type Only = (typeof ONLY)[number];

/** A counter for each combination of up to three labels, all of them known from the start. */
export class Counts<A extends string, B extends string = Only, C extends string = Only> {
  readonly #a: readonly A[];
  readonly #b: readonly B[];
  readonly #c: readonly C[];
  readonly #counts: Float64Array;
  /** The labels that were counted last, which are most often those of the next, and their place. */
  #lastA: A | undefined;
  #lastB: B | undefined;
  #lastC: C | undefined;
  #lastPlace = 0;

  constructor(a: readonly A[], b: readonly B[], c: readonly C[]) {
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#counts = new Float64Array(a.length * b.length * c.length);
  }

  add(a: A, b: B, c: C, amount: number): void {
    const place = this.#place(a, b, c);
    this.#counts[place] = (this.#counts[place] ?? 0) + amount;
  }

  get(a: A, b: B, c: C): number {
    return this.#counts[this.#place(a, b, c)] ?? 0;
  }

  /** Calls `visit` for every combination that has counted anything. */
  forEach(visit: (labels: readonly [string, string, string], count: number) => void): void {
    let place = 0;
    for (const a of this.#a) {
      for (const b of this.#b) {
        for (const c of this.#c) {
          const count = this.#counts[place++] ?? 0;
          if (count !== 0) visit([a, b, c], count);
        }
      }
    }
  }

  #place(a: A, b: B, c: C): number {
    if (this.#lastA !== a || this.#lastB !== b || this.#lastC !== c) {
      this.#lastPlace = this.#find(a, b, c);
      this.#lastA = a;
      this.#lastB = b;
      this.#lastC = c;
    }
    return this.#lastPlace;
  }

  /** Lists as short as these are searched faster than a map is asked. */
  #find(a: A, b: B, c: C): number {
    const row = this.#a.indexOf(a) * this.#b.length + this.#b.indexOf(b);
    return row * this.#c.length + this.#c.indexOf(c);
  }
}

/** How long answers took, one histogram for each SRV and origin. */
export class ResponseTimes {
  /** Of each bucket the answers that fall into it and no lower one; the last is for the slower. */
  readonly #buckets = new Float64Array(
    TALLIED_SRVS.length * TALLIED_SERVED.length * (RESPONSE_SECONDS_BUCKETS.length + 1),
  );
  readonly #sums = new Float64Array(TALLIED_SRVS.length * TALLIED_SERVED.length);

  add(srv: TalliedSrv, served: TalliedServed, seconds: number, count = 1): void {
    const row = rowOf(srv, served);
    this.#sums[row] = (this.#sums[row] ?? 0) + seconds * count;
    let bucket = 0;
    while (seconds > (RESPONSE_SECONDS_BUCKETS[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    const place = row * (RESPONSE_SECONDS_BUCKETS.length + 1) + bucket;
    this.#buckets[place] = (this.#buckets[place] ?? 0) + count;
  }

  /** Answers per bucket, each for itself, and the sum of their seconds. */
  read(srv: TalliedSrv, served: TalliedServed): { counts: number[]; sum: number } {
    const row = rowOf(srv, served);
    const width = RESPONSE_SECONDS_BUCKETS.length + 1;
    const counts = Array.from(this.#buckets.subarray(row * width, (row + 1) * width));
    return { counts, sum: this.#sums[row] ?? 0 };
  }
}

const SRV_ROWS = new Map<TalliedSrv, number>(TALLIED_SRVS.map((srv, row) => [srv, row]));

function rowOf(srv: TalliedSrv, served: TalliedServed): number {
  return (SRV_ROWS.get(srv) ?? 0) * TALLIED_SERVED.length + TALLIED_SERVED.indexOf(served);
}

/** SMS that woke communications hubs, and what they cost: millionths of a pound add up exactly. */
export interface WakeUps {
  count: number;
  costMicroGbp: number;
}

/** The gateway's counters. One for a gateway, handed to whoever has something to count. */
export class Tally {
  readonly answers = new Counts(TALLIED_SRVS, TALLIED_CODES, TALLIED_SERVED);
  readonly responseTimes = new ResponseTimes();
  readonly cacheLookups = new Counts(READ_SRVS, CACHE_RESULTS, ONLY);
  readonly deviceReads = new Counts(READ_SRVS, READ_OUTCOMES, ONLY);
  readonly savedReads = new Counts(READ_SRVS, ONLY, ONLY);
  readonly wan = new Counts(WAN_DIRECTIONS, ONLY, ONLY);
  readonly rejections = new Counts(REJECTIONS, ONLY, ONLY);
  readonly closes = new Counts(CLOSE_REASONS, ONLY, ONLY);
  /** Answers by whether they met their Target Response Time; a hit is always in time. */
  readonly targets = new Counts(keysOf(SERVICE_REFERENCES), USER_ROLES, TARGET_RESULTS);
  /** By name of the cohort; there are as many as the fleet has. */
  readonly wakeUps = new Map<string, WakeUps>();
  readonly dcoMessages = new Counts(DEVICE_SRVS, ONLY, ONLY);
  coalescedReads = 0;

  /** One final answer, `seconds` of real time after its request came in. */
  answered(srv: TalliedSrv, code: TalliedCode, served: TalliedServed, seconds: number): void {
    this.answers.add(srv, code, served, 1);
    this.responseTimes.add(srv, served, seconds);
  }

  /** So many answers from the cache, each `seconds` after its request came in. */
  hits(srv: ReadSrv, count: number, seconds: number): void {
    this.answers.add(srv, 'I0', 'cache', count);
    this.responseTimes.add(srv, 'cache', seconds, count);
    this.cacheLookups.add(srv, 'hit', 'only', count);
    this.savedReads.add(srv, 'only', 'only', count);
  }

  cacheLookup(srv: ReadSrv, result: CacheResult): void {
    this.cacheLookups.add(srv, result, 'only', 1);
  }

  /** One read of a meter, ended. */
  deviceRead(srv: ReadSrv, outcome: ReadOutcome): void {
    this.deviceReads.add(srv, outcome, 'only', 1);
  }

  /** An answer that needed no read of its own: a full hit, or a wait for another's [domain §0]. */
  saved(srv: ReadSrv): void {
    this.savedReads.add(srv, 'only', 'only', 1);
  }

  /** A request that waited for a read already under way. */
  coalesced(): void {
    this.coalescedReads++;
  }

  /** Bytes over the WAN, `out` to the meter and `in` from it. */
  wanBytes(direction: WanDirection, size: number): void {
    this.wan.add(direction, 'only', 'only', size);
  }

  /** One SMS that wakes a communications hub of a cohort. */
  wakeUp(cohort: string, costMicroGbp: number): void {
    const { count, costMicroGbp: cost } = this.wakeUps.get(cohort) ?? { count: 0, costMicroGbp: 0 };
    this.wakeUps.set(cohort, { count: count + 1, costMicroGbp: cost + costMicroGbp });
  }

  /** A message that the Dual Control Organisation had to see. */
  dcoMessage(srv: DeviceSrv): void {
    this.dcoMessages.add(srv, 'only', 'only', 1);
  }

  rejected(reason: Rejection): void {
    this.rejections.add(reason, 'only', 'only', 1);
  }

  wsClosed(reason: CloseReason): void {
    this.closes.add(reason, 'only', 'only', 1);
  }
}
