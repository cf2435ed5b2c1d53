// Every size and offset of a meter bank, written once. docs/memory.md explains the fields; a test
// holds the two together. All of it is sized in initMeters and never zeroed: it is zero already,
// and what nobody touches costs the machine nothing.
//
//   0            static data of the module
//   scratch      head of an answer, then two columns of the longest log     METER_SCRATCH_SIZE
//   household    working storage: the parameters of the meter asked last
//   recording    cumulative Wh by TOU band, shared by all meters            16 × (half hours + 1)
//   gaps         one bit for each half hour of the recording
//   headers      one record per meter                                       METER_HEADER_SIZE
//   real logs    one block for each meter that can be made real             by model
//
// A block of real logs; entry h lives at h mod capacity, the daily read of midnight m at m mod
// capacity, and a ring that the model lacks takes no room:
//
//   ┌────────────┬─────────┬───────────┬──────────┬────────┬──────────┬─────┐
//   │ daily      │ primary │ secondary │ reactive │ active │ reactive │ pad │
//   │ reads × 88 │ × u32   │ × u32     │ import   │ export │ export   │     │
//   │            │         │ (twin)    │ × u32    │ × u32  │ × u32    │     │
//   └────────────┴─────────┴───────────┴──────────┴────────┴──────────┴─────┘

/** Half-hourly logs: what 4.8.1, 4.8.2 and 4.8.3 read. */
export const LOG_ACTIVE_IMPORT: i32 = 0;
export const LOG_REACTIVE_IMPORT: i32 = 1;
export const LOG_EXPORT: i32 = 2;

// Registers, cumulative since commissioning. The first ten are those of a daily read, in its order;
// TOU registers follow their total: night, day, peak, evening.
export const REGISTER_PRIMARY: i32 = 0;
export const REGISTER_SECONDARY: i32 = 5;
export const REGISTER_ACTIVE_EXPORT: i32 = 10;
export const REGISTER_REACTIVE_IMPORT: i32 = 11;
export const REGISTER_REACTIVE_EXPORT: i32 = 12;
export const DAILY_REGISTERS: i32 = 10;

/** 397 days: no log of the MMC schema has more entries than 4.8.1's. */
export const LOG_CAPACITY_MAX: i32 = 19_056;
/** LogEntry of 4.6.1 occurs at most 31 times in the MMC schema. */
export const DAILY_LOG_CAPACITY_MAX: i32 = 31;
/** Half hours of a recording: twenty years, far beyond any trial's. */
export const RECORDING_CAPACITY_MAX: i32 = 350_640;
/** Meters of a bank. */
export const METERS_MAX: i32 = 16_777_216;
/** 9999-12-31, the last day that an xs:dateTime of four year digits can name. */
export const LATEST_DAY: i32 = 2_932_896;

/** Status: the meter's log does not hold that entry, so there is nothing to change. */
export const NOT_HELD: i32 = -4;

/** One meter. All zero: nobody has touched it, and it is a function of its number. */
@unmanaged
export class MeterHeader {
  /** Number + 1 of its block of real logs; 0 while they are computed. */
  block: u32;
  /** Newest half hour written out in the block. */
  newestHalfHour: u32;
  /** Newest midnight written out in the block, days since the epoch. */
  newestDay: u32;
  reserved: u32;
}
export const METER_HEADER_SIZE: i32 = offsetof<MeterHeader>();
export const OFF_METER_HEADER_BLOCK: i32 = offsetof<MeterHeader>('block');
export const OFF_METER_HEADER_NEWEST_HALF_HOUR: i32 = offsetof<MeterHeader>('newestHalfHour');
export const OFF_METER_HEADER_NEWEST_DAY: i32 = offsetof<MeterHeader>('newestDay');
export const OFF_METER_HEADER_RESERVED: i32 = offsetof<MeterHeader>('reserved');

if (METER_HEADER_SIZE > 64) ERROR('an untouched meter is to cost at most 64 B');

/** One read of the daily log, in a block and in the scratch region alike. */
@unmanaged
export class DailyReadRow {
  /** Seconds since the epoch; 0 where the log has no entry. */
  timestamp: f64;
  primaryWh: f64;
  nightWh: f64;
  dayWh: f64;
  peakWh: f64;
  eveningWh: f64;
  secondaryWh: f64;
  secondaryNightWh: f64;
  secondaryDayWh: f64;
  secondaryPeakWh: f64;
  secondaryEveningWh: f64;
}
export const DAILY_READ_SIZE: i32 = offsetof<DailyReadRow>();
export const OFF_DAILY_READ_TIMESTAMP: i32 = offsetof<DailyReadRow>('timestamp');
export const OFF_DAILY_READ_PRIMARY_WH: i32 = offsetof<DailyReadRow>('primaryWh');
export const OFF_DAILY_READ_NIGHT_WH: i32 = offsetof<DailyReadRow>('nightWh');
export const OFF_DAILY_READ_DAY_WH: i32 = offsetof<DailyReadRow>('dayWh');
export const OFF_DAILY_READ_PEAK_WH: i32 = offsetof<DailyReadRow>('peakWh');
export const OFF_DAILY_READ_EVENING_WH: i32 = offsetof<DailyReadRow>('eveningWh');
export const OFF_DAILY_READ_SECONDARY_WH: i32 = offsetof<DailyReadRow>('secondaryWh');
export const OFF_DAILY_READ_SECONDARY_NIGHT_WH: i32 = offsetof<DailyReadRow>('secondaryNightWh');
export const OFF_DAILY_READ_SECONDARY_DAY_WH: i32 = offsetof<DailyReadRow>('secondaryDayWh');
export const OFF_DAILY_READ_SECONDARY_PEAK_WH: i32 = offsetof<DailyReadRow>('secondaryPeakWh');
export const OFF_DAILY_READ_SECONDARY_EVENING_WH: i32 =
  offsetof<DailyReadRow>('secondaryEveningWh');

if (DAILY_READ_SIZE != 8 + 8 * DAILY_REGISTERS)
  ERROR('a daily read is its stamp and its registers');

/** Cumulative Wh of a recording before its half hour i, by TOU band. */
@unmanaged
export class RecordingRow {
  nightWh: u32;
  dayWh: u32;
  peakWh: u32;
  eveningWh: u32;
}
export const RECORDING_ROW_SIZE: i32 = offsetof<RecordingRow>();
export const OFF_RECORDING_ROW_NIGHT_WH: i32 = offsetof<RecordingRow>('nightWh');
export const OFF_RECORDING_ROW_DAY_WH: i32 = offsetof<RecordingRow>('dayWh');
export const OFF_RECORDING_ROW_PEAK_WH: i32 = offsetof<RecordingRow>('peakWh');
export const OFF_RECORDING_ROW_EVENING_WH: i32 = offsetof<RecordingRow>('eveningWh');

/** Head of the scratch region: what a profile read found, before its columns. */
@unmanaged
export class MeterAnswer {
  /** Half hour of the first row. */
  firstHalfHour: i32;
  /** Rows. */
  count: i32;
}
export const OFF_METER_ANSWER_FIRST_HALF_HOUR: i32 = offsetof<MeterAnswer>('firstHalfHour');
export const OFF_METER_ANSWER_COUNT: i32 = offsetof<MeterAnswer>('count');
export const METER_ANSWER_SIZE: i32 = offsetof<MeterAnswer>();
export const OFF_METER_COLUMNS: i32 = offsetof<MeterAnswer>();
/** From one column to the next, whatever the number of rows. */
export const METER_COLUMN_SIZE: i32 = LOG_CAPACITY_MAX * 4;
export const METER_SCRATCH_SIZE: i32 = OFF_METER_COLUMNS + 2 * METER_COLUMN_SIZE;

if (2 * METER_COLUMN_SIZE < DAILY_LOG_CAPACITY_MAX * DAILY_READ_SIZE) ERROR('scratch too small');
if (OFF_METER_COLUMNS % 8 != 0) ERROR('daily reads are of f64');
