// Every size and offset of the memory core's cache bank, written once. docs/memory.md explains the
// fields; a test holds the two together. The meter bank has its own in meter-layout.ts.
//
// A bank is one instance with a memory of its own:
//
//   0            static data of the module
//   scratch      one exchange region for whole windows of entries      SCRATCH_SIZE
//   lane         the hit lane, see hit-layout.ts                       HIT_LANE_SIZE
//   wheel        head of the list of rings for each stored-at second   WHEEL_SIZE
//   directory    number of a device → slot                             CELL_SIZE a device
//   slots        one record per device                                 SLOT_SIZE or TWIN_SLOT_SIZE
//   exact ages   reserved per slot, touched only by a ring that        EXACT_AGES_SIZE
//                outgrew its table of batches
//
// A slot:
//
//   ┌────────┬──────────┬──────────┬─────────┬────────────┬────────────┬─────────┬─────────┬─────┐
//   │ header │ import   │ export   │ daily   │ batches    │ batch of   │ values  │ daily   │ pad │
//   │   16   │ ring  32 │ ring  32 │ ring 24 │ 2 × 14 × 4 │ each entry │ 3 × 97  │ entries │     │
//   │        │          │          │         │            │ 2 × 52     │ × u16   │ 4 × 28  │  4  │
//   └────────┴──────────┴──────────┴─────────┴────────────┴────────────┴─────────┴─────────┴─────┘
//   a twin-element slot goes on: secondary values 97 × u16, secondary daily 4 × 20, pad

/** Half hours of a ring: the whole previous day with both midnights, and today up to midnight. */
export const RING_CAPACITY: i32 = 97;
/** Midnights of a daily ring: the two of the previous day, and two more. */
export const DAILY_CAPACITY: i32 = 4;
/** TOU registers of a daily read. */
export const TOU_REGISTERS: i32 = 4;

/** Nothing in the cache is as old as this [AM 18.21(k), 18.22(h), 18.24(f)]. */
export const CACHE_SECONDS_MAX: i32 = 25 * 3600;

export const RING_IMPORT: i32 = 0;
export const RING_EXPORT: i32 = 1;
export const RING_DAILY: i32 = 2;
/** Rings in a slot; each has its own link in the expiry wheel. */
export const RING_COUNT: i32 = 3;

/** In a ring's u16: the meter answered that it has no entry there. */
export const RING_ABSENT: u32 = 0xffff;
/** The largest value that a ring holds; an entry beyond is answered and never cached. */
export const RING_VALUE_MAX: u32 = 0xfffe;
/** In the scratch region: the meter has no entry there. */
export const NO_ENTRY: u32 = 0xffff_ffff;
/** In the scratch region: the cache does not know. */
export const UNKNOWN: u32 = 0xffff_fffe;

// Statuses. Look-ups:
export const HIT: i32 = 0;
export const PARTIAL: i32 = 1;
export const MISS: i32 = 2;
/** A miss whose entries were there and have grown too old. */
export const EXPIRED: i32 = 3;
// Everything else: zero or more is success.
export const OK: i32 = 0;
export const BANK_FULL: i32 = -1;
export const OUT_OF_RANGE: i32 = -2;
export const NO_MEMORY: i32 = -3;

/** Which device, what it may hold; then the rings. */
@unmanaged
export class SlotHeader {
  deviceLow: u32;
  deviceHigh: u32;
  /** Bit r: ring r's SRV is armed by an active schedule. */
  armed: u8;
  /** 1: only Parties registered for the device may ask; the hit lane knows none of them. */
  byRegistration: u8;
  /** Bit r: ring r keeps the age of each entry in the exact ages region. */
  exact: u16;
  /** Slot number + 1 of the next free slot, while this one is free. */
  nextFree: u32;
}

/** A half-hour ring's state. Entry h lives at h mod RING_CAPACITY. */
@unmanaged
export class RingHeader {
  /** Bit p: something is known of the entry at position p (a value, or that it is absent). */
  knownLow: u64;
  knownHigh: u64;
  /** Newest half hour ever retrieved while armed; 0 for none. */
  newestRetrieved: i32;
  /** Top of the window of RING_CAPACITY half hours that the ring stands for; 0 when empty. */
  newestKnown: i32;
  /** No entry was stored before this second; 0 when empty. */
  oldestStored: u32;
  /** Link + 1 of the next ring in the wheel, WHEEL_END at a list's end, 0 outside the wheel. */
  wheelNext: u32;
}

/**
 * The daily ring's state. The read of midnight d (days since the epoch) lives at d mod capacity.
 */
@unmanaged
export class DailyHeader {
  newestRetrieved: i32;
  newestKnown: i32;
  oldestStored: u32;
  wheelNext: u32;
  /** Bits 0 to 3: something is known at that position; bits 8 to 11: known to be absent. */
  known: u32;
  reserved: u32;
}

/** One cached daily read. */
@unmanaged
export class DailyEntry {
  storedAt: u32;
  /** Seconds after midnight of the stamp; of an absent read, the seconds it is known absent for. */
  lateSeconds: u32;
  importWh: u32;
  tou0Wh: u32;
  tou1Wh: u32;
  tou2Wh: u32;
  tou3Wh: u32;
}

/** The second element of one cached daily read. */
@unmanaged
export class SecondaryDailyEntry {
  importWh: u32;
  tou0Wh: u32;
  tou1Wh: u32;
  tou2Wh: u32;
  tou3Wh: u32;
}

/** Different stored-at seconds that a ring's entries share before it goes exact. */
export const BATCHES: i32 = 14;

export const SLOT_HEADER_SIZE: i32 = offsetof<SlotHeader>();
export const OFF_SLOT_IMPORT: i32 = SLOT_HEADER_SIZE;
export const RING_HEADER_SIZE: i32 = offsetof<RingHeader>();
export const DAILY_HEADER_SIZE: i32 = offsetof<DailyHeader>();
export const OFF_SLOT_EXPORT: i32 = OFF_SLOT_IMPORT + RING_HEADER_SIZE;
export const OFF_SLOT_DAILY: i32 = OFF_SLOT_EXPORT + RING_HEADER_SIZE;
export const OFF_SLOT_BATCHES: i32 = OFF_SLOT_DAILY + DAILY_HEADER_SIZE;
export const BATCH_TABLE_SIZE: i32 = BATCHES * 4;
export const OFF_SLOT_ENTRY_BATCH: i32 = OFF_SLOT_BATCHES + 2 * BATCH_TABLE_SIZE;
/** Four bits for each entry, rounded up to whole words. */
export const ENTRY_BATCH_SIZE: i32 = 52;
export const OFF_SLOT_VALUES: i32 = OFF_SLOT_ENTRY_BATCH + 2 * ENTRY_BATCH_SIZE;
/** One column of u16, rounded up to whole words. */
export const COLUMN_SIZE: i32 = 196;
export const OFF_SLOT_DAILY_ENTRIES: i32 = OFF_SLOT_VALUES + 3 * COLUMN_SIZE;
export const DAILY_ENTRY_SIZE: i32 = offsetof<DailyEntry>();
export const SLOT_SIZE: i32 = (OFF_SLOT_DAILY_ENTRIES + DAILY_CAPACITY * DAILY_ENTRY_SIZE + 7) & ~7;
export const OFF_TWIN_VALUES: i32 = SLOT_SIZE;
export const OFF_TWIN_DAILY: i32 = OFF_TWIN_VALUES + COLUMN_SIZE;
export const SECONDARY_DAILY_SIZE: i32 = offsetof<SecondaryDailyEntry>();
export const TWIN_SLOT_SIZE: i32 =
  (OFF_TWIN_DAILY + DAILY_CAPACITY * SECONDARY_DAILY_SIZE + 7) & ~7;

if (SLOT_SIZE != 1024) ERROR('a single-element slot is to be 1 KiB');
if (COLUMN_SIZE < RING_CAPACITY * 2) ERROR('a column is too short for the ring');
if (ENTRY_BATCH_SIZE * 2 < RING_CAPACITY) ERROR('four bits an entry do not fit');
if (BATCHES > 16) ERROR('a batch number is four bits');

export const EXACT_RING_SIZE: i32 = RING_CAPACITY * 4;
export const EXACT_AGES_SIZE: i32 = 2 * EXACT_RING_SIZE;

/** Buckets of the expiry wheel: a second each, a power of two above CACHE_SECONDS_MAX. */
export const WHEEL_BUCKETS: i32 = 131_072;
export const WHEEL_SIZE: i32 = WHEEL_BUCKETS * 4;
export const WHEEL_END: u32 = 0xffff_ffff;

/** A cell of the directory, u32: slot number + 1, or 0 for a device without a slot. */
export const CELL_SIZE: i32 = 4;

/** The scratch region's head: what a look-up found, before the entries. */
@unmanaged
export class Found {
  /** Half hour of the first row, or day number of the first day of the ring's window. */
  first: i32;
  /** Rows. */
  count: i32;
  /** Daily look-ups: bit i: day first + i is known. */
  knownDays: u32;
  reserved: u32;
}

export const SCRATCH_ROWS: i32 = RING_CAPACITY;
export const OFF_SCRATCH_ROWS: i32 = offsetof<Found>();
/** Words of a daily row: day, lateSeconds, import, TOU × 4, and the same of the second element. */
export const DAILY_ROW_WORDS: i32 = 12;
export const SCRATCH_SIZE: i32 = OFF_SCRATCH_ROWS + 2 * SCRATCH_ROWS * 4 + 8;

if (SCRATCH_SIZE < OFF_SCRATCH_ROWS + DAILY_CAPACITY * DAILY_ROW_WORDS * 4)
  ERROR('scratch too small');

// Where each field lies, for views from TypeScript and for docs/memory.md.
export const OFF_SLOT_HEADER_DEVICE_LOW: i32 = offsetof<SlotHeader>('deviceLow');
export const OFF_SLOT_HEADER_DEVICE_HIGH: i32 = offsetof<SlotHeader>('deviceHigh');
export const OFF_SLOT_HEADER_ARMED: i32 = offsetof<SlotHeader>('armed');
export const OFF_SLOT_HEADER_BY_REGISTRATION: i32 = offsetof<SlotHeader>('byRegistration');
export const OFF_SLOT_HEADER_EXACT: i32 = offsetof<SlotHeader>('exact');
export const OFF_SLOT_HEADER_NEXT_FREE: i32 = offsetof<SlotHeader>('nextFree');
export const OFF_RING_HEADER_KNOWN_LOW: i32 = offsetof<RingHeader>('knownLow');
export const OFF_RING_HEADER_KNOWN_HIGH: i32 = offsetof<RingHeader>('knownHigh');
export const OFF_RING_HEADER_NEWEST_RETRIEVED: i32 = offsetof<RingHeader>('newestRetrieved');
export const OFF_RING_HEADER_NEWEST_KNOWN: i32 = offsetof<RingHeader>('newestKnown');
export const OFF_RING_HEADER_OLDEST_STORED: i32 = offsetof<RingHeader>('oldestStored');
export const OFF_RING_HEADER_WHEEL_NEXT: i32 = offsetof<RingHeader>('wheelNext');
export const OFF_DAILY_HEADER_NEWEST_RETRIEVED: i32 = offsetof<DailyHeader>('newestRetrieved');
export const OFF_DAILY_HEADER_NEWEST_KNOWN: i32 = offsetof<DailyHeader>('newestKnown');
export const OFF_DAILY_HEADER_OLDEST_STORED: i32 = offsetof<DailyHeader>('oldestStored');
export const OFF_DAILY_HEADER_WHEEL_NEXT: i32 = offsetof<DailyHeader>('wheelNext');
export const OFF_DAILY_HEADER_KNOWN: i32 = offsetof<DailyHeader>('known');
export const OFF_DAILY_HEADER_RESERVED: i32 = offsetof<DailyHeader>('reserved');
export const OFF_DAILY_ENTRY_STORED_AT: i32 = offsetof<DailyEntry>('storedAt');
export const OFF_DAILY_ENTRY_LATE_SECONDS: i32 = offsetof<DailyEntry>('lateSeconds');
export const OFF_DAILY_ENTRY_IMPORT_WH: i32 = offsetof<DailyEntry>('importWh');
export const OFF_DAILY_ENTRY_TOU0_WH: i32 = offsetof<DailyEntry>('tou0Wh');
export const OFF_DAILY_ENTRY_TOU1_WH: i32 = offsetof<DailyEntry>('tou1Wh');
export const OFF_DAILY_ENTRY_TOU2_WH: i32 = offsetof<DailyEntry>('tou2Wh');
export const OFF_DAILY_ENTRY_TOU3_WH: i32 = offsetof<DailyEntry>('tou3Wh');
export const OFF_SECONDARY_DAILY_IMPORT_WH: i32 = offsetof<SecondaryDailyEntry>('importWh');
export const OFF_SECONDARY_DAILY_TOU0_WH: i32 = offsetof<SecondaryDailyEntry>('tou0Wh');
export const OFF_SECONDARY_DAILY_TOU1_WH: i32 = offsetof<SecondaryDailyEntry>('tou1Wh');
export const OFF_SECONDARY_DAILY_TOU2_WH: i32 = offsetof<SecondaryDailyEntry>('tou2Wh');
export const OFF_SECONDARY_DAILY_TOU3_WH: i32 = offsetof<SecondaryDailyEntry>('tou3Wh');
export const OFF_FOUND_FIRST: i32 = offsetof<Found>('first');
export const OFF_FOUND_COUNT: i32 = offsetof<Found>('count');
export const OFF_FOUND_KNOWN_DAYS: i32 = offsetof<Found>('knownDays');
export const OFF_FOUND_RESERVED: i32 = offsetof<Found>('reserved');
