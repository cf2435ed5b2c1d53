// One device's memory as one address space: its meter's header and logs, and its slot in the
// cache. A meter is a slice of a bank and so is a slot; here they begin at addresses of their own,
// the same for every device of a model. Where a field lies is only ever read from the constants
// that the memory core exports. Runs in a browser as well, on bytes that were sent there.

import type { Core } from '../gateway/s1sp/core.ts';

/** Where the cache slot begins: beyond the logs of the largest model. */
export const CACHE_ADDRESS = 0x10_0000;
/** Where the exact ages of a slot begin: beyond the largest slot. */
export const EXACT_AGES_ADDRESS = 0x10_1000;

/** What a region is made of: equal structs, or equal unsigned words. */
export type RegionForm =
  | { readonly struct: string; readonly size: number }
  | { readonly wordSize: 1 | 2 | 4 };

export interface Region {
  /** `import`, `cache.import.values`. */
  readonly name: string;
  readonly store: 'meter' | 'cache';
  readonly address: number;
  readonly size: number;
  /** Where it lies in its bank. */
  readonly bankAddress: number;
  readonly form: RegionForm;
  /** It is a ring by time: of half hours (`seconds` 1800) or days, entry t at t mod `capacity`. */
  readonly ring?: {
    readonly capacity: number;
    /** Newest and oldest entry that it may hold, half hours or days since the epoch. */
    readonly newest: number;
    readonly oldest: number;
    readonly seconds: number;
  };
}

export interface DeviceMemory {
  readonly regions: readonly Region[];
  /** False: the meter's bytes are those that making it real would write. */
  readonly isReal: boolean;
  /** It has a slot in the cache. */
  readonly isCached: boolean;
  /** A view on a region's bytes, valid until the next look. */
  bytesOf(region: Region): Uint8Array;
  readonly cores: Readonly<Record<'meter' | 'cache', Core | undefined>>;
}

/** Where the bytes of a device lie in its banks, and what they do not say themselves. */
export interface MemoryPlace {
  readonly isReal: boolean;
  /** UTC day since the epoch. */
  readonly commissionedDay: number;
  readonly headerAddress: number;
  readonly blockAddress: number;
  readonly blockSize: number;
  readonly dailyReadCapacity: number;
  /** The rings of half hours that the model has, as they lie in the block. */
  readonly rings: readonly { readonly name: string; readonly address: number }[];
  /** Absent where the cache has no slot for it. */
  readonly slot?: {
    readonly address: number;
    readonly exactAgesAddress: number;
    readonly twinElement: boolean;
  };
}

/** A view on `size` bytes of a bank. */
export type BankBytes = (store: Region['store'], address: number, size: number) => Uint8Array;

/** The memory of one device, of the bytes of its banks. */
export function memoryAt(
  place: MemoryPlace,
  cores: DeviceMemory['cores'],
  bytesAt: BankBytes,
): DeviceMemory {
  const { meter, cache } = cores;
  const { isReal, slot } = place;
  const regions = meter === undefined ? [] : meterRegions(meter, place, bytesAt);
  if (slot !== undefined && cache !== undefined) {
    regions.push(...cacheRegions(cache, slot, bytesAt));
  }
  return {
    regions,
    isReal,
    isCached: slot !== undefined,
    cores,
    bytesOf: ({ store, bankAddress, size }) => bytesAt(store, bankAddress, size),
  };
}

const HALF_HOURS_A_DAY = 48;

/** The rings of a meter in the order of its block, each with its column of a log. */
export const METER_RINGS = [
  ['import', 'LOG_ACTIVE_IMPORT', 0],
  ['import.secondary', 'LOG_ACTIVE_IMPORT', 1],
  ['reactive', 'LOG_REACTIVE_IMPORT', 0],
  ['export', 'LOG_EXPORT', 0],
  ['export.reactive', 'LOG_EXPORT', 1],
] as const;

function meterRegions(core: Core, place: MemoryPlace, bytesAt: BankBytes): Region[] {
  const { headerAddress, blockAddress, blockSize, dailyReadCapacity, commissionedDay } = place;
  const headerSize = core.METER_HEADER_SIZE.value;
  const header = bytesAt('meter', headerAddress, headerSize);
  const newestHalfHour = u32At(header, core.OFF_METER_HEADER_NEWEST_HALF_HOUR.value);
  const newestDay = u32At(header, core.OFF_METER_HEADER_NEWEST_DAY.value);
  const address = (bankAddress: number) => bankAddress - blockAddress + headerSize;
  const rowSize = core.DAILY_READ_SIZE.value;
  const store = 'meter';
  const regions: Region[] = [
    {
      ...{ name: 'header', store, address: 0, size: headerSize, bankAddress: headerAddress },
      form: { struct: 'METER_HEADER', size: headerSize },
    },
    {
      ...{ name: 'daily', store, address: headerSize, size: dailyReadCapacity * rowSize },
      bankAddress: blockAddress,
      form: { struct: 'DAILY_READ', size: rowSize },
      ring: {
        capacity: dailyReadCapacity,
        newest: newestDay,
        oldest: Math.max(newestDay - dailyReadCapacity, commissionedDay) + 1,
        seconds: 86_400,
      },
    },
  ];
  place.rings.forEach(({ name, address: at }, number, rings) => {
    const size = (rings[number + 1]?.address ?? blockAddress + blockSize) - at;
    const capacity = size / 4;
    const oldest = Math.max(newestHalfHour - capacity, commissionedDay * HALF_HOURS_A_DAY) + 1;
    regions.push({
      ...{ name, store, address: address(at), size, bankAddress: at, form: { wordSize: 4 } },
      ring: { capacity, newest: newestHalfHour, oldest, seconds: 1800 },
    });
  });
  return regions;
}

/** The regions of a cache slot, and of the ages reserved for it. */
function cacheRegions(core: Core, slot: MemoryPlace['slot'] & {}, bytesAt: BankBytes): Region[] {
  const slotAddress = slot.address;
  const bytes = bytesAt('cache', slotAddress, core.SLOT_SIZE.value);
  const regions: Region[] = [];
  const add = (name: string, offset: number, size: number, form: RegionForm, ring?: string) =>
    regions.push({
      ...{ name: `cache.${name}`, store: 'cache', address: CACHE_ADDRESS + offset, size },
      ...{ bankAddress: slotAddress + offset, form },
      ...(ring !== undefined && { ring: cacheRing(core, bytes, ring) }),
    });
  const struct = (name: string, offset: number, struct: string, size: number, count = 1) =>
    add(name, offset, size * count, { struct, size }, count > 1 ? 'daily' : undefined);
  const column = (name: string, offset: number, ring: string) =>
    add(name, offset, core.RING_CAPACITY.value * 2, { wordSize: 2 }, ring);
  const ringSize = core.RING_HEADER_SIZE.value;
  struct('header', 0, 'SLOT_HEADER', core.SLOT_HEADER_SIZE.value);
  struct('import', core.OFF_SLOT_IMPORT.value, 'RING_HEADER', ringSize);
  struct('export', core.OFF_SLOT_EXPORT.value, 'RING_HEADER', ringSize);
  struct('daily', core.OFF_SLOT_DAILY.value, 'DAILY_HEADER', core.DAILY_HEADER_SIZE.value);
  ['import', 'export'].forEach((ring, place) => {
    const table = core.BATCH_TABLE_SIZE.value;
    const offset = core.OFF_SLOT_BATCHES.value + place * table;
    add(`${ring}.batches`, offset, core.BATCHES.value * 4, { wordSize: 4 });
  });
  ['import', 'export'].forEach((ring, place) => {
    const size = core.ENTRY_BATCH_SIZE.value;
    const offset = core.OFF_SLOT_ENTRY_BATCH.value + place * size;
    add(`${ring}.entryBatch`, offset, size, { wordSize: 1 });
  });
  const values = core.OFF_SLOT_VALUES.value;
  column('import.values', values, 'import');
  column('export.values', values + core.COLUMN_SIZE.value, 'export');
  column('export.reactiveValues', values + 2 * core.COLUMN_SIZE.value, 'export');
  const days = core.DAILY_CAPACITY.value;
  const entries = core.OFF_SLOT_DAILY_ENTRIES.value;
  struct('daily.entries', entries, 'DAILY_ENTRY', core.DAILY_ENTRY_SIZE.value, days);
  if (slot.twinElement) {
    column('import.secondaryValues', core.OFF_TWIN_VALUES.value, 'import');
    const size = core.SECONDARY_DAILY_SIZE.value;
    struct('daily.secondary', core.OFF_TWIN_DAILY.value, 'SECONDARY_DAILY', size, days);
  }
  ['import', 'export'].forEach((ring, place) => {
    const size = core.EXACT_RING_SIZE.value;
    regions.push({
      ...{ name: `cache.${ring}.exactAges`, store: 'cache', size, form: { wordSize: 4 } },
      address: EXACT_AGES_ADDRESS + place * size,
      bankAddress: slot.exactAgesAddress + place * size,
      ring: cacheRing(core, bytes, ring),
    });
  });
  return regions;
}

/** The window that a ring of a slot stands for. */
function cacheRing(core: Core, slot: Uint8Array, ring: string): Region['ring'] & {} {
  const isDaily = ring === 'daily';
  const field = isDaily
    ? core.OFF_DAILY_HEADER_NEWEST_KNOWN.value
    : core.OFF_RING_HEADER_NEWEST_KNOWN.value;
  const newest = u32At(slot, cacheRingOffset(core, ring) + field);
  const capacity = isDaily ? core.DAILY_CAPACITY.value : core.RING_CAPACITY.value;
  return { capacity, newest, oldest: newest - capacity + 1, seconds: isDaily ? 86_400 : 1800 };
}

function cacheRingOffset(core: Core, ring: string): number {
  if (ring === 'daily') return core.OFF_SLOT_DAILY.value;
  return ring === 'import' ? core.OFF_SLOT_IMPORT.value : core.OFF_SLOT_EXPORT.value;
}

/** One little-endian word. */
function u32At(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset, true);
}
