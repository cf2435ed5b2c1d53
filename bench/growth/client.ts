// The growth bench's client over WebSocket, a process of its own: streams requests to devices at
// random, and looks into some of the answers.

import { answerQuestions, processorSeconds } from '../child.ts';
import { Line } from '../socket/line.ts';
import { CONNECTIONS, IN_FLIGHT, Requests } from '../socket/requests.ts';
import { claimDay, SAMPLED_EVERY } from './claim.ts';

export type StreamAsked =
  /** Once, ahead of all else: a gateway, and how many devices it has. */
  | { readonly port: number; readonly devices: number; readonly serverPid: number }
  | { readonly ms: number };

export interface Streamed {
  readonly answersPerSecond: number;
  /** The gateway's processor time per answer, ns. */
  readonly serverNs: number;
}

/** Of all connections together as many devices as the processor does not keep near. */
const DEVICES_A_LINE = 12_800;

let lines: readonly Line[] = [];
let devices = 0;
let serverPid = 0;

function someDevices(line: number): number[] {
  let state = line + 1;
  return Array.from({ length: DEVICES_A_LINE }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * devices);
  });
}

async function stream(ms: number): Promise<Streamed> {
  const before = processorSeconds(serverPid);
  const started = performance.now();
  const stop = setTimeout(() => {
    for (const line of lines) line.stop();
  }, ms);
  let untilLook = 1;
  const look = (bytes: Buffer, start: number, end: number) => {
    if (--untilLook > 0) return;
    untilLook = SAMPLED_EVERY;
    claimDay(bytes.subarray(start, end), (device) => device >= 0 && device < devices);
  };
  await Promise.all(
    lines.map((line) => line.send(Number.POSITIVE_INFINITY, IN_FLIGHT, look)),
  ).finally(() => clearTimeout(stop));
  const seconds = (performance.now() - started) / 1000;
  const answers = lines.reduce((sum, { answered }) => sum + answered, 0);
  const serverNs = ((processorSeconds(serverPid) - before) / answers) * 1e9;
  return { answersPerSecond: answers / seconds, serverNs };
}

answerQuestions<StreamAsked, Streamed>(async (asked) => {
  if ('ms' in asked) return stream(asked.ms);
  ({ devices, serverPid } = asked);
  lines = Array.from({ length: CONNECTIONS }, (_, number) => {
    return new Line(number, new Requests('msgpack', someDevices(number)));
  });
  await Promise.all(lines.map((line) => line.open(asked.port, 'msgpack')));
  return stream(WARM_UP_MS);
});

const WARM_UP_MS = 500;
