// Breaks and watches: what somebody wants to be told of. Both tell; a break pauses virtual time as
// well.

import { READ_SRVS } from '../gateway/protocol/service-reference.ts';
import { memoryOf } from './device-memory.ts';
import { findDevice, shown } from './device-prefix.ts';
import { hex } from './hex-dump.ts';
import { parseRange } from './memory-address.ts';
import { type Refused, refused } from './outcome.ts';
import { EVENT_KINDS, type EventKind, type TraceRecord } from './trace.ts';
import type { World } from './world.ts';

/** Addresses of one device, both inclusive. */
export interface AddressRange {
  readonly from: number;
  readonly to: number;
}

/** What is waited for; whatever is given has to fit. */
export interface Wanted {
  readonly kind?: EventKind;
  readonly device?: number;
  readonly srv?: string;
  readonly requestId?: string;
  /** Any change of these bytes of `device`. */
  readonly range?: AddressRange;
}

/** What a meter is told: reads, and Restrict Access for Change of Tenancy. */
const COMMAND_SRVS: readonly string[] = [...READ_SRVS, '3.2'];
const KINDS = EVENT_KINDS.join('|');
export const EVENT_FORM = `[${KINDS}] [METER] [SRV] [REQUESTID]`;
export const RANGE_FORM = 'METER ADDRESS..ADDRESS';
export const POINT_FORMS = `${EVENT_FORM}, or ${RANGE_FORM}`;
export const POINT_NOTES =
  'read and restrict: a meter processes a command; write: its memory changes; store, hit, ' +
  'expire, erase: the cache. A range is compared after every event of its meter';

/** Reads what a break or watch is to wait for. */
export function readWanted(world: World, words: readonly string[]): Wanted | Refused {
  if (words.length === 0) {
    return refused('USAGE', 'nothing to wait for', `give ${POINT_FORMS}`);
  }
  let wanted: Wanted = {};
  for (const word of words) {
    const kind = EVENT_KINDS.find((known) => known === word);
    if (kind !== undefined) wanted = { ...wanted, kind };
    else if (COMMAND_SRVS.some((srv) => srv === word)) wanted = { ...wanted, srv: word };
    else if (REQUEST_ID.test(word)) wanted = { ...wanted, requestId: word.toUpperCase() };
    else if (wanted.device !== undefined) {
      const range = parseRange(memoryOf(world, wanted.device), word);
      if (range === undefined) {
        const next = 'give ADDRESS or ADDRESS..ADDRESS; `mem map METER` has them';
        return refused('USAGE', `"${shown(word)}" is no range of addresses`, next);
      }
      wanted = { ...wanted, range };
    } else {
      const found = findDevice(world, word);
      if (!found.ok) return EVENT_LIKE.test(word) ? unknownEvent(word) : found;
      wanted = { ...wanted, device: found.device };
    }
  }
  return wanted;
}

const REQUEST_ID = /^[0-9a-f-]{23}:[0-9a-f-]{23}:\d+$/i;
/** No beginning of an EUI-64 has such letters. */
const EVENT_LIKE = /[g-z]/i;

function unknownEvent(word: string): Refused {
  return refused('USAGE', `"${shown(word)}" is nothing to wait for`, `give ${POINT_FORMS}`);
}

/** Whether a record is what is waited for. A range is compared byte by byte, not by records. */
export function fits(wanted: Wanted, record: TraceRecord): boolean {
  const { kind, device, srv, requestId, range } = wanted;
  if (range !== undefined) return false;
  if (kind !== undefined && kind !== record.kind) return false;
  if (device !== undefined && device !== record.device) return false;
  if (srv !== undefined && srv !== record.srv) return false;
  return requestId === undefined || requestId === record.asker?.toUpperCase();
}

/** What is waited for, in words. */
export function wantedText(world: World, wanted: Wanted): string {
  const { kind, device, srv, requestId, range } = wanted;
  const words = [
    kind ?? (range === undefined ? 'anything' : 'change'),
    device === undefined ? '' : world.gateway.devices.deviceId(device),
    srv ?? '',
    requestId ?? '',
    range === undefined ? '' : `${hex(range.from)}..${hex(range.to)}`,
  ];
  return words.filter((word) => word !== '').join(' ');
}
