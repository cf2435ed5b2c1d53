// What the S1SP has under way as plain data for snapshot files: questions, how far each has come,
// and by number the commands whose replies it waits for. Entries that meters have given enter it
// only with readings; without them an answer reads anew what it had.

import {
  LOG_ANSWER,
  METER_REPLY,
  plainLog,
  SIGNED,
  WHOLE,
  wordOf,
} from '../protocol/plain-entries.ts';
import { type Static, Type } from '../protocol/schema.ts';
import { type CachedSrv, READ_SRVS } from '../protocol/service-reference.ts';
import { SnapshotError } from '../snapshot-error.ts';
import type { DataCache } from './data-cache.ts';
import type { Fill, FillPart } from './fill.ts';
import { Flight } from './flights.ts';
import type { Inquiry } from './inquiries.ts';
import type { Decided, LogQuestion } from './log-question.ts';
import type { MeterCommand, NumberOf } from './meter-network.ts';
import { plainReply } from './plain-reply.ts';

const DECISIONS = [
  ...(['hit', 'miss', 'partial', 'expired', 'no_schedule'] as const),
  ...(['uncacheable', 'scheduled', 'sliced', 'future'] as const),
] satisfies readonly Decided[];
const CACHED_SRVS = ['4.6.1', '4.8.1', '4.8.3'] as const satisfies readonly CachedSrv[];
const LOOKED_UP = ['hit', 'partial', 'miss', 'expired'] as const;

const INTERVAL = Type.Object({ from: SIGNED, to: SIGNED });

const QUESTION = Type.Object({
  asker: Type.String(),
  device: WHOLE,
  srv: wordOf(READ_SRVS),
  startSeconds: SIGNED,
  endSeconds: SIGNED,
  explain: Type.Boolean(),
});

const PART = Type.Object({
  stretch: INTERVAL,
  /** Its reply is in. */
  reply: Type.Optional(METER_REPLY),
  /** Else the command that brings it, and whose that is. */
  command: Type.Optional(WHOLE),
  isOwn: Type.Boolean(),
  isShared: Type.Boolean(),
});

export const INQUIRY = Type.Union([
  Type.Object({
    kind: Type.Literal('through'),
    question: QUESTION,
    decided: wordOf(DECISIONS),
    command: WHOLE,
  }),
  Type.Object({
    kind: Type.Literal('whole'),
    question: QUESTION,
    srv: wordOf(CACHED_SRVS),
    decided: wordOf(DECISIONS),
    askedSeconds: WHOLE,
    stretch: INTERVAL,
    command: WHOLE,
    isShared: Type.Boolean(),
  }),
  Type.Object({
    kind: Type.Literal('fill'),
    question: QUESTION,
    srv: wordOf(CACHED_SRVS),
    decided: wordOf(LOOKED_UP),
    result: wordOf(LOOKED_UP),
    askedSeconds: WHOLE,
    found: Type.Array(INTERVAL),
    storedSeconds: WHOLE,
    isPurged: Type.Boolean(),
    kept: Type.Optional(LOG_ANSWER),
    takenLogs: Type.Array(LOG_ANSWER),
    taken: Type.Array(INTERVAL),
    reads: WHOLE,
    ownReads: WHOLE,
    parts: Type.Array(PART),
  }),
  Type.Object({
    kind: Type.Literal('slices'),
    question: QUESTION,
    slices: Type.Array(INTERVAL),
    replies: Type.Array(Type.Object({ place: WHOLE, reply: METER_REPLY })),
    todo: Type.Array(WHOLE),
    underWay: Type.Array(Type.Object({ place: WHOLE, command: WHOLE })),
    hasFailed: Type.Boolean(),
  }),
  Type.Object({
    kind: Type.Literal('restriction'),
    asker: Type.String(),
    device: WHOLE,
    restrictionSeconds: SIGNED,
    command: WHOLE,
  }),
]);

export type InquiryState = Static<typeof INQUIRY>;
export type QuestionState = Static<typeof QUESTION>;

/** What taking a snapshot of the S1SP needs to know. */
export interface InquirySaving {
  readonly numberOf: NumberOf;
  readonly withReadings: boolean;
  readonly cache: Pick<DataCache, 'purges'>;
}

/** Whole reads in the order of their flights, then the others in the order in which they began. */
export function inquiryStates(
  inquiries: Iterable<Inquiry>,
  flights: Iterable<Flight>,
  saving: InquirySaving,
): InquiryState[] {
  const states: InquiryState[] = [];
  for (const flight of flights) {
    const { question, srv, decided, askedSeconds, stretch, isShared } = flight;
    // Of a part of an answer its fill tells.
    if (decided === undefined) continue;
    const command = numberedBy(saving, flight.command);
    const shared = { decided, askedSeconds, stretch, isShared, command, srv };
    states.push({ kind: 'whole', question: plainQuestion(question), ...shared });
  }
  for (const inquiry of inquiries) states.push(stateOf(inquiry, saving));
  return states;
}

function stateOf(inquiry: Inquiry, saving: InquirySaving): InquiryState {
  if (inquiry.kind === 'restriction') {
    const { kind, asker, target, command } = inquiry;
    const { restrictionSeconds } = command;
    const number = numberedBy(saving, command);
    return { kind, asker, device: target.device, restrictionSeconds, command: number };
  }
  const question = plainQuestion(inquiry.question);
  if (inquiry.kind === 'through') {
    const { kind, decided } = inquiry;
    return { kind, question, decided, command: numberedBy(saving, inquiry.command) };
  }
  if (inquiry.kind === 'fill') {
    return fillState(inquiry.fill, question, saving);
  }
  const { slices, replies, todo, underWay, hasFailed } = inquiry.sliced;
  const landed = replies.flatMap((reply, place) => (reply === undefined ? [] : { place, reply }));
  // Without readings what has been read is read again.
  const isKept = (reply: { ok: boolean }) => saving.withReadings || !reply.ok;
  const again = landed.filter(({ reply }) => !isKept(reply)).map(({ place }) => place);
  return {
    kind: 'slices',
    question,
    slices: [...slices],
    replies: landed
      .filter(({ reply }) => isKept(reply))
      .map(({ place, reply }) => ({ place, reply: plainReply(reply) })),
    todo: [...again, ...todo],
    underWay: [...underWay].map(([place, command]) => {
      return { place, command: numberedBy(saving, command) };
    }),
    hasFailed,
  };
}

function fillState(
  { log, progress, decided, askedSeconds }: Fill,
  question: QuestionState,
  saving: InquirySaving,
): InquiryState {
  const { withReadings, cache } = saving;
  const { kept, found, taken, result, reads, ownReads, parts } = progress;
  const { memory } = log;
  return {
    kind: 'fill',
    question,
    srv: log.srv,
    ...{ decided, result, askedSeconds, reads, ownReads },
    storedSeconds: kept.storedSeconds,
    isPurged: kept.purges !== cache.purges,
    found: withReadings ? [...found] : [],
    ...(withReadings && memory.kept && { kept: plainLog(memory.kept) }),
    takenLogs: withReadings ? memory.taken.map(plainLog) : [],
    taken: withReadings ? [...taken] : [],
    parts: parts.flatMap((part) => partState(part, saving) ?? []),
  };
}

/** A part whose reply is in and may not be told is left out: it is missing again. */
function partState({ stretch, isOwn, read }: FillPart, saving: InquirySaving) {
  const flight = read instanceof Flight ? read : undefined;
  const reply = read instanceof Flight ? read.landed : read;
  const place = { stretch: { ...stretch }, isOwn, isShared: flight?.isShared ?? false };
  if (reply !== undefined) {
    if (reply.ok && !saving.withReadings) return undefined;
    return { ...place, reply: plainReply(reply) };
  }
  return flight && { ...place, command: numberedBy(saving, flight.command) };
}

function numberedBy({ numberOf }: InquirySaving, command: MeterCommand): number {
  const number = numberOf(command);
  if (number !== undefined) return number;
  const message = 'a read of a meter is under way that cannot be carried over';
  throw new SnapshotError(message, 'try again when it has been answered');
}

function plainQuestion({ asker, target, srv, period, explain }: LogQuestion): QuestionState {
  return { asker, device: target.device, srv, ...period, explain };
}
