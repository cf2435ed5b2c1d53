// MessagePack frames [contract §3]: standard, no extension types. A profile is written by hand, its
// keys as bytes prepared beforehand and its values straight from the columns; every other answer is
// the plain value of `response.ts` through the library.

import { pack } from 'msgpackr';
import { NO_ENTRY, PROFILE_COLUMNS, type ProfileSrv } from '../protocol/log-entries.ts';
import type { Served, ServiceResponse } from '../protocol/service-response.ts';
import { readMsgpack } from './msgpack-reader.ts';
import { ProfileHeads } from './profile-heads.ts';
import { readServiceRequest } from './request.ts';
import {
  asProfileResponse,
  formatResponseTime,
  formatStamp,
  INTERVAL_MINUTES,
  type ProfileResponse,
  plainResponse,
} from './response.ts';
import { copyOfScratch, putBytes, scratchOf } from './scratch.ts';
import type { Wire } from './wire.ts';

export const msgpackWire: Wire = {
  format: 'msgpack',
  binary: true,
  decode: readMsgpack,
  read: readServiceRequest,
  encode(response: ServiceResponse): Buffer {
    const quick = asProfileResponse(response);
    return quick === null ? pack(plainResponse(response)) : encodeProfile(quick);
  },
  join(answers: readonly Buffer[]): Buffer {
    return Buffer.concat([arrayHead(answers.length), ...answers]);
  },
};

const NIL = 0xc0;
const UINT8 = 0xcc;
const UINT16 = 0xcd;
const UINT32 = 0xce;
const STR8 = 0xd9;
const STR16 = 0xda;
const ARRAY16 = 0xdc;
const FIXMAP = 0x80;
const FIXARRAY = 0x90;
const FIXSTR = 0xa0;

/** Bytes that all keys and marks of a profile answer take together, with much to spare. */
const KEYS_SIZE_MAX = 512;
/** A value of 32 bits and its mark. */
const ENTRY_SIZE_MAX = 5;
const UTF8_SIZE_MAX = 3;

const BEFORE_REQUEST_ID = Buffer.concat([Buffer.of(FIXMAP | 6), pack('requestId')]);
const BEFORE_TIME = Buffer.concat(['responseCode', 'I0', 'responseDateTime'].map(pack));
const AFTER_STAMP = Buffer.concat([pack('intervalMinutes'), pack(INTERVAL_MINUTES)]);

/** From the end of `responseDateTime` to the map of the profile. */
const BEFORE_PROFILE = {
  '4.8.1': beforeProfile('4.8.1'),
  '4.8.2': beforeProfile('4.8.2'),
  '4.8.3': beforeProfile('4.8.3'),
};
const FIRST_TIMESTAMP = pack('firstTimestamp');
const COLUMN_KEYS = {
  '4.8.1': PROFILE_COLUMNS['4.8.1'].map(pack),
  '4.8.2': PROFILE_COLUMNS['4.8.2'].map(pack),
  '4.8.3': PROFILE_COLUMNS['4.8.3'].map(pack),
};

function beforeProfile(srv: ProfileSrv): Record<Served, Buffer> {
  const texts = ['serviceReferenceVariant', srv, 'served'].map(pack);
  const of = (served: Served) => Buffer.concat([...texts, pack(served), pack('profile')]);
  return { cache: of('cache'), device: of('device'), mixed: of('mixed') };
}

function encodeProfile(response: ProfileResponse): Buffer {
  const { requestId, srv, profile } = response;
  const { count, columns } = profile;
  const entriesSize = columns.length * (count * ENTRY_SIZE_MAX + ENTRY_SIZE_MAX);
  const out = scratchOf(KEYS_SIZE_MAX + requestId.length * UTF8_SIZE_MAX + entriesSize);
  let at = putBytes(out, 0, BEFORE_REQUEST_ID);
  at = putText(out, at, requestId);
  at = putBytes(out, at, profileHeads.of(response));
  const keys = COLUMN_KEYS[srv];
  for (let place = 0; place < columns.length; place++) {
    const key = keys[place];
    const column = columns[place];
    if (key === undefined || column === undefined) break;
    at = putBytes(out, at, key);
    at = putColumn(out, putArrayHead(out, at, count), column, count);
  }
  return copyOfScratch(at);
}

const profileHeads = new ProfileHeads(({ responseMs, srv, served, profile }) =>
  Buffer.concat([
    BEFORE_TIME,
    pack(formatResponseTime(responseMs)),
    BEFORE_PROFILE[srv][served],
    Buffer.of(FIXMAP | (2 + profile.columns.length)),
    FIRST_TIMESTAMP,
    pack(formatStamp(profile.firstHalfHour)),
    AFTER_STAMP,
  ]),
);

/** A requestId is ASCII and at most 68 characters, unless it was refused: so STR8 by far mostly. */
function putText(out: Buffer, at: number, text: string): number {
  const size = out.write(text, at + 2);
  if (size <= 31) {
    out[at] = FIXSTR | size;
    out.copyWithin(at + 1, at + 2, at + 2 + size);
    return at + 1 + size;
  }
  if (size <= 255) {
    out[at] = STR8;
    out[at + 1] = size;
    return at + 2 + size;
  }
  out.copyWithin(at + 3, at + 2, at + 2 + size);
  out[at] = STR16;
  out.writeUInt16BE(size, at + 1);
  return at + 3 + size;
}

function putArrayHead(out: Buffer, at: number, count: number): number {
  if (count > 15) return putBytes(out, at, arrayHead(count));
  out[at] = FIXARRAY | count;
  return at + 1;
}

/** Neither a profile nor a batch of requests has as many as 65,536 elements. */
function arrayHead(count: number): Buffer {
  return count > 15 ? Buffer.of(ARRAY16, count >> 8, count & 255) : Buffer.of(FIXARRAY | count);
}

function putColumn(out: Buffer, start: number, column: Uint32Array, count: number): number {
  let at = start;
  for (let i = 0; i < count; i++) {
    const value = column[i] ?? NO_ENTRY;
    if (value < 0x80) {
      out[at++] = value;
    } else if (value < 0x1_00) {
      out[at++] = UINT8;
      out[at++] = value;
    } else if (value < 0x1_0000) {
      out[at++] = UINT16;
      out[at++] = value >> 8;
      out[at++] = value;
    } else if (value === NO_ENTRY) {
      out[at++] = NIL;
    } else {
      out[at++] = UINT32;
      out[at++] = value >>> 24;
      out[at++] = value >> 16;
      out[at++] = value >> 8;
      out[at++] = value;
    }
  }
  return at;
}
