// The metrics page [contract §4]: names, labels and units as the contract has them. Nothing is
// counted here; every metric reads the tally, or a gauge's owner, when the page is asked for.

import { Counter, Gauge, Registry } from 'prom-client';
import { DEVICE_SRVS, SCHEDULE_SRVS, SERVICE_REFERENCES } from '../protocol/service-reference.ts';
import {
  type Counts,
  RESPONSE_SECONDS_BUCKETS,
  TALLIED_SERVED,
  TALLIED_SRVS,
  type Tally,
  type WakeUps,
} from '../protocol/tally.ts';
import type { TargetResponseTimes } from '../protocol/target-response-times.ts';

/** What is known elsewhere: levels, and what the emulated world counts; read when asked for. */
export interface Gauges {
  cacheEntries(): number;
  cacheBytes(): number;
  inFlight(): number;
  wsConnections(): number;
  /** Size of the memories of each kind of bank, bytes; `store` is a name such as `cache`. */
  wasmMemoryBytes(): Readonly<Record<string, number>>;
  virtualTimeSeconds(): number;
  /** By the kind of fault, what was hit on purpose; absent where nothing can be. */
  faultHits?(): ReadonlyMap<string, number>;
  /** What answers are judged by. */
  readonly targets: TargetResponseTimes;
  /** The labels of `s1sp_build_info`, such as the version. */
  buildInfo(): Readonly<Record<string, string>>;
}

const RESPONSE_SECONDS = 's1sp_response_seconds';
const SRVS = [...DEVICE_SRVS, ...SCHEDULE_SRVS];
const MICRO_GBP = 1_000_000;

const DCO_HELP =
  'Messages that needed the Dual Control Organisation: it sees critical commands only, and none ' +
  'of the Service Requests served here is critical, so this stays 0.';

/** The page that shows `tally` and `gauges` as they are when it is written. */
export interface MetricsPage {
  readonly contentType: string;
  write(): Promise<string>;
}

export function openMetrics(tally: Tally, gauges: Gauges): MetricsPage {
  const registry = new Registry();
  addCounters(registry, tally);
  addGauges(registry, gauges);
  addFaults(registry, gauges);
  return {
    contentType: registry.contentType,
    write: async () => `${await registry.metrics()}\n${responseSeconds(tally)}`,
  };
}

function addCounters(registry: Registry, tally: Tally): void {
  const count = <A extends string, B extends string, C extends string>(
    name: string,
    help: string,
    labelNames: readonly string[],
    counts: Counts<A, B, C>,
  ) => registry.registerMetric(counterOf(name, help, labelNames, counts));

  const answerLabels = ['srv', 'code', 'served'];
  count('s1sp_service_requests_total', 'Service Requests answered.', answerLabels, tally.answers);
  const lookupLabels = ['srv', 'result'];
  count('s1sp_cache_lookups_total', 'Look-ups in the cache.', lookupLabels, tally.cacheLookups);
  const readLabels = ['srv', 'outcome'];
  count('s1sp_device_reads_total', 'Reads of a meter.', readLabels, tally.deviceReads);
  const savedHelp = 'Answers that needed no read of a meter of their own.';
  count('s1sp_device_reads_saved_total', savedHelp, ['srv'], tally.savedReads);
  count('s1sp_wan_bytes_total', 'Bytes over the SMETS1 WAN.', ['direction'], tally.wan);
  const targetHelp = 'Answers by whether they met their Target Response Time in virtual time.';
  const targetLabels = ['srv', 'role', 'result'];
  count('s1sp_target_response_times_total', targetHelp, targetLabels, tally.targets);
  count('s1sp_ws_closed_total', 'WebSockets closed.', ['reason'], tally.closes);
  const rejectedHelp = 'Messages, connections and answers not taken.';
  count('s1sp_rejected_total', rejectedHelp, ['reason'], tally.rejections);
  addWan(registry, tally);
  registry.registerMetric(
    new Counter({
      name: 's1sp_coalesced_total',
      help: 'Requests that waited for a read already under way.',
      registers: [],
      collect() {
        this.reset();
        this.inc(tally.coalescedReads);
      },
    }),
  );
}

/**
 * What a read costs beyond the gateway: SMS wake-ups by cohort, and the DCO's share, which is 0.
 */
function addWan(registry: Registry, tally: Tally): void {
  const ofWakeUps = (name: string, help: string, read: (wakeUps: WakeUps) => number) =>
    registry.registerMetric(
      new Counter({
        name,
        help,
        labelNames: ['cohort'],
        registers: [],
        collect() {
          this.reset();
          for (const [cohort, wakeUps] of tally.wakeUps) this.inc({ cohort }, read(wakeUps));
        },
      }),
    );
  const smsHelp = 'SMS that woke communications hubs.';
  ofWakeUps('s1sp_wan_wake_ups_total', smsHelp, ({ count }) => count);
  const costHelp = 'What the SMS that woke communications hubs cost, pounds sterling.';
  ofWakeUps(
    's1sp_wan_wake_up_cost_pounds_total',
    costHelp,
    ({ costMicroGbp }) => costMicroGbp / MICRO_GBP,
  );
  registry.registerMetric(
    new Counter({
      name: 's1sp_dco_messages_total',
      help: DCO_HELP,
      labelNames: ['srv'],
      registers: [],
      collect() {
        this.reset();
        for (const srv of DEVICE_SRVS) {
          this.inc({ srv }, tally.dcoMessages.get(srv, 'only', 'only'));
        }
      },
    }),
  );
}

/** What faults made on purpose have hit: whoever sees gaps and E21 wants to know whose they are. */
function addFaults(registry: Registry, gauges: Gauges): void {
  registry.registerMetric(
    new Counter({
      name: 's1sp_faults_total',
      help: 'Commands and log entries hit by faults made on purpose.',
      labelNames: ['fault'],
      registers: [],
      collect() {
        this.reset();
        for (const [fault, hits] of gauges.faultHits?.() ?? []) this.inc({ fault }, hits);
      },
    }),
  );
}

function counterOf<A extends string, B extends string, C extends string>(
  name: string,
  help: string,
  labelNames: readonly string[],
  counts: Counts<A, B, C>,
): Counter {
  return new Counter({
    name,
    help,
    labelNames,
    registers: [],
    collect() {
      this.reset();
      counts.forEach((values, value) => {
        this.labels(...values.slice(0, labelNames.length)).inc(value);
      });
    },
  });
}

function addGauges(registry: Registry, gauges: Gauges): void {
  const gauge = (name: string, help: string, read: () => number) =>
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  gauge('s1sp_cache_entries', 'Log entries in the cache.', () => gauges.cacheEntries());
  gauge('s1sp_cache_bytes', 'Memory of the cache slots in use.', () => gauges.cacheBytes());
  gauge('s1sp_in_flight', 'Requests accepted and not answered yet.', () => gauges.inFlight());
  gauge('s1sp_ws_connections', 'WebSockets open.', () => gauges.wsConnections());
  gauge('s1sp_virtual_time_seconds', 'Virtual time since the Unix epoch.', () =>
    gauges.virtualTimeSeconds(),
  );
  registry.registerMetric(
    new Gauge({
      name: 's1sp_wasm_memory_bytes',
      help: 'Memory of the WebAssembly instances.',
      labelNames: ['store'],
      registers: [],
      collect() {
        const stores = gauges.wasmMemoryBytes();
        for (const store of Object.keys(stores)) this.set({ store }, stores[store] ?? 0);
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 's1sp_target_response_seconds',
      help: 'Target Response Time on demand, virtual time.',
      labelNames: ['srv', 'role'],
      registers: [],
      collect() {
        for (const srv of SRVS) {
          for (const role of SERVICE_REFERENCES[srv].roles) {
            this.set({ srv, role }, gauges.targets.seconds('onDemand', srv, role) ?? 0);
          }
        }
      },
    }),
  );
  const buildInfo = gauges.buildInfo();
  registry.registerMetric(
    new Gauge({
      name: 's1sp_build_info',
      help: 'Always 1; the labels say which build runs.',
      labelNames: Object.keys(buildInfo),
      registers: [],
      collect() {
        this.set({ ...buildInfo }, 1);
      },
    }),
  );
}

/**
 * `s1sp_response_seconds` in the text format. The library's own histogram only shows what it has
 * observed itself, one call at a time.
 */
function responseSeconds(tally: Tally): string {
  const lines = [
    `# HELP ${RESPONSE_SECONDS} Real time from a request to its final answer.`,
    `# TYPE ${RESPONSE_SECONDS} histogram`,
  ];
  for (const srv of TALLIED_SRVS) {
    for (const served of TALLIED_SERVED) {
      const { counts, sum } = tally.responseTimes.read(srv, served);
      const labels = `srv="${srv}",served="${served}"`;
      let count = 0;
      const buckets = counts.map((own, place) => {
        count += own;
        const bound = RESPONSE_SECONDS_BUCKETS[place] ?? '+Inf';
        return `${RESPONSE_SECONDS}_bucket{le="${bound}",${labels}} ${count}`;
      });
      if (count === 0) continue;
      lines.push(...buckets);
      lines.push(`${RESPONSE_SECONDS}_sum{${labels}} ${sum}`);
      lines.push(`${RESPONSE_SECONDS}_count{${labels}} ${count}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
