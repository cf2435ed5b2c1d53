// To a read of a device the MessagePack bytes of its cached answer: the memory core and what JS
// offers in its place, a `Map` of typed arrays with the gateway's own quick encoder, and the
// well-known `lru-cache` of plain objects with msgpackr. All of them make the same bytes. The
// core's verb takes frames as they come from a socket and reads the requests in them, which the
// others are spared: they are given RequestIDs.

import { LRUCache } from 'lru-cache';
import { Packr } from 'msgpackr';
import { ANY_PARTY, HitBank } from '../../gateway/hits/bank.ts';
import { formatEui64, parseEui64 } from '../../gateway/protocol/eui64.ts';
import { formatMs, formatSeconds, HALF_HOUR_SECONDS } from '../../gateway/protocol/half-hours.ts';
import type { Profile } from '../../gateway/protocol/log-entries.ts';
import { CacheBank } from '../../gateway/s1sp/cache-bank.ts';
import { CACHE_SECONDS_MAX } from '../../gateway/s1sp/data-cache.ts';
import { LIMITS } from '../../gateway/server/limits.ts';
import { msgpackWire } from '../../gateway/wire/msgpack.ts';
import { formatResponseTime } from '../../gateway/wire/response.ts';
import { IMPORT_SUPPLIER, IN_FLIGHT, Requests, requestIdOf } from '../socket/requests.ts';
import {
  bankDevices,
  DEVICE_HIGH,
  ENTRIES,
  FIRST_DEVICE_LOW,
  FROM,
  importProfile,
  NOW_SECONDS,
  TO,
} from './day.ts';

export const ANSWERERS = ['core', 'typed arrays', 'lru-cache'] as const;
export type AnswererName = (typeof ANSWERERS)[number];

/** A cache of yesterday's import of devices 0 to some number. */
export interface Answerer {
  /** Devices that are cached, counted by the cache itself. */
  readonly devices: number;
  /** Makes a request to each of these devices; what is timed is answering them. */
  prepare(devices: readonly number[]): AnswerAll;
}

/**
 * Answers what was prepared and returns the bytes of the answers; `visit` sees each, valid until it
 * returns. Throws on a miss.
 */
export type AnswerAll = (visit?: (answer: Uint8Array) => void) => number;

/** A map's head as short as it can be, which msgpackr does only when told. */
const packr = new Packr({ useRecords: false, variableMapSize: true });

const NOW_MS = NOW_SECONDS * 1000;
/** Of a frame whose length takes 16 bits. */
const ANSWER_HEADER_SIZE = 4;
/** Where the device's EUI-64 begins and ends in `originator:target:counter`. */
const DEVICE_AT = 24;
const DEVICE_END = 47;

export function openAnswerer(name: AnswererName, devices: number): Answerer {
  switch (name) {
    case 'core':
      return coreAnswerer(devices);
    case 'typed arrays':
      return mapAnswerer(devices);
    case 'lru-cache':
      return lruAnswerer(devices);
  }
}

function coreAnswerer(devices: number): Answerer {
  const bank = new CacheBank(devices, false, [bankDevices(devices)]);
  for (let device = 0; device < devices; device++) {
    const low = FIRST_DEVICE_LOW + device;
    const profile = importProfile(device);
    bank.storeProfile(DEVICE_HIGH, low, 'import', FROM, TO, profile, NOW_SECONDS);
  }
  const supplier = { ...(parseEui64(IMPORT_SUPPLIER) ?? { high: 0, low: 0 }), hasToken: false };
  const asker = { ...supplier, mayImport: true, mayExport: false };
  const lane = new HitBank(bank.core, false, [asker], []);
  lane.setTime(formatResponseTime(NOW_MS));
  return {
    devices: bank.devices,
    prepare(devices) {
      const reads = new Requests('msgpack', devices).reads(IN_FLIGHT);
      return (visit) => {
        let bytes = 0;
        for (const read of reads) bytes += readByLane(lane, read, visit);
        return bytes - devices.length * ANSWER_HEADER_SIZE;
      };
    },
  };
}

/** Answers one read of a socket, and returns the bytes of the frames that went out. */
function readByLane(lane: HitBank, read: Buffer, visit?: (answer: Uint8Array) => void): number {
  const { frameBytes } = LIMITS;
  let bytes = 0;
  lane.load(read);
  for (let at = 0; at < read.length; ) {
    at = lane.answer(at, read.length, true, ANY_PARTY, frameBytes, NOW_SECONDS);
    const { answers, stopped } = lane;
    if (stopped !== 'done' && stopped !== 'full') throw new Error(`the core stopped: ${stopped}`);
    if (visit !== undefined) eachPayload(answers, visit);
    bytes += answers.length;
    lane.takeAnswers(() => {});
  }
  return bytes;
}

function eachPayload(frames: Buffer, visit: (answer: Uint8Array) => void): void {
  for (let at = 0; at < frames.length; ) {
    const start = at + ANSWER_HEADER_SIZE;
    at = start + frames.readUInt16BE(at + 2);
    visit(frames.subarray(start, at));
  }
}

/** By the gateway's own encoder, which takes columns. */
function quickly(requestId: string, profile: Profile): Uint8Array {
  return msgpackWire.encode({
    kind: 'log',
    requestId,
    responseCode: 'I0',
    responseMs: NOW_MS,
    serviceReferenceVariant: '4.8.1',
    served: 'cache',
    log: { srv: '4.8.1', profile },
  });
}

function mapAnswerer(devices: number): Answerer {
  const days = new Map<string, { storedSeconds: number; imported: Uint16Array }>();
  for (let device = 0; device < devices; device++) {
    const imported = Uint16Array.from(importProfile(device).columns[0] ?? []);
    days.set(deviceId(device), { storedSeconds: NOW_SECONDS, imported });
  }
  const values = new Uint32Array(ENTRIES);
  const profile: Profile = { firstHalfHour: FROM, count: ENTRIES, columns: [values] };
  return {
    devices: days.size,
    prepare: oneByOne((requestId) => {
      const day = days.get(requestId.slice(DEVICE_AT, DEVICE_END));
      if (day === undefined || NOW_SECONDS - day.storedSeconds >= CACHE_SECONDS_MAX) {
        throw new Error('the Map: a miss');
      }
      values.set(day.imported);
      return quickly(requestId, profile);
    }),
  };
}

function lruAnswerer(devices: number): Answerer {
  const days = new LRUCache<string, object>({ max: devices, ttl: CACHE_SECONDS_MAX * 1000 });
  for (let device = 0; device < devices; device++) {
    const [column = new Uint32Array(0)] = importProfile(device).columns;
    const day = {
      firstTimestamp: formatSeconds(FROM * HALF_HOUR_SECONDS),
      intervalMinutes: 30,
      primaryValue: Array.from(column),
    };
    days.set(deviceId(device), day);
  }
  return {
    devices: days.size,
    prepare: oneByOne((requestId) => {
      const profile = days.get(requestId.slice(DEVICE_AT, DEVICE_END));
      if (profile === undefined) throw new Error('lru-cache: a miss');
      return packr.pack({
        requestId,
        responseCode: 'I0',
        responseDateTime: formatMs(NOW_MS),
        serviceReferenceVariant: '4.8.1',
        served: 'cache',
        profile,
      });
    }),
  };
}

/** Each RequestID is a text of its own, as it comes out of a message. */
function oneByOne(answer: (requestId: string) => Uint8Array): Answerer['prepare'] {
  return (devices) => {
    const texts = devices.map(requestIdOf);
    const size = texts[0]?.length ?? 0;
    const bytes = Buffer.from(texts.join(''), 'latin1');
    const ids = texts.map((_, i) => bytes.toString('latin1', i * size, (i + 1) * size));
    return (visit) => {
      let sum = 0;
      for (const id of ids) {
        const made = answer(id);
        visit?.(made);
        sum += made.length;
      }
      return sum;
    };
  };
}

function deviceId(device: number): string {
  return formatEui64(DEVICE_HIGH, FIRST_DEVICE_LOW + device);
}
