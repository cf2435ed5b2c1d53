// Frames of a server, cut into pieces wherever a network may cut them.

import { describe, expect, test } from 'vitest';
import { openStream } from '../../emulator/random.ts';
import { ServerFrames } from '../../load/server-frames.ts';

const TEXT = 0x81;
const BEGINS = 0x01;
const GOES_ON = 0x00;
const ENDS = 0x80;
const PING = 0x89;
const CLOSE = 0x88;

function frame(first: number, payload: Buffer): Buffer {
  const size = payload.length;
  if (size < 126) return Buffer.concat([Buffer.of(first, size), payload]);
  if (size < 65_536) return Buffer.concat([Buffer.of(first, 126, size >> 8, size & 255), payload]);
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = 127;
  head.writeUInt32BE(size, 6);
  return Buffer.concat([head, payload]);
}

function payload(size: number): Buffer {
  return Buffer.alloc(size, `${size} `);
}

interface Heard {
  readonly messages: string[];
  readonly pings: string[];
  readonly goodbyes: [number, string][];
}

function listen(): { heard: Heard; frames: ServerFrames } {
  const heard: Heard = { messages: [], pings: [], goodbyes: [] };
  const frames = new ServerFrames(1, {
    message: (bytes, start, end) => heard.messages.push(bytes.toString('latin1', start, end)),
    ping: (bytes) => heard.pings.push(bytes.toString()),
    goodbye: (code, reason) => heard.goodbyes.push([code, reason]),
  });
  return { heard, frames };
}

const SIZES = [0, 1, 125, 126, 127, 4000, 65_535, 65_536, 70_000];
const STREAM = Buffer.concat(SIZES.map((size) => frame(TEXT, payload(size))));

describe('frames of a server', () => {
  test.each([3, 7, 128, 65_536, STREAM.length])('in pieces of %i bytes are whole', (size) => {
    const { heard, frames } = listen();
    const room = Buffer.alloc(size);
    for (let at = 0; at < STREAM.length; at += size) {
      // The same buffer each time, as a socket that reuses its own does it.
      const read = STREAM.copy(room, 0, at, at + size);
      frames.take(room.subarray(0, read));
    }
    expect(heard.messages).toEqual(SIZES.map((length) => payload(length).toString('latin1')));
  });

  test('byte by byte are whole', () => {
    const { heard, frames } = listen();
    const sizes = [0, 125, 126, 4000];
    for (const byte of Buffer.concat(sizes.map((size) => frame(TEXT, payload(size))))) {
      frames.take(Buffer.of(byte));
    }
    expect(heard.messages.map(({ length }) => length)).toEqual(sizes);
  });

  test('in pieces of any size are whole', () => {
    const chance = openStream(7);
    const { heard, frames } = listen();
    for (let at = 0; at < STREAM.length; ) {
      const end = Math.min(STREAM.length, at + 1 + Math.floor(chance() ** 4 * 30_000));
      frames.take(STREAM.subarray(at, end));
      at = end;
    }
    expect(heard.messages.map(({ length }) => length)).toEqual(SIZES);
  });

  test('in fragments are one message, with a ping between them', () => {
    const { heard, frames } = listen();
    frames.take(
      Buffer.concat([
        frame(BEGINS, Buffer.from('one ')),
        frame(PING, Buffer.from('?')),
        frame(GOES_ON, Buffer.from('two ')),
        frame(ENDS, Buffer.from('three')),
        frame(TEXT, Buffer.from('next')),
      ]),
    );
    expect(heard).toEqual({ messages: ['one two three', 'next'], pings: ['?'], goodbyes: [] });
  });

  test('end with a goodbye: what follows it is not read', () => {
    const { heard, frames } = listen();
    const goodbye = frame(CLOSE, Buffer.concat([Buffer.of(1001 >> 8, 1001 & 255), payload(3)]));
    frames.take(Buffer.concat([goodbye, frame(TEXT, payload(5))]));
    frames.take(frame(TEXT, payload(5)));
    expect(heard).toEqual({ messages: [], pings: [], goodbyes: [[1001, '3 3']] });
  });

  test('a goodbye without a code is 1005', () => {
    const { heard, frames } = listen();
    frames.take(frame(CLOSE, Buffer.alloc(0)));
    expect(heard.goodbyes).toEqual([[1005, '']]);
  });

  test.each([
    ['masked', Buffer.of(TEXT, 0x80, 1, 2, 3, 4), 'a masked frame'],
    ['with reserved bits', Buffer.of(0xc1, 0), 'a frame with reserved bits'],
    ['a fragment of nothing', frame(ENDS, payload(1)), 'fragments of a message out of order'],
    [
      'a message within a message',
      Buffer.concat([frame(BEGINS, payload(1)), frame(TEXT, payload(1))]),
      'fragments of a message out of order',
    ],
    [
      'longer than any answer',
      Buffer.of(TEXT, 127, 0, 0, 0, 0, 0x10, 0, 0, 0),
      'a frame of 268435466 bytes',
    ],
  ])('are refused: %s', (_, bytes, reason) => {
    expect(() => listen().frames.take(bytes)).toThrow(reason);
  });
});
