// The client of the benches over a socket, a process of its own. It learns the gateway's answers,
// and then streams requests at whoever is named, or asks one at a time with a clock in its hand.

import { createHistogram } from 'node:perf_hooks';
import { answerQuestions, processorSeconds } from '../child.ts';
import { monotonicMicros } from '../cpu-profile.ts';
import { type Percentiles, percentilesOf } from '../percentiles.ts';
import { checked, type Learnt, learn, openLines } from './course.ts';
import type { Line } from './line.ts';
import { BATCH, type Format, IN_FLIGHT } from './requests.ts';

interface Whom {
  readonly port: number;
  /** An echo's answers are the learnt bytes exactly; a gateway's have a RequestID of their own. */
  readonly echo: boolean;
}

export interface LoadAsked extends Whom {
  /** SRs in a frame. */
  readonly batch: number;
  /** Process that answers, for its processor time. */
  readonly serverPid: number;
  readonly ms: number;
}

export interface LatencyAsked extends Whom {
  /** SRs, one after another. */
  readonly count: number;
}

export type ClientAsked =
  /** Once, ahead of all else. */
  | { readonly learn: { readonly port: number; readonly format: Format } }
  | { readonly load: LoadAsked }
  | { readonly latency: LatencyAsked };

export interface Loaded {
  readonly answersPerSecond: number;
  readonly answers: number;
  /** Beginning and end on the system's monotonic clock, µs. */
  readonly fromMicros: number;
  readonly toMicros: number;
  /** Processor time per answer, ns. */
  readonly serverNs: number;
  /** Share of the time that the client was busy: near 1 it would be what is measured. */
  readonly clientBusy: number;
}

export type ClientTold =
  | { readonly learnt: Learnt }
  | { readonly loaded: Loaded }
  | { readonly latency: Percentiles };

let format: Format = 'msgpack';
let learnt: Learnt | undefined;
const known = new Map<string, Promise<Line[]>>();

function linesTo(port: number, batch: number): Promise<Line[]> {
  const key = `${port}/${batch}`;
  const open = known.get(key) ?? openLines(port, format, batch);
  known.set(key, open);
  return open;
}

async function course(port: number, batch: number): Promise<{ line: Line; answers: Buffer[] }[]> {
  const lines = await linesTo(port, batch);
  return lines.map((line, i) => {
    const answers = learnt?.answers[i];
    if (answers === undefined) throw new Error('nothing has been learnt yet');
    return { line, answers };
  });
}

async function load(asked: LoadAsked): Promise<Loaded> {
  const { port, batch, serverPid } = asked;
  const runners = await course(port, batch);
  // A batch on its way is as much as redis-benchmark has in its pipeline.
  const inFlight = batch === 1 ? IN_FLIGHT : BATCH;
  const check = { format, echo: asked.echo };
  const busyBefore = process.cpuUsage();
  const serverBefore = processorSeconds(serverPid);
  const fromMicros = monotonicMicros();
  const stop = setTimeout(() => {
    for (const { line } of runners) line.stop();
  }, asked.ms);
  await Promise.all(
    runners.map(({ line, answers }) =>
      line.send(Number.POSITIVE_INFINITY, inFlight, checked(line, answers, check)),
    ),
  ).finally(() => clearTimeout(stop));
  const toMicros = monotonicMicros();
  const seconds = (toMicros - fromMicros) / 1e6;
  const { user, system } = process.cpuUsage(busyBefore);
  const answers = runners.reduce((sum, { line }) => sum + line.answered, 0);
  return {
    answersPerSecond: answers / seconds,
    answers,
    fromMicros,
    toMicros,
    serverNs: ((processorSeconds(serverPid) - serverBefore) / answers) * 1e9,
    clientBusy: (user + system) / 1e6 / seconds,
  };
}

async function latency({ port, count, echo }: LatencyAsked): Promise<Percentiles> {
  const [runner] = await course(port, 1);
  if (runner === undefined) throw new Error('there is no connection');
  const { line, answers } = runner;
  const check = checked(line, answers, { format, echo });
  const histogram = createHistogram();
  let sentNs = process.hrtime.bigint();
  await line.send(count, 1, (bytes, start, end, place, many) => {
    histogram.record(process.hrtime.bigint() - sentNs);
    check(bytes, start, end, place, many);
    sentNs = process.hrtime.bigint();
  });
  return percentilesOf(histogram);
}

answerQuestions<ClientAsked, ClientTold>(async (asked) => {
  if ('load' in asked) return { loaded: await load(asked.load) };
  if ('latency' in asked) return { latency: await latency(asked.latency) };
  format = asked.learn.format;
  learnt = await learn(await linesTo(asked.learn.port, 1), format);
  return { learnt };
});
