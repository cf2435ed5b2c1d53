// The cache's slot of one device, read byte by byte out of its bank: no look-up verb of the core is
// used, for those write into the bank's scratch region, and erase what they find grown too old.

import type { CachedSrv } from '../gateway/protocol/service-reference.ts';
import type { Core } from '../gateway/s1sp/core.ts';
import { RING_OF } from '../gateway/s1sp/data-cache.ts';
import type { World } from './world.ts';

/** SRVs that have a ring in a slot. */
export const CACHED_SRVS = ['4.6.1', '4.8.1', '4.8.3'] as const satisfies readonly CachedSrv[];

/** Where a device's slot lies. */
export interface SlotPlace {
  readonly core: Core;
  readonly address: number;
  readonly exactAgesAddress: number;
  readonly twinElement: boolean;
}

/** One cached entry. `values` has a column each; null: known to be absent. */
export interface CachedEntry {
  /** Half hour, or day of a daily read, since the epoch. */
  readonly stamp: number;
  /** Seconds after the midnight of a daily read; 0 of a half hour. */
  readonly lateSeconds: number;
  readonly storedSeconds: number;
  readonly values: readonly number[] | null;
}

/** Where the slot of a device is; undefined for one that has none. */
export function slotOf(world: World, device: number): SlotPlace | undefined {
  const { cache, devices } = world.gateway;
  const { high, low } = devices.eui64Of(device);
  const { twinElement } = devices.cohortOf(device);
  for (const { core } of cache.banks()) {
    // Both may be beyond 2 GiB.
    const address = core.slotAddress(high, low) >>> 0;
    if (address === 0) continue;
    const exactAgesAddress = core.exactAgesAddress(high, low) >>> 0;
    return { core, address, exactAgesAddress, twinElement };
  }
  return undefined;
}

/** What is cached of a device for an SRV, by rising stamp. */
export function cachedEntries(place: SlotPlace, srv: CachedSrv): CachedEntry[] {
  const ring = RING_OF[srv];
  return ring === 'daily' ? dailyEntries(place) : halfHourEntries(place, ring);
}

function halfHourEntries(place: SlotPlace, ring: 'import' | 'export'): CachedEntry[] {
  const { core, address } = place;
  const at = new DataView(core.memory.buffer);
  const isImport = ring === 'import';
  const number = (isImport ? core.RING_IMPORT : core.RING_EXPORT).value;
  const header = address + (isImport ? core.OFF_SLOT_IMPORT : core.OFF_SLOT_EXPORT).value;
  const low = at.getBigUint64(header + core.OFF_RING_HEADER_KNOWN_LOW.value, true);
  const high = at.getBigUint64(header + core.OFF_RING_HEADER_KNOWN_HIGH.value, true);
  const newest = at.getInt32(header + core.OFF_RING_HEADER_NEWEST_KNOWN.value, true);
  const capacity = core.RING_CAPACITY.value;
  const known = low | (high << 64n);
  const entries: CachedEntry[] = [];
  for (let stamp = Math.max(newest - capacity + 1, 0); stamp <= newest; stamp++) {
    const position = stamp % capacity;
    if (((known >> BigInt(position)) & 1n) === 0n) continue;
    const columns = columnsOf(place, ring).map((column) => {
      return at.getUint16(column + 2 * position, true);
    });
    const isAbsent = columns.includes(core.RING_ABSENT.value);
    const storedSeconds = storedAt(place, number, position);
    entries.push({ stamp, lateSeconds: 0, storedSeconds, values: isAbsent ? null : columns });
  }
  return entries;
}

/** First u16 of each column that a ring has. */
function columnsOf({ core, address, twinElement }: SlotPlace, ring: 'import' | 'export') {
  const values = address + core.OFF_SLOT_VALUES.value;
  const size = core.COLUMN_SIZE.value;
  if (ring === 'export') return [values + size, values + 2 * size];
  return twinElement ? [values, address + core.OFF_TWIN_VALUES.value] : [values];
}

/** Second at which the entry at a position was stored: by its batch, or exactly. */
function storedAt({ core, address, exactAgesAddress }: SlotPlace, ring: number, position: number) {
  const at = new DataView(core.memory.buffer);
  const exact = at.getUint16(address + core.OFF_SLOT_HEADER_EXACT.value, true);
  if (((exact >> ring) & 1) === 1) {
    return at.getUint32(exactAgesAddress + ring * core.EXACT_RING_SIZE.value + 4 * position, true);
  }
  const batches = address + core.OFF_SLOT_ENTRY_BATCH.value + ring * core.ENTRY_BATCH_SIZE.value;
  const batch = (at.getUint8(batches + (position >> 1)) >> ((position & 1) * 4)) & 15;
  const table = address + core.OFF_SLOT_BATCHES.value + ring * core.BATCH_TABLE_SIZE.value;
  return at.getUint32(table + 4 * batch, true);
}

/** Of the word `known`: bits 8 to 11 say which of the known reads are known to be absent. */
const ABSENT_SHIFT = 8;

function dailyEntries({ core, address, twinElement }: SlotPlace): CachedEntry[] {
  const at = new DataView(core.memory.buffer);
  const header = address + core.OFF_SLOT_DAILY.value;
  const known = at.getUint32(header + core.OFF_DAILY_HEADER_KNOWN.value, true);
  const newest = at.getInt32(header + core.OFF_DAILY_HEADER_NEWEST_KNOWN.value, true);
  const capacity = core.DAILY_CAPACITY.value;
  const registers = 1 + core.TOU_REGISTERS.value;
  const entries: CachedEntry[] = [];
  for (let stamp = Math.max(newest - capacity + 1, 0); stamp <= newest; stamp++) {
    const position = stamp % capacity;
    if (((known >> position) & 1) === 0) continue;
    const isAbsent = ((known >> (position + ABSENT_SHIFT)) & 1) === 1;
    const entry =
      address + core.OFF_SLOT_DAILY_ENTRIES.value + position * core.DAILY_ENTRY_SIZE.value;
    const second = address + core.OFF_TWIN_DAILY.value + position * core.SECONDARY_DAILY_SIZE.value;
    const first = entry + core.OFF_DAILY_ENTRY_IMPORT_WH.value;
    const words = twinElement ? [first, second] : [first];
    entries.push({
      stamp,
      lateSeconds: at.getUint32(entry + core.OFF_DAILY_ENTRY_LATE_SECONDS.value, true),
      storedSeconds: at.getUint32(entry + core.OFF_DAILY_ENTRY_STORED_AT.value, true),
      values: isAbsent
        ? null
        : words.flatMap((start) => {
            return Array.from({ length: registers }, (_, i) => at.getUint32(start + 4 * i, true));
          }),
    });
  }
  return entries;
}
