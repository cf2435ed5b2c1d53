// What a crowd does, drawn by chance from a seed: requests of every kind about every device, alone,
// in arrays, twice, later, and one upon the answer to another; connections that close, devices that
// go, faults that come and go, and time that passes in steps on which much falls together.

import { openStream } from '../../../emulator/random.ts';
import type { DeviceRange } from '../../../gateway/access/inventory.ts';
import { eui64Plus, formatEui64 } from '../../../gateway/protocol/eui64.ts';
import { formatSeconds } from '../../../gateway/protocol/half-hours.ts';
import type { UserRole } from '../../../gateway/protocol/service-reference.ts';
import { partyId } from '../small-world.ts';
import { BODIES, PERIOD, requestXml } from '../wire/duis/documents.ts';
import { type Act, CLOSING_LINES, DUIS_LINE, type Message, START_MS } from './world.ts';

const DCC = '90-B3-D5-1F-30-00-00-02';
const DAY = 86_400;
const SRVS = ['4.8.1', '4.8.1', '4.8.1', '4.6.1', '4.8.3', '4.8.2'] as const;
const GAS_SRVS = ['4.8.1', '4.8.1', '4.6.1'] as const;
const ASKERS: Readonly<Record<string, readonly UserRole[]>> = {
  '3.2': ['IS'],
  '4.6.1': ['IS', 'MDR'],
  '4.8.1': ['IS', 'ED', 'MDR', 'OU'],
  '4.8.2': ['ED', 'IS'],
  '4.8.3': ['ES', 'MDR', 'ED'],
};
/** Of one request each. */
const WRONGS = [
  'silent',
  'lost-reply',
  'wan-down',
  'maintenance',
  { slow: { delaySeconds: 1 } },
  { slow: { delaySeconds: 5 } },
  { 'duplicate-reply': { delaySeconds: 1 } },
] as const;
/** Of an entry. */
const WRONG_ENTRIES = ['gap', 'corrupted-entry', { 'wrong-clock': { offsetMinutes: 30 } }] as const;

/** Of the others the log may be wrong, or restricted: these tell what they have counted. */
export function isTrusted(device: number): boolean {
  return device % 4 !== 1;
}

export class Script {
  readonly #next: () => number;
  readonly #ids: readonly string[];
  #counter = 1;
  #faults = 0;
  #nowMs = START_MS;

  constructor(seed: number, ranges: readonly DeviceRange[]) {
    this.#next = openStream(seed);
    this.#ids = ranges.flatMap(({ count, firstDeviceId }) =>
      Array.from({ length: count }, (_, i) => {
        const { high, low } = eui64Plus(firstDeviceId, i);
        return formatEui64(high, low);
      }),
    );
  }

  get deviceCount(): number {
    return this.#ids.length;
  }

  /** So many rounds of a burst and some time. */
  acts(rounds: number): Act[] {
    return Array.from({ length: rounds }, (_, round) => this.#round(round)).flat();
  }

  #below(count: number): number {
    return Math.floor(this.#next() * count);
  }

  #oneOf<T>(choices: readonly [T, ...T[]] | readonly T[]): T {
    return choices[this.#below(choices.length)] as T;
  }

  #round(round: number): Act[] {
    const acts: Act[] = [];
    for (let i = this.#below(14); i >= 0; i--) acts.push(this.#said());
    if (this.#below(6) === 0) acts.push({ kind: 'hangUp', line: this.#below(CLOSING_LINES) });
    if (this.#below(10) === 0) acts.push(this.#status());
    if (this.#below(10) === 0) acts.push(this.#deletion());
    if (this.#below(6) === 0) acts.push(this.#fault());
    if (this.#faults > 0 && this.#below(3) === 0) {
      acts.push({ kind: 'mend', place: Math.max(this.#faults - 1 - this.#below(5), 0) });
    }
    // Mostly whole half seconds: on them replies, limits and deadlines meet.
    const ms = round % 25 === 24 ? this.#below(1_800_000) : this.#below(5) * 500;
    this.#nowMs += ms;
    acts.push({ kind: 'pass', ms });
    return acts;
  }

  #said(): Act {
    const line = this.#below(DUIS_LINE + 1);
    if (line === DUIS_LINE) return { kind: 'say', line, messages: [this.#document()] };
    const count = this.#below(4) === 0 ? 2 + this.#below(6) : 1;
    const messages = Array.from({ length: count }, () => this.#message(line, this.#device(), 2));
    const [first] = messages;
    // A RequestID that is still in flight, or not any more.
    if (first !== undefined && this.#below(15) === 0) {
      const { next, ...again } = first;
      messages.push(again);
    }
    return { kind: 'say', line, messages };
  }

  /** A few are asked for more often than the others, so that reads are shared. */
  #device(): number {
    return this.#below(3) === 0 ? this.#below(4) * 7 : this.#below(this.#ids.length);
  }

  #requestId(role: UserRole, target: string): string {
    const text = `${partyId(role)}:${target}:${this.#counter++}`;
    return this.#below(8) === 0 ? text.toLowerCase() : text;
  }

  #message(line: number, device: number, depth: number): Message {
    const target = this.#ids[device] ?? '';
    const more = depth > 0 && this.#below(4) === 0;
    const next = more ? { next: this.#message(line, device, depth - 1) } : {};
    const kind = this.#below(40);
    if (kind < 6 && !isTrusted(device)) {
      const requestId = this.#requestId('IS', target);
      const restrictionDateTime = formatSeconds(
        Math.floor(this.#nowMs / 1000) - this.#below(2 * DAY),
      );
      const restrictAccessForChangeOfTenancy = { restrictionDateTime };
      const body = { requestId, serviceReferenceVariant: '3.2', restrictAccessForChangeOfTenancy };
      return { device, requestId, body, ...next };
    }
    const isGas = target.startsWith('C0');
    const srv = isGas ? this.#oneOf(GAS_SRVS) : this.#oneOf(SRVS);
    const requestId = this.#requestId(isGas ? 'GS' : this.#oneOf(ASKERS[srv] ?? ['IS']), target);
    const body = {
      requestId,
      serviceReferenceVariant: srv,
      readLogPeriod: this.#period(),
      ...(this.#below(3) === 0 && { explain: true }),
      ...(line >= CLOSING_LINES && this.#below(10) === 0 && { executionDateTime: this.#later() }),
    };
    return { device, requestId, body, ...next };
  }

  #later(): string {
    return formatSeconds(Math.ceil(this.#nowMs / 1000) + 1 + this.#below(60));
  }

  #period(): object {
    const now = Math.floor(this.#nowMs / 1000);
    const midnight = now - (now % DAY);
    const [start, end] = this.#oneOf([
      [midnight - DAY, midnight],
      [midnight - DAY, midnight],
      [midnight, now],
      [midnight - DAY + this.#below(48) * 1800, midnight + 3600],
      [midnight - this.#below(5) * DAY, now + 7200],
      [midnight - 40 * DAY, midnight],
      [now - 3600, now + 3600],
      [now + 3600, now + 7200],
    ]) as [number, number];
    return { startDateTime: formatSeconds(start), endDateTime: formatSeconds(end) };
  }

  #document(): Message {
    const device = this.#device();
    const srv = this.#oneOf(SRVS);
    const requestId = this.#requestId(this.#oneOf(ASKERS[srv] ?? ['IS']), this.#ids[device] ?? '');
    const now = Math.floor(this.#nowMs / 1000);
    const day = now - (now % DAY);
    const period = PERIOD.replace('2026-11-22T00:00:00.00Z', formatSeconds(day - DAY)).replace(
      '2026-11-23T00:00:00.00Z',
      formatSeconds(day),
    );
    const body = requestXml(srv, { requestId, body: BODIES[srv].replace(PERIOD, period) });
    return { device, requestId, body };
  }

  /** One that goes does not come back to its schedules: what it is asked is refused or uncached. */
  /** Purges a cache, which whoever waits for a read is told of, whatever the device. */
  #deletion(): Act {
    const deviceId = this.#ids[this.#device()];
    const requestId = this.#requestId('MDR', DCC);
    const body = { requestId, serviceReferenceVariant: '5.3', deleteSchedule: { deviceId } };
    return { kind: 'say', line: CLOSING_LINES, messages: [{ device: undefined, requestId, body }] };
  }

  #status(): Act {
    const device = this.#below(this.#ids.length);
    return { kind: 'status', device, gone: this.#below(6) === 0 };
  }

  #fault(): Act {
    this.#faults++;
    const name = `${this.#faults}`;
    const device = this.#device();
    const who = this.#ids[device];
    const p = this.#oneOf([0.3, 0.6, 1]);
    if (!isTrusted(device) && this.#below(2) === 0) {
      return { kind: 'fault', fault: { name, who, p, what: this.#oneOf(WRONG_ENTRIES) } };
    }
    const all = this.#below(5) === 0;
    const what = this.#oneOf(WRONGS);
    return { kind: 'fault', fault: { name, what, ...(all ? { p: 0.05 } : { who, p }) } };
  }
}
