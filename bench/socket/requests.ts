// The requests of the benches over a socket, as WebSocket frames made beforehand: the contract's
// own message, a 4.8.1 for all of yesterday, one for each device, alone in its frame or as one of a
// batch. Only the counters change from lap to lap, in place: a client that encodes would measure
// itself.

import { pack } from 'msgpackr';
import { formatEui64 } from '../../gateway/protocol/eui64.ts';
import { FIN_BINARY, FIN_TEXT } from '../../gateway/protocol/frame-marks.ts';
import { msgpackWire } from '../../gateway/wire/msgpack.ts';

export type Format = 'json' | 'msgpack';

/** Virtual time of the gateways that are asked. No schedule runs in the hours after it. */
export const NOW = '2026-11-23T09:00:00Z';
const PERIOD = { startDateTime: '2026-11-22T00:00:00Z', endDateTime: '2026-11-23T00:00:00Z' };
/** Both midnights and the half hours between them. */
export const ENTRIES = 49;

export const CONNECTIONS = 16;
/** SRs in flight on a connection where each has a frame of its own. */
export const IN_FLIGHT = 32;
/** SRs in a frame, and redis-benchmark's pipeline. */
export const BATCH = 64;
/** About ten thousand, and every connection's share makes whole batches. */
export const DEVICES = CONNECTIONS * BATCH * 10;

/** Who asks. */
export const IMPORT_SUPPLIER = '90-B3-D5-1F-30-01-00-00';
const DEVICE_HIGH = 0x90b3d51f;
const FIRST_DEVICE_LOW = 0x40000000;
/** A time in ms is what `s1sp send` counts with. */
const FIRST_COUNTER = '1795424400000';

const MASKED_16_BIT = 0x80 | 126;
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
const HEADER_SIZE = 8;
/** What a length of 16 bits can say, from where the shorter form ends. */
const PAYLOAD_SIZE = { min: 126, max: 0xffff };

const ZERO = 0x30;
const NINE = 0x39;

/** The frames of one connection, one after another, all of the same size. */
export class Requests {
  /** Requests, in all frames together. */
  readonly count: number;
  /** Requests in a frame. */
  readonly batch: number;
  readonly frameCount: number;
  readonly frameSize: number;
  readonly frames: Buffer;
  readonly #requestSize: number;
  /** Bytes of a frame before its first request: the header, and the head of an array. */
  readonly #headSize: number;
  /** Place of the counter's last digit within a request. */
  readonly #lastDigitAt: number;

  /** A batch is an array of MessagePack, the only one whose answers can be counted cheaply. */
  constructor(format: Format, devices: readonly number[], batch = 1) {
    const payloads = devices.map((device) => encoded(format, device));
    const size = payloads[0]?.length ?? 0;
    if (payloads.some(({ length }) => length !== size)) {
      throw new RangeError('requests are to be of one size');
    }
    if (devices.length % batch !== 0 || (batch > 1 && format === 'json')) {
      throw new RangeError(`${devices.length} requests of ${format} make no batches of ${batch}`);
    }
    const messages = Array.from({ length: devices.length / batch }, (_, place) => {
      const [first = Buffer.alloc(0), ...others] = payloads.slice(
        place * batch,
        (place + 1) * batch,
      );
      return batch === 1 ? first : msgpackWire.join([first, ...others]);
    });
    this.count = devices.length;
    this.batch = batch;
    this.frameCount = messages.length;
    this.frames = Buffer.concat(messages.map((message) => frame(message, format)));
    this.frameSize = this.frames.length / messages.length;
    this.#requestSize = size;
    this.#headSize = this.frameSize - batch * size;
    const counterAt = payloads[0]?.indexOf(FIRST_COUNTER) ?? -1;
    this.#lastDigitAt = counterAt + FIRST_COUNTER.length - 1;
  }

  /** Bytes of a message, an array of requests or a single one. */
  get messageSize(): number {
    return this.frameSize - HEADER_SIZE;
  }

  /** Gives the requests of a frame the next counter, so that no RequestID comes twice. */
  countOn(frame: number): void {
    const { frames, frameSize, batch } = this;
    for (let place = 0; place < batch; place++) {
      const digitAt = this.#headSize + place * this.#requestSize + this.#lastDigitAt;
      const mask = MASK[(digitAt - HEADER_SIZE) & 3] ?? 0;
      const at = frame * frameSize + digitAt;
      const digit = (frames[at] ?? 0) ^ mask;
      if (digit < NINE) frames[at] = (digit + 1) ^ mask;
      else this.#carry(at);
    }
  }

  #carry(lastDigitAt: number): void {
    for (let at = lastDigitAt; ; at--) {
      const mask = MASK[((at % this.frameSize) - HEADER_SIZE) & 3] ?? 0;
      const digit = (this.frames[at] ?? 0) ^ mask;
      this.frames[at] = (digit === NINE ? ZERO : digit + 1) ^ mask;
      if (digit !== NINE) return;
    }
  }

  /** The frames as a server reads them that gets `count` at a time. */
  reads(count: number): Buffer[] {
    const size = count * this.frameSize;
    const { frames } = this;
    return Array.from({ length: Math.ceil(frames.length / size) }, (_, place) =>
      frames.subarray(place * size, (place + 1) * size),
    );
  }

  /** The request at `place`, counted through all frames, as the gateway sees it. */
  payload(place: number): Buffer {
    const { batch, frameSize } = this;
    const inFrame = this.#headSize + (place % batch) * this.#requestSize;
    const start = Math.floor(place / batch) * frameSize + inFrame;
    const masked = this.frames.subarray(start, start + this.#requestSize);
    const phase = inFrame - HEADER_SIZE;
    return Buffer.from(masked.map((byte, i) => byte ^ (MASK[(phase + i) & 3] ?? 0)));
  }
}

/** The RequestID of a device's first request. */
export function requestIdOf(device: number): string {
  const deviceId = formatEui64(DEVICE_HIGH, FIRST_DEVICE_LOW + device);
  return `${IMPORT_SUPPLIER}:${deviceId}:${FIRST_COUNTER}`;
}

function encoded(format: Format, device: number): Buffer {
  const message = {
    requestId: requestIdOf(device),
    serviceReferenceVariant: '4.8.1',
    readLogPeriod: PERIOD,
  };
  return format === 'json' ? Buffer.from(JSON.stringify(message)) : pack(message);
}

function frame(payload: Buffer, format: Format): Buffer {
  if (payload.length < PAYLOAD_SIZE.min || payload.length > PAYLOAD_SIZE.max) {
    throw new RangeError(`a message of ${payload.length} B has no length of 16 bits`);
  }
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
