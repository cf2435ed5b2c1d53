// The requests of the warm-cache bench, as WebSocket frames made beforehand: the contract's own
// message, a 4.8.1 for all of yesterday, one for each device. Only the counter changes from lap to
// lap, in place: a client that encodes would measure itself.

import { pack } from 'msgpackr';
import { formatEui64 } from '../../gateway/protocol/eui64.ts';

export type Format = 'json' | 'msgpack';

/** Virtual time of the gateways that are asked. No schedule runs in the hours after it. */
export const NOW = '2026-11-23T09:00:00Z';
const PERIOD = { startDateTime: '2026-11-22T00:00:00Z', endDateTime: '2026-11-23T00:00:00Z' };
/** Both midnights and the half hours between them. */
export const ENTRIES = 49;

export const DEVICES = 10_000;
export const CONNECTIONS = 16;
export const IN_FLIGHT = 32;

const IMPORT_SUPPLIER = '90-B3-D5-1F-30-01-00-00';
const DEVICE_HIGH = 0x90b3d51f;
const FIRST_DEVICE_LOW = 0x40000000;
/** A time in ms is what `s1sp send` counts with. */
const FIRST_COUNTER = '1795424400000';

const FIN_TEXT = 0x81;
const FIN_BINARY = 0x82;
const MASKED_16_BIT = 0x80 | 126;
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
const HEADER_SIZE = 8;

const ZERO = 0x30;
const NINE = 0x39;

/** The frames of one connection, one after another, all of the same size. */
export class Requests {
  readonly count: number;
  readonly frameSize: number;
  readonly frames: Buffer;
  /** Place of the counter's last digit within a frame. */
  readonly #lastDigitAt: number;

  constructor(format: Format, devices: readonly number[]) {
    const payloads = devices.map((device) => encoded(format, device));
    const size = payloads[0]?.length ?? 0;
    if (payloads.some(({ length }) => length !== size || length < 126)) {
      throw new Error('requests are to be of one size, beyond the short form of a frame');
    }
    this.count = devices.length;
    this.frameSize = HEADER_SIZE + size;
    this.frames = Buffer.concat(payloads.map((payload) => frame(payload, format)));
    const counterAt = payloads[0]?.indexOf(FIRST_COUNTER) ?? -1;
    this.#lastDigitAt = HEADER_SIZE + counterAt + FIRST_COUNTER.length - 1;
  }

  /** Gives the request at `place` the next counter, so that no RequestID comes twice. */
  countOn(place: number): void {
    const { frames } = this;
    const mask = MASK[(this.#lastDigitAt - HEADER_SIZE) & 3] ?? 0;
    const at = place * this.frameSize + this.#lastDigitAt;
    const digit = (frames[at] ?? 0) ^ mask;
    if (digit < NINE) frames[at] = (digit + 1) ^ mask;
    else this.#carry(at);
  }

  #carry(lastDigitAt: number): void {
    for (let at = lastDigitAt; ; at--) {
      const mask = MASK[((at % this.frameSize) - HEADER_SIZE) & 3] ?? 0;
      const digit = (this.frames[at] ?? 0) ^ mask;
      this.frames[at] = (digit === NINE ? ZERO : digit + 1) ^ mask;
      if (digit !== NINE) return;
    }
  }

  /** The request at `place` as the gateway sees it. */
  payload(place: number): Buffer {
    const start = place * this.frameSize + HEADER_SIZE;
    const masked = this.frames.subarray(start, (place + 1) * this.frameSize);
    return Buffer.from(masked.map((byte, i) => byte ^ (MASK[i & 3] ?? 0)));
  }
}

function encoded(format: Format, device: number): Buffer {
  const deviceId = formatEui64(DEVICE_HIGH, FIRST_DEVICE_LOW + device);
  const message = {
    requestId: `${IMPORT_SUPPLIER}:${deviceId}:${FIRST_COUNTER}`,
    serviceReferenceVariant: '4.8.1',
    readLogPeriod: PERIOD,
  };
  return format === 'json' ? Buffer.from(JSON.stringify(message)) : pack(message);
}

function frame(payload: Buffer, format: Format): Buffer {
  const out = Buffer.alloc(HEADER_SIZE + payload.length);
  out[0] = format === 'json' ? FIN_TEXT : FIN_BINARY;
  out[1] = MASKED_16_BIT;
  out.writeUInt16BE(payload.length, 2);
  MASK.copy(out, 4);
  for (let i = 0; i < payload.length; i++) {
    out[HEADER_SIZE + i] = (payload[i] ?? 0) ^ (MASK[i & 3] ?? 0);
  }
  return out;
}

/** All devices in an order without pattern, dealt out to the connections. */
export function devicesByConnection(): number[][] {
  const order = Array.from({ length: DEVICES }, (_, device) => device);
  let state = 1;
  for (let left = order.length; left > 1; left--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * left);
    [order[left - 1], order[other]] = [order[other] ?? 0, order[left - 1] ?? 0];
  }
  const share = DEVICES / CONNECTIONS;
  return Array.from({ length: CONNECTIONS }, (_, line) =>
    order.slice(line * share, (line + 1) * share),
  );
}
