// Breaks and watches: what somebody wants to be told of. Both tell; a break pauses virtual time as
// well.

import { READ_SRVS } from '../gateway/protocol/service-reference.ts';
import { memoryOf } from './device-memory.ts';
import { findDevice, shown } from './device-prefix.ts';
import { hex } from './hex-dump.ts';
import { addressFault, parseRange } from './memory-address.ts';
import { CACHE_ADDRESS, type DeviceMemory } from './memory-map.ts';
import { type Refused, refused } from './outcome.ts';
import { EVENT_KINDS, type EventKind, type TraceRecord } from './trace.ts';
import type { World } from './world.ts';

/** Bytes of a watched range: they are compared after every event of their meter. */
export const WATCHED_BYTES_MAX = 4096;

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
      const memory = memoryOf(world, wanted.device);
      const range = parseRange(memory, word);
      if (range === undefined) return second(word) ?? misplaced(word) ?? noRange(memory, word);
      wanted = { ...wanted, range };
    } else {
      const found = findDevice(world, word);
      if (!found.ok) {
        return misplaced(word) ?? (EVENT_LIKE.test(word) ? unknownEvent(word) : found);
      }
      wanted = { ...wanted, device: found.device };
    }
  }
  return wanted;
}

const REQUEST_ID = /^[0-9a-f-]{23}:[0-9a-f-]{23}:\d+$/i;
/** What was meant for an SRV, or for a RequestID. */
const SRV_LIKE = /^\d+\.\d[\d.]*$/;
const REQUEST_ID_LIKE = /^[^[]*:[^[]*:/;
/** No beginning of an EUI-64 has such letters. */
const EVENT_LIKE = /[g-z]/i;

/** The refusal of a word that was meant for something, and is not quite that. */
function misplaced(word: string): Refused | undefined {
  if (word === 'within') {
    return refused('USAGE', 'only run-until takes `within`', 'leave it out: these stay');
  }
  if (SRV_LIKE.test(word)) {
    const message = `meters are told nothing by "${shown(word)}"`;
    return refused('USAGE', message, `SRVs are ${COMMAND_SRVS.join(', ')}`);
  }
  if (!REQUEST_ID_LIKE.test(word)) return undefined;
  const next = 'write it as ORIGINATOR:TARGET:COUNTER, two EUI-64 and a number';
  return refused('USAGE', `"${shown(word)}" is no RequestID`, next);
}

function second(word: string): Refused | undefined {
  if (!word.startsWith('#')) return undefined;
  const next = 'leave it out to wait for any meter, or set one for each';
  return refused('USAGE', `one METER is wanted, and ${shown(word)} is a second`, next);
}

function noRange(memory: DeviceMemory, word: string): Refused {
  const message = addressFault(memory, word) ?? `"${shown(word)}" is no range of addresses`;
  return refused('USAGE', message, 'give ADDRESS or ADDRESS..ADDRESS; `mem map METER` has them');
}

/** Why the bytes of a range cannot be watched; undefined where they can. */
export function unwatchable(world: World, { range, device }: Wanted): Refused | undefined {
  if (range === undefined || device === undefined) return undefined;
  const size = range.to - range.from + 1;
  if (size > WATCHED_BYTES_MAX) {
    const message = `${hex(range.from)}..${hex(range.to)} is ${size} bytes`;
    const next = `name one field, or a range of at most ${WATCHED_BYTES_MAX} bytes`;
    return refused('USAGE', `${message}; at most ${WATCHED_BYTES_MAX} are watched`, next);
  }
  if (range.from >= CACHE_ADDRESS || world.meters.isReal(device)) return undefined;
  const message = 'a meter that nobody has touched has no memory to watch';
  return refused('CONFLICT', message, '`real METER` writes its logs out');
}

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
