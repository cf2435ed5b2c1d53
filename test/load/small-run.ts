// A load run against a gateway of a few lines: ten meters whose values are a plain function of
// device and stamp, and a gateway that answers as a test says.

import { expect, onTestFinished } from 'vitest';
import { openStream } from '../../emulator/random.ts';
import { parseDateTime } from '../../gateway/protocol/half-hours.ts';
import { PROFILE_COLUMNS } from '../../gateway/protocol/log-entries.ts';
import type { ReadSrv } from '../../gateway/protocol/service-reference.ts';
import type { LogAnswer } from '../../gateway/protocol/service-response.ts';
import { plainResponse } from '../../gateway/wire/response.ts';
import type { ArmedSample } from '../../load/armed.ts';
import { Check } from '../../load/check.ts';
import { Chooser } from '../../load/choice.ts';
import { Devices } from '../../load/devices.ts';
import { Plan, type PlanOptions, parseRate } from '../../load/plan.ts';
import { type LoadFormat, Requests } from '../../load/requests.ts';
import { Run, type RunParts } from '../../load/run.ts';
import type { Truth } from '../../load/truth.ts';
import { type Answer, type FakeGateway, fakeGateway } from '../cli/fake-gateway.ts';
import { wh } from '../gateway/small-world.ts';
import { HandTime } from './hand-time.ts';

export const PERIOD = {
  startDateTime: '2026-11-22T00:00:00Z',
  endDateTime: '2026-11-23T00:00:00Z',
};
export const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const START = parseDateTime(PERIOD.startDateTime);
const END = parseDateTime(PERIOD.endDateTime);
export const FIRST_DEVICE = { high: 0x90b3d51f, low: 0x40000000 };
export const PARTY = '90-B3-D5-1F-30-01-00-00';
const DEVICES = 10;

export function logOf(device: number, srv: ReadSrv, end: number = END): LogAnswer {
  const days = [START, END].filter((timestamp) => timestamp <= end);
  if (srv === '4.6.1') {
    const dailyReadLog = days.map((timestamp) => ({
      timestamp,
      elecActiveImportRegisterConsumption: timestamp / 100 + device,
      tariffTOURegisterMatrixValue: [timestamp / 200, device, 0, 0],
    }));
    return { srv, dailyReadLog };
  }
  const firstHalfHour = START / 1800;
  const count = Math.floor(Math.min(end, END) / 1800) - firstHalfHour + 1;
  const columns = (srv === '4.8.1' ? [0] : Object.keys(PROFILE_COLUMNS[srv])).map((_, column) =>
    Uint32Array.from({ length: count }, (__, row) => wh(device, firstHalfHour + row, column)),
  );
  return { srv, profile: { firstHalfHour, count, columns } };
}

export const truth: Truth = {
  deviceOf: (high, low) => {
    const place = low - FIRST_DEVICE.low;
    return high === FIRST_DEVICE.high && place >= 0 && place < DEVICES ? place : -1;
  },
  deviceTypeOf: () => 'ESME',
  read: (device, srv, _start, _end, now) => logOf(device, srv, now),
};

interface Asked {
  readonly requestId: string;
  readonly serviceReferenceVariant: ReadSrv;
  readonly explain?: boolean;
}

/** The right answer to a message, but for what `more` says otherwise. */
export function rightAnswer(message: Asked, more: Record<string, unknown> = {}): object {
  const { requestId, serviceReferenceVariant: srv } = message;
  const device = Number.parseInt(requestId.slice(45, 47), 16);
  const response = {
    kind: 'log',
    requestId,
    responseCode: 'I0',
    responseMs: NOW_MS,
    serviceReferenceVariant: srv,
    served: 'device',
    log: logOf(device, srv),
  } as const;
  const why = { clause: 'AM 18.22(h)', rule: 'R5', deviceReads: 1 };
  return { ...plainResponse(response), ...(message.explain === true && { why }), ...more };
}

/** Answers each message of a frame, one by one, by `answer`; undefined leaves it unanswered. */
export function answering(answer: (message: Asked, place: number) => object | undefined): Answer {
  let place = 0;
  return (frame, send) => {
    for (const message of [frame].flat() as Asked[]) {
      const answered = answer(message, place++);
      if (answered !== undefined) send(answered);
    }
  };
}

export interface SmallRunOptions extends Partial<Omit<PlanOptions, 'rate'>> {
  readonly rate?: string;
  readonly srv?: ReadSrv;
  readonly format?: LoadFormat;
  readonly connections?: number;
  readonly inFlight?: number;
  readonly checkEvery?: number;
  readonly timeoutMs?: number;
  readonly armed?: ArmedSample;
}

export interface SmallRun {
  readonly run: Run;
  readonly time: HandTime;
  readonly gateway: FakeGateway;
}

/** A run whose connections are open, to be played; its gateway closes with the test. */
export async function openRun(answer: Answer, options: SmallRunOptions = {}): Promise<SmallRun> {
  const { rate = 'max', srv = '4.8.1', format = 'msgpack', batch = 1 } = options;
  const gateway = await fakeGateway(answer);
  onTestFinished(() => gateway.close());
  const time = new HandTime();
  const kinds = [{ srv, partyId: PARTY, group: 0 }];
  const devices = new Devices([{ first: FIRST_DEVICE, count: DEVICES }]);
  const line = {
    url: `${gateway.url}/sr`,
    subprotocol: `s1sp.v1.${format}`,
    binary: format === 'msgpack',
    token: undefined,
    group: 0,
  };
  const parts: RunParts = {
    time,
    plan: new Plan({
      rate: parseRate(rate) ?? { kind: 'max' },
      warmupMs: options.warmupMs ?? 0,
      durationMs: options.durationMs,
      count: options.durationMs === undefined ? (options.count ?? 20) : options.count,
      batch,
    }),
    chooser: new Chooser({
      kinds,
      mix: [{ srv, share: 1 }],
      devices: DEVICES,
      chance: openStream(1),
    }),
    kinds,
    requests: new Requests({
      format,
      kinds,
      period: PERIOD,
      devices,
      duisDocument: () => '',
    }),
    devices,
    format,
    lines: Array.from({ length: options.connections ?? 2 }, () => line),
    inFlight: options.inFlight ?? 4,
    batch,
    timeoutMs: options.timeoutMs ?? 10_000,
    checkEvery: options.checkEvery ?? 1,
    check: new Check({ truth, startSeconds: START, endSeconds: END }),
    ...(options.armed !== undefined && { armed: options.armed }),
    virtualMs: NOW_MS,
    polls: true,
  };
  const run = new Run(parts);
  await run.open();
  return { run, time, gateway };
}

/** Plays a run that its answers alone bring to an end. */
export async function played(answer: Answer, options: SmallRunOptions = {}) {
  const { run, gateway } = await openRun(answer, options);
  await run.play();
  const result = run.record.result();
  expectWhole(result);
  return { run, gateway, result, outcomes: result.outcomes };
}

/** Each SR that was planned is in exactly one outcome. */
export function expectWhole({
  planned,
  sent,
  answered,
  outcomes,
}: ReturnType<Run['record']['result']>) {
  const { refused, ...others } = outcomes;
  const sum = (counts: object) => Object.values(counts).reduce((all, count) => all + count, 0);
  expect(sum(others) + sum(refused)).toBe(planned);
  expect(sent + outcomes.notSent).toBe(planned);
  expect(answered + outcomes.timedOut + outcomes.lost).toBe(sent);
}

/** No outcome of any kind. */
export const NONE = { right: 0, wrong: 0, stale: 0, refused: {}, timedOut: 0, lost: 0, notSent: 0 };
/** Nothing that is nobody's answer. */
export const NO_STRAYS = { late: 0, repeated: 0, unknown: 0, unaddressed: {}, unreadable: 0 };
/** A gateway that answers everything rightly. */
export const right = answering((message) => rightAnswer(message));
