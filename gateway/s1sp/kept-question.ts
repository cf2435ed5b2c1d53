// A question for as long as its meter takes, in fields that are written over by the next one: see
// kept-request.ts.

import type { ReadSrv } from '../protocol/service-reference.ts';
import type { DeviceCohort } from '../access/inventory.ts';
import type { LogQuestion } from './log-question.ts';

export class KeptQuestion {
  #asker: string;
  #srv: ReadSrv;
  #device: number;
  #high: number;
  #low: number;
  #cohort: DeviceCohort;
  #startSeconds: number;
  #endSeconds: number;
  #explain: boolean;

  constructor({ asker, srv, target, period, explain }: LogQuestion) {
    this.#asker = asker;
    this.#srv = srv;
    this.#device = target.device;
    this.#high = target.high;
    this.#low = target.low;
    this.#cohort = target.cohort;
    this.#startSeconds = period.startSeconds;
    this.#endSeconds = period.endSeconds;
    this.#explain = explain;
  }

  /** Instead of the one that was kept before. */
  keep({ asker, srv, target, period, explain }: LogQuestion): void {
    this.#asker = asker;
    this.#srv = srv;
    this.#device = target.device;
    this.#high = target.high;
    this.#low = target.low;
    this.#cohort = target.cohort;
    this.#startSeconds = period.startSeconds;
    this.#endSeconds = period.endSeconds;
    this.#explain = explain;
  }

  get device(): number {
    return this.#device;
  }

  /** The question as it was asked. */
  get question(): LogQuestion {
    return {
      asker: this.#asker,
      target: {
        device: this.#device,
        high: this.#high,
        low: this.#low,
        cohort: this.#cohort,
      },
      srv: this.#srv,
      period: { startSeconds: this.#startSeconds, endSeconds: this.#endSeconds },
      explain: this.#explain,
    };
  }
}
