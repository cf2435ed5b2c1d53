// Frames from a client, read back byte by byte as RFC 6455 has them.

import { unpack } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { openStream } from '../../emulator/random.ts';
import { ClientFrames, mask } from '../../load/client-frames.ts';
import { Devices } from '../../load/devices.ts';
import { Requests } from '../../load/requests.ts';
import { FIRST_DEVICE, PARTY, PERIOD } from './small-run.ts';

/** Payload and opcode of each frame; throws where one is not masked or not whole. */
function readBack(bytes: Buffer): [Buffer, number][] {
  const messages: [Buffer, number][] = [];
  for (let at = 0; at < bytes.length; ) {
    const [first = 0, second = 0] = bytes.subarray(at, at + 2);
    if (first < 0x80 || second < 0x80) throw new Error('not a whole frame of a client');
    const short = second & 127;
    const lengthSize = short === 127 ? 8 : short === 126 ? 2 : 0;
    const size =
      lengthSize === 0
        ? short
        : bytes.readUIntBE(at + 2 + Math.max(0, lengthSize - 6), Math.min(6, lengthSize));
    const keyAt = at + 2 + lengthSize;
    const key = bytes.subarray(keyAt, keyAt + 4);
    const masked = bytes.subarray(keyAt + 4, keyAt + 4 + size);
    messages.push([Buffer.from(masked.map((byte, i) => byte ^ (key[i & 3] ?? 0))), first & 15]);
    at = keyAt + 4 + size;
  }
  return messages;
}

const TEXT = 1;
const BINARY = 2;

function payload(size: number): Buffer {
  const next = openStream(size);
  return Buffer.from(Array.from({ length: size }, () => Math.floor(next() * 128)));
}

describe('frames of a client', () => {
  test.each([0, 1, 3, 125, 126, 127, 65_535, 65_536, 70_001])(
    'of %i bytes are masked and read back',
    (size) => {
      const frames = new ClientFrames(true);
      const at = frames.open(size);
      frames.close(at + mask(payload(size)).copy(frames.out, at));
      const bytes = frames.cut();
      if (size > 0) expect(bytes.includes(payload(size))).toBe(false);
      expect(readBack(bytes)).toEqual([[payload(size), BINARY]]);
    },
  );

  test('leave in one piece, in their order', () => {
    const frames = new ClientFrames(false);
    const sizes = [5, 40_000, 130, 70_000, 0];
    for (const size of sizes) {
      const at = frames.open(size + 100);
      frames.close(at + mask(payload(size)).copy(frames.out, at));
    }
    const read = readBack(frames.cut());
    expect(read).toEqual(sizes.map((size) => [payload(size), TEXT]));
    expect([frames.size, frames.cut().length]).toEqual([0, 0]);
  });
});

const READ = { json: (bytes: Buffer) => JSON.parse(bytes.toString()), msgpack: unpack };

describe('a request', () => {
  test.each(['json', 'msgpack'] as const)(
    'in %s is the contract`s, device and counter put in',
    (format) => {
      const requests = new Requests({
        format,
        kinds: [{ srv: '4.8.3', partyId: PARTY, group: 0 }],
        period: PERIOD,
        devices: new Devices([{ first: { ...FIRST_DEVICE, low: 0xffffffff }, count: 1000 }]),
        duisDocument: () => '',
      });
      const out = Buffer.alloc(requests.sizeMax);
      const plainEnd = requests.put(out, 0, 0, 0x1ab, 1_795_424_400_987, false);
      const plain = {
        requestId: `${PARTY}:90-B3-D5-20-00-00-01-AA:1795424400987`,
        serviceReferenceVariant: '4.8.3',
        readLogPeriod: PERIOD,
      };
      expect(READ[format](mask(out.subarray(0, plainEnd)))).toEqual(plain);
      const end = requests.put(out, 0, 0, 0x1ab, 1_795_424_400_987, true);
      expect(READ[format](mask(out.subarray(0, end)))).toEqual({ ...plain, explain: true });
    },
  );
});
