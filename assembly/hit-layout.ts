// Where the hit lane of a cache bank lies: frames of requests come in, frames of answers go out,
// and between them is all that an answer takes beside the cache. docs/memory.md explains the
// fields.
//
//   ┌──────┬──────┬────────┬──────┬───────┬───────┬─────────┬────────────┬──────────┬─────────┐
//   │ call │ seen │ counts │ time │ words │ forms │ parties │ asides     │ requests │ answers │
//   │      │      │        │      │       │ 2 × 2 │         │ 2^16 bits  │ 256 KiB  │ 1 MiB   │
//   └──────┴──────┴────────┴──────┴───────┴───────┴─────────┴────────────┴──────────┴─────────┘
//
// The core knows no text of any message: words and forms are written by the gateway, cut out of
// what its readable encoders write.

/** Told by a call of the lane. */
@unmanaged
export class HitCall {
  /** Bytes of whole answer frames, from the start of the answers; set back to 0 when they leave. */
  answersSize: u32;
  /** Why the lane stopped: one of the HITS statuses. */
  stopped: u32;
  /** Parties that asked: so many places are in the list of those seen; set back with the size. */
  seenCount: u32;
  /** Sum of bytes that were read only to have them near. */
  touched: u32;
}

/** A Party that may use the lane, in a table of open addressing. */
@unmanaged
export class HitParty {
  high: u32;
  low: u32;
  /** Place in the counts, + 1; 0 for an empty bucket. */
  place: u32;
  /** Bit r: it may ask an ESME for ring r; HIT_PARTY_TOKEN: it has a token to show. */
  rights: u32;
}

/** What surrounds the values of an answer, in one format and for one ring. */
@unmanaged
export class HitForm {
  /** Bytes before the requestId. */
  beforeSize: u32;
  /** Bytes from behind it to the first column's values. */
  headSize: u32;
  /** Bytes between the columns' values, and behind the last. */
  betweenSize: u32;
  afterSize: u32;
  /** Where in the head responseDateTime and firstTimestamp stand. */
  timeAt: u32;
  stampAt: u32;
  /** Half hour of the firstTimestamp that stands there now. */
  stampHalfHour: i32;
  reserved: u32;
}

/** Formats: the opcodes of their frames tell them apart. */
export const FORMAT_JSON: i32 = 0;
export const FORMAT_MSGPACK: i32 = 1;
const FORMATS: i32 = 2;
/** Rings that the lane answers from: import and export. */
const HIT_RINGS: i32 = 2;

// Why the lane stopped. All has been answered:
export const HITS_DONE: i32 = 0;
/** The answers are full: take them and call again. */
export const HITS_FULL: i32 = 1;
/** The next frame is for the readable path, for whatever reason. */
export const HITS_OTHER: i32 = 2;

/** Parties that fit into the table; others take the readable path. */
export const HIT_PARTIES_MAX: i32 = 512;
export const HIT_PARTY_BUCKETS: i32 = 1024;
export const HIT_PARTY_TOKEN: u32 = 1 << 31;
/** A connection without a token may speak for any Party that has none. */
export const HIT_SPEAKER_ANY: i32 = -1;

/** Messages of an array, at most. */
export const HIT_BATCH_MAX: i32 = 1024;
/** Places of the table of devices set aside, a bit each: few enough to stay near at all times. */
export const HIT_ASIDES: i32 = 65_536;

// Words: the size, then the text.
export const WORD_REQUEST_ID: i32 = 0;
export const WORD_SRV: i32 = 1;
export const WORD_PERIOD: i32 = 2;
export const WORD_START: i32 = 3;
export const WORD_END: i32 = 4;
export const WORD_IMPORT: i32 = 5;
export const WORD_EXPORT: i32 = 6;
export const HIT_WORDS: i32 = 7;
export const HIT_WORD_SIZE: i32 = 32;

/** Texts of a form, each behind the other with room to spare. */
export const FORM_BEFORE_MAX: i32 = 32;
export const FORM_HEAD_MAX: i32 = 384;
export const FORM_BETWEEN_MAX: i32 = 64;
export const FORM_AFTER_MAX: i32 = 32;
export const HIT_FORM_SIZE: i32 = offsetof<HitForm>();
export const OFF_FORM_BEFORE: i32 = HIT_FORM_SIZE;
export const OFF_FORM_HEAD: i32 = OFF_FORM_BEFORE + FORM_BEFORE_MAX;
export const OFF_FORM_BETWEEN: i32 = OFF_FORM_HEAD + FORM_HEAD_MAX;
export const OFF_FORM_AFTER: i32 = OFF_FORM_BETWEEN + FORM_BETWEEN_MAX;
export const FORM_SIZE: i32 = OFF_FORM_AFTER + FORM_AFTER_MAX;

/** `2026-11-23T09:00:00.000Z`. */
export const TIME_SIZE: i32 = 24;

/** Copies run over their end by up to a word. */
const SLACK: i32 = 64;
export const HIT_REQUESTS_SIZE: i32 = 256 * 1024;
export const HIT_ANSWERS_SIZE: i32 = 1024 * 1024;

export const HIT_CALL_SIZE: i32 = offsetof<HitCall>();
export const OFF_HIT_SEEN: i32 = HIT_CALL_SIZE;
export const OFF_HIT_COUNTS: i32 = OFF_HIT_SEEN + HIT_PARTIES_MAX * 4;
export const OFF_HIT_TIME: i32 = OFF_HIT_COUNTS + HIT_PARTIES_MAX * HIT_RINGS * 4;
export const OFF_HIT_WORDS: i32 = OFF_HIT_TIME + TIME_SIZE;
export const OFF_HIT_FORMS: i32 = OFF_HIT_WORDS + HIT_WORDS * HIT_WORD_SIZE;
export const OFF_HIT_PARTIES: i32 = OFF_HIT_FORMS + FORMATS * HIT_RINGS * FORM_SIZE;
export const HIT_PARTY_SIZE: i32 = offsetof<HitParty>();
export const OFF_HIT_ASIDES: i32 = OFF_HIT_PARTIES + HIT_PARTY_BUCKETS * HIT_PARTY_SIZE;
export const OFF_HIT_REQUESTS: i32 = OFF_HIT_ASIDES + HIT_ASIDES / 8;
export const OFF_HIT_ANSWERS: i32 = OFF_HIT_REQUESTS + HIT_REQUESTS_SIZE + SLACK;
export const HIT_LANE_SIZE: i32 = OFF_HIT_ANSWERS + HIT_ANSWERS_SIZE + SLACK;

if (HIT_LANE_SIZE % 8 != 0) ERROR('what follows the lane is to lie at a multiple of 8');

export const OFF_HIT_CALL_ANSWERS_SIZE: i32 = offsetof<HitCall>('answersSize');
export const OFF_HIT_CALL_STOPPED: i32 = offsetof<HitCall>('stopped');
export const OFF_HIT_CALL_SEEN_COUNT: i32 = offsetof<HitCall>('seenCount');
export const OFF_HIT_CALL_TOUCHED: i32 = offsetof<HitCall>('touched');
export const OFF_HIT_PARTY_HIGH: i32 = offsetof<HitParty>('high');
export const OFF_HIT_PARTY_LOW: i32 = offsetof<HitParty>('low');
export const OFF_HIT_PARTY_PLACE: i32 = offsetof<HitParty>('place');
export const OFF_HIT_PARTY_RIGHTS: i32 = offsetof<HitParty>('rights');
export const OFF_HIT_FORM_BEFORE_SIZE: i32 = offsetof<HitForm>('beforeSize');
export const OFF_HIT_FORM_HEAD_SIZE: i32 = offsetof<HitForm>('headSize');
export const OFF_HIT_FORM_BETWEEN_SIZE: i32 = offsetof<HitForm>('betweenSize');
export const OFF_HIT_FORM_AFTER_SIZE: i32 = offsetof<HitForm>('afterSize');
export const OFF_HIT_FORM_TIME_AT: i32 = offsetof<HitForm>('timeAt');
export const OFF_HIT_FORM_STAMP_AT: i32 = offsetof<HitForm>('stampAt');
export const OFF_HIT_FORM_STAMP_HALF_HOUR: i32 = offsetof<HitForm>('stampHalfHour');
export const OFF_HIT_FORM_RESERVED: i32 = offsetof<HitForm>('reserved');
