// A run that is over, as its result [contract §8].

import { gatewayCounts, type MetricSums, targetCounts } from './gateway-counts.ts';
import type { LoadResult } from './result.ts';
import { RESULT_FORMAT } from './result.ts';
import type { Run } from './run.ts';

export interface ConclusionParts {
  readonly run: Run;
  readonly version: string;
  readonly startedAt: string;
  readonly machine: LoadResult['machine'];
  readonly gateway: LoadResult['gateway'];
  readonly settings: LoadResult['settings'];
  /** Readings of /metrics around the measured part, where both could be read. */
  readonly metricsBefore: MetricSums | undefined;
  readonly metricsAfter: MetricSums | undefined;
  readonly scenario?: LoadResult['scenario'] | undefined;
  /** What the counts do not say, ahead of what the run itself has to say. */
  readonly remarks: readonly string[];
}

/** The result, but for its thresholds, which are judged by it. */
export function conclude(parts: ConclusionParts): LoadResult {
  const { run, metricsBefore, metricsAfter, scenario } = parts;
  const recorded = run.record.result();
  const measuredSeconds = Math.round(run.measuredMs) / 1000;
  const rate = (count: number): number =>
    measuredSeconds > 0 ? Math.round((count / measuredSeconds) * 100) / 100 : 0;
  const remarks = [...parts.remarks, ...remarksOf(run)];
  const isCounted = metricsBefore !== undefined && metricsAfter !== undefined;
  return {
    format: RESULT_FORMAT,
    version: parts.version,
    startedAt: parts.startedAt,
    machine: parts.machine,
    gateway: parts.gateway,
    settings: parts.settings,
    measuredSeconds,
    interrupted: run.interrupted,
    ...(run.isCutOff && { cutOff: true }),
    ...recorded,
    plannedRate: rate(recorded.planned),
    sentRate: rate(recorded.sent),
    answeredRate: rate(run.record.came),
    ...(isCounted && {
      gatewayCounts: gatewayCounts(metricsBefore, metricsAfter),
      targets: targetCounts(metricsBefore, metricsAfter),
    }),
    generator: run.health.result(recorded.latency.fromSent.p50Ms),
    thresholds: [],
    ...(remarks.length > 0 && { remarks }),
    ...(scenario !== undefined && { scenario }),
  };
}

/** What the counts do not say: the first faults, and why connections were lost. */
function remarksOf({ receiver, isCutOff }: Run): string[] {
  const closed = [...receiver.closeReasons].map(
    ([reason, count]) => `${count} ${count === 1 ? 'connection' : 'connections'} lost: ${reason}`,
  );
  const early = isCutOff
    ? ['The run was cut off: no connection was left, and the rest is not sent.']
    : [];
  return [...receiver.faults, ...closed, ...early];
}
