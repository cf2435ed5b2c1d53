// A question for as long as its meter takes, in fields that are written over by the next one: see
// kept-request.ts.

import type { DeviceCohort } from '../access/inventory.ts';
import type { ReadSrv } from '../protocol/service-reference.ts';
import type { LogQuestion } from './log-question.ts';

export class KeptQuestion {
  #asker = '';
  #srv: ReadSrv = '4.8.1';
  #device = 0;
  #high = 0;
  #low = 0;
  #cohort: DeviceCohort | undefined = undefined;
  #startSeconds = 0;
  #endSeconds = 0;
  #explain = false;

  /** Instead of the one that was kept before. */
  keep({ asker, srv, target, period, explain }: LogQuestion): void {
    this.#asker = asker;
    this.#srv = srv;
    this.#device = target.device;
    // Signed: larger numbers would lie elsewhere in memory, not in this object.
    this.#high = target.high | 0;
    this.#low = target.low | 0;
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
    const cohort = this.#cohort;
    if (cohort === undefined) throw new Error('no question is kept');
    return {
      asker: this.#asker,
      target: {
        device: this.#device,
        high: this.#high >>> 0,
        low: this.#low >>> 0,
        cohort,
      },
      srv: this.#srv,
      period: { startSeconds: this.#startSeconds, endSeconds: this.#endSeconds },
      explain: this.#explain,
    };
  }
}
