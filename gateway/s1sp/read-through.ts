// Reads that the cache has no part in [AM 18.23, decisions R1 to R3]: the whole period, from the
// meter; of a GSME that gives no more than a day at a time, in slices.

import { arriving, Coming, Made } from '../protocol/coming.ts';
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

/** A read that waits for its meter. */
class PlainRead extends Made<MeterReply, ReadResult> {
  readonly kind = 'through';
  readonly question: LogQuestion;
  readonly decided: Decided;
  readonly command: MeterRead;
  readonly #through: ReadThrough;

  constructor(question: LogQuestion, decided: Decided, command: MeterRead, through: ReadThrough) {
    super();
    this.question = question;
    this.decided = decided;
    this.command = command;
    this.#through = through;
  }

  protected make(reply: MeterReply): ReadResult {
    this.#through.end(this);
    return this.#through.answerOf(this, reply);
  }

  override fail(fault: unknown): void {
    this.#through.end(this);
    super.fail(fault);
  }
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

  read(question: LogQuestion, decided: Decided): ReadResult | Coming<ReadResult> {
    if (exceedsMeter(question)) return arriving(this.goOn(slicedRead(this.#parts, question)));
    const { srv, target, period } = question;
    this.#rules.note(question, { from: period.startSeconds, to: period.endSeconds }, decided);
    const command = { device: target.device, srv, ...period };
    const reply = this.#parts.network.read(command);
    return reply instanceof Coming
      ? this.wait(question, decided, { command, reply })
      : this.#answer(question, decided, reply);
  }

  /** Waits for the reply to a read that has been asked for. */
  wait(question: LogQuestion, decided: Decided, asked: Carried<MeterRead>): Coming<ReadResult> {
    const { command, reply } = asked;
    const read = new PlainRead(question, decided, command, this);
    this.#inquiries.begin(read);
    reply.tell(read);
    return read;
  }

  end(read: PlainRead): void {
    this.#inquiries.end(read);
  }

  answerOf({ question, decided }: PlainRead, reply: MeterReply): ReadResult {
    return this.#answer(question, decided, reply);
  }

  /** Reads on in slices; `carried` are the replies to those that have been asked for. */
  async goOn(
    sliced: SlicedRead,
    carried?: ReadonlyMap<number, Coming<MeterReply>>,
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
