// The bytes of requests. Of a kind of request only the device and the counter differ from one to
// the next, both of fixed length: a message is a copy of its kind's bytes with those two written
// in. Counters are milliseconds since the epoch and upward, 13 digits until the year 2286.

import { pack } from 'msgpackr';
import { type Eui64, eui64Plus, formatEui64 } from '../gateway/protocol/eui64.ts';
import type { RequestKind } from './choice.ts';

export type LoadFormat = 'json' | 'msgpack' | 'duis';

/** The stretch of a log that every request of a run asks for, as its messages say it. */
export interface AskedPeriod {
  readonly startDateTime: string;
  readonly endDateTime: string;
}

export interface RequestOptions {
  readonly format: LoadFormat;
  readonly kinds: readonly RequestKind[];
  readonly period: AskedPeriod;
  readonly firstDevice: Eui64;
  /** Writes a message as a DUIS document. */
  readonly duisDocument: (message: Readonly<Record<string, unknown>>) => string;
}

const ANY_DEVICE = '00-00-00-00-00-00-00-00';
const ANY_COUNTER = '1000000000000';
const COUNTER_DIGITS = ANY_COUNTER.length;
const ZERO = 0x30;
const DASH = 0x2d;
const HEX = Buffer.from('0123456789ABCDEF');

interface Template {
  readonly bytes: Buffer;
  /** Where the target's EUI-64 begins; the counter follows it after a colon. */
  readonly targetAt: number;
}

export class Requests {
  /** Size of the largest message. */
  readonly sizeMax: number;
  readonly #plain: readonly Template[];
  readonly #explained: readonly Template[];
  readonly #firstDevice: Eui64;

  constructor(options: RequestOptions) {
    this.#firstDevice = options.firstDevice;
    this.#plain = options.kinds.map((kind) => template(kind, options, false));
    // A DUIS request cannot ask why [contract §5].
    this.#explained =
      options.format === 'duis'
        ? this.#plain
        : options.kinds.map((kind) => template(kind, options, true));
    const sizes = [...this.#plain, ...this.#explained].map(({ bytes }) => bytes.length);
    this.sizeMax = Math.max(...sizes);
  }

  /** Writes a message into `out` at `at`; gives where it ends. */
  put(
    out: Buffer,
    at: number,
    kind: number,
    device: number,
    counter: number,
    explain: boolean,
  ): number {
    const message = (explain ? this.#explained : this.#plain)[kind];
    if (message === undefined) throw new RangeError(`there is no kind ${kind} of request`);
    out.set(message.bytes, at);
    const { high, low } = eui64Plus(this.#firstDevice, device);
    putHalf(out, at + message.targetAt, high);
    putHalf(out, at + message.targetAt + 12, low);
    putCounter(out, at + message.targetAt + ANY_DEVICE.length + 1, counter);
    return at + message.bytes.length;
  }

  /** The device at a place among those asked. */
  deviceAt(place: number): Eui64 {
    return eui64Plus(this.#firstDevice, place);
  }

  deviceId(place: number): string {
    const { high, low } = this.deviceAt(place);
    return formatEui64(high, low);
  }
}

function template(kind: RequestKind, options: RequestOptions, explain: boolean): Template {
  const message = {
    requestId: `${kind.partyId}:${ANY_DEVICE}:${ANY_COUNTER}`,
    serviceReferenceVariant: kind.srv,
    readLogPeriod: options.period,
    ...(explain && { explain }),
  };
  const bytes = encoded(message, options);
  return { bytes, targetAt: bytes.indexOf(`${ANY_DEVICE}:${ANY_COUNTER}`) };
}

function encoded(message: object, { format, duisDocument }: RequestOptions): Buffer {
  if (format === 'msgpack') return Buffer.from(pack(message));
  return Buffer.from(format === 'json' ? JSON.stringify(message) : duisDocument({ ...message }));
}

/** Four dashed groups of an EUI-64. */
function putHalf(out: Buffer, start: number, half: number): void {
  let at = start;
  for (let shift = 24; shift >= 0; shift -= 8) {
    const byte = (half >>> shift) & 255;
    out[at] = HEX[byte >> 4] ?? ZERO;
    out[at + 1] = HEX[byte & 15] ?? ZERO;
    if (shift > 0) out[at + 2] = DASH;
    at += 3;
  }
}

function putCounter(out: Buffer, start: number, counter: number): void {
  let high = Math.floor(counter / 1_000_000);
  let low = counter - high * 1_000_000;
  for (let at = start + COUNTER_DIGITS - 1; at >= start + 7; at--) {
    out[at] = ZERO + (low % 10);
    low = Math.trunc(low / 10);
  }
  for (let at = start + 6; at >= start; at--) {
    out[at] = ZERO + (high % 10);
    high = Math.trunc(high / 10);
  }
}
