// The JSON Schema of a result file, docs/load-result.schema.json, and the check of every file that
// is read. A test holds it equal to the type `LoadResult`. Unknown keys pass: a later version may
// say more in the same layout.

import { Compile, Type } from '../gateway/protocol/schema.ts';
import { RESULT_FORMAT } from './result.ts';

const count = (description?: string) =>
  Type.Integer({ minimum: 0, ...(description !== undefined && { description }) });
const ms = (description?: string) =>
  Type.Number({ minimum: 0, ...(description !== undefined && { description }) });
const perSecond = (description: string) => Type.Number({ minimum: 0, description });
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

const latency = (description: string) =>
  Type.Object(
    {
      count: count(),
      minMs: ms(),
      meanMs: ms(),
      p50Ms: ms(),
      p90Ms: ms(),
      p99Ms: ms(),
      p999Ms: ms('the percentile 99.9'),
      maxMs: ms(),
      hdr: Type.String({
        description: 'all of it: an HdrHistogram in microseconds, V2, compressed, base64',
      }),
    },
    { description },
  );

const outcomes = Type.Object(
  {
    right: count('answered with I0 and, where checked, right'),
    wrong: count('values, stamps or RequestID that the seed contradicts'),
    stale: count('from the cache although too old, or where the rules forbid it'),
    refused: Type.Record(Type.String(), count(), { description: 'by response or error code' }),
    timedOut: count('no answer within the time limit'),
    lost: count('the connection closed before the answer'),
    notSent: count('planned and not sent'),
  },
  { description: 'every SR that was planned is in exactly one of these' },
);

const second = Type.Object({
  atSeconds: Type.Number({ description: 'since the run started, by the planned send time' }),
  warmup: Type.Boolean({ description: 'true: counted nowhere else' }),
  planned: count(),
  sent: count(),
  answered: count(),
  hits: count('answered from the cache'),
  errors: count(),
  p50Ms: ms(),
  p90Ms: ms(),
  p99Ms: ms(),
  maxMs: ms(),
});

const strays = Type.Object(
  {
    late: count('first answers to SRs that had timed out'),
    repeated: count('further answers to SRs that have had theirs'),
    unknown: count('answers with a RequestID that was not sent'),
    unaddressed: Type.Record(Type.String(), count(), {
      description: 'errors without a RequestID, by code',
    }),
    unreadable: count('frames that cannot be read'),
  },
  { description: "what came back in the whole run and is no SR's answer" },
);

const gatewayCounts = Type.Object(
  { deviceReads: count(), deviceReadsSaved: count(), coalesced: count(), wanBytes: count() },
  { description: "difference of the gateway's own counters; absent when they could not be read" },
);

const generator = Type.Object(
  {
    lateness: latency('actual send time less planned send time'),
    busyShare: share("of one core's time"),
    isBottleneck: Type.Boolean({ description: 'true: the run measured the generator' }),
    warning: Type.Optional(Type.String()),
  },
  { description: 'how busy the generator itself was' },
);

const scenario = Type.Object({
  name: Type.String(),
  rows: Type.Array(
    Type.Object({
      name: Type.String(),
      unit: Type.String(),
      withCache: Type.Number(),
      withoutCache: Type.Number(),
    }),
  ),
  curve: Type.Array(
    Type.Object({
      at: Type.String({ description: 'the UTC end of a virtual half hour, ISO 8601' }),
      withCache: Type.Number(),
      withoutCache: Type.Number(),
    }),
    { description: 'WAN reads by half hour' },
  ),
});

export const RESULT_SCHEMA = Type.Object({
  format: Type.Literal(RESULT_FORMAT, { description: 'names this layout' }),
  version: Type.String({ description: 'of s1sp' }),
  startedAt: Type.String({ description: 'real time, ISO 8601' }),
  machine: Type.Object({ node: Type.String(), cpu: Type.String(), cores: Type.Integer() }),
  gateway: Type.Object({
    url: Type.String(),
    meters: count(),
    seed: count(),
    now: Type.String({ description: 'virtual time at the start, ISO 8601' }),
  }),
  settings: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
    description: 'every setting of the run, defaults included',
  }),
  measuredSeconds: Type.Number({ minimum: 0, description: 'without the warm-up' }),
  interrupted: Type.Boolean(),
  cutOff: Type.Optional(Type.Boolean({ description: 'no connection was left for the rest' })),
  planned: count(),
  sent: count(),
  answered: count(),
  checked: count('answers that were recomputed from the seed'),
  plannedRate: perSecond('SRs a second'),
  sentRate: perSecond('SRs a second'),
  answeredRate: perSecond('answers a second that came while the measured part lasted'),
  outcomes,
  strays,
  served: Type.Object({ cache: count(), device: count(), mixed: count() }),
  latency: Type.Object({
    fromPlanned: latency('from the planned send time to the answer'),
    fromSent: latency('from the actual send time to the answer'),
  }),
  bySrv: Type.Record(
    Type.String(),
    Type.Object({ answered: count(), hits: count(), latency: latency('from the planned time') }),
  ),
  seconds: Type.Array(second),
  gatewayCounts: Type.Optional(gatewayCounts),
  generator,
  remarks: Type.Optional(
    Type.Array(Type.String(), {
      description: 'in words: the first wrong and stale answers, why connections were lost',
    }),
  ),
  thresholds: Type.Array(
    Type.Object({
      text: Type.String(),
      measured: Type.Number({ description: 'ms, a share from 0 to 1, or a count' }),
      met: Type.Boolean(),
    }),
  ),
  targets: Type.Optional(
    Type.Array(
      Type.Object({
        srv: Type.String(),
        role: Type.String(),
        targetSeconds: Type.Number({ minimum: 0 }),
        met: count(),
        missed: count(),
      }),
      { description: 'Target Response Times by SRV and role' },
    ),
  ),
  scenario: Type.Optional(scenario),
});

export const resultCheck = Compile(RESULT_SCHEMA);

/** The text of docs/load-result.schema.json. */
export function resultSchemaText(): string {
  const document = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'What s1sp load found',
    ...RESULT_SCHEMA,
  };
  // Short lists of names go into one line, as the formatter of the project has them.
  const text = JSON.stringify(document, null, 2);
  return `${text.replaceAll(/^.*\[\n[^\][{}]*\](,?)$/gm, onOneLine)}\n`;
}

const COLUMNS_MAX = 100;

function onOneLine(list: string): string {
  const line = list.replaceAll(/(\[)\n\s*|\n\s*(\])/g, '$1$2').replaceAll(/,\n\s*/g, ', ');
  return line.length <= COLUMNS_MAX ? line : list;
}
