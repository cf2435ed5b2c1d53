// One command on its way over the WAN, from being asked to its one answer: what of it is behind it
// and what comes next, as data, so that a snapshot can carry it over in mid-flight.

import type { Timer } from '../gateway/protocol/clock.ts';
import { Coming } from '../gateway/protocol/coming.ts';
import { METER_REPLY, SIGNED, WHOLE, wordOf } from '../gateway/protocol/plain-entries.ts';
import type { Enrolled } from '../gateway/protocol/roll.ts';
import { type Static, Type } from '../gateway/protocol/schema.ts';
import { READ_SRVS } from '../gateway/protocol/service-reference.ts';
import type { MeterCommand, MeterReply } from '../gateway/s1sp/meter-network.ts';
import { holdsReadings, plainReply, replyOf } from '../gateway/s1sp/plain-reply.ts';
import type { CohortLine } from './cohort-line.ts';
import type { KeptReply } from './kept-reply.ts';

/** Which message of a session is lost. */
export type Lost = 'request' | 'reply';

/**
 * What comes next: its turn for a session, the end of a wake-up, the end of one that comes too
 * late, the arrival of the request, that of the reply; or nothing before the attempt times out.
 */
const STEPS = ['turn', 'wakeUp', 'noWakeUp', 'arrival', 'return', 'none'] as const;
export type Step = (typeof STEPS)[number];

/** What is sent, by what chance, until when (virtual time in ms). */
export interface Sending {
  readonly command: MeterCommand;
  /** Hash of what is asked and when: all chance of this read follows from it. */
  readonly hash: number;
  readonly deadlineMs: number;
  /** What of it is lost at every attempt, whatever the chance; undefined: as chance has it. */
  readonly loses: Lost | undefined;
}

/**
 * One command on its way, and its one reply to come. Once it has come the object may be begun with
 * another command: tens of thousands are on their way, and new ones would be as many for the
 * collector of garbage to move.
 */
export class Asked extends Coming<MeterReply> implements Sending, Enrolled<Asked> {
  before: Asked | undefined = undefined;
  after: Asked | undefined = undefined;
  command: MeterCommand;
  line: CohortLine<Asked>;
  // Numbers from the first: a field that was anything else before keeps them apart from the object.
  hash = 0;
  deadlineMs = 0;
  loses: Lost | undefined = undefined;
  next: Step = 'none';
  /** Runs at {@link nextMs}. */
  timer: Timer | undefined = undefined;
  /** SMS sent, then the number of the attempt under way, from 0. */
  sent = 0;
  attempt = 0;
  /** The WAN lost a message of this attempt. */
  lost = false;
  hasLimit = false;
  limit: Timer | undefined = undefined;
  readonly #kept: KeptReply;
  // Times as ms before the deadline, in 32 bits: such numbers lie in the object itself, others
  // elsewhere.
  #nextBefore = 0;
  #returnsBefore = -1;
  #limitBefore = 0;
  #arrivedBefore = 0;

  constructor(sending: Sending, line: CohortLine<Asked>, kept: KeptReply) {
    super();
    this.#kept = kept;
    this.command = sending.command;
    this.line = line;
    this.begin(sending, line);
  }

  /** Begins with another command; the one before has had its reply. */
  begin({ command, hash, deadlineMs, loses }: Sending, line: CohortLine<Asked>): void {
    this.command = command;
    this.line = line;
    this.hash = hash;
    this.deadlineMs = deadlineMs;
    this.loses = loses;
    this.next = 'none';
    this.sent = 0;
    this.attempt = 0;
    this.returnsMs = -1;
    this.lost = false;
  }

  /** When what comes {@link next} does. */
  get nextMs(): number {
    return this.deadlineMs - this.#nextBefore;
  }

  set nextMs(ms: number) {
    this.#nextBefore = (this.deadlineMs - ms) | 0;
  }

  /** When the reply to this attempt returns; −1 for not in time. */
  get returnsMs(): number {
    return this.#returnsBefore < 0 ? -1 : this.deadlineMs - this.#returnsBefore;
  }

  set returnsMs(ms: number) {
    this.#returnsBefore = ms < 0 ? -1 : (this.deadlineMs - ms) | 0;
  }

  /** When this attempt times out, where it does. */
  get limitMs(): number {
    return this.deadlineMs - this.#limitBefore;
  }

  set limitMs(ms: number) {
    this.#limitBefore = (this.deadlineMs - ms) | 0;
  }

  /** When the meter made the reply that is on its way back. */
  get arrivedMs(): number {
    return this.deadlineMs - this.#arrivedBefore;
  }

  set arrivedMs(ms: number) {
    this.#arrivedBefore = (this.deadlineMs - ms) | 0;
  }

  /** On its way back. */
  get reply(): MeterReply | undefined {
    return this.#kept.reply;
  }

  set reply(reply: MeterReply | undefined) {
    this.#kept.reply = reply;
  }

  answer(reply: MeterReply): void {
    this.reply = undefined;
    this.come(reply);
  }

  fail(fault: unknown): void {
    this.goWrong(fault);
  }
}

const READ = Type.Object({
  device: WHOLE,
  srv: wordOf(READ_SRVS),
  startSeconds: SIGNED,
  endSeconds: SIGNED,
});
const RESTRICTION = Type.Object({
  device: WHOLE,
  srv: Type.Literal('3.2'),
  restrictionSeconds: SIGNED,
});
export const COMMAND = Type.Union([READ, RESTRICTION]);

export const ASKED_STATE = Type.Object({
  command: COMMAND,
  hash: SIGNED,
  deadlineMs: SIGNED,
  loses: Type.Optional(wordOf(['request', 'reply'])),
  next: wordOf(STEPS),
  nextMs: SIGNED,
  place: WHOLE,
  sent: WHOLE,
  attempt: WHOLE,
  returnsMs: SIGNED,
  lost: Type.Boolean(),
  limit: Type.Optional(Type.Object({ limitMs: SIGNED, place: WHOLE })),
  reply: Type.Optional(METER_REPLY),
  arrivedMs: SIGNED,
});
export type AskedState = Static<typeof ASKED_STATE>;

/** Without readings the meter makes a reply on its way back once more. */
export function askedState(asked: Asked, withReadings: boolean): AskedState {
  const { command, hash, deadlineMs, loses, next, nextMs, timer, reply } = asked;
  const { sent, attempt, returnsMs, lost, arrivedMs, hasLimit, limitMs, limit } = asked;
  const tells = reply !== undefined && (withReadings || !holdsReadings(reply));
  return {
    // A copy: the command itself may be written over while somebody still has the state.
    command: { ...command },
    ...{ hash, deadlineMs, next, nextMs, sent, attempt, returnsMs, lost, arrivedMs },
    place: timer?.place ?? 0,
    ...(loses && { loses }),
    ...(hasLimit && { limit: { limitMs, place: limit?.place ?? 0 } }),
    ...(tells && { reply: plainReply(reply) }),
  };
}

/** Goes on from a state, with nothing set on the clock. */
export function resumeAsked(asked: Asked, state: AskedState): void {
  const { next, nextMs, sent, attempt, returnsMs, lost, arrivedMs, limit, reply } = state;
  Object.assign(asked, { next, nextMs, sent, attempt, returnsMs, lost, arrivedMs });
  if (limit !== undefined) asked.limitMs = limit.limitMs;
  asked.reply = reply && replyOf(reply);
}
