// Going on with what the S1SP had under way when a snapshot was taken: each question waits for its
// replies as it did before, in the same way and in the same order, so that what falls on one
// instant falls on it in the old order too.

import { arriving, type Coming } from '../protocol/coming.ts';
import { logOf as entriesOf } from '../protocol/plain-entries.ts';
import type { CachedSrv } from '../protocol/service-reference.ts';
import { contradiction } from '../snapshot-error.ts';
import type { CachedLog } from './cached-log.ts';
import type { Target } from './data-cache.ts';
import type { Fill, FillPart, FillProgress } from './fill.ts';
import type { Flight } from './flights.ts';
import type { RestrictInquiry } from './inquiries.ts';
import type { InquiryState, QuestionState } from './inquiry-state.ts';
import type { Interval } from './intervals.ts';
import type { LogQuestion, ReadResult } from './log-question.ts';
import type {
  Carried,
  MeterCommand,
  MeterRead,
  MeterReply,
  MeterRestriction,
  ReplyTo,
} from './meter-network.ts';
import { replyOf } from './plain-reply.ts';
import type { ReadThrough } from './read-through.ts';
import type { Retrieval } from './retrieval.ts';

/** What a state is taken over into. */
export interface Carrying {
  readonly targetOf: (device: number) => Target;
  readonly replyTo: ReplyTo;
}

/** By asker the answers to come. */
export interface ComingAnswers {
  readonly reads: ReadonlyMap<string, Coming<ReadResult>>;
  readonly restrictions: ReadonlyMap<string, Promise<MeterReply>>;
}

type Of<Kind extends InquiryState['kind']> = Extract<InquiryState, { kind: Kind }>;

/** What the S1SP does once it has replies. */
export interface Resuming {
  readonly retrieval: Retrieval;
  readonly through: ReadThrough;
  logOf(question: LogQuestion, srv: CachedSrv, askedSeconds: number): CachedLog;
  fill(
    asked: Pick<Fill, 'question' | 'log' | 'decided' | 'askedSeconds'>,
    wanted: Interval,
    progress: FillProgress,
  ): Fill;
  filled(fill: Fill, wanted: Interval, carried: readonly FillPart[]): Coming<ReadResult>;
  restricted(inquiry: RestrictInquiry, reply: Coming<MeterReply>): Promise<MeterReply>;
}

/** A fill, and by place the parts of it that it reads itself, begun again. */
interface BegunFill {
  readonly fill: Fill;
  readonly wanted: Interval;
  readonly own: Map<number, FillPart>;
}

export function resumeAll(
  states: readonly InquiryState[],
  carrying: Carrying,
  resuming: Resuming,
): ComingAnswers {
  const reads = new Map<string, Coming<ReadResult>>();
  const restrictions = new Map<string, Promise<MeterReply>>();
  const flights: { readonly command: number; readonly fly: () => void }[] = [];
  const fills: (() => void)[] = [];
  for (const state of states) {
    if (state.kind === 'whole') {
      const fly = () => reads.set(state.question.asker, resumeWhole(state, carrying, resuming));
      flights.push({ command: state.command, fly });
    } else if (state.kind === 'fill') {
      const begun = openFill(state, carrying, resuming);
      fills.push(() =>
        reads.set(state.question.asker, resumeFill(begun, state, carrying, resuming)),
      );
      state.parts.forEach(({ isOwn, command }, place) => {
        if (!isOwn || command === undefined) return;
        flights.push({ command, fly: () => flyOwn(begun, state, place, carrying, resuming) });
      });
    } else if (state.kind === 'through') {
      const question = questionOf(state.question, carrying);
      const asked = carriedRead(state.command, question, carrying);
      reads.set(question.asker, resuming.through.wait(question, state.decided, asked));
    } else if (state.kind === 'slices') {
      reads.set(state.question.asker, resumeSlices(state, carrying, resuming));
    } else {
      restrictions.set(state.asker, resumeRestriction(state, carrying, resuming));
    }
  }
  // In the order in which they were asked for; then those who wait for reads of others.
  let before = -1;
  for (const { command, fly } of flights.sort((a, b) => a.command - b.command)) {
    // Flights write their commands over once they are done: each has one of its own.
    if (command === before) throw contradiction(`two flights read by command ${command}`);
    before = command;
    fly();
  }
  for (const goOn of fills) goOn();
  return { reads, restrictions };
}

function questionOf(state: QuestionState, { targetOf }: Carrying): LogQuestion {
  const { asker, device, srv, startSeconds, endSeconds, explain } = state;
  return { asker, target: targetOf(device), srv, period: { startSeconds, endSeconds }, explain };
}

function carriedRead(
  number: number,
  { target, srv }: LogQuestion,
  { replyTo }: Carrying,
): Carried<MeterRead> {
  const { command, reply } = replyTo(number);
  if (!isRead(command) || command.device !== target.device || command.srv !== srv) {
    throw contradiction(`command ${number} is not the read that waits for it`);
  }
  return { command, reply };
}

function isRead(command: MeterCommand): command is MeterRead {
  return command.srv !== '3.2';
}

function resumeWhole(
  state: Of<'whole'>,
  carrying: Carrying,
  { retrieval, logOf }: Resuming,
): Coming<ReadResult> {
  const question = questionOf(state.question, carrying);
  const { decided, askedSeconds, stretch, isShared, srv } = state;
  const asked = carriedRead(state.command, question, carrying);
  const begun = { question, srv, askedSeconds, decided, stretch, isShared };
  return retrieval.goOn(begun, logOf(question, srv, askedSeconds), asked);
}

function openFill(state: Of<'fill'>, carrying: Carrying, resuming: Resuming): BegunFill {
  const question = questionOf(state.question, carrying);
  const { decided, askedSeconds, result, reads, ownReads, kept, takenLogs } = state;
  const log = resuming.logOf(question, state.srv, askedSeconds);
  const { wanted } = log;
  if (wanted === undefined) throw contradiction(`${question.asker} asks for nothing`);
  log.remember({ kept: kept && entriesOf(kept), taken: takenLogs.map(entriesOf) });
  const progress: FillProgress = {
    found: state.found,
    // A purge since is any number but that of a cache that is new.
    kept: { storedSeconds: state.storedSeconds, purges: state.isPurged ? -1 : 0 },
    taken: [...state.taken],
    ...{ result, reads, ownReads, parts: [] },
  };
  const fill = resuming.fill({ question, log, decided, askedSeconds }, wanted, progress);
  return { fill, wanted, own: new Map() };
}

function flyOwn(
  { fill, own }: BegunFill,
  { parts }: Of<'fill'>,
  place: number,
  carrying: Carrying,
  { retrieval }: Resuming,
): void {
  const { question, log, askedSeconds } = fill;
  const { stretch, isShared, command: number } = parts[place] ?? {};
  if (stretch === undefined || isShared === undefined || number === undefined) return;
  const asked = carriedRead(number, question, carrying);
  const { srv } = log;
  const begun = { question, srv, askedSeconds, decided: undefined, stretch, isShared };
  own.set(place, { stretch, isOwn: true, read: retrieval.goOn(begun, log, asked) });
}

function resumeFill(
  { fill, wanted, own }: BegunFill,
  { parts }: Of<'fill'>,
  { replyTo }: Carrying,
  { retrieval, filled }: Resuming,
): Coming<ReadResult> {
  const flights = new Map<MeterCommand, Flight>();
  for (const flight of retrieval.underWay()) flights.set(flight.command, flight);
  const carried = parts.map(({ stretch, isOwn, reply, command }, place): FillPart => {
    const mine = own.get(place);
    if (mine !== undefined) return mine;
    if (reply !== undefined) return { stretch, isOwn, read: replyOf(reply) };
    const joined = command === undefined ? undefined : flights.get(replyTo(command).command);
    if (joined !== undefined) return { stretch, isOwn, read: joined };
    throw contradiction(`${fill.question.asker} waits for a read that nobody makes`);
  });
  fill.progress.parts = carried;
  return filled(fill, wanted, carried);
}

function resumeSlices(
  state: Of<'slices'>,
  carrying: Carrying,
  { through }: Resuming,
): Coming<ReadResult> {
  const question = questionOf(state.question, carrying);
  const { slices, todo, hasFailed } = state;
  const underWay = new Map<number, MeterRead>();
  const carried = new Map<number, Coming<MeterReply>>();
  for (const { place, command: number } of state.underWay) {
    const { command, reply } = carriedRead(number, question, carrying);
    underWay.set(place, command);
    carried.set(place, reply);
  }
  const replies: MeterReply[] = [];
  for (const { place, reply } of state.replies) {
    if (place >= slices.length) throw contradiction('a slice lies outside its period');
    replies[place] = replyOf(reply);
  }
  const sliced = { question, slices, replies, todo, underWay, hasFailed };
  return arriving(through.goOn(sliced, carried));
}

function resumeRestriction(
  { asker, device, restrictionSeconds, command: number }: Of<'restriction'>,
  { targetOf, replyTo }: Carrying,
  { restricted }: Resuming,
): Promise<MeterReply> {
  const { command, reply } = replyTo(number);
  if (!isSame(command, device, restrictionSeconds)) {
    throw contradiction(`command ${number} is not the change of tenancy that waits for it`);
  }
  return restricted({ kind: 'restriction', asker, target: targetOf(device), command }, reply);
}

function isSame(
  command: MeterCommand,
  device: number,
  seconds: number,
): command is MeterRestriction {
  return !isRead(command) && command.device === device && command.restrictionSeconds === seconds;
}
