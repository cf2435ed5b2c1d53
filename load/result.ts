// What a load run found, as its result file holds it [contract §8]. Everything that is shown, in
// the terminal, on the page or beside another run, is read from here; the histograms are whole, so
// that runs may be merged. docs/load-result.schema.json is its JSON Schema.

/** Names the layout; a reader refuses any other. */
export const RESULT_FORMAT = 's1sp-load-result/1';

/** A latency in milliseconds; `hdr` is a base64 HdrHistogram (V2, compressed) in microseconds. */
export interface Latency {
  readonly count: number;
  readonly minMs: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
  readonly hdr: string;
}

/** Every SR that was planned is in exactly one of these. */
export interface Outcomes {
  /** Answered with I0 and, where checked, right. */
  readonly right: number;
  /** Values, stamps or RequestID that the seed contradicts. */
  readonly wrong: number;
  /** From the cache although 25 hours old or older, or where the rules forbid it. */
  readonly stale: number;
  /** By response code or error code. */
  readonly refused: Readonly<Record<string, number>>;
  /** No answer within the time limit, or the connection closed before it. */
  readonly timedOut: number;
  readonly lost: number;
  /** Planned, and not sent because the run was over or nothing more may be in flight. */
  readonly notSent: number;
}

/** What came back and is no SR's answer, in the whole run; none of it should be. */
export interface Strays {
  /** The first answer to an SR that had timed out. */
  readonly late: number;
  /** One more answer to an SR that has had its own. */
  readonly repeated: number;
  /** With a RequestID that this run has not sent. */
  readonly unknown: number;
  /** Errors without a RequestID, by code: what they were about times out. */
  readonly unaddressed: Readonly<Record<string, number>>;
  /** Frames that are none, or hold no answers; each ends its connection. */
  readonly unreadable: number;
}

/** One second of the run, counted by the planned send time; `warmup` ones count nowhere else. */
export interface Second {
  readonly atSeconds: number;
  readonly warmup: boolean;
  readonly planned: number;
  readonly sent: number;
  readonly answered: number;
  readonly hits: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What the gateway's own counters say of the run: difference of two readings of /metrics. */
export interface GatewayCounts {
  readonly deviceReads: number;
  readonly deviceReadsSaved: number;
  readonly coalesced: number;
  readonly wanBytes: number;
}

/** How busy the generator itself was; above its limits the run measures the generator. */
export interface GeneratorHealth {
  readonly lateness: Latency;
  readonly busyShare: number;
  readonly isBottleneck: boolean;
  /** One sentence, absent when the generator kept up. */
  readonly warning?: string;
}

/** A line of the table that a scenario prints. */
export interface ScenarioRow {
  readonly name: string;
  readonly unit: string;
  readonly withCache: number;
  readonly withoutCache: number;
}

export interface LoadResult {
  readonly format: typeof RESULT_FORMAT;
  readonly version: string;
  /** Real time, ISO 8601. */
  readonly startedAt: string;
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number };
  readonly gateway: {
    readonly url: string;
    readonly meters: number;
    readonly seed: number;
    readonly now: string;
  };
  /** Every setting of the run, defaults included. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  readonly measuredSeconds: number;
  readonly interrupted: boolean;
  /** No connection was left to send the rest over; absent where some was. */
  readonly cutOff?: boolean;
  readonly planned: number;
  readonly sent: number;
  readonly answered: number;
  readonly checked: number;
  readonly plannedRate: number;
  readonly sentRate: number;
  /** By what came while the measured part lasted, also to SRs of the warm-up. */
  readonly answeredRate: number;
  readonly outcomes: Outcomes;
  readonly strays: Strays;
  readonly served: { readonly cache: number; readonly device: number; readonly mixed: number };
  readonly latency: { readonly fromPlanned: Latency; readonly fromSent: Latency };
  readonly bySrv: Readonly<
    Record<string, { readonly answered: number; readonly hits: number; readonly latency: Latency }>
  >;
  readonly seconds: readonly Second[];
  /** Absent when /metrics could not be read. */
  readonly gatewayCounts?: GatewayCounts;
  readonly generator: GeneratorHealth;
  /** In words: the first wrong and stale answers, and why connections were lost. */
  readonly remarks?: readonly string[];
  readonly thresholds: readonly {
    readonly text: string;
    readonly measured: number;
    readonly met: boolean;
  }[];
  /** Target Response Times, per SRV and role [domain §2.4]. */
  readonly targets?: readonly {
    readonly srv: string;
    readonly role: string;
    readonly targetSeconds: number;
    readonly met: number;
    readonly missed: number;
  }[];
  readonly scenario?: {
    readonly name: string;
    readonly rows: readonly ScenarioRow[];
    /** WAN reads by virtual half hour, with and without the cache. */
    readonly curve: readonly {
      readonly at: string;
      readonly withCache: number;
      readonly withoutCache: number;
    }[];
  };
}
