// What surrounds the values in an answer from the cache, cut out of an answer that the readable
// encoders have written: so the memory core, which sets values into it, spells no text of its own.

import type { ProfileSrv } from '../protocol/log-entries.ts';
import { formatResponseTime, formatStamp } from '../wire/response.ts';
import type { Wire } from '../wire/wire.ts';

/** The texts of an answer, and where in the head its two times stand. */
export interface HitForm {
  readonly before: Buffer;
  readonly head: Buffer;
  readonly between: Buffer;
  readonly after: Buffer;
  readonly timeAt: number;
  readonly stampAt: number;
}

const REQUEST_ID = '01-23-45-67-89-AB-CD-EF:FE-DC-BA-98-76-54-32-10:1';
const RESPONSE_MS = Date.UTC(2001, 1, 3, 4, 5, 6, 789);
/** 2002-06-25T00:30:00Z, so that neither time can be taken for the other. */
const FIRST_HALF_HOUR = 569_617;
/** As many equal values as no text of an answer could be mistaken for. */
const COUNT = 20;
const VALUES = [77, 78] as const;

export function cutHitForm(wire: Wire, srv: ProfileSrv, columnCount: number): HitForm {
  const columns = VALUES.slice(0, columnCount).map((value) => new Uint32Array(COUNT).fill(value));
  const answer = wire.encode({
    kind: 'log',
    requestId: REQUEST_ID,
    responseCode: 'I0',
    responseMs: RESPONSE_MS,
    serviceReferenceVariant: srv,
    served: 'cache',
    log: { srv, profile: { firstHalfHour: FIRST_HALF_HOUR, count: COUNT, columns } },
  });
  const requestId = placeOf(answer, Buffer.from(REQUEST_ID));
  const places = columns.map((_, c) => placeOf(answer, valuesOf(wire, VALUES[c] ?? 0)));
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('an answer has a column');
  const head = answer.subarray(requestId.end, first.start);
  return {
    before: answer.subarray(0, requestId.start),
    head,
    between: answer.subarray(first.end, last.start),
    after: answer.subarray(last.end),
    timeAt: placeOf(head, Buffer.from(formatResponseTime(RESPONSE_MS))).start,
    stampAt: placeOf(head, Buffer.from(formatStamp(FIRST_HALF_HOUR))).start,
  };
}

/**
 * The bytes that the core writes itself: in MessagePack the array's head and values, else digits.
 */
function valuesOf(wire: Wire, value: number): Buffer {
  return wire.binary
    ? wire.join(Array.from({ length: COUNT }, () => Buffer.of(value)))
    : Buffer.from(Array.from({ length: COUNT }, () => value).join(','));
}

function placeOf(bytes: Buffer, part: Buffer): { start: number; end: number } {
  const start = bytes.indexOf(part);
  if (start < 0 || bytes.indexOf(part, start + 1) >= 0) {
    throw new RangeError('an answer does not have its parts in one place each');
  }
  return { start, end: start + part.length };
}
