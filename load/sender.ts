// What goes out of a run: frames of requests, each of them noted as in flight before it leaves.

import type { Chooses } from './choice.ts';
import { KEY_BYTE } from './client-frames.ts';
import type { InFlight } from './in-flight.ts';
import type { Line } from './line.ts';
import type { LoadRecord } from './record.ts';
import type { LoadFormat, Requests } from './requests.ts';

export interface SenderParts {
  readonly chooser: Chooses;
  readonly requests: Requests;
  readonly format: LoadFormat;
  readonly batch: number;
  readonly checkEvery: number;
  readonly record: LoadRecord;
  readonly inFlight: InFlight;
  /** The latest virtual time that the gateway has told, ms since the epoch. */
  virtualMs(): number;
}

/** Of one SR in so many the `why` is wanted: it shows how old what the answer holds is. */
const EXPLAIN_EVERY = 127;

export class Sender {
  readonly #parts: SenderParts;
  #untilExplained = 1;

  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** One frame of `count` SRs. Times are ms since the start of the run. */
  send(line: Line, plannedMs: number, sentMs: number, count: number): void {
    const { requests, format, batch, record } = this.#parts;
    let at = line.openFrame(count * requests.sizeMax + BATCH_HEAD_SIZE + count);
    const { out } = line;
    const inArray = batch > 1;
    if (inArray) at = putArrayHead(out, at, format, count);
    for (let place = 0; place < count; place++) {
      if (place > 0 && format === 'json') out[at++] = COMMA;
      at = this.#put(out, at, line, plannedMs, sentMs);
    }
    if (inArray && format === 'json') out[at++] = CLOSE;
    line.closeFrame(at);
    line.inFlight += count;
    record.send(plannedMs, count);
  }

  #put(out: Buffer, at: number, line: Line, plannedMs: number, sentMs: number): number {
    const { chooser, requests, checkEvery, inFlight } = this.#parts;
    const { kind, device } = chooser.draw(line.group);
    const row = inFlight.take();
    inFlight.kinds[row] = kind;
    inFlight.devices[row] = device;
    inFlight.lines[row] = line.number;
    inFlight.plannedMs[row] = plannedMs;
    inFlight.sentMs[row] = sentMs;
    inFlight.virtualMs[row] = this.#parts.virtualMs();
    const explain = checkEvery > 0 && --this.#untilExplained === 0;
    if (explain) this.#untilExplained = EXPLAIN_EVERY;
    inFlight.explained[row] = explain ? 1 : 0;
    return requests.put(out, at, kind, device, inFlight.counterOf(row), explain);
  }
}

const ARRAY16 = 0xdc ^ KEY_BYTE;
const OPEN = 0x5b ^ KEY_BYTE;
const CLOSE = 0x5d ^ KEY_BYTE;
const COMMA = 0x2c ^ KEY_BYTE;
const BATCH_HEAD_SIZE = 4;

/** The head of an array of messages in MessagePack or JSON, masked. */
function putArrayHead(out: Buffer, at: number, format: LoadFormat, count: number): number {
  if (format === 'json') {
    out[at] = OPEN;
    return at + 1;
  }
  out[at] = ARRAY16;
  out[at + 1] = (count >> 8) ^ KEY_BYTE;
  out[at + 2] = (count & 255) ^ KEY_BYTE;
  return at + 3;
}
