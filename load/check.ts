// Is an answer right? [contract §8] Recomputed from the seed: RequestID, stamps and values of the
// very meter that was asked. And is it stale: from the cache where the rules forbid it, or of
// entries that were cached 25 hours ago [domain §0, R8].

import { eui64HalfAt } from '../gateway/protocol/eui64.ts';
import { formatMs, parseDateTime } from '../gateway/protocol/half-hours.ts';
import type { ReadSrv } from '../gateway/protocol/service-reference.ts';
import type { LogAnswer } from '../gateway/protocol/service-response.ts';
import { type Answer, isRecord } from './answers.ts';
import { dailyFault, profileFault } from './expected.ts';
import type { Truth } from './truth.ts';

/** What was asked, and what is known of when. */
export interface AskedRead {
  readonly partyId: string;
  readonly high: number;
  readonly low: number;
  readonly srv: ReadSrv;
  /** No later than the gateway's virtual time when it was asked, ms. */
  readonly virtualMs: number;
}

export type Verdict =
  | { readonly kind: 'right' | 'unchecked' }
  /** `fault` says in words what is the matter. */
  | { readonly kind: 'wrong' | 'stale'; readonly fault: string };

const RIGHT: Verdict = { kind: 'right' };
const UNCHECKED: Verdict = { kind: 'unchecked' };

function wrong(fault: string): Verdict {
  return { kind: 'wrong', fault };
}

/** An entry may be served from the cache while it is younger than this. */
export const CACHED_SECONDS_MAX = 25 * 3600;

export interface CheckOptions {
  readonly truth: Truth;
  /** The period asked for, UTC seconds, both ends inclusive. */
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export class Check {
  readonly #truth: Truth;
  readonly #startSeconds: number;
  readonly #endSeconds: number;
  #secondText = '';
  #secondMs = Number.NaN;

  constructor({ truth, startSeconds, endSeconds }: CheckOptions) {
    this.#truth = truth;
    this.#startSeconds = startSeconds;
    this.#endSeconds = endSeconds;
  }

  /** Judges an answer with the code I0 to what was asked. */
  judge(answer: Answer, asked: AskedRead): Verdict {
    if (!isEchoOf(answer.requestId, asked)) {
      return wrong(`the RequestID ${answer.requestId} is not the one that was sent`);
    }
    if (answer.serviceReferenceVariant !== asked.srv) {
      return wrong(`an answer to ${answer.serviceReferenceVariant} instead of ${asked.srv}`);
    }
    const answeredMs = this.responseMs(answer);
    if (Number.isNaN(answeredMs)) return wrong(`responseDateTime ${answer.responseDateTime}`);
    if (answeredMs < asked.virtualMs) {
      const before = formatMs(asked.virtualMs);
      return wrong(`responseDateTime ${answer.responseDateTime}, and it was asked after ${before}`);
    }
    const stale = staleness(answer, asked.srv, answeredMs);
    if (stale !== undefined) return { kind: 'stale', fault: stale };
    const device = this.#truth.deviceOf(asked.high, asked.low);
    if (device < 0) return wrong('the fleet has no such device');
    return this.#judgeLog(answer, device, asked.srv, asked.virtualMs, answeredMs);
  }

  /** `responseDateTime` in ms; thousands of answers share theirs. NaN where there is none. */
  responseMs({ responseDateTime: text }: Answer): number {
    if (typeof text !== 'string') return Number.NaN;
    if (text !== this.#secondText) {
      this.#secondText = text;
      this.#secondMs = Math.round(parseDateTime(text) * 1000);
    }
    return this.#secondMs;
  }

  /** Whether at that time, ms, no more could come to what is asked for. */
  isSettledAt(nowMs: number): boolean {
    return this.#endSeconds * 1000 <= nowMs;
  }

  #judgeLog(
    answer: Answer,
    device: number,
    srv: ReadSrv,
    askedMs: number,
    answeredMs: number,
  ): Verdict {
    const gas = this.#truth.deviceTypeOf(device) !== 'ESME';
    const expected = this.#expected(device, srv, Math.floor(answeredMs / 1000));
    if (expected === undefined) return UNCHECKED;
    const fault = faultIn(answer, expected, gas);
    if (fault === undefined) return RIGHT;
    // The log may have grown, or lost its oldest entries, between the question and the answer.
    const then = this.#expected(device, srv, Math.floor(askedMs / 1000));
    const wasSo = then !== undefined && faultIn(answer, then, gas) === undefined;
    return wasSo ? RIGHT : wrong(fault);
  }

  #expected(device: number, srv: ReadSrv, nowSeconds: number): LogAnswer | undefined {
    return this.#truth.read(device, srv, this.#startSeconds, this.#endSeconds, nowSeconds);
  }
}

function faultIn(answer: Answer, expected: LogAnswer, gas: boolean): string | undefined {
  return expected.srv === '4.6.1'
    ? dailyFault(answer.dailyReadLog, expected)
    : profileFault(answer.profile, expected.profile, expected.srv, gas);
}

const TARGET_AT = 24;

/** The counter has been compared already: by it the request was found. */
function isEchoOf(requestId: unknown, { partyId, high, low }: AskedRead): boolean {
  return (
    typeof requestId === 'string' &&
    requestId.startsWith(partyId) &&
    eui64HalfAt(requestId, TARGET_AT) === high &&
    eui64HalfAt(requestId, TARGET_AT + 12) === low
  );
}

/** What forbids that an answer came from the cache; undefined where nothing does. */
export function staleness(
  { served, why }: Answer,
  srv: ReadSrv,
  answeredMs: number,
): string | undefined {
  if (served !== 'cache' && served !== 'mixed') return undefined;
  if (srv === '4.8.2') return '4.8.2 was served from the cache, which may not hold it';
  const cachedAt = isRecord(why) ? why.cachedAt : undefined;
  if (typeof cachedAt !== 'string') return undefined;
  const ageSeconds = answeredMs / 1000 - parseDateTime(cachedAt);
  return ageSeconds < CACHED_SECONDS_MAX
    ? undefined
    : `served from the cache after ${Math.round(ageSeconds)} s`;
}
