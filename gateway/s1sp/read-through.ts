// Reads that the cache has no part in [AM 18.23, decisions R1 to R3]: the whole period, from the
// meter; of a GSME that gives no more than a day at a time, in slices.

import type { ReadSrv } from '../protocol/service-reference.ts';
import type { LogAnswer } from '../protocol/service-response.ts';
import type { LogReply } from './cached-log.ts';
import { exceedsMeter, gasLog, readSlices, type SlicedRead, slicedRead } from './gas-reads.ts';
import type { Inquiries } from './inquiries.ts';
import type { Interval } from './intervals.ts';
import type { Decided, LogQuestion, ReadResult } from './log-question.ts';
import type { Carried, MeterRead, MeterReply } from './meter-network.ts';
import type { S1spParts } from './retrieval.ts';

/** What the S1SP does with every read, whatever became of it. */
export interface ReadRules {
  /** A result without what a change of tenancy has taken away. */
  readonly allowed: (question: LogQuestion, result: ReadResult) => ReadResult;
  /** Writes a decision down. */
  readonly note: (question: LogQuestion, whole: Interval, decided: Decided) => void;
}

export class ReadThrough {
  readonly #parts: S1spParts;
  readonly #inquiries: Inquiries;
  readonly #rules: ReadRules;

  constructor(parts: S1spParts, inquiries: Inquiries, rules: ReadRules) {
    this.#parts = parts;
    this.#inquiries = inquiries;
    this.#rules = rules;
  }

  read(question: LogQuestion, decided: Decided): ReadResult | Promise<ReadResult> {
    if (exceedsMeter(question)) return this.goOn(slicedRead(this.#parts, question));
    const { srv, target, period } = question;
    this.#rules.note(question, { from: period.startSeconds, to: period.endSeconds }, decided);
    const command = { device: target.device, srv, ...period };
    const reply = this.#parts.network.read(command);
    return reply instanceof Promise
      ? this.wait(question, decided, { command, reply })
      : this.#answer(question, decided, reply);
  }

  /** Waits for the reply to a read that has been asked for. */
  wait(question: LogQuestion, decided: Decided, asked: Carried<MeterRead>): Promise<ReadResult> {
    const { command, reply } = asked;
    const inquiry = this.#inquiries.begin({ kind: 'through', question, decided, command });
    return reply.then(
      (reply) => {
        this.#inquiries.end(inquiry);
        return this.#answer(question, decided, reply);
      },
      (fault) => {
        this.#inquiries.end(inquiry);
        throw fault;
      },
    );
  }

  /** Reads on in slices; `carried` are the replies to those that have been asked for. */
  async goOn(
    sliced: SlicedRead,
    carried?: ReadonlyMap<number, Promise<MeterReply>>,
  ): Promise<ReadResult> {
    const inquiry = this.#inquiries.begin({ kind: 'slices', question: sliced.question, sliced });
    try {
      const read = await readSlices(this.#parts, sliced, carried);
      return this.#rules.allowed(sliced.question, read);
    } finally {
      this.#inquiries.end(inquiry);
    }
  }

  #answer(question: LogQuestion, decided: Decided, reply: MeterReply): ReadResult {
    const { srv, target } = question;
    this.#parts.tally.deviceRead(srv, reply.ok ? 'ok' : reply.code);
    if (!reply.ok) return { ok: false, code: reply.code, decided, deviceReads: 1 };
    const isGas = target.cohort.deviceType !== 'ESME';
    const log = isGas ? gasLog(srv, reply) : esmeLog(srv, reply);
    const served = 'device';
    const read = { ok: true, log, served, decided, deviceReads: 1, cachedAtSeconds: 0 } as const;
    return this.#rules.allowed(question, read);
  }
}

function esmeLog(srv: ReadSrv, reply: LogReply): LogAnswer {
  return srv === '4.6.1'
    ? { srv, dailyReadLog: 'dailyReadLog' in reply ? reply.dailyReadLog : [] }
    : { srv, profile: 'profile' in reply ? reply.profile : null };
}
