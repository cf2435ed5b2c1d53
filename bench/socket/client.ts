// The client of the warm-cache bench, a process of its own. It learns the gateway's answers, says
// whether they are what the bench claims, and then streams requests at whoever is named: each
// answer must have the size of the learnt one, and every thousandth or so the same content.

import { isDeepStrictEqual } from 'node:util';
import { unpack } from 'msgpackr';
import { answerQuestions, processorSeconds } from '../child.ts';
import { Line } from './line.ts';
import { devicesByConnection, ENTRIES, type Format, Requests } from './requests.ts';

export type ClientAsked =
  /** Ask for every device twice, and learn the second answers. */
  | { readonly learn: { readonly port: number; readonly format: Format } }
  | { readonly load: LoadAsked };

export interface LoadAsked {
  readonly port: number;
  readonly format: Format;
  /** Process that answers, for its processor time. */
  readonly serverPid: number;
  /** An echo's answers are the learnt bytes exactly; a gateway's have a RequestID of their own. */
  readonly echo: boolean;
  readonly ms: number;
}

export interface Loaded {
  readonly answersPerSecond: number;
  /** Processor time per answer, ns. */
  readonly serverNs: number;
  /** Share of the time that the client was busy: near 1 it would be what is measured. */
  readonly clientBusy: number;
}

export interface Learnt {
  /** For each connection its answers, in the order of its requests. */
  readonly answers: Buffer[][];
  readonly requestBytes: number;
  readonly answerBytes: number;
}

export type ClientTold = { readonly learnt: Learnt } | { readonly loaded: Loaded };

/** Prime, so that the samples wander over all devices. */
const CHECKED_EVERY = 997;

interface Course {
  readonly lines: Line[];
  /** Learnt answers of each line. */
  readonly answers: Buffer[][];
}

const courses = new Map<Format, Course>();
const openLines = new Map<string, Line[]>();

interface Answer {
  requestId: string;
  responseCode: string;
  responseDateTime: string;
  served: string;
  profile: { primaryValue: unknown[] };
}

function decode(format: Format, bytes: Buffer): Answer {
  return format === 'json' ? JSON.parse(bytes.toString()) : unpack(bytes);
}

async function linesTo(port: number, format: Format): Promise<Line[]> {
  const known = openLines.get(`${port}/${format}`);
  if (known !== undefined) return known;
  const lines = devicesByConnection().map(
    (devices, number) => new Line(number, new Requests(format, devices)),
  );
  openLines.set(`${port}/${format}`, lines);
  await Promise.all(lines.map((line) => line.open(port, format)));
  return lines;
}

async function learn(port: number, format: Format): Promise<Learnt> {
  const lines = await linesTo(port, format);
  await Promise.all(lines.map((line) => line.send(line.requests.count, () => {})));
  const answers = lines.map((): Buffer[] => []);
  await Promise.all(
    lines.map((line, i) =>
      line.send(line.requests.count, (bytes, start, end, place) => {
        const answer = Buffer.from(bytes.subarray(start, end));
        claimHit(decode(format, answer));
        const mine = answers[i];
        if (mine !== undefined) mine[place] = answer;
      }),
    ),
  );
  courses.set(format, { lines, answers });
  const sizes = answers.flat().map(({ length }) => length);
  return {
    answers,
    requestBytes: lines[0]?.requests.payload(0).length ?? 0,
    answerBytes: sizes.reduce((sum, size) => sum + size, 0) / sizes.length,
  };
}

/** What the bench claims of every answer. */
function claimHit({ responseCode, served, profile }: Answer): void {
  const { primaryValue } = profile;
  const full = primaryValue.length === ENTRIES && primaryValue.every((value) => value !== null);
  if (responseCode !== 'I0' || served !== 'cache' || !full) {
    throw new Error(`not a hit of ${ENTRIES} entries: ${responseCode} ${served} ${primaryValue}`);
  }
}

async function load(asked: LoadAsked): Promise<Loaded> {
  const { port, format, serverPid } = asked;
  const course = courses.get(format);
  if (course === undefined) throw new Error('nothing has been learnt yet');
  const lines = await linesTo(port, format);
  const busyBefore = process.cpuUsage();
  const serverBefore = processorSeconds(serverPid);
  const startedMs = performance.now();
  const stop = setTimeout(() => {
    for (const line of lines) line.stop();
  }, asked.ms);
  await Promise.all(
    lines.map((line, i) =>
      line.send(Number.POSITIVE_INFINITY, checked(line, course.answers[i] ?? [], asked)),
    ),
  ).finally(() => clearTimeout(stop));
  const seconds = (performance.now() - startedMs) / 1000;
  const { user, system } = process.cpuUsage(busyBefore);
  const answers = lines.reduce((sum, { answered }) => sum + answered, 0);
  return {
    answersPerSecond: answers / seconds,
    serverNs: ((processorSeconds(serverPid) - serverBefore) / answers) * 1e9,
    clientBusy: (user + system) / 1e6 / seconds,
  };
}

/** Holds answers against the learnt ones. */
function checked(line: Line, learnt: readonly Buffer[], { format, echo }: LoadAsked) {
  let untilCheck = 1;
  return (bytes: Buffer, start: number, end: number, place: number): void => {
    const expected = learnt[place];
    if (expected === undefined || end - start !== expected.length) {
      throw new Error(`an answer has ${end - start} bytes, not ${expected?.length}`);
    }
    if (--untilCheck > 0) return;
    untilCheck = CHECKED_EVERY;
    const answer = bytes.subarray(start, end);
    const same = echo
      ? answer.equals(expected)
      : isSameAnswer(decode(format, answer), decode(format, expected), requestIdAt(line, place));
    if (!same) throw new Error('an answer is not what was asked for');
  };

  function requestIdAt({ requests }: Line, place: number): string {
    return decode(format, requests.payload(place)).requestId;
  }
}

function isSameAnswer(answer: Answer, expected: Answer, requestId: string): boolean {
  const { responseDateTime } = answer;
  return isDeepStrictEqual(answer, { ...expected, requestId, responseDateTime });
}

answerQuestions<ClientAsked, ClientTold>(async (asked) =>
  'learn' in asked
    ? { learnt: await learn(asked.learn.port, asked.learn.format) }
    : { loaded: await load(asked.load) },
);
