// The meters of a bank that have been made real, packed for snapshot files: of each its header and
// its logs. All the others are what a bank of the same options has anyway.

import { contradiction } from '../gateway/snapshot-error.ts';
import type { MeterBank } from './meter-bank.ts';
import { meterBlock, meterHeader } from './meter-window.ts';

/** Before the logs of a meter: its place in the bank, its newest half hour, its newest midnight. */
const HEAD_WORDS = 3;
const HEAD_SIZE = 4 * HEAD_WORDS;

/** In the order of their blocks. */
export function packRealMeters(bank: MeterBank): Buffer {
  const real: { readonly block: number; readonly bytes: Buffer }[] = [];
  const words = bank.core.METER_HEADER_SIZE.value / 4;
  const start = bank.core.meterHeaderAddress(0);
  const headers = new Uint32Array(bank.core.memory.buffer, start, words * bank.meterCount);
  for (let meter = 0; meter < bank.meterCount; meter++) {
    const block = headers[words * meter] ?? 0;
    if (block === 0) continue;
    const [, newestHalfHour = 0, newestDay = 0] = headers.subarray(words * meter);
    const head = Buffer.alloc(HEAD_SIZE);
    [meter, newestHalfHour, newestDay].forEach((word, i) => {
      head.writeUInt32LE(word, 4 * i);
    });
    real.push({ block, bytes: Buffer.concat([head, meterBlock(bank, meter)]) });
  }
  return Buffer.concat(real.sort((a, b) => a.block - b.block).map(({ bytes }) => bytes));
}

/** Makes the same meters real in a bank of which none is. */
export function unpackRealMeters(packed: Buffer, bank: MeterBank): void {
  const { commissionedSeconds } = bank.options;
  let at = 0;
  while (at < packed.length) {
    if (packed.length - at < HEAD_SIZE) throw contradiction('a real meter is cut off');
    const [meter = 0, newestHalfHour = 0, newestDay = 0] = Array.from(
      { length: HEAD_WORDS },
      (_, i) => packed.readUInt32LE(at + 4 * i),
    );
    at += HEAD_SIZE;
    const isRoom = meter < bank.meterCount && !bank.isReal(meter);
    if (!isRoom || !bank.makeReal(meter, commissionedSeconds)) {
      throw contradiction(`meter ${meter} of its bank cannot be made real`);
    }
    const block = meterBlock(bank, meter);
    const logs = packed.subarray(at, at + block.length);
    if (logs.length < block.length) throw contradiction('a real meter is cut off');
    block.set(logs);
    const header = meterHeader(bank.core, meter);
    header[1] = newestHalfHour;
    header[2] = newestDay;
    at += block.length;
  }
}
