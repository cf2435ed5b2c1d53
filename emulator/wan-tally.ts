// What the WAN counts, and how many bytes it takes a message to have. The sizes are decisions: the
// SMETS1 protocols differ by manufacturer and none is public, so these are what a compact binary
// protocol would need. SMS wake-ups are counted by number and cost, not by bytes.

import { NO_ENTRY } from '../gateway/protocol/log-entries.ts';
import type { DeviceFailureCode } from '../gateway/protocol/response-codes.ts';
import { type DeviceSrv, SERVICE_REFERENCES } from '../gateway/protocol/service-reference.ts';
import type { MeterReply } from '../gateway/s1sp/meter-network.ts';

/** One request to a meter: addressing, security, the period. */
export const REQUEST_BYTES = 96;
/** One reply apart from its entries. */
export const REPLY_BYTES = 64;
/** The stamp of an entry. */
export const STAMP_BYTES = 4;
/** Each value or register of an entry. */
export const VALUE_BYTES = 4;

const MICRO_GBP = 1_000_000;

export type ReadOutcome = 'ok' | DeviceFailureCode;

/** Told of bytes as they go: `out` to the meter, `in` from it. */
export type OnBytes = (direction: 'out' | 'in', bytes: number) => void;

/** Told of what goes over the WAN, as it goes. */
export interface WanListener {
  readonly onBytes?: OnBytes;
  /** One SMS to a communications hub; `cohort` is its index in the fleet. */
  readonly onWakeUp?: (cohort: number, costMicroGbp: number) => void;
  /** A command that the Dual Control Organisation had to see before it went. */
  readonly onDcoMessage?: (srv: DeviceSrv) => void;
}

/** Plain numbers, read by whoever shows them. They only rise, but for the two gauges. */
export class WanTally {
  /** Commands answered, by SRV and outcome. */
  readonly reads: Readonly<Record<DeviceSrv, Record<ReadOutcome, number>>> = {
    '3.2': { ok: 0, E20: 0, E21: 0 },
    '4.6.1': { ok: 0, E20: 0, E21: 0 },
    '4.8.1': { ok: 0, E20: 0, E21: 0 },
    '4.8.2': { ok: 0, E20: 0, E21: 0 },
    '4.8.3': { ok: 0, E20: 0, E21: 0 },
  };
  /** Requests sent to meters, retries included. */
  attempts = 0;
  /** Requests or replies that the WAN lost. */
  lostMessages = 0;
  /** Replies that would have come after their attempt had timed out; they are dropped. */
  lateReplies = 0;
  bytesToMeters = 0;
  bytesFromMeters = 0;
  /** SMS sent to communications hubs. */
  wakeUps = 0;
  /** What they cost, in millionths of a pound so that the sum stays exact. */
  wakeUpCostMicroGbp = 0;
  /** Gauge: reads asked and not answered, those waiting included. */
  inFlight = 0;
  /** Gauge: reads waiting for a session. */
  waiting = 0;
  readonly #listener: WanListener;

  constructor(listener: WanListener = {}) {
    this.#listener = listener;
  }

  /** A command that goes to a meter, whatever becomes of it; its retries are the same command. */
  countCommand(srv: DeviceSrv): void {
    if (SERVICE_REFERENCES[srv].critical) this.#listener.onDcoMessage?.(srv);
  }

  countReply(srv: DeviceSrv, reply: MeterReply): void {
    this.reads[srv][reply.ok ? 'ok' : reply.code]++;
  }

  countWakeUp(cohort: number, costGbp: number): void {
    const costMicroGbp = Math.round(costGbp * MICRO_GBP);
    this.wakeUps++;
    this.wakeUpCostMicroGbp += costMicroGbp;
    this.#listener.onWakeUp?.(cohort, costMicroGbp);
  }

  countRequest(): void {
    this.attempts++;
    this.bytesToMeters += REQUEST_BYTES;
    this.#listener.onBytes?.('out', REQUEST_BYTES);
  }

  /** The meter has sent its reply, whether or not it arrives. */
  countSent(reply: MeterReply): void {
    const bytes = replyBytes(reply);
    this.bytesFromMeters += bytes;
    this.#listener.onBytes?.('in', bytes);
  }
}

/** Bytes that a meter's reply takes on the WAN; half hours without an entry take none. */
export function replyBytes(reply: MeterReply): number {
  if (!reply.ok) return 0;
  if ('restricted' in reply) return REPLY_BYTES;
  if ('dailyReadLog' in reply) {
    let bytes = REPLY_BYTES;
    for (const entry of reply.dailyReadLog) {
      const matrices =
        entry.tariffTOURegisterMatrixValue.length +
        (entry.secondaryTariffTOURegisterMatrixValue?.length ?? 0);
      const totals = entry.secondaryActiveImportRegisterConsumption === undefined ? 1 : 2;
      bytes += STAMP_BYTES + VALUE_BYTES * (totals + matrices);
    }
    return bytes;
  }
  if ('gasDailyReadLog' in reply) {
    let bytes = REPLY_BYTES;
    for (const { tariffBlockCounterMatrix, tariffTOURegisterMatrix } of reply.gasDailyReadLog) {
      const matrices = tariffBlockCounterMatrix.length + tariffTOURegisterMatrix.length;
      bytes += STAMP_BYTES + VALUE_BYTES * (1 + matrices);
    }
    return bytes;
  }
  const columns = reply.profile?.columns;
  const first = columns?.[0];
  if (columns === undefined || first === undefined) return REPLY_BYTES;
  let entries = 0;
  for (let row = 0; row < first.length; row++) if (first[row] !== NO_ENTRY) entries++;
  return REPLY_BYTES + entries * (STAMP_BYTES + VALUE_BYTES * columns.length);
}
