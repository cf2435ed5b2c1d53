// JSON frames [contract §3]. A profile is written by hand, its keys as bytes prepared beforehand
// and its digits straight from the columns; every other answer is the plain value of `response.ts`.

import { ProtocolError } from '../protocol/errors.ts';
import { NO_ENTRY, PROFILE_COLUMNS } from '../protocol/log-entries.ts';
import type { ServiceResponse } from '../protocol/service-response.ts';
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
import { copyOfScratch, putBytes, putDecimal, scratchOf } from './scratch.ts';
import type { Wire } from './wire.ts';

export const jsonWire: Wire = {
  format: 'json',
  binary: false,
  decode(frame: Buffer): unknown {
    try {
      return JSON.parse(frame.toString());
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unreadable';
      throw new ProtocolError('MALFORMED_FRAME', `not JSON: ${reason}`, { cause });
    }
  },
  read: readServiceRequest,
  encode(response: ServiceResponse): Buffer {
    const quick = asProfileResponse(response);
    if (quick === null) return Buffer.from(JSON.stringify(plainResponse(response)));
    return encodeProfile(quick);
  },
  join(answers: readonly Buffer[]): Buffer {
    const parts: Buffer[] = [];
    for (const answer of answers) parts.push(parts.length === 0 ? OPEN : COMMA, answer);
    if (parts.length === 0) parts.push(OPEN);
    parts.push(CLOSE);
    return Buffer.concat(parts);
  },
};

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

/** `4294967294` and a comma. */
const ENTRY_SIZE_MAX = 11;
const UTF8_SIZE_MAX = 3;
/** What comes before the columns, without the requestId, has fewer characters. */
const HEAD_LENGTH_MAX = 256;
/** A column's key, quoted, with its brackets. */
const KEY_SIZE_MAX = 64;
const BEFORE_REQUEST_ID = Buffer.from('{"requestId":');
const COMMA_CODE = 0x2c;
const ZERO_CODE = 0x30;
const NULL_BYTES = Buffer.from('null');

const COLUMN_KEYS = {
  '4.8.1': PROFILE_COLUMNS['4.8.1'].map(columnKey),
  '4.8.2': PROFILE_COLUMNS['4.8.2'].map(columnKey),
  '4.8.3': PROFILE_COLUMNS['4.8.3'].map(columnKey),
};

function columnKey(name: string): Buffer {
  return Buffer.from(`,"${name}":[`);
}

function encodeProfile(response: ProfileResponse): Buffer {
  const { requestId, srv, profile } = response;
  const { count, columns } = profile;
  const id = JSON.stringify(requestId);
  const textSize = (id.length + HEAD_LENGTH_MAX) * UTF8_SIZE_MAX;
  const entriesSize = columns.length * count * ENTRY_SIZE_MAX;
  const out = scratchOf(textSize + columns.length * KEY_SIZE_MAX + entriesSize);
  let at = putBytes(out, 0, BEFORE_REQUEST_ID);
  at += out.write(id, at);
  at = putBytes(out, at, profileHeads.of(response));
  const keys = COLUMN_KEYS[srv];
  for (let place = 0; place < columns.length; place++) {
    const key = keys[place];
    const column = columns[place];
    if (key === undefined || column === undefined) break;
    at = putBytes(out, at, key);
    at = putColumn(out, at, column, count);
    at = putBytes(out, at, CLOSE);
  }
  out[at++] = 0x7d;
  out[at++] = 0x7d;
  return copyOfScratch(at);
}

const profileHeads = new ProfileHeads((response) => Buffer.from(headText(response)));

function headText({ responseMs, srv, served, profile }: ProfileResponse): string {
  return (
    `,"responseCode":"I0","responseDateTime":"${formatResponseTime(responseMs)}",` +
    `"serviceReferenceVariant":"${srv}","served":"${served}",` +
    `"profile":{"firstTimestamp":"${formatStamp(profile.firstHalfHour)}",` +
    `"intervalMinutes":${INTERVAL_MINUTES}`
  );
}

function putColumn(out: Buffer, start: number, column: Uint32Array, count: number): number {
  let at = start;
  for (let i = 0; i < count; i++) {
    if (i > 0) out[at++] = COMMA_CODE;
    const value = column[i] ?? NO_ENTRY;
    if (value < 10) out[at++] = ZERO_CODE + value;
    else if (value === NO_ENTRY) at = putBytes(out, at, NULL_BYTES);
    else at = putDecimal(out, at, value);
  }
  return at;
}
