// What the gateway's own counters say: `/metrics` [contract §4], read before and after.

import type { GatewayCounts } from './result.ts';

/** Counters by name, their labels summed. */
export type MetricSums = ReadonlyMap<string, number>;

/** Sums up a metrics page; lines that are not samples are passed over. */
export function readMetrics(text: string): MetricSums {
  const sums = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-z_0-9]+)(?:\{[^}]*\})? (\S+)$/.exec(line) ?? [];
    if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + Number(value));
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
