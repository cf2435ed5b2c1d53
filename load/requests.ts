// The bytes of requests. Of a kind of request only the device and the counter differ from one to
// the next, both of fixed length: a message is a copy of its kind's bytes with those two written
// in. They are kept masked, as they travel. Counters are milliseconds since the epoch and upward,
// 13 digits until the year 2286.

import { pack } from 'msgpackr';
import type { RequestKind } from './choice.ts';
import { KEY_BYTE, mask } from './client-frames.ts';
import type { Devices } from './devices.ts';

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
  readonly devices: Devices;
  /** Writes a message as a DUIS document. */
  readonly duisDocument: (message: Readonly<Record<string, unknown>>) => string;
}

const ANY_DEVICE = '00-00-00-00-00-00-00-00';
const ANY_COUNTER = '1000000000000';
const COUNTER_DIGITS = ANY_COUNTER.length;
/** Masked digits, hexadecimal ones for each half of a byte. */
const DIGITS = mask(Buffer.from('0123456789'));
const HEX = Buffer.from('0123456789ABCDEF');
const HIGH_DIGITS = Uint8Array.from({ length: 256 }, (_, byte) => hexDigit(byte >> 4));
const LOW_DIGITS = Uint8Array.from({ length: 256 }, (_, byte) => hexDigit(byte & 15));
/** Digits of a counter that change within a million requests, and those before them. */
const LOW_COUNTER_DIGITS = 6;

function hexDigit(value: number): number {
  return (HEX[value] ?? 0) ^ KEY_BYTE;
}

interface Template {
  /** Masked. */
  readonly bytes: Buffer;
  /** Where the target's EUI-64 begins; the counter follows it after a colon. */
  readonly targetAt: number;
}

export class Requests {
  /** Size of the largest message. */
  readonly sizeMax: number;
  readonly #plain: readonly Template[];
  readonly #explained: readonly Template[];
  readonly #devices: Devices;

  constructor(options: RequestOptions) {
    this.#devices = options.devices;
    this.#plain = options.kinds.map((kind) => template(kind, options, false));
    // A DUIS request cannot ask why [contract §5].
    this.#explained =
      options.format === 'duis'
        ? this.#plain
        : options.kinds.map((kind) => template(kind, options, true));
    const sizes = [...this.#plain, ...this.#explained].map(({ bytes }) => bytes.length);
    this.sizeMax = Math.max(...sizes);
  }

  /** Writes a message, masked, into `out` at `at`; gives where it ends. */
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
    const { high, low } = this.#devices.at(device);
    putHalf(out, at + message.targetAt, high);
    putHalf(out, at + message.targetAt + 12, low);
    putCounter(out, at + message.targetAt + ANY_DEVICE.length + 1, counter);
    return at + message.bytes.length;
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
  const targetAt = bytes.indexOf(`${ANY_DEVICE}:${ANY_COUNTER}`);
  return { bytes: mask(bytes), targetAt };
}

function encoded(message: object, { format, duisDocument }: RequestOptions): Buffer {
  if (format === 'msgpack') return Buffer.from(pack(message));
  return Buffer.from(format === 'json' ? JSON.stringify(message) : duisDocument({ ...message }));
}

/** Four dashed groups of an EUI-64; the dashes are there already. */
function putHalf(out: Buffer, start: number, half: number): void {
  for (let shift = 24, at = start; shift >= 0; shift -= 8, at += 3) {
    const byte = (half >>> shift) & 255;
    out[at] = HIGH_DIGITS[byte] as number;
    out[at + 1] = LOW_DIGITS[byte] as number;
  }
}

function putCounter(out: Buffer, start: number, counter: number): void {
  const high = Math.floor(counter / 10 ** LOW_COUNTER_DIGITS);
  const middle = start + COUNTER_DIGITS - LOW_COUNTER_DIGITS;
  putDigits(out, middle, start + COUNTER_DIGITS, counter - high * 10 ** LOW_COUNTER_DIGITS);
  putDigits(out, start, middle, high);
}

/** A number of at most 31 bits. */
function putDigits(out: Buffer, start: number, end: number, number: number): void {
  let left = number | 0;
  for (let at = end - 1; at >= start; at--) {
    const rest = (left / 10) | 0;
    out[at] = DIGITS[left - rest * 10] as number;
    left = rest;
  }
}
