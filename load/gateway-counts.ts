// What the gateway's own counters say: `/metrics` [contract §4], read before and after.

import type { GatewayCounts, LoadResult } from './result.ts';

/** Counters by name, their labels summed; and each by itself, `name{label="value"}`. */
export type MetricSums = ReadonlyMap<string, number>;

/** Sums up a metrics page; lines that are not samples are passed over. */
export function readMetrics(text: string): MetricSums {
  const sums = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, labels, value] = /^([a-z_0-9]+)(\{[^}]*\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    sums.set(name, (sums.get(name) ?? 0) + Number(value));
    if (labels !== undefined) sums.set(name + labels, Number(value));
  }
  return sums;
}

/** What a counter has gained between two readings. */
export function gained(before: MetricSums, after: MetricSums, name: string): number {
  return Math.max(0, (after.get(name) ?? 0) - (before.get(name) ?? 0));
}

export function gatewayCounts(before: MetricSums, after: MetricSums): GatewayCounts {
  const of = (name: string) => gained(before, after, name);
  return {
    deviceReads: of('s1sp_device_reads_total'),
    deviceReadsSaved: of('s1sp_device_reads_saved_total'),
    coalesced: of('s1sp_coalesced_total'),
    wanBytes: of('s1sp_wan_bytes_total'),
  };
}

const TARGET =
  /^s1sp_target_response_times_total\{srv="([^"]+)",role="([^"]+)",result="(?:met|missed)"\}$/;

/**
 * Answers by whether they met their Target Response Time. The gateway judges them, for it does so
 * in virtual time, from the request's arrival to the answer.
 */
export function targetCounts(
  before: MetricSums,
  after: MetricSums,
): NonNullable<LoadResult['targets']> {
  const pairs = new Map<string, { srv: string; role: string }>();
  for (const name of after.keys()) {
    const [, srv, role] = TARGET.exec(name) ?? [];
    if (srv !== undefined && role !== undefined)
      pairs.set(`srv="${srv}",role="${role}"`, { srv, role });
  }
  return [...pairs].flatMap(([labels, { srv, role }]) => {
    const of = (result: string) =>
      gained(before, after, `s1sp_target_response_times_total{${labels},result="${result}"}`);
    const [met, missed] = [of('met'), of('missed')];
    const targetSeconds = after.get(`s1sp_target_response_seconds{${labels}}`);
    if (met + missed === 0 || targetSeconds === undefined) return [];
    return { srv, role, targetSeconds, met, missed };
  });
}
